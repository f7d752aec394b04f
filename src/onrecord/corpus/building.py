"""The build of a corpus: lines in, one Parquet file a shard out, every record parsed once.

Owns the order of the tables, so that what one derives from another is known in time, and the way from a piece
to row groups. What is wrong is found as in `run`; with the first error no more is written.
"""

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pyarrow as pa

from onrecord.content import Identity, dataset_digest
from onrecord.corpus.canonical import canonical_lines
from onrecord.corpus.checking import Checked, check_piece
from onrecord.corpus.crossing import Stretches, refusals
from onrecord.corpus.deriving import built
from onrecord.corpus.lookup import Sources, forget
from onrecord.corpus.run import Mapper, Reading, between, on_threads
from onrecord.corpus.shards import Piece, Shard, pieces
from onrecord.corpus.whole_shards import BuiltShard, ShardTask, build_shard
from onrecord.corpus.writing import TableFiles
from onrecord.findings import LEVELS, Finding
from onrecord.schemas import TABLES
from onrecord.summary import Summary

_STEPS: Mapping[Sequence[str], Sequence[str]] = {
    ("speakers", "annotations", "documents", "relations"): (),
    ("claims",): ("speakers", "annotations"),
    ("segments",): ("claims",),
}
"""The tables that are built together, after those that their derived fields come from."""

_LEVEL = max(LEVELS)


@dataclass(frozen=True, slots=True)
class BuiltPiece:
    """A piece that was checked and, where nothing was wrong, built: rows and their canonical lines."""

    checked: Checked
    batches: tuple[tuple[pa.RecordBatch, pa.Buffer], ...]


@dataclass(frozen=True, slots=True)
class BuiltCorpus:
    """What was written, and every finding: nothing counts as written where one of them is an error."""

    rows: Mapping[str, int]
    identity: Identity | None
    findings: tuple[Finding, ...]


def build_piece(piece: Piece, sources: Sources) -> BuiltPiece:
    """Check a piece as `check_piece` does, and build its rows unless something is wrong with them."""
    authored: list[pa.RecordBatch] = []
    checked = check_piece(piece, _LEVEL, authored.append)
    if any(finding.severity == "error" for finding in checked.findings):
        return BuiltPiece(checked, ())
    lookup = sources.look_up(authored)
    rows = [built(batch, piece.shard.table, lookup) for batch in authored]
    return BuiltPiece(checked, tuple((batch, canonical_lines(batch)) for batch in rows))


def build_corpus(
    shards: Sequence[Shard],
    folder: Path,
    version: str,
    articles: Path,
    on_piece: Callable[[int], object],
    mapper: Mapper = on_threads,
    early: Iterable[Finding] = (),
) -> BuiltCorpus:
    """Build the tables of a corpus into an empty folder; `on_piece` is told of records as they are taken in.

    `early` are findings that were there before, about the corpus as a folder.

    Raises OSError where the disk refuses.
    """
    is_shared = mapper is not on_threads
    # What workers have to see lies beside what they write.
    beside = folder.parent if is_shared else None
    with tempfile.TemporaryDirectory(prefix=".onrecord-", dir=beside) as place, ExitStack() as open_files:
        open_files.enter_context(refusals())
        kind = _SharedRun if is_shared else _Run
        run = kind(shards, folder, version, Stretches(Path(place), shards), on_piece, mapper)
        open_files.callback(run.abandon)
        for tables, needed in _STEPS.items():
            run.build_tables(tables, needed)
            forget()
        crossing = open_files.enter_context(closing(run.stretches.close()))
        found = [*early]
        found += [finding for table in TABLES for finding in run.findings[table]]
        summary = Summary()
        with ThreadPoolExecutor(1) as beside_it:
            # Nothing is put in place yet: the files may be whole before it is known that they are good.
            finished = beside_it.submit(run.finish)
            found += between(crossing, shards, Path(place), _LEVEL, articles, summary, bool(found), mapper)
            if any(finding.severity == "error" for finding in found):
                return BuiltCorpus({}, None, tuple(found))
            identity = finished.result()
        return BuiltCorpus({table: run.files[table].rows for table in TABLES}, identity, tuple(found))


class _Run:
    """One build: the files of each table, and what was found on the way."""

    def __init__(
        self,
        shards: Sequence[Shard],
        folder: Path,
        version: str,
        stretches: Stretches,
        on_piece: Callable[[int], object],
        mapper: Mapper,
    ) -> None:
        self.stretches = stretches
        self.files: dict[str, TableFiles] = {}
        self.findings: dict[str, list[Finding]] = {table: [] for table in TABLES}
        self._shards = shards
        self._folder = folder
        self._version = version
        self._on_piece = on_piece
        self._mapper = mapper
        self._sources: dict[str, str] = {}
        self._first: dict[str, int] = {}
        self._has_errors = False

    def build_tables(self, tables: Sequence[str], needed: Sequence[str]) -> None:
        """Check tables and, as long as nothing is wrong, write them."""
        shards = self._begin(tables)
        tasks = [(number, piece) for number, shard in shards for piece in pieces(shard)]
        build = partial(build_piece, sources=self._sources_of(needed))
        reading = Reading()
        for (number, piece), result in zip(
            tasks, self._mapper(build, (piece for _, piece in tasks)), strict=True
        ):
            reading = reading if number == reading.shard else Reading(number)
            if reading.is_over:
                continue
            table = piece.shard.table
            self.take_in(table, number, reading, result.checked)
            for rows, lines in () if self._has_errors else result.batches:
                self.files[table].add(number - self._first[table], rows, lines)
        self._end(tables)

    def take_in(self, table: str, number: int, reading: Reading, checked: Checked) -> None:
        """Note what a piece came to; `reading` is how far its shard has been read."""
        self._on_piece(checked.records)
        for finding in reading.placed(checked.findings):
            self.findings[table].append(finding)
            self._has_errors |= finding.severity == "error"
        self.stretches.add(table, number, reading.lines, checked)
        reading.lines += checked.records
        reading.is_over = checked.ends_reading

    def _begin(self, tables: Sequence[str]) -> list[tuple[int, Shard]]:
        """Open the files of tables; their shards, with the number of each among all."""
        found = [(number, shard) for number, shard in enumerate(self._shards) if shard.table in tables]
        for table in tables:
            own = [number for number, shard in found if shard.table == table]
            self._first[table] = own[0] if own else 0
            self.files[table] = TableFiles(table, self._folder, len(own), self._version)
        return found

    def _sources_of(self, needed: Sequence[str]) -> Sources:
        return Sources(**{name: self._sources[name] for name in needed})

    def _end(self, tables: Sequence[str]) -> None:
        self._sources |= {table: str(self.stretches.close_table(table)) for table in tables}

    def finish(self) -> Identity:
        """Write the last files, and the digests into all of them."""
        digests = {table: self.files[table].finish() for table in TABLES}
        identity = Identity(self._version, digests, dataset_digest(digests))
        for files in self.files.values():
            files.stamp(identity)
        return identity

    def abandon(self) -> None:
        """Close what is still open."""
        self.stretches.abandon()
        for files in self.files.values():
            files.abandon()


class _SharedRun(_Run):
    """A build whose shards are written where the tasks run, and whose driver counts, hashes and compares.

    It hashes on a thread of its own: no worker waits for that between the tables.
    """

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._hasher = ThreadPoolExecutor(1)
        self._hashed: list[Future[None]] = []

    def build_tables(self, tables: Sequence[str], needed: Sequence[str]) -> None:
        """Have the shards of tables checked and written, and take their files in, in order."""
        shards = self._begin(tables)
        sources = self._sources_of(needed)
        tasks = (self._task(shard, sources) for _, shard in shards)
        for (number, shard), result in zip(shards, self._mapper(build_shard, tasks), strict=True):
            table = shard.table
            reading = Reading(number)
            for checked in result.checked:
                self.take_in(table, number, reading, checked)
            if self._has_errors:
                result.discard()
            else:
                files, place = self.files[table], number - self._first[table]
                self._hashed.append(self._hasher.submit(_moved, files, place, result))
        self._end(tables)

    def finish(self) -> Identity:
        """The same, when all shards are in their places."""
        for done in self._hashed:
            done.result()
        return super().finish()

    def abandon(self) -> None:
        """Close what is still open, when nothing is under way any more."""
        self._hasher.shutdown(cancel_futures=True)
        super().abandon()

    def _task(self, shard: Shard, sources: Sources) -> ShardTask:
        cut = tuple(pieces(shard))
        return ShardTask(shard, cut, sources, str(self.stretches.folder), self._version)


def _moved(files: TableFiles, place: int, made: BuiltShard) -> None:
    """Take the file of a shard in, unless there is none, and delete what is left. Raises OSError."""
    if made.file is not None:
        files.take_in(place, Path(made.file), made.rows, made.canonical_lines())
    made.discard()
