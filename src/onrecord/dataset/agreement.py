"""How far the annotators of built tables agree: Krippendorff's alpha, raw agreement, and an interval.

Works for any folder of tables. Alpha comes from the package krippendorff and resampling from SciPy; both are
imported when they are needed. The pages decide which of the figures they show.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from onrecord.model.annotations import annotated_fields, has_labelled, label_of
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
INTERVAL_UP_TO = 1_000
"""Claims above which no interval is computed: every resample reads all of them, which would take minutes."""
_LEVEL = 0.95
_UNDEFINED = -1e9
"""Stands for 'not defined on this resample' inside SciPy, which warns of NaN."""


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far the annotators agree on one label."""

    field: str
    claims: int
    """Claims of which at least two annotators have labelled the field."""
    unanimous: int
    """Those of them to which all annotators gave the same label."""
    pairs: float
    """Share of the pairs of annotators that gave a claim the same label."""
    alpha: float | None
    """Krippendorff's alpha, nominal, with what was not asked as missing; None if it is not defined."""
    interval: tuple[float, float] | None
    """95 % percentile interval of alpha over paragraphs; None if there is none."""


def agreements(claims: Iterable[Row], segments: Iterable[Row], annotations: Iterable[Row]) -> list[Agreement]:
    """The agreement on each field that two annotators have labelled in some claim, in the order of the schema.

    A list of labels counts as one label.
    """
    paragraph_of = {row["segment_id"]: (row["document_id"], row["paragraph"]) for row in segments}
    place_of = {row["claim_id"]: paragraph_of[row["segment_id"]] for row in claims}
    by_claim = labels_by_claim(annotations)
    found = []
    for field in annotated_fields():
        labels = {claim_id: labels_of(rows, field) for claim_id, rows in by_claim.items()}
        shared = {claim_id: given for claim_id, given in labels.items() if len(given) > 1}
        if shared:
            found.append(_agreement(field, list(shared.values()), [place_of[c] for c in shared]))
    return found


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
    import numpy as np

    return np.array([[given.count(value) for value in values] for given in map(list, labels)], dtype=np.int64)


def alpha(counts: "Counts", scale: Scale = "nominal") -> float:
    """Krippendorff's alpha (2011) of counts of shape (claims, values).

    Raises ValueError if it is not defined: no claim has two labels, or all labels are the same.
    """
    import krippendorff

    # The package divides by zero if all values are the same.
    if (counts[counts.sum(axis=1) > 1] > 0).any(axis=0).sum() < 2:
        raise ValueError("alpha is not defined if all labels are the same")
    return float(krippendorff.alpha(value_counts=counts, level_of_measurement=scale))


def alpha_interval(
    counts: "Counts", places: Sequence[object], scale: Scale = "nominal"
) -> tuple[float, float]:
    """The interval of `alpha` over resampled paragraphs; `places` names the paragraph of each claim."""
    import numpy as np

    rows_of: dict[object, list[int]] = {}
    for index, place in enumerate(places):
        rows_of.setdefault(place, []).append(index)
    units = [counts[rows] for rows in rows_of.values()]
    return bootstrap(units, lambda drawn: alpha(np.concatenate(drawn), scale))


def bootstrap(units: Sequence[Unit], statistic: Callable[[list[Unit]], float]) -> tuple[float, float]:
    """Percentile interval over resampled paragraphs, because claims of one paragraph are not independent.

    Resamples on which the statistic raises ValueError are left out. Needs at least two units.
    """
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
    tail = (1 - _LEVEL) / 2
    low, high = np.quantile(found[found != _UNDEFINED], [tail, 1 - tail])
    return float(low), float(high)


def _agreement(field: str, labels: list[list[Any]], places: Sequence[object]) -> Agreement:
    counts = value_counts(labels, domain(field, labels))
    try:
        found: float | None = alpha(counts)
    except ValueError:
        found = None
    interval = None
    if found is not None and len(set(places)) > 1 and len(labels) <= INTERVAL_UP_TO:
        interval = alpha_interval(counts, places)
    return Agreement(field, len(labels), unanimous(labels), pairwise(labels), found, interval)
