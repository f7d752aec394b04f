"""Annotators among themselves: every claim labelled, labels as they were given, every dispute decided.

Owns what annotations must agree with: the raw labels of the same annotator, the matches of the annotator's
own list, the claims, and the adjudications.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from onrecord.model.findings import quoted
from onrecord.model.tables import key_fields, label_names
from onrecord.reading.located import Row
from onrecord.rules.check import Problem, check
from onrecord.rules.document import Document

_BY_ANNOTATOR = ("annotations", "labellings")
_MATCH_KEY = key_fields("extraction_matches")
_ANNOTATION_KEY = key_fields("annotations")


@check(
    "annotations",
    "claims",
    summary="An annotator or file of raw labels with labels for some claims of the document but not for all.",
    why="Agreement is counted over the same claims for everybody; a missing label is a lost line.",
    fix="Put the labels back, or take out the annotator whole.",
)
def claim_not_annotated(document: Document) -> Iterator[Problem]:
    # A claim under a wrong id is that one fault, and not a missing label as well.
    if not document.is_complete("claims") or any(
        document.is_faulty(claim, "claim_id") for claim in document.rows("claims")
    ):
        return
    for name in _BY_ANNOTATOR:
        if name not in document.tables or not document.is_complete(name):
            continue
        for annotator, rows in _by_annotator(document, name).items():
            # Nor is a label under one.
            if any(document.is_faulty(row, *key_fields(name)) for row in rows):
                continue
            known = document.tables[name].by_key
            missing = [claim for claim in document.tables["claims"].ids() if (annotator, claim) not in known]
            if missing:
                others = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
                message = f"{annotator} has no labels for {missing[0]}{others}"
                yield Problem(_next_to(missing[0], rows), message, ("claim_id",), "labels for every claim")


@check(
    "annotations",
    "labellings",
    summary="An annotation with another label than the raw labelling of the same annotator.",
    why="Annotations are what annotators said before anybody decided; they are never edited.",
    fix="Write the label that the annotator gave.",
)
def altered_annotation(document: Document) -> Iterator[Problem]:
    labels = _disputed_fields()
    labellings = document.tables["labellings"]
    raw = {labellings.key(record): record for record in document.eligible("labellings")}
    for record in document.eligible("annotations"):
        given = raw.get((record["annotator_id"], record["claim_id"]))
        if given is None:
            continue
        for field in labels:
            if record[field] != given[field]:
                message = f"{field} is {quoted(record[field])}, but the raw label is another"
                yield Problem(record, message, (field,), quoted(given[field]))


@check(
    "annotations",
    "extraction_matches",
    summary="An annotation whose `found` is not what the matches of the annotator's list say.",
    why="`found` means that some claim of the annotator's own list became this claim.",
    fix="Correct `found`, or the match that names the wrong claim.",
)
def found_mismatch(document: Document) -> Iterator[Problem]:
    matches = document.rows("extraction_matches")
    if not document.is_complete("extraction_matches") or any(
        document.is_faulty(m, *_MATCH_KEY) for m in matches
    ):
        return
    for annotator, rows in _by_annotator(document, "annotations").items():
        named = {
            m["claim_id"]: m
            for m in document.eligible("extraction_matches")
            if m["annotator_id"] == annotator
        }
        if not named:
            continue
        sound = [row for row in rows if not document.is_faulty(row, "claim_id", "annotator_id", "found")]
        lost = [row for row in sound if row["found"] and row["claim_id"] not in named]
        extra = [row for row in sound if not row["found"] and row["claim_id"] in named]
        if len(lost) == len(extra) == 1:
            # One match that names another claim than it did explains both.
            claim, other = lost[0]["claim_id"], extra[0]["claim_id"]
            message = f"{annotator} has not found {other}, but {claim}, which no match names"
            yield Problem(named[other], message, ("claim_id",), claim)
            continue
        for row in lost:
            message = f"found is true, but no match of {annotator} names the claim"
            yield Problem(row, message, ("found",), "false, or a match")
        for row in extra:
            match = named[row["claim_id"]]
            number = match["number"]
            message = f"found is false, but number {number} of the list of {annotator} is matched to it"
            yield Problem(row, message, ("found",), "true")


@check(
    "annotations",
    "claims",
    summary="A label on which the annotators and the claim are not all of one mind, without an adjudication.",
    why="Whoever doubts a label must find the reason for it.",
    fix="Add the reason to `adjudications.jsonl`, or give the claim the label that all annotators gave.",
)
def undecided_label(document: Document) -> Iterator[Problem]:
    is_given = "adjudications" in document.tables
    # A folder without the file has no adjudications; tables that stand alone may have them elsewhere.
    if not (document.is_complete("adjudications") if is_given else document.folder):
        return
    decided = document.tables["adjudications"].by_key if is_given else {}
    for claim, field, labels in _labels(document):
        if len(set(labels.values())) > 1 and (claim["claim_id"], field) not in decided:
            given = ", ".join(f"{name} {quoted(label)}" for name, label in labels.items())
            message = f"{field} is not agreed on: {given}"
            yield Problem(claim, message, (field,), "its reason in adjudications.jsonl, or one label in all")


@check(
    "adjudications",
    "annotations",
    "claims",
    summary="An adjudication of a label on which everybody is of one mind.",
    why="There was nothing to decide: the row is of another claim or label.",
    fix="Write the claim and the label that were decided, or delete the row.",
)
def idle_adjudication(document: Document) -> Iterator[Problem]:
    if not document.is_complete("annotations"):
        return
    agreed = {
        (claim["claim_id"], field)
        for claim, field, labels in _labels(document)
        if len(set(labels.values())) == 1
    }
    for record in document.eligible("adjudications"):
        claim, field = record["claim_id"], record["field"]
        if (claim, field) in agreed:
            message = f"all annotators and the claim agree on the {field} of {claim}"
            yield Problem(record, message, ("field",), "a label that they do not agree on")


def _labels(document: Document) -> Iterator[tuple[Row, str, Mapping[str, Any]]]:
    """Each sound claim and label with what everybody gives, the claim's own first.

    Claims without a sound row of every annotator are left out: the missing one may have differed.
    """
    given: dict[str, list[Row]] = {}
    for row in document.rows("annotations"):
        given.setdefault(row["claim_id"], []).append(row)
    annotators = {key[0] for key in document.tables["annotations"].by_key}
    for field in _disputed_fields():
        for claim in document.eligible("claims", "claim_id", field):
            rows = given.get(claim["claim_id"], [])
            is_whole = len(rows) >= len(annotators)
            if is_whole and not any(document.is_faulty(row, field, *_ANNOTATION_KEY) for row in rows):
                labels = {"claim": claim[field]}
                yield claim, field, labels | {row["annotator_id"]: row[field] for row in rows}


def _disputed_fields() -> tuple[str, ...]:
    return label_names("field", "adjudications")


def _by_annotator(document: Document, table: str) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for record in document.rows(table):
        annotator = (
            record["annotator_id"] if table == "annotations" else document.tables[table].annotator(record)
        )
        found.setdefault(annotator, []).append(record)
    return found


def _next_to(claim_id: str, rows: list[Row]) -> Row:
    """The row that stands where the missing one should: the first of a later claim, or else the last."""
    return next((row for row in rows if row["claim_id"] > claim_id), rows[-1])


CHECKS = (claim_not_annotated, altered_annotation, found_mismatch, undecided_label, idle_adjudication)
