"""The scores of the baselines as published with the dataset, for pages that show them.

Reads docs/baselines.json and compares its digest with that of the tables. `make build` scores the baselines
and writes the file.
"""

import json
from dataclasses import dataclass

from onrecord.model.paths import home

RESULTS = "docs/baselines.json"
"""The path of the file, in the checkout and in the wheel."""


@dataclass(frozen=True, slots=True)
class PublishedMetric:
    """A metric with its 95 % interval, rounded as it is shown."""

    name: str
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class PublishedScore:
    """The score of one baseline on one split of a task; `signature` is that of the primary metric."""

    task: str
    split: str
    system: str
    n: int
    primary: str
    signature: str
    metrics: tuple[PublishedMetric, ...]
    notes: tuple[str, ...]

    @property
    def result(self) -> PublishedMetric:
        """The primary metric."""
        return next(metric for metric in self.metrics if metric.name == self.primary)


def published_scores(dataset_sha256: str) -> tuple[PublishedScore, ...]:
    """The scores on exactly these tables, in the order of tasks and splits; empty for any other tables."""
    path = home() / RESULTS
    if not path.is_file():
        return ()
    found = json.loads(path.read_text(encoding="utf-8"))
    if found["dataset"]["sha256"] != dataset_sha256:
        return ()
    return tuple(
        PublishedScore(
            **score
            | {
                "metrics": tuple(PublishedMetric(**metric) for metric in score["metrics"]),
                "notes": tuple(score["notes"]),
            }
        )
        for score in found["scores"]
    )
