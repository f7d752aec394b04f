"""The annotators' own lists of claims, and which claim each listed claim became.

Checks the numbers of the lists and the rows that refer to them; `annotations` checks the labels.
"""

from collections import defaultdict
from collections.abc import Iterator

from onrecord.model.findings import nearest
from onrecord.model.tables import key_fields
from onrecord.reading.located import annotator_of
from onrecord.rules.check import Problem, check
from onrecord.rules.document import Document
from onrecord.rules.order import out_of_order

_ONE_ROW = {
    "adjudications": "{} is already decided on line {}",
    "extraction_matches": "{} is already matched on line {}",
    "labellings": "{} is already labelled on line {}",
}


@check(
    summary="A second row for one thing: a label decided, a listed claim matched or a claim labelled twice.",
    why="Two rows about one thing can contradict each other, and it is unknown which one is right.",
    fix="Keep the correct one of the two.",
)
def repeated_row(document: Document) -> Iterator[Problem]:
    for name, message in _ONE_ROW.items():
        for record in document.tables[name].repeated if name in document.tables else ():
            table = document.tables[name]
            first = table.place(table.by_key[table.key(record)])
            at = key_fields(name)[-1:]
            yield Problem(record, message.format(document.record_id(record), first.line), at, "one row")


@check(
    "extractions",
    summary="A number in an annotator's list that does not follow the previous one.",
    why="A list is kept as received, numbered from 1. A gap or repetition means a missing or altered line.",
    fix="Restore the missing line, or the number that the list had.",
)
def list_misnumbered(document: Document) -> Iterator[Problem]:
    if document.tables["extractions"].has_unnamed:
        return
    for batch in document.tables["extractions"].batches:
        records = batch.rows
        numbers = [record["number"] for record in records]
        wrong = out_of_order(numbers, strictly=True)
        before = 0
        for index, record in enumerate(records):
            number = numbers[index]
            # A number that is out of order leaves a gap, which is not reported as well.
            is_gap = not wrong and number != before + 1
            if index in wrong or is_gap:
                message = (
                    f"number is {number}, after {before}" if before else f"the list starts with {number}"
                )
                yield Problem(record, message, ("number",), str(before + 1))
            before = before + 1 if index in wrong else number


@check(
    "extraction_matches",
    "extractions",
    summary="A match for a number that the annotator's list does not have.",
    why="It records what became of a claim that the annotator did not list.",
    fix="Write an annotator with a list, and a number of that list.",
)
def unknown_extraction(document: Document) -> Iterator[Problem]:
    if not document.is_complete("extractions"):
        return
    sizes: dict[str, int] = {}
    for batch in document.tables["extractions"].batches:
        if batch.rows:
            sizes[annotator_of(batch.file)] = max(record["number"] for record in batch.rows)
    for record in document.eligible("extraction_matches", *key_fields("extraction_matches")):
        annotator, number = record["annotator_id"], record["number"]
        if annotator not in sizes:
            message = f"there is no list of {annotator}"
            yield Problem(record, message, ("annotator_id",), nearest(annotator, sizes) or ", ".join(sizes))
        # A number missing inside a list is reported there, as a gap.
        elif number > sizes[annotator]:
            message = f"the list of {annotator} has no number {number}"
            yield Problem(record, message, ("number",), f"a number up to {sizes[annotator]}")


@check(
    "extractions",
    "extraction_matches",
    summary="A claim of an annotator's list that `extraction_matches.jsonl` does not mention.",
    why="Every listed claim became a claim of the dataset, or there is a reason why it did not.",
    fix="Add the row, with the claim that it became, or with null and the reason.",
)
def unmatched_extraction(document: Document) -> Iterator[Problem]:
    fields = key_fields("extraction_matches")
    matches = document.rows("extraction_matches")
    # A match with a wrong number is one error, not two.
    if not document.is_complete("extraction_matches") or document.has_faulty(matches, *fields):
        return
    known, table = document.tables["extraction_matches"].by_key, document.tables["extractions"]
    unmatched = defaultdict(list)
    for record in document.eligible("extractions", "number"):
        key = table.key(record)
        if key not in known:
            unmatched[key[0]].append(record)
    for annotator, records in unmatched.items():
        others = f" and {len(records) - 1} more" if len(records) > 1 else ""
        message = f"number {records[0]['number']}{others} of the list of {annotator} has no match"
        yield Problem(records[0], message, ("number",), "a row in extraction_matches.jsonl")


IDENTITY_CHECKS = (repeated_row, list_misnumbered)
"""After an error of these, the numbers of a list are unreliable for the other checks."""

CHECKS = (unknown_extraction, unmatched_extraction)
