"""The annotators of all documents: everybody who gave labels is described, and nobody else.

`annotators.jsonl` is optional. Where a records folder has it, it describes every annotator.
"""

from collections.abc import Iterator

from onrecord.model.findings import Finding, Rule, nearest
from onrecord.reading.located import NAMED_BY_FILE, Located, Row
from onrecord.rules.check import Problem, check
from onrecord.rules.document import Document

_BY_ANNOTATOR = ("annotations", "extractions", "extraction_matches", "labellings")


@check(
    summary="An annotator that `annotators.jsonl` does not describe, although the file is there.",
    why="How far labels can be trusted depends on who gave them: a person or a model, with which guidelines.",
    fix="Use the expected id, add the annotator, or delete `annotators.jsonl` if nobody is to be described.",
)
def unknown_annotator(document: Document) -> Iterator[Problem]:
    if document.annotators is None:
        return
    found = _rows_by_annotator(document)
    hints = ", ".join(sorted(document.annotators)) or None
    for annotator, rows in found.items():
        if annotator in document.annotators:
            continue
        first, *others = rows
        for other in others:
            document.mark_faulty(other, "annotator_id")
        more = f" (and {len(others)} more reference{'s' if len(others) > 1 else ''})" if others else ""
        message = f"there is no annotator {annotator} in annotators.jsonl{more}"
        yield Problem(first, message, ("annotator_id",), nearest(annotator, document.annotators) or hints)
    if document.folder is None or document.record is None:
        return
    # Earlier rounds and held-out labels are not read, but their files are named after somebody.
    for annotator in sorted(document.folder.annotators() - found.keys() - document.annotators):
        message = (
            f"there is no annotator {annotator} in annotators.jsonl, and annotations has {annotator}.jsonl"
        )
        yield Problem(document.record, message, (), nearest(annotator, document.annotators) or hints)


def _rows_by_annotator(document: Document) -> dict[str, list[Row]]:
    """The rows of each annotator whose id no other check has found wrong."""
    found: dict[str, list[Row]] = {}
    for name in _BY_ANNOTATOR:
        if name not in document.tables:
            continue
        table = document.tables[name]
        for row in document.eligible(name, "annotator_id"):
            own = table.annotator(row) if name in NAMED_BY_FILE else row["annotator_id"]
            found.setdefault(own, []).append(row)
    return found


UNUSED_ANNOTATOR = Rule(
    "unused-annotator",
    3,
    "An annotator of `annotators.jsonl` of whom there are no labels and no list of claims.",
    "It is a misspelt id or a leftover; readers would count an annotator who gave nothing.",
    "Delete the annotator, or add what it labelled.",
)


def unused_annotator(annotator: Located) -> Finding:
    """The finding about an annotator whom no document names."""
    message = f"no file of annotations is of the annotator {annotator.record_id}"
    return annotator.finding(UNUSED_ANNOTATOR, message, at=("annotator_id",))


CHECKS = (unknown_annotator,)
