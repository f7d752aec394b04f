"""Canonical lines of many built rows at once: the bytes that `content.canonical_line` gives for each.

Owns the same form in Arrow's terms, so that the identity of a large table costs little more than its hash.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pac

from onrecord.corpus.encoding import codes_of, encoded, repeats

_BACKSLASH, _QUOTE, _BLANK = (ord(sign) for sign in '\\" ')
_ESCAPED = [_BACKSLASH, _QUOTE, *range(_BLANK)]
"""The codes of signs that JSON escapes; the backslash first, for the others bring new ones."""
_SHORT = {"\\": "\\\\", '"': '\\"', "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
_IS_ESCAPED = np.isin(np.arange(256), _ESCAPED)

_PAIRS = 512
"""Pairs of strings that are made to copy one string instead of two."""

_Codes = np.ndarray[Any, Any]
"""`int32` or `int64`."""
_Part = tuple[pa.Array, _Codes]
"""Strings, and which of them stands in each row: the rows of several parts side by side are the text."""


def canonical_lines(rows: pa.RecordBatch) -> pa.Buffer:
    """The canonical lines of built rows, one after another, as UTF-8."""
    names = sorted(rows.schema.names)
    values, codes = _woven(_object([rows.column(name) for name in names], names, "}\n"))
    # The strings of an array lie one behind the other, so that nothing has to be joined.
    woven = values.take(pa.array(codes))
    return (woven.buffers()[2] or pa.py_buffer(b"")).slice(0, _length(woven))


def _woven(parts: Sequence[_Part]) -> _Part:
    """The parts as one, row after row."""
    parts = _fewer(parts)
    codes = np.empty((len(parts[0][1]), len(parts)), np.int32)
    start = 0
    for place, (texts, which) in enumerate(parts):
        np.add(which, start, out=codes[:, place], casting="unsafe")
        start += len(texts)
    return pa.concat_arrays([texts for texts, _ in parts]), codes.reshape(-1)


def _fewer(parts: Sequence[_Part]) -> list[_Part]:
    """The same with neighbours of few different strings as one part, of every pair of these: less to copy."""
    found = [parts[0]]
    for texts, which in parts[1:]:
        before, others = found[-1]
        if len(before) * len(texts) > _PAIRS:
            found.append((texts, which))
        elif len(before) == 1:
            found[-1] = pac.binary_join_element_wise(before[0], texts, ""), which
        else:
            pairs = before.take(pa.array(np.arange(len(before)).repeat(len(texts))))
            ends = texts.take(pa.array(np.tile(np.arange(len(texts)), len(before))))
            found[-1] = pac.binary_join_element_wise(pairs, ends, ""), others * len(texts) + which
    return found


def _object(columns: Sequence[pa.Array], names: Sequence[str], end: str) -> list[_Part]:
    """The parts of objects, each of which has a value of each column, and what comes after them."""
    parts: list[_Part] = []
    before = "{"
    for column, name in zip(columns, names, strict=True):
        found, after = _parts(column, f'{before}"{name}":')
        parts += found
        before = f"{after},"
    return [*parts, _always(f"{after}{end}", len(columns[0]))]


def _parts(values: pa.Array, before: str) -> tuple[list[_Part], str]:
    """The values as JSON text with something before each; with what has still to come after each."""
    kind, count = values.type, len(values)
    if pa.types.is_list(kind):
        return [_always(f"{before}[", count), _items(values)], "]"
    if pa.types.is_string(kind) and not values.null_count and not repeats(values):
        return [_always(f'{before}"', count), (_escaped(values), np.arange(count))], '"'
    texts = _as_json(encoded(values).dictionary, before)
    if values.null_count:
        texts = pa.concat_arrays([texts, pa.array([f"{before}null"])])
    return [(texts, codes_of(values))], ""


def _always(text: str, count: int) -> _Part:
    return pa.array([text]), np.zeros(count, np.int32)


def _as_json(values: pa.Array, before: str = "") -> pa.Array:
    """Values, none of them null, as JSON text with something before each."""
    kind = values.type
    if pa.types.is_floating(kind):
        return pa.array([f"{before}{value!r}" for value in values.to_pylist()], pa.string())
    if pa.types.is_boolean(kind):
        return pac.if_else(values, f"{before}true", f"{before}false")
    texts = values.cast(pa.string())
    if pa.types.is_integer(kind):
        return pac.binary_join_element_wise(before, texts, "")
    return pac.binary_join_element_wise(f'{before}"', _escaped(texts), '"', "")


def _items(lists: pa.Array) -> _Part:
    """The items of each list as JSON text, with commas between them."""
    items = lists.flatten()
    lengths = np.asarray(pac.fill_null(pac.list_value_length(lists), 0))
    offsets = np.concatenate([[0], np.cumsum(lengths)])
    if pa.types.is_string(items.type):
        known = encoded(items)
        if (len(known.dictionary) + 1) ** int(lengths.max(initial=0)) <= _PAIRS:
            return _alike(known, lengths, offsets)
    comma = np.ones(len(items), np.int64)
    comma[offsets[:-1][lengths > 0]] = 0
    parts: list[_Part] = [(pa.array(["", ","]), comma)]
    if pa.types.is_struct(items.type):
        names = sorted(field.name for field in items.type)
        parts += _object([items.field(name) for name in names], names, "}")
    else:
        found, after = _parts(items, "")
        parts += [*found, _always(after, len(items))] if after else found
    texts, codes = _woven(parts)
    bounds = offsets * (len(codes) // max(len(items), 1))
    spread = pa.ListArray.from_arrays(pa.array(bounds.astype(np.int32)), texts.take(pa.array(codes)))
    return pac.binary_join(spread, ""), np.arange(len(lists))


def _alike(items: pa.DictionaryArray, lengths: _Codes, offsets: _Codes) -> _Part:
    """The same for short lists of few different strings: each list that there is, and which stands in a row.

    A list goes by a number whose digits are its items, counted from 1.
    """
    base = len(items.dictionary) + 1
    which = np.asarray(items.indices)
    numbers = np.zeros(len(lengths), np.int64)
    for place in range(int(lengths.max(initial=0))):
        has_more = lengths > place
        numbers[has_more] = numbers[has_more] * base + which[offsets[:-1][has_more] + place] + 1
    present = np.flatnonzero(np.bincount(numbers))
    texts = _as_json(items.dictionary).to_pylist()
    lists = []
    for number in present.tolist():
        own: list[str] = []
        while number:
            number, digit = divmod(number, base)
            own.insert(0, texts[digit - 1])
        lists.append(",".join(own))
    return pa.array(lists, pa.string()), np.searchsorted(present, numbers)


def _escaped(texts: pa.Array) -> pa.Array:
    signs = np.frombuffer(texts.buffers()[2] or b"", np.uint8)
    if not (signs.min(initial=_BLANK) < _BLANK or (signs == _QUOTE).any() or (signs == _BACKSLASH).any()):
        return texts
    found = np.bincount(signs[_IS_ESCAPED[signs]], minlength=256)
    for code in _ESCAPED:
        if found[code]:
            sign = chr(code)
            texts = pac.replace_substring(texts, sign, _SHORT.get(sign, f"\\u{code:04x}"))
    return texts


def _length(texts: pa.Array) -> int:
    """Bytes of all the strings of an array that starts at its buffers' start."""
    return int(np.frombuffer(texts.buffers()[1], np.int32)[len(texts)]) if len(texts) else 0
