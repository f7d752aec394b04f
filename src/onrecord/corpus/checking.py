"""One piece of a shard, checked by itself: the findings of levels 1 and 2, and its stretches for level 3.

Owns the task that runs on any thread, process or machine, and its result. Lines are counted from the piece's
own start; `crossing` knows what came before.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pac

from onrecord.corpus.accepting import accepted
from onrecord.corpus.columns import Columns, read_columns
from onrecord.corpus.encoding import forget_columns
from onrecord.corpus.exact import Odd, canonical, has_carriage_return, look_at
from onrecord.corpus.fields import no_rows
from onrecord.corpus.shards import Batch, Batches, Piece, open_shard
from onrecord.corpus.signs import Lines, Numbers, split_lines
from onrecord.corpus.stretches import ADDED, COMMON, Keys, columns_alone, common_columns, extra_rows, in_runs
from onrecord.corpus.summaries import keys_of, summarised
from onrecord.model.findings import Finding
from onrecord.reading.file_rules import NO_FINAL_NEWLINE, UNREADABLE_FILE
from onrecord.reading.records import reason


@dataclass(frozen=True, slots=True)
class Checked:
    """What a piece came to. `findings` number lines from 1 at the start of the piece."""

    records: int
    findings: tuple[Finding, ...]
    stretches: pa.Table | None
    """One row a stretch: COMMON and what the table adds; for speakers one row a record."""
    has_unnamed: bool
    """Whether some line may be a record of any id at all."""
    ends_reading: bool
    """Whether nothing after this piece can be read."""


@dataclass(frozen=True, slots=True)
class Sound:
    """The sound records of a batch as rows, and the index of each row's line."""

    rows: pa.RecordBatch
    lines: Numbers


@dataclass(frozen=True, slots=True)
class Seen:
    """A batch that was read: its lines, its sound records, and every line that was looked at by itself."""

    lines: Lines
    sound: Sound
    odd: tuple[Odd, ...]
    keys: Keys | None = None
    """What the sound rows are about, where level 3 asks for it."""


def check_piece(
    piece: Piece, level: int, on_batch: Callable[[pa.RecordBatch], object] | None = None
) -> Checked:
    """Levels 1 and 2 of every line, and the stretches where level 3 is wanted. Never raises for bad input.

    `on_batch` is given the records, as authored rows, batch by batch, as long as nothing is wrong.
    """
    records = 0
    found: list[Finding] = []
    parts: list[pa.RecordBatch] = []
    has_unnamed = ends_reading = False
    for place, seen in seen_batches(piece, level):
        if isinstance(seen, Finding):
            found.append(seen)
            has_unnamed = True
            continue
        found += _findings(seen, place, piece)
        records += sum(1 for one in seen.odd if one.record.line is not None and not one.is_sound)
        records += len(seen.sound.lines)
        has_unnamed |= any(_may_be_anyone(one) for one in seen.odd)
        ends_reading = bool(seen.odd) and seen.odd[-1].ends_reading
        if on_batch and not any(finding.severity == "error" for finding in found):
            on_batch(seen.sound.rows)
        if level >= 3:
            parts += stretches_of(seen, place, piece)
    schema = stretch_schema(piece.shard.table)
    table = pa.Table.from_batches(parts, schema) if level >= 3 else None
    return Checked(records, tuple(found), table, has_unnamed, ends_reading)


def stretch_schema(table: str) -> pa.Schema:
    """The columns of a table's stretches."""
    if table == "speakers":
        return pa.schema([*COMMON, ("speaker_id", pa.string()), ("name", pa.string())])
    return pa.schema([*COMMON, *ADDED[table]])


def seen_batches(piece: Piece, level: int) -> Iterator[tuple[tuple[int, int], "Seen | Finding"]]:
    """Each batch with the line (from 0) and byte at which it starts; a finding where reading fails.

    Batches are cut so that records of one document that stand together stay together, where that is possible.
    """
    line, has_told_cr = 0, False
    try:
        with open_shard(piece.shard) as stream:
            batches = Batches(piece, stream)
            batch = batches.take()
            if batch is None and piece.is_last and not piece.start:
                yield (0, 0), see(Batch(b"", 0, 0), piece, 0, level, has_told_cr=False)
            while batch is not None:
                seen = see(batch, piece, line, level, has_told_cr=has_told_cr)
                # Of an overlong line, which is a batch by itself, the rest is not here.
                is_whole = len(batch.content) == batch.end - batch.start
                cut = _last_document(seen) if is_whole and not batches.is_over else None
                if cut:
                    batches.go_back(batch, batch.start + int(seen.lines.starts[cut]))
                    seen = _up_to(seen, cut)
                yield (line, batch.start), seen
                line += len(seen.lines)
                has_told_cr |= any(has_carriage_return(one.findings) for one in seen.odd)
                if seen.odd and seen.odd[-1].ends_reading:
                    return
                batch = batches.take()
    except (OSError, pa.ArrowException, EOFError) as error:
        yield (line, 0), _unreadable(piece, reason(error) if isinstance(error, OSError) else str(error))


def see(batch: Batch, piece: Piece, line: int, level: int, *, has_told_cr: bool) -> Seen:
    """Levels 1 and 2 of a batch that starts at a line of the piece; at level 1 no row is sound yet."""
    forget_columns()
    table = piece.shard.table
    if batch.content:
        lines = split_lines(batch.content)
        columns = read_columns(lines, table)
    else:
        # An empty shard is looked at as one line of nothing.
        lines = Lines(b"", np.zeros(1, np.int64), np.zeros(1, np.int64))
        columns = Columns(no_rows(table), np.zeros(0, np.int64))
    fits = accepted(columns.rows, table) if level >= 2 else np.ones(columns.rows.num_rows, np.bool_)
    rows = columns.rows if fits.all() else columns.rows.filter(pa.array(fits))
    taken = columns.lines[fits]
    is_left = np.ones(len(lines), np.bool_)
    is_left[taken] = False
    rest = np.flatnonzero(is_left)
    odd: list[Odd] = []
    first = _first(piece, line)
    for one in look_at(lines, rest, piece.shard.name, table, first, level, has_told_cr=has_told_cr):
        odd.append(one)
        if one.ends_reading:
            lines = Lines(lines.content, lines.starts[: one.index + 1], lines.ends[: one.index + 1])
            keep = taken < one.index
            rows, taken = rows.filter(pa.array(keep)), taken[keep]
            break
    sound = Sound(rows, taken)
    seen = _with_sound_odd(Seen(lines, sound, tuple(odd)), table)
    return replace(seen, keys=keys_of(seen.sound.rows, table)) if level >= 3 and table != "speakers" else seen


def stretches_of(seen: Seen, place: tuple[int, int], piece: Piece) -> list[pa.RecordBatch]:
    """The stretches of a batch as rows of `stretch_schema`, those of odd lines last."""
    table = piece.shard.table
    schema = stretch_schema(table)
    rows, row_lines = seen.sound.rows, seen.sound.lines
    if table == "speakers":
        return _speakers(seen, place, schema)
    keys = seen.keys or keys_of(rows, table)
    strays = [_stray(rows, int(index), row_lines, piece) for index in np.flatnonzero(keys.is_stray)]
    if strays:
        keep = ~keys.is_stray
        rows, row_lines, keys = rows.filter(pa.array(keep)), row_lines[keep], keys.filter(keep)
    runs, first, last = in_runs(keys.documents, keys.ids.numbers, row_lines, seen.odd)
    parts = []
    if len(runs):
        added = summarised(rows, table, runs, keys.ids)
        judgement = (added.doubtful, added.broken)
        common = common_columns(runs.documents, judgement, first, last, seen.lines, place)
        parts.append(_batch({**common, **added.columns}, schema))
        if added.alone.any():
            documents = keys.documents.filter(pa.array(added.alone))
            parts.append(_batch(columns_alone(documents, row_lines[added.alone], seen.lines, place), schema))
    refused = _refused(seen)
    odd = [*(one for one in seen.odd if not one.is_sound or one.index in refused), *strays]
    odd = [one for one in odd if one.record.line is not None]
    if odd:
        names = runs.documents.to_pylist()
        before = [names[at - 1] if (at := int(np.searchsorted(first, one.index))) else None for one in odd]
        extra = [
            row
            for one, name in zip(odd, before, strict=True)
            for row in extra_rows([one], seen.lines, name, place)
        ]
        parts.append(pa.RecordBatch.from_pylist(extra, schema))
    return parts


def _with_sound_odd(seen: Seen, table: str) -> Seen:
    """The same, with odd lines that turned out to be sound taken in as rows."""
    sound = [one for one in seen.odd if one.is_sound]
    if not sound:
        return seen
    columns = read_columns(split_lines(canonical(one.record for one in sound)), table)
    fits = accepted(columns.rows, table)
    places = np.array([one.index for one in sound], np.int64)[columns.lines[fits]]
    rows = pa.concat_batches([seen.sound.rows, columns.rows.filter(pa.array(fits))])
    lines = np.concatenate([seen.sound.lines, places])
    order = np.argsort(lines, kind="stable")
    return Seen(seen.lines, Sound(rows.take(pa.array(order)), lines[order]), seen.odd)


def _refused(seen: Seen) -> set[int]:
    """Sound lines that could not be made rows."""
    sound = {one.index for one in seen.odd if one.is_sound}
    return sound.difference(seen.sound.lines.tolist()) if sound else sound


def _last_document(seen: Seen) -> int | None:
    """The line at which the records of the batch's last document start, if others come before."""
    if seen.keys is None or not len(seen.sound.lines):
        return None
    documents = seen.keys.documents
    differs = np.flatnonzero(np.asarray(pac.not_equal(documents, documents[-1])))
    return int(seen.sound.lines[differs[-1]]) + 1 if len(differs) else None


def _up_to(seen: Seen, line: int) -> Seen:
    """The part of a batch before a line."""
    keep = int(np.searchsorted(seen.sound.lines, line))
    lines = Lines(seen.lines.content, seen.lines.starts[:line], seen.lines.ends[:line])
    sound = Sound(seen.sound.rows.slice(0, keep), seen.sound.lines[:keep])
    odd = tuple(one for one in seen.odd if one.index < line)
    return Seen(lines, sound, odd, seen.keys.up_to(keep) if seen.keys else None)


def _findings(seen: Seen, place: tuple[int, int], piece: Piece) -> Iterator[Finding]:
    shift = place[0] - (_first(piece, place[0]) - 1)
    for one in seen.odd:
        for finding in one.findings:
            yield finding if finding.line is None else replace(finding, line=finding.line + shift)


def _first(piece: Piece, line: int) -> int:
    """The number that a batch's first line goes by: only the first line of a shard is line 1."""
    return line + 1 if not piece.start else line + 2


def _may_be_anyone(one: Odd) -> bool:
    """Whether the line may be the record of any id; of a speaker only the id says whose record it is."""
    if one.record.table != "speakers":
        return not one.record.value
    return not one.has_id or any(finding.rule == NO_FINAL_NEWLINE.id for finding in one.findings)


def _stray(rows: pa.RecordBatch, index: int, row_lines: Numbers, piece: Piece) -> Odd:
    """A sound row that may belong to two documents."""
    from onrecord.reading.records import Located

    [value] = rows.slice(int(index), 1).to_pylist()
    line = int(row_lines[index])
    return Odd(line, Located(piece.shard.table, value, piece.shard.name, line), (), True, True, False)


def _speakers(seen: Seen, place: tuple[int, int], schema: pa.Schema) -> list[pa.RecordBatch]:
    rows, lines = seen.sound.rows, seen.sound.lines
    none, no = pa.nulls(len(lines), pa.string()), np.zeros(len(lines), np.bool_)
    common = common_columns(none, (no, no), lines, lines, seen.lines, place)
    own = {"speaker_id": rows.column("speaker_id"), "name": rows.column("name")}
    parts = [_batch({**common, **own}, schema)]
    odd = [one for one in seen.odd if not one.is_sound and one.record.line is not None]
    if odd:
        extra = [
            {**row, "speaker_id": one.record.key[0] if one.has_id and one.record.key else None}
            for one in odd
            for row in extra_rows([one], seen.lines, None, place)
        ]
        parts.append(pa.RecordBatch.from_pylist(extra, schema))
    return parts


def _batch(columns: dict[str, Any], schema: pa.Schema) -> pa.RecordBatch:
    """The columns in the order of the schema; those that are not given are null."""
    size = len(columns[COMMON.names[0]])
    arrays = [
        pa.array(columns[field.name], field.type) if field.name in columns else pa.nulls(size, field.type)
        for field in schema
    ]
    return pa.RecordBatch.from_arrays(arrays, schema=schema)


def _unreadable(piece: Piece, why: str) -> Finding:
    message = f"the file cannot be read: {why}"
    return UNREADABLE_FILE.finding(message, file=piece.shard.name, expected="a regular, readable file")
