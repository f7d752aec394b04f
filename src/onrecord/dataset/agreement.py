"""How far annotators agree on labels: raw agreement, alpha with its interval, and which labels they confuse.

Krippendorff's alpha is for `alpha`. Who is compared with whom is decided in `agreement_report`, by the page,
and by docs/agreement.md.
"""

from collections import Counter
from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Any, Literal

from onrecord.dataset.alpha import Scale, alpha, alpha_interval, value_counts
from onrecord.dataset.resampling import MIN_DOCUMENTS
from onrecord.model.annotations import annotated_fields, has_labelled, label_of, shown
from onrecord.model.tables import label_names

Row = Mapping[str, Any]

INTERVAL_UP_TO = 20_000
"""Claims above which no interval is computed: every resample reads all of them, which would take minutes."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the annotators agree on one label."""

    field: str
    scale: Scale
    claims: int
    """Claims that at least two annotators have labelled; against gold, the labels that have a gold label."""
    unanimous: int
    """Those of them to which all gave the same label."""
    pairs: float
    """Share of the pairs of annotators that gave a claim the same label."""
    alpha: float | None
    """Krippendorff's alpha, with what was not asked or not decided as missing; None if it is not defined."""
    interval: tuple[float, float] | None
    """95 % percentile interval of alpha over resampled clusters; None if there is none."""
    resampled: Literal["documents", "paragraphs"]
    clusters: int
    """Number of the documents or paragraphs that the claims belong to."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a claim is: claims of one paragraph, and those of one document, are not independent."""

    document: str
    paragraph: Hashable


@dataclass(frozen=True, slots=True)
class Labels:
    """The labels that are compared with each other: of one claim, in the order of the annotators."""

    given: Sequence[Any]
    place: Place


def agreements(claims: Iterable[Row], segments: Iterable[Row], annotations: Iterable[Row]) -> list[Agreement]:
    """The agreement on each field that two annotators labelled in some claim, in the order of the schema.

    A list of labels counts as one label.
    """
    place_of = places(claims, segments)
    by_claim = labels_by_claim(annotations)
    found = []
    for field in annotated_fields():
        labels = [Labels(labels_of(rows, field), place_of[claim_id]) for claim_id, rows in by_claim.items()]
        if measured := measure(field, labels):
            found.append(measured)
    return found


def places(claims: Iterable[Row], segments: Iterable[Row]) -> dict[str, Place]:
    """The place of each claim."""
    paragraph_of = {row["segment_id"]: Place(row["document_id"], row["paragraph"]) for row in segments}
    return {row["claim_id"]: paragraph_of[row["segment_id"]] for row in claims}


def measure(field: str, labels: Iterable[Labels], scale: Scale = "nominal") -> Agreement | None:
    """The agreement on a field; None if no claim has two labels.

    Documents are resampled for the interval if there are at least MIN_DOCUMENTS, else paragraphs.
    """
    shared = [one for one in labels if len(one.given) > 1]
    if not shared:
        return None
    given = [one.given for one in shared]
    documents = [one.place.document for one in shared]
    is_by_document = len(set(documents)) >= MIN_DOCUMENTS
    clusters: list[Hashable] = [*documents] if is_by_document else [one.place for one in shared]
    counts = value_counts(given, domain(field, given))
    try:
        found: float | None = alpha(counts, scale)
    except ValueError:
        found = None
    interval = None
    if found is not None and len(set(clusters)) > 1 and unanimous(given) == len(shared):
        # No resample has a disagreement.
        interval = (1.0, 1.0)
    elif found is not None and len(set(clusters)) > 1 and len(shared) <= INTERVAL_UP_TO:
        interval = alpha_interval(counts, clusters, scale)
    return Agreement(
        field,
        scale,
        len(shared),
        unanimous(given),
        pairwise(given),
        found,
        interval,
        "documents" if is_by_document else "paragraphs",
        len(set(clusters)),
    )


def confusions(labels: Iterable[Sequence[Any]], *, is_ordered: bool = False) -> Counter[tuple[Any, Any]]:
    """How often two annotators gave two different labels to a claim.

    The two labels of a pair come in the order in which they are shown, or, with `is_ordered`, in that of the
    annotators.
    """
    found: Counter[tuple[Any, Any]] = Counter()
    for given in labels:
        for one, other in combinations(given, 2):
            if one != other:
                pair = (one, other) if is_ordered else tuple(sorted((one, other), key=shown))
                found[pair[0], pair[1]] += 1
    # The most frequent first, then by name.
    return Counter(dict(sorted(found.items(), key=lambda row: (-row[1], *map(shown, row[0])))))


def labels_by_claim(annotations: Iterable[Row]) -> dict[str, list[Row]]:
    """The rows of all annotators for each claim, in the order of the annotators."""
    found: dict[str, list[Row]] = {}
    for row in sorted(annotations, key=lambda row: str(row["annotator_id"])):
        found.setdefault(row["claim_id"], []).append(row)
    return found


def labels_of(rows: Iterable[Row], field: str) -> list[Any]:
    """The labels that annotators gave to a field of a claim; those who were not asked are left out."""
    return [label_of(row, field) for row in rows if has_labelled(row, field)]


def pairwise(labels: Sequence[Sequence[object]]) -> float:
    """Share of the pairs of annotators that gave a claim the same label; `labels` has one list per claim."""
    pairs = [one == other for given in labels for one, other in combinations(given, 2)]
    return sum(pairs) / len(pairs)


def unanimous(labels: Sequence[Sequence[object]]) -> int:
    """Number of claims to which all annotators gave the same label."""
    return sum(len(set(given)) == 1 for given in labels)


def domain(field: str, labels: Iterable[Sequence[Any]]) -> list[Any]:
    """The labels of a field in the order of their scale, or as they are given where they have none."""
    if field == "verifiability":
        return list(reversed(label_names("verifiability")))
    if field in ("layer", "kind", "mode", "setting"):
        return list(label_names(field))
    return sorted({label for given in labels for label in given if label is not None}, key=str)
