"""The one assembler of documents: parts of files to a document whose tables the rules can look at."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache

from onrecord.model.findings import Finding
from onrecord.model.tables import SIDE_TABLES, TABLES, Field, reference_fields
from onrecord.reading.batches import Part
from onrecord.reading.layouts import DocumentFolder
from onrecord.rules.document import Document, KnownSpeakers, Table
from onrecord.rules.identity import own_id
from onrecord.validation.index import DocumentParts
from onrecord.validation.runs import NOBODY
from onrecord.validation.scan import scan


@dataclass(frozen=True, slots=True)
class Given:
    """What all documents of a run share: the tables, the speakers, and where ids may be missing."""

    level: int
    tables: tuple[str, ...] = ()
    """The tables that were given, except speakers; of a records folder each document has its own."""
    incomplete: frozenset[str] = frozenset()
    """Tables of which a line may be a record of any document, or of which only a part was given."""
    speakers: KnownSpeakers | None = None
    ignored: Set[str] = frozenset()
    """Rules whose findings are only counted."""
    most: int | None = None
    """Findings that a task keeps; it counts the others."""


@dataclass(slots=True)
class Assembled:
    """A document, and what was found before its records were compared."""

    document: Document
    findings: list[Finding] = field(default_factory=list)
    unlisted: Counter[str] = field(default_factory=Counter)
    records: Counter[str] = field(default_factory=Counter)

    def speakers(self) -> Iterator[str]:
        """Every speaker id that a valid record of the document names."""
        for name, table in self.document.tables.items():
            for place in _speaker_fields(name):
                # An annotator may have named none.
                yield from (name for name in place.column(table.rows) if name is not None)


def assemble(source: DocumentParts | DocumentFolder, given: Given) -> Assembled:
    """A document from its folder, or from its parts in files of many documents."""
    if isinstance(source, DocumentFolder):
        folder = source.parts()
        found = _read(folder.tables, given, folder.findings, folder.incomplete)
        stated = [row["document_id"] for name in ("segments", "claims") for row in found.document.rows(name)]
        found.document.document_id = own_id(source.document_id, stated)
        found.document.folder = source
        return found
    by_table: dict[str, list[Part]] = {name: [] for name in given.tables}
    for part in source.parts:
        by_table[part.table].append(part)
    if source.document_id == NOBODY:
        by_table = {name: parts for name, parts in by_table.items() if parts}
    found = _read(by_table, given, [], given.incomplete)
    found.document.document_id = source.document_id
    return found


def _read(
    parts: Mapping[str, Sequence[Part]], given: Given, findings: list[Finding], incomplete: Set[str]
) -> Assembled:
    tables: dict[str, Table] = {}
    found = Assembled(Document("", tables, speakers=given.speakers), findings)
    for name in _in_order(parts):
        batches = [scan(part, given.level, given.most) for part in parts[name]]
        tables[name] = Table(name, batches, is_incomplete=name in incomplete)
        for batch in batches:
            found.records[name] += batch.records
            found.unlisted += batch.unlisted
            found.findings += [finding for one in batch.rejected for finding in one.findings]
    return found


def _in_order(names: Iterable[str]) -> list[str]:
    return sorted(names, key=(*TABLES, *SIDE_TABLES).index)


@cache
def _speaker_fields(table: str) -> tuple[Field, ...]:
    return tuple(place for place in reference_fields(table) if place.definition == "speaker_id")
