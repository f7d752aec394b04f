"""Built rows: their derived fields, compared with values derived again from the tables that are given.

What each derived field means is defined in `model.derive`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from onrecord.exceptions import EdtfError
from onrecord.model.derive import agreement, anchored_segments, time_bounds, verifiability_labels
from onrecord.model.findings import quoted
from onrecord.reading.located import Row
from onrecord.rules.check import Problem, check
from onrecord.rules.document import Document


@check(
    summary="A derived field of a built row that differs from what the build derives.",
    why="Readers use the derived field instead of the fields that it comes from.",
    fix="Build the table again from the records.",
)
def derived_field_mismatch(document: Document) -> Iterator[Problem]:
    for record, derived in (*_derived_of_claims(document), *_derived_of_segments(document)):
        for field, expected in derived.items():
            if record[field] != expected:
                message = f"{field} is {quoted(record[field])}, which does not follow from the records"
                yield Problem(record, message, (field,), quoted(expected))


def _derived_of_claims(document: Document) -> Iterator[tuple[Row, Mapping[str, Any]]]:
    if "claims" not in document.tables or not document.tables["claims"].is_built:
        return
    labels = verifiability_labels(document.rows("annotations"))
    fields = ("claim_id", "stated_on", "about_time", "speaker_id", "verifiability")
    claims = document.eligible("claims", *fields)
    named = {claim["speaker_id"] for claim in claims}
    names = document.speakers.names(named) if document.speakers else {}
    has_all_labels = _is_valid(document, "annotations")
    for record in claims:
        try:
            derived = time_bounds(record)
        except EdtfError:
            continue
        if (name := names.get(record["speaker_id"])) is not None:
            derived["speaker"] = name
        if has_all_labels:
            derived["agreement"] = agreement(record["verifiability"], labels[record["claim_id"]])
        yield record, derived


def _derived_of_segments(document: Document) -> Iterator[tuple[Row, Mapping[str, Any]]]:
    is_built = "segments" in document.tables and document.tables["segments"].is_built
    if not is_built or not _is_valid(document, "claims"):
        return
    anchored = anchored_segments(document.rows("claims"))
    for record in document.eligible("segments", "segment_id"):
        yield record, {"has_claims": record["segment_id"] in anchored}


def _is_valid(document: Document, table: str) -> bool:
    """Whether the table is given, and every record of it is valid."""
    if not document.is_complete(table):
        return False
    rows = document.rows(table)
    return len(rows) == len(document.tables[table].by_key) and not document.has_faulty(rows)


CHECKS = (derived_field_mismatch,)
