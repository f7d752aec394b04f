"""Built rows: the fields that the build has worked out, worked out again as far as the tables at hand allow.

Owns the comparison; what each derived field means is in `onrecord.derive`.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from onrecord.exceptions import EdtfError
from onrecord.model.derive import agreement, anchored_segments, time_bounds, verifiability_labels
from onrecord.model.findings import quoted
from onrecord.reading.records import Located
from onrecord.rules.check import Problem, check
from onrecord.rules.document import Document


@check(
    summary="A derived field of a built row that is not what the build works out.",
    why="Readers use the derived field instead of the fields that it comes from.",
    mend="Build the table again from the records.",
)
def derived_field_mismatch(document: Document) -> Iterator[Problem]:
    for record, derived in (*_derived_of_claims(document), *_derived_of_segments(document)):
        for field, expected in derived.items():
            if record.value[field] != expected:
                message = f"{field} is {quoted(record.value[field])}, which does not follow from the records"
                yield Problem(record, message, (field,), quoted(expected))


def _derived_of_claims(document: Document) -> Iterator[tuple[Located, Mapping[str, Any]]]:
    labels = verifiability_labels(row.value for row in document.records("annotations"))
    names = {row.value["speaker_id"]: row.value["name"] for row in document.records("speakers")}
    for record in document.sound(
        "claims", "claim_id", "stated_on", "about_time", "speaker_id", "verifiability"
    ):
        if not record.is_built:
            continue
        try:
            derived = time_bounds(record.value)
        except EdtfError:
            continue
        if (name := names.get(record.value["speaker_id"])) is not None:
            derived["speaker"] = name
        if _is_whole(document, "annotations"):
            derived["agreement"] = agreement(record.value["verifiability"], labels[record.value["claim_id"]])
        yield record, derived


def _derived_of_segments(document: Document) -> Iterator[tuple[Located, Mapping[str, Any]]]:
    if not _is_whole(document, "claims"):
        return
    anchored = anchored_segments(claim.value for claim in document.records("claims"))
    for record in document.sound("segments", "segment_id"):
        if record.is_built:
            yield record, {"has_claims": record.value["segment_id"] in anchored}


def _is_whole(document: Document, table: str) -> bool:
    """Whether the table is at hand with every row of it sound."""
    if not document.trusts(table):
        return False
    rows = document.records(table)
    return len(rows) == len(document.tables[table].first_with) and not any(map(document.is_blamed, rows))


CHECKS = (derived_field_mismatch,)
