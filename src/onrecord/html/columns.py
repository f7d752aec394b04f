"""The tables as the page's scripts read them: JSON by column, repeated values written once.

Written row by row, the field names alone would be half of the file. `assets/tables.js` reads this form.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from onrecord.dataset.json_values import iso_date
from onrecord.dataset.load import Row
from onrecord.html.data import PageData
from onrecord.html.wording import time_words
from onrecord.model.tables import load_schema

Columns = dict[str, Any]


def tables_by_column(page_data: PageData) -> Columns:
    """The parts of the table of claims: claims, sentences, links, and times in words."""
    times = {claim[name] for claim in page_data.claims for name in ("stated_on", "about_time")} - {None}
    return {
        "claims": to_columns(page_data.claims, load_schema("claims")["properties"]),
        "segments": to_columns(page_data.segments, ("segment_id", "gloss")),
        "relations": to_columns(page_data.relations, ("source_id", "type", "target_id")),
        "times": {edtf: time_words(edtf) for edtf in sorted(times)},
        "speakers": {name: row["name"] for name, row in page_data.speakers.items()},
    }


def to_columns(rows: Sequence[Row], fields: Iterable[str]) -> Columns:
    """Rows by column: `values`, and `codes` that point into them if values repeat."""
    names = list(fields)
    return {
        "n": len(rows),
        "fields": names,
        "columns": [_column([row[name] for row in rows]) for name in names],
    }


def _column(cells: Sequence[Any]) -> Columns:
    plain = [iso_date(cell) for cell in cells]
    # Lists cannot be keys, and True and 1 are the same key: values are distinguished by their JSON.
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
