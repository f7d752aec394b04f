"""One line of predictions against its JSON Schema: each error of jsonschema as a finding in plain words.

What a line has to agree with, ids and labels, is for `predictions`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from math import isfinite
from typing import Any

from onrecord.benchmark.tasks import Task, find_task
from onrecord.model.findings import Finding, Rule, json_path, nearest, quoted
from onrecord.model.tables import Schema
from onrecord.model.validators import FastValidator
from onrecord.reading.file_rules import NON_FINITE_NUMBER
from onrecord.rules import schema_rules


@dataclass(frozen=True, slots=True)
class PredictionLine:
    """A line of predictions with its file and line number; `key` is the field that names the item."""

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


def schema_findings(task: Task, line: PredictionLine) -> list[Finding]:
    """Everything that the schema forbids, except misspelt ids and labels, which `predictions` explains."""
    numbers = list(_number_findings(task, line))
    if numbers or not _is_valid(task, line.value):
        wrong = {finding.path for finding in numbers}
        explained = (
            finding for error in _errors(task, line.value) for finding in _explain(error, line, task)
        )
        # A field and the definition that it refers to both ask for a type: one finding per place.
        others = {(f.rule, f.path): f for f in explained if f.path not in wrong}
        return [*numbers, *others.values()]
    return []


def _is_valid(task: Task, value: Mapping[str, Any]) -> bool:
    try:
        return _validator(task.name).is_valid(dict(value))
    except (TypeError, ValueError):
        # The value is not JSON: numpy's numbers, dates and the like, which only lines in memory can have.
        return False


def _errors(task: Task, value: Mapping[str, Any]) -> Iterator[Any]:
    from jsonschema import Draft202012Validator

    # The patterns do not know the nearest id, date or label: see `predictions`.
    explained_later = {(task.key,), ("prediction",)}
    for error in Draft202012Validator(dict(task.schema)).iter_errors(dict(value)):
        if not (error.validator in ("pattern", "not") and tuple(error.absolute_path) in explained_later):
            yield error


def _number_findings(task: Task, line: PredictionLine) -> Iterator[Finding]:
    """Numbers that JSON Schema accepts and the rules do not: 5.0 for 5, and NaN in a line in memory."""
    probabilities = line.value.get("probabilities")
    inner = probabilities.items() if isinstance(probabilities, Mapping) else ()
    fields = [((name,), value) for name, value in line.value.items()]
    for path, value in [*fields, *((("probabilities", name), value) for name, value in inner)]:
        if not isinstance(value, float):
            continue
        if not isfinite(value):
            message = f"{path[-1]} is {value}, which is not a number that JSON has"
            yield line.finding(NON_FINITE_NUMBER, message, path, None)
        elif task.schema["properties"].get(path[0], {}).get("type") == "integer" and value.is_integer():
            message = f"{path[0]} is {quoted(value)}, with a decimal point"
            yield line.finding(schema_rules.WRONG_TYPE, message, path, f"{value:.0f}")


def _explain(error: Any, line: PredictionLine, task: Task) -> Iterator[Finding]:
    """One error of the reference validator in plain words."""
    path, value, keyword = tuple(error.absolute_path), error.instance, str(error.validator)
    name = path[-1] if path else ""
    fields: Mapping[str, Any] = task.schema["properties"]
    if keyword == "required":
        if (field_name := error.message.split("'")[1]) not in _meant(value, fields):
            yield line.finding(schema_rules.MISSING_FIELD, f"{field_name} is missing", (field_name,), None)
    elif keyword == "additionalProperties":
        for unknown in sorted(set(value) - set(fields)):
            message = f"there is no field {quoted(unknown)}"
            yield line.finding(schema_rules.UNKNOWN_FIELD, message, (unknown,), nearest(unknown, fields))
    elif keyword == "enum" and isinstance(value, str):
        allowed = [label for label in error.validator_value if label is not None]
        message = f"{name} is {quoted(value)}, not one of the labels"
        expected = nearest(value.strip(), allowed) or ", ".join(allowed)
        yield line.finding(schema_rules.UNKNOWN_LABEL, message, path, expected)
    elif keyword in ("type", "enum"):
        expected = _expected_type(error, task.schema)
        yield line.finding(schema_rules.WRONG_TYPE, f"{name} is {quoted(value)}", path, expected)
    elif keyword in ("minimum", "maximum"):
        bound = f"at {'least' if keyword == 'minimum' else 'most'} {error.validator_value}"
        yield line.finding(schema_rules.OUT_OF_RANGE, f"{name} is {quoted(value)}", path, bound)
    else:
        meaning = str(fields.get(str(name), {}).get("description", "")).partition(";")[0]
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


def _meant(value: Mapping[str, Any], fields: Mapping[str, Any]) -> set[str]:
    """The fields that unknown ones are likely to mean: reported once as unknown, not again as missing."""
    return {near for name in set(value) - set(fields) if (near := nearest(name, fields))}
