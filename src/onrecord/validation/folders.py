"""Validation of a records folder, document by document: one of them is in memory at a time.

Owns the order in which files become documents. The levels are in `levels`, single files are for `tables`.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from onrecord.model.findings import Finding
from onrecord.model.tables import SIDE_TABLES, TABLES, Field, reference_fields
from onrecord.reading import layouts as layout
from onrecord.reading.records import SPEAKERS_FILE, DocumentFolder, Located, documents, read_records
from onrecord.rules.document import Document, Table
from onrecord.rules.identity import own_id
from onrecord.rules.relations import unused_speakers
from onrecord.validation.levels import findings_between_records, identity_findings, take_in
from onrecord.validation.summary import Summary


@dataclass(slots=True)
class FolderRun:
    """One run over a folder; it remembers the speakers, and which of them are named anywhere."""

    level: int
    articles: Path
    summary: Summary
    _speakers: Table | None = None
    _used_speakers: set[str] = field(default_factory=set)
    _has_doubtful_use: bool = False
    """Whether some record was broken, so that a speaker who seems unused may have been named there."""

    def check_all(self, folder: Path) -> Iterator[Finding]:
        """A records folder: the speakers, then document by document."""
        yield from layout.records_findings(folder)
        if (folder / SPEAKERS_FILE).exists():
            yield from self._check_speakers(folder / SPEAKERS_FILE)
        for document_folder in documents(folder):
            yield from self._check_document(document_folder)
        if self._speakers and self.level >= 3 and not self._has_doubtful_use:
            yield from unused_speakers(self._speakers.records, self._used_speakers)

    def check_document_alone(self, folder: DocumentFolder) -> Iterator[Finding]:
        """One document's folder; the speakers are taken from beside it, where they are."""
        beside = folder.path.absolute().parent
        if (beside / SPEAKERS_FILE).exists():
            # Their own faults are for a check of the whole folder to tell.
            before = self.summary.records.get("speakers")
            for _ in self._check_speakers(beside / SPEAKERS_FILE):
                pass
            self.summary.records.pop("speakers", None)
            if before is not None:
                self.summary.records["speakers"] = before
        else:
            self.summary.note(f"speaker ids were not checked: there is no {SPEAKERS_FILE} beside the folder")
        yield from self._check_document(folder)

    def _check_speakers(self, file: Path) -> Iterator[Finding]:
        self._speakers, found = self.take_in([file], "speakers")
        yield from found
        if self.level >= 3:
            alone = Document("", {"speakers": self._speakers})
            yield from identity_findings(alone)
            self._speakers.has_unnamed |= "speakers" in alone.distrusted

    def _check_document(self, folder: DocumentFolder) -> Iterator[Finding]:
        self.summary.documents += 1
        tables: dict[str, Table] = {}
        early = list(layout.document_findings(folder.path))
        for name in (*TABLES, *SIDE_TABLES):
            # Listed once: a file that vanishes after this is a finding.
            files = folder.files(name)
            if name == "speakers" or (name != "annotations" and not files):
                continue
            tables[name], found = self.take_in(files, name)
            early += found
        yield from early
        stated = [
            r.value["document_id"] for n in ("segments", "claims") if n in tables for r in tables[n].records
        ]
        document = Document(own_id(folder.document_id, stated), tables, folder)
        self._note_speakers(document, is_whole=not early)
        if self.level >= 3:
            for finding in self.check_further(document):
                self._has_doubtful_use = True
                yield finding

    def check_further(self, document: Document) -> Iterator[Finding]:
        """Levels 3 and 4 of a document whose records passed the first two."""
        return findings_between_records(document, self._speakers, self.level, self.articles, self.summary)

    def take_in(self, files: list[Path], name: str) -> tuple[Table, list[Finding]]:
        """The records of one table that go on to level 3, and what levels 1 and 2 say of the others."""
        return self.judge((record for file in files for record in read_records(file, name)), name)

    def judge(self, found: Iterable[Located], name: str) -> tuple[Table, list[Finding]]:
        """The same for records that have been read."""
        table = Table()
        return table, list(take_in(iter(found), name, table, self.level, self.summary))

    def _note_speakers(self, document: Document, *, is_whole: bool) -> None:
        self._has_doubtful_use |= not is_whole
        self._used_speakers.update(named_speakers(document))


def named_speakers(document: Document) -> Iterator[str]:
    """Every speaker id that a record of the document names."""
    for name in document.tables:
        for record in document.records(name):
            yield from speakers_in(name, record.value)


def speakers_in(table: str, value: Mapping[str, Any]) -> Iterator[str]:
    """Every speaker id that a record of the table names."""
    for place in _speaker_fields(table):
        yield from place.named(value)


@cache
def _speaker_fields(table: str) -> tuple[Field, ...]:
    return tuple(place for place in reference_fields(table) if place.definition == "speaker_id")
