"""Annotators compared with each other: every claim labelled, labels unchanged, every disagreement decided.

Checks annotations against the raw labels of the same annotator, the matches of the annotator's own list, the
claims, and the adjudications.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from onrecord.model.annotations import annotated_fields, has_labelled, label_of, undecided_fields
from onrecord.model.findings import quoted
from onrecord.model.tables import key_fields
from onrecord.reading.located import Key, Row
from onrecord.rules.check import Problem, check
from onrecord.rules.document import Document

_NOT_GIVEN = "no label"
_BY_ANNOTATOR = ("annotations", "labellings")
_MATCH_KEY = key_fields("extraction_matches")
_ANNOTATION_KEY = key_fields("annotations")


@check(
    "claims",
    "labellings",
    summary="A file of raw labels without some claims, or a claim's raw labels without the annotation.",
    why="Raw labels are kept as received, and annotations have all of them; a gap is a missing line.",
    fix="Restore the labels, or remove the annotator. Who labelled only some claims has no raw file.",
)
def claim_not_annotated(document: Document) -> Iterator[Problem]:
    # A claim with a wrong id is one error, not a missing label as well.
    if not document.is_complete("claims") or document.has_faulty(document.rows("claims"), "claim_id"):
        return
    raw = document.tables["labellings"]
    for name in _BY_ANNOTATOR:
        if name not in document.tables or not document.is_complete(name):
            continue
        for annotator, rows in _by_annotator(document, name).items():
            # The same holds for a label with a wrong id.
            if document.has_faulty(rows, *key_fields(name)):
                continue
            known = document.tables[name].by_key
            keys = [(annotator, claim) for claim in document.tables["claims"].ids()]
            # Without raw labels nobody knows how many claims an annotator labelled.
            wanted = keys if name == "labellings" else [key for key in keys if key in raw.by_key]
            missing = [claim for annotator, claim in wanted if (annotator, claim) not in known]
            if missing:
                others = f" and {len(missing) - 1} more" if len(missing) > 1 else ""
                message = f"{annotator} has no labels for {missing[0]}{others}"
                yield Problem(_next_to(missing[0], rows), message, ("claim_id",), "labels for every claim")


@check(
    "annotations",
    "labellings",
    summary="An annotation whose label differs from the raw label of the same annotator.",
    why="Annotations are what annotators said before any decision; they are never edited.",
    fix="Write the label that the annotator gave.",
)
def altered_annotation(document: Document) -> Iterator[Problem]:
    labellings = document.tables["labellings"]
    raw = {labellings.key(record): record for record in document.eligible("labellings")}
    for record in document.eligible("annotations"):
        given = raw.get((record["annotator_id"], record["claim_id"]))
        if given is None:
            continue
        for field in annotated_fields():
            found = quoted(record[field]) if has_labelled(record, field) else _NOT_GIVEN
            wanted = quoted(given[field]) if has_labelled(given, field) else _NOT_GIVEN
            if found != wanted:
                message = f"{field} is {found}, but the raw label is different"
                yield Problem(record, message, (field,), wanted)


@check(
    "annotations",
    summary="A field that an annotator labelled and could not decide as well.",
    why="What an annotator could not decide counts as a missing label; with a label it would count as both.",
    fix="Delete the label, or the reason in `undecided`.",
)
def undecided_but_labelled(document: Document) -> Iterator[Problem]:
    for record in document.eligible("annotations"):
        for field in undecided_fields(record):
            if record.get(field) is not None:
                message = f"{field} is {quoted(record[field])}, but undecided gives a reason for no label"
                yield Problem(record, message, (field,), "null, or no reason in undecided")


@check(
    "annotations",
    "extraction_matches",
    summary="An annotation whose `found` contradicts the matches of the annotator's list.",
    why="`found` means that a claim of the annotator's own list became this claim.",
    fix="Correct `found`, or the match that names the wrong claim.",
)
def found_mismatch(document: Document) -> Iterator[Problem]:
    matches = document.rows("extraction_matches")
    if not document.is_complete("extraction_matches") or document.has_faulty(matches, *_MATCH_KEY):
        return
    for annotator, rows in _by_annotator(document, "annotations").items():
        named = {
            m["claim_id"]: m
            for m in document.eligible("extraction_matches")
            if m["annotator_id"] == annotator
        }
        if not named:
            continue
        valid = [row for row in rows if not document.is_faulty(row, "claim_id", "annotator_id", "found")]
        unmatched = [row for row in valid if row["found"] and row["claim_id"] not in named]
        matched = [row for row in valid if not row["found"] and row["claim_id"] in named]
        if len(unmatched) == len(matched) == 1:
            # One match that names the wrong claim explains both.
            claim, other = unmatched[0]["claim_id"], matched[0]["claim_id"]
            message = f"{annotator} found {claim}, which no match names, and not {other}"
            yield Problem(named[other], message, ("claim_id",), claim)
            continue
        for row in unmatched:
            message = f"found is true, but no match of {annotator} names the claim"
            yield Problem(row, message, ("found",), "false, or a match")
        for row in matched:
            match = named[row["claim_id"]]
            number = match["number"]
            message = (
                f"found is false, but number {number} of the list of {annotator} is matched to the claim"
            )
            yield Problem(row, message, ("found",), "true")


@check(
    "annotations",
    "claims",
    summary="A label on which the annotators and the claim disagree, without an adjudication.",
    why="A user who doubts a label must find the reason for it.",
    fix="Add the reason to `adjudications.jsonl`, or give the claim the label that all annotators gave.",
)
def undecided_label(document: Document) -> Iterator[Problem]:
    if not document.rows("annotations"):
        return
    is_given = "adjudications" in document.tables
    # A folder without the file has no adjudications; for tables without a folder they may be elsewhere.
    if not (document.is_complete("adjudications") if is_given else document.folder):
        return
    decided = document.tables["adjudications"].by_key if is_given else {}
    given = _complete(document)
    for field in annotated_fields():
        for claim in document.eligible("claims", "claim_id", field):
            rows = given.get(claim["claim_id"], ())
            # Nearly always all have written the same.
            if all(row.get(field, claim[field]) == claim[field] for row in rows):
                continue
            labels = _labels(document, claim, field, rows)
            if len(set(labels.values())) <= 1 or (claim["claim_id"], field) in decided:
                continue
            listed = ", ".join(f"{name} {quoted(label)}" for name, label in labels.items())
            message = f"the labels of {field} differ: {listed}"
            yield Problem(claim, message, (field,), "a row in adjudications.jsonl, or one label in all")


@check(
    "adjudications",
    "annotations",
    "claims",
    summary="An adjudication of a label on which the claim and all annotators agree.",
    why="There was nothing to decide: the row belongs to another claim or label.",
    fix="Write the claim and the label that were decided, or delete the row.",
)
def idle_adjudication(document: Document) -> Iterator[Problem]:
    if not document.is_complete("annotations"):
        return
    given, is_unlabelled = _complete(document), not document.rows("annotations")
    for record in document.eligible("adjudications"):
        field = record["field"]
        for claim in document.eligible("claims", "claim_id", field):
            if claim["claim_id"] != record["claim_id"]:
                continue
            rows = given.get(claim["claim_id"], () if is_unlabelled else None)
            if rows is not None and len(set(_labels(document, claim, field, rows).values())) == 1:
                message = f"all annotators and the claim agree on the {field} of {claim['claim_id']}"
                yield Problem(record, message, ("field",), "a label on which they disagree")


def _complete(document: Document) -> Mapping[str, list[Row]]:
    """The valid rows of each claim for which no annotator's row is rejected or lost: it may have differed.

    A claim that an annotator did not get to is complete without that annotator.
    """
    given: dict[str, list[Row]] = {}
    for row in document.rows("annotations"):
        given.setdefault(row["claim_id"], []).append(row)
    wanted: dict[Key, set[Key]] = {}
    annotators = {annotator for annotator, _ in document.tables["annotations"].by_key}
    for name in _BY_ANNOTATOR:
        for annotator, claim_id in document.tables[name].by_key if name in document.tables else ():
            if annotator in annotators:
                wanted.setdefault(claim_id, set()).add(annotator)
    return {claim_id: rows for claim_id, rows in given.items() if len(rows) >= len(wanted[claim_id])}


def _labels(document: Document, claim: Row, field: str, rows: Sequence[Row]) -> Mapping[str, Any]:
    """The claim's own label first, then every annotator's; none where one of them is faulty."""
    if document.has_faulty(rows, field, *_ANNOTATION_KEY):
        return {}
    labels = {row["annotator_id"]: label_of(row, field) for row in rows if has_labelled(row, field)}
    return {"claim": label_of(claim, field)} | labels


def _by_annotator(document: Document, table: str) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for record in document.rows(table):
        annotator = (
            record["annotator_id"] if table == "annotations" else document.tables[table].annotator(record)
        )
        found.setdefault(annotator, []).append(record)
    return found


def _next_to(claim_id: str, rows: list[Row]) -> Row:
    """The row at the place of the missing one: the first of a later claim, or else the last."""
    return next((row for row in rows if row["claim_id"] > claim_id), rows[-1])


CHECKS = (
    claim_not_annotated,
    altered_annotation,
    undecided_but_labelled,
    found_mismatch,
    undecided_label,
    idle_adjudication,
)
