"""The task of a validation: some documents to their findings, in any process, on any machine."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from onrecord.model.findings import Finding
from onrecord.reading.layouts import DocumentFolder
from onrecord.validation.assemble import Assembled, Given, assemble
from onrecord.validation.index import DocumentParts
from onrecord.validation.levels import document_findings
from onrecord.validation.runs import NOBODY
from onrecord.validation.summary import Skipped, Summary

Source = DocumentParts | DocumentFolder


@dataclass(slots=True)
class Checked:
    """What some documents came to."""

    findings: list[Finding] = field(default_factory=list)
    unlisted: Counter[str] = field(default_factory=Counter)
    """Further findings, by rule, which were counted and not kept."""
    records: Counter[str] = field(default_factory=Counter)
    documents: int = 0
    documents_with_source: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    speakers: set[str] = field(default_factory=set)
    """The speakers whom the documents name."""


def check_documents(task: Sequence[Source], given: Given, articles: Path) -> Checked:
    """All levels of the documents of a task, in their order."""
    checked, summary = Checked(), Summary()
    for source in task:
        check_document(assemble(source, given), given, articles, checked, summary)
    checked.documents_with_source = summary.documents_with_source
    checked.skipped = summary.skipped
    return checked


def check_document(
    found: Assembled, given: Given, articles: Path, checked: Checked, summary: Summary
) -> None:
    """Add what one document comes to."""
    document = found.document
    checked.findings += found.findings
    checked.unlisted += found.unlisted
    checked.records += found.records
    if document.document_id == NOBODY and document.folder is None:
        return
    checked.documents += 1
    checked.speakers.update(found.speakers())
    if given.level >= 3:
        checked.findings += document_findings(document, given.level, articles, summary)
