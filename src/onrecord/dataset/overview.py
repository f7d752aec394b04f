"""The tables as text for a terminal: an overview of all, a listing of one.

What is shown is chosen and laid out here. `load` reads the rows and `cli` prints the text.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import islice
from textwrap import fill
from typing import Any

from tabulate import tabulate

from onrecord.dataset.json_values import json_array, json_lines, without_controls
from onrecord.model.tables import TABLES, label_names

__all__ = ["LISTED_FIELDS", "cross_table", "json_array", "json_lines", "listing", "overview"]

Row = Mapping[str, Any]

_WIDTH = 100
LISTED_FIELDS: Mapping[str, tuple[str, ...]] = {
    "claims": ("claim_id", "layer", "speaker", "stated_on", "verifiability", "text"),
    "segments": ("segment_id", "role", "start", "end", "has_claims", "gloss"),
    "documents": ("document_id", "split", "publisher", "date", "language", "length", "title"),
    "relations": ("source_id", "type", "target_id"),
    "annotations": ("annotator_id", "claim_id", "found", "verifiability", "kind", "speaker_id", "stated_on"),
    "speakers": ("speaker_id", "name", "type", "description"),
    "contrasts": ("contrast_id", "edit", "changes", "answer_a", "answer_b", "sentences_a", "sentences_b"),
}
"""The fields of each table that a listing shows."""
_PROSE_WIDTH = 56


def overview(read: Callable[[str], Iterable[Row]]) -> str:
    """Rows per table, claims by layer, speaker and verifiability, and one claim of each verifiability.

    `read` gives the rows of a table; each table is read once and none is held in memory.
    """
    labels = label_names("verifiability")
    speakers: Counter[str] = Counter()
    layers: Counter[str] = Counter()
    cells: Counter[tuple[str, str]] = Counter()
    by_layer: Counter[tuple[str, str]] = Counter()
    samples: dict[str, Row] = {}
    counts = {table: sum(1 for _ in read(table)) for table in TABLES if table != "claims"}
    for claim in read("claims"):
        speakers[claim["speaker"]] += 1
        layers[claim["layer"]] += 1
        cells[claim["speaker"], claim["verifiability"]] += 1
        by_layer[claim["layer"], claim["verifiability"]] += 1
        samples.setdefault(claim["verifiability"], claim)
    counts["claims"] = speakers.total()
    return "\n\n".join(
        [
            _table(("table", "rows"), [(table, counts[table]) for table in TABLES]),
            "Claims by layer and verifiability\n\n" + cross_table(layers, by_layer, labels, "layer"),
            "Claims by speaker and verifiability\n\n" + cross_table(speakers, cells, labels),
            "A claim of each kind\n\n"
            + "\n\n".join(_sample(samples[label]) for label in labels if label in samples),
        ]
    )


def cross_table(
    speakers: Counter[str], cells: Counter[tuple[str, str]], labels: tuple[str, ...], head: str = "speaker"
) -> str:
    """Speakers (or other values) by number of claims: one column per label, and totals at both edges."""
    by_count = sorted(speakers, key=lambda name: (-speakers[name], name))
    body = [
        (without_controls(name), *(cells[name, label] for label in labels), speakers[name])
        for name in by_count
    ]
    totals = [sum(cells[name, label] for name in speakers) for label in labels]
    return _table((head, *labels, "all"), [*body, ("all", *totals, speakers.total())])


def listing(table: str, rows: Iterable[Row], limit: int) -> str:
    """The first rows of a table: the fields that distinguish them, long text wrapped."""
    fields = LISTED_FIELDS[table]
    shown = [[_cell(row[field]) for field in fields] for row in islice(rows, limit)]
    return _table(fields, shown)


def _sample(claim: Row) -> str:
    head = " · ".join([claim["claim_id"], claim["speaker"], claim["stated_on"], claim["verifiability"]])
    return (
        without_controls(head)
        + "\n"
        + fill(without_controls(claim["text"]), _WIDTH, initial_indent="  ", subsequent_indent="  ")
    )


def _table(headers: Sequence[str], body: Sequence[Sequence[object]]) -> str:
    # Explicit, because tabulate would take ids and years for numbers.
    align = ["right" if type(cell) is int else "left" for cell in body[0]] if body else None
    return tabulate(body, headers=headers, disable_numparse=True, colalign=align)


def _cell(value: object) -> object:
    if isinstance(value, str):
        return fill(without_controls(value), _PROSE_WIDTH)
    return "" if value is None else value
