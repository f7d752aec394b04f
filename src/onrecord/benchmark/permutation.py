"""Two systems' counts exchanged paragraph by paragraph, for sets with very many paragraphs.

Owns the draws of the permutation test where SciPy, which draws paragraph by paragraph, would take hours; its
p-value is worked out as SciPy's is. `compare` says which of the two is asked.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING

import numpy as np

from onrecord.benchmark.bootstrap import COMMON, batch_size
from onrecord.benchmark.metrics import Metric

if TYPE_CHECKING:
    from onrecord.benchmark.metrics import Sums

_TOLERANCE = 100 * np.finfo(np.float64).eps
"""Differences that are this close, relative to the observed one, are the same; as in SciPy."""


def p_value(metric: Metric, one: "Sums", other: "Sums", *, resamples: int, seed: int) -> float:
    """Two-sided; `one` and `other` have a row of counts a paragraph, shape (paragraphs, columns)."""
    observed = float(_difference(metric, one.sum(axis=0), other.sum(axis=0)))
    every = one.sum(axis=0) + other.sum(axis=0)
    batches = _exchanged_sums(one, other, resamples, np.random.default_rng(seed))
    drawn = np.concatenate([_difference(metric, first, every - first) for first in batches])
    slack = abs(_TOLERANCE * observed)
    tails = [(drawn <= observed + slack).sum(), (drawn >= observed - slack).sum()]
    # The observed exchange is one of them (Phipson & Smyth 2010).
    return float(min(1.0, 2 * (min(tails) + 1) / (resamples + 1)))


def _difference(metric: Metric, first: "Sums", second: "Sums") -> "Sums":
    difference: Sums = np.nan_to_num(metric.evaluate(first)) - np.nan_to_num(metric.evaluate(second))
    return difference


def _exchanged_sums(one: "Sums", other: "Sums", resamples: int, rng: np.random.Generator) -> Iterator["Sums"]:
    """The first system's sums after each exchange, in batches of shape (resamples in it, columns).

    Each paragraph is exchanged or not, as a coin falls. Of paragraphs that are alike in both systems' counts
    it only matters how many are, which is binomial.
    """
    width = one.shape[1]
    rows, counts = np.unique(np.concatenate([one, other], axis=1), axis=0, return_counts=True)
    change = rows[:, width:] - rows[:, :width]
    is_common = counts >= COMMON
    common, times = change[is_common], counts[is_common]
    rare = np.repeat(change[~is_common], counts[~is_common], axis=0)
    start = one.sum(axis=0)
    size = batch_size(np.empty((len(common) + len(rare), 1)))
    for done in range(0, resamples, size):
        number = min(size, resamples - done)
        sums: Sums = start + rng.binomial(times, 0.5, (number, len(times))).astype(float) @ common
        if len(rare):
            coins = np.unpackbits(
                np.frombuffer(rng.bytes(number * -(-len(rare) // 8)), np.uint8).reshape(number, -1), axis=1
            )
            sums += coins[:, : len(rare)].astype(float) @ rare
        yield sums
