"""The layout of a records folder: which file holds which table, and which files are missing or unexpected."""

import os
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from onrecord.model.findings import Finding, nearest
from onrecord.model.tables import SIDE_TABLES, TABLES
from onrecord.reading.about import DATASET_FILE
from onrecord.reading.article import ARTICLE_FILE
from onrecord.reading.batches import Part
from onrecord.reading.file_rules import MISSING_FILE, UNKNOWN_FILE, UNREADABLE_FILE
from onrecord.reading.files import display, entries, is_there, reason
from onrecord.reading.located import Located
from onrecord.reading.records import read_records

SPEAKERS_FILE = "speakers.jsonl"
ANNOTATORS_FILE = "annotators.jsonl"
CONTRASTS_FILE = "contrasts.jsonl"
_TOP_FILES = frozenset({SPEAKERS_FILE, ANNOTATORS_FILE, CONTRASTS_FILE, DATASET_FILE})
"""The files of a records folder that are next to the folders of the documents."""
DOCUMENT_FILES: Mapping[str, str] = {
    "document.json": "documents",
    "segments.jsonl": "segments",
    "claims.jsonl": "claims",
    "relations.jsonl": "relations",
}
"""The files that a document's folder must hold, with their tables."""

SIDE_FILES: Mapping[str, str] = {
    "adjudications.jsonl": "adjudications",
    "errata.jsonl": "errata",
    "annotations/raw/extraction_matches.jsonl": "extraction_matches",
}
"""The files that it may hold in addition."""

ANNOTATOR_FOLDERS: Mapping[str, str] = {
    "annotations": "annotations",
    "annotations/raw/extraction": "extractions",
    "annotations/raw/labelling": "labellings",
}
"""The folders that hold one file per annotator, named after the annotator, with their tables."""

_RAW = "annotations/raw"
_ROUND = re.compile(r"raw(?:-(?P<number>[2-9]|[1-9][0-9]+))?\Z")
"""The folders of what annotators wrote: `raw` for the first round, `raw-2` for the second, and so on.

For each kind of raw file, the latest round that has it is checked against the records. Earlier rounds are
kept as they were.
"""

_HELD_OUT = "annotations/held-out"
"""The folder of labels that had no part in the making of the records, one file per annotator; not checked."""

_TEXTS = ".md"
"""Prompts and instructions may be next to the annotators' files; they are not checked."""


@dataclass(frozen=True, slots=True)
class DocumentFolder:
    """The folder of one document; its name is the document's id."""

    path: Path

    @property
    def document_id(self) -> str:
        """The id that the folder's name gives."""
        return self.path.name

    def files(self, table: str) -> list[Path]:
        """The files of a table that exist, annotators in the order of their names. Raises OSError."""
        folders = [self._latest(name) for name, of in ANNOTATOR_FOLDERS.items() if of == table]
        if folders:
            return [p for p in entries(folders[0]) if p.suffix == ".jsonl"] if folders[0].is_dir() else []
        names = [name for name, of in {**DOCUMENT_FILES, **SIDE_FILES}.items() if of == table]
        return [path for path in map(self._latest, names) if is_there(path)]

    def rounds(self) -> list[str]:
        """The names of the folders of raw annotations, the first round first. Raises OSError."""
        folder = self.path / "annotations"
        names = [path.name for path in entries(folder) if path.is_dir()] if folder.is_dir() else []
        return sorted(filter(_ROUND.match, names), key=_round_number)

    def annotators(self) -> set[str]:
        """The annotators after whom a file of annotations is named, in any round and of held-out labels."""
        others = {place.rpartition("/")[2] for place in SIDE_FILES}
        files = (self.path / "annotations").rglob("*.jsonl")
        return {path.stem for path in files if path.name not in others}

    def held_out(self) -> list[Path]:
        """The files of labels that had no part in the making of the records. Raises OSError."""
        folder = self.path / _HELD_OUT
        return [path for path in entries(folder) if path.suffix == ".jsonl"] if folder.is_dir() else []

    def annotator_file(self, annotator: str, *, is_held_out: bool = False) -> Path:
        """Where the labels of an annotator are: among the annotations, or kept apart."""
        return self.path / (_HELD_OUT if is_held_out else "annotations") / f"{annotator}.jsonl"

    def _latest(self, place: str) -> Path:
        """A place in the folder; of raw annotations, in the latest round that has it. Raises OSError."""
        if not place.startswith(f"{_RAW}/"):
            return self.path / place
        rest = place.removeprefix(f"{_RAW}/")
        found = [self.path / "annotations" / name / rest for name in reversed(self.rounds())]
        return next((path for path in found if is_there(path)), self.path / place)

    def records(self, table: str) -> Iterator[Located]:
        """The records of one table of this document, in authored order. Raises OSError."""
        for path in self.files(table):
            yield from read_records(path, table)

    def parts(self) -> "FolderParts":
        """The files of each table that exists, with the findings about the folder and its file names."""
        found = FolderParts({}, _all_folder_findings(self.path), set())
        names = _names_in(self.path)
        for place, table in _FILES_BY_PLACE:
            top = place.partition("/")[0]
            if top not in names:
                # A document without annotators is complete.
                if table == "annotations":
                    found.tables[table] = []
                continue
            if top == place and place in DOCUMENT_FILES:
                found.tables[table] = [part_of(f"{self.path}/{place}", table)]
                continue
            try:
                files = self.files(table)
            except OSError as error:
                found.incomplete.add(table)
                files = []
                if all(finding.rule != UNREADABLE_FILE.id for finding in found.findings):
                    found.findings.append(_unreadable(self.path, error))
            if files or table == "annotations" or table in found.incomplete:
                found.tables[table] = [part_of(path, table) for path in files]
        return found


@dataclass(frozen=True, slots=True)
class FolderParts:
    """The files of a document's folder by table."""

    tables: dict[str, list[Part]]
    findings: list[Finding]
    incomplete: set[str]
    """Tables whose folder cannot be listed."""


_FILES_BY_PLACE = tuple({**DOCUMENT_FILES, **SIDE_FILES, **ANNOTATOR_FOLDERS}.items())
"""Where the files of each table are in a document's folder."""


def _round_number(name: str) -> int:
    match = _ROUND.match(name)
    return int(match["number"] or 1) if match else 0


def part_of(path: str | Path, table: str) -> Part:
    """A whole file of a records folder."""
    name = str(path)
    return Part(table, display(name), name, "record" if name.endswith(".json") else "lines")


def _names_in(folder: Path) -> frozenset[str]:
    """The names in a folder; none where it cannot be listed, which is a finding of its own."""
    try:
        return frozenset(os.listdir(folder))  # noqa: PTH208 - a Path per name costs more than the call
    except OSError:
        return frozenset()


def not_records(path: str | Path, otherwise: str = "") -> str:
    """One line for a path that is not a records folder; `otherwise` is what else the caller takes."""
    also = f", or {otherwise}" if otherwise else ""
    return (
        f"{display(path)}: not a records folder (expected {SPEAKERS_FILE} and one folder per document{also})"
    )


def documents(folder: Path) -> list[DocumentFolder]:
    """The documents of a records folder, ordered by id. Raises OSError."""
    return [DocumentFolder(path) for path in entries(folder) if path.is_dir()]


def speakers(folder: Path) -> Iterator[Located]:
    """The speakers of a records folder, in authored order; none if the file is missing."""
    if is_there(folder / SPEAKERS_FILE):
        yield from read_records(folder / SPEAKERS_FILE, "speakers")


def contrasts(folder: Path) -> Iterator[Located]:
    """The contrast pairs of a records folder, in authored order; none if the file is missing."""
    if is_there(folder / CONTRASTS_FILE):
        yield from read_records(folder / CONTRASTS_FILE, "contrasts")


def table_by_name(path: Path) -> str | None:
    """The table that the name of a file or of its folder gives, as in records/ and data/."""
    by_name = {
        SPEAKERS_FILE: "speakers",
        ANNOTATORS_FILE: "annotators",
        CONTRASTS_FILE: "contrasts",
        **{name.rpartition("/")[2]: table for name, table in {**DOCUMENT_FILES, **SIDE_FILES}.items()},
    }
    folders = path.absolute().parent.as_posix()
    by_folder = {**ANNOTATOR_FOLDERS, _HELD_OUT: "annotations"}
    for folder, table in sorted(by_folder.items(), key=lambda item: -len(item[0])):
        if folders.endswith(f"/{folder}") and path.name not in by_name:
            return table
    names = [by_name.get(path.name), path.name.partition(".")[0], path.absolute().parent.name]
    return next((name for name in names if name in TABLES or name in SIDE_TABLES), None)


def records_findings(folder: Path) -> Iterator[Finding]:
    """Findings about the missing and unexpected files next to the documents of a records folder."""
    found = [path.name for path in entries(folder) if not path.is_dir()]
    absent = [name for name in sorted(_TOP_FILES) if not is_there(folder / name)]
    for name in found:
        if name not in _TOP_FILES:
            near = nearest(name, absent)
            yield _unknown(folder / name, near)
            # A misnamed file is not reported as missing as well.
            absent = [other for other in absent if other != near]
    if SPEAKERS_FILE in absent:
        yield _missing(folder / SPEAKERS_FILE, "speakers")


@dataclass(frozen=True, slots=True)
class _Allowed:
    """What a folder inside a document's folder may hold."""

    files: frozenset[str]
    folders: frozenset[str]
    is_by_annotator: bool
    """Whether it holds one file per annotator, under any name."""
    has_texts: bool
    has_rounds: bool
    """Whether it holds the rounds of raw annotations."""

    def takes(self, path: Path) -> bool:
        """Whether the entry is allowed here."""
        is_record_file = self.is_by_annotator and path.suffix == ".jsonl"
        is_text = self.has_texts and path.suffix == _TEXTS
        is_round = self.has_rounds and bool(_ROUND.match(path.name))
        return path.name in self.files | self.folders or is_record_file or is_text or is_round


def _all_folder_findings(folder: Path) -> list[Finding]:
    found: list[Finding] = []
    try:
        found.extend(_folder_findings(folder, ""))
    except OSError as error:
        found.append(_unreadable(folder, error))
    return found


def _unreadable(folder: Path, error: OSError) -> Finding:
    """What the system does not say about a folder, or about something in it."""
    place = display(error.filename or folder)
    return UNREADABLE_FILE.finding(f"this cannot be read: {reason(error)}", file=place)


def _folder_findings(top: Path, place: str) -> Iterator[Finding]:
    folder, allowed = top / place, _allowed(place)
    # Nearly always nothing is missing or unexpected.
    names = {name for name in _names_in(folder) if not name.startswith(".")}
    if not place and names <= allowed.files and names >= DOCUMENT_FILES.keys():
        return
    try:
        found = entries(folder)
    except OSError as error:
        message = f"the folder cannot be read: {reason(error)}"
        yield UNREADABLE_FILE.finding(message, file=display(folder))
        return
    names = {path.name for path in found}
    missing = [] if place else [name for name in DOCUMENT_FILES if name not in names]
    absent = [name for name in (*missing, *sorted(allowed.files | allowed.folders)) if name not in names]
    for path in found:
        if allowed.takes(path):
            continue
        is_annotator = allowed.is_by_annotator and path.is_file()
        near = f"{path.stem}.jsonl" if is_annotator else nearest(path.name, absent)
        yield _unknown(path, near)
        # A misnamed file is not reported as missing as well.
        absent = [name for name in absent if name != near]
        missing = [name for name in missing if name != near]
    for name in missing:
        yield _missing(folder / name, DOCUMENT_FILES[name])
    rounds = {name for name in names if allowed.has_rounds and _ROUND.match(name)}
    for name in sorted((allowed.folders & names) | rounds):
        if (folder / name).is_dir():
            yield from _folder_findings(top, f"{place}/{name}".strip("/"))
        else:
            yield UNREADABLE_FILE.finding(f"{name} must be a folder", file=display(folder / name))


@cache
def _allowed(place: str) -> _Allowed:
    # What a later round may hold is what the first one may hold.
    top, _, rest = place.removeprefix("annotations/").partition("/")
    if place.startswith("annotations/") and _ROUND.match(top):
        place = f"{_RAW}/{rest}".rstrip("/")
    files = {*DOCUMENT_FILES, *SIDE_FILES, ARTICLE_FILE}
    folders = {*ANNOTATOR_FOLDERS, _HELD_OUT, *(file.rpartition("/")[0] for file in files)} - {""}
    folders |= {folder.rpartition("/")[0] for folder in folders} - {""}
    return _Allowed(
        files=frozenset(name for where, _, name in (f.rpartition("/") for f in files) if where == place),
        folders=frozenset(name for where, _, name in (f.rpartition("/") for f in folders) if where == place),
        is_by_annotator=place in ANNOTATOR_FOLDERS or place == _HELD_OUT,
        has_texts="/" in place,
        has_rounds=place == "annotations",
    )


def _missing(path: Path, table: str) -> Finding:
    return MISSING_FILE.finding(f"the file is missing: it holds the {table}", file=display(path))


def _unknown(path: Path, near: str | None) -> Finding:
    return UNKNOWN_FILE.finding("nothing of this name is expected here", file=display(path), expected=near)
