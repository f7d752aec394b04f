"""Intervals: paragraphs drawn again with SciPy, and Wilson's interval for shares of items.

Owns how uncertain a score is. Claims of one paragraph are not independent, so paragraphs are what is drawn.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from onrecord.benchmark.metrics import Columns, Metric

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from onrecord.benchmark.metrics import Sums

RESAMPLES = 9_999
SEED = 0
LEVEL = 0.95
_UNDEFINED = -1e9
"""Stands for NaN inside SciPy, which warns of a degenerate interval where it meets one."""
_CELLS_AT_ONCE = 4_000_000
"""Counts gathered in one batch of resamples: bounds memory, whatever the number of paragraphs."""
MANY = 2_000
"""Paragraphs from which on it is drawn how often each sort of them comes, and no longer which."""
_MOST_NUMBERED = 2.0**62
"""Sorts of paragraphs that can be told apart by a number."""
COMMON = 20
"""Paragraphs that count alike from which on they are a sort: then one draw for them all is cheaper."""


@dataclass(frozen=True, slots=True)
class Interval:
    """Bounds of a 95 % interval and how they were found."""

    low: float
    high: float
    method: str


def intervals(
    units: "Sums",
    columns: Columns,
    metrics: Sequence[Metric],
    *,
    resamples: int = RESAMPLES,
    seed: int = SEED,
) -> list[Interval]:
    """The interval of each metric; `units` has a row of counts a paragraph, shape (paragraphs, columns).

    The percentile method over paragraphs. For a share of items the interval is the wider, at each end, of
    that and Wilson's (1927): the first knows that items of a paragraph are alike, the second does not shrink
    to nothing when all are right. Resamples in which a metric is undefined are left out. Bounds are finite.
    """
    if len(units) < 2:
        return [_widened(metric, units, columns, None) for metric in metrics]
    drawn = resample(units, metrics, resamples=resamples, seed=seed)
    tail = (1 - LEVEL) / 2
    found = []
    for metric, values in zip(metrics, drawn, strict=True):
        defined = values[~np.isnan(values)]
        bounds = np.quantile(defined, [tail, 1 - tail]) if len(defined) else None
        found.append(_widened(metric, units, columns, bounds))
    return found


def resample(
    units: "Sums", metrics: Sequence[Metric], *, resamples: int = RESAMPLES, seed: int = SEED
) -> "Sums":
    """Each metric on each resample of the paragraphs, shape (metrics, resamples), NaN where it is undefined.

    Needs two paragraphs.
    """
    if len(units) >= MANY:
        batches = _resampled_sums(units, resamples, np.random.default_rng(seed))
        return np.concatenate([_values(metrics, sums) for sums in batches], axis=-1)
    from scipy.stats import bootstrap

    def statistic(drawn: "Sums", axis: int = -1) -> "Sums":
        values = _values(metrics, units[drawn].sum(axis=axis - 1))
        return np.where(np.isnan(values), _UNDEFINED, values)

    result = bootstrap(
        (np.arange(len(units)),),
        statistic,
        vectorized=True,
        axis=-1,
        method="percentile",
        n_resamples=resamples,
        batch=batch_size(units),
        rng=np.random.default_rng(seed),
    )
    drawn: Sums = result.bootstrap_distribution
    return np.where(drawn == _UNDEFINED, np.nan, drawn)


def _values(metrics: Sequence[Metric], sums: "Sums") -> "Sums":
    return np.stack([metric.evaluate(sums) for metric in metrics])


def _resampled_sums(units: "Sums", resamples: int, rng: np.random.Generator) -> Iterator["Sums"]:
    """The sums of each resample of many paragraphs, in batches of shape (resamples in it, columns).

    As many paragraphs are drawn as there are. How often those come that count alike is multinomial, so one
    draw stands for all of them, and the sums are a product of counts; the distribution is that of drawing
    paragraph by paragraph. Those that hardly any other counts like are drawn one by one, as one sort more.
    """
    rows, counts = _sorts(units)
    is_common = counts >= COMMON
    common, rare = rows[is_common], np.repeat(rows[~is_common], counts[~is_common], axis=0)
    shares = np.append(counts[is_common], len(rare)) / len(units)
    size = batch_size(np.empty((len(common) + len(rare), 1)))
    for start in range(0, resamples, size):
        drawn = rng.multinomial(len(units), shares, size=min(size, resamples - start))
        sums: Sums = drawn[:, :-1].astype(float) @ common
        if len(rare):
            each = [np.bincount(rng.integers(len(rare), size=n), minlength=len(rare)) for n in drawn[:, -1]]
            sums += np.array(each, dtype=float) @ rare
        yield sums


def _sorts(units: "Sums") -> tuple["Sums", "NDArray[np.int64]"]:
    """The different rows, in order, and how often each comes."""
    spans = units.max(axis=0) + 1
    if spans.prod() < _MOST_NUMBERED and (units == np.floor(units)).all():
        # Whole counts are the digits of a number, and numbers are sorted in a fraction of the time.
        numbers = np.ravel_multi_index(tuple(units.T.astype(np.int64)), tuple(spans.astype(np.int64)))
        _, first, counts = np.unique(numbers, return_index=True, return_counts=True)
        return units[first], counts
    rows, counts = np.unique(units, axis=0, return_counts=True)
    return rows, counts


def wilson(right: int, items: int) -> tuple[float, float]:
    """Wilson's 95 % interval of a share, from SciPy; needs at least one item."""
    from scipy.stats import binomtest

    found = binomtest(right, items).proportion_ci(confidence_level=LEVEL, method="wilson")
    return float(found.low), float(found.high)


def batch_size(units: "Sums") -> int:
    """How many resamples to work on at once."""
    return int(max(1, _CELLS_AT_ONCE // max(1, units.size)))


def _widened(metric: Metric, units: "Sums", columns: Columns, bounds: "Sums | None") -> Interval:
    low, high, methods = np.inf, -np.inf, []
    if bounds is not None:
        low, high = float(bounds[0]), float(bounds[1])
        methods = ["percentile/paragraph"]
    if metric.shares:
        right, items = (float(units[:, columns.at(name)].sum()) for name in metric.shares)
        if items:
            bottom, top = wilson(round(right), round(items))
            low, high = min(low, bottom), max(high, top)
            methods.insert(0, "wilson")
    if not methods:
        # One paragraph, or none that defines the metric: it can be anything.
        return Interval(metric.lowest, metric.highest, "unknown/whole-range")
    return Interval(low, high, "+".join(methods))
