"""Every kind of single fault in every field of a record: what a typing error or a tool can do to it.

The faults are derived from the schemas, so that a new field gets its faults by its type. `scripts.mutate`
tries and counts them.
"""

import copy
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from onrecord.model import tables as schemas
from onrecord.reading.located import Located

Record = dict[str, Any]
Path = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in one record: `lines` replace the record's own."""

    kind: str
    table: str
    file: str
    line: int
    record_id: str
    field: str | None
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Outcome:
    """The findings of a validation with one fault."""

    fault: Fault
    rules: tuple[str, ...]
    is_record_found: bool
    """Whether a finding names the record, or the line, that has the fault."""
    is_field_found: bool
    """Whether a finding names the field as well; for a fault of a whole record, the record is enough."""


@dataclass(frozen=True, slots=True)
class Neighbours:
    """The ids of the dataset, by the definition of the id, for faults that look plausible."""

    ids: Mapping[str, Sequence[str]]

    def other(self, definition: str, own: str) -> str | None:
        """The id of the next record of the same table; None where there is no other."""
        known = self.ids.get(definition, ())
        return known[(known.index(own) + 1) % len(known)] if own in known and len(known) > 1 else None


def record_faults(record: Located, file: str, known: Neighbours) -> Iterator[Fault]:
    """The faults of each field of a record, then those of the record as a whole."""

    def fault(kind: str, field: str | None, *lines: str) -> Fault:
        return Fault(kind, record.table, file, record.line or 1, record.record_id or "", field, lines)

    for kind, name, changed in _changes(record.table, record.value, known):
        yield fault(kind, name, _text(changed))
    text = _text(record.value)
    first, value = next(iter(record.value.items()))
    yield fault("duplicate field", first, text.replace("{", f'{{"{first}": {json.dumps(value)}, ', 1))
    yield fault("truncated line", None, text[: len(text) // 2])
    yield fault("record missing", None)
    yield fault("duplicate record", None, text, text)
    # A blank line is allowed in a JSON document of several lines.
    if record.table != "documents":
        yield fault("blank line before the record", None, "", text)


def _changes(table: str, record: Record, known: Neighbours) -> Iterator[tuple[str, str, Record]]:
    properties = schemas.authored_schema(table)["properties"]
    for name, subschema in properties.items():
        if name not in record:
            # An annotator may not have been asked.
            continue
        yield "field missing", name, {key: value for key, value in record.items() if key != name}
        renamed = {(key[:-1] if key == name else key): value for key, value in record.items()}
        yield "field misspelt", name, renamed
        for kind, path, value in _values(subschema, record[name], (name,), known):
            yield kind, name, _with(record, path, value)


def _values(
    schema: schemas.Schema, value: Any, path: Path, known: Neighbours
) -> Iterator[tuple[str, Path, Any]]:
    """Each kind of fault of a value, with the path and the wrong value, by the schema of the value."""
    if value is not None:
        yield "null instead of a value", path, None
    elif "null" in schema.get("type", ()):
        yield from _instead_of_null(schema, path)
    if isinstance(value, list):
        yield from _lists(schema, value, path, known)
    elif isinstance(value, dict):
        for name, sub in schema["properties"].items():
            yield "field missing", path, {key: own for key, own in value.items() if key != name}
            yield from _values(sub, value[name], (*path, name), known)
    elif isinstance(value, bool):
        yield "boolean inverted", path, not value
        yield "value of a wrong type", path, str(value).lower()
    elif isinstance(value, int):
        yield from _integers(value, path)
    elif isinstance(value, str):
        yield "value of a wrong type", path, 7
        yield from _strings(schema, value, path, known)


def _instead_of_null(schema: schemas.Schema, path: Path) -> Iterator[tuple[str, Path, Any]]:
    definition = _definition(schema)
    plausible: Mapping[str, Any] = {"prose": "This was never said.", "edtf": "2024-02-14"}
    if "boolean" in schema["type"]:
        yield "value instead of null", path, True
    elif definition in plausible:
        yield "value instead of null", path, plausible[definition]
    else:
        yield "value instead of null", path, "x"


def _lists(
    schema: schemas.Schema, value: list[Any], path: Path, known: Neighbours
) -> Iterator[tuple[str, Path, Any]]:
    item = schema["items"]
    yield "value of a wrong type", path, "x"
    if value:
        yield "empty list", path, []
        yield "duplicate item", path, [*value, value[0]]
    if len(value) > 1:
        yield "item missing", path, value[1:]
        yield "items reordered", path, value[::-1]
    others = [label for label in item.get("enum", ()) if label not in value]
    if others:
        yield "extra label", path, [*value, others[0]]
    for index, own in enumerate(value):
        yield from _values(item, own, (*path, index), known)


def _integers(value: int, path: Path) -> Iterator[tuple[str, Path, Any]]:
    yield "value of a wrong type", path, str(value)
    yield "number with a decimal point", path, float(value)
    yield "number one too high", path, value + 1
    yield "number one too low", path, value - 1
    yield "number ten times too high", path, value * 10 if value else 10
    yield "number negative", path, -value - 1


def _strings(
    schema: schemas.Schema, value: str, path: Path, known: Neighbours
) -> Iterator[tuple[str, Path, Any]]:
    definition = _definition(schema)
    if "enum" in schema:
        yield "label misspelt", path, value[:-1]
        yield "label in capitals", path, value.upper()
        yield "another valid label", path, schema["enum"][schema["enum"].index(value) - 1]
    elif definition in ("edtf", "date"):
        yield from _dates(value, path)
    elif definition == "sha256":
        yield "hash with one digit changed", path, value[:-1] + ("0" if value[-1] != "0" else "1")
        yield "hash with one digit missing", path, value[:-1]
    elif definition == "prose":
        yield from _prose(value, path)
    else:
        yield "id or name misspelt", path, value[:-1]
        yield "id or name in capitals", path, value.upper()
        if definition in known.ids:
            yield "unknown id", path, f"{value}0"
        other = known.other(definition, value)
        if other is not None:
            yield "id of another record", path, other
    yield "trailing blank", path, f"{value} "
    yield "trailing line break", path, f"{value}\n"


def _prose(value: str, path: Path) -> Iterator[tuple[str, Path, Any]]:
    words = value.split(" ")
    yield "empty text", path, ""
    yield "leading blank", path, f" {value}"
    yield "truncated text", path, value[: len(value) * 2 // 3].rstrip()
    if len(words) > 2:
        middle = len(words) // 2
        yield "word missing", path, " ".join([*words[:middle], *words[middle + 1 :]])


def _dates(value: str, path: Path) -> Iterator[tuple[str, Path, Any]]:
    start, slash, end = value.partition("/")
    closed = end if start == ".." else start
    day = f"{closed[:4]}-{closed[5:7] or '02'}-{closed[8:10] or '14'}"
    later = (date.fromisoformat(day) + timedelta(days=1)).isoformat()
    yield "date a day later", path, value.replace(closed, later, 1)
    yield "date a hundred years later", path, value.replace(closed[:4], f"{int(closed[:4]) + 100:04d}")
    yield "impossible date", path, value.replace(closed, f"{closed[:4]}-02-30", 1)
    yield "date in another format", path, "/".join(reversed(day.split("-")))
    yield "truncated date", path, value[:-1]
    if slash and ".." not in (start, end):
        yield "interval reversed", path, f"{end}/{start}"
    elif not slash:
        yield "interval reversed", path, f"{later}/{day}"
        yield "date turned into an open interval", path, f"../{value}"


def _definition(schema: schemas.Schema) -> str:
    return schemas.definition_of(schema) or ""


def _with(record: Record, path: Path, value: Any) -> Record:
    changed = copy.deepcopy(record)
    parent: Any = changed
    for step in path[:-1]:
        parent = parent[step]
    parent[path[-1]] = value
    return changed


def _text(record: Record) -> str:
    return json.dumps(record, ensure_ascii=False)
