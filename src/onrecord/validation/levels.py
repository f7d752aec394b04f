"""Levels 3 and 4 of one document, in their order: ids, the article's integrity, tables, the article."""

from collections.abc import Iterator
from pathlib import Path

from onrecord.exceptions import SourceError
from onrecord.model.findings import Finding
from onrecord.reading.article import Source, find_article, read_article
from onrecord.reading.batches import Batch
from onrecord.reading.located import Located
from onrecord.rules import (
    AVAILABILITY_CHECKS,
    IDENTITY_CHECKS,
    INTEGRITY_CHECKS,
    SOURCE_CHECKS,
    TABLE_CHECKS,
    sources,
)
from onrecord.rules.document import Document, Table
from onrecord.rules.schema import schema_findings
from onrecord.validation.line_runs import candidates
from onrecord.validation.summary import Summary


def identity_findings(document: Document) -> Iterator[Finding]:
    """The first part of level 3: ids that are wrong in themselves."""
    for check in IDENTITY_CHECKS:
        yield from check.findings(document)
    document.mark_incomplete_tables()
    document.mark_faulty_as_whole()


def document_findings(
    document: Document, level: int, articles: Path | None, summary: Summary
) -> Iterator[Finding]:
    """Levels 3 and 4; the article's integrity comes first, because offsets mean nothing without it."""
    yield from identity_findings(document)
    if level >= 4 and "documents" in document.tables:
        document.source = _source_of(document, articles, summary)
        for check in AVAILABILITY_CHECKS:
            yield from check.findings(document)
    is_altered = False
    for check in INTEGRITY_CHECKS if document.source else ():
        for finding in check.findings(document):
            yield finding
            is_altered |= check is sources.source_hash_mismatch
        if is_altered:
            document.source = None
    for check in TABLE_CHECKS:
        yield from check.findings(document)
    if document.source:
        document.mark_faulty_as_whole()
        for check in SOURCE_CHECKS:
            yield from check.findings(document)


def record_findings(record: Located) -> list[Finding]:
    """Levels 2 and 3 of a record by itself; what it must share with other records is left out."""
    if findings := schema_findings(record):
        return findings
    batch = Batch(record.table, record.file, [record.value], [record.line or 1], is_built=record.is_built)
    owner, _, _ = candidates(record.value)
    document = Document(owner or "", {record.table: Table(record.table, [batch], is_incomplete=True)})
    found = list(identity_findings(document))
    return found + [finding for check in TABLE_CHECKS for finding in check.findings(document)]


def _source_of(document: Document, articles: Path | None, summary: Summary) -> Source | None:
    if document.record is None:
        summary.skip_source(
            document.document_id, "its document.json is not valid", "whose document.json is not valid"
        )
        return None
    folder = document.folder.path if document.folder else None
    try:
        source = Source(read_article(find_article(document.record["source_file"], folder, articles)))
    except (OSError, SourceError) as error:
        summary.skip_source(document.document_id, str(error), "whose article is not available")
        return None
    summary.documents_with_source += 1
    return source
