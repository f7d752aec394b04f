"""Which sums of stretches contradict each other: queries and comparisons that a sound document always passes.

Owns the tests, and which tables a rule looks at where one of them fails; they are run by `crossing`.
"""

from collections.abc import Iterator, Mapping, Sequence, Set

import numpy as np
import pyarrow as pa
import pyarrow.compute as pac

from onrecord.corpus.ids import MOST
from onrecord.corpus.signs import Mask, Numbers
from onrecord.model.tables import TABLES

BESIDE: Mapping[str, Sequence[str]] = {
    "claims": ("claims", "segments", "documents"),
    "segments": ("segments", "documents"),
    "documents": TABLES,
    "relations": ("relations", "claims", "documents"),
    "annotations": ("annotations", "claims", "documents"),
}
"""The tables that rules about a table's own records look at: the others pass all tests that concern them."""

_NUMBERED = ("claims", "segments", "documents")
"""The tables that rules about the numbers of claims and segments look at."""

_AGAINST_DOCUMENT: Mapping[str, str] = {
    "claims": "l.date_first <> r.date or l.date_last <> r.date",
    "annotations": "l.stated_top > r.date",
    "segments": "l.end_top > r.length",
}
"""What a stretch of each table must not be, beside that of its document."""


def of_documents(given: Set[str]) -> list[str]:
    """The tables at hand whose records belong to a document."""
    return [table for table in TABLES if table in given and table != "speakers"]


def mask(tables: Sequence[str]) -> int:
    """The tables as bits of a number."""
    return sum(1 << TABLES.index(table) for table in tables)


def tests(given: Set[str], unnamed: Set[str]) -> Iterator[str]:
    """Queries for documents that may break a rule of the tables at hand, with the tables to look at as bits.

    Of the tables in `unnamed` nothing can be said to be missing.
    """
    own = of_documents(given)
    trusted = given - unnamed
    for table in own:
        beside = BESIDE[table]
        looks = {
            "is_doubtful": beside,
            "is_broken and not is_extra": _NUMBERED if table != "documents" else TABLES,
            "is_broken and is_extra": TABLES,
            "is_alone": ("documents",),
        }
        if table in ("claims", "segments") and table in trusted and "documents" in given:
            looks["not is_extra and ids <> top"] = beside
        # One look at each stretch, for it has to be read from the disk.
        bits = " | ".join(f"if({test}, {mask(tables)}, 0)" for test, tables in looks.items())
        yield f"select document, {bits} from {table} where {' or '.join(f'({test})' for test in looks)}"
        # In one stretch a table's sums are those of the whole document.
        twice = f"select document from {table} where not is_extra group by document having count(*) > 1"
        yield _all_of(twice, TABLES if table in ("claims", "documents") else beside)
        if "documents" in trusted and table != "documents":
            known = "select document from documents where is_sound"
            yield _all_of(f"select document from {table} where document not in ({known})", TABLES)
    if own:
        partners = (f"select partner as document from {table} where partner is not null" for table in own)
        yield _all_of(" union all ".join(partners), TABLES)
    if "claims" in given and "segments" in trusted:
        yield _pairs("claims", "segments", "l.segment_top > coalesce(r.top, 0)", BESIDE["claims"])
    if {"claims", "relations"} <= given:
        test = "not coalesce(list_has_all(r.utterances, l.reporting), len(l.reporting) = 0)"
        if "claims" in trusted:
            test += " or l.claim_top > coalesce(r.top, 0)"
        yield _pairs("relations", "claims", test, BESIDE["relations"])
    if "claims" in trusted and "annotations" in given:
        yield _pairs("annotations", "claims", "l.claims <> coalesce(r.ids, 0)", BESIDE["annotations"])
    if "documents" in given:
        for table, test in _AGAINST_DOCUMENT.items():
            if table in given:
                yield _pairs(table, "documents", test, (table, "documents"))
    if "speakers" in trusted:
        known = "select speaker_id from speakers where speaker_id is not null"
        for table in ("claims", "annotations"):
            if table in given:
                named = f"select document, unnest(speakers) as speaker from {table} where not is_extra"
                unknown = f"select document from ({named}) where speaker not in ({known})"
                yield _all_of(unknown, (table, "documents"))


def _all_of(query: str, tables: Sequence[str]) -> str:
    """The documents of a query, with the tables to look at for all of them."""
    return f"select document, {mask(tables)} from ({query})"


def _pairs(left: str, right: str, test: str, tables: Sequence[str]) -> str:
    """The documents whose stretches in two tables fit the test; one that is missing on the right is null."""
    return (
        f"select l.document, {mask(tables)} from {left} l "
        f"left join (from {right} where not is_extra) r using (document) "
        f"where not l.is_extra and ({test})"
    )


def has_misplaced(pairs: pa.RecordBatch) -> Mask:
    """The documents with an anchor outside its segment, or a claim that rests on a segment without gloss."""
    found = np.zeros(pairs.num_rows, np.bool_)
    keys, _ = _keyed(pairs, "numbers")
    starts, ends = _flat(pairs, "starts"), _flat(pairs, "ends")
    wanted, owners = _keyed(pairs, "anchor_segments")
    places = np.minimum(np.searchsorted(keys, wanted), max(len(keys) - 1, 0))
    if len(keys):
        is_there = keys[places] == wanted
        is_inside = (_flat(pairs, "anchor_starts") >= starts[places]) & (
            _flat(pairs, "anchor_ends") <= ends[places]
        )
        found[owners[is_there & ~is_inside]] = True
    mute, _ = _keyed(pairs, "without_gloss")
    main, owners = _keyed(pairs, "main_segments")
    found[owners[np.isin(main, mute)]] = True
    return found


def _keyed(pairs: pa.RecordBatch, name: str) -> tuple[Numbers, Numbers]:
    """The numbers of a list column told apart by document, and the row that each is from."""
    column = pairs.column(name)
    owners = np.asarray(pac.list_parent_indices(column)).astype(np.int64)
    return owners * MOST + np.asarray(column.flatten()), owners


def _flat(pairs: pa.RecordBatch, name: str) -> Numbers:
    return np.asarray(pairs.column(name).flatten())
