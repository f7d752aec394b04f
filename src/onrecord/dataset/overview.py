"""The tables as a person reads them in a terminal: an overview of all, a listing of one.

Owns the choice of what is shown and its layout. Returns text: `cli` prints it, `load` has read the rows.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import islice
from textwrap import fill
from typing import Any

from tabulate import tabulate

from onrecord.model.tables import TABLES, label_names

Row = Mapping[str, Any]

_WIDTH = 100
_LISTED: Mapping[str, tuple[str, ...]] = {
    "claims": ("claim_id", "speaker", "stated_on", "verifiability", "text"),
    "segments": ("segment_id", "role", "start", "end", "has_claims", "gloss"),
    "documents": ("document_id", "publisher", "date", "language", "length", "title"),
    "relations": ("source_id", "type", "target_id"),
    "annotations": ("annotator_id", "claim_id", "found", "verifiability", "kind", "speaker_id", "stated_on"),
    "speakers": ("speaker_id", "name", "type", "description"),
}
_PROSE_WIDTH = 56


def overview(read: Callable[[str], Iterable[Row]]) -> str:
    """Rows a table, claims by speaker and verifiability, and a claim of each verifiability.

    `read` gives the rows of a table; each table is gone through once and none is held.
    """
    labels = label_names("verifiability")
    speakers: Counter[str] = Counter()
    cells: Counter[tuple[str, str]] = Counter()
    samples: dict[str, Row] = {}
    counts = {table: sum(1 for _ in read(table)) for table in TABLES if table != "claims"}
    for claim in read("claims"):
        speakers[claim["speaker"]] += 1
        cells[claim["speaker"], claim["verifiability"]] += 1
        samples.setdefault(claim["verifiability"], claim)
    counts["claims"] = speakers.total()
    return "\n\n".join(
        [
            _table(("table", "rows"), [(table, counts[table]) for table in TABLES]),
            "Claims by speaker and verifiability\n\n" + cross_table(speakers, cells, labels),
            "A claim of each kind\n\n"
            + "\n\n".join(_sample(samples[label]) for label in labels if label in samples),
        ]
    )


def cross_table(speakers: Counter[str], cells: Counter[tuple[str, str]], labels: tuple[str, ...]) -> str:
    """Speakers by number of claims, with a column a label and totals at both edges."""
    by_count = sorted(speakers, key=lambda name: (-speakers[name], name))
    body = [(name, *(cells[name, label] for label in labels), speakers[name]) for name in by_count]
    totals = [sum(cells[name, label] for name in speakers) for label in labels]
    return _table(("speaker", *labels, "all"), [*body, ("all", *totals, speakers.total())])


def listing(table: str, rows: Iterable[Row], limit: int) -> str:
    """The first rows of a table, the fields that tell them apart, long text wrapped."""
    fields = _LISTED[table]
    shown = [[_cell(row[field]) for field in fields] for row in islice(rows, limit)]
    return _table(fields, shown)


def json_lines(rows: Iterable[Row]) -> Iterator[str]:
    """Each row as one line of JSON, fields in their order, dates as ISO strings."""
    return (_json(row) for row in rows)


def json_array(rows: Iterable[Row]) -> Iterator[str]:
    """The rows as one JSON array, line by line."""
    pending = "["
    for row in rows:
        yield pending if pending == "[" else f"{pending},"
        pending = f"  {_json(row)}"
    yield pending
    yield "]"


def _sample(claim: Row) -> str:
    head = " · ".join([claim["claim_id"], claim["speaker"], claim["stated_on"], claim["verifiability"]])
    return head + "\n" + fill(claim["text"], _WIDTH, initial_indent="  ", subsequent_indent="  ")


def _table(headers: Sequence[str], body: Sequence[Sequence[object]]) -> str:
    # Said outright, for tabulate would take ids and years for numbers.
    align = ["right" if type(cell) is int else "left" for cell in body[0]] if body else None
    return tabulate(body, headers=headers, disable_numparse=True, colalign=align)


def _cell(value: object) -> object:
    if isinstance(value, str):
        return fill(value, _PROSE_WIDTH)
    return "" if value is None else value


def _json(row: Row) -> str:
    return json.dumps(row, ensure_ascii=False, default=date.isoformat)
