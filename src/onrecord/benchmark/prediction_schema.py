"""One line of predictions against its JSON Schema, each breach as a finding in plain words.

Owns the translation of what jsonschema finds; what a line has to agree with is for `predictions`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from onrecord.benchmark.tasks import Task, find_task
from onrecord.model.findings import Finding, Rule, json_path, nearest, quoted
from onrecord.model.tables import Schema
from onrecord.model.validators import FastValidator
from onrecord.rules import schema_rules


@dataclass(frozen=True, slots=True)
class Located:
    """A line of predictions and where it stands."""

    value: Mapping[str, Any]
    file: str
    line: int
    key: str

    def finding(self, rule: Rule, message: str, at: tuple[str | int, ...], expected: str | None) -> Finding:
        """A finding about this line, `at` being the steps to the field concerned."""
        named = self.value.get(self.key)
        return rule.finding(
            message,
            file=self.file,
            line=self.line,
            record_id=str(named) if isinstance(named, str | int) else None,
            path=json_path(at) if at else None,
            expected=expected,
        )


@cache
def _validator(name: str) -> FastValidator:
    import jsonschema_rs

    return jsonschema_rs.Draft202012Validator(dict(find_task(name).schema))


def schema_faults(task: Task, line: Located) -> list[Finding]:
    """Everything that the schema forbids; ids and labels that are only misspelt are left to the reader."""
    if _validator(task.name).is_valid(line.value):
        return []
    from jsonschema import Draft202012Validator

    # A misspelt id or label is told by what it should be, which the patterns do not know: see `predictions`.
    told_later = {(task.key,), ("prediction",)}
    errors = [
        error
        for error in Draft202012Validator(dict(task.schema)).iter_errors(line.value)
        if not (error.validator in ("pattern", "not") and tuple(error.absolute_path) in told_later)
    ]
    findings = [finding for error in errors for finding in _explain(error, line, task.schema)]
    # A field and the definition that it refers to both ask for a type: one finding per place.
    return list({(finding.rule, finding.path): finding for finding in reversed(findings)}.values())[::-1]


def _explain(error: Any, line: Located, schema: Schema) -> Iterator[Finding]:
    """One breach of the schema in plain words."""
    path, value, keyword = tuple(error.absolute_path), error.instance, str(error.validator)
    name = path[-1] if path else ""
    if keyword == "required":
        if (field_name := error.message.split("'")[1]) not in _misspelt(value, schema):
            yield line.finding(schema_rules.MISSING_FIELD, f"{field_name} is missing", (field_name,), None)
    elif keyword == "additionalProperties":
        for strange in sorted(set(value) - set(schema["properties"])):
            near = nearest(strange, schema["properties"])
            message = f"there is no field {quoted(strange)}"
            yield line.finding(schema_rules.UNKNOWN_FIELD, message, (strange,), near)
    elif keyword == "enum" and isinstance(value, str):
        allowed = [label for label in error.validator_value if label is not None]
        message = f"{name} is {quoted(value)}, not one of the labels"
        expected = nearest(value.strip(), allowed) or ", ".join(allowed)
        yield line.finding(schema_rules.UNKNOWN_LABEL, message, path, expected)
    elif keyword in ("type", "enum"):
        expected = _expected_type(error, schema)
        yield line.finding(schema_rules.WRONG_TYPE, f"{name} is {quoted(value)}", path, expected)
    elif keyword in ("minimum", "maximum"):
        bound = f"at {'least' if keyword == 'minimum' else 'most'} {error.validator_value}"
        yield line.finding(schema_rules.OUT_OF_RANGE, f"{name} is {quoted(value)}", path, bound)
    else:
        meaning = str(schema["properties"].get(str(name), {}).get("description", "")).partition(";")[0]
        yield line.finding(
            schema_rules.MALFORMED_VALUE, f"{name} is {quoted(value)}", path, meaning.rstrip(".") or None
        )


def _expected_type(error: Any, schema: Schema) -> str:
    if error.validator == "enum":
        return ", ".join("null" if label is None else label for label in error.validator_value)
    if error.validator_value == schema.get("type") and not error.absolute_path:
        return "an object of named fields"
    kinds = error.validator_value
    return kinds if isinstance(kinds, str) else " or ".join(kinds)


def _misspelt(value: Mapping[str, Any], schema: Schema) -> set[str]:
    """The fields that a strange one was meant to be: told once, as unknown, not again as missing."""
    strange = set(value) - set(schema["properties"])
    return {near for name in strange if (near := nearest(name, schema["properties"]))}
