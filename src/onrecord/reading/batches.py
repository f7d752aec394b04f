"""Part and Batch: lines of one file that belong together, before and after they are read.

A document is made of parts: whole files of its folder, line ranges of a corpus, row ranges of built tables.
"""

import io
import os
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Literal, NamedTuple

from onrecord.extras import extra
from onrecord.model.findings import Finding
from onrecord.reading.blocks import BLOCK_BYTES, iter_blocks
from onrecord.reading.files import is_url
from onrecord.reading.located import Located, Row

Form = Literal["lines", "record", "rows"]
"""JSON Lines, one JSON object over several lines (document.json), or rows of Parquet."""


class Part(NamedTuple):
    """A range of one file: bytes `start` to `end` of JSON text, or rows `start` to `end` of Parquet.

    The range is half-open and holds whole lines; `end` is None for the rest of the file. `line` is the number
    of its first line or row, from 1. `file` is the path as findings show it. `content` holds the bytes where
    the file cannot be read where the task runs. A tuple, because most of what travels to tasks is parts.
    """

    table: str
    file: str
    path: str
    form: Form = "lines"
    start: int = 0
    end: int | None = None
    line: int = 1
    content: bytes | None = None
    is_built: bool = False
    """Whether lines are built rows, with derived fields; rows of Parquet always are."""
    is_valid: bool = False
    """Whether a first pass found nothing wrong with any of its lines."""

    @contextmanager
    def open_file(self) -> Iterator[BinaryIO]:
        """The whole file as a stream. Raises OSError."""
        if is_url(self.path):
            with extra("scale", "reading from a URL"):
                import fsspec

            with fsspec.open(self.path, "rb") as stream:
                yield stream
        else:
            with Path(self.path).open("rb") as stream:
                yield stream

    @contextmanager
    def open(self) -> Iterator[BinaryIO]:
        """A stream that is read from the start of the range. Raises OSError."""
        if self.content is not None:
            yield io.BytesIO(self.content)
        elif not is_url(self.path) and self.end is not None and self.end - self.start <= BLOCK_BYTES:
            # Most parts are small, and a system call is cheaper than a buffered file.
            yield io.BytesIO(_read_at(self.path, self.start, self.end - self.start))
        else:
            with self.open_file() as stream:
                stream.seek(self.start)
                yield stream

    def read(self) -> bytes:
        """All bytes of the range. Raises OSError."""
        with self.open() as stream:
            return stream.read(-1 if self.end is None else self.end - self.start)


def _read_at(path: str, start: int, size: int) -> bytes:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        return os.pread(descriptor, size, start)
    finally:
        os.close(descriptor)


def in_blocks(part: Part) -> Iterator[Part]:
    """A part of many lines, split into parts of about a megabyte. Raises OSError."""
    if part.form != "lines" or is_small(part):
        yield part
        return
    line = part.line
    with part.open() as stream:
        for block in iter_blocks(stream, part.start, part.end):
            yield part._replace(start=block.start, end=block.end, line=line)
            line += max(block.content.count(b"\n"), 1)


def is_small(part: Part) -> bool:
    """Whether a part is small enough to be read in one go."""
    return part.end is None or part.end - part.start <= BLOCK_BYTES


@dataclass(frozen=True, slots=True)
class Rejected:
    """A record with findings of level 1 or 2; `has_id` says whether others may refer to it."""

    located: Located
    findings: Sequence[Finding]
    has_id: bool


MOST_BARE_IDS = 20_000
"""Rejected records of a part that are remembered for their ids alone, because damage can make millions."""


@dataclass(slots=True)
class Batch:
    """The records of a part: valid rows with the number of the line of each, and rejected records."""

    table: str
    file: str
    rows: list[Row]
    lines: list[int]
    rejected: list[Rejected] = field(default_factory=list)
    field_lines: Mapping[str, int] = field(default_factory=dict)
    records: int = 0
    """Records read, valid or not."""
    ends_reading: bool = False
    """Whether the rest of the file is not text."""
    is_built: bool = False
    """Whether the rows are of a built table, with derived fields."""
    unlisted: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    """Findings by rule that were counted and not kept."""
    most: int = 100_000
    """Findings of one rule that are kept; further ones are only counted."""
    bare_ids: int = 0
    """Rejected records without a finding that is kept."""
    listed: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))
    """Findings that are kept, by rule."""

    def add(self, rows: list[Row], first: int, level: int) -> None:
        """Take the rows of consecutive lines that were accepted; below level 2 none counts as valid."""
        self.records += len(rows)
        if level >= 2:
            self.rows += rows
            self.lines += range(first, first + len(rows))

    def reject(self, located: Located, findings: Iterable[Finding], *, has_id: bool) -> None:
        """Take a rejected record with those of its findings that are kept."""
        self.reject_with(located, self.keep(findings), has_id=has_id)

    def reject_with(self, located: Located, kept: Sequence[Finding], *, has_id: bool) -> None:
        """Take a rejected record with the findings that `keep` has chosen.

        Where there is none, other records may still refer to its id. Findings that are not kept make the
        table incomplete, so it does no harm that ids beyond a number are forgotten.
        """
        if kept or (has_id and self.bare_ids < MOST_BARE_IDS):
            self.bare_ids += not kept
            self.rejected.append(Rejected(located, kept, has_id))

    def keep(self, findings: Iterable[Finding]) -> list[Finding]:
        """Those of the findings that are kept; the others are counted."""
        kept = []
        for finding in findings:
            if self.is_full(finding.rule):
                self.unlisted[finding.rule] += 1
            else:
                self.listed[finding.rule] += 1
                kept.append(finding)
        return kept

    def is_full(self, rule: str) -> bool:
        """Whether further findings of a rule are only counted."""
        return self.listed[rule] >= self.most
