"""The fast path for canonical JSON lines of predictions: one pattern per line, seconds for a million.

A line is canonical if it has the known fields in their usual order and nothing escaped. A file that is not
canonical is not wrong: `predictions` reads it line by line and reports what is wrong.
"""

import re
from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from onrecord.reading.file_rules import LONGEST_LINE

_STRING = rb'"([^"\\\x00-\x1f]+)"'
_LINE = (
    rb'^\{"%s": ?' + _STRING + rb', ?"prediction": ?(?:' + _STRING + rb"|(true|false|null))"
    rb'(?:, ?"confidence": ?(0(?:\.[0-9]{1,18})?|1(?:\.0)?))?'
    rb'(?:, ?"dataset_version": ?' + _STRING + rb")?\}$"
)
_CONSTANTS = {b"true": True, b"false": False, b"null": None}
_CHUNK_BYTES = 1 << 20


class NotCanonical(Exception):
    """A line of the file is not canonical, or not UTF-8."""


class CanonicalLine(NamedTuple):
    """One line: the answer is its text, or the value of true, false or null."""

    item_id: str
    answer: str | bool | None
    confidence: float | None
    version: str | None


def read_canonical_lines(
    stream: BinaryIO, key: str, *, chunk_bytes: int = _CHUNK_BYTES
) -> Iterator[CanonicalLine]:
    """Each line of a stream whose items are named by `key`. Raises NotCanonical near the first other line.

    Lines are matched in chunks of about `chunk_bytes`.
    """
    find = re.compile(_LINE % re.escape(key.encode()), re.MULTILINE).findall
    while content := stream.read(chunk_bytes):
        content += stream.readline(LONGEST_LINE + 1)
        found = find(content)
        # A match never reaches beyond its line, so equal numbers mean that every line matched.
        if len(found) != content.count(b"\n") + (not content.endswith(b"\n")):
            raise NotCanonical
        try:
            for item_id, text, constant, confidence, version in found:
                yield CanonicalLine(
                    item_id.decode(),
                    text.decode() if text else _CONSTANTS[constant],
                    float(confidence) if confidence else None,
                    version.decode() or None,
                )
        except UnicodeDecodeError as error:
            raise NotCanonical from error
