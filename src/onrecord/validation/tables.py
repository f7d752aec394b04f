"""Validation of single files: one alone as it streams, or several together, checked as far as they go.

Owns how rows of files become documents. One file is read in runs of one document and only its ids are kept;
several files are held in memory, since what one says of another may stand anywhere in it.
"""

from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from onrecord.model.findings import Finding
from onrecord.model.tables import TABLES
from onrecord.reading.open_table import TableFile
from onrecord.reading.records import Key, Located
from onrecord.rules import TABLE_CHECKS
from onrecord.rules.document import Document, Table, owner_of
from onrecord.rules.relations import unused_speakers
from onrecord.validation.folders import named_speakers
from onrecord.validation.levels import findings_between_records, identity_findings, take_in
from onrecord.validation.summary import Summary

_IDS = ("claim_id", "source_id", "segment_id")
"""Ids that start with the id of their document, the telling one first."""


def check_one(file: TableFile, level: int, summary: Summary) -> Iterator[Finding]:
    """One table by itself, in runs of records of one document; between tables nothing can be checked."""
    table = file.table
    summary.note(f"only the table {table} was given, so what it must share with other tables was not checked")
    # Ids are remembered over the whole file: this grows with it, by one id a record.
    ids: dict[Key, Located] = {}
    for document_id, run in groupby(file.records, lambda record: next(_candidates(record), "")):
        part = Table(first_with=ids)
        yield from take_in(run, table, part, level, summary)
        if level >= 3:
            # A run may be a part of the document only: what is missing may stand elsewhere.
            part.has_unnamed = True
            document = Document(document_id, {table: part})
            yield from identity_findings(document)
            for check in TABLE_CHECKS:
                yield from check.findings(document)
        for record in part.records:
            if record.key and ids[record.key] is record:
                ids[record.key] = record.name_only()
    yield from file.closing()


def check_together(
    files: Sequence[TableFile], level: int, articles: Path, summary: Summary
) -> Iterator[Finding]:
    """Several tables, each whole as far as it is given, and what they say of each other."""
    given = {file.table for file in files}
    if absent := [table for table in TABLES if table not in given]:
        summary.note(f"not given: {', '.join(absent)}; what records must share with them was not checked")
    speakers = Table() if "speakers" in given else None
    rows: list[Located] = []
    for file in files:
        if speakers is not None and file.table == "speakers":
            yield from take_in(file.records, "speakers", speakers, level, summary)
        else:
            rows += file.records
        yield from file.closing()
    if speakers is not None and level >= 3:
        alone = Document("", {"speakers": speakers})
        yield from identity_findings(alone)
        speakers.has_unnamed |= "speakers" in alone.distrusted
    used: set[str] = set()
    is_doubtful = False
    for document, early in _documents(rows, given - {"speakers"}, level, summary):
        is_doubtful |= bool(early)
        yield from early
        used.update(named_speakers(document))
        if level >= 3:
            for finding in findings_between_records(document, speakers, level, articles, summary):
                is_doubtful = True
                yield finding
    if speakers is not None and level >= 3 and {"claims", "annotations"} <= given and not is_doubtful:
        yield from unused_speakers(speakers.records, used)


def _documents(
    rows: Sequence[Located], tables: set[str], level: int, summary: Summary
) -> Iterator[tuple[Document, list[Finding]]]:
    """The rows as documents, each with the findings of levels 1 and 2; rows of none come first."""
    votes = Counter(candidate for row in rows for candidate in _candidates(row))
    by_document: dict[str, dict[str, list[Located]]] = {"": {}}
    last = ""
    for row in rows:
        # A wrong `document_id` makes no document: most rows know better. A row without any follows the last.
        owners = sorted(_candidates(row), key=lambda name: -votes[name])
        last = owners[0] if owners else (last if row.value else "")
        by_document.setdefault(last, {}).setdefault(row.table, []).append(row)
    lost = by_document.pop("")
    if lost:
        nameless = {name: Table() for name in lost}
        early = [f for name in lost for f in take_in(iter(lost[name]), name, nameless[name], level, summary)]
        yield Document("", {}), early
    for document_id, found in sorted(by_document.items()):
        summary.documents += 1
        own = {
            name: Table(has_unnamed=name in lost) for name in TABLES + tuple(sorted(tables)) if name in tables
        }
        early = [
            finding
            for name, table in own.items()
            for finding in take_in(iter(found.get(name, [])), name, table, level, summary)
        ]
        yield Document(document_id, own), early


def _candidates(record: Located) -> Iterator[str]:
    """The documents that a record may belong to, as far as it says so."""
    own = record.value.get("document_id")
    if isinstance(own, str):
        yield own
    ids = [record.value.get(name) for name in _IDS]
    yield from [owner_of(found) for found in ids if isinstance(found, str) and owner_of(found)][:1]
