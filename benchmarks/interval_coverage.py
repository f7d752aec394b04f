"""How often the scorer's 95 % intervals cover the truth: simulated answers to the shipped items.

On `test`, whose paragraphs are resampled, and on `challenge`, whose documents are.

Run as `python -m benchmarks.interval_coverage`; the result is saved in benchmarks/results/ and quoted in
docs/benchmark.md. Seeded, so that the figures are the same on every machine with the locked libraries.
"""

import json
import sys
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from tqdm import trange

from onrecord.benchmark.answers import identity
from onrecord.benchmark.bootstrap import intervals, wilson
from onrecord.benchmark.metrics import Metric, label_columns, label_metrics
from onrecord.benchmark.tasks import find_task, items, labels
from onrecord.benchmark.units import units_of
from onrecord.dataset.resampling import LEVEL

RESULT = Path(__file__).parent / "results" / "interval_coverage.json"
TASK = "verifiability"
SIMULATIONS = 1_000
RESAMPLES = 999
SEED = 20_240_214
ACCURACIES = (0.6, 0.8, 0.95)
CORRELATIONS = {"test": (0.0, 0.1, 0.3), "challenge": (0.0, 0.05, 0.15)}
"""Intra-class correlation of being right within a unit: a paragraph of `test`, a document of `challenge`."""
TRUTH_DRAWS = 200_000
METRICS = ("macro_f1", "mcc", "accuracy")

Counts = NDArray[np.float64]
Gold = NDArray[np.int64]


class World:
    """Answers that are right with a given chance, the chance differing between units of resampling."""

    def __init__(self, split: str, accuracy: float, correlation: float, rng: np.random.Generator) -> None:
        task = find_task(TASK)
        asked = items(task, split=split)
        grouped = units_of(asked)
        self.unit = grouped.unit
        self.names = [str(label) for label in labels(task, split=split)]
        self._gold = np.array([self.names.index(item.gold) for item in asked])
        self._place = np.array(grouped.places)
        self._units = len(grouped.names)
        self._accuracy, self._correlation, self._rng = accuracy, correlation, rng
        self.columns = label_columns(self.names)
        found = {metric.name: metric for metric in label_metrics(self.columns)}
        self.metrics: list[Metric] = [found[name] for name in METRICS]

    def draw(self) -> Counts:
        """The counts of one simulated system on one simulated split, shape (units, columns).

        The split is drawn too: as many units as the real one, each a copy of one of its units.
        """
        drawn = self._rng.integers(self._units, size=self._units)
        members = [np.flatnonzero(self._place == unit) for unit in drawn]
        place = np.repeat(np.arange(self._units), [len(found) for found in members])
        return self._count(self._gold[np.concatenate(members)], place, self._units)

    def truth(self) -> Counts:
        """The metrics on so many answers that chance no longer matters."""
        copies = TRUTH_DRAWS // len(self._gold)
        gold = np.tile(self._gold, copies)
        place = np.concatenate([self._place + copy * self._units for copy in range(copies)])
        sums = self._count(gold, place, self._units * copies).sum(axis=0)
        return np.array([float(metric.evaluate(sums)) for metric in self.metrics])

    def _count(self, gold: Gold, place: Gold, count: int) -> Counts:
        chances = np.full(count, self._accuracy)
        if self._correlation:
            # A beta-binomial of this size has exactly this intra-class correlation.
            size = 1 / self._correlation - 1
            chances = self._rng.beta(self._accuracy * size, (1 - self._accuracy) * size, count)
        is_right = self._rng.random(len(gold)) < chances[place]
        shift = self._rng.integers(1, len(self.names), len(gold))
        answer = np.where(is_right, gold, (gold + shift) % len(self.names))
        units = np.zeros((count, len(self.columns.names)))
        for name, rows, labels_of in (
            ("items", slice(None), None),
            ("answered", slice(None), None),
            ("all_right", is_right, None),
            ("right", is_right, gold),
            ("gold", slice(None), gold),
            ("predicted", slice(None), answer),
        ):
            if labels_of is None:
                np.add.at(units[:, self.columns.at(name)], place[rows], 1)
            else:
                first = self.columns.at(f"{name}:{self.names[0]}")
                np.add.at(units, (place[rows], first + labels_of[rows]), 1)
        return units


def coverage(split: str, accuracy: float, correlation: float) -> dict[str, float]:
    """The share of simulations in which the interval of each metric covers the truth."""
    world = World(split, accuracy, correlation, np.random.default_rng(SEED))
    truth = world.truth()
    hits = dict.fromkeys([*METRICS, "accuracy, Wilson alone"], 0)
    about = f"{split}, accuracy {accuracy}, correlation {correlation}"
    for seed in trange(SIMULATIONS, desc=about, disable=None):
        units = world.draw()
        found = intervals(
            units, world.columns, world.metrics, unit=world.unit, resamples=RESAMPLES, seed=seed
        )
        for name, value, interval in zip(METRICS, truth, found, strict=True):
            hits[name] += interval.low <= value <= interval.high
        right, asked = (int(units[:, world.columns.at(name)].sum()) for name in ("all_right", "items"))
        low, high = wilson(right, asked)
        hits["accuracy, Wilson alone"] += low <= truth[METRICS.index("accuracy")] <= high
    return {name: count / SIMULATIONS for name, count in hits.items()}


def main() -> int:
    """Simulate every setting and save the result."""
    task = find_task(TASK)
    rows = [
        {
            "split": split,
            "accuracy": accuracy,
            "correlation": correlation,
            "coverage": coverage(split, accuracy, correlation),
        }
        for split, correlations in CORRELATIONS.items()
        for correlation in correlations
        for accuracy in ACCURACIES
    ]
    asked = {split: items(task, split=split) for split in CORRELATIONS}
    result = {
        "command": "python -m benchmarks.interval_coverage",
        "dataset_version": identity(None).version,
        "task": TASK,
        "items": {split: len(found) for split, found in asked.items()},
        "units": {split: len(units_of(found).names) for split, found in asked.items()},
        "unit": {split: units_of(found).unit for split, found in asked.items()},
        "nominal": LEVEL,
        "simulations": SIMULATIONS,
        "resamples": RESAMPLES,
        "seed": SEED,
        "rows": rows,
    }
    RESULT.parent.mkdir(exist_ok=True)
    RESULT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(f"{RESULT}: {len(rows)} settings")
    return 0


if __name__ == "__main__":
    sys.exit(main())
