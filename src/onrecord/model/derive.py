"""From authored records to built rows: the fields that are marked readOnly in the schemas.

Owns each derived field's definition. Reads no files and checks nothing: `validate` has been there before.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from onrecord.model import edtf
from onrecord.model.tables import load_schema

Record = Mapping[str, Any]
Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class DocumentRecords:
    """The authored records of one document, each table in its authored order."""

    document: Record
    segments: Sequence[Record]
    claims: Sequence[Record]
    relations: Sequence[Record]
    annotations: Sequence[Record]


def speaker_row(speaker: Record) -> Row:
    """The built row of a speaker."""
    return _in_order("speakers", speaker, {})


def document_rows(records: DocumentRecords, speaker_names: Mapping[str, str]) -> Iterator[tuple[str, Row]]:
    """Each built row of a document with its table; `speaker_names` maps a speaker's id to its name."""
    yield "documents", _in_order("documents", records.document, {})
    anchored = anchored_segments(records.claims)
    for segment in records.segments:
        yield "segments", _in_order("segments", segment, {"has_claims": segment["segment_id"] in anchored})
    labels = verifiability_labels(records.annotations)
    for claim in records.claims:
        derived = {
            "speaker": speaker_names[claim["speaker_id"]],
            **time_bounds(claim),
            "agreement": agreement(claim["verifiability"], labels[claim["claim_id"]]),
        }
        yield "claims", _in_order("claims", claim, derived)
    for relation in records.relations:
        yield "relations", _in_order("relations", relation, {})
    for annotation in records.annotations:
        yield "annotations", _in_order("annotations", annotation, {})


def anchored_segments(claims: Iterable[Record]) -> set[str]:
    """The ids of the segments that some claim is anchored in."""
    return {anchor["segment_id"] for claim in claims for anchor in claim["anchors"]}


def agreement(adjudicated: str, labels: Sequence[str]) -> float | None:
    """Share of the annotators' labels that equal the adjudicated one; None where nobody has annotated."""
    return labels.count(adjudicated) / len(labels) if labels else None


def time_bounds(claim: Record) -> Row:
    """First and last day of what a claim says of time, as ISO dates; None is an open end."""
    stated = edtf.bounds(claim["stated_on"])
    about = edtf.bounds(claim["about_time"])
    return {
        "stated_from": _iso(stated.lower),
        "stated_until": _iso(stated.upper),
        "about_from": _iso(about.lower),
        "about_until": _iso(about.upper),
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def verifiability_labels(annotations: Iterable[Record]) -> Mapping[str, list[str]]:
    """The labels that annotators gave to each claim; an empty list for a claim that nobody has labelled."""
    labels: dict[str, list[str]] = defaultdict(list)
    for annotation in annotations:
        labels[annotation["claim_id"]].append(annotation["verifiability"])
    return labels


def _in_order(table: str, record: Record, derived: Record) -> Row:
    values = {**record, **derived}
    return {name: values[name] for name in load_schema(table)["properties"]}
