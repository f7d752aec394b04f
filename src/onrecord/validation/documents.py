"""The task of a validation: some documents to their findings, in any process, on any machine."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from onrecord.execution.garbage import without_collection
from onrecord.model.findings import Finding
from onrecord.model.table_files import SPLIT
from onrecord.reading.layouts import DocumentFolder
from onrecord.rules.document import Document
from onrecord.validation.assemble import Assembled, Given, assemble_all
from onrecord.validation.index import DocumentParts
from onrecord.validation.levels import document_findings
from onrecord.validation.line_runs import NOBODY
from onrecord.validation.summary import Skipped, Summary

Source = DocumentParts | DocumentFolder


@dataclass(slots=True)
class Checked:
    """What some documents came to."""

    findings: list[Finding] = field(default_factory=list)
    unlisted: Counter[str] = field(default_factory=Counter)
    """Further findings, by rule, which were counted and not kept."""
    ignored: Counter[str] = field(default_factory=Counter)
    """Findings of ignored rules."""
    records: Counter[str] = field(default_factory=Counter)
    documents: int = 0
    documents_with_source: int = 0
    skipped: list[Skipped] = field(default_factory=list)
    speakers: dict[str, set[str]] = field(default_factory=dict)
    """The speakers whom the documents name, by split."""
    annotators: set[str] = field(default_factory=set)
    """The annotators whom the documents name, if any are described."""

    @property
    def is_clean(self) -> bool:
        """Whether nothing was found, ignored findings included."""
        return not (self.findings or self.unlisted or self.ignored)

    def add(self, findings: Iterable[Finding], given: Given) -> None:
        """Keep findings, up to the number that is wanted; count the others."""
        for finding in findings:
            if finding.rule in given.ignored:
                self.ignored[finding.rule] += 1
            elif given.most is None or len(self.findings) < given.most:
                self.findings.append(finding)
            else:
                self.unlisted[finding.rule] += 1


def check_documents(task: Sequence[Source], given: Given, articles: Path | None) -> Checked:
    """All levels of the documents of a task, in their order."""
    checked, summary = Checked(), Summary()
    with without_collection():
        for found in assemble_all(task, given):
            check_document(found, given, articles, checked, summary)
    checked.documents_with_source = summary.documents_with_source
    checked.skipped = summary.skipped
    return checked


def check_document(
    found: Assembled, given: Given, articles: Path | None, checked: Checked, summary: Summary
) -> None:
    """Add what one document comes to."""
    document = found.document
    checked.add(found.findings, given)
    for rule, number in found.unlisted.items():
        (checked.ignored if rule in given.ignored else checked.unlisted)[rule] += number
    for table, number in found.records.items():
        checked.records[table] += number
    if document.document_id == NOBODY and document.folder is None:
        return
    checked.documents += 1
    named = document.named("speaker_id", document.tables)
    checked.speakers.setdefault(split_of(document), set()).update(named)
    if given.annotators is not None and document.folder:
        checked.annotators |= document.folder.annotators()
    if given.level >= 3:
        checked.add(document_findings(document, given.level, articles, summary), given)


def split_of(document: Document) -> str:
    """The split of a document; the first one where its own record does not say."""
    return str(document.record["split"]) if document.record else SPLIT
