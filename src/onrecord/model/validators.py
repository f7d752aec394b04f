"""JSON Schema validators of authored records and of built rows: a reference and a fast one.

The reference, `jsonschema`, gives the messages. The fast one, `jsonschema-rs`, only accepts or rejects.
"""

import json
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING, Any, Protocol

from onrecord.model.edtf import is_calendar_date
from onrecord.model.tables import Schema, authored_schema, built_schema

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from jsonschema import Draft202012Validator


class FastError(Protocol):
    """The used part of an error of jsonschema-rs: its place in the instance and in the schema."""

    instance_path: list[str | int]
    schema_path: list[str | int]


class FastValidator(Protocol):
    """The used part of a jsonschema-rs validator."""

    def is_valid(self, instance: Any) -> bool:
        """Whether the instance is valid."""

    def iter_errors(self, instance: Any) -> "Iterator[FastError]":
        """The errors of the instance."""


@cache
def authored_validator(table: str) -> "Draft202012Validator":
    """The reference validator of authored records, formats checked; it explains what is wrong."""
    return reference_validator(authored_schema(table))


@cache
def built_validator(table: str) -> "Draft202012Validator":
    """The reference validator of built rows (dates as ISO strings), formats checked."""
    return reference_validator(built_schema(table))


@cache
def fast_authored_validator(table: str) -> FastValidator:
    """The fast validator of authored records: it only accepts or rejects."""
    return _fast_validator(authored_schema(table))


@cache
def fast_built_validator(table: str) -> FastValidator:
    """The fast validator of built rows (dates as ISO strings): it only accepts or rejects."""
    return _fast_validator(built_schema(table))


@cache
def fast_validator_of_many(table: str, *, is_built: bool) -> FastValidator:
    """A fast validator of a list of records.

    Dates are checked for their form only, not against the calendar.
    """
    import jsonschema_rs

    one = dict(built_schema(table) if is_built else authored_schema(table))
    outer = {name: one.pop(name) for name in ("$schema", "$defs") if name in one}
    one.pop("$id", None)
    many = json.dumps({**outer, "type": "array", "items": one})
    # In Python `$` also matches before a last line break, which `not` excludes. Here `$` is the end alone,
    # and `not` only costs time.
    plain = json.loads(many.replace(r', "not": {"type": "string", "pattern": "\\n"}', ""))
    return jsonschema_rs.Draft202012Validator(plain, validate_formats=False)


def reference_validator(schema: Schema) -> "Draft202012Validator":
    """A validator of jsonschema for the schema, formats checked; the first missing field stands for all."""
    # Without a checker, jsonschema ignores formats.
    made: Draft202012Validator = _reference()(dict(schema), format_checker=_reference().FORMAT_CHECKER)
    return made


@cache
def _reference() -> Any:
    from jsonschema import Draft202012Validator, validators

    required = Draft202012Validator.VALIDATORS["required"]

    def first_required(*arguments: Any) -> "Iterator[Any]":
        return islice(required(*arguments), 1)

    # It has no types.
    extend: Callable[..., Any] = validators.extend
    return extend(Draft202012Validator, {"required": first_required})


def _fast_validator(schema: Schema) -> FastValidator:
    import jsonschema_rs

    # Its own check of dates accepts the year 0000, which Python's calendar does not have.
    formats = {"date": is_calendar_date}
    return jsonschema_rs.Draft202012Validator(dict(schema), formats=formats, validate_formats=True)
