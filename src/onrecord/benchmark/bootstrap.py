"""Intervals of metrics: the bootstrap over documents or paragraphs, and Wilson's interval for shares.

Claims of one document or paragraph are not independent, so whole ones are resampled: the units. `units`
chooses them, `counts` counts in them, `metrics` computes a metric from the counts.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from onrecord.benchmark.metrics import Columns, Metric
from onrecord.dataset.resampling import LEVEL, percentiles
from onrecord.extras import extra

with extra("score", "a score"):
    import numpy as np

if TYPE_CHECKING:
    from numpy import int64
    from numpy.typing import NDArray

    from onrecord.benchmark.metrics import Sums

RESAMPLES = 9_999
SEED = 0
_CELLS_PER_BATCH = 4_000_000
"""Random numbers drawn per batch of resamples: bounds memory, whatever the number of units."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Bounds of a 95 % interval and the method that gave them."""

    low: float
    high: float
    method: str


def intervals(
    units: "Sums",
    columns: Columns,
    metrics: Sequence[Metric],
    *,
    unit: str = "paragraph",
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> list[Interval]:
    """The interval of each metric; `units` has one row of counts per unit, shape (units, columns).

    `unit` is what a row is, document or paragraph. The expanded percentile method over units (Hesterberg
    2015). For a share of items the interval is the wider, at each end, of that and Wilson's (1927): the first
    allows for items of a unit being alike, the second does not shrink to nothing when all are right.
    Resamples in which a metric is undefined are left out. Bounds are finite.
    """
    if len(units) < 2:
        return [_widened(metric, units, columns, None, unit) for metric in metrics]
    drawn = resample(units, metrics, resamples=resamples, seed=seed)
    return [
        _widened(metric, units, columns, percentiles(values, len(units)), unit)
        for metric, values in zip(metrics, drawn, strict=True)
    ]


def resample(
    units: "Sums", metrics: Sequence[Metric], *, resamples: int = RESAMPLES, seed: int = SEED
) -> "Sums":
    """Each metric on each resample of the units, shape (metrics, resamples), NaN where it is undefined.

    A resample of n units draws n of them with replacement. It does not matter which are drawn, only how
    often each row of counts is, and that is multinomial. So equal rows are grouped, one draw gives the
    frequencies of the groups, and the sums are frequencies times rows. For example

        units (right, items)          groups    shares   one draw of 4   sums of this resample
        (1, 2) (2, 2) (1, 2) (0, 1)   (1, 2)    2/4      3
                                      (2, 2)    1/4      1               3 x (1, 2) + 1 x (2, 2) = (5, 8)
                                      (0, 1)    1/4      0

    A million units with labels have some hundred different rows, so their resamples cost milliseconds.
    """
    rows, sizes = group_equal_rows(units)
    rng = np.random.default_rng(seed)
    shares = sizes / len(units)
    is_used = rows.any(axis=0)
    batches = []
    for size in batch_sizes(resamples, len(rows)):
        # Column by column in memory, because metrics take whole columns; most of them count nothing.
        sums: Sums = np.zeros((size, rows.shape[1]), order="F")
        sums[:, is_used] = rng.multinomial(len(units), shares, size=size).astype(float) @ rows[:, is_used]
        batches.append(np.stack([metric.evaluate(sums) for metric in metrics]))
    return np.concatenate(batches, axis=-1)


def group_equal_rows(rows: "Sums") -> tuple["Sums", "NDArray[int64]"]:
    """The distinct rows in the order in which they first occur, and how often each does.

    `numpy.unique` along the first axis finds the same, but compares whole rows and takes ten times as long.
    """
    order = np.lexsort(rows.T)
    ordered = rows[order]
    is_first = np.ones(len(ordered), dtype=bool)
    is_first[1:] = (ordered[1:] != ordered[:-1]).any(axis=1)
    starts = np.flatnonzero(is_first)
    sizes = np.diff(np.append(starts, len(ordered)))
    # Draws then do not depend on which of two systems comes first.
    by_appearance = np.argsort(order[starts])
    return rows[order[starts][by_appearance]], sizes[by_appearance]


def batch_sizes(resamples: int, cells: int) -> Iterator[int]:
    """The numbers of resamples to draw together, when each takes so many random numbers."""
    most = max(1, _CELLS_PER_BATCH // max(1, cells))
    for start in range(0, resamples, most):
        yield min(most, resamples - start)


@lru_cache(maxsize=4096)
def wilson(right: int, items: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share, from SciPy; needs at least one item."""
    with extra("score", "a score"):
        from scipy.stats import binomtest

    found = binomtest(right, items).proportion_ci(confidence_level=LEVEL, method="wilson")
    return float(found.low), float(found.high)


def _widened(
    metric: Metric, units: "Sums", columns: Columns, bounds: tuple[float, float] | None, unit: str
) -> Interval:
    low, high, methods = np.inf, -np.inf, []
    if bounds is not None:
        low, high = bounds
        methods = [f"expanded-percentile/{unit}"]
    if metric.shares:
        right, items = (float(units[:, columns.at(name)].sum()) for name in metric.shares)
        if items:
            bottom, top = wilson(round(right), round(items))
            low, high = min(low, bottom), max(high, top)
            methods.insert(0, "wilson")
    if not methods:
        # With one unit, or none that defines the metric, any value is possible.
        return Interval(metric.lowest, metric.highest, "unknown/whole-range")
    return Interval(low, high, "+".join(methods))
