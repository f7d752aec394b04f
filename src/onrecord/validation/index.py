"""Files that hold many documents, as tasks of whole documents.

A first pass finds the runs of lines of each document (`line_runs`). They are kept in SQLite and sorted there,
so that memory does not grow with the number of records, nor depend on their order. The order of files and of
lines changes neither the documents nor their order.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any, NamedTuple

from onrecord.execution.executor import Executor
from onrecord.model.tables import KNOWN_TABLES
from onrecord.reading.batches import Part
from onrecord.reading.records import MAY_BE_EMPTY
from onrecord.validation.line_runs import NOBODY, ChunkRuns, LineRun, find_runs

CHUNK_BYTES = 8 << 20
"""Bytes of a file that one task looks through for runs."""

_ORDER = {table: number for number, table in enumerate(KNOWN_TABLES)}


class DocumentParts(NamedTuple):
    """What belongs to one document, table by table; `document_id` is NOBODY for lines of no document."""

    document_id: str
    parts: tuple[Part, ...]
    records: int = 0


class DocumentIndex:
    """Which lines of which files belong to each document."""

    def __init__(self, folder: Path | None, files: Sequence[Part]) -> None:
        """Keep the index in a folder, or in memory where there is none."""
        self.files = files
        self._db = sqlite3.connect(
            folder / "documents.sqlite" if folder else ":memory:", isolation_level=None
        )
        self._db.executescript(
            "pragma journal_mode = off; pragma synchronous = off; begin;"
            "create table runs (document text, other text, place integer, file integer, start integer, "
            "end integer, line integer, lines integer, votes integer, is_valid integer);"
        )

    def fill(self, executor: Executor, chunk_bytes: int = CHUNK_BYTES) -> None:
        """Look through all files. Raises OSError."""
        chunks = [
            (number, chunk) for number, file in enumerate(self.files) for chunk in _chunks(file, chunk_bytes)
        ]
        state = _FileState()
        results = executor(find_runs, (chunk for _, chunk in chunks))
        for (number, chunk), found in zip(chunks, results, strict=True):
            if number != state.number:
                state = _FileState(number)
            if not found.runs and chunk.end == 0 and chunk.table not in MAY_BE_EMPTY:
                # An empty file becomes a finding.
                found = ChunkRuns((LineRun(NOBODY, None, 0, 0, 0, 0),), ends_reading=False)
            if not state.is_over:
                self._db.executemany(
                    "insert into runs values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                    state.rows(found, _ORDER[chunk.table]),
                )
        self._settle()

    @property
    def unnamed_tables(self) -> frozenset[str]:
        """The tables with a line that may be a record of any document."""
        rows = self._db.execute("select distinct file from runs where document = ?", (NOBODY,))
        return frozenset(self.files[number].table for (number,) in rows)

    def documents(self) -> Iterator[DocumentParts]:
        """The documents by id, their parts by table, file and line; lines of no document come first."""
        rows = self._db.execute(
            "select document, place, file, start, end, line, lines, is_valid from runs "
            "order by document, place, file, start"
        )
        for document, group in groupby(rows, itemgetter(0)):
            if document == NOBODY:
                # Each of these lines becomes a finding: a task holds few of them.
                for row in group:
                    yield DocumentParts(NOBODY, (self._part(row),), row[6])
            else:
                found = list(group)
                yield DocumentParts(document, tuple(self._joined(found)), sum(row[6] for row in found))

    def close(self) -> None:
        """Close the database."""
        self._db.close()

    def _part(self, row: tuple[Any, ...]) -> Part:
        _, _, file, start, end, line, _, is_valid = row
        whole = self.files[file]
        # `replace` would cost more, and there are as many parts as documents.
        return Part(
            whole.table,
            whole.file,
            whole.path,
            whole.form,
            start,
            end,
            line,
            is_built=whole.is_built,
            is_valid=bool(is_valid),
        )

    def _joined(self, rows: Iterable[tuple[Any, ...]]) -> Iterator[Part]:
        """The parts, with those joined that follow each other in a file."""
        last: Part | None = None
        for row in rows:
            part = self._part(row)
            if last and (last.path, last.end) == (part.path, part.start):
                last = last._replace(end=part.end, is_valid=last.is_valid and part.is_valid)
                continue
            if last:
                yield last
            last = part
        if last:
            yield last

    def _settle(self) -> None:
        """Give each record that names two documents to the one that more records name, or else the first."""
        [unsettled] = self._db.execute("select count(*) from runs where other is not null").fetchone()
        if not unsettled:
            return
        self._db.executescript(
            "create table votes as select document, sum(votes) as votes from ("
            "select document, votes from runs union all select other, lines from runs where other is not null"
            ") group by document; create unique index by_document on votes (document);"
            "update runs set document = other where other is not null and "
            "(select votes from votes where votes.document = other) > "
            "(select votes from votes where votes.document = runs.document);"
        )


@dataclass(slots=True)
class _FileState:
    """How far a file has been looked through."""

    number: int = -1
    line: int = 1
    last: str = NOBODY
    is_over: bool = False

    def rows(self, found: ChunkRuns, place: int) -> Iterator[tuple[Any, ...]]:
        """The runs of the next chunk as rows of the table."""
        for run in found.runs:
            # A record that names no document follows the one before it.
            self.last = self.last if run.document is None else run.document
            yield (
                self.last, run.other, place, self.number, run.start, run.end, self.line, run.lines,
                run.votes, run.is_valid,
            )  # fmt: skip
            self.line += run.lines
        self.is_over = found.ends_reading


def _chunks(file: Part, size: int) -> Iterator[Part]:
    if file.form != "lines" or not file.end:
        yield file
        return
    for start in range(0, file.end, size):
        yield file._replace(start=start, end=min(start + size, file.end))
