"""The task of a build: some documents checked and, where nothing is wrong with them, written as Parquet.

A task writes one file per table and split, and the canonical lines next to it. Rows never travel between
processes: the driver gives the files their places and hashes the lines.
"""

import secrets
from collections.abc import Mapping, Sequence, Set
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO

from onrecord.building.writer import ShardFile, close_regardless
from onrecord.execution.garbage import without_collection
from onrecord.model.about import About
from onrecord.model.derive import add_derived
from onrecord.model.digest import canonical_lines
from onrecord.model.table_files import PARQUET
from onrecord.model.tables import SPLITS, TABLES
from onrecord.reading.batches import Part
from onrecord.reading.located import Row
from onrecord.validation.assemble import Given, assemble_all
from onrecord.validation.documents import Checked, Source, check_document, split_of
from onrecord.validation.scan import scan
from onrecord.validation.summary import Summary

_BUFFER = 4 << 20
"""Bytes of canonical lines that are made rows together."""


@dataclass(frozen=True, slots=True)
class Target:
    """Where a task writes: a folder that driver and workers both see."""

    folder: str
    about: About
    row_group: int


@dataclass(frozen=True, slots=True)
class BuiltFile:
    """One Parquet file of a table and split, and the file with the canonical lines of its rows."""

    table: str
    split: str
    parquet: Path
    lines: Path
    rows: int

    def discard(self) -> None:
        """Delete both files."""
        self.parquet.unlink(missing_ok=True)
        self.lines.unlink(missing_ok=True)


@dataclass(slots=True)
class Built(Checked):
    """What some documents came to; `files` is empty where one of them has an error."""

    files: list[BuiltFile] = field(default_factory=list)
    document_ids: list[str] = field(default_factory=list)


def build_documents(task: Sequence[Source], given: Given, articles: Path | None, target: Target) -> Built:
    """Check the documents of a task and write their tables. Raises OSError where the disk refuses.

    A task that a lost worker had begun is run again under other file names.
    """
    built, summary = Built(), Summary()
    # Where one of the speakers has an error nothing is built, and a claim's speaker may be that one.
    has_speakers = given.speakers is None or given.speakers.is_complete
    with ExitStack() as opened, without_collection():
        writers = Writers(target, opened)
        for found in assemble_all(task, given):
            check_document(found, given, articles, built, summary)
            document = found.document
            built.document_ids.append(document.document_id)
            if has_errors(built) or not has_speakers:
                continue
            tables = {name: document.rows(name) for name in TABLES if name in document.tables}
            named = document.named("speaker_id", tables)
            is_included = document.record is not None and document.record["text_included"]
            text = document.source.text if is_included and document.source else None
            add_derived(tables, document.speakers.names(named) if document.speakers else {}, text)
            for table, rows in tables.items():
                writers.add(table, split_of(document), rows)
        built.files = writers.finish(is_kept=not has_errors(built))
    built.documents_with_source = summary.documents_with_source
    built.skipped = summary.skipped
    return built


def build_speakers(
    part: Part, target: Target, splits: Sequence[str], named: Mapping[str, Set[str]]
) -> list[BuiltFile]:
    """Write a part of the speakers that was checked before; rejected ones are left out.

    A speaker goes into each of the splits that name it, by `named`; one whom nobody names, into the first.
    """
    with ExitStack() as opened:
        writers = Writers(target, opened)
        rows = scan(part, 2).rows
        for split in splits:
            own = rows if len(splits) == 1 else [row for row in rows if _belongs(row, split, splits, named)]
            writers.add("speakers", split, own)
        return writers.finish(is_kept=True)


def build_contrasts(part: Part, target: Target) -> list[BuiltFile]:
    """Write a part of the contrast pairs that was checked before; rejected ones are left out."""
    with ExitStack() as opened:
        writers = Writers(target, opened)
        rows = scan(part, 2).rows
        for split in SPLITS:
            writers.add("contrasts", split, [row for row in rows if row["split"] == split])
        return writers.finish(is_kept=True)


def _belongs(row: Row, split: str, splits: Sequence[str], named: Mapping[str, Set[str]]) -> bool:
    wanted = named.get(row["speaker_id"]) or {splits[0]}
    return split in wanted


def has_errors(checked: Checked) -> bool:
    """Whether something was found that forbids a build."""
    return bool(checked.unlisted) or any(finding.severity == "error" for finding in checked.findings)


class Writers:
    """The files that one task writes, opened with the first row of their table."""

    def __init__(self, target: Target, opened: ExitStack) -> None:
        self._target = target
        self._name = secrets.token_hex(8)
        self._writers: dict[tuple[str, str], _TableWriter] = {}
        opened.callback(self._abandon)

    def add(self, table: str, split: str, rows: Sequence[Row]) -> None:
        """Take built rows. Raises OSError."""
        if not rows:
            return
        if (table, split) not in self._writers:
            stem = Path(self._target.folder) / f"{table}-{split}-{self._name}"
            self._writers[table, split] = _TableWriter(stem, table, split, self._target)
        self._writers[table, split].add(canonical_lines(rows))

    def finish(self, *, is_kept: bool) -> list[BuiltFile]:
        """Close the files; they are deleted again unless they are to be kept. Raises OSError."""
        files = [writer.close() for writer in self._writers.values()] if is_kept else []
        if is_kept:
            self._writers.clear()
        return files

    def _abandon(self) -> None:
        for writer in self._writers.values():
            writer.abandon()


class _TableWriter:
    """One Parquet file and its canonical lines."""

    def __init__(self, stem: Path, table: str, split: str, target: Target) -> None:
        self._file = BuiltFile(table, split, stem.with_suffix(PARQUET), stem.with_suffix(".lines"), 0)
        self._shard = ShardFile(self._file.parquet, table, target.about, target.row_group, split)
        try:
            self._lines: BinaryIO = self._file.lines.open("wb")
        except OSError:
            self._shard.abandon()
            raise
        self._buffer: list[bytes] = []
        self._buffered = 0

    def add(self, lines: bytes) -> None:
        self._buffer.append(lines)
        self._buffered += len(lines)
        if self._buffered >= _BUFFER:
            self._flush()

    def close(self) -> BuiltFile:
        self._flush()
        self._lines.close()
        self._shard.close()
        file = self._file
        return BuiltFile(file.table, file.split, file.parquet, file.lines, self._shard.rows)

    def abandon(self) -> None:
        close_regardless(self._lines)
        self._shard.abandon()
        with suppress(OSError):
            self._file.discard()

    def _flush(self) -> None:
        lines = b"".join(self._buffer)
        self._lines.write(lines)
        self._shard.add(lines)
        self._buffer, self._buffered = [], 0
