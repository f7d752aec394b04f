"""Columns as dictionaries: the different values of a column, and which of them stands in each row.

Owns what is known of the columns of a batch, so that checks, sums and output ask for it as often as they
need it and it is worked out once.
"""

import threading
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pac

Codes = np.ndarray[Any, Any]
"""`int32`."""

_SAMPLE = 128
"""Values that stand for the others of a column."""


def repeats(values: pa.Array) -> bool:
    """Whether values come up again and again, as far as the first ones tell: then each is looked at once."""
    known = _known(values)
    if known.repeats is None:
        first = values.slice(0, _SAMPLE)
        known.repeats = 2 * int(pac.count_distinct(first).as_py()) <= len(first)
    return known.repeats


def encoded(values: pa.Array) -> pa.DictionaryArray:
    """The values as a dictionary without null, in the order of first appearance, and the place of each."""
    known = _known(values)
    if known.encoded is None:
        known.encoded = values.dictionary_encode()
    return known.encoded


def codes_of(values: pa.Array) -> Codes:
    """Which string of the dictionary stands in each row; for null, the number of strings."""
    known = _known(values)
    if known.codes is None:
        found = encoded(values)
        places = found.indices
        known.codes = np.asarray(places.fill_null(len(found.dictionary)) if places.null_count else places)
    return known.codes


def forget_columns() -> None:
    """Let go of what this thread knows of columns: another batch begins."""
    _KNOWN.columns.clear()


@dataclass(slots=True)
class _Column:
    """What is known of a column; as long as it is kept, no other has its place in memory."""

    values: pa.Array
    repeats: bool | None = None
    encoded: pa.DictionaryArray | None = None
    codes: Codes | None = None


class _Columns(threading.local):
    def __init__(self) -> None:
        self.columns: dict[tuple[Any, ...], _Column] = {}


_KNOWN = _Columns()


def _known(values: pa.Array) -> _Column:
    # Each question makes a new Python object of a column, but the buffers are the same.
    places = (None if buffer is None else buffer.address for buffer in values.buffers())
    key = (values.type, values.offset, len(values), *places)
    if (found := _KNOWN.columns.get(key)) is None:
        found = _KNOWN.columns[key] = _Column(values)
    return found
