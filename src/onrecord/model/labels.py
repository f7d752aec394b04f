"""What the labels mean: the definitions in schema/labels.json, by table, field and label.

Owns the reading of that file. Which labels there are, and in which order, is declared in the schemas; a test
holds the two together.
"""

import json
from collections.abc import Mapping
from functools import cache

from onrecord.model.paths import home

Texts = Mapping[str, str]
"""`definition`, and where there is one `example` and `near_miss`."""


@cache
def definitions() -> Mapping[str, Mapping[str, Mapping[str, Texts]]]:
    """Every label with its texts: table to field to label."""
    found: Mapping[str, Mapping[str, Mapping[str, Texts]]] = json.loads(
        (home() / "schema" / "labels.json").read_text(encoding="utf-8")
    )
    return found
