"""The smallest difference between two systems that a set of items can show.

Computed from the exact power of McNemar's test (McNemar 1947; exact form: two-sided binomial test of the
items that only one of the two systems gets right), with SciPy's binomial distribution.
"""

from functools import lru_cache

from onrecord.extras import extra

with extra("score", "a score"):
    import numpy as np

ALPHA = 0.05
POWER = 0.8
_NEGLIGIBLE = 1e-12


@lru_cache(maxsize=1024)
def smallest_difference(
    n: int, discordant: float, *, alpha: float = ALPHA, power: float = POWER
) -> float | None:
    """The difference in accuracy that the exact test finds with the given power, or None where there is none.

    `discordant` is the share of the n items that exactly one of the two systems gets right; the difference
    cannot be larger than it. Items are taken as independent, so for claims of one document it is a best case.
    """
    with extra("score", "a score"):
        from scipy.optimize import brentq

    if n < 1 or discordant <= 0 or mcnemar_power(n, discordant, discordant, alpha=alpha) < power:
        return None
    found = brentq(lambda d: mcnemar_power(n, discordant, d, alpha=alpha) - power, 0.0, discordant, xtol=1e-6)
    return float(found)


def mcnemar_power(n: int, discordant: float, difference: float, *, alpha: float = ALPHA) -> float:
    """The probability that the exact two-sided McNemar test of n items finds the difference in accuracy."""
    with extra("score", "a score"):
        from scipy.stats import binom

    first, last = binom.ppf([_NEGLIGIBLE, 1 - _NEGLIGIBLE], n, discordant).astype(int)
    counts = np.arange(max(1, first), last + 1)
    # The largest number of losses that is still significant; -1 where 0 losses are not.
    limit = binom.ppf(alpha / 2, counts, 0.5) - 1
    limit += binom.cdf(limit + 1, counts, 0.5) <= alpha / 2
    losses = (discordant - difference) / (2 * discordant)
    rejected = binom.cdf(limit, counts, losses) + binom.sf(counts - limit - 1, counts, losses)
    return float((binom.pmf(counts, n, discordant) * np.where(limit >= 0, rejected, 0.0)).sum())
