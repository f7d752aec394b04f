"""What a field expects, in plain words, for people who have never seen the schema.

Describes forms and types. `schema` finds which of them a record breaks.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from typing import Any

from onrecord.model.findings import quoted
from onrecord.model.tables import Schema, definition_of, load_schema

_DATE_FORMS = "2024, 2024-02, 2024-02-14, 2024-02-05/2024-02-11, ../2024-02-14 or 2024-02-14/.."
_ANSWER_FORM = "a label, the speaker_id of a choice, an EDTF string, true, false or null"
FORMS: Mapping[str, str] = {
    "annotator_id": "lower-case letters and digits, joined by single hyphens: annotator-1",
    "annotators_speaker": "lower-case letters and digits, joined by single hyphens: jane-doe",
    "document_id": "lower-case letters and digits, joined by single hyphens: gazette-2024-02-14",
    "speaker_id": "lower-case letters and digits, joined by single hyphens: jane-doe",
    "contrast_id": "lower-case letters and digits, joined by single hyphens: date-017",
    "answer_a": _ANSWER_FORM,
    "answer_b": _ANSWER_FORM,
    "claim_id": "the document's id, '-c' and at least three digits: gazette-2024-02-14-c007",
    "segment_id": "the document's id, '-s' and at least three digits: gazette-2024-02-14-s007",
    "sha256": "64 hexadecimal digits, 0-9 and a-f",
    "date": "a day as YYYY-MM-DD: 2024-02-14",
    "edtf": f"a date or interval: {_DATE_FORMS}",
    "prose": "one line of text, with single spaces between words and no control characters",
    "url": "a web address that starts with http:// or https://, without spaces",
    "language": "a language tag such as en or pt-BR",
    "licence": "an SPDX identifier such as CC-BY-4.0",
    "source_file": "a file name of letters, digits, '.', '_' and '-', without folders",
    "wikidata_id": "the letter Q and a number, such as Q42, or null",
    "name": "lower-case letters and digits, joined by single '-', '_' or '.': harbour-claims",
    "version": "three numbers, MAJOR.MINOR.PATCH, such as 1.0.0",
    "license": "an SPDX identifier, such as CC-BY-4.0, or null",
    "homepage": "a web address that starts with http:// or https://, without spaces, or null",
    "canary": "a sentence in plain ASCII that ends with a GUID in lower case",
}
"""What each pattern in the schemas requires, by the name of its definition or else of its field."""

_TYPES = {
    "string": "a string",
    "integer": "a whole number",
    "number": "a number",
    "boolean": "true or false",
    "null": "null",
    "array": "a list",
    "object": "an object",
}


def subschema_at(table: str, path: tuple[str | int, ...]) -> Schema | None:
    """The schema of a place in a record, or None if the schema has no such place."""
    schema: Schema | None = load_schema(table)
    for step in path:
        if schema is None:
            return None
        fields = schema.get("properties", {})
        schema = schema.get("items") if isinstance(step, int) else fields.get(step, _other_fields(schema))
    return schema


def _other_fields(schema: Schema) -> Schema | None:
    """The schema of the fields that an object does not name, if it allows them."""
    other = schema.get("additionalProperties")
    return other if isinstance(other, Mapping) else None


def form_at(table: str, path: tuple[str | int, ...]) -> str | None:
    """The form of a string at this place, in words; None if any string is valid."""
    schema = subschema_at(table, path) or {}
    name = definition_of(schema)
    fields = [step for step in path if isinstance(step, str)]
    return FORMS.get(name or "") or (FORMS.get(fields[-1]) if fields and "pattern" in schema else None)


def expected_at(table: str, path: tuple[str | int, ...]) -> str:
    """What is expected at this place: labels, a form or a type."""
    schema = subschema_at(table, path) or {}
    if "enum" in schema:
        labels = [label for label in schema["enum"] if label is not None]
        return one_of(labels) + (" or null" if len(labels) < len(schema["enum"]) else "")
    types = schema.get("type", "string")
    names = [types] if isinstance(types, str) else list(types)
    form = form_at(table, path)
    parts = [form if name == "string" and form else _TYPES[name] for name in names]
    if "array" in names and "enum" in schema["items"]:
        parts[names.index("array")] = f"a list of {', '.join(schema['items']['enum'])}"
    if parts[-1] == "null" and parts[0].endswith("or null"):
        parts.pop()
    return " or ".join(parts)


def one_of(labels: Iterable[str | None]) -> str:
    """The labels of a set, as a choice."""
    return f"one of {', '.join('null' if label is None else label for label in labels)}"


def type_of(value: Any) -> str:
    """The type of a value, in JSON's terms."""
    if value is None:
        return "null"
    kinds = {bool: "true or false", int: "a number", float: "a number", str: "a string", list: "a list"}
    return kinds.get(type(value), "an object")


def name_of(path: tuple[str | int, ...]) -> str:
    """The field as people write it: `anchors[0].start`."""
    return "".join(f"[{step}]" if isinstance(step, int) else f".{quoted(step)[1:-1]}" for step in path)[1:]


def prose_error(text: str) -> str:
    """Why a string is not one line of prose."""
    if not text:
        return "is empty"
    if any(character in "\n\r\u2028\u2029\u0085" for character in text.strip()):
        return "contains a line break"
    space, is_allowed = _characters_of_prose()
    # A tab or line end at an edge counts as white space there, although it is forbidden everywhere.
    if text != text.strip() or space.match(text[0]) or space.match(text[-1]):
        return "starts or ends with white space"
    if found := re.search(f"{space.pattern}{{2}}", text):
        return f"has two spaces in a row after {quoted(text[: found.start()][-20:])}"
    code = next((ord(character) for character in text if not is_allowed(character)), 0)
    if 0x202A <= code <= 0x2069:
        return f"contains a character that changes the text direction, U+{code:04X}"
    if code >= 0xFDD0:
        return f"contains a code point that is not a character, U+{code:04X}"
    return f"contains a control character, U+{code:04X}"


@cache
def _characters_of_prose() -> tuple[re.Pattern[str], Callable[[str], bool]]:
    """The pattern of a space, and whether prose may contain a character, both read from the schema."""
    prose = load_schema("claims")["$defs"]["prose"]
    # Its pattern is words with single spaces between them: ^[word]+(?:[space][word]+)*$.
    word, space = re.findall(r"\[[^]]*\]", prose["pattern"])[:2]
    allowed, denied = re.compile(f"{word}|{space}"), re.compile(prose["not"]["pattern"])
    return re.compile(space), lambda one: bool(allowed.match(one) and not denied.match(one))
