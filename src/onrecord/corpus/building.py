"""The build of a corpus: lines in, one Parquet file a shard out, every record parsed once.

Owns the order of the tables, so that what one derives from another is known in time, and the way from a piece
to row groups. What is wrong is found as in `run`; with the first error no more is written.
"""

import tempfile
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pyarrow as pa

from onrecord.content import Identity, dataset_digest
from onrecord.corpus.canonical import canonical_lines
from onrecord.corpus.checking import Checked, check_piece
from onrecord.corpus.crossing import Stretches, refusals
from onrecord.corpus.deriving import built
from onrecord.corpus.lookup import Sources
from onrecord.corpus.run import Mapper, Reading, between, on_threads
from onrecord.corpus.shards import Piece, Shard, pieces
from onrecord.corpus.whole_shards import ShardTask, build_shard
from onrecord.corpus.writing import TableFiles
from onrecord.findings import LEVELS, Finding
from onrecord.schemas import TABLES
from onrecord.summary import Summary

PIECE_BYTES = 4 << 20
"""Bytes of a plain shard that are built at a time: what waits to be written is in memory."""

_NEEDED: Mapping[str, Sequence[str]] = {
    "speakers": (),
    "annotations": (),
    "documents": (),
    "relations": (),
    "claims": ("speakers", "annotations"),
    "segments": ("claims",),
}
"""The tables in the order in which they are built, each after those that its derived fields come from."""

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
        for table in _NEEDED:
            run.build_table(table)
        crossing = open_files.enter_context(closing(run.stretches.close()))
        found = [*early]
        found += [finding for table in TABLES for finding in run.findings[table]]
        summary = Summary()
        found += between(crossing, shards, Path(place), _LEVEL, articles, summary, is_doubtful=bool(found))
        if any(finding.severity == "error" for finding in found):
            return BuiltCorpus({}, None, tuple(found))
        return BuiltCorpus({table: run.files[table].rows for table in TABLES}, run.finish(), tuple(found))


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
        self._has_errors = False

    def build_table(self, table: str) -> None:
        """Check a table and, as long as nothing is wrong, write it."""
        numbers = [number for number, shard in enumerate(self._shards) if shard.table == table]
        files = TableFiles(table, self._folder, len(numbers), self._version)
        self.files[table] = files
        sources = Sources(**{name: self._sources[name] for name in _NEEDED[table]})
        tasks = [(number, piece) for number in numbers for piece in pieces(self._shards[number], PIECE_BYTES)]
        results = self._mapper(partial(build_piece, sources=sources), (piece for _, piece in tasks))
        reading = Reading()
        for (number, _), result in zip(tasks, results, strict=True):
            reading = reading if number == reading.shard else Reading(number)
            if reading.is_over:
                continue
            self.take_in(table, number, reading, result.checked)
            for rows, lines in () if self._has_errors else result.batches:
                files.add(number - numbers[0], rows, lines)
        self._sources[table] = str(self.stretches.close_table(table))

    def take_in(self, table: str, number: int, reading: Reading, checked: Checked) -> None:
        """Note what a piece came to; `reading` is how far its shard has been read."""
        self._on_piece(checked.records)
        for finding in reading.placed(checked.findings):
            self.findings[table].append(finding)
            self._has_errors |= finding.severity == "error"
        self.stretches.add(table, number, reading.lines, checked)
        reading.lines += checked.records
        reading.is_over = checked.ends_reading

    def finish(self) -> Identity:
        """Write the last files, and the digests into all of them."""
        digests = {table: self.files[table].finish() for table in TABLES}
        identity = Identity(self._version, digests, dataset_digest(digests))
        for files in self.files.values():
            files.stamp(identity)
        return identity

    def abandon(self) -> None:
        """Close what is still open."""
        for files in self.files.values():
            files.abandon()


class _SharedRun(_Run):
    """A build whose shards are written where the tasks run, and whose driver counts, hashes and compares."""

    def build_table(self, table: str) -> None:
        """Have the shards of a table checked and written, and take their files in, in order."""
        numbers = [number for number, shard in enumerate(self._shards) if shard.table == table]
        files = TableFiles(table, self._folder, len(numbers), self._version)
        self.files[table] = files
        sources = Sources(**{name: self._sources[name] for name in _NEEDED[table]})
        tasks = (self._task(self._shards[number], sources) for number in numbers)
        for number, result in zip(numbers, self._mapper(build_shard, tasks), strict=True):
            reading = Reading(number)
            for checked in result.checked:
                self.take_in(table, number, reading, checked)
            if not self._has_errors and result.file is not None:
                place = number - numbers[0]
                files.take_in(place, Path(result.file), result.rows, result.canonical_lines())
            result.discard()
        self._sources[table] = str(self.stretches.close_table(table))

    def _task(self, shard: Shard, sources: Sources) -> ShardTask:
        cut = tuple(pieces(shard, PIECE_BYTES))
        return ShardTask(shard, cut, sources, str(self.stretches.folder), self._version)
