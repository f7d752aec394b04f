"""What the labels mean: the texts in labels.json, phenomena.json and edits.json, by table, field and label.

The schemas declare which labels exist and in which order; a test compares them.
"""

import json
from collections.abc import Mapping
from functools import cache
from typing import Any

from onrecord.model.paths import home

Texts = Mapping[str, str]
"""`definition`, and optionally `example` and `near_miss`."""

_TAGGED = ("claims", "segments")


@cache
def definitions() -> Mapping[str, Mapping[str, Mapping[str, Texts]]]:
    """The texts of every label, by table, field and label."""
    found: dict[str, dict[str, Mapping[str, Texts]]] = _read("labels.json")
    for table in _TAGGED:
        found[table] = {**found[table], "phenomena": phenomena()}
    found["contrasts"] = {**found["contrasts"], "edit": edits()}
    return found


@cache
def phenomena() -> Mapping[str, Texts]:
    """The texts of every phenomenon that a claim or segment may be tagged with, by id."""
    return {
        one["id"]: {"definition": one["definition"], "example": one["example"]}
        for one in _read("phenomena.json")["phenomena"]
    }


@cache
def edits() -> Mapping[str, Texts]:
    """The texts of every kind of edit by which the two inputs of a pair may differ, by id."""
    return {
        one["id"]: {"definition": one["definition"], "example": one["example"]}
        for one in _read("edits.json")["edits"]
    }


def _read(name: str) -> Any:
    return json.loads((home() / "schema" / name).read_text(encoding="utf-8"))
