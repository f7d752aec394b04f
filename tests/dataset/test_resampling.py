"""The bounds of an interval from resamples."""

import numpy as np
import pytest
from scipy.stats import norm, t

from onrecord.dataset.resampling import expanded_tail, percentiles


@pytest.mark.parametrize("count", [2, 3, 12, 45, 100_000])
def test_the_tail_makes_an_interval_of_resamples_as_wide_as_that_of_student(count: int) -> None:
    # Resamples of a mean vary with sqrt((n - 1) / n) times its standard error.
    reach = -norm.ppf(expanded_tail(count)) * np.sqrt((count - 1) / count)
    assert reach == pytest.approx(t.ppf(0.975, count - 1))


def test_few_units_have_a_wider_interval_than_the_middle_of_their_resamples() -> None:
    values = np.random.default_rng(0).normal(size=10_000)
    low, high = percentiles(values, 12) or (0.0, 0.0)
    assert (low, high) == pytest.approx(np.quantile(values, [expanded_tail(12), 1 - expanded_tail(12)]))
    assert low < np.quantile(values, 0.02)
    assert high > np.quantile(values, 0.98)
    assert percentiles(values, 1_000_000) == pytest.approx(np.quantile(values, [0.025, 0.975]), abs=1e-3)
