"""The data dictionary: every field of every table as the schemas declare it, for docs/fields.md and the card.

Called by the cog blocks there. The labels link to their definitions in the guidelines.
"""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from onrecord.dataset.load import iter_rows
from onrecord.model.digest import read_identity
from onrecord.model.labels import definitions
from onrecord.model.paths import home
from onrecord.model.tables import (
    DATASET,
    EACH,
    TABLES,
    key_fields,
    key_tables,
    load_schema,
    read_only_fields,
    reference_fields,
)
from scripts.markdown import pipe_table

Path = tuple[str, ...]


def data_dictionary() -> str:
    """One chapter per table: what a row is, the number of rows, its key and its fields."""
    return "\n\n".join(_chapter(table) for table in TABLES)


def dataset_file() -> str:
    """The fields of dataset.json, with what the shipped one says."""
    about = read_identity(home() / "data").about.as_record()
    body = [
        (f"`{name}`", _type(sub), sub["description"], f"`{json.dumps(about[name], ensure_ascii=False)}`")
        for name, sub in load_schema(DATASET)["properties"].items()
    ]
    return pipe_table(("field", "type", "meaning", "in this dataset"), body)


def annotators_file() -> str:
    """The fields of annotators.jsonl."""
    schema = load_schema("annotators")
    body = [(f"`{name}`", _type(sub), meaning(sub)) for name, sub in schema["properties"].items()]
    return pipe_table(("field", "type", "meaning"), body)


def meaning(subschema: Mapping[str, Any], guide: str | None = None) -> str:
    """What a field means, with the labels that it takes; `guide` links to their definitions."""
    text = str(subschema["description"])
    for labels, how in (
        ([label for label in subschema.get("enum", ()) if label is not None], "One of"),
        (subschema.get("items", {}).get("enum"), "Any of"),
    ):
        if labels:
            text += (
                f" {f'[{how}]({guide})' if guide else how} "
                + ", ".join(f"`{label}`" for label in labels)
                + "."
            )
    return text


def joins(table: str) -> Mapping[Path, str]:
    """The fields that hold ids, with the table of those ids; the items of a list count as its own."""
    return {
        tuple(step for step in field.path if step != EACH): key_tables()[field.definition]
        for field in reference_fields(table)
        # What was withdrawn is in no table any more, so there is nothing to join it with.
        if field.path != ("withdrawn", EACH, "claim_id")
    }


def _chapter(table: str) -> str:
    schema, count = load_schema(table), sum(1 for _ in iter_rows(table, split=None))
    key = " and ".join(f"`{name}`" for name in key_fields(table))
    body = [
        (f"`{_shown(path)}`", _type(sub), f"{meaning(sub, _guide(table, path, sub))}{_remark(table, path)}")
        for path, sub in _places(schema["properties"], ())
    ]
    return f"## {table}\n\n{schema['description']}\n\nRows: {count:,}. Key: {key}.\n\n" + pipe_table(
        ("field", "type", "meaning"), body
    )


def _places(properties: Mapping[str, Any], above: Path) -> Iterator[tuple[Path, Mapping[str, Any]]]:
    for name, sub in properties.items():
        yield (*above, name), sub
        yield from _places(sub.get("items", {}).get("properties", {}), (*above, name, EACH))


def _remark(table: str, path: Path) -> str:
    target = joins(table).get(tuple(step for step in path if step != EACH))
    link = f" Refers to [{target}](#{target})." if target else ""
    return f"{link}{' *Derived.*' if path[0] in read_only_fields(table) else ''}"


def _guide(table: str, path: Path, subschema: Mapping[str, Any]) -> str | None:
    if not (subschema.get("enum") or subschema.get("items", {}).get("enum")):
        return None
    defined = definitions()
    # The labels of an annotation are those of the claim. Fields inside a list have no chapter of their own.
    owner = table if path[0] in defined.get(table, {}) else "claims"
    if path[0] not in defined[owner]:
        return None
    return f"annotation-guidelines.md#{owner}{path[0]}"


def _shown(path: Path) -> str:
    return ".".join(path).replace(f".{EACH}", EACH)


def _type(subschema: Mapping[str, Any]) -> str:
    names = subschema.get("type", "string")
    kinds = [names] if isinstance(names, str) else list(names)
    if "array" in kinds:
        return f"list of {_type(subschema['items'])}"
    if kinds[0] == "object":
        return "{" + ", ".join(subschema["properties"]) + "}" + (" or null" if "null" in kinds else "")
    shown = ["date" if kind == "string" and subschema.get("format") == "date" else kind for kind in kinds]
    return " or ".join(shown)
