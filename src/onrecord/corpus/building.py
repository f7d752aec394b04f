"""The build of a corpus: lines in, one Parquet file a shard out, every record parsed once.

Owns the order of the tables, so that what one derives from another is known in time, and the way from a piece
to row groups. What is wrong is found as in `run`; with the first error no more is written.
"""

import shutil
import tempfile
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from onrecord.corpus.canonical import canonical_lines
from onrecord.corpus.checking import Checked, check_piece
from onrecord.corpus.crossing import refusals
from onrecord.corpus.deriving import built
from onrecord.corpus.lookup import Sources, forget
from onrecord.corpus.run import PAUSE, Mapper, Reading, between, on_threads
from onrecord.corpus.shards import Piece, Shard, pieces
from onrecord.corpus.stretch_files import Stretches
from onrecord.corpus.whole_shards import BuiltShard, ShardTask, build_shard
from onrecord.corpus.writing import TableFiles
from onrecord.model.digest import Identity, dataset_digest
from onrecord.model.findings import LEVELS, Finding
from onrecord.model.tables import TABLES
from onrecord.validation.summary import Summary

_ORDER = ("speakers", "annotations", "documents", "claims", "relations", "segments")
_NEEDED: Mapping[str, Sequence[str]] = {"claims": ("speakers", "annotations"), "segments": ("claims",)}
"""The tables that a table's derived fields come from. In the order of the build others stand between them, so
that there is work to do while the last of what is needed is waited for."""


@dataclass(frozen=True, slots=True)
class PieceTask:
    """A piece, and what its derived fields are worked out from."""

    piece: Piece
    sources: Sources


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


def build_piece(task: PieceTask) -> BuiltPiece:
    """Check a piece as `check_piece` does, and build its rows unless something is wrong with them."""
    made: list[tuple[pa.RecordBatch, pa.Buffer]] = []
    table = task.piece.shard.table
    checked = check_piece(
        task.piece, max(LEVELS), lambda rows: made.append(build_batch(rows, table, task.sources))
    )
    has_errors = any(finding.severity == "error" for finding in checked.findings)
    return BuiltPiece(checked, () if has_errors else tuple(made))


def build_batch(rows: pa.RecordBatch, table: str, sources: Sources) -> tuple[pa.RecordBatch, pa.Buffer]:
    """Authored rows as built ones, and their canonical lines."""
    whole = built(rows, table, sources.look_up(rows))
    return whole, canonical_lines(whole)


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
    with _folder(beside) as place, ExitStack() as open_files:
        open_files.enter_context(refusals())
        kind = _SharedRun if is_shared else _Run
        run = kind(shards, folder, version, Stretches(place, shards), on_piece, mapper)
        open_files.callback(run.abandon)
        run.build_tables()
        crossing = open_files.enter_context(closing(run.stretches.close()))
        found = [*early]
        found += [finding for table in TABLES for finding in run.findings[table]]
        summary, level = Summary(), max(LEVELS)
        with ThreadPoolExecutor(1) as beside_it:
            # Nothing is put in place yet: the files may be whole before it is known that they are good.
            finished = beside_it.submit(run.finish)
            found += between(crossing, shards, place, level, articles, summary, bool(found), mapper)
            if any(finding.severity == "error" for finding in found):
                return BuiltCorpus({}, None, tuple(found))
            identity = finished.result()
        return BuiltCorpus({table: run.files[table].rows for table in TABLES}, identity, tuple(found))


@contextmanager
def _folder(parent: Path | None) -> Iterator[Path]:
    """A folder for the length of a build, gone after it whatever workers are still at."""
    place = Path(tempfile.mkdtemp(prefix=".onrecord-", dir=parent))
    try:
        yield place
    finally:
        # A worker may be about to put in one more file: under another name it does not find the folder. What
        # was on its way even so is gone with the second look.
        gone = place.rename(place.with_name(f"{place.name}-gone"))
        for _ in range(2):
            shutil.rmtree(gone, ignore_errors=True)


@dataclass(frozen=True, slots=True)
class _Part:
    """What one task is to build: a piece of a shard, which has that number among all."""

    number: int
    piece: Piece

    @property
    def table(self) -> str:
        return self.piece.shard.table


class _Run:
    """One build: the files of each table, and what was found on the way."""

    _work: Callable[[Any], Any] = staticmethod(build_piece)
    """What a task is given to, wherever it runs."""

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
        """The stretches of the tables that are done."""
        self._first: dict[str, int] = {}
        self._has_errors = False
        self._reading = Reading()

    def build_tables(self) -> None:
        """Check all tables and, as long as nothing is wrong, write them."""
        parts = [part for table in _ORDER for part in self._begin(table)]
        left = Counter(part.table for part in parts)
        for table in TABLES:
            if not left[table]:
                self._end(table)
        for part, result in zip(parts, self._mapper(self._work, self._tasks(parts)), strict=True):
            self._take(part, result)
            left[part.table] -= 1
            if not left[part.table]:
                self._end(part.table)

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

    def _begin(self, table: str) -> Iterator[_Part]:
        """Make ready for the files of a table; what its tasks are to build."""
        own = [number for number, shard in enumerate(self._shards) if shard.table == table]
        self._first[table] = own[0] if own else 0
        self.files[table] = TableFiles(table, self._folder, len(own), self._version)
        for number in own:
            for piece in self._cut(self._shards[number]):
                yield _Part(number, piece)

    def _end(self, table: str) -> None:
        """Have the stretches of a table ready for those whose derived fields come from them."""
        self._sources[table] = str(self.stretches.close_table(table))
        if table in _NEEDED:
            forget()

    def _cut(self, shard: Shard) -> Iterator[Piece]:
        return pieces(shard)

    def _tasks(self, parts: Iterable[_Part]) -> Iterator[Any]:
        """A task for each part, as soon as what it needs is there."""
        for part in parts:
            needed = _NEEDED.get(part.table, ())
            while not self._sources.keys() >= set(needed):
                yield PAUSE
            yield self._task(part, Sources(**{name: self._sources[name] for name in needed}))

    def _task(self, part: _Part, sources: Sources) -> Any:
        return PieceTask(part.piece, sources)

    def _take(self, part: _Part, built: BuiltPiece) -> None:
        """Note what a piece came to, and write it."""
        if part.number != self._reading.shard:
            self._reading = Reading(part.number)
        if self._reading.is_over:
            return
        self._take_in(part, built.checked)
        for rows, lines in () if self._has_errors else built.batches:
            self.files[part.table].add(part.number - self._first[part.table], rows, lines)

    def _take_in(self, part: _Part, checked: Checked) -> None:
        """Note what a piece came to."""
        self._on_piece(checked.records)
        for finding in self._reading.placed(checked.findings):
            self.findings[part.table].append(finding)
            self._has_errors |= finding.severity == "error"
        self.stretches.add(part.table, part.number, self._reading.lines, checked)
        self._reading.lines += checked.records
        self._reading.is_over = checked.ends_reading


class _SharedRun(_Run):
    """A build whose shards are written where the tasks run, and whose driver counts, hashes and compares.

    It hashes on a thread of its own, beside the shards to come.
    """

    _work = staticmethod(build_shard)

    def __init__(self, *arguments: Any) -> None:
        super().__init__(*arguments)
        self._hasher = ThreadPoolExecutor(1)
        self._hashed: list[Future[None]] = []

    def finish(self) -> Identity:
        """The same, when all shards are in their places."""
        for done in self._hashed:
            done.result()
        return super().finish()

    def abandon(self) -> None:
        """Close what is still open, when nothing is under way any more."""
        self._hasher.shutdown(cancel_futures=True)
        super().abandon()

    def _cut(self, shard: Shard) -> Iterator[Piece]:
        return pieces(shard, shard.size)

    def _task(self, part: _Part, sources: Sources) -> ShardTask:
        return ShardTask(part.piece, sources, str(self.stretches.folder), self._version)

    def _take(self, part: _Part, built: Any) -> None:
        self._reading = Reading(part.number)
        self._take_in(part, built.checked)
        if self._has_errors:
            built.discard()
        else:
            files, place = self.files[part.table], part.number - self._first[part.table]
            self._hashed.append(self._hasher.submit(_moved, files, place, built))


def _moved(files: TableFiles, place: int, made: BuiltShard) -> None:
    """Take the file of a shard in, unless there is none, and delete what is left. Raises OSError."""
    if made.file is not None:
        files.take_in(place, Path(made.file), made.rows, made.canonical_lines())
    made.discard()
