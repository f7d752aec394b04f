"""Canonical lines of many built rows at once: the bytes that `content.canonical_line` gives for each.

Owns the same form in Arrow's terms, so that the identity of a large table costs little more than its hash.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pac

from onrecord.corpus.columns import repeats

_ESCAPED = [ord("\\"), ord('"'), *range(0x20)]
"""The codes of signs that JSON escapes; the backslash first, for the others bring new ones."""
_SHORT = {"\\": "\\\\", '"': '\\"', "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
_IS_ESCAPED = np.isin(np.arange(256), _ESCAPED)

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
    codes = np.empty((len(parts[0][1]), len(parts)), np.int32)
    start = 0
    for place, (texts, which) in enumerate(parts):
        np.add(which, start, out=codes[:, place], casting="unsafe")
        start += len(texts)
    return pa.concat_arrays([texts for texts, _ in parts]), codes.reshape(-1)


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
        return [_always(f"{before}[", count), (_items(values), np.arange(count))], "]"
    if pa.types.is_string(kind) and not values.null_count and not repeats(values):
        return [_always(f'{before}"', count), (_escaped(values), np.arange(count))], '"'
    encoded = values.dictionary_encode()
    texts = pa.concat_arrays([_as_json(encoded.dictionary), pa.array(["null"])])
    codes = np.asarray(pac.fill_null(encoded.indices, len(texts) - 1))
    return [(pac.binary_join_element_wise(before, texts, ""), codes)], ""


def _always(text: str, count: int) -> _Part:
    return pa.array([text]), np.zeros(count, np.int32)


def _as_json(values: pa.Array) -> pa.Array:
    """Values, none of them null, as JSON text."""
    kind = values.type
    if pa.types.is_floating(kind):
        return pa.array([repr(value) for value in values.to_pylist()], pa.string())
    if pa.types.is_boolean(kind):
        return pac.if_else(values, "true", "false")
    texts = values.cast(pa.string())
    if pa.types.is_integer(kind):
        return texts
    return pac.binary_join_element_wise('"', _escaped(texts), '"', "")


def _items(lists: pa.Array) -> pa.Array:
    """The items of each list as JSON text, with commas between them."""
    items = lists.flatten()
    lengths = np.asarray(pac.fill_null(pac.list_value_length(lists), 0))
    offsets = np.concatenate([[0], np.cumsum(lengths)])
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
    spread = pa.ListArray.from_arrays(
        pa.array((offsets * len(parts)).astype(np.int32)), texts.take(pa.array(codes))
    )
    return pac.binary_join(spread, "")


def _escaped(texts: pa.Array) -> pa.Array:
    signs = np.frombuffer(texts.buffers()[2] or b"", np.uint8)
    found = np.bincount(signs[_IS_ESCAPED[signs]], minlength=256)
    for code in _ESCAPED:
        if found[code]:
            sign = chr(code)
            texts = pac.replace_substring(texts, sign, _SHORT.get(sign, f"\\u{code:04x}"))
    return texts


def _length(texts: pa.Array) -> int:
    """Bytes of all the strings of an array that starts at its buffers' start."""
    return int(np.frombuffer(texts.buffers()[1], np.int32)[len(texts)]) if len(texts) else 0
