"""Canonical lines of many built rows at once: the bytes that `content.canonical_line` gives for each.

Owns the same form in Arrow's terms, so that the identity of a large table costs little more than its hash.
"""

from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pac

_ESCAPED = [ord("\\"), ord('"'), *range(0x20)]
"""The codes of signs that JSON escapes; the backslash first, for the others bring new ones."""
_SHORT = {"\\": "\\\\", '"': '\\"', "\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r"}
_IS_ESCAPED = np.isin(np.arange(256), _ESCAPED)

_Codes = np.ndarray[Any, np.dtype[np.int64]]


def canonical_lines(rows: pa.RecordBatch) -> pa.Buffer:
    """The canonical lines of built rows, one after another, as UTF-8."""
    names = sorted(rows.schema.names)
    values, codes = _woven([rows.column(name) for name in names], names, "}\n")
    # The strings of an array lie one behind the other, so that nothing has to be joined.
    woven = values.take(pa.array(codes))
    return (woven.buffers()[2] or pa.py_buffer(b"")).slice(0, _length(woven))


def _woven(columns: list[pa.Array], names: list[str], end: str) -> tuple[pa.Array, _Codes]:
    """Strings, and in which order they make up the objects: each field of each object is one of them."""
    pool: list[pa.Array] = []
    places = []
    size = 0
    for at, (column, name) in enumerate(zip(columns, names, strict=True)):
        texts, codes = _as_json(column)
        opening = f'{"," if at else "{"}"{name}":'
        pool.append(pac.binary_join_element_wise(opening, texts, end if name == names[-1] else "", ""))
        places.append(codes + size)
        size += len(texts)
    return pa.concat_arrays(pool), np.stack(places, axis=1).reshape(-1)


def _as_json(values: pa.Array) -> tuple[pa.Array, _Codes]:
    """Different values as JSON text, and which of them each value is; `null` is the last of them."""
    kind = values.type
    if pa.types.is_list(kind):
        return _lists(values), np.arange(len(values))
    if pa.types.is_struct(kind):
        names = sorted(field.name for field in kind)
        texts, codes = _woven([values.field(name) for name in names], names, "}")
        offsets = np.arange(0, len(codes) + 1, len(names), dtype=np.int32)
        return _joined(offsets, texts.take(pa.array(codes)), ""), np.arange(len(values))
    encoded = values.dictionary_encode()
    different = encoded.dictionary
    codes = np.asarray(pac.fill_null(encoded.indices, len(different))).astype(np.int64)
    if pa.types.is_floating(kind):
        texts = pa.array([repr(value) for value in different.to_pylist()], pa.string())
    elif pa.types.is_boolean(kind):
        texts = pac.if_else(different, "true", "false")
    elif pa.types.is_string(kind) or pa.types.is_date(kind):
        texts = pac.binary_join_element_wise('"', _escaped(different.cast(pa.string())), '"', "")
    else:
        texts = different.cast(pa.string())
    return pa.concat_arrays([texts, pa.array(["null"])]), codes


def _lists(lists: pa.Array) -> pa.Array:
    texts, codes = _as_json(lists.flatten())
    lengths = np.asarray(pac.fill_null(pac.list_value_length(lists), 0))
    offsets = np.concatenate([[0], np.cumsum(lengths)]).astype(np.int32)
    joined = _joined(offsets, texts.take(pa.array(codes)), ",")
    return pac.binary_join_element_wise("[", joined, "]", "")


def _joined(offsets: np.ndarray[Any, Any], texts: pa.Array, separator: str) -> pa.Array:
    return pac.binary_join(pa.ListArray.from_arrays(pa.array(offsets), texts), separator)


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
