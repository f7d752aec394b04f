"""The tables as the page's scripts read them: JSON by column, repeated values written once.

Written row by row, the field names alone would be half of the file. `assets/tables.js` reads this form.
"""

import json
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from onrecord.dataset.json_values import iso_date
from onrecord.dataset.load import Row
from onrecord.html.data import PageData
from onrecord.html.views import CONVERSE, differences
from onrecord.html.wording import time_words
from onrecord.model.annotations import annotated_fields
from onrecord.model.tables import load_schema

Columns = dict[str, Any]

_ID = re.compile(r"(.*-[cs])([0-9]{3,15})")

ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789!#$%()*+,-./:;=?@[]^_{|}~"
"""The characters that stand for the first values of a column; JSON and HTML escape none of them."""


def tables_by_column(page_data: PageData, read: Collection[str] = ()) -> Columns:
    """The data block: the tables that the scripts search and show, and names and times in words.

    The reading view has the claims of the documents `read`: the scripts take their texts from there.
    """
    times = {
        row[name]
        for row in (*page_data.claims, *page_data.annotations)
        for name in ("stated_on", "about_time")
    } - {None}
    differing: dict[str, list[str]] = {}
    for difference in differences(page_data):
        differing.setdefault(difference.claim["claim_id"], []).append(difference.field)
    documents = {row["document_id"]: row for row in page_data.documents}
    return {
        "alphabet": ALPHABET,
        "claims": _claims(page_data, read),
        # What is known of a claim beyond its record, row by row as in `claims`.
        "more": to_columns(
            [
                {
                    "differs": differing.get(claim["claim_id"], []),
                    "split": documents[claim["document_id"]]["split"],
                }
                for claim in page_data.claims
            ],
            ("differs", "split"),
        ),
        "segments": to_columns(page_data.segments, ("segment_id", "gloss", "start")),
        "relations": to_columns(page_data.relations, ("source_id", "type", "target_id")),
        "annotations": to_columns(
            page_data.annotations, ("annotator_id", "claim_id", *annotated_fields(), "undecided", "labelled")
        ),
        "annotated": list(annotated_fields()),
        "annotators": page_data.annotators,
        "converse": dict(CONVERSE),
        "times": {edtf: time_words(edtf) for edtf in sorted(times)},
        "speakers": {
            name: [page_data.names[name], row["description"]] for name, row in page_data.speakers.items()
        },
        "documents": {name: row["title"] for name, row in documents.items()},
    }


def _claims(page_data: PageData, read: Collection[str]) -> Columns:
    """The claims; an anchor is the number of its segment, its start and its end, all in one list.

    A text is null where the reading view has it. What HTML would alter is here all the same.
    """
    places = {row["segment_id"]: at for at, row in enumerate(page_data.segments)}

    def flat(anchors: Sequence[Mapping[str, Any]]) -> list[int]:
        return [number for one in anchors for number in (places[one["segment_id"]], one["start"], one["end"])]

    rows = [
        {
            **claim,
            "anchors": flat(claim["anchors"]),
            "text": None if claim["document_id"] in read and claim["text"].isprintable() else claim["text"],
        }
        for claim in page_data.claims
    ]
    return to_columns(rows, load_schema("claims")["properties"])


def to_columns(rows: Sequence[Row], fields: Iterable[str]) -> Columns:
    """Rows by column: `values`, and `codes` that point into them if values repeat.

    The codes are characters of ALPHABET where there are enough of them, else numbers. Ids are `starts` and
    `numbers`.
    """
    names = list(fields)
    return {
        "n": len(rows),
        "fields": names,
        "columns": [_column([row[name] for row in rows]) for name in names],
    }


def _column(cells: Sequence[Any]) -> Columns:
    plain = [iso_date(cell) for cell in cells]
    if (ids := _ids(plain)) is not None:
        return ids
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
    if 2 * len(values) > len(plain):
        return {"values": plain}
    if len(values) <= len(ALPHABET):
        return {"values": values, "codes": "".join(ALPHABET[code] for code in coded)}
    return {"values": values, "codes": coded}


def _ids(cells: Sequence[Any]) -> Columns | None:
    """Ids of claims or segments as numbers of `starts`, each followed by the number at the end of the id."""
    starts: dict[str, int] = {}
    numbers: list[int] = []
    for cell in cells:
        found = _ID.fullmatch(cell) if isinstance(cell, str) else None
        if found is None or cell != f"{found[1]}{int(found[2]):03d}":
            return None
        numbers += [starts.setdefault(found[1], len(starts)), int(found[2])]
    return {"starts": list(starts), "numbers": numbers} if cells else None
