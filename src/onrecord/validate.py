"""From a path to findings: what to read, in which order to check it, and what was checked.

Owns the levels and how a fault at one keeps a record from the next; every check is in `rules`. One
document is in memory at a time, beside the speakers.
"""

import sys
from collections.abc import Iterator
from contextlib import nullcontext
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

from onrecord import records as layout
from onrecord.file_rules import NO_FINAL_NEWLINE
from onrecord.findings import LEVELS, Finding
from onrecord.records import DocumentFolder, Located
from onrecord.rules import IDENTITY_CHECKS, INTEGRITY_CHECKS, SOURCE_CHECKS, TABLE_CHECKS, sources
from onrecord.rules.document import Document, Table, owner_of
from onrecord.rules.identity import own_id
from onrecord.rules.relations import unused_speakers
from onrecord.rules.schema import has_readable_id, schema_findings
from onrecord.schemas import TABLES, reference_fields
from onrecord.source import Source, SourceError, default_articles_folder, read_article

STANDARD_INPUT = "-"
HIGHEST_LEVEL = max(LEVELS)


class UnusableInputError(Exception):
    """The input cannot be checked at all; the message is one line for the user."""


@dataclass(slots=True)
class Summary:
    """What was checked. Counts are final once the validation has been read to its end."""

    records: dict[str, int] = field(default_factory=dict)
    """Records read, by table, broken ones included."""
    findings: int = 0
    documents: int = 0
    documents_with_source: int = 0
    """Documents that were checked against their article."""
    notes: list[str] = field(default_factory=list)
    """What could not be checked, and why."""

    def note(self, text: str) -> None:
        """Remember, once, what was left out."""
        if text not in self.notes:
            self.notes.append(text)


class Validation(Iterator[Finding]):
    """The findings of one run, worked out as they are asked for, and the summary of what was checked."""

    def __init__(self, findings: Iterator[Finding], summary: Summary) -> None:
        self.summary = summary
        self._findings = findings

    def __next__(self) -> Finding:
        found = next(self._findings)
        self.summary.findings += 1
        return found


def validate(
    path: str | Path,
    *,
    table: str | None = None,
    level: int = HIGHEST_LEVEL,
    articles: str | Path | None = None,
    summary: Summary | None = None,
) -> Validation:
    """Check a records folder, one document's folder, or with `table` one JSONL file or '-' (standard input).

    `level` is the last level to check: 1 file, 2 schema, 3 table, 4 source. `articles` is the folder of
    the articles' texts (default: $ONRECORD_ARTICLES, else ../shared/article beside the checkout); an
    article that is not there is no finding, but a note in the summary. Several runs may share a `summary`.

    Raises UnusableInputError where there is nothing that can be checked.
    """
    if level not in LEVELS:
        raise UnusableInputError(f"there is no level {level}: it is one of {', '.join(map(str, LEVELS))}")
    summary = Summary() if summary is None else summary
    if table is not None:
        if table not in TABLES:
            raise UnusableInputError(f"there is no table {table!r}: it is one of {', '.join(TABLES)}")
        return Validation(_check_file(_opened(path, table), table, level, summary), summary)
    folder = Path(path)
    kind = _kind_of(folder)
    if kind == "document":
        folder = folder.resolve() if not folder.name or folder.name == ".." else folder
        of_all = folder.absolute().parent
        run = _Run(level, Path(articles) if articles else default_articles_folder(of_all), summary)
        return Validation(run.check_document_alone(DocumentFolder(folder)), summary)
    run = _Run(level, Path(articles) if articles else default_articles_folder(folder), summary)
    return Validation(run.check_all(folder), summary)


@dataclass(slots=True)
class _Run:
    level: int
    articles: Path
    summary: Summary
    speakers: Table | None = None
    used_speakers: set[str] = field(default_factory=set)
    has_doubtful_use: bool = False
    """Whether some record was broken, so that a speaker who seems unused may have been named there."""

    def check_all(self, folder: Path) -> Iterator[Finding]:
        """A records folder: the speakers, then document by document."""
        yield from layout.layout_findings(folder)
        if (folder / layout.SPEAKERS_FILE).exists():
            yield from self._check_speakers(layout.speakers(folder))
        for document_folder in layout.documents(folder):
            yield from self._check_document(document_folder)
        if self.speakers and self.level >= 3 and not self.has_doubtful_use:
            yield from unused_speakers(self.speakers.records, self.used_speakers)

    def check_document_alone(self, folder: DocumentFolder) -> Iterator[Finding]:
        """One document's folder; the speakers are taken from beside it, where they are."""
        beside = folder.path.absolute().parent
        if (beside / layout.SPEAKERS_FILE).exists():
            # Their own faults are for a check of the whole folder to tell.
            for _ in self._check_speakers(layout.speakers(beside)):
                pass
            self.summary.records.pop("speakers", None)
        else:
            self.summary.note(
                f"speaker ids were not checked: there is no {layout.SPEAKERS_FILE} beside the folder"
            )
        yield from self._check_document(folder)

    def _check_speakers(self, found: Iterator[Located]) -> Iterator[Finding]:
        self.speakers = Table()
        yield from _take_in(found, "speakers", self.speakers, self.level, self.summary)
        if self.level >= 3:
            alone = Document("", {"speakers": self.speakers})
            yield from _run_identity(alone)
            self.speakers.has_unnamed |= "speakers" in alone.distrusted

    def _check_document(self, folder: DocumentFolder) -> Iterator[Finding]:
        self.summary.documents += 1
        tables: dict[str, Table] = {}
        early = list(folder.layout_findings())
        for name in TABLES:
            if name == "speakers" or (name != "annotations" and not folder.files(name)):
                continue
            tables[name] = Table()
            early += _take_in(folder.records(name), name, tables[name], self.level, self.summary)
        yield from early
        stated = [
            r.value["document_id"] for n in ("segments", "claims") if n in tables for r in tables[n].records
        ]
        document = Document(own_id(folder.document_id, stated), tables, folder)
        self._note_speakers(document, is_whole=not early)
        if self.level >= 3:
            for finding in self._check_between_records(document):
                self.has_doubtful_use = True
                yield finding

    def _check_between_records(self, document: Document) -> Iterator[Finding]:
        """Levels 3 and 4; the article's integrity comes first, since offsets mean nothing without it."""
        yield from _run_identity(document)
        if self.level >= 4:
            document.source = self._source_of(document)
        is_altered = False
        for check in INTEGRITY_CHECKS if document.source else ():
            for finding in check.findings(document):
                yield finding
                is_altered |= check is sources.source_hash_mismatch
            if is_altered:
                document.source = None
        if self.speakers is not None:
            # Shared by all documents: their own ids were checked when they were read.
            document.tables["speakers"] = self.speakers
        for check in TABLE_CHECKS:
            yield from check.findings(document)
        if document.source:
            document.blame_whole_records()
            for check in SOURCE_CHECKS:
                yield from check.findings(document)

    def _note_speakers(self, document: Document, *, is_whole: bool) -> None:
        self.has_doubtful_use |= not is_whole
        for name in document.tables:
            for place in reference_fields(name):
                if place.definition == "speaker_id":
                    for record in document.records(name):
                        self.used_speakers.update(value for _, value in place.values(record.value))

    def _source_of(self, document: Document) -> Source | None:
        record = document.record
        if record is None:
            self.summary.note(
                f"{document.document_id}: source checks did not run, its document.json is not sound"
            )
            return None
        path = self.articles / record.value["source_file"]
        try:
            if not path.exists():
                raise SourceError(f"there is no {layout.display(path)}")
            source = Source(read_article(path))
        except (OSError, SourceError) as error:
            self.summary.note(f"{document.document_id}: source checks did not run, {error}")
            return None
        self.summary.documents_with_source += 1
        return source


def _check_file(found: Iterator[Located], table: str, level: int, summary: Summary) -> Iterator[Finding]:
    """One table by itself, in runs of records of one document; between tables nothing can be checked."""
    summary.note(f"only the table {table} was given, so what it must share with other tables was not checked")
    # Ids are remembered over the whole file: this grows with it, by one id a record.
    ids: dict[layout.Key, Located] = {}
    for document_id, run in groupby(found, _document_of):
        part = Table(first_with=ids)
        yield from _take_in(run, table, part, level, summary)
        if level >= 3:
            # A run may be a part of the document only: what is missing may stand elsewhere.
            part.has_unnamed = True
            document = Document(document_id, {table: part})
            yield from _run_identity(document)
            for check in TABLE_CHECKS:
                yield from check.findings(document)


def _take_in(
    found: Iterator[Located], name: str, table: Table, level: int, summary: Summary
) -> Iterator[Finding]:
    """Levels 1 and 2 of each record; those that pass are kept for the next."""
    for record in found:
        if record.line is not None:
            summary.records[name] = summary.records.get(name, 0) + 1
        wrong = list(record.findings)
        if not wrong and level >= 2:
            wrong = schema_findings(record)
        is_sound = not wrong and level >= 2
        table.add(record, is_sound=is_sound, has_id=is_sound or has_readable_id(record))
        # What a file that was cut short has lost, nobody can tell.
        table.has_unnamed |= any(finding.rule == NO_FINAL_NEWLINE.id for finding in wrong)
        yield from wrong


def _run_identity(document: Document) -> Iterator[Finding]:
    for check in IDENTITY_CHECKS:
        yield from check.findings(document)
    document.distrust_blamed_tables()
    document.blame_whole_records()


def _document_of(record: Located) -> str:
    """The document that a record of a single file belongs to, as far as it says so."""
    for name in ("document_id", "claim_id", "source_id"):
        found = record.value.get(name)
        if isinstance(found, str):
            return found if name == "document_id" else owner_of(found)
    return ""


def _kind_of(folder: Path) -> str:
    try:
        if folder.is_symlink() and not folder.exists():
            raise UnusableInputError(f"{layout.display(folder)}: the symbolic link leads nowhere")
        if not folder.exists():
            raise UnusableInputError(f"{layout.display(folder)}: there is no such file or folder")
        if not folder.is_dir():
            message = "to check a single file, say with --table which table it holds"
            raise UnusableInputError(f"{layout.display(folder)}: {message}")
        names = {entry.name for entry in folder.iterdir()}
        if names & set(layout.DOCUMENT_FILES):
            return "document"
        if layout.SPEAKERS_FILE in names or layout.documents(folder):
            return "records"
    except OSError as error:
        raise UnusableInputError(f"{layout.display(folder)}: {layout.reason(error)}") from error
    wanted = f"a {layout.SPEAKERS_FILE} and one folder a document"
    raise UnusableInputError(f"{layout.display(folder)}: no records here; a records folder holds {wanted}")


def _opened(path: str | Path, table: str) -> Iterator[Located]:
    """The records of a file or of standard input, opened now so that a wrong path is told at once."""
    if str(path) == STANDARD_INPUT:
        return _stream_records(sys.stdin.buffer, "<stdin>", table)
    file = Path(path)
    try:
        if file.is_dir():
            message = f"is a folder; --table {table} wants one file"
            raise UnusableInputError(f"{layout.display(file)}: {message}")
        stream = file.open("rb")
    except OSError as error:
        raise UnusableInputError(f"{layout.display(file)}: {layout.reason(error)}") from error
    return _stream_records(stream, layout.display(file), table)


def _stream_records(stream: BinaryIO, file: str, table: str) -> Iterator[Located]:
    with nullcontext(stream) if file == "<stdin>" else stream as opened:
        yield from layout.read_stream(opened, file, table)
