"""The errors of jsonschema in plain words, for every schema in schema/: tables, side files and predictions.

A schema is known by its name, as `onrecord schema` takes it: claims, predictions-date. `schema` checks what
the parts of one record must share with each other.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from onrecord.exceptions import EdtfError, ImpossibleDate
from onrecord.model import edtf
from onrecord.model.findings import Rule, nearest, quoted
from onrecord.model.tables import (
    Schema,
    definition_of,
    edtf_fields,
    integer_fields,
    load_schema,
    read_only_fields,
)
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

if TYPE_CHECKING:
    from jsonschema.exceptions import ValidationError

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
class Violation:
    """What a schema forbids, at one place of a record, in plain words."""

    rule: Rule
    path: Path
    message: str
    expected: str | None = None


@dataclass(frozen=True, slots=True)
class SchemaError:
    """The parts of a jsonschema error that are used: the place, the value there, the failed keyword."""

    path: Path
    value: Any
    keyword: str
    operand: Any
    schema: Schema
    message: str
    condition: frozenset[str]
    """The fields that the `if` of the failed `then` reads; empty if the keyword is unconditional."""


def errors_of(found: "Iterable[ValidationError]", table: str) -> list[SchemaError]:
    """The errors of a validator that was made from a schema."""
    return [
        SchemaError(
            path=tuple(error.absolute_path),
            value=error.instance,
            keyword=str(error.validator),
            operand=error.validator_value,
            schema=error.schema if isinstance(error.schema, Mapping) else {},
            message=error.message,
            condition=_condition(table, list(error.absolute_schema_path)),
        )
        for error in found
    ]


def explained(table: str, errors: Iterable[SchemaError]) -> list[Violation]:
    """The errors in plain words, one per place: fields first, then values."""
    errors = list(errors)
    violations = list(_field_violations(table, errors))
    seen = {violation.path for violation in violations}
    for error in sorted(errors, key=_rank):
        path = error.path
        if error.keyword not in ("required", "additionalProperties") and path not in seen:
            seen.add(path)
            violations.append(_violation(table, path, error))
    return violations


def decimal_points(table: str, record: Mapping[str, Any]) -> Iterator[Violation]:
    """Whole numbers written as 5.0, which JSON Schema accepts."""
    for field in integer_fields(table):
        for path, value in field.values(record):
            if isinstance(value, float):
                message = f"{name_of(path)} is {quoted(value)}, with a decimal point"
                yield Violation(rules.WRONG_TYPE, path, message, f"{value:.0f}")


def impossible_dates(table: str, record: Mapping[str, Any]) -> Iterator[Violation]:
    """Days that the calendar does not have."""
    for field in edtf_fields(table):
        for path, value in field.values(record):
            if isinstance(value, str) and (reason := _no_such_day(value)):
                yield Violation(rules.IMPOSSIBLE_DATE, path, f"{name_of(path)} is {quoted(value)}: {reason}")


def _condition(table: str, schema_path: list[str | int]) -> frozenset[str]:
    if "then" not in schema_path:
        return frozenset()
    branch = load_schema(table)["allOf"][schema_path[1]]
    return frozenset(branch["if"]["properties"])


def _rank(error: SchemaError) -> int:
    return _KEYWORDS.index(error.keyword) if error.keyword in _KEYWORDS else len(_KEYWORDS)


def _field_violations(table: str, errors: list[SchemaError]) -> Iterator[Violation]:
    """Unknown and missing fields. A misspelt name is one finding, not one of each kind."""
    places = {e.path: e for e in errors if e.keyword in ("required", "additionalProperties")}
    for place, error in places.items():
        schema = error.schema
        missing = [name for name in schema.get("required", ()) if name not in error.value]
        for name in error.value:
            if name in schema["properties"]:
                continue
            path = (*place, name)
            if not place and name in read_only_fields(table):
                message = f"{name} is derived by the build and must not be written by hand"
                expected = "no such field; --built for rows of a build"
                yield Violation(rules.READ_ONLY_FIELD, path, message, expected)
                continue
            near = nearest(name, missing)
            missing = [other for other in missing if other != near]
            hint = near or nearest(name, schema["properties"])
            yield Violation(rules.UNKNOWN_FIELD, path, f"there is no field {quoted(name)}", hint)
        for name in missing:
            yield _missing(table, (*place, name))


@lru_cache(maxsize=1024)
def _missing(table: str, path: Path) -> Violation:
    return Violation(rules.MISSING_FIELD, path, f"{name_of(path)} is missing", expected_at(table, path))


def _violation(table: str, path: Path, error: SchemaError) -> Violation:
    value, name, expected = error.value, name_of(path), expected_at(table, path)
    if error.keyword == "type" or (error.keyword == "enum" and not isinstance(value, str)):
        shown = "null" if value is None else f"{quoted(value)}, {type_of(value)}"
        return Violation(rules.WRONG_TYPE, path, f"{name} is {shown}", expected)
    if error.keyword == "enum":
        labels = [label for label in error.operand if label is not None]
        near = nearest(value, labels)
        message = f"{name} is {quoted(value)}, not one of its labels"
        return Violation(rules.UNKNOWN_LABEL, path, message, near or one_of(labels))
    if error.keyword == "format":
        return Violation(rules.IMPOSSIBLE_DATE, path, f"{name} is {quoted(value)}: {_no_such_day(value)}")
    if error.keyword in ("minimum", "maximum"):
        bound = f"at {'least' if error.keyword == 'minimum' else 'most'} {error.operand}"
        return Violation(rules.OUT_OF_RANGE, path, f"{name} is {quoted(value)}", bound)
    if error.keyword == "minItems":
        return Violation(rules.EMPTY_LIST, path, f"{name} is empty", "at least one item")
    if error.keyword == "uniqueItems":
        twice = next(item for at, item in enumerate(value) if item in value[:at])
        return Violation(
            rules.REPEATED_ITEM, path, f"{name} has {quoted(twice)} more than once", "each item once"
        )
    is_prose = definition_of(subschema_at(table, path) or {}) == "prose"
    problem = prose_error(value) if is_prose else f"is {quoted(value)}"
    return Violation(rules.MALFORMED_VALUE, path, f"{name} {problem}", form_at(table, path))


def _no_such_day(value: str) -> str:
    try:
        edtf.parse(value)
    except ImpossibleDate as error:
        return str(error)
    except EdtfError:
        pass
    return ""
