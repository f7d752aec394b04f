"""From authored records to built rows: the definition of each field that is marked readOnly in the schemas.

Reads no files and checks nothing, because the records were validated before.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from onrecord.model import edtf
from onrecord.model.annotations import annotated_fields, labelled_fields, undecided_fields

Record = Mapping[str, Any]
Row = dict[str, Any]


def add_derived(
    tables: Mapping[str, Sequence[Row]], speaker_names: Mapping[str, str], text: str | None = None
) -> None:
    """Make the authored records of one document built rows: add what the build derives, in place.

    `speaker_names` maps a speaker's id to the name. `text` is the document's text where it is included.
    """
    claims = tables.get("claims", ())
    labels = verifiability_labels(tables.get("annotations", ()))
    for claim in claims:
        claim["speaker"] = speaker_names[claim["speaker_id"]]
        claim["agreement"] = agreement(claim["verifiability"], labels[claim["claim_id"]])
        claim.update(time_bounds(claim))
    anchored = anchored_segments(claims)
    for segment in tables.get("segments", ()):
        segment["has_claims"] = segment["segment_id"] in anchored
        segment["text"] = text[segment["start"] : segment["end"]] if text is not None else None
    for annotation in tables.get("annotations", ()):
        annotation["labelled"] = labelled_fields(annotation)
        for name in annotated_fields():
            annotation.setdefault(name, None)
        # A column of Parquet holds doubles, and objects that all have the same keys.
        seconds, undecided = annotation.get("seconds"), undecided_fields(annotation)
        annotation["seconds"] = None if seconds is None else float(seconds)
        annotation["undecided"] = {**dict.fromkeys(annotated_fields()), **undecided} if undecided else None


def anchored_segments(claims: Iterable[Record]) -> set[str]:
    """The ids of the segments that some claim is anchored in."""
    return {anchor["segment_id"] for claim in claims for anchor in claim["anchors"]}


def agreement(adjudicated: str, labels: Sequence[str]) -> float | None:
    """Share of the annotators' labels that equal the adjudicated one; None without annotations."""
    return labels.count(adjudicated) / len(labels) if labels else None


def time_bounds(claim: Record) -> Row:
    """First and last day of a claim's `stated_on` and `about_time`, as ISO dates; None is an open end."""
    stated_from, stated_until = edtf.iso_bounds(claim["stated_on"])
    about_from, about_until = edtf.iso_bounds(claim["about_time"])
    return {
        "stated_from": stated_from,
        "stated_until": stated_until,
        "about_from": about_from,
        "about_until": about_until,
    }


def verifiability_labels(annotations: Iterable[Record]) -> Mapping[str, list[str]]:
    """The labels that annotators gave to each claim; an empty list for a claim that nobody labelled."""
    labels: dict[str, list[str]] = defaultdict(list)
    for annotation in annotations:
        if (label := annotation.get("verifiability")) is not None:
            labels[annotation["claim_id"]].append(label)
    return labels
