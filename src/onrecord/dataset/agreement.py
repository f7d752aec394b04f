"""How far annotators agree: Krippendorff's alpha, raw agreement, an interval, and which labels they confuse.

Alpha comes from the package krippendorff and resampling from SciPy; both are imported when they are needed.
Who is compared with whom is decided in `agreement_report`, by the page, and by docs/agreement.md.
"""

from collections import Counter
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from onrecord.extras import extra
from onrecord.model.annotations import annotated_fields, has_labelled, label_of, shown
from onrecord.model.tables import label_names

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Counts = NDArray[np.int64]

Scale = Literal["nominal", "ordinal"]
Row = Mapping[str, Any]
Unit = TypeVar("Unit")

RESAMPLES = 1_999
SEED = 20240214
INTERVAL_UP_TO = 20_000
"""Claims above which no interval is computed: every resample reads all of them, which would take minutes."""
FEWEST_DOCUMENTS = 10
"""Documents from which documents are resampled, and not paragraphs."""
_MOST_CELLS = 1_000_000
"""Claims times values squared above which the package krippendorff would take hundreds of megabytes."""
_LEVEL = 0.95
_UNDEFINED = -1e9
"""Stands for 'not defined on this resample' inside SciPy, which warns of NaN."""


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

    Documents are resampled for the interval if there are at least FEWEST_DOCUMENTS, else paragraphs.
    """
    shared = [one for one in labels if len(one.given) > 1]
    if not shared:
        return None
    given = [one.given for one in shared]
    documents = [one.place.document for one in shared]
    is_by_document = len(set(documents)) >= FEWEST_DOCUMENTS
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


def value_counts(labels: Sequence[Sequence[Any]], values: Sequence[Any]) -> "Counts":
    """How many annotators gave each value to each claim: shape (claims, values)."""
    with extra("score", "agreement"):
        import numpy as np

    return np.array([[given.count(value) for value in values] for given in map(list, labels)], dtype=np.int64)


def alpha(counts: "Counts", scale: Scale = "nominal") -> float:
    """Krippendorff's alpha (2011) of counts of shape (claims, values).

    Raises ValueError if it is not defined: no claim has two labels, or all labels are the same.
    """
    with extra("score", "agreement"):
        import krippendorff

    # The package divides by zero if all values are the same.
    if (counts[counts.sum(axis=1) > 1] > 0).any(axis=0).sum() < 2:
        raise ValueError("alpha is not defined if all labels are the same")
    claims, values = counts.shape
    if scale == "nominal" and claims * values**2 > _MOST_CELLS:
        return float(nominal_alphas(_nominal_sums(counts)[None, :])[0])
    return float(krippendorff.alpha(value_counts=counts, level_of_measurement=scale))


def alpha_interval(
    counts: "Counts", clusters: Sequence[Hashable], scale: Scale = "nominal"
) -> tuple[float, float]:
    """The interval of `alpha` over resampled clusters; `clusters` names that of each claim."""
    with extra("score", "agreement"):
        import numpy as np

    rows_of: dict[Hashable, list[int]] = {}
    for index, cluster in enumerate(clusters):
        rows_of.setdefault(cluster, []).append(index)
    units = [counts[rows] for rows in rows_of.values()]
    # Alpha of a resample follows from sums over its clusters, so no claim is read twice.
    if scale == "nominal":
        sums = np.array([_nominal_sums(unit) for unit in units])
        found = nominal_alphas(_weights(len(units)) @ sums)
    else:
        pairs = np.array([_coincidences(unit) for unit in units])
        found = ordinal_alphas(np.tensordot(_weights(len(units)), pairs, axes=1))
    return _percentiles(found[~np.isnan(found)])


def _nominal_sums(counts: "Counts") -> "NDArray[np.float64]":
    """What nominal alpha depends on, as sums over claims: the disagreement, then the number of each value."""
    with extra("score", "agreement"):
        import numpy as np

    pairable = counts[counts.sum(axis=1) > 1]
    given = pairable.sum(axis=1, keepdims=True)
    disagreement = (pairable * (given - pairable) / np.maximum(given - 1, 1)).sum()
    return np.concatenate([[disagreement], pairable.sum(axis=0)])


def nominal_alphas(sums: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Nominal alpha of each row of sums, without reading claims again: the same as that of `alpha`.

    A row is the disagreement and the number of each value. NaN where alpha is not defined.
    """
    with extra("score", "agreement"):
        import numpy as np

    observed, values = sums[:, 0], sums[:, 1:]
    total = values.sum(axis=1)
    expected = (values * (total[:, None] - values)).sum(axis=1)
    is_defined = expected > 0
    return np.where(is_defined, 1 - (total - 1) * observed / np.where(is_defined, expected, 1), np.nan)


def _coincidences(counts: "Counts") -> "NDArray[np.float64]":
    """How often a value was given next to another one by two annotators of a claim: shape (values, values).

    The coincidence matrix of Krippendorff (2011), a sum over claims.
    """
    with extra("score", "agreement"):
        import numpy as np

    pairable = counts[counts.sum(axis=1) > 1].astype(float)
    given = pairable.sum(axis=1)
    shares = pairable / np.maximum(given - 1, 1)[:, None]
    found: NDArray[np.float64] = pairable.T @ shares - np.diag(shares.sum(axis=0))
    return found


def ordinal_alphas(coincidences: "NDArray[np.float64]") -> "NDArray[np.float64]":
    """Ordinal alpha of each coincidence matrix, shape (matrices, values, values), as `alpha` has it.

    The values are in the order of the scale. NaN where alpha is not defined.
    """
    with extra("score", "agreement"):
        import numpy as np

    number = coincidences.sum(axis=2)
    total = number.sum(axis=1)
    # The distance of two values: the labels from one to the other, both by half.
    middle = number.cumsum(axis=1) - number / 2
    distance = (middle[:, :, None] - middle[:, None, :]) ** 2
    observed = (coincidences * distance).sum(axis=(1, 2))
    expected = (number[:, :, None] * number[:, None, :] * distance).sum(axis=(1, 2))
    is_defined = expected > 0
    return np.where(is_defined, 1 - (total - 1) * observed / np.where(is_defined, expected, 1), np.nan)


@lru_cache(maxsize=2)
def _weights(count: int) -> "NDArray[np.float64]":
    """How often each resample of `bootstrap` draws each of `count` units, shape (RESAMPLES, count).

    They depend on the number of units only, and hundreds of comparisons share it.
    """
    with extra("score", "agreement"):
        import numpy as np

    drawn = np.random.default_rng(SEED).integers(0, count, (RESAMPLES, count))
    drawn += np.arange(RESAMPLES)[:, None] * count
    return np.bincount(drawn.ravel(), minlength=RESAMPLES * count).reshape(RESAMPLES, count).astype(float)


def _percentiles(values: "NDArray[np.float64]") -> tuple[float, float]:
    with extra("score", "agreement"):
        import numpy as np

    tail = (1 - _LEVEL) / 2
    low, high = np.quantile(values, [tail, 1 - tail])
    return float(low), float(high)


def bootstrap(units: Sequence[Unit], statistic: Callable[[list[Unit]], float]) -> tuple[float, float]:
    """Percentile interval over resampled clusters, because claims of one paragraph are not independent.

    Resamples on which the statistic raises ValueError are left out. Needs at least two units.
    """
    with extra("score", "agreement"):
        import numpy as np
        from scipy import stats

    def on_drawn(drawn: "Counts") -> float:
        try:
            return statistic([units[index] for index in drawn])
        except ValueError:
            return _UNDEFINED

    found = stats.bootstrap(
        (np.arange(len(units)),),
        on_drawn,
        n_resamples=RESAMPLES,
        vectorized=False,
        method="percentile",
        rng=np.random.default_rng(SEED),
    ).bootstrap_distribution
    return _percentiles(found[found != _UNDEFINED])
