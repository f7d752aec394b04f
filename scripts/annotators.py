"""Read the published labels and lists of the annotators, and compute how far they agree.

`scripts.agreement` lays the figures out as the tables of docs/agreement.md. The statistics of labels come
from `onrecord.dataset.agreement`, the comparison of lists of claims from the scorer.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import groupby
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from onrecord.benchmark.matching import Overlap, PlacedClaim
from onrecord.dataset import agreement
from onrecord.dataset.agreement import FIELDS, Scale, bootstrap
from onrecord.dataset.load import rows
from onrecord.model import tables as schemas
from onrecord.model.paths import home
from onrecord.reading.layouts import DocumentFolder, documents

SCALES: Mapping[str, tuple[Scale, ...]] = {
    field: ("nominal", "ordinal") if field == "verifiability" else ("nominal",) for field in FIELDS
}
OWN_FIELDS = tuple(field for field in FIELDS if field != "speaker_id")
"""The labels that can be compared between lists. Each annotator named the speakers differently."""
ORDER = ("unverifiable", "partially_verifiable", "verifiable")
"""The labels of verifiability as a scale, for the ordinal alpha."""

Counts = NDArray[np.int64]
Labelling = Mapping[str, Mapping[str, Any]]
"""The labels of one annotator: claim id to row."""


def alpha(field: str, scale: Scale) -> float:
    """Krippendorff's alpha of a label over all claims (Krippendorff 2011); null is a missing value."""
    return agreement.alpha(_value_counts(field), scale)


def alpha_interval(field: str, scale: Scale) -> tuple[float, float]:
    """The interval of `alpha`."""
    places = _paragraphs_of(labels_of(field)).tolist()
    return agreement.alpha_interval(_value_counts(field), places, scale)


def pairwise_agreement(field: str) -> float:
    """Share of the pairs of annotators that gave a claim the same label; null counts as a label."""
    return agreement.pairwise(list(labels_of(field).values()))


def unanimous(field: str) -> int:
    """Number of claims to which all annotators gave the same label."""
    return agreement.unanimous(list(labels_of(field).values()))


def _value_counts(field: str) -> Counts:
    """How many annotators gave each label to each claim: shape (claims, labels)."""
    values = [value for value in domain(field) if value is not None]
    return agreement.value_counts(list(labels_of(field).values()), values)


def overlap_interval(sums: Sequence[Overlap], score: Callable[[Overlap], float]) -> tuple[float, float]:
    """The interval of a score of the matching of two lists, given its sums per paragraph."""
    return bootstrap(sums, lambda sample: score(total(sample)))


def domain(field: str) -> list[Any]:
    """The labels of a field in the order in which they are shown, including those that nobody gave."""
    if field == "verifiability":
        return list(ORDER)
    if field == "kind":
        return list(schemas.label_names("kind"))
    return sorted({label for labels in labels_of(field).values() for label in labels}, key=str)


@cache
def labellings() -> dict[str, Labelling]:
    """The labels of each annotator."""
    by_annotator = groupby(rows("annotations"), key=lambda row: str(row["annotator_id"]))
    return {name: {row["claim_id"]: row for row in own} for name, own in by_annotator}


@cache
def labels_of(field: str) -> dict[str, list[Any]]:
    """The labels of all annotators for each claim, in the order of the annotators."""
    sides = labellings().values()
    return {c["claim_id"]: [own[c["claim_id"]][field] for own in sides] for c in rows("claims")}


@cache
def _paragraphs() -> dict[str, int]:
    return {segment["segment_id"]: segment["paragraph"] for segment in rows("segments")}


def _paragraphs_of(claim_ids: Iterable[str]) -> Counts:
    paragraphs = _paragraphs()
    where = {claim["claim_id"]: paragraphs[claim["segment_id"]] for claim in rows("claims")}
    return np.array([where[claim_id] for claim_id in claim_ids])


def found_by_paragraph(own: Labelling) -> list[NDArray[np.bool_]]:
    """Whether an annotator's own list had each claim: one array per paragraph."""
    places, found = _paragraphs_of(own), np.array([row["found"] for row in own.values()])
    return [found[places == paragraph] for paragraph in np.unique(places)]


def share(sample: list[NDArray[np.bool_]]) -> float:
    """The share of true values in all arrays."""
    return float(np.concatenate(sample).mean())


def folders() -> list[DocumentFolder]:
    """The folders of all documents."""
    return documents(home() / "records")


@cache
def extractions() -> dict[str, list[dict[str, Any]]]:
    """The list of claims that each annotator made alone."""
    return {
        file.stem: list(read_lines(file))
        for folder in folders()
        for file in sorted((folder.path / "annotations" / "raw" / "extraction").glob("*.jsonl"))
    }


def labels_while_extracting() -> dict[str, dict[str, dict[str, Any]]]:
    """For each annotator and claim of the final list: the row of the annotator's own list that became it.

    Where several rows became one claim, the first one counts.
    """
    lists = {name: {row["number"]: row for row in own} for name, own in extractions().items()}
    said: dict[str, dict[str, dict[str, Any]]] = {name: {} for name in lists}
    for folder in folders():
        for match in read_lines(folder.path / "annotations" / "raw" / "extraction_matches.jsonl"):
            if match["claim_id"] is not None:
                name = match["annotator_id"]
                said[name].setdefault(match["claim_id"], lists[name][match["number"]])
    return said


def placed(claim_id: str | int, segment_id: str, text: str) -> PlacedClaim:
    """A claim with the paragraph of its segment, as the matching expects it."""
    return PlacedClaim(claim_id, _paragraphs()[segment_id], text)


def total(sums: Iterable[Overlap]) -> Overlap:
    """The sum over all paragraphs."""
    return sum(sums, Overlap(0, 0, 0.0, 0))


def read_lines(file: Path) -> Iterator[dict[str, Any]]:
    """The records of a JSONL file."""
    with file.open(encoding="utf-8") as lines:
        for line in lines:
            yield json.loads(line)
