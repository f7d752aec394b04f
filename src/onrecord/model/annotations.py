"""The labels of annotators: which fields they label, which of them a record holds, and how labels compare."""

from collections.abc import Mapping
from functools import cache
from typing import Any

from onrecord.model.tables import label_names

NO_TIME = "null"
"""How the label 'tied to no time' is written where a missing label is None."""

_OPTIONAL = ("undecided", "seconds")
"""The fields, next to labels, that the record of an annotator may lack."""

_TIMELESS = "about_time"
"""The field in which null is a label: the proposition is tied to no time."""


@cache
def annotated_fields() -> tuple[str, ...]:
    """The fields of a claim that annotators label, in their order: those that an adjudication may decide."""
    return label_names("field", "adjudications")


def labelled_fields(annotation: Mapping[str, Any]) -> list[str]:
    """The fields that an annotator labelled, from the record as written; others are no labels."""
    return [name for name in annotated_fields() if _is_label(annotation, name)]


def undecided_fields(annotation: Mapping[str, Any]) -> dict[str, str]:
    """The fields that an annotator could not decide, each with the reason, in the order of the schema."""
    given = annotation.get("undecided") or {}
    return {name: given[name] for name in annotated_fields() if given.get(name) is not None}


def has_labelled(annotation: Mapping[str, Any], field: str) -> bool:
    """Whether an annotator labelled a field, in a record as written or in a built row."""
    return field in annotation["labelled"] if "labelled" in annotation else _is_label(annotation, field)


def _is_label(annotation: Mapping[str, Any], field: str) -> bool:
    if field not in annotation:
        return False
    # Null is a label of one field only, and there not if the annotator could not decide.
    return annotation[field] is not None or (field == _TIMELESS and field not in undecided_fields(annotation))


def label_of(row: Mapping[str, Any], field: str) -> Any:
    """The label that a claim or annotation has, in a form that compares and can be counted.

    A list is a tuple: in order for `via`, sorted for sets of labels. No time is NO_TIME.
    """
    value = row[field]
    if isinstance(value, list):
        return tuple(value if field == "via" else sorted(value))
    return NO_TIME if value is None and field == _TIMELESS else value


def shown(label: Any) -> str:
    """A label of `label_of` as people read it."""
    if isinstance(label, tuple):
        return ", ".join(label) or "none"
    return label if isinstance(label, str) else {None: "no label", True: "true", False: "false"}[label]


def as_written(row: Mapping[str, Any]) -> dict[str, Any]:
    """The record that a built row was made from: without what nobody labelled, decided or measured.

    Null would be a label of the field in which it means 'tied to no time'.
    """
    found = {
        name: value
        for name, value in row.items()
        if name != "labelled" and (name not in annotated_fields() or name in row["labelled"])
    }
    found["undecided"] = undecided_fields(row) or None
    return {name: value for name, value in found.items() if value is not None or name not in _OPTIONAL}
