"""Krippendorff's alpha of counts of labels, and its interval over resampled clusters.

Alpha comes from the package krippendorff, which is imported when it is needed. Which labels are counted is
for `agreement`, how clusters are drawn for `resampling`.
"""

from collections.abc import Hashable, Sequence
from typing import TYPE_CHECKING, Any, Literal

from onrecord.dataset.resampling import percentiles, weights
from onrecord.extras import extra

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Counts = NDArray[np.int64]

Scale = Literal["nominal", "ordinal"]

_MOST_CELLS = 1_000_000
"""Claims times values squared above which the package krippendorff would take hundreds of megabytes."""


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
        return float(nominal_alphas(nominal_sums(counts)[None, :])[0])
    return float(krippendorff.alpha(value_counts=counts, level_of_measurement=scale))


def alpha_interval(
    counts: "Counts", clusters: Sequence[Hashable], scale: Scale = "nominal"
) -> tuple[float, float] | None:
    """The interval of `alpha` over resampled clusters; `clusters` names that of each claim.

    Resamples on which alpha is not defined are left out; None where all are.
    """
    with extra("score", "agreement"):
        import numpy as np

    rows_of: dict[Hashable, list[int]] = {}
    for index, cluster in enumerate(clusters):
        rows_of.setdefault(cluster, []).append(index)
    units = [counts[rows] for rows in rows_of.values()]
    # Alpha of a resample follows from sums over its clusters, so no claim is read twice.
    if scale == "nominal":
        sums = np.array([nominal_sums(unit) for unit in units])
        found = nominal_alphas(weights(len(units)) @ sums)
    else:
        pairs = np.array([coincidences(unit) for unit in units])
        found = ordinal_alphas(np.tensordot(weights(len(units)), pairs, axes=1))
    return percentiles(found, len(units))


def nominal_sums(counts: "Counts") -> "NDArray[np.float64]":
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


def coincidences(counts: "Counts") -> "NDArray[np.float64]":
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
