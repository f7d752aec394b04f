"""The label tables at the end of docs/annotation-guidelines.md, made from schema/labels.json.

Called by the cog block there. What the labels are is declared in the schemas; a test holds the two together.
"""

import json
from collections.abc import Iterator, Mapping

from onrecord._home import home

COLUMNS = {"definition": "meaning", "example": "example", "near_miss": "near miss"}


def label_tables() -> str:
    """A table for every field that takes labels: meaning, an example, and a near miss where there is one."""
    defined = json.loads((home() / "schema" / "labels.json").read_text(encoding="utf-8"))
    tables = (
        (f"### `{table}.{field}`", "", *_table(labels), "")
        for table, fields in defined.items()
        for field, labels in fields.items()
    )
    return "\n".join(line for lines in tables for line in lines).rstrip()


def _table(labels: Mapping[str, Mapping[str, str]]) -> Iterator[str]:
    used = [key for key in COLUMNS if any(key in texts for texts in labels.values())]
    yield "| label | " + " | ".join(COLUMNS[key] for key in used) + " |"
    yield "| --- " * (len(used) + 1) + "|"
    for label, texts in labels.items():
        yield f"| `{label}` | " + " | ".join(texts.get(key, "") for key in used) + " |"
