"""What a path is: a records folder, one document's folder, a corpus, built tables, or a file of one table.

Everything that makes a path readable, or refuses it, happens here, at once and before the first record.
"""

import os
import shutil
import stat
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

from onrecord.exceptions import UnusableInputError
from onrecord.model.findings import Finding
from onrecord.model.table_files import PARQUET
from onrecord.model.tables import KNOWN_TABLES, TABLES
from onrecord.reading.about import DATASET_FILE, read_dataset_file
from onrecord.reading.batches import Part
from onrecord.reading.file_rules import UNREADABLE_FILE
from onrecord.reading.files import NOWHERE, STANDARD_INPUT, display, entries, is_there, is_url, reason
from onrecord.reading.layouts import (
    DOCUMENT_FILES,
    SPEAKERS_FILE,
    DocumentFolder,
    documents,
    not_records,
    table_by_name,
)
from onrecord.reading.located import Located
from onrecord.reading.shards import Shard, corpus_findings, find_shards, is_corpus


@dataclass(frozen=True, slots=True)
class RecordsFolder:
    """A folder with the speakers and one folder per document."""

    path: Path


@dataclass(frozen=True, slots=True)
class Files:
    """Files that hold records of many documents, with what is known to be wrong with them."""

    parts: tuple[Part, ...]
    shards: tuple[Shard, ...] = ()
    """Compressed shards, to be unpacked before they are read; `parts` come first."""
    findings: tuple[Finding, ...] = ()
    dataset: Located | None = None
    """The record of dataset.json, where a corpus has one."""
    is_built: bool = False
    """Whether the lines are built rows, with derived fields."""

    def as_built(self) -> "Files":
        """The same files, their lines read as built rows."""
        parts = tuple(part._replace(is_built=True) for part in self.parts)
        return replace(self, parts=parts, is_built=True)

    @property
    def size(self) -> int:
        """Bytes as stored, as far as they are known."""
        return sum(part.end or 0 for part in self.parts) + sum(shard.size for shard in self.shards)

    @property
    def is_spooled(self) -> bool:
        """Whether something has to be copied before it can be read twice: a pipe, a compressed shard."""
        return bool(self.shards) or any(part.end is None and part.form != "rows" for part in self.parts)

    @property
    def tables(self) -> frozenset[str]:
        """The tables that the files hold."""
        return frozenset([part.table for part in self.parts] + [shard.table for shard in self.shards])


Input = RecordsFolder | DocumentFolder | Files


def open_folder(path: str | Path) -> Input | None:
    """What a folder or URL holds; None for a file. Raises UnusableInputError."""
    if is_url(path):
        return _open_url(str(path))
    folder = Path(path)
    shown = display(folder)
    try:
        if folder.is_symlink() and not folder.exists():
            raise UnusableInputError(f"{shown}: the symbolic link is dangling")
        if not folder.exists():
            raise UnusableInputError(f"{shown}: {NOWHERE}")
        if not folder.is_dir():
            return None
        names = {entry.name for entry in folder.iterdir()}
        if names & set(DOCUMENT_FILES):
            return DocumentFolder(folder.resolve() if not folder.name or folder.name == ".." else folder)
        if SPEAKERS_FILE in names:
            return RecordsFolder(folder)
        if built := tuple(_built_files(folder)):
            return Files(built)
        if is_corpus(folder):
            found = tuple(corpus_findings(folder))
            return _corpus(find_shards(folder), found, read_dataset_file(folder))
        if any(is_there(one.path / name) for one in documents(folder) for name in DOCUMENT_FILES):
            return RecordsFolder(folder)
        if DATASET_FILE in names:
            return RecordsFolder(folder)
    except (OSError, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) else str(error)
        where = display(error.filename) if isinstance(error, OSError) and error.filename else shown
        raise UnusableInputError(f"{where}: {why}") from error
    raise UnusableInputError(not_records(folder))


def open_file(path: str | Path, table: str | None = None, otherwise: str | None = None) -> Part:
    """A file of one table, or '-' for standard input: the given table, or what its name or footer says.

    `otherwise` is the table of a file that does not say. Raises UnusableInputError where it cannot be opened,
    or nothing says which table it holds.
    """
    if str(path) == STANDARD_INPUT:
        return _standard_input(table or otherwise)
    file = Path(path)
    shown = display(file)
    try:
        mode = file.stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
            raise UnusableInputError(f"{shown}: is a device or socket, not a file of records")
        if file.suffix == PARQUET:
            if stat.S_ISFIFO(mode):
                raise UnusableInputError(f"{shown}: Parquet cannot be read from a pipe")
            return _parquet(file, table or table_by_name(file), otherwise)
        table = table or table_by_name(file) or otherwise
        if table is None:
            raise UnusableInputError(f"{shown}: name its table with --table")
        if stat.S_ISREG(mode):
            # A file that may not be opened is refused now; it is opened again when it is read.
            file.open("rb").close()
        is_record = file.suffix == ".json" and table == "documents"
        size = None if stat.S_ISFIFO(mode) else file.stat().st_size
        return Part(table, shown, str(file), "record" if is_record else "lines", end=size)
    except (OSError, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) else str(error)
        raise UnusableInputError(f"{shown}: {why}") from error


@dataclass(slots=True)
class Readable:
    """Files that can be read, and what is wrong with the others."""

    parts: list[Part]
    findings: list[Finding] = field(default_factory=list)
    lost: set[str] = field(default_factory=set)
    """Tables with a file that cannot be read."""


def spooled(files: Files, folder: Path) -> Readable:
    """The files as ones that can be read twice: pipes and compressed shards are copied into `folder`.

    A shard that cannot be decompressed is a finding. Raises OSError where the copy cannot be written.
    """
    found = Readable([_spooled(part, folder / f"input-{number}") for number, part in enumerate(files.parts)])
    for number, shard in enumerate(files.shards):
        target = folder / f"shard-{number}"
        with target.open("wb") as out:
            try:
                with shard.open() as compressed:
                    while chunk := _decompressed(compressed):
                        out.write(chunk)
            except _Damaged as error:
                message = f"the file cannot be decompressed: {error}"
                found.findings.append(
                    UNREADABLE_FILE.finding(message, file=shard.name, expected="a regular, readable file")
                )
                found.lost.add(shard.table)
                continue
        size = target.stat().st_size
        found.parts.append(Part(shard.table, shard.name, str(target), end=size, is_built=files.is_built))
    found.parts.sort(key=lambda part: KNOWN_TABLES.index(part.table))
    return found


class _Damaged(Exception):
    """Compressed bytes that are damaged or cut short."""


def _decompressed(compressed: BinaryIO) -> bytes:
    try:
        return compressed.read(1 << 20)
    except (OSError, EOFError, ValueError) as error:
        raise _Damaged(str(error).partition("\n")[0] or "it is damaged") from error


def _spooled(part: Part, target: Path) -> Part:
    if part.end is not None or part.form == "rows":
        return part
    with target.open("wb") as out:
        if part.path == STANDARD_INPUT:
            shutil.copyfileobj(sys.stdin.buffer, out, 1 << 20)
        else:
            # A pipe without a writer is empty, because no writer may ever come.
            descriptor = os.open(part.path, os.O_RDONLY | os.O_NONBLOCK)
            os.set_blocking(descriptor, True)
            with os.fdopen(descriptor, "rb") as stream:
                shutil.copyfileobj(stream, out, 1 << 20)
    return part._replace(path=str(target), end=target.stat().st_size)


def _open_url(url: str) -> Files:
    try:
        if shards := find_shards(url):
            return _corpus(shards, (), read_dataset_file(url))
    except OSError as error:
        raise UnusableInputError(f"{url}: {reason(error) if error.strerror else error}") from error
    raise UnusableInputError(f"{url}: no corpus here; it holds one folder of JSONL shards per table")


def _corpus(shards: Sequence[Shard], findings: tuple[Finding, ...], dataset: Located | None) -> Files:
    plain = tuple(
        Part(shard.table, shard.name, shard.path, end=shard.size) for shard in shards if not shard.compression
    )
    return Files(plain, tuple(shard for shard in shards if shard.compression), findings, dataset)


def _built_files(folder: Path) -> Iterator[Part]:
    """The Parquet files of a folder of built tables, in the order of the tables."""
    for table in TABLES:
        own = entries(folder / table) if (folder / table).is_dir() else []
        for path in (*own, folder / f"{table}{PARQUET}"):
            if path.suffix == PARQUET and path.is_file():
                yield Part(table, display(path), str(path), "rows")


def _standard_input(table: str | None) -> Part:
    if table is None:
        raise UnusableInputError("standard input: name its table with --table")
    # Python has no standard input at all where the caller has closed it.
    if sys.stdin is None:
        raise UnusableInputError("standard input is closed")
    return Part(table, "<stdin>", STANDARD_INPUT)


def _parquet(file: Path, table: str | None, otherwise: str | None) -> Part:
    # Loads Arrow, which JSON does without.
    from onrecord.reading.parquet_rows import table_in_footer

    table = table or table_in_footer(file) or otherwise
    if not table:
        raise UnusableInputError(f"{display(file)}: name its table with --table")
    if table not in TABLES:
        raise UnusableInputError(f"{display(file)}: {table} is never built as Parquet")
    return Part(table, display(file), str(file), "rows")
