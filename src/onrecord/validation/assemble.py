"""The one assembler of documents: parts of files to a document whose tables the rules can look at."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field

from onrecord.execution.executor import in_tasks
from onrecord.model.findings import Finding
from onrecord.model.tables import KNOWN_TABLES
from onrecord.reading.batches import Batch, Part
from onrecord.reading.blocks import CACHE_BYTES
from onrecord.reading.layouts import DocumentFolder
from onrecord.rules.document import Document, KnownSpeakers, Table
from onrecord.rules.identity import own_id
from onrecord.validation.index import DocumentParts
from onrecord.validation.line_runs import NOBODY
from onrecord.validation.scan import scan, scan_together


@dataclass(frozen=True, slots=True)
class Given:
    """What all documents share: the tables, the speakers and annotators, and where ids may be missing."""

    level: int
    tables: tuple[str, ...] = ()
    """The tables that were given, except speakers; of a records folder each document has its own."""
    incomplete: frozenset[str] = frozenset()
    """Tables of which a line may be a record of any document, or of which only a part was given."""
    speakers: KnownSpeakers | None = None
    annotators: Set[str] | None = None
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


def assemble_all(sources: Sequence[DocumentParts | DocumentFolder], given: Given) -> Iterator[Assembled]:
    """The documents of a task, in their order; what lies next to each other in a file is read together."""
    for some in in_tasks(sources, _bytes_of, CACHE_BYTES):
        parts = [part for one in some if isinstance(one, DocumentParts) for part in one.parts]
        scanned = scan_together(parts, given.level) if len(some) > 1 else {}
        for source in some:
            yield _assemble(source, given, scanned)


def _bytes_of(source: DocumentParts | DocumentFolder) -> int:
    if isinstance(source, DocumentFolder):
        # It has files of its own.
        return CACHE_BYTES
    return sum([(part.end or 0) - part.start for part in source.parts])


def _assemble(
    source: DocumentParts | DocumentFolder, given: Given, scanned: Mapping[Part, Batch]
) -> Assembled:
    if isinstance(source, DocumentFolder):
        folder = source.parts()
        tables = {name: folder.tables[name] for name in sorted(folder.tables, key=KNOWN_TABLES.index)}
        found = _read(tables, given, scanned, folder.findings, folder.incomplete)
        stated = [row["document_id"] for name in ("segments", "claims") for row in found.document.rows(name)]
        found.document.document_id = own_id(source.document_id, stated)
        found.document.folder = source
        return found
    by_table: dict[str, list[Part]] = {name: [] for name in given.tables}
    for part in source.parts:
        by_table[part.table].append(part)
    if source.document_id == NOBODY:
        by_table = {name: parts for name, parts in by_table.items() if parts}
    found = _read(by_table, given, scanned, [], given.incomplete)
    found.document.document_id = source.document_id
    return found


def _read(
    parts: Mapping[str, Sequence[Part]],
    given: Given,
    scanned: Mapping[Part, Batch],
    findings: list[Finding],
    incomplete: Set[str],
) -> Assembled:
    tables: dict[str, Table] = {}
    document = Document("", tables, speakers=given.speakers, annotators=given.annotators)
    found = Assembled(document, findings)
    for name, of_table in parts.items():
        batches = [scanned.get(part) or scan(part, given.level, given.most) for part in of_table]
        tables[name] = Table(name, batches, is_incomplete=name in incomplete)
        for batch in batches:
            found.records[name] += batch.records
            if batch.unlisted:
                found.unlisted.update(batch.unlisted)
            for one in batch.rejected:
                found.findings += one.findings
    return found
