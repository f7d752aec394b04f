"""The paired permutation test: two systems' counts are exchanged unit by unit.

Returns p-values. `compare` chooses the systems, and corrects for several pairs.
"""

from collections.abc import Iterator
from itertools import product
from typing import TYPE_CHECKING

from onrecord.benchmark.bootstrap import RESAMPLES, SEED, batch_sizes, group_equal_rows
from onrecord.benchmark.metrics import Metric
from onrecord.extras import extra

with extra("score", "a score"):
    import numpy as np

if TYPE_CHECKING:
    from numpy import int64
    from numpy.typing import NDArray

    from onrecord.benchmark.metrics import Sums

_TOLERANCE = 100 * np.finfo(np.float64).eps
"""Differences that are this close, relative to the observed one, count as equal; as in SciPy."""


def p_value(
    metric: Metric, one: "Sums", other: "Sums", *, resamples: int = RESAMPLES, seed: int = SEED
) -> float:
    """The two-sided p-value; `one` and `other` have one row of counts per unit, in the same order.

    A unit is a document or a paragraph. Under the null hypothesis its counts could as well be the other
    system's. Exchanging a unit changes the first system's sums by `other - one`; units with equal changes are
    grouped, and the number of exchanges within a group is binomial. Where so few units differ that all their
    exchanges can be listed, all are, and the p-value is exact. Else it is that of Phipson & Smyth (2010).
    """
    observed = float(_difference(metric, one.sum(axis=0), other.sum(axis=0)))
    total = one.sum(axis=0) + other.sum(axis=0)
    change = other - one
    changes, sizes = group_equal_rows(change[change.any(axis=1)])
    is_exact = 2.0 ** sizes.sum() <= resamples
    batches = _all_exchanges(sizes) if is_exact else _drawn_exchanges(sizes, resamples, seed)
    values = []
    for exchanged in batches:
        first: Sums = one.sum(axis=0) + exchanged.astype(float) @ changes
        values.append(_difference(metric, first, total - first))
    drawn = np.concatenate(values)
    slack = abs(_TOLERANCE * observed)
    tails = [int((drawn <= observed + slack).sum()), int((drawn >= observed - slack).sum())]
    # Among all exchanges is the observed one, that nothing is exchanged; to drawn ones it is added.
    added = 0 if is_exact else 1
    return min(1.0, 2 * (min(tails) + added) / (len(drawn) + added))


def _difference(metric: Metric, first: "Sums", second: "Sums") -> "Sums":
    difference: Sums = np.nan_to_num(metric.evaluate(first)) - np.nan_to_num(metric.evaluate(second))
    return difference


def _all_exchanges(sizes: "NDArray[int64]") -> Iterator["NDArray[int64]"]:
    """Every exchange as the number of exchanged units per group, shape (exchanges, groups)."""
    group = np.repeat(np.arange(len(sizes)), sizes)
    choices = np.array(list(product((0, 1), repeat=len(group))), dtype=np.int64)
    choices = choices.reshape(2 ** len(group), len(group))
    yield choices @ (group[:, None] == np.arange(len(sizes)))


def _drawn_exchanges(sizes: "NDArray[int64]", resamples: int, seed: int) -> Iterator["NDArray[int64]"]:
    """The same of random exchanges, in batches."""
    rng = np.random.default_rng(seed)
    for size in batch_sizes(resamples, len(sizes)):
        yield rng.binomial(sizes, 0.5, (size, len(sizes)))
