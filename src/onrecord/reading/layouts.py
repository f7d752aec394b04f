"""Level 1 of folders: which files a records folder must and may hold, and what has no place there.

Owns the findings about names of files; `records` says which file is which table, and reads them.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from onrecord.corpus.shards import ENDINGS, is_shard
from onrecord.model.findings import Finding, nearest
from onrecord.model.tables import TABLES
from onrecord.reading.file_rules import MISSING_FILE, UNKNOWN_FILE, UNREADABLE_FILE
from onrecord.reading.records import (
    ANNOTATOR_FOLDERS,
    DOCUMENT_FILES,
    SIDE_FILES,
    SPEAKERS_FILE,
    display,
    entries,
    is_there,
    reason,
)

_TEXTS = ".md"
"""Prompts and instructions lie beside what annotators made of them; nothing in them is checked."""


@dataclass(frozen=True, slots=True)
class _Shelf:
    """A folder inside a document's folder: what it may hold."""

    files: frozenset[str]
    folders: frozenset[str]
    is_by_annotator: bool
    """Whether it holds one file an annotator, under any name."""
    has_texts: bool

    def takes(self, path: Path) -> bool:
        """Whether the entry has a place here."""
        is_record_file = self.is_by_annotator and path.suffix == ".jsonl"
        is_text = self.has_texts and path.suffix == _TEXTS
        return path.name in self.files | self.folders or is_record_file or is_text


def records_findings(folder: Path) -> Iterator[Finding]:
    """What is missing beside the documents of a records folder, and what has no place there."""
    strange = [path.name for path in entries(folder) if not path.is_dir() and path.name != SPEAKERS_FILE]
    is_missing = not is_there(folder / SPEAKERS_FILE)
    for name in strange:
        near = nearest(name, [SPEAKERS_FILE]) if is_missing else None
        yield _unknown(folder / name, near)
        is_missing = is_missing and near is None
    if is_missing:
        yield _missing(folder / SPEAKERS_FILE, "speakers")


def corpus_findings(folder: Path) -> Iterator[Finding]:
    """What has no place in a corpus: folders that are no table's, and files that are no shards."""
    for path in entries(folder):
        if path.name not in TABLES:
            yield _unknown(path, nearest(path.name, TABLES))
            continue
        if not path.is_dir():
            yield UNREADABLE_FILE.finding(f"{path.name} must be a folder", file=display(path))
            continue
        for shard in entries(path):
            if not is_shard(shard):
                yield _unknown(shard, f"a name that ends in {', '.join(ENDINGS)}")


def document_findings(folder: Path) -> Iterator[Finding]:
    """What is missing from a document's folder, and what has no place in it or in the folders inside."""
    yield from _shelf_findings(folder, "")


def _shelf_findings(top: Path, place: str) -> Iterator[Finding]:
    folder, shelf = top / place, _shelf(place)
    if fault := _fault(folder):
        yield fault
        return
    found = entries(folder)
    names = {path.name for path in found}
    missing = [] if place else [name for name in DOCUMENT_FILES if name not in names]
    absent = [name for name in (*missing, *sorted(shelf.files | shelf.folders)) if name not in names]
    for path in found:
        if shelf.takes(path):
            continue
        near = (
            f"{path.stem}.jsonl" if shelf.is_by_annotator and path.is_file() else nearest(path.name, absent)
        )
        yield _unknown(path, near)
        # What is there under another name is not missing as well.
        absent = [name for name in absent if name != near]
        missing = [name for name in missing if name != near]
    for name in missing:
        yield _missing(folder / name, DOCUMENT_FILES[name])
    for name in sorted(shelf.folders & names):
        if (folder / name).is_dir():
            yield from _shelf_findings(top, f"{place}/{name}".strip("/"))
        else:
            message = f"{name} must be a folder"
            yield UNREADABLE_FILE.finding(message, file=display(folder / name))


def _shelf(place: str) -> _Shelf:
    files = {*DOCUMENT_FILES, *SIDE_FILES}
    folders = {*ANNOTATOR_FOLDERS, *(file.rpartition("/")[0] for file in files)} - {""}
    folders |= {folder.rpartition("/")[0] for folder in folders} - {""}
    return _Shelf(
        files=frozenset(
            name for where, _, name in (file.rpartition("/") for file in files) if where == place
        ),
        folders=frozenset(name for where, _, name in (f.rpartition("/") for f in folders) if where == place),
        is_by_annotator=place in ANNOTATOR_FOLDERS,
        has_texts="/" in place,
    )


def _missing(path: Path, table: str) -> Finding:
    return MISSING_FILE.finding(f"the file is missing: it holds the {table}", file=display(path))


def _unknown(path: Path, near: str | None) -> Finding:
    return UNKNOWN_FILE.finding("nothing of this name belongs here", file=display(path), expected=near)


def _fault(folder: Path) -> Finding | None:
    try:
        next(folder.iterdir(), None)
    except OSError as error:
        return UNREADABLE_FILE.finding(f"the folder cannot be read: {reason(error)}", file=display(folder))
    return None
