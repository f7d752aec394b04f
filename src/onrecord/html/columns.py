"""The tables as the page's scripts read them: JSON by column, repeated values written once.

Owns the form. Written row by row, the field names alone would be half of the file. `tables.js` reads it.
"""

import json
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from onrecord.dataset.load import Row
from onrecord.html.data import Material
from onrecord.html.wording import time_words
from onrecord.model.tables import load_schema

Packed = dict[str, Any]


def packed_tables(material: Material) -> Packed:
    """What the table of claims is made from: claims, sentences, links, and times in words."""
    times = {claim[name] for claim in material.claims for name in ("stated_on", "about_time")} - {None}
    return {
        "claims": pack(material.claims, load_schema("claims")["properties"]),
        "segments": pack(material.segments, ("segment_id", "gloss")),
        "relations": pack(material.relations, ("source_id", "type", "target_id")),
        "times": {edtf: time_words(edtf) for edtf in sorted(times)},
        "speakers": {name: row["name"] for name, row in material.speakers.items()},
    }


def pack(rows: Sequence[Row], fields: Iterable[str]) -> Packed:
    """Rows by column: `values`, and `codes` that point into them where values come more than once."""
    names = list(fields)
    return {
        "n": len(rows),
        "fields": names,
        "columns": [_column([row[name] for row in rows]) for name in names],
    }


def _column(cells: Sequence[Any]) -> Packed:
    plain = [cell.isoformat() if isinstance(cell, date) else cell for cell in cells]
    # Lists cannot be keys, and True and 1 are one key: their JSON is what tells values apart.
    codes: dict[str, int] = {}
    values: list[Any] = []
    coded: list[int] = []
    for cell in plain:
        key = json.dumps(cell)
        if key not in codes:
            codes[key] = len(values)
            values.append(cell)
        coded.append(codes[key])
    return {"values": plain} if 2 * len(values) > len(plain) else {"values": values, "codes": coded}
