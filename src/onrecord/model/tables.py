"""The JSON Schemas in schema/ as code: tables, keys, references, label sets.

All code that needs to know the shape of a record asks here. Each field is declared once, in the schema files.
Validators made from the schemas are in `validators`, Arrow schemas in `arrow`.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from types import MappingProxyType
from typing import Any

from onrecord.model.findings import hint
from onrecord.model.paths import home

Schema = Mapping[str, Any]

TABLES = ("claims", "segments", "documents", "relations", "annotations", "speakers", "contrasts")
"""All tables, the default one first."""

OPTIONAL_TABLES = frozenset({"relations", "annotations", "contrasts"})
"""Tables that may be empty, and that a corpus may lack: documents may have no relations or annotations."""

STANDALONE_TABLES = frozenset({"contrasts"})
"""Tables whose records share nothing with those of other tables, and so belong to no document."""

SPLITS = ("test", "challenge", "validation")
"""The splits that a document may belong to, with all its records. None of them is for training."""

SIDE_TABLES = ("annotators", "adjudications", "errata", "extractions", "extraction_matches", "labellings")
"""Files next to the tables: checked like them, but not built."""

KNOWN_TABLES = (*TABLES, *SIDE_TABLES)
"""All of them, in the order in which a document's records are read."""
DATASET = "dataset"
"""The name of the schema of dataset.json, which holds the one record about the dataset as a whole."""

_KEYS: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "claims": ("claim_id",),
        "segments": ("segment_id",),
        "documents": ("document_id",),
        "relations": ("source_id", "target_id", "type"),
        "annotations": ("annotator_id", "claim_id"),
        "speakers": ("speaker_id",),
        "contrasts": ("contrast_id",),
        DATASET: ("name",),
        "annotators": ("annotator_id",),
        "adjudications": ("claim_id", "field"),
        "errata": ("claim_id", "change"),
        "extraction_matches": ("annotator_id", "number"),
        # The annotator is named by the file of these two.
        "extractions": ("number",),
        "labellings": ("claim_id",),
    }
)

SCHEMA_SUFFIX = ".schema.json"
"""The ending of every file in schema/, after the name of its table."""

_NULLABLE = "_or_null"

EACH = "[]"
"""The step in a field's path for every item of a list."""


@dataclass(frozen=True, slots=True)
class Field:
    """A place in a record, such as `("anchors", "[]", "segment_id")`, and the name of its definition."""

    path: tuple[str, ...]
    definition: str

    def values(self, record: Mapping[str, Any]) -> Iterator[tuple[tuple[str | int, ...], Any]]:
        """Each value at this place with its exact path. Records of another shape yield nothing."""
        if len(self.path) == 1:
            # Most places are fields of the record itself.
            if self.path[0] in record:
                yield self.path, record[self.path[0]]
        elif len(self.path) == 2 and self.path[1] == EACH:
            # Most others are items of a list.
            name = self.path[0]
            items = record.get(name)
            if isinstance(items, list):
                yield from (((name, index), item) for index, item in enumerate(items))
        else:
            yield from _values_at(record, self.path, ())

    def column(self, records: Sequence[Mapping[str, Any]]) -> list[Any]:
        """The values at this place of valid records, one after another, without their paths."""
        name, *rest = self.path
        # A record that an annotator wrote may lack a field, or have null for a list.
        if not rest:
            return [record.get(name) for record in records]
        if rest[0] != EACH:
            return [(record.get(name) or {}).get(rest[0]) for record in records]
        items = [item for record in records for item in record.get(name) or ()]
        return items if rest == [EACH] else [item[rest[1]] for item in items]


@cache
def load_schema(table: str) -> Schema:
    """The JSON Schema of a table as it is in schema/: both forms of a record, authored and built."""
    schema: Schema = json.loads(schema_text(table))
    return schema


def schema_text(table: str) -> str:
    """The text of a schema's file. Raises ValueError, with the nearest table, if there is none."""
    if table not in schema_names():
        raise ValueError(_unknown("table", table, schema_names()))
    return (home() / "schema" / f"{table}{SCHEMA_SUFFIX}").read_text(encoding="utf-8")


@cache
def schema_names() -> tuple[str, ...]:
    """What there is a schema of: the tables, then side files and others in alphabetical order."""
    # The folder says it, because predictions and other files have schemas as well.
    files = (home() / "schema").glob(f"*{SCHEMA_SUFFIX}")
    found = {file.name.removesuffix(SCHEMA_SUFFIX) for file in files}
    return (*(name for name in TABLES if name in found), *sorted(found - set(TABLES)))


@cache
def authored_schema(table: str) -> Schema:
    """The schema of records written by hand: derived fields are not allowed."""
    schema = load_schema(table)
    hidden = read_only_fields(table)
    return {**schema, "properties": {k: v for k, v in schema["properties"].items() if k not in hidden}}


@cache
def built_schema(table: str) -> Schema:
    """The schema of a built row: derived fields are required."""
    schema = load_schema(table)
    return {**schema, "required": list(schema["properties"])}


def key_fields(table: str) -> tuple[str, ...]:
    """The fields whose values together identify a row of the table."""
    return _KEYS[table]


def key_tables() -> Mapping[str, str]:
    """The table of each kind of id: `claim_id` -> `claims`."""
    return {_KEYS[table][0]: table for table in TABLES if len(_KEYS[table]) == 1}


@cache
def read_only_fields(table: str) -> frozenset[str]:
    """The fields that only the build may write."""
    properties = load_schema(table)["properties"]
    return frozenset(name for name, subschema in properties.items() if subschema.get("readOnly"))


@cache
def referring_fields(table: str) -> tuple[Field, ...]:
    """Every authored place of a record whose schema has a `$ref`, with the name of the definition."""
    properties = authored_schema(table)["properties"]
    return tuple(found for name, sub in properties.items() for found in _referring(sub, (name,)))


@cache
def reference_fields(table: str) -> tuple[Field, ...]:
    """The foreign keys of a table: places that hold the id of a row, except the table's own key."""
    targets = key_tables()
    return tuple(
        field
        for field in referring_fields(table)
        if field.definition in targets
        and not (targets[field.definition] == table and field.path == key_fields(table))
    )


@cache
def edtf_fields(table: str) -> tuple[Field, ...]:
    """The places that hold an EDTF string."""
    return tuple(field for field in referring_fields(table) if field.definition == "edtf")


@cache
def integer_fields(table: str) -> tuple[Field, ...]:
    """The authored places that hold a whole number."""
    properties = authored_schema(table)["properties"]
    return tuple(found for name, sub in properties.items() for found in _integers(sub, (name,)))


@cache
def prose_fields(table: str) -> tuple[Field, ...]:
    """The places that hold sentences or names in the dataset's own words."""
    return tuple(field for field in referring_fields(table) if field.definition == "prose")


@cache
def label_names(field: str, table: str = "claims") -> tuple[str, ...]:
    """The labels that a field (or each item of a list field) may take, in their order.

    Raises ValueError, with the nearest field, if the field is unknown or takes no labels.
    """
    properties = load_schema(table)["properties"]
    labels = {name: labels_in(subschema) for name, subschema in properties.items()}
    if not labels.get(field):
        raise ValueError(_unknown("label field", field, [name for name, found in labels.items() if found]))
    return labels[field]


def labels_in(subschema: Schema) -> tuple[str, ...]:
    """The labels that a place, or each item of a list there, may take, in their order."""
    return tuple(label for label in values_in(subschema) if label is not None)


def values_in(subschema: Schema) -> list[Any]:
    """The values of that list in the schema: the labels, and null where the place may be empty."""
    return list(subschema.get("enum") or subschema.get("items", {}).get("enum") or ())


def definition_of(subschema: Schema) -> str | None:
    """The name of the definition that a place refers to, the same whether it may be null or not.

    A definition carries its own `type`, because older validators ignore everything next to a `$ref`. A place
    that may be null therefore refers to a definition of its own, `edtf_or_null` next to `edtf`.
    """
    name = str(subschema.get("$ref", "")).rpartition("/")[2]
    return name.removesuffix(_NULLABLE) or None


def _referring(subschema: Schema, path: tuple[str, ...]) -> Iterator[Field]:
    if name := definition_of(subschema):
        yield Field(path, name)
    if "items" in subschema:
        yield from _referring(subschema["items"], (*path, EACH))
    for name, sub in subschema.get("properties", {}).items():
        yield from _referring(sub, (*path, name))


def _integers(subschema: Schema, path: tuple[str, ...]) -> Iterator[Field]:
    if subschema.get("type") == "integer":
        yield Field(path, "integer")
    if "items" in subschema:
        yield from _integers(subschema["items"], (*path, EACH))
    for name, sub in subschema.get("properties", {}).items():
        yield from _integers(sub, (*path, name))


def _values_at(
    value: Any, path: tuple[str, ...], exact: tuple[str | int, ...]
) -> Iterator[tuple[tuple[str | int, ...], Any]]:
    if not path:
        yield exact, value
    elif path[0] == EACH:
        if isinstance(value, list):
            for index, item in enumerate(value):
                yield from _values_at(item, path[1:], (*exact, index))
    elif isinstance(value, Mapping) and path[0] in value:
        yield from _values_at(value[path[0]], path[1:], (*exact, path[0]))


def _unknown(what: str, name: str, allowed: "tuple[str, ...] | list[str]") -> str:
    return f"there is no {what} {name!r}; {hint(name, allowed)}"
