"""Annotators among themselves: every claim labelled, labels as they were given, every dispute decided.

Owns what annotations must agree with: the raw labels of the same annotator, the matches of the annotator's
own list, the claims, and the adjudications.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from onrecord.model.findings import quoted
from onrecord.model.tables import key_fields, label_names
from onrecord.reading.records import Located
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
    mend="Put the labels back, or take out the annotator whole.",
)
def claim_not_annotated(document: Document) -> Iterator[Problem]:
    # A claim under a wrong id is that one fault, and not a missing label as well.
    if not document.trusts("claims") or any(
        document.is_blamed(claim, "claim_id") for claim in document.records("claims")
    ):
        return
    for name in _BY_ANNOTATOR:
        if name not in document.tables or not document.trusts(name):
            continue
        for annotator, rows in _by_annotator(document, name).items():
            # Nor is a label under one.
            if any(document.is_blamed(row, *key_fields(name)) for row in rows):
                continue
            known = document.tables[name].first_with
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
    mend="Write the label that the annotator gave.",
)
def altered_annotation(document: Document) -> Iterator[Problem]:
    labels = _disputed_fields()
    raw = {record.key: record for record in document.sound("labellings") if record.key}
    for record in document.sound("annotations"):
        given = raw.get(record.key) if record.key else None
        if given is None:
            continue
        for field in labels:
            if record.value[field] != given.value[field]:
                message = f"{field} is {quoted(record.value[field])}, but the raw label is another"
                yield Problem(record, message, (field,), quoted(given.value[field]))


@check(
    "annotations",
    "extraction_matches",
    summary="An annotation whose `found` is not what the matches of the annotator's list say.",
    why="`found` means that some claim of the annotator's own list became this claim.",
    mend="Correct `found`, or the match that names the wrong claim.",
)
def found_mismatch(document: Document) -> Iterator[Problem]:
    matches = document.records("extraction_matches")
    if not document.trusts("extraction_matches") or any(document.is_blamed(m, *_MATCH_KEY) for m in matches):
        return
    for annotator, rows in _by_annotator(document, "annotations").items():
        named = {
            m.value["claim_id"]: m
            for m in document.sound("extraction_matches")
            if m.value["annotator_id"] == annotator
        }
        if not named:
            continue
        sound = [row for row in rows if not document.is_blamed(row, "claim_id", "annotator_id", "found")]
        lost = [row for row in sound if row.value["found"] and row.value["claim_id"] not in named]
        extra = [row for row in sound if not row.value["found"] and row.value["claim_id"] in named]
        if len(lost) == len(extra) == 1:
            # One match that names another claim than it did explains both.
            claim, other = lost[0].value["claim_id"], extra[0].value["claim_id"]
            message = f"{annotator} has not found {other}, but {claim}, which no match names"
            yield Problem(named[other], message, ("claim_id",), claim)
            continue
        for row in lost:
            message = f"found is true, but no match of {annotator} names the claim"
            yield Problem(row, message, ("found",), "false, or a match")
        for row in extra:
            match = named[row.value["claim_id"]]
            number = match.value["number"]
            message = f"found is false, but number {number} of the list of {annotator} is matched to it"
            yield Problem(row, message, ("found",), "true")


@check(
    "annotations",
    "claims",
    summary="A label on which the annotators and the claim are not all of one mind, without an adjudication.",
    why="Whoever doubts a label must find the reason for it.",
    mend="Add the reason to `adjudications.jsonl`, or give the claim the label that all annotators gave.",
)
def undecided_label(document: Document) -> Iterator[Problem]:
    is_given = "adjudications" in document.tables
    # A folder without the file has no adjudications; tables that stand alone may have them elsewhere.
    if not (document.trusts("adjudications") if is_given else document.folder):
        return
    decided = document.tables["adjudications"].first_with if is_given else {}
    for claim, field, labels in _labels(document):
        if len(set(labels.values())) > 1 and (claim.value["claim_id"], field) not in decided:
            given = ", ".join(f"{name} {quoted(label)}" for name, label in labels.items())
            message = f"{field} is not agreed on: {given}"
            yield Problem(claim, message, (field,), "its reason in adjudications.jsonl, or one label in all")


@check(
    "adjudications",
    "annotations",
    "claims",
    summary="An adjudication of a label on which everybody is of one mind.",
    why="There was nothing to decide: the row is of another claim or label.",
    mend="Write the claim and the label that were decided, or delete the row.",
)
def idle_adjudication(document: Document) -> Iterator[Problem]:
    if not document.trusts("annotations"):
        return
    agreed = {
        (claim.value["claim_id"], field)
        for claim, field, labels in _labels(document)
        if len(set(labels.values())) == 1
    }
    for record in document.sound("adjudications"):
        if record.key in agreed:
            claim, field = record.key
            message = f"all annotators and the claim agree on the {field} of {claim}"
            yield Problem(record, message, ("field",), "a label that they do not agree on")


def _labels(document: Document) -> Iterator[tuple[Located, str, Mapping[str, Any]]]:
    """Each sound claim and label with what everybody gives, the claim's own first.

    Claims without a sound row of every annotator are left out: the missing one may have differed.
    """
    given: dict[str, list[Located]] = {}
    for row in document.records("annotations"):
        given.setdefault(row.value["claim_id"], []).append(row)
    annotators = {key[0] for key in document.tables["annotations"].first_with}
    for field in _disputed_fields():
        for claim in document.sound("claims", "claim_id", field):
            rows = given.get(claim.value["claim_id"], [])
            is_whole = len(rows) >= len(annotators)
            if is_whole and not any(document.is_blamed(row, field, *_ANNOTATION_KEY) for row in rows):
                labels = {"claim": claim.value[field]}
                yield claim, field, labels | {row.value["annotator_id"]: row.value[field] for row in rows}


def _disputed_fields() -> tuple[str, ...]:
    return label_names("field", "adjudications")


def _by_annotator(document: Document, table: str) -> Mapping[str, list[Located]]:
    found: dict[str, list[Located]] = {}
    for record in document.records(table):
        if record.key:
            found.setdefault(record.key[0], []).append(record)
    return found


def _next_to(claim_id: str, rows: list[Located]) -> Located:
    """The row that stands where the missing one should: the first of a later claim, or else the last."""
    return next((row for row in rows if row.value["claim_id"] > claim_id), rows[-1])


CHECKS = (claim_not_annotated, altered_annotation, found_mismatch, undecided_label, idle_adjudication)
