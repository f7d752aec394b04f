"""Krippendorff's alpha and its interval: the figures of the libraries, from sums that read no claim twice."""

import krippendorff
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import stats

from onrecord.dataset.alpha import (
    Scale,
    alpha,
    alpha_interval,
    coincidences,
    nominal_alphas,
    nominal_sums,
    ordinal_alphas,
    value_counts,
)
from onrecord.dataset.resampling import RESAMPLES, SEED, bootstrap, expanded_tail

VALUES = ("a", "b", "c")
units = st.lists(st.lists(st.sampled_from(VALUES), min_size=2, max_size=4), min_size=2, max_size=12)


@given(units)
@settings(deadline=None)
def test_alpha_from_sums_is_alpha_of_the_library(labels: list[list[str]]) -> None:
    counts = value_counts(labels, VALUES)
    try:
        expected = alpha(counts)
    except ValueError:
        expected = None
    half = len(labels) // 2
    parts = [counts[:half], counts[half:]]
    sums = np.sum([nominal_sums(part) for part in parts], axis=0)
    [found] = nominal_alphas(sums[None, :])
    assert np.isnan(found) if expected is None else found == pytest.approx(expected)


@given(units)
@settings(deadline=None)
def test_ordinal_alpha_from_coincidences_is_alpha_of_the_library(labels: list[list[str]]) -> None:
    counts = value_counts(labels, VALUES)
    try:
        expected = alpha(counts, "ordinal")
    except ValueError:
        expected = None
    half = len(labels) // 2
    [found] = ordinal_alphas((coincidences(counts[:half]) + coincidences(counts[half:]))[None])
    assert np.isnan(found) if expected is None else found == pytest.approx(expected)


def test_alpha_of_many_values_is_that_of_few() -> None:
    """A field with hundreds of dates takes another way to the same number."""
    labels = [[str(number % 200), str((number + (number % 7 == 0)) % 200)] for number in range(300)]
    many = value_counts(labels, [str(value) for value in range(200)])
    expected = krippendorff.alpha(value_counts=many, level_of_measurement="nominal")
    assert alpha(many) == pytest.approx(expected)


@pytest.mark.parametrize("scale", ["nominal", "ordinal"])
def test_the_interval_from_sums_is_that_of_the_library_on_the_same_resamples(scale: Scale) -> None:
    labels = [
        ["a", "a", "b"],
        ["b", "b"],
        ["a", "c", "a"],
        ["c", "c"],
        ["b", "a"],
        ["a", "a"],
        ["b", "b"],
    ] * 4
    counts = value_counts(labels, VALUES)
    clusters = [number // 2 for number in range(len(labels))]
    units = [counts[2 * number : 2 * number + 2] for number in range(len(labels) // 2)]
    expected = bootstrap(units, lambda drawn: alpha(np.concatenate(drawn), scale))
    assert alpha_interval(counts, clusters, scale) == pytest.approx(expected)


def test_an_interval_is_that_of_scipy_on_the_same_resamples() -> None:
    values = [0.5, 1.0, 4.0, 9.5, 2.0, 3.0, 3.5]
    theirs = stats.bootstrap(
        (values,),
        np.mean,
        n_resamples=RESAMPLES,
        method="percentile",
        confidence_level=1 - 2 * expanded_tail(len(values)),
        rng=np.random.default_rng(SEED),
    ).confidence_interval
    assert bootstrap(values, lambda drawn: float(np.mean(drawn))) == pytest.approx((theirs.low, theirs.high))


def test_resamples_on_which_a_statistic_is_undefined_are_left_out() -> None:
    def share_of_two(drawn: list[int]) -> float:
        if len(set(drawn)) == 1:
            raise ValueError("all are the same")
        return sum(drawn) / len(drawn)

    assert bootstrap([0, 1], share_of_two) == (0.5, 0.5)


def test_a_statistic_that_no_resample_defines_has_no_interval() -> None:
    def never(drawn: list[int]) -> float:
        raise ValueError(f"not defined on {drawn}")

    with pytest.raises(ValueError, match="the statistic is defined on no resample"):
        bootstrap([0, 1], never)
