"""Stretches: what lines about one document, one behind the other, say that other records must agree with.

Owns the summary of a stretch, common to all tables; what a table adds to it, and which of its records make a
document doubtful, is in `summaries`. A document about which nothing is doubtful, here or in `crossing`, has
no finding of level 3; the others are checked record by record in `doubtful`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from onrecord.corpus.encoding import encoded
from onrecord.corpus.exact import Odd
from onrecord.corpus.ids import MOST, Ids
from onrecord.corpus.owners import documents_of
from onrecord.corpus.signs import Lines, Mask, Numbers
from onrecord.model.tables import key_fields
from onrecord.rules.document import number_of

COMMON = pa.schema(
    [
        # The document; null for a line that names none and follows another file's.
        ("document", pa.string()),
        # Another document that the record may belong to as well.
        ("partner", pa.string()),
        # What a rule may object to: records beside others of the table, numbers, a record by itself.
        ("is_doubtful", pa.bool_()),
        ("is_broken", pa.bool_()),
        ("is_alone", pa.bool_()),
        # A line told beside the stretches, because it is odd; it adds nothing to their sums.
        ("is_extra", pa.bool_()),
        ("is_sound", pa.bool_()),
        # Line (counted from 0 in the piece) and byte where it starts, and how far it reaches.
        ("line", pa.int64()),
        ("lines", pa.int64()),
        ("start", pa.int64()),
        ("end", pa.int64()),
    ]
)


ADDED: Mapping[str, pa.Schema] = {
    "claims": pa.schema(
        [
            ("ids", pa.int64()),
            ("top", pa.int64()),
            ("segment_top", pa.int64()),
            ("date_first", pa.int64()),
            ("date_last", pa.int64()),
            # One entry an anchor.
            ("anchor_segments", pa.list_(pa.int64())),
            ("anchor_starts", pa.list_(pa.int64())),
            ("anchor_ends", pa.list_(pa.int64())),
            # One entry a claim.
            ("main_segments", pa.list_(pa.int64())),
            # The numbers of utterances, and of broken claims that may be such.
            ("utterances", pa.list_(pa.int64())),
            ("speakers", pa.list_(pa.string())),
        ]
    ),
    "segments": pa.schema(
        [
            ("ids", pa.int64()),
            ("top", pa.int64()),
            ("end_top", pa.int64()),
            # One entry a sound segment.
            ("numbers", pa.list_(pa.int64())),
            ("starts", pa.list_(pa.int64())),
            ("ends", pa.list_(pa.int64())),
            ("without_gloss", pa.list_(pa.int64())),
        ]
    ),
    "documents": pa.schema([("date", pa.int64()), ("length", pa.int64()), ("source_file", pa.string())]),
    "relations": pa.schema([("claim_top", pa.int64()), ("reporting", pa.list_(pa.int64()))]),
    "annotations": pa.schema(
        [
            ("claims", pa.int64()),
            ("annotators", pa.list_(pa.string())),
            ("stated_top", pa.int64()),
            ("speakers", pa.list_(pa.string())),
            # One entry an annotation.
            ("claim_numbers", pa.list_(pa.int64())),
            ("labels", pa.list_(pa.int64())),
        ]
    ),
}
"""What each table adds to them."""


@dataclass(frozen=True, slots=True)
class Keys:
    """What rows are about: their documents, the ids that say so, and which may be of another document."""

    documents: pa.Array
    ids: Ids
    is_stray: Mask

    def up_to(self, row: int) -> "Keys":
        """Those of the rows before one."""
        ids = Ids(self.ids.owners[:row], self.ids.numbers[:row], self.ids.is_canonical[:row])
        return Keys(self.documents[:row], ids, self.is_stray[:row])

    def filter(self, keep: Mask) -> "Keys":
        """Those of some rows."""
        which = pa.array(keep)
        ids = Ids(self.ids.owners.filter(which), self.ids.numbers[keep], self.ids.is_canonical[keep])
        return Keys(self.documents.filter(which), ids, self.is_stray[keep])


@dataclass(frozen=True, slots=True)
class Runs:
    """Sound rows in stretches: the document of each, the stretch of each row, the numbers of all ids in it.

    `of_row` rises from 0; `ids` is how many ids a stretch has, those of broken records that can be read
    included, `top` the highest number, `rises` whether the numbers do, strictly, from first to last.
    """

    documents: pa.Array
    of_row: Numbers
    ids: Numbers
    top: Numbers
    rises: Mask
    of_broken: Numbers
    """The stretch of each broken record with an id, and beside it that id's number."""
    broken: Numbers

    def __len__(self) -> int:
        return len(self.documents)

    def any(self, rows: Mask) -> Mask:
        """The stretches with some row of the kind."""
        found = np.zeros(len(self), np.bool_)
        found[self.of_row[rows]] = True
        return found

    def most(self, values: Numbers, rows: Numbers | None = None, least: int = 0) -> Numbers:
        """The highest value of each stretch, given the row of each value; `least` where it has none."""
        found = np.full(len(self), least, np.int64)
        owners = self.of_row if rows is None else self.of_row[rows]
        if len(owners):
            starts = np.flatnonzero(np.diff(owners, prepend=-1))
            found[owners[starts]] = np.maximum(np.maximum.reduceat(values, starts), least)
        return found

    def lists(self, values: pa.Array | Numbers, rows: Numbers | None = None) -> pa.ListArray:
        """The values of each stretch as a list, given the row of each value, in the order of rows."""
        owners = self.of_row if rows is None else self.of_row[rows]
        counts = np.bincount(owners, minlength=len(self))
        offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
        return pa.ListArray.from_arrays(pa.array(offsets), pa.array(values))

    def starts_of_rows(self) -> Mask:
        """The rows that are the first sound one of their stretch."""
        starts: Mask = np.diff(self.of_row, prepend=-1) != 0
        return starts


def in_runs(
    documents: pa.Array, numbers: Numbers, row_lines: Numbers, odd: Sequence[Odd]
) -> tuple[Runs, Numbers, Numbers]:
    """The stretches of sound rows and odd records with an id; with the first and last line of each."""
    named = [one for one in odd if one.has_id and not one.is_sound and len(documents_of(one.record)) == 1]
    if named:
        own = pa.array([documents_of(one.record)[0] for one in named], pa.string())
        documents = pa.concat_arrays([documents, own])
        numbers = np.concatenate([numbers, [_number(one) for one in named]]).astype(np.int64)
        row_lines = np.concatenate([row_lines, [one.index for one in named]]).astype(np.int64)
    sound = len(documents) - len(named)
    order = np.argsort(row_lines, kind="stable") if named else np.arange(sound)
    known = encoded(documents)
    codes = np.asarray(known.indices)[order]
    is_first = np.diff(codes, prepend=-1) != 0
    starts = np.flatnonzero(is_first)
    run_of = np.cumsum(is_first) - 1
    ordered, lines = numbers[order], row_lines[order]
    ends = np.append(starts[1:], len(codes)) - 1
    if not len(starts):
        empty = np.zeros(0, np.int64)
        runs = Runs(known.dictionary, empty, empty, empty, np.zeros(0, np.bool_), empty, empty)
        return runs, empty, empty
    falls = ~is_first & (np.diff(ordered, prepend=0) <= 0)
    of_row = np.empty(len(order), np.int64)
    of_row[order] = run_of
    runs = Runs(
        documents=known.dictionary.take(pa.array(codes[starts])),
        of_row=of_row[:sound],
        ids=np.diff(np.append(starts, len(codes))),
        top=np.maximum.reduceat(ordered, starts),
        rises=~np.logical_or.reduceat(falls, starts),
        of_broken=of_row[sound:],
        broken=numbers[sound:],
    )
    return runs, lines[starts], lines[ends]


def common_columns(
    documents: pa.Array,
    judgement: tuple[Mask, Mask],
    first: Numbers,
    last: Numbers,
    lines: Lines,
    place: tuple[int, int],
) -> dict[str, Any]:
    """The columns of COMMON: `judgement` is which stretches are doubtful, and which are broken.

    `place` is where the lines start: a line of the piece, and a byte of the shard.
    """
    none = np.zeros(len(documents), np.bool_)
    return {
        "document": documents,
        "partner": pa.nulls(len(documents), pa.string()),
        "is_doubtful": judgement[0],
        "is_broken": judgement[1],
        "is_alone": none,
        "is_extra": none,
        "is_sound": ~none,
        "line": place[0] + first,
        "lines": last - first + 1,
        "start": place[1] + lines.starts[first],
        "end": place[1] + lines.ends[last] + 1,
    }


def columns_alone(
    documents: pa.Array, row_lines: Numbers, lines: Lines, place: tuple[int, int]
) -> dict[str, Any]:
    """The columns of COMMON for sound rows that are told apart from their stretch."""
    yes = np.ones(len(documents), np.bool_)
    common = common_columns(documents, (~yes, ~yes), row_lines, row_lines, lines, place)
    return {**common, "is_extra": yes, "is_alone": yes}


def extra_rows(
    odd: Sequence[Odd], lines: Lines, before: str | None, place: tuple[int, int]
) -> list[dict[str, Any]]:
    """A row for each odd line and document that it may belong to; `before` is the document before it."""
    rows = []
    for one in odd:
        names: Sequence[str | None] = documents_of(one.record) or (before,)
        for name in names:
            others = [other for other in names if other != name]
            rows.append(
                {
                    "document": name,
                    "partner": others[0] if others else None,
                    "is_doubtful": False,
                    "is_broken": one.is_sound or len(names) > 1,
                    "is_alone": False,
                    "is_extra": True,
                    "is_sound": one.is_sound,
                    "line": place[0] + one.index,
                    "lines": 1,
                    "start": place[1] + int(lines.starts[one.index]),
                    "end": place[1] + int(lines.ends[one.index]) + 1,
                }
            )
    return rows


def _number(one: Odd) -> int:
    """The number of an odd record's own id, for tables that number theirs."""
    name = key_fields(one.record.table)[0]
    number = number_of(one.record.value[name]) if one.record.table in ("claims", "segments") else 0
    return min(number, MOST)
