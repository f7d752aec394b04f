"""Level 2: one record against its schema, each violation as one finding in plain words.

Translates the errors of jsonschema, and adds two checks that JSON Schema cannot express: a whole number is
not written as 5.0, and the calendar has no 30 February. The texts of the rules are in `schema_rules`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from onrecord.exceptions import EdtfError, ImpossibleDate
from onrecord.model import edtf
from onrecord.model.findings import Finding, Rule, nearest, quoted
from onrecord.model.tables import (
    Schema,
    definition_of,
    edtf_fields,
    integer_fields,
    key_fields,
    label_names,
    load_schema,
    read_only_fields,
)
from onrecord.model.validators import (
    FastValidator,
    authored_validator,
    built_validator,
    fast_authored_validator,
    fast_built_validator,
)
from onrecord.reading.located import Located
from onrecord.rules import schema_rules as rules
from onrecord.rules.messages import (
    expected_at,
    form_at,
    name_of,
    one_of,
    prose_error,
    subschema_at,
    type_of,
)
from onrecord.rules.narrowed import narrowed_validator

Path = tuple[str | int, ...]

# If several keywords fail at one place, the first of these is the cause.
_KEYWORDS = (
    "type",
    "enum",
    "minLength",
    "pattern",
    "not",
    "format",
    "minimum",
    "maximum",
    "minItems",
    "uniqueItems",
)


@dataclass(frozen=True, slots=True)
class _Violation:
    rule: Rule
    path: Path
    message: str
    expected: str | None = None


@dataclass(frozen=True, slots=True)
class _Error:
    """The parts of a jsonschema error that are used: the place, the value there, the failed keyword."""

    path: Path
    value: Any
    keyword: str
    operand: Any
    schema: Schema
    message: str
    condition: frozenset[str]
    """The fields that the `if` of the failed `then` reads; empty if the keyword is unconditional."""


def schema_findings(record: Located) -> list[Finding]:
    """The findings about a record on its own; empty if it passes on to the next level."""
    return _findings_of(record, [] if _fast(record).is_valid(record.value) else _errors(record))


def verdict(record: Located) -> tuple[list[Finding], bool]:
    """The findings about a record, and whether others may refer to its id, from one validation."""
    errors = [] if _fast(record).is_valid(record.value) else _errors(record)
    return _findings_of(record, errors), _has_valid_id(record, errors)


def _findings_of(record: Located, errors: "list[_Error]") -> list[Finding]:
    violations = _explain(record, errors) if errors else []
    reported = {violation.path for violation in violations}
    more = (*_decimal_points(record), *_impossible_dates(record))
    violations += [v for v in more if v.path not in reported]
    return [record.finding(v.rule, v.message, at=v.path, expected=v.expected) for v in violations]


def has_readable_id(record: Located) -> bool:
    """Whether other records may refer to the id of a record that has errors."""
    return record.key is not None and _has_valid_id(record, _errors(record))


def _has_valid_id(record: Located, errors: "list[_Error]") -> bool:
    wrong = {error.path[0] for error in errors if error.path}
    return record.key is not None and not wrong & set(key_fields(record.table))


def _explain(record: Located, errors: list[_Error]) -> list[_Violation]:
    plain = [error for error in errors if not error.condition]
    conditional = [error for error in errors if error.condition]
    violations = list(_field_violations(record.table, plain))
    seen = {violation.path for violation in violations}
    for error in sorted(plain, key=_rank):
        path = error.path
        if error.keyword not in ("required", "additionalProperties") and path not in seen:
            seen.add(path)
            violations.append(_violation(record.table, path, error))
    fields = {path[0] for path in seen if path}
    contradictions = [error for error in conditional if not fields & {error.path[0], *error.condition}]
    return violations + _contradictions(record, contradictions)


def _errors(record: Located, **changes: object) -> list[_Error]:
    """The reference validator's errors in the record, with some of its fields changed."""
    value = {**record.value, **changes}
    reference = built_validator if record.is_built else authored_validator
    validator = narrowed_validator(value, record.table, _fast(record), reference)
    return [
        _Error(
            path=tuple(error.absolute_path),
            value=error.instance,
            keyword=str(error.validator),
            operand=error.validator_value,
            schema=error.schema if isinstance(error.schema, Mapping) else {},
            message=error.message,
            condition=_condition(record.table, list(error.absolute_schema_path)),
        )
        for error in validator.iter_errors(value)
    ]


def _fast(record: Located) -> FastValidator:
    return (fast_built_validator if record.is_built else fast_authored_validator)(record.table)


def _condition(table: str, schema_path: list[str | int]) -> frozenset[str]:
    if "then" not in schema_path:
        return frozenset()
    branch = load_schema(table)["allOf"][schema_path[1]]
    return frozenset(branch["if"]["properties"])


def _rank(error: _Error) -> int:
    return _KEYWORDS.index(error.keyword) if error.keyword in _KEYWORDS else len(_KEYWORDS)


def _field_violations(table: str, errors: list[_Error]) -> Iterator[_Violation]:
    """Unknown and missing fields. A misspelt name is one finding, not one of each kind."""
    places = {e.path: e for e in errors if e.keyword in ("required", "additionalProperties")}
    for place, error in places.items():
        schema = error.schema
        missing = [name for name in schema["required"] if name not in error.value]
        for name in error.value:
            if name in schema["properties"]:
                continue
            path = (*place, name)
            if not place and name in read_only_fields(table):
                message = f"{name} is derived by the build and must not be written by hand"
                yield _Violation(rules.READ_ONLY_FIELD, path, message, "no such field")
                continue
            near = nearest(name, missing)
            missing = [other for other in missing if other != near]
            hint = near or nearest(name, schema["properties"])
            yield _Violation(rules.UNKNOWN_FIELD, path, f"there is no field {quoted(name)}", hint)
        for name in missing:
            path = (*place, name)
            yield _Violation(
                rules.MISSING_FIELD, path, f"{name_of(path)} is missing", expected_at(table, path)
            )


def _violation(table: str, path: Path, error: _Error) -> _Violation:
    value, name, expected = error.value, name_of(path), expected_at(table, path)
    if error.keyword == "type" or (error.keyword == "enum" and not isinstance(value, str)):
        shown = "null" if value is None else f"{quoted(value)}, {type_of(value)}"
        return _Violation(rules.WRONG_TYPE, path, f"{name} is {shown}", expected)
    if error.keyword == "enum":
        labels = [label for label in error.operand if label is not None]
        near = nearest(value, labels)
        message = f"{name} is {quoted(value)}, not one of its labels"
        return _Violation(rules.UNKNOWN_LABEL, path, message, near or one_of(labels))
    if error.keyword == "format":
        return _Violation(rules.IMPOSSIBLE_DATE, path, f"{name} is {quoted(value)}: {_no_such_day(value)}")
    if error.keyword in ("minimum", "maximum"):
        bound = f"at {'least' if error.keyword == 'minimum' else 'most'} {error.operand}"
        return _Violation(rules.OUT_OF_RANGE, path, f"{name} is {quoted(value)}", bound)
    if error.keyword == "minItems":
        return _Violation(rules.EMPTY_LIST, path, f"{name} is empty", "at least one item")
    if error.keyword == "uniqueItems":
        twice = next(item for at, item in enumerate(value) if item in value[:at])
        return _Violation(
            rules.REPEATED_ITEM, path, f"{name} has {quoted(twice)} more than once", "each item once"
        )
    is_prose = definition_of(subschema_at(table, path) or {}) == "prose"
    problem = prose_error(value) if is_prose else f"is {quoted(value)}"
    return _Violation(rules.MALFORMED_VALUE, path, f"{name} {problem}", form_at(table, path))


def _contradictions(record: Located, errors: list[_Error]) -> list[_Violation]:
    """Fields that contradict each other by the schema's `if`/`then`; only one if a label is the cause."""
    violations = [_contradiction(record.value, error) for error in errors]
    reasons = [v for v in violations if v.path[0] in ("evidence", "barriers")]
    if len(reasons) > 1 and (label := _label_that_fits(record)):
        given = record.value["verifiability"]
        message = f"verifiability is {given}, but evidence and barriers are those of a claim that is {label}"
        mismatch = _Violation(rules.VERIFIABILITY_MISMATCH, ("verifiability",), message, label)
        return [mismatch, *(v for v in violations if v not in reasons)]
    return violations


def _label_that_fits(record: Located) -> str | None:
    for label in label_names("verifiability", record.table):
        errors = _errors(record, verifiability=label)
        if not any(e.path[0] in ("evidence", "barriers") for e in errors if e.path):
            return label
    return None


def _contradiction(record: dict[str, Any], error: _Error) -> _Violation:
    field = str(error.path[0])
    label, value = record.get("verifiability"), error.value
    if field in ("evidence", "barriers"):
        is_missing = error.keyword == "minItems"
        named = {"evidence": (rules.EVIDENCE_MISSING, rules.EVIDENCE_UNEXPECTED)}
        rule = named.get(field, (rules.BARRIERS_MISSING, rules.BARRIERS_UNEXPECTED))[not is_missing]
        problem = "is empty" if is_missing else f"has {', '.join(map(str, value))}"
        expected = f"at least {one_of(list(label_names(field)))}" if is_missing else "an empty list"
        return _Violation(rule, (field,), f"{label}, but {field} {problem}", expected)
    if field == "note":
        if value is None:
            message = f"flags has {', '.join(map(str, record['flags']))}, but note is null"
            return _Violation(rules.NOTE_MISSING, (field,), message, "a sentence for every flag")
        return _Violation(
            rules.NOTE_UNEXPECTED, (field,), "note is given, but flags is empty", "null, or a flag"
        )
    if field == "stated_on":
        message = f"stated_on_basis is undated, but stated_on is {quoted(value)}"
        return _Violation(
            rules.UNDATED_BUT_DATED, (field,), message, "'../' and a date, such as ../2024-02-14"
        )
    # A condition of the schema for which this function has no message yet.
    return _Violation(rules.MALFORMED_VALUE, error.path, f"{field}: {error.message}")


def _decimal_points(record: Located) -> Iterator[_Violation]:
    """Whole numbers written as 5.0, which JSON Schema accepts."""
    for field in integer_fields(record.table):
        for path, value in field.values(record.value):
            if isinstance(value, float):
                message = f"{name_of(path)} is {quoted(value)}, with a decimal point"
                yield _Violation(rules.WRONG_TYPE, path, message, f"{value:.0f}")


def _impossible_dates(record: Located) -> Iterator[_Violation]:
    for field in edtf_fields(record.table):
        for path, value in field.values(record.value):
            if isinstance(value, str) and (reason := _no_such_day(value)):
                yield _Violation(rules.IMPOSSIBLE_DATE, path, f"{name_of(path)} is {quoted(value)}: {reason}")


def _no_such_day(value: str) -> str:
    try:
        edtf.parse(value)
    except ImpossibleDate as error:
        return str(error)
    except EdtfError:
        pass
    return ""
