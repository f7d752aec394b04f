"""What each table adds to its stretches: the sums that rules of level 3 compare, the rows they may object to.

Owns, for every rule that looks at several records, a test on whole columns that passes only where the rule
has nothing to say. The rules themselves are in `onrecord.rules`, and have the last word.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pac

from onrecord.corpus.accepting import matches
from onrecord.corpus.encoding import codes_of, encoded
from onrecord.corpus.ids import Ids, take_apart
from onrecord.corpus.signs import Mask, Numbers
from onrecord.corpus.stretches import Keys, Runs
from onrecord.exceptions import EdtfError
from onrecord.model import edtf
from onrecord.model.tables import label_names
from onrecord.rules.claims import ENDED, SENTENCES
from onrecord.rules.relations import SYMMETRIC


@dataclass(frozen=True, slots=True)
class Added:
    """The columns that a table adds, and what is not certain to pass.

    `doubtful` are stretches in which a rule may object to records for what others say, `broken` those whose
    numbers do not rise, `alone` the rows that a rule may object to whatever stands beside them.
    """

    columns: dict[str, Any]
    doubtful: Mask
    broken: Mask
    alone: Mask


_TELLING = {
    "claims": "claim_id",
    "segments": "segment_id",
    "annotations": "claim_id",
    "relations": "source_id",
}
"""The id that starts with the document's."""

_NO_DAY = -1
"""Days are counted as `date.toordinal` does, from 1."""


def keys_of(rows: pa.RecordBatch, table: str) -> Keys:
    """What each row is about; a row of documents goes by its document's id and no number."""
    none = np.zeros(rows.num_rows, np.bool_)
    own = rows.column("document_id") if "document_id" in rows.schema.names else None
    if table == "documents":
        return Keys(own, Ids(own, none.astype(np.int64), ~none), none)
    ids = take_apart(rows.column(_TELLING[table]))
    if own is None:
        return Keys(ids.owners, ids, none)
    return Keys(own, ids, np.asarray(pac.not_equal(own, ids.owners)))


def summarised(rows: pa.RecordBatch, table: str, runs: Runs, ids: Ids) -> Added:
    """What the table adds to COMMON; `ids` are those of the keys."""
    summary = _SUMMARIES[table](rows, runs, ids)
    for name in SENTENCES.get(table, ()):
        summary.alone[~matches(rows.column(name), ENDED.pattern)] = True
    return summary


def _claims(rows: pa.RecordBatch, runs: Runs, ids: Ids) -> Added:
    alone = ~ids.is_canonical
    day, _ = _days(rows.column("date"))
    stated, is_reversed = _days(rows.column("stated_on"))
    alone |= is_reversed | (stated > day)
    about, is_reversed = _days(rows.column("about_time"))
    is_utterance = np.asarray(pac.equal(rows.column("kind"), "utterance"))
    alone |= is_reversed | (is_utterance & (about > day))

    anchors = rows.column("anchors")
    owners = np.asarray(pac.list_parent_indices(anchors)).astype(np.int64)
    spans = anchors.flatten()
    starts, ends = np.asarray(spans.field("start")), np.asarray(spans.field("end"))
    segments = _segments(spans.field("segment_id"), runs, owners)
    main = _segments(rows.column("segment_id"), runs, np.arange(rows.num_rows))
    wrong = ends <= starts
    wrong[1:] |= (owners[1:] == owners[:-1]) & (starts[1:] <= ends[:-1])
    alone[owners[wrong]] = True
    is_elsewhere = main <= 0
    is_elsewhere[owners[segments <= 0]] = True
    is_anchored = np.zeros(rows.num_rows, np.bool_)
    is_anchored[owners[segments == main[owners]]] = True
    alone |= ~is_anchored

    via = rows.column("via")
    relays, relayed = via.flatten(), np.asarray(pac.list_parent_indices(via)).astype(np.int64)
    speakers = rows.column("speaker_id")
    alone[relayed[np.asarray(pac.equal(relays, speakers.take(pa.array(relayed))))]] = True
    columns = {
        "ids": runs.ids,
        "top": runs.top,
        "segment_top": np.maximum(runs.most(segments, owners), runs.most(main)),
        "date_first": -runs.most(-day, least=-date.max.toordinal()),
        "date_last": runs.most(day),
        "anchor_segments": runs.lists(segments, owners),
        "anchor_starts": runs.lists(starts, owners),
        "anchor_ends": runs.lists(ends, owners),
        "main_segments": runs.lists(main),
        "utterances": _grouped(
            np.concatenate([ids.numbers[is_utterance], runs.broken]),
            np.concatenate([runs.of_row[is_utterance], runs.of_broken]),
            runs,
        ),
        "speakers": _distinct(
            pa.concat_arrays([speakers, relays]), np.concatenate([runs.of_row, runs.of_row[relayed]]), runs
        ),
    }
    return Added(columns, runs.any(is_elsewhere), ~runs.rises, alone)


def _segments_table(rows: pa.RecordBatch, runs: Runs, ids: Ids) -> Added:
    numbers = ids.numbers
    starts, ends = np.asarray(rows.column("start")), np.asarray(rows.column("end"))
    paragraphs = np.asarray(rows.column("paragraph"))
    doubtful = ~ids.is_canonical | (numbers != np.asarray(rows.column("position"))) | (ends <= starts)
    is_first = runs.starts_of_rows()
    step = np.diff(paragraphs, prepend=0)
    is_whole = np.bincount(runs.of_row, minlength=len(runs)) == runs.ids
    doubtful |= np.where(is_first, paragraphs != 1, (step < 0) | (step > 1)) & is_whole[runs.of_row]
    doubtful[1:] |= ~is_first[1:] & (starts[1:] <= ends[:-1])

    hashes = codes_of(rows.column("sha256")).astype(np.int64)
    keys = runs.of_row * (hashes.max(initial=0) + 1) + hashes
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    original = first[inverse]
    is_copy = original != np.arange(rows.num_rows)
    copies = rows.column("duplicate_of")
    named = np.zeros(rows.num_rows, np.int64)
    given = np.flatnonzero(np.asarray(copies.is_valid()))
    named[given] = _segments(copies.take(pa.array(given)), runs, given)
    doubtful |= named != np.where(is_copy, numbers[original], 0)
    has_no_gloss = np.asarray(rows.column("gloss").is_null())
    columns = {
        "ids": runs.ids,
        "top": runs.top,
        "end_top": runs.most(ends),
        "numbers": runs.lists(numbers),
        "starts": runs.lists(starts),
        "ends": runs.lists(ends),
        "without_gloss": runs.lists(numbers[has_no_gloss], np.flatnonzero(has_no_gloss)),
    }
    return Added(columns, runs.any(doubtful), ~runs.rises, np.zeros(rows.num_rows, np.bool_))


def _documents(rows: pa.RecordBatch, runs: Runs, ids: Ids) -> Added:  # noqa: ARG001 - they have no number
    is_first = pa.array(runs.starts_of_rows())
    day, _ = _days(rows.column("date"))
    columns = {
        "date": runs.most(day),
        "length": runs.most(np.asarray(rows.column("length"))),
        "source_file": _padded(rows.column("source_file").filter(is_first), runs),
    }
    has_withdrawn = np.asarray(pac.list_value_length(rows.column("withdrawn"))) > 0
    alone = np.zeros(rows.num_rows, np.bool_)
    return Added(columns, runs.any(has_withdrawn), runs.ids > 1, alone)


def _relations(rows: pa.RecordBatch, runs: Runs, sources: Ids) -> Added:
    targets = take_apart(rows.column("target_id"))
    kinds = label_names("type", "relations")
    found = pac.index_in(rows.column("type"), value_set=pa.array(kinds))
    kind = np.asarray(found).astype(np.int64)
    source, target = sources.numbers, targets.numbers
    doubtful = ~(sources.is_canonical & targets.is_canonical) | (source == target)
    doubtful |= ~np.asarray(pac.equal(sources.owners, targets.owners))
    is_symmetric = np.isin(kind, [kinds.index(name) for name in SYMMETRIC])
    low = np.where(is_symmetric, np.minimum(source, target), source)
    high = np.where(is_symmetric, np.maximum(source, target), target)
    order = np.lexsort([kind, high, low, runs.of_row])
    same = np.ones(max(len(order) - 1, 0), np.bool_)
    for key in (kind, high, low, runs.of_row):
        same &= key[order][1:] == key[order][:-1]
    doubtful[order[1:][same]] = True
    is_report = kind == kinds.index("reports")
    columns = {
        "claim_top": np.maximum(runs.most(source), runs.most(target)),
        "reporting": runs.lists(source[is_report], np.flatnonzero(is_report)),
    }
    nothing = np.zeros(len(runs), np.bool_)
    return Added(columns, runs.any(doubtful), nothing, np.zeros(rows.num_rows, np.bool_))


def _annotations(rows: pa.RecordBatch, runs: Runs, ids: Ids) -> Added:
    stated, is_reversed = _days(rows.column("stated_on"))
    annotators = encoded(rows.column("annotator_id"))
    codes = np.asarray(annotators.indices).astype(np.int64)
    group = runs.of_row * max(len(annotators.dictionary), 1) + codes
    order = np.argsort(group, kind="stable")
    is_first = np.diff(group[order], prepend=-1) != 0
    # In the order of one annotator's rows, claims must be 1, 2, 3 and so on: then none is missing or twice.
    place = np.arange(len(order)) - np.maximum.accumulate(np.where(is_first, np.arange(len(order)), 0))
    doubtful = ~ids.is_canonical
    doubtful[order[ids.numbers[order] != place + 1]] = True
    sizes = np.zeros(len(order), np.int64)
    sizes[order] = place + 1
    last = np.flatnonzero(np.append(is_first[1:], True)) if len(order) else np.zeros(0, np.int64)
    most = runs.most(sizes)
    # Annotators of one document with lists of different lengths cannot both be complete.
    short = order[last][sizes[order[last]] != most[runs.of_row[order[last]]]]
    doubtful[short] = True
    verdicts = pa.array(label_names("verifiability", "annotations"))
    columns = {
        "claims": most,
        "annotators": _distinct(rows.column("annotator_id"), runs.of_row, runs),
        "stated_top": runs.most(stated, least=_NO_DAY),
        "speakers": _distinct(rows.column("speaker_id"), runs.of_row, runs),
        "claim_numbers": runs.lists(ids.numbers),
        "labels": runs.lists(pac.index_in(rows.column("verifiability"), value_set=verdicts).cast(pa.int64())),
    }
    return Added(columns, runs.any(doubtful), np.zeros(len(runs), np.bool_), is_reversed)


_SUMMARIES: Mapping[str, Callable[[pa.RecordBatch, Runs, Ids], Added]] = {
    "claims": _claims,
    "segments": _segments_table,
    "documents": _documents,
    "relations": _relations,
    "annotations": _annotations,
}


def _segments(ids: pa.Array, runs: Runs, rows: Numbers) -> Numbers:
    """The numbers of segments, given the row that names each; 0 for one that is not of the row's document."""
    known = encoded(ids)
    parts = take_apart(known.dictionary)
    # Stretches and owners as codes of one list of documents, to compare numbers instead of strings.
    documents = encoded(runs.documents)
    owner = np.asarray(pac.fill_null(pac.index_in(parts.owners, value_set=documents.dictionary), -1))
    own = np.asarray(documents.indices)[runs.of_row[rows]]
    codes = np.asarray(known.indices)
    numbers = np.where(parts.is_canonical, parts.numbers, 0)
    return np.where(owner[codes] == own, numbers[codes], 0).astype(np.int64)


def _distinct(values: pa.Array, owners: Numbers, runs: Runs) -> pa.ListArray:
    """The different values of each stretch, given the stretch of each value."""
    known = encoded(values)
    size = max(len(known.dictionary), 1)
    pairs = np.unique(owners * size + np.asarray(known.indices))
    counts = np.bincount(pairs // size, minlength=len(runs))
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), known.dictionary.take(pa.array(pairs % size)))


def _grouped(values: Numbers, owners: Numbers, runs: Runs) -> pa.ListArray:
    """The values of each stretch, in any order, given the stretch of each value."""
    order = np.argsort(owners, kind="stable")
    offsets = np.concatenate([[0], np.cumsum(np.bincount(owners, minlength=len(runs)))]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), pa.array(values[order]))


def _padded(values: pa.Array, runs: Runs) -> pa.Array:
    """One value for each stretch that has a sound row, as values for all stretches."""
    present = np.unique(runs.of_row)
    places = np.full(len(runs), -1, np.int64)
    places[present] = np.arange(len(present))
    return values.take(pa.array(places, mask=places < 0))


def _days(texts: pa.Array) -> tuple[Numbers, Mask]:
    """The first day that each EDTF string admits, _NO_DAY where it is open, and whether it is reversed."""
    facts = [_first_day(text) for text in encoded(texts).dictionary.to_pylist()]
    days = np.array([day for day, _ in facts] + [_NO_DAY], np.int64)
    is_reversed = np.array([wrong for _, wrong in facts] + [False], np.bool_)
    places = codes_of(texts)
    return days[places], is_reversed[places]


@lru_cache(maxsize=65_536)
def _first_day(text: str) -> tuple[int, bool]:
    try:
        lower = edtf.parse(text).lower
    except EdtfError:
        return _NO_DAY, True
    return (lower.toordinal() if lower else _NO_DAY), False
