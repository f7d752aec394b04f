"""Resamples of whole clusters, because claims of one paragraph or document are not independent.

What is computed on a resample is for the caller. The scorer draws its own resamples, in
`benchmark.bootstrap`; the bounds of an interval come from here for it as well.
"""

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from onrecord.extras import extra

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

Unit = TypeVar("Unit")

RESAMPLES = 1_999
SEED = 20240214
LEVEL = 0.95
MIN_DOCUMENTS = 10
"""From this number of documents on, documents are the unit of resampling, below it paragraphs."""


def percentiles(values: "NDArray[np.float64]", units: int) -> tuple[float, float] | None:
    """The bounds of the 95 % interval from values on resamples, NaN left out; None where all are NaN."""
    with extra("score", "an interval"):
        import numpy as np

    defined = values[~np.isnan(values)]
    if not len(defined):
        return None
    tail = expanded_tail(units)
    low, high = np.quantile(defined, [tail, 1 - tail])
    return float(low), float(high)


@lru_cache(maxsize=1024)
def expanded_tail(units: int) -> float:
    """The share of resamples beyond each bound of a 95 % interval over at least two units.

    Resamples of n units vary less than samples do, by sqrt((n - 1) / n), and the middle 95 % of them ignore
    that the spread itself is estimated. The expanded percentile interval allows for both: the tail is that of
    a normal distribution beyond sqrt(n / (n - 1)) times the quantile of Student's t (Hesterberg 2015). Of 12
    units it is 0.011, of 1,000 it is 0.025.
    """
    with extra("score", "an interval"):
        from scipy.stats import norm, t

    reach = t.ppf(1 - (1 - LEVEL) / 2, units - 1) * (units / (units - 1)) ** 0.5
    return float(norm.cdf(-reach))


def bootstrap(units: Sequence[Unit], statistic: Callable[[list[Unit]], float]) -> tuple[float, float]:
    """Expanded percentile interval of a statistic over resampled units, of which it needs at least two.

    Resamples on which the statistic raises ValueError are left out. Raises ValueError if it does on all.
    """
    with extra("score", "an interval"):
        import numpy as np

    def on_drawn(indexes: "NDArray[np.int64]") -> float:
        try:
            return statistic([units[index] for index in indexes])
        except ValueError:
            return np.nan

    found = percentiles(np.array([on_drawn(indexes) for indexes in _draws(len(units))]), len(units))
    if found is None:
        raise ValueError("the statistic is defined on no resample")
    return found


@lru_cache(maxsize=2)
def weights(count: int) -> "NDArray[np.float64]":
    """How often each resample of `bootstrap` draws each of `count` units, shape (RESAMPLES, count).

    They depend on the number of units only, and hundreds of comparisons share it.
    """
    with extra("score", "an interval"):
        import numpy as np

    drawn = _draws(count) + np.arange(RESAMPLES)[:, None] * count
    return np.bincount(drawn.ravel(), minlength=RESAMPLES * count).reshape(RESAMPLES, count).astype(float)


def _draws(count: int) -> "NDArray[np.int64]":
    """The units of each resample by their indexes, drawn with replacement: shape (RESAMPLES, count)."""
    with extra("score", "an interval"):
        import numpy as np

    return np.random.default_rng(SEED).integers(0, count, (RESAMPLES, count))
