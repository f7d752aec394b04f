"""Lines of JSON as Arrow columns, read in one go; every line that level 1 could find fault with is left out.

Owns the proof that what Arrow's reader takes is one sound JSON object a line with every field given once: the
reader refuses unknown and repeated fields, other types and broken syntax, and the bytes are looked at for
what it lets pass. A line left out is not wrong yet: `exact` says.
"""

import math
import re
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pac
import pyarrow.json as paj

from onrecord.file_rules import LARGEST_INTEGER, LONGEST_LINE
from onrecord.schemas import Schema, authored_schema

Mask = np.ndarray[Any, Any]
"""One `bool` a row or line."""
Numbers = np.ndarray[Any, Any]
"""`int64`."""

_NEWLINE, _QUOTE, _COLON, _BACKSLASH, _OPENING, _CLOSING = (ord(sign) for sign in '\n":\\{}')
_AFTER_OBJECT = np.zeros(256, np.bool_)
_AFTER_OBJECT[[ord(sign) for sign in ",]}\n"]] = True
_CHUNK_BYTES = (64 << 10, 512 << 10)
"""Least and most of what is read at once behind a fault: a call costs as much as some 50 KB do."""
_KINDS = 4
"""Kinds of fault that a batch has at most, as a rule: one that has had more is read in chunks."""
_ROW_OF_ERROR = re.compile(r" in row (\d+)\Z")
_LITERAL = re.compile(r"couldn't parse:(\S+)")
_OTHER_TYPE = re.compile(r"Column\(/(?:.*/)?(\w+)\) changed from \w+ to (\w+)")
_FIRST_SIGNS = {"string": b'"', "number": b"[-0-9]", "boolean": b"[tf]", "array": rb"\[", "object": rb"\{"}
"""How a value of each of the reader's types starts."""


@dataclass(frozen=True, slots=True)
class Lines:
    """Bytes of whole lines, and where each of them starts and ends (its newline left out)."""

    content: bytes
    starts: Numbers
    ends: Numbers

    def __len__(self) -> int:
        return len(self.starts)

    def line(self, index: int) -> bytes:
        """The bytes of one line, its newline included where it has one."""
        return self.content[self.starts[index] : self.ends[index] + 1]


@dataclass(frozen=True, slots=True)
class Columns:
    """The lines that could be read, as rows of the authored fields, and the index of each row's line."""

    rows: pa.RecordBatch
    lines: Numbers


def split_lines(content: bytes) -> Lines:
    """Where the lines of the bytes lie; the last may lack its newline."""
    signs = np.frombuffer(content, np.uint8)
    ends = np.flatnonzero(np.equal(signs, _NEWLINE, out=_spare(0, len(signs))))
    if not content.endswith(b"\n"):
        ends = np.append(ends, len(content))
    starts = np.concatenate([[0], ends[:-1] + 1]).astype(np.int64)
    return Lines(content, starts, ends)


def read_columns(lines: Lines, table: str) -> Columns:
    """Every line that is certainly a sound JSON object of the table's fields, none of them missing."""
    indices = np.flatnonzero(_plain(lines))
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
    if len(indices) < len(lines) or np.count_nonzero(_ends_key(lines.content)) != wanted.sum():
        # Some field is missing somewhere, where Arrow sees a null, or may be.
        keep &= _keys_of_lines(lines)[indices] == wanted
    if keep.all():
        return Columns(rows, indices)
    return Columns(rows.filter(pa.array(keep)), indices[keep])


@cache
def reading_schema(table: str) -> pa.Schema:
    """The Arrow schema of authored records as they are read: dates are strings still."""
    properties = authored_schema(table)["properties"]
    return pa.schema([pa.field(name, _reading_type(subschema)) for name, subschema in properties.items()])


def _reading_type(subschema: Schema) -> pa.DataType:
    names = subschema.get("type", "string")
    name = names if isinstance(names, str) else next(n for n in names if n != "null")
    if name == "array":
        return pa.list_(pa.field("item", _reading_type(subschema["items"])))
    if name == "object":
        return pa.struct([pa.field(key, _reading_type(sub)) for key, sub in subschema["properties"].items()])
    plain = {"string": pa.string(), "integer": pa.int64(), "number": pa.float64(), "boolean": pa.bool_()}
    return plain[name]


def no_rows(table: str) -> pa.RecordBatch:
    """No row, in the schema that records of the table are read in."""
    return pa.RecordBatch.from_pylist([], reading_schema(table))


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


def _plain(lines: Lines) -> Mask:
    """The lines `{…}` with a newline, with nothing behind a brace that could start a second value."""
    signs = np.frombuffer(lines.content, np.uint8)
    # An empty line starts at its own newline, which is no brace.
    plain: Mask = (signs[np.minimum(lines.starts, len(signs) - 1)] == _OPENING) & (
        signs[lines.ends - 1] == _CLOSING
    )
    plain &= lines.ends - lines.starts <= LONGEST_LINE
    if not lines.content.endswith(b"\n"):
        plain[-1] = False
        signs = signs[: lines.starts[-1]]
    braces = np.flatnonzero(np.equal(signs, _CLOSING, out=_spare(0, len(signs))))
    strange = braces[~_AFTER_OBJECT[signs[braces + 1]]]
    if b"\r" in lines.content:
        strange = np.concatenate([strange, np.flatnonzero(signs == ord("\r"))])
    plain[np.searchsorted(lines.ends, strange)] = False
    return plain


def _parsed(lines: Lines, indices: Numbers, table: str) -> Iterator[Columns]:
    """The lines that the reader takes, in order; it says of some faults where they are, of others what."""
    waiting = [indices]
    suspect = np.zeros(len(lines), np.bool_)
    faults = 0
    while waiting:
        given = waiting.pop()
        part = given[~suspect[given]] if suspect.any() else given
        if not len(part):
            continue
        try:
            whole = len(part) == len(lines)
            yield Columns(_parse(lines.content if whole else _joined(lines, part), table), part)
            continue
        except pa.ArrowInvalid as error:
            message = str(error)
        if len(part) == 1:
            continue
        row = _ROW_OF_ERROR.search(message)
        place = int(row[1]) if row else len(part)
        # Where one line has a fault others often have the same.
        alike = _suspect(lines, table, message)
        suspect |= alike
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


def _suspect(lines: Lines, table: str, message: str) -> Mask:
    """Which lines seem to have the fault that the reader complains of, as far as that is cheap to see."""
    if "unexpected field" in message:
        return _has_unknown_key(lines, table)
    if "specified twice" in message:
        return _has_odd_keys(lines, table)
    if other := _OTHER_TYPE.search(message):
        return _has(rb'"%s"[ \t]*:[ \t]*%s' % (other[1].encode(), _FIRST_SIGNS.get(other[2], b"n")), lines)
    if literal := _LITERAL.search(message):
        return _has(rb":[ \t]*" + re.escape(literal[1].encode()) + rb"[ \t]*[,}]", lines)
    if _ROW_OF_ERROR.search(message):
        return np.zeros(len(lines), np.bool_)
    return _is_no_utf8(lines)


def _has(pattern: bytes, lines: Lines) -> Mask:
    """The lines that the pattern is found in."""
    found = np.zeros(len(lines), np.bool_)
    places = [match.start() for match in re.finditer(pattern, lines.content)]
    found[np.searchsorted(lines.ends, places)] = True
    return found


def _has_odd_keys(lines: Lines, table: str) -> Mask:
    """The lines with a number of keys that no record of the table can have."""
    properties = _properties(table)
    inner = [len(sub["items"]["properties"]) for sub in properties.values() if _is_of_objects(sub)]
    others = _keys_of_lines(lines) - len(properties)
    odd: Mask = (others < 0) | (others % math.gcd(*inner) != 0 if inner else others > 0)
    return odd


def _has_unknown_key(lines: Lines, table: str) -> Mask:
    """The lines with a key whose name no object of the table has."""
    quotes = np.flatnonzero(np.frombuffer(lines.content, np.uint8) == _QUOTE)
    ends = np.flatnonzero(_ends_key(lines.content)) + 1
    openings = quotes[np.maximum(np.searchsorted(quotes, ends) - 1, 0)]
    # Each name, and before it what lies between: strings of one buffer, every second one of interest.
    places = np.stack([openings + 1, ends], axis=1).reshape(-1)
    between = np.concatenate([[0], places]).astype(np.int64)
    texts = pa.LargeBinaryArray.from_buffers(
        pa.large_binary(), len(places), [None, pa.py_buffer(between), pa.py_buffer(lines.content)]
    )
    names = texts.take(pa.array(np.arange(1, len(places), 2)))
    known = pa.array([name.encode() for name in _known_keys(authored_schema(table))], pa.large_binary())
    unknown = ~np.asarray(pac.is_in(names, value_set=known))
    found = np.zeros(len(lines), np.bool_)
    found[np.searchsorted(lines.ends, ends[unknown])] = True
    return found


def _known_keys(schema: Schema) -> set[str]:
    inner = [sub.get("items", sub) for sub in schema.get("properties", {}).values()]
    return set(schema.get("properties", {})).union(*map(_known_keys, inner))


def _is_no_utf8(lines: Lines) -> Mask:
    """The lines with bytes that are not UTF-8."""
    found = np.zeros(len(lines), np.bool_)
    start = 0
    while start < len(lines.content):
        try:
            str(memoryview(lines.content)[start:], "utf-8")
            break
        except UnicodeDecodeError as error:
            index = int(np.searchsorted(lines.ends, start + error.start))
            found[index] = True
            start = int(lines.ends[index]) + 1
    return found


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
    properties = _properties(table)
    wanted = np.full(rows.num_rows, len(properties), np.int64)
    for name, subschema in properties.items():
        if _is_of_objects(subschema):
            inner = subschema["items"]["properties"]
            lengths = pac.fill_null(pac.list_value_length(rows.column(name)), 0)
            wanted += len(inner) * np.asarray(lengths)
    return wanted


def _is_of_objects(subschema: Schema) -> bool:
    return "properties" in subschema.get("items", {})


def _keys_of_lines(lines: Lines) -> Numbers:
    """How many keys each line has."""
    keys = np.flatnonzero(_ends_key(lines.content))
    # Of keys there are many more than of lines.
    return np.diff(np.searchsorted(keys, lines.ends), prepend=0)


def _ends_key(content: bytes) -> Mask:
    """Before which signs `":` ends a key; behind a backslash it stands in a string, for no name has one.

    What comes is good until the next question of this kind.
    """
    signs = np.frombuffer(content, np.uint8)
    found, other = (_spare(number, max(len(signs) - 2, 0)) for number in (0, 1))
    np.equal(signs[1:-1], _QUOTE, out=found)
    found &= np.equal(signs[2:], _COLON, out=other)
    found &= np.not_equal(signs[:-2], _BACKSLASH, out=other)
    return found


class _Spare(threading.local):
    """Memory for one question about each sign of a batch: fresh pages would cost more than the question."""

    def __init__(self) -> None:
        self.masks = [np.empty(0, np.bool_), np.empty(0, np.bool_)]


_SPARE = _Spare()


def _spare(number: int, size: int) -> Mask:
    if len(_SPARE.masks[number]) < size:
        _SPARE.masks[number] = np.empty(size + size // 4, np.bool_)
    return _SPARE.masks[number][:size]


def _joined(lines: Lines, indices: Numbers) -> bytes:
    """The bytes of some lines, in order."""
    breaks = np.flatnonzero(np.diff(indices) != 1)
    first = indices[np.concatenate([[0], breaks + 1])]
    last = indices[np.append(breaks, len(indices) - 1)]
    starts, ends = lines.starts[first].tolist(), (lines.ends[last] + 1).tolist()
    return b"".join([lines.content[start:end] for start, end in zip(starts, ends, strict=True)])


@cache
def _properties(table: str) -> Schema:
    """The fields of the table, all of them asked for, down to objects in lists.

    Only then does the number of keys prove that none is missing. Raises ValueError for another schema.
    """
    schema = authored_schema(table)
    inner = [sub["items"] for sub in schema["properties"].values() if "properties" in sub.get("items", {})]
    for part in (schema, *inner):
        nested = [sub for sub in part["properties"].values() if "properties" in sub.get("items", sub)]
        if part.get("additionalProperties", True) or set(part["required"]) != set(part["properties"]):
            raise ValueError(f"the schema of {table} leaves some field open")
        if part is not schema and nested:
            raise ValueError(f"the schema of {table} is nested too deeply")
    properties: Schema = schema["properties"]
    return properties
