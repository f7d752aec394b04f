"""Make the label tables at the end of docs/annotation-guidelines.md from schema/labels.json.

Called by the cog block of that page. The schemas declare the labels; a test compares them with the
definitions.
"""

from collections.abc import Mapping

from onrecord.model.labels import definitions
from scripts.markdown import pipe_table

COLUMNS = {"definition": "meaning", "example": "example", "near_miss": "near miss"}


def label_tables() -> str:
    """One table per field with labels: meaning, an example, and a near miss where there is one."""
    parts = (
        f"### `{table_name}.{field}`\n\n{_table(labels)}\n"
        for table_name, fields in definitions().items()
        for field, labels in fields.items()
    )
    return "\n".join(parts).rstrip()


def _table(labels: Mapping[str, Mapping[str, str]]) -> str:
    used = [key for key in COLUMNS if any(key in texts for texts in labels.values())]
    return pipe_table(
        ("label", *(COLUMNS[key] for key in used)),
        ((f"`{label}`", *(texts.get(key, "") for key in used)) for label, texts in labels.items()),
    )
