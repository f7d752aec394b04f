"""Ids with a number, `<document_id>-c001`, taken apart for whole columns.

Owns the bytes of ids. That they fit their pattern is known by then; what the parts mean is for `stretches`.
"""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from onrecord.corpus.signs import Mask, Numbers

MOST = 1 << 40
"""A number that no record has; it leaves room beside it in an integer for that of a document."""

_ZERO, _NINE = ord("0"), ord("9")
_MOST_DIGITS = 18
_LEAST = np.array([MOST, MOST, MOST, 1, *(10**digits for digits in range(3, _MOST_DIGITS))])
"""The least number that is written with so many digits: three at least, and no zero in front of more."""


@dataclass(frozen=True, slots=True)
class Ids:
    """Ids with a number, taken apart: the document's id, the number, whether it is written as usual."""

    owners: pa.Array
    numbers: Numbers
    is_canonical: Mask


def take_apart(ids: pa.Array) -> Ids:
    """Claim or segment ids that fit their pattern, none of them null, as owner and number."""
    data, bounds = _bytes_of(ids)
    digits, numbers = _numbers_at(np.frombuffer(data, np.uint8), bounds[1:])
    is_canonical = (numbers >= _LEAST[np.minimum(digits, _MOST_DIGITS)]) & (numbers < MOST)
    # Of every two strings one is an owner, and one what comes after it: a hyphen, a letter, the number.
    ends = np.append(np.stack([bounds[:-1], bounds[1:] - digits - 2], axis=1).reshape(-1), bounds[-1:])
    parts = pa.StringArray.from_buffers(2 * len(ids), pa.py_buffer(ends.astype(np.int32)), data)
    return Ids(parts.take(pa.array(np.arange(0, 2 * len(ids), 2))), numbers, is_canonical)


def numbers_of(ids: pa.Array) -> Numbers:
    """The numbers of such ids alone."""
    data, bounds = _bytes_of(ids)
    return _numbers_at(np.frombuffer(data, np.uint8), bounds[1:])[1]


def _bytes_of(ids: pa.Array) -> tuple[pa.Buffer, Numbers]:
    """The bytes of ids, one behind the other, and where each starts, with the end of the last."""
    _, offsets, data = ids.buffers()
    bounds = np.frombuffer(offsets or bytes(4), np.int32)[ids.offset :][: len(ids) + 1]
    return data or pa.py_buffer(b""), bounds


def _numbers_at(signs: Mask, ends: Numbers) -> tuple[Numbers, Numbers]:
    """How many digits stand before each place, and the number that they are.

    A number of more digits than an integer has is nobody's: it is given as 0.
    """
    digits, numbers = np.zeros(len(ends), np.int64), np.zeros(len(ends), np.int64)
    goes_on = ends > 0
    count = 0
    while goes_on.any():
        sign = signs[np.maximum(ends - 1 - count, 0)]
        goes_on &= (sign >= _ZERO) & (sign <= _NINE) & (ends > count)
        digits += goes_on
        if count < _MOST_DIGITS:
            numbers += np.where(goes_on, sign.astype(np.int64) - _ZERO, 0) * 10**count
        else:
            numbers[goes_on] = 0
        count += 1
    return digits, numbers
