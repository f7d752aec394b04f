"""The scores of the baselines as they are published with the dataset, for pages that show them.

Owns the reading of docs/baselines.json and the proof that it speaks of the tables at hand.
`make build` writes the file from scores made there and then.
"""

import json
from dataclasses import dataclass

from onrecord.model.paths import home

RESULTS = "docs/baselines.json"
"""Where the scores lie, in the checkout and in the wheel."""


@dataclass(frozen=True, slots=True)
class PublishedMetric:
    """A metric with its 95 % interval, rounded as it is shown."""

    name: str
    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class PublishedScore:
    """The score of one baseline on one task; `signature` is that of the primary metric."""

    task: str
    system: str
    n: int
    primary: str
    signature: str
    metrics: tuple[PublishedMetric, ...]
    notes: tuple[str, ...]

    @property
    def result(self) -> PublishedMetric:
        """The metric that the task is known by."""
        return next(metric for metric in self.metrics if metric.name == self.primary)


def published_scores(dataset_sha256: str) -> tuple[PublishedScore, ...]:
    """The scores that were made with exactly these tables, in the order of tasks; empty for any others."""
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
