"""The annotators' own lists of claims, and which claim each listed claim became.

Owns the numbers of the lists and the rows that must name them; the annotators' labels are for `annotations`.
"""

from collections import defaultdict
from collections.abc import Iterator

from onrecord.model.findings import nearest
from onrecord.model.tables import key_fields
from onrecord.reading.located import annotator_of
from onrecord.rules.check import Problem, check
from onrecord.rules.document import Document
from onrecord.rules.order import misplaced

_ONE_ROW = {
    "adjudications": "{} is already decided on line {}",
    "extraction_matches": "{} is already matched on line {}",
    "labellings": "{} is already labelled on line {}",
}


@check(
    summary="A second row for one thing: a label decided, a listed claim matched, a claim labelled twice.",
    why="Two rows about one thing can contradict each other, and nobody knows which one holds.",
    fix="Keep the right one of the two.",
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
    summary="A number of an annotator's list that does not run on from the one before.",
    why="A list is kept as it came, numbered from 1; a gap or a repeated number is a line lost or altered.",
    fix="Put the lost line back, or the number that the list had.",
)
def list_misnumbered(document: Document) -> Iterator[Problem]:
    if document.tables["extractions"].has_unnamed:
        return
    for batch in document.tables["extractions"].batches:
        records = batch.rows
        numbers = [record["number"] for record in records]
        strays = misplaced(numbers, strictly=True)
        before = 0
        for index, record in enumerate(records):
            number = numbers[index]
            # A number that is out of place leaves a gap, which is not told as well.
            is_gap = not strays and number != before + 1
            if index in strays or is_gap:
                message = (
                    f"number is {number}, after {before}" if before else f"the list starts with {number}"
                )
                yield Problem(record, message, ("number",), str(before + 1))
            before = before + 1 if index in strays else number


@check(
    "extraction_matches",
    "extractions",
    summary="A match for a number that the annotator's list does not have.",
    why="It says what became of a claim that nobody listed.",
    fix="Write the annotator and the number of the list.",
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
        # What is missing inside a list is a gap there.
        elif number > sizes[annotator]:
            message = f"the list of {annotator} has no number {number}"
            yield Problem(record, message, ("number",), f"a number up to {sizes[annotator]}")


@check(
    "extractions",
    "extraction_matches",
    summary="A claim of an annotator's list that `extraction_matches.jsonl` does not mention.",
    why="Every listed claim became a claim of the dataset, or there is a reason why it did not.",
    fix="Add the row: the claim that it became, or null and the reason.",
)
def unmatched_extraction(document: Document) -> Iterator[Problem]:
    fields = key_fields("extraction_matches")
    matches = document.rows("extraction_matches")
    # A match under a wrong number is one fault, not two.
    if not document.is_complete("extraction_matches") or any(
        document.is_faulty(match, *fields) for match in matches
    ):
        return
    known, table = document.tables["extraction_matches"].by_key, document.tables["extractions"]
    lost = defaultdict(list)
    for record in document.eligible("extractions", "number"):
        key = table.key(record)
        if key not in known:
            lost[key[0]].append(record)
    for annotator, records in lost.items():
        others = f" and {len(records) - 1} more" if len(records) > 1 else ""
        message = f"number {records[0]['number']}{others} of the list of {annotator} has no match"
        yield Problem(records[0], message, ("number",), "a row in extraction_matches.jsonl")


IDENTITY_CHECKS = (repeated_row, list_misnumbered)
"""What makes the numbers of a list unreliable for the others."""

CHECKS = (unknown_extraction, unmatched_extraction)
