"""What the labels mean: the definitions in schema/labels.json, by table, field and label.

The schemas declare which labels exist and in which order; a test compares the two.
"""

import json
from collections.abc import Mapping
from functools import cache

from onrecord.model.paths import home

Texts = Mapping[str, str]
"""`definition`, and optionally `example` and `near_miss`."""


@cache
def definitions() -> Mapping[str, Mapping[str, Mapping[str, Texts]]]:
    """The texts of every label, by table, field and label."""
    found: Mapping[str, Mapping[str, Mapping[str, Texts]]] = json.loads(
        (home() / "schema" / "labels.json").read_text(encoding="utf-8")
    )
    return found
