"""Intervals and power: against other libraries, published values and enumeration."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import bootstrap, ks_2samp
from statsmodels.stats.proportion import proportion_confint

from onrecord.benchmark.bootstrap import (
    group_equal_rows,
    intervals,
    resample,
    wilson,
)
from onrecord.benchmark.metrics import Metric, label_columns, label_metrics
from onrecord.benchmark.power import mcnemar_power, smallest_difference
from onrecord.benchmark.tasks import find_task, items

COLUMNS = label_columns(["a", "b"])
METRICS = {metric.name: metric for metric in label_metrics(COLUMNS)}


def units(paragraphs: int, *, seed: int = 0) -> "np.typing.NDArray[np.float64]":
    """Counts of random answers to four items per paragraph."""
    rng = np.random.default_rng(seed)
    counts = np.zeros((paragraphs, len(COLUMNS.names)))
    right = rng.binomial(4, 0.7, paragraphs)
    counts[:, COLUMNS.at("items")] = 4
    counts[:, COLUMNS.at("answered")] = 4
    counts[:, COLUMNS.at("all_right")] = counts[:, COLUMNS.at("right:a")] = right
    counts[:, COLUMNS.at("gold:a")] = 4
    counts[:, COLUMNS.at("predicted:a")] = right
    counts[:, COLUMNS.at("predicted:b")] = 4 - right
    return counts


@pytest.mark.parametrize(("right", "items"), [(0, 5), (5, 5), (72, 90), (1, 1)])
def test_wilson_is_that_of_statsmodels(right: int, items: int) -> None:
    theirs = proportion_confint(right, items, method="wilson")
    assert wilson(right, items) == pytest.approx(theirs, abs=1e-9)


def test_a_resample_draws_whole_paragraphs() -> None:
    counts = units(30)
    drawn = resample(counts, [METRICS["accuracy"]], resamples=2_000, seed=1)[0]
    # The error of a mean of independent paragraphs, by the textbook.
    shares = counts[:, COLUMNS.at("all_right")] / 4
    assert drawn.std() == pytest.approx(shares.std() / np.sqrt(len(shares)), rel=0.1)


def test_intervals_are_the_same_on_every_call() -> None:
    counts = units(20)
    metrics = list(METRICS.values())[:4]
    assert intervals(counts, COLUMNS, metrics) == intervals(counts, COLUMNS, metrics)


def test_a_share_of_items_has_the_wider_of_two_intervals() -> None:
    counts = units(12)
    (found,) = intervals(counts, COLUMNS, [METRICS["accuracy"]])
    low, high = wilson(int(counts[:, COLUMNS.at("all_right")].sum()), 48)
    assert found.low <= low
    assert found.high >= high


def test_a_large_set_has_a_narrow_interval() -> None:
    counts = np.tile(units(50), (400, 1))
    (found,) = intervals(counts, COLUMNS, [METRICS["accuracy"]], resamples=99)
    assert found.high - found.low < 0.02


@pytest.mark.parametrize("is_continuous", [False, True], ids=["equal rows", "all different"])
@pytest.mark.parametrize("paragraphs", [2, 30, 300])
def test_resamples_are_distributed_as_those_of_scipy(paragraphs: int, is_continuous: bool) -> None:
    counts = units(paragraphs)
    if is_continuous:
        # With probabilities in the counts, all paragraphs differ.
        counts[:, COLUMNS.at("confidence_items")] = 4
        counts[:, COLUMNS.at("confidence")] = np.random.default_rng(3).random(paragraphs)
    metric = METRICS["brier_confidence" if is_continuous else "accuracy"]
    ours = resample(counts, [metric], resamples=4_000, seed=2)[0]
    theirs = bootstrap(
        (np.arange(paragraphs),),
        lambda drawn, axis: metric.evaluate(counts[drawn].sum(axis=axis - 1)),
        vectorized=True,
        method="percentile",
        n_resamples=4_000,
        rng=np.random.default_rng(1),
    ).bootstrap_distribution
    assert ks_2samp(ours, theirs).pvalue > 0.01
    assert ours.std() == pytest.approx(theirs.std(), rel=0.06)


def column(name: str, at: int) -> Metric:
    """The metric that is the sum of one column."""
    return Metric(name, "", lambda sums: sums[..., at])


def test_the_worked_example_of_the_resample_is_one_of_them() -> None:
    parts = [column("right", 0), column("items", 1)]
    drawn = resample(np.array([[1.0, 2], [2, 2], [1, 2], [0, 1]]), parts, resamples=500)
    assert (5.0, 8.0) in set(zip(*drawn.tolist(), strict=True))
    assert set(drawn[1]) == {4.0, 5.0, 6.0, 7.0, 8.0}


def test_a_metric_that_is_undefined_in_a_resample_is_nan_there() -> None:
    counts = units(3)
    counts[1:, COLUMNS.at("items")] = 0
    drawn = resample(counts, [METRICS["accuracy"]], resamples=500)[0]
    assert 0 < np.isnan(drawn).mean() < 1


@pytest.mark.parametrize(
    "change",
    [
        pytest.param(lambda counts: counts, id="whole counts"),
        pytest.param(lambda counts: counts + 0.5, id="fractions"),
        pytest.param(lambda counts: counts * -1e6, id="large and negative"),
        pytest.param(lambda counts: counts[:0], id="no rows"),
        pytest.param(lambda counts: counts[:1], id="one row"),
    ],
)
def test_equal_rows_are_grouped_as_numpy_does(change: Callable[[Any], Any]) -> None:
    counts = change(np.concatenate([units(300), units(200)]))
    expected, first, times = np.unique(counts, axis=0, return_index=True, return_counts=True)
    rows, found = group_equal_rows(counts)
    order = np.argsort(first)
    assert rows.tolist() == expected[order].tolist()
    assert found.tolist() == times[order].tolist()


def test_a_resample_has_as_many_paragraphs_as_the_set() -> None:
    counts = np.concatenate([units(3_000), units(5, seed=9) * 7])
    counts[:, COLUMNS.at("items")] = 4
    items = column("items", COLUMNS.at("items"))
    assert set(resample(counts, [items], resamples=50)[0]) == {4.0 * len(counts)}


@pytest.mark.parametrize(
    ("n", "share", "points"),
    # Card et al. (2020) argue for such figures; these were computed without this package.
    [(30, 0.3, 27.4), (60, 0.2, 16.2), (90, 0.2, 13.4), (180, 0.4, 13.5), (400, 0.1, 4.6)],
)
def test_the_smallest_difference_is_that_of_the_exact_test(n: int, share: float, points: float) -> None:
    found = smallest_difference(n, share)
    assert found is not None
    assert 100 * found == pytest.approx(points, abs=0.06)


def test_the_power_is_that_of_simulated_tests() -> None:
    from scipy.stats import binomtest

    n, discordant, difference = 60, 0.3, 0.2
    rng = np.random.default_rng(7)
    chances = [(discordant + difference) / 2, (discordant - difference) / 2, 1 - discordant]
    drawn = rng.multinomial(n, chances, 3_000)
    known = {
        (wins, losses): wins + losses > 0 and binomtest(int(wins), int(wins + losses)).pvalue <= 0.05
        for wins, losses in {(int(w), int(x)) for w, x, _ in drawn}
    }
    share = np.mean([known[int(wins), int(losses)] for wins, losses, _ in drawn])
    assert mcnemar_power(n, discordant, difference) == pytest.approx(share, abs=0.03)


@pytest.mark.parametrize(("n", "share"), [(0, 0.5), (30, 0.0), (30, 0.1), (1, 1.0)])
def test_where_nothing_can_be_shown_there_is_no_smallest_difference(n: int, share: float) -> None:
    assert smallest_difference(n, share) is None


def test_the_saved_simulation_found_the_intervals_near_their_nominal_coverage(root: Path) -> None:
    saved = json.loads(
        (root / "benchmarks" / "results" / "interval_coverage.json").read_text(encoding="utf-8")
    )
    found = {
        (row["split"], row["accuracy"], row["correlation"], name): value
        for row in saved["rows"]
        for name, value in row["coverage"].items()
        if "alone" not in name
    }
    # Where few answers are wrong and nearly all of them in one or two units, resamples know too little.
    hardest = [
        found.pop((split, 0.95, correlation, name))
        for split, correlation in (("test", 0.3), ("challenge", 0.15))
        for name in ("macro_f1", "mcc", "accuracy")
    ]
    assert min(hardest) > saved["nominal"] - 0.12
    assert min(found.values()) > saved["nominal"] - 0.05
    assert np.mean([*found.values(), *hardest]) > saved["nominal"] - 0.03


def test_the_saved_simulation_is_of_the_shipped_items(root: Path) -> None:
    saved = json.loads(
        (root / "benchmarks" / "results" / "interval_coverage.json").read_text(encoding="utf-8")
    )
    task = find_task(saved["task"])
    assert saved["items"] == {split: len(items(task, split=split)) for split in saved["items"]}
