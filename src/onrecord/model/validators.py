"""JSON Schema validators of authored records and of built rows: a reference, and a fast one.

The reference, `jsonschema`, writes the messages. The fast one, `jsonschema-rs`, only says yes or no.
"""

import json
from functools import cache
from typing import TYPE_CHECKING, Any, Protocol

from onrecord.model.edtf import is_calendar_date
from onrecord.model.tables import Schema, authored_schema, built_schema

if TYPE_CHECKING:
    from collections.abc import Iterator

    from jsonschema import Draft202012Validator


class FastError(Protocol):
    """What is used of an error of jsonschema-rs: the place in the instance, and that in the schema."""

    instance_path: list[str | int]
    schema_path: list[str | int]


class FastValidator(Protocol):
    """What is used of a jsonschema-rs validator."""

    def is_valid(self, instance: Any) -> bool:
        """Whether the instance fits the schema."""

    def iter_errors(self, instance: Any) -> "Iterator[FastError]":
        """Where it does not."""


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
    """The fast validator of authored records: it only says yes or no."""
    return _fast_validator(authored_schema(table))


@cache
def fast_built_validator(table: str) -> FastValidator:
    """The fast validator of built rows (dates as ISO strings): it only says yes or no."""
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
    # `$` ends a pattern in Python also before a last line break, and the lookahead excludes that. Elsewhere
    # `$` is the end alone, and the lookahead only costs time.
    plain = json.loads(many.replace(r"$(?!\\n)", "$"))
    return jsonschema_rs.Draft202012Validator(plain, validate_formats=False)


def reference_validator(schema: Schema) -> "Draft202012Validator":
    """A validator of jsonschema for the schema, formats checked."""
    from jsonschema import Draft202012Validator

    # A format is only a remark to jsonschema unless a checker is given.
    return Draft202012Validator(dict(schema), format_checker=Draft202012Validator.FORMAT_CHECKER)


def _fast_validator(schema: Schema) -> FastValidator:
    import jsonschema_rs

    # Its own check of dates lets the year 0000 pass, which no calendar of ours has.
    formats = {"date": is_calendar_date}
    return jsonschema_rs.Draft202012Validator(dict(schema), formats=formats, validate_formats=True)
