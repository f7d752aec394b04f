"""What changed in the shape of the tables: tables, fields, types, labels, rules, descriptions.

Compares the columns of tables and, if both snapshots have them, their JSON Schemas. `BUMPS` says which change
demands which bump.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any, Literal

from onrecord.dataset.comparison.snapshot import Content, Schema
from onrecord.model.tables import values_in

_ANNOTATIONS = frozenset({"title", "description", "$comment", "examples"})
"""Keywords that do not affect what is valid."""


class Bump(IntEnum):
    """Which number of the version must go up; the larger one wins."""

    PATCH = 1
    MINOR = 2
    MAJOR = 3


What = Literal[
    "table added",
    "table removed",
    "field added",
    "field removed",
    "type changed",
    "type widened",
    "labels added",
    "labels removed",
    "labels reordered",
    "rule changed",
    "description changed",
]

BUMPS: Mapping[What, Bump] = {
    "table added": Bump.MINOR,
    "table removed": Bump.MAJOR,
    "field added": Bump.MINOR,
    "field removed": Bump.MAJOR,
    "type changed": Bump.MAJOR,
    # Everything that was valid is still valid.
    "type widened": Bump.MINOR,
    "labels added": Bump.MINOR,
    "labels removed": Bump.MAJOR,
    # A reader that stores labels as positions would get other labels.
    "labels reordered": Bump.MAJOR,
    # A program cannot decide whether a rule is looser or stricter; valid records may be invalid now.
    "rule changed": Bump.MAJOR,
    "description changed": Bump.PATCH,
}
"""The smallest bump for each change of shape."""


@dataclass(frozen=True, slots=True)
class SchemaChange:
    """One change of shape; `field` is None for a change of the whole table."""

    table: str
    field: str | None
    what: What
    old: Any = None
    new: Any = None

    @property
    def bump(self) -> Bump:
        """The smallest bump that this demands."""
        return BUMPS[self.what]


def column_changes(old: Mapping[str, Content], new: Mapping[str, Content]) -> Iterator[SchemaChange]:
    """Tables and columns that were added or removed, or have another type."""
    yield from _came_and_went(old, new)
    for table in (name for name in new if name in old):
        before, after = old[table].columns, new[table].columns
        if not (old[table].rows or before) or not (new[table].rows or after):
            # An authored table without records has no columns to compare.
            continue
        yield from _fields_came_and_went(table, before, after)
        for name, kind in after.items():
            was = before.get(name, kind)
            if was and kind and was != kind:
                yield SchemaChange(table, name, "type changed", was, kind)


def schema_changes(
    old: Mapping[str, Schema], new: Mapping[str, Schema], columns: Iterable[SchemaChange]
) -> list[SchemaChange]:
    """The changes of the columns, and further changes of the JSON Schemas of tables in both snapshots."""
    found = list(columns)
    known = {(change.table, change.field, change.what) for change in found}
    retyped = {(change.table, change.field) for change in found if change.what == "type changed"}
    for table in (name for name in new if name in old):
        for change in _table_changes(table, old[table], new[table]):
            is_retyped = change.what == "type widened" and (table, change.field) in retyped
            if (table, change.field, change.what) not in known and not is_retyped:
                found.append(change)
    return found


def _came_and_went(old: Iterable[str], new: Iterable[str]) -> Iterator[SchemaChange]:
    before, after = list(old), list(new)
    yield from (SchemaChange(table, None, "table removed") for table in before if table not in after)
    yield from (SchemaChange(table, None, "table added") for table in after if table not in before)


def _fields_came_and_went(table: str, old: Iterable[str], new: Iterable[str]) -> Iterator[SchemaChange]:
    before, after = list(old), list(new)
    yield from (SchemaChange(table, name, "field removed") for name in before if name not in after)
    yield from (SchemaChange(table, name, "field added") for name in after if name not in before)


def _table_changes(table: str, old: Schema, new: Schema) -> Iterator[SchemaChange]:
    before, after = old.get("properties", {}), new.get("properties", {})
    yield from _fields_came_and_went(table, before, after)
    for name in (name for name in after if name in before):
        yield from _field_changes(table, name, _resolved(before[name], old), _resolved(after[name], new))
    yield from _required_changes(table, old, new)
    # Definitions count only if a field refers to them.
    apart = ("properties", "required", "$defs")
    if _rules(old, apart) != _rules(new, apart):
        yield SchemaChange(table, None, "rule changed")
    if _words(old) != _words(new):
        yield SchemaChange(table, None, "description changed")


def _required_changes(table: str, old: Schema, new: Schema) -> Iterator[SchemaChange]:
    """Fields of both snapshots that became required or optional."""
    both = old.get("properties", {}).keys() & new.get("properties", {}).keys()
    before, after = (set(schema.get("required", ())) & both for schema in (old, new))
    for name in sorted(after - before):
        yield SchemaChange(table, name, "rule changed", "optional", "required")
    for name in sorted(before - after):
        yield SchemaChange(table, name, "type widened", "required", "optional")


def _field_changes(table: str, name: str, old: Schema, new: Schema) -> Iterator[SchemaChange]:
    labels_before, labels_after = values_in(old) or None, values_in(new) or None
    if (labels_before is None) != (labels_after is None):
        yield SchemaChange(table, name, "rule changed", labels_before, labels_after)
    elif labels_before is not None and labels_after is not None:
        yield from _label_changes(table, name, labels_before, labels_after)
    types_before, types_after = _types(old), _types(new)
    if types_before != types_after:
        is_wider = bool(types_before) and set(types_before) < set(types_after)
        what: What = "type widened" if is_wider else "type changed"
        yield SchemaChange(table, name, what, types_before, types_after)
    apart = ("type", "enum")
    if _rules(old, apart) != _rules(new, apart):
        yield SchemaChange(table, name, "rule changed")
    if _words(old) != _words(new):
        yield SchemaChange(table, name, "description changed")


def _label_changes(table: str, name: str, old: list[Any], new: list[Any]) -> Iterator[SchemaChange]:
    if lost := [label for label in old if label not in new]:
        yield SchemaChange(table, name, "labels removed", lost, None)
    if fresh := [label for label in new if label not in old]:
        yield SchemaChange(table, name, "labels added", None, fresh)
    kept = [label for label in old if label in new]
    # A label inserted before others moves them as well.
    if kept != new[: len(kept)]:
        yield SchemaChange(table, name, "labels reordered", old, new)


def _types(schema: Schema) -> list[str]:
    found = schema.get("type", [])
    return [found] if isinstance(found, str) else sorted(found)


def _rules(schema: Schema, apart: Iterable[str]) -> str:
    """The validating keywords as text, without those that are compared separately."""
    left = {key: value for key, value in schema.items() if key not in set(apart)}
    if "enum" in apart and isinstance(left.get("items"), Mapping):
        left["items"] = {key: value for key, value in left["items"].items() if key != "enum"}
    return json.dumps(_without_words(left), sort_keys=True)


def _without_words(schema: Any) -> Any:
    if isinstance(schema, list):
        return [_without_words(value) for value in schema]
    if not isinstance(schema, Mapping):
        return schema
    return {
        # The keys below `properties` are names of fields, and a field may be called "title".
        key: {name: _without_words(sub) for name, sub in value.items()}
        if key == "properties"
        else _without_words(value)
        for key, value in schema.items()
        if key not in _ANNOTATIONS
    }


def _words(schema: Any) -> str:
    """All descriptions of a schema, without those of its fields, as text to compare."""
    return json.dumps({key: schema[key] for key in sorted(_ANNOTATIONS & schema.keys())}, sort_keys=True)


def _resolved(schema: Any, root: Schema) -> Any:
    """The schema with its references into `$defs` resolved; keywords next to a reference win."""
    if isinstance(schema, Mapping):
        own = {key: _resolved(value, root) for key, value in schema.items() if key != "$ref"}
        target = str(schema.get("$ref", ""))
        if target.startswith("#/$defs/"):
            definition = root.get("$defs", {}).get(target.removeprefix("#/$defs/"), {})
            return {**_resolved(definition, root), **own}
        return {**own, "$ref": target} if target else own
    return [_resolved(value, root) for value in schema] if isinstance(schema, list) else schema
