"""Records where they lie: each record of a folder with its file and line.

Owns which file holds which table and how files become located records, findings of level 1 beside them.
Which files are missing or strange is for `layout`, what a record must look like for `schemas`, what it must
agree with for `rules`.
"""

import errno
import os
import re
import stat
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, BinaryIO

from onrecord.model.findings import Finding, Rule, json_path, printable
from onrecord.model.tables import key_fields
from onrecord.reading.file_rules import EMPTY_FILE, LARGEST_DOCUMENT, UNREADABLE_FILE
from onrecord.reading.jsonl import Line, read_lines, read_whole

SPEAKERS_FILE = "speakers.jsonl"
DOCUMENT_FILES: Mapping[str, str] = {
    "document.json": "documents",
    "segments.jsonl": "segments",
    "claims.jsonl": "claims",
    "relations.jsonl": "relations",
}
"""The files that a document's folder must hold, with the table that each is for."""

SIDE_FILES: Mapping[str, str] = {
    "adjudications.jsonl": "adjudications",
    "annotations/raw/extraction_matches.jsonl": "extraction_matches",
}
"""The files that it may hold beside them."""

ANNOTATOR_FOLDERS: Mapping[str, str] = {
    "annotations": "annotations",
    "annotations/raw/extraction": "extractions",
    "annotations/raw/labelling": "labellings",
}
"""The folders that hold one file an annotator, named after it, with the table of those files."""

_MAY_BE_EMPTY = frozenset({"relations", "adjudications"})
_NAMED_BY_FILE = frozenset({"extractions", "labellings"})
_STRINGS = frozenset({str})

Key = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Located:
    """A record, where it stands, and what level 1 found wrong with it.

    `value` holds what could be read: {} for a line that is no record, and then `findings` says why.
    """

    table: str
    value: dict[str, Any]
    file: str
    line: int | None
    findings: tuple[Finding, ...] = ()
    field_lines: Mapping[str, int] = field(default_factory=dict)
    is_built: bool = False
    """Whether it is a row of a built table, derived fields included; `line` is then the row's number."""
    key: Key | None = field(init=False, repr=False, compare=False)
    """The values that name the record, or None where one of them is missing or neither string nor number.

    Where the file says whose record it is, the annotator comes first.
    """

    def __post_init__(self) -> None:
        # Asked for many times over, so it is worked out once.
        names = key_fields(self.table)
        if self.table not in _NAMED_BY_FILE:
            key = tuple([self.value.get(name) for name in names])
            if {*map(type, key)} == _STRINGS:
                # Nearly always; and this is done for every record.
                object.__setattr__(self, "key", key)
                return
        parts = self._key_parts()
        is_whole = len(parts) == len(names) + len(self._owner())
        object.__setattr__(self, "key", tuple(parts) if is_whole else None)

    @property
    def record_id(self) -> str | None:
        """The key as people write it, parts joined by blanks; None where nothing of it can be read."""
        parts = self._key_parts()
        return printable(" ".join(parts)) if len(parts) > len(self._owner()) else None

    @property
    def annotator(self) -> str:
        """The annotator whose file the record is in, for tables with one file an annotator."""
        # Asked of every record more than once, and a path object would cost more than all else.
        return self.file.rpartition("/")[2].rpartition(".")[0]

    def name_only(self) -> "Located":
        """The same record without all that does not name it, for those who remember many."""
        kept = {name: self.value[name] for name in key_fields(self.table) if name in self.value}
        return Located(self.table, kept, self.file, self.line)

    def _key_parts(self) -> list[str]:
        parts = [self.value.get(name) for name in key_fields(self.table)]
        return [*self._owner(), *(str(part) for part in parts if type(part) in (str, int))]

    def _owner(self) -> tuple[str, ...]:
        return (self.annotator,) if self.table in _NAMED_BY_FILE else ()

    def finding(
        self, rule: Rule, message: str, *, at: tuple[str | int, ...] = (), expected: str | None = None
    ) -> Finding:
        """A finding about this record, `at` being the steps to the field concerned."""
        line = self.field_lines.get(str(at[0]), self.line) if at else self.line
        path = json_path(at) if at else None
        return rule.finding(
            message, file=self.file, line=line, record_id=self.record_id, path=path, expected=expected
        )


@dataclass(frozen=True, slots=True)
class DocumentFolder:
    """The folder of one document; its name is the document's id."""

    path: Path

    @property
    def document_id(self) -> str:
        """The id that the folder's name gives."""
        return self.path.name

    def files(self, table: str) -> list[Path]:
        """The files of a table that exist, annotators in the order of their names."""
        folders = [self.path / name for name, of in ANNOTATOR_FOLDERS.items() if of == table]
        if folders:
            return [p for p in entries(folders[0]) if p.suffix == ".jsonl"]
        names = [name for name, of in {**DOCUMENT_FILES, **SIDE_FILES}.items() if of == table]
        return [self.path / name for name in names if is_there(self.path / name)]

    def records(self, table: str) -> Iterator[Located]:
        """The records of one table of this document, in authored order."""
        for path in self.files(table):
            yield from read_records(path, table)


def documents(folder: Path) -> list[DocumentFolder]:
    """The documents of a records folder, ordered by id."""
    return [DocumentFolder(path) for path in entries(folder) if path.is_dir()]


def speakers(folder: Path) -> Iterator[Located]:
    """The speakers of a records folder, in authored order; nothing where the file is missing."""
    if is_there(folder / SPEAKERS_FILE):
        yield from read_records(folder / SPEAKERS_FILE, "speakers")


def read_records(path: Path, table: str) -> Iterator[Located]:
    """The records of a JSONL file (or of the one-record document.json), one by one.

    Never raises for what is in the file: a file that cannot be opened is one located record without a
    value, with the finding that says why.
    """
    file = display(path)
    try:
        # A pipe in the place of a file would keep the reader waiting for ever.
        if not stat.S_ISREG(path.stat().st_mode):
            what = "folder" if path.is_dir() else "device or pipe"
            yield _unreadable(table, file, f"a {what} stands where a file of {table} should")
            return
        with path.open("rb") as stream:
            if path.suffix == ".json":
                yield _read_document(stream, file, table)
            else:
                yield from read_stream(stream, file, table)
    except OSError as error:
        yield _unreadable(table, file, f"the file cannot be read: {reason(error)}")


def read_stream(stream: BinaryIO, file: str, table: str, first: int = 1) -> Iterator[Located]:
    """The records of an open JSONL stream; `file` is the name for its findings, `first` its first line."""
    is_empty = True
    for line in read_lines(stream, file, first):
        is_empty = False
        yield _locate(line, file, table, {})
    if is_empty and table not in _MAY_BE_EMPTY:
        finding = EMPTY_FILE.finding("the file is empty", file=file, expected=f"one record of {table} a line")
        yield Located(table, {}, file, None, (finding,))


def display(path: Path) -> str:
    """The path as given, with forward slashes, as findings show it."""
    return printable(path.as_posix())


def reason(error: OSError) -> str:
    """Why the system refused a file, in plain words."""
    if error.errno == errno.ELOOP:
        return "it is a symbolic link that leads back to itself"
    return (error.strerror or str(error)).lower()


def _read_document(stream: BinaryIO, file: str, table: str) -> Located:
    content = stream.read(LARGEST_DOCUMENT + 1)
    if len(content) > LARGEST_DOCUMENT:
        return _unreadable(table, file, f"the file is longer than {LARGEST_DOCUMENT:,} bytes")
    line = read_whole(content, file)
    return _locate(line, file, table, _field_lines(content))


def _field_lines(content: bytes) -> dict[str, int]:
    """The line of each top-level field of a document written one field a line; else nothing."""
    found: dict[str, int] = {}
    for number, line in enumerate(content.split(b"\n"), 1):
        # A line break cannot stand inside a JSON string, so a quoted name at the start of a line is a key.
        if key := re.match(rb'\s*\{?\s*"([a-z0-9_]+)"\s*:', line):
            found.setdefault(key[1].decode(), number)
    return found


def _locate(line: Line, file: str, table: str, field_lines: Mapping[str, int]) -> Located:
    located = Located(table, line.value or {}, file, line.number, (), field_lines)
    if not line.findings:
        return located
    # The id is known once the line is read: say it where it can be said.
    named = tuple(
        Finding(f.rule, f.level, f.severity, f.file, f.line, located.record_id, f.path, f.message, f.expected)
        for f in line.findings
    )
    return Located(table, line.value or {}, file, line.number, named, field_lines)


def _unreadable(table: str, file: str, message: str) -> Located:
    finding = UNREADABLE_FILE.finding(message, file=file, expected="a regular, readable file")
    return Located(table, {}, file, None, (finding,))


def entries(folder: Path) -> list[Path]:
    """What is in the folder by name, hidden files left out: editors and systems leave them behind."""
    try:
        found = [Path(entry.path) for entry in os.scandir(folder) if not entry.name.startswith(".")]
    except OSError:
        return []
    return sorted(found, key=lambda path: path.name)


def is_there(path: Path) -> bool:
    """Whether the name is taken, be it by a link that leads nowhere."""
    return os.path.lexists(path)
