"""The four levels in their order, for the records of one table and of one document.

Owns how a fault at one level keeps a record from the next. Which records make up a document is for `folders`
and `tables`; every check is in `rules`.
"""

from collections.abc import Iterator
from pathlib import Path

from onrecord.exceptions import SourceError
from onrecord.model.findings import Finding
from onrecord.reading.article import Source, read_article
from onrecord.reading.file_rules import NO_FINAL_NEWLINE
from onrecord.reading.records import Located, display
from onrecord.rules import IDENTITY_CHECKS, INTEGRITY_CHECKS, SOURCE_CHECKS, TABLE_CHECKS, sources
from onrecord.rules.document import Document, Table
from onrecord.rules.schema import has_readable_id, schema_findings
from onrecord.validation.summary import Summary


def take_in(
    found: Iterator[Located], name: str, table: Table, level: int, summary: Summary
) -> Iterator[Finding]:
    """Levels 1 and 2 of each record; those that pass are kept for the next."""
    for record in found:
        if record.line is not None:
            summary.count_record(name)
        wrong = list(record.findings)
        if not wrong and level >= 2:
            wrong = schema_findings(record)
        is_sound = not wrong and level >= 2
        table.add(record, is_sound=is_sound, has_id=is_sound or has_readable_id(record))
        # What a file that was cut short has lost, nobody can tell.
        table.has_unnamed |= any(finding.rule == NO_FINAL_NEWLINE.id for finding in wrong)
        yield from wrong


def identity_findings(document: Document) -> Iterator[Finding]:
    """The first part of level 3: ids that are wrong in themselves."""
    for check in IDENTITY_CHECKS:
        yield from check.findings(document)
    document.distrust_blamed_tables()
    document.blame_whole_records()


def findings_between_records(
    document: Document, speakers: Table | None, level: int, articles: Path, summary: Summary
) -> Iterator[Finding]:
    """Levels 3 and 4; the article's integrity comes first, since offsets mean nothing without it."""
    yield from identity_findings(document)
    if level >= 4 and "documents" in document.tables:
        document.source = _source_of(document, articles, summary)
    is_altered = False
    for check in INTEGRITY_CHECKS if document.source else ():
        for finding in check.findings(document):
            yield finding
            is_altered |= check is sources.source_hash_mismatch
        if is_altered:
            document.source = None
    if speakers is not None:
        # Shared by all documents: their own ids were checked when they were read.
        document.tables["speakers"] = speakers
    for check in TABLE_CHECKS:
        yield from check.findings(document)
    if document.source:
        document.blame_whole_records()
        for check in SOURCE_CHECKS:
            yield from check.findings(document)


def _source_of(document: Document, articles: Path, summary: Summary) -> Source | None:
    record = document.record
    if record is None:
        summary.note(f"{document.document_id}: source checks did not run, its document.json is not sound")
        return None
    path = articles / record.value["source_file"]
    try:
        if not path.exists():
            raise SourceError(f"there is no {display(path)}")
        source = Source(read_article(path))
    except (OSError, SourceError) as error:
        summary.note(f"{document.document_id}: source checks did not run, {error}")
        return None
    summary.documents_with_source += 1
    return source
