"""Rows as JSON: dates as ISO strings, one row per line, and nothing in it that a terminal would obey."""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

_OBEYED = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
"""What a terminal obeys (controls, bidirectional formatting), and what no encoding has (lone surrogates)."""


def iso_date(value: object) -> object:
    """A date as an ISO string, and any other value as it is."""
    return value.isoformat() if isinstance(value, date) else value


def json_default(value: object) -> str:
    """The argument `default` of `json.dumps` for rows. Raises TypeError for what is no JSON and no date."""
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"there is a {type(value).__name__} in it")


def json_text(value: object, indent: int | None = None) -> str:
    """The value as JSON in its own script, with control characters and lone surrogates as escapes.

    JSON itself escapes U+0000 to U+001F only; terminals obey some of the others, and no encoding has
    surrogates.
    """
    text = json.dumps(value, ensure_ascii=False, default=json_default, indent=indent)
    return "\n".join(map(without_controls, text.split("\n")))


def without_controls(text: str) -> str:
    """The text with what a terminal would obey as JSON escapes; JSON can have these inside strings only."""
    return text if text.isprintable() else _OBEYED.sub(lambda found: json.dumps(found[0])[1:-1], text)


def json_lines(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Each row as one line of JSON, fields in their order."""
    return map(json_text, rows)


def json_array(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """The rows as one JSON array, line by line."""
    pending = "["
    for row in rows:
        yield pending if pending == "[" else f"{pending},"
        pending = f"  {json_text(row)}"
    yield pending
    yield "]"
