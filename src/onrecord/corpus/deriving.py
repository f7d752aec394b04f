"""Sound authored rows as built ones, whole columns at a time: the fields marked readOnly in the schemas.

Owns the same definitions as `onrecord.derive`, which says them for single records and is what this is tested
against. What rows must be told of other tables comes as a `Lookup`.
"""

from collections.abc import Callable, Mapping
from datetime import date
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pac

from onrecord.corpus.encoding import encoded
from onrecord.corpus.ids import MOST, numbers_of
from onrecord.corpus.lookup import Lookup
from onrecord.corpus.signs import Numbers
from onrecord.exceptions import EdtfError
from onrecord.model import edtf
from onrecord.model.arrow import arrow_schema
from onrecord.model.tables import label_names

_SHIFT = MOST.bit_length() - 1
"""Numbers are below this power of two; what is above it tells documents apart."""


def built(rows: pa.RecordBatch, table: str, lookup: Lookup) -> pa.RecordBatch:
    """The built rows of sound authored ones, in the table's Arrow schema."""
    derive = _DERIVED.get(table)
    derived = derive(rows, lookup) if derive else {}
    columns = []
    for field in arrow_schema(table):
        column = derived[field.name] if field.name in derived else rows.column(field.name)
        columns.append(column if column.type.equals(field.type) else column.cast(field.type))
    return pa.RecordBatch.from_arrays(columns, schema=arrow_schema(table))


def _of_claims(rows: pa.RecordBatch, lookup: Lookup) -> Mapping[str, pa.Array]:
    stated, about = (_bounds(rows.column(name)) for name in ("stated_on", "about_time"))
    return {
        "speaker": _names(rows, lookup),
        "stated_from": stated[0],
        "stated_until": stated[1],
        "about_from": about[0],
        "about_until": about[1],
        "agreement": _agreement(rows, lookup.labels),
    }


def _of_segments(rows: pa.RecordBatch, lookup: Lookup) -> Mapping[str, pa.Array]:
    anchors = lookup.anchors
    if anchors is None or not len(anchors):
        return {"has_claims": pa.array(np.zeros(rows.num_rows, np.bool_))}
    known = anchors.column("document").combine_chunks().dictionary_encode()
    own = _keyed(rows.column("document_id"), numbers_of(rows.column("segment_id")), known)
    return {"has_claims": pa.array(np.isin(own, _entries(anchors, "anchor_segments", known)))}


_DERIVED: Mapping[str, Callable[[pa.RecordBatch, Lookup], Mapping[str, pa.Array]]] = {
    "claims": _of_claims,
    "segments": _of_segments,
}


def _names(rows: pa.RecordBatch, lookup: Lookup) -> pa.Array:
    return (
        lookup.names.of(rows.column("speaker_id")) if lookup.names else pa.nulls(rows.num_rows, pa.string())
    )


def _agreement(rows: pa.RecordBatch, given: pa.Table | None) -> pa.Array:
    """Share of the annotators' labels that are the adjudicated one; null where nobody has annotated."""
    if given is None or not len(given):
        return pa.nulls(rows.num_rows, pa.float64())
    known = given.column("document").combine_chunks().dictionary_encode()
    own = _keyed(rows.column("document_id"), numbers_of(rows.column("claim_id")), known)
    verdicts = label_names("verifiability")
    verdict = pac.index_in(rows.column("verifiability"), value_set=pa.array(verdicts))
    label = np.asarray(verdict).astype(np.int64)
    labels = np.asarray(given.column("labels").combine_chunks().flatten())
    claims = np.sort(_entries(given, "claim_numbers", known) * len(verdicts) + labels)
    first = np.searchsorted(claims, own * len(verdicts))
    total = np.searchsorted(claims, (own + 1) * len(verdicts)) - first
    same = own * len(verdicts) + label
    equal = np.searchsorted(claims, same + 1) - np.searchsorted(claims, same)
    return pa.array(equal / np.maximum(total, 1), pa.float64(), mask=total == 0)


def _keyed(documents: pa.Array, numbers: Numbers, known: pa.DictionaryArray) -> Numbers:
    """Numbers told apart by their document's place among those known; -1 for a document that is not."""
    own = encoded(documents)
    found = pac.index_in(own.dictionary, value_set=known.dictionary)
    places = np.asarray(pac.fill_null(found, -1)).astype(np.int64)
    place = places[np.asarray(own.indices)]
    keys: Numbers = np.where(place < 0, -1, (place << _SHIFT) + numbers)
    return keys


def _entries(stretches: pa.Table, name: str, known: pa.DictionaryArray) -> Numbers:
    """The entries of a list column, told apart in the same way."""
    lists = stretches.column(name).combine_chunks()
    places = np.asarray(known.indices).astype(np.int64)[np.asarray(pac.list_parent_indices(lists))]
    entries: Numbers = (places << _SHIFT) + np.asarray(lists.flatten())
    return entries


def _bounds(texts: pa.Array) -> tuple[pa.Array, pa.Array]:
    """First and last day of each EDTF string; null is an open end, or no string at all."""
    known = encoded(texts)
    facts = [_days(text) for text in known.dictionary.to_pylist()]
    first = pa.array([lower for lower, _ in facts], pa.date32())
    last = pa.array([upper for _, upper in facts], pa.date32())
    return first.take(known.indices), last.take(known.indices)


@lru_cache(maxsize=65_536)
def _days(text: str) -> tuple[date | None, date | None]:
    try:
        bounds = edtf.parse(text)
    except EdtfError:
        # A rule of level 3 has more to say of it, and then no row is kept.
        return None, None
    return bounds.lower, bounds.upper
