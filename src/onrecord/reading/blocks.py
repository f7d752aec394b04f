"""The bytes of a file as blocks of whole lines. Memory holds one block, however long a line is."""

from collections.abc import Iterator
from typing import BinaryIO, NamedTuple

from onrecord.reading.file_rules import LONGEST_LINE

BLOCK_BYTES = 1 << 20

CACHE_BYTES = 128 << 10
"""Bytes of small lines or documents to handle together: enough to share the cost of a call, and few enough
for a processor's cache."""


class Block(NamedTuple):
    """Whole lines, and the offsets in the file where they start and end.

    A line too long for a record may form its own block, cut off after LONGEST_LINE + 1 bytes.
    """

    start: int
    content: bytes
    end: int


def iter_blocks(stream: BinaryIO, start: int, end: int | None, size: int = BLOCK_BYTES) -> Iterator[Block]:
    """The lines that start before `end` (None: all) in a stream positioned at `start`, where a line starts.

    Raises OSError.
    """
    while end is None or start < end:
        content = stream.read(size if end is None else min(size, end - start))
        if not content:
            return
        if not content.endswith(b"\n"):
            content += stream.readline(LONGEST_LINE + 1)
        stop = start + len(content)
        if not content.endswith(b"\n"):
            stop += skip_line(stream)
        if stop > start + len(content):
            last = content.rfind(b"\n") + 1
            if last:
                yield Block(start, content[:last], start + last)
            yield Block(start + last, content[last : last + LONGEST_LINE + 1], stop)
        else:
            yield Block(start, content, stop)
        start = stop


def skip_line(stream: BinaryIO) -> int:
    """Read on past the next line end. Returns the number of bytes read."""
    length = 0
    while chunk := stream.readline(1 << 16):
        length += len(chunk)
        if chunk.endswith(b"\n"):
            break
    return length
