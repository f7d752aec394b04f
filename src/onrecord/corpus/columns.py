"""Lines of JSON as Arrow columns, read in one go; every line that level 1 could find fault with is left out.

Owns the proof that what Arrow's reader takes is one sound JSON object a line with every field given once: the
reader refuses unknown and repeated fields, other types and broken syntax, and the bytes are looked at for
what it lets pass. A line left out is not wrong yet: `exact` says.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pac
import pyarrow.json as paj

from onrecord.corpus.fields import fields_of, is_of_objects, no_rows, reading_schema
from onrecord.corpus.guessing import ROW_OF_ERROR, suspect
from onrecord.corpus.signs import (
    Lines,
    Mask,
    Numbers,
    count_keys,
    joined,
    may_be_objects,
    may_be_several,
)
from onrecord.reading.file_rules import LARGEST_INTEGER

_CHUNK_BYTES = (64 << 10, 512 << 10)
"""Least and most of what is read at once behind a fault: a call costs as much as some 50 KB do."""
_KINDS = 4
"""Kinds of fault that a batch has at most, as a rule: one that has had more is read in chunks."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The lines that could be read, as rows of the authored fields, and the index of each row's line."""

    rows: pa.RecordBatch
    lines: Numbers


def read_columns(lines: Lines, table: str) -> Columns:
    """Every line that is certainly a sound JSON object of the table's fields, none of them missing."""
    indices = np.flatnonzero(may_be_objects(lines))
    parts = list(_parsed(lines, indices, table))
    if not parts:
        return Columns(no_rows(table), indices[:0])
    if len(parts) == 1:
        [(rows, indices)] = [(part.rows, part.lines) for part in parts]
    else:
        rows = pa.concat_batches([part.rows for part in parts])
        indices = np.concatenate([part.lines for part in parts])
    keep = _has_sound_numbers(rows)
    wanted = _wanted_keys(rows, table)
    if _count_keys(lines, indices) != wanted.sum():
        # Some field is missing somewhere, where Arrow sees a null.
        keep &= lines.keys[indices] == wanted
    if keep.all():
        return Columns(rows, indices)
    return Columns(rows.filter(pa.array(keep)), indices[keep])


def _count_keys(lines: Lines, indices: Numbers) -> int:
    """How many keys there are in some of the lines, nearly all of them."""
    found = count_keys(lines.content)
    if len(indices) == len(lines):
        return found
    is_left = np.ones(len(lines), np.bool_)
    is_left[indices] = False
    return found - count_keys(joined(lines, np.flatnonzero(is_left)))


def _parse(content: bytes, table: str) -> pa.RecordBatch:
    """One row for each object. Raises ArrowInvalid for what is no such object, or not UTF-8."""
    found = paj.read_json(
        pa.BufferReader(content),
        read_options=paj.ReadOptions(use_threads=False, block_size=len(content) + 1),
        parse_options=paj.ParseOptions(
            explicit_schema=reading_schema(table), unexpected_field_behavior="error"
        ),
    )
    [rows] = found.combine_chunks().to_batches() or [no_rows(table)]
    rows.validate(full=True)
    return rows


def _parsed(lines: Lines, indices: Numbers, table: str) -> Iterator[Columns]:
    """The lines that the reader takes, in order; it says of some faults where they are, of others what.

    Every line starts with a brace and ends with one, so it holds an object at least, and one if there are as
    many objects as lines: the reader takes no newline within a string, and no brace behind a value.
    """
    waiting = [indices]
    suspected = np.zeros(len(lines), np.bool_)
    has_looked = False
    faults = 0
    while waiting:
        given = waiting.pop()
        part = given[~suspected[given]] if suspected.any() else given
        if not len(part):
            continue
        try:
            rows = _parse(lines.content if len(part) == len(lines) else joined(lines, part), table)
            if rows.num_rows == len(part):
                yield Columns(rows, part)
                continue
            message = ""
        except pa.ArrowInvalid as error:
            message = str(error)
        if not has_looked:
            has_looked = True
            suspected |= may_be_several(lines)
            if suspected[part].any():
                # Only without these are rows lines, and can be counted.
                waiting.append(part)
                continue
        if len(part) == 1:
            continue
        row = ROW_OF_ERROR.search(message)
        place = int(row[1]) if row else len(part)
        # Where one line has a fault others often have the same.
        alike = suspect(lines, table, message)
        suspected |= alike
        faults += 1
        if place < len(part):
            rest = part[place + 1 :]
            is_rare = faults <= _KINDS and alike[part[place]]
            # What comes before was read, but not converted.
            waiting += [*([rest] if is_rare else _chunks(lines, rest)[::-1]), part[:place]]
        elif alike[part].any():
            waiting += [part] if faults <= _KINDS else _chunks(lines, part)[::-1]
        else:
            half = len(part) // 2
            waiting += [part[half:], part[:half]]


def _chunks(lines: Lines, part: Numbers) -> list[Numbers]:
    """The lines in chunks, each of which is read twice if it has a fault: the finer the more there are."""
    if not len(part):
        return []
    length = int(lines.ends[part[-1]] - lines.starts[part[0]]) + 1
    least, most = _CHUNK_BYTES
    size = max(len(part) * min(max(length // 4, least), most) // length, 1)
    return [part[start : start + size] for start in range(0, len(part), size)]


def _has_sound_numbers(rows: pa.RecordBatch) -> Mask:
    """The rows without a number that is too large to be told from its neighbours, or infinite, or none."""
    sound = np.ones(rows.num_rows, np.bool_)
    for column in rows.columns:
        kind = column.type
        if pa.types.is_list(kind) and pa.types.is_struct(kind.value_type):
            owners = np.asarray(pac.list_parent_indices(column))
            for values in column.flatten().flatten():
                sound[owners[~_is_in_range(values)]] = False
        else:
            sound &= _is_in_range(column)
    return sound


def _is_in_range(values: pa.Array) -> Mask:
    if not (pa.types.is_integer(values.type) or pa.types.is_floating(values.type)):
        return np.ones(len(values), np.bool_)
    numbers = np.asarray(pac.fill_null(values, 0))
    # Of the smallest integer there is no absolute value.
    return (numbers <= LARGEST_INTEGER) & (numbers >= -LARGEST_INTEGER)


def _wanted_keys(rows: pa.RecordBatch, table: str) -> Numbers:
    """How many keys each row has if it is whole."""
    properties = fields_of(table)
    wanted = np.full(rows.num_rows, len(properties), np.int64)
    for name, subschema in properties.items():
        if is_of_objects(subschema):
            inner = subschema["items"]["properties"]
            lengths = pac.fill_null(pac.list_value_length(rows.column(name)), 0)
            wanted += len(inner) * np.asarray(lengths)
    return wanted
