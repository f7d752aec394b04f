"""The bytes of lines: where each line lies, and what single signs of it say.

Owns questions about every sign of a batch, which must cost next to nothing; what they prove is for `columns`.
"""

from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np

from onrecord.reading.file_rules import LONGEST_LINE

Mask = np.ndarray[Any, Any]
"""One `bool` a row or line."""
Numbers = np.ndarray[Any, Any]
"""`int64`."""

QUOTE = ord('"')
_NEWLINE, _COLON, _BACKSLASH, _OPENING, _CLOSING = (ord(sign) for sign in "\n:\\{}")
_AFTER_OBJECT = np.zeros(256, np.bool_)
_AFTER_OBJECT[[ord(sign) for sign in ",]}\n"]] = True
_PAIR = np.dtype("<u2")
_END_OF_KEY = int.from_bytes(b'":', "little")
_AT_ONCE = 1 << 18
"""Signs that are compared at a time: the answers stay near the processor, and in memory that is not new."""
_NEVER = (b"\r", b"\0")
"""Signs that no sound line has, and that readers take for the end of a line or of everything."""


@dataclass(frozen=True)
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

    @cached_property
    def keys(self) -> Numbers:
        """How many keys each line has."""
        # Of keys there are many more than of lines.
        return np.diff(np.searchsorted(ends_of_keys(self.content), self.ends), prepend=0)


def split_lines(content: bytes) -> Lines:
    """Where the lines of the bytes lie; the last may lack its newline."""
    ends = _places(np.frombuffer(content, np.uint8), _NEWLINE)
    if not content.endswith(b"\n"):
        ends = np.append(ends, len(content))
    starts = np.concatenate([[0], ends[:-1] + 1]).astype(np.int64)
    return Lines(content, starts, ends)


def may_be_objects(lines: Lines) -> Mask:
    """The lines `{…}` with a newline, and without a sign that no sound line has."""
    signs = np.frombuffer(lines.content, np.uint8)
    # An empty line starts at its own newline, which is no brace.
    plain: Mask = (signs[np.minimum(lines.starts, len(signs) - 1)] == _OPENING) & (
        signs[lines.ends - 1] == _CLOSING
    )
    plain &= lines.ends - lines.starts <= LONGEST_LINE
    if not lines.content.endswith(b"\n"):
        plain[-1] = False
    for sign in _NEVER:
        if sign in lines.content:
            plain[np.searchsorted(lines.ends, _places(signs, ord(sign)))] = False
    return plain


def may_be_several(lines: Lines) -> Mask:
    """The lines with something behind a brace that could start another value."""
    signs = np.frombuffer(lines.content, np.uint8)[: lines.ends[-1]]
    braces = _places(signs, _CLOSING)
    braces = braces[braces + 1 < len(signs)]
    found = np.zeros(len(lines), np.bool_)
    found[np.searchsorted(lines.ends, braces[~_AFTER_OBJECT[signs[braces + 1]]])] = True
    return found


def count_keys(content: bytes) -> int:
    """How many keys there are in all lines."""
    if b"\\" in content:
        return len(ends_of_keys(content))
    found = 0
    for start in (0, 1):
        # Two signs at a time, for each way to cut the bytes into pairs.
        pairs = np.frombuffer(content, _PAIR, max(len(content) - start, 0) // 2, start)
        for at in range(0, len(pairs), _AT_ONCE):
            found += int(np.count_nonzero(pairs[at : at + _AT_ONCE] == _END_OF_KEY))
    return found


def ends_of_keys(content: bytes) -> Numbers:
    """Where the `":` that end a key start; behind a backslash it stands in a string, for no name has one."""
    signs = np.frombuffer(content, np.uint8)
    # Nothing stands before the first sign: it is there, once, or not.
    found = [np.zeros(int(content.startswith(b'":')), np.int64)]
    for at in range(1, len(signs) - 1, _AT_ONCE):
        end = min(at + _AT_ONCE, len(signs) - 1)
        ends = (signs[at:end] == QUOTE) & (signs[at + 1 : end + 1] == _COLON)
        ends &= signs[at - 1 : end - 1] != _BACKSLASH
        found.append(np.flatnonzero(ends) + at)
    return np.concatenate(found)


def joined(lines: Lines, indices: Numbers) -> bytes:
    """The bytes of some lines, in order."""
    breaks = np.flatnonzero(np.diff(indices) != 1)
    first = indices[np.concatenate([[0], breaks + 1])]
    last = indices[np.append(breaks, len(indices) - 1)]
    starts, ends = lines.starts[first].tolist(), (lines.ends[last] + 1).tolist()
    content = memoryview(lines.content)
    return b"".join([content[start:end] for start, end in zip(starts, ends, strict=True)])


def _places(signs: np.ndarray[Any, Any], sign: int) -> Numbers:
    """Where a sign stands."""
    starts = range(0, len(signs), _AT_ONCE)
    found = [np.flatnonzero(signs[at : at + _AT_ONCE] == sign) + at for at in starts]
    return np.concatenate([np.zeros(0, np.int64), *found])
