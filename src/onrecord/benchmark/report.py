"""A score as a record: every number with its interval and signature, convertible to plain JSON values.

`score` makes it, `formats` lays it out for `str` and for notebooks, `systems` reads it back.
"""

from dataclasses import asdict, dataclass
from typing import Any

from onrecord.benchmark.contrast_counts import GroupScore
from onrecord.benchmark.counts import Tally
from onrecord.benchmark.formats import score_html, score_table
from onrecord.benchmark.table_rows import BASELINE
from onrecord.model.findings import shortened
from onrecord.model.short_repr import ShortRepr

SCORER_VERSION = "3.0"
"""Raised in its first number whenever the same predictions would get another score, in its second whenever
their intervals would differ."""


@dataclass(frozen=True, slots=True, repr=False)
class Value(ShortRepr):
    """A metric of one system, with its interval and the signature by which it can be repeated."""

    name: str
    value: float
    low: float
    high: float
    method: str
    signature: str
    meaning: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class ClassScore(ShortRepr):
    """The scores of one label; the interval is Wilson's, of the recall."""

    label: str
    precision: float
    recall: float
    recall_low: float
    recall_high: float
    f1: float
    support: int


@dataclass(frozen=True, slots=True, repr=False)
class SplitScore(ShortRepr):
    """The primary metric on the items of one split."""

    split: str
    n: int
    metric: str
    value: float
    low: float
    high: float
    method: str


@dataclass(frozen=True, slots=True, repr=False)
class Score:
    """The score of one system on one task: `str` is its table, `as_dict` its JSON."""

    task: str
    system: str
    dataset: str
    version: str
    sha256: str
    n: int
    answered: int
    missing: int
    abstained: int
    split: str
    """The split whose items were scored, or `all`."""
    paragraphs: int
    documents: int
    primary: str
    metrics: tuple[Value, ...]
    per_class: tuple[ClassScore, ...]
    confusion: tuple[tuple[str, ...], tuple[tuple[int, ...], ...]] | None
    """Labels with '(none)' last, and a row of counts per expected label; None where there are no labels."""
    baseline: Value | None
    notes: tuple[str, ...]
    by_split: tuple[SplitScore, ...]
    """The primary metric of each split, where all of several were scored together."""
    tally: Tally
    groups: tuple[GroupScore, ...] = ()
    """The scores of contrast pairs by whether the answer changes, by task and by kind of edit."""

    def __str__(self) -> str:
        return score_table(self)

    def __repr__(self) -> str:
        result = self.result
        interval = f"{result.low:.3f} to {result.high:.3f}"
        figure = f"{self.primary} {result.value:.3f} ({interval})"
        return shortened(f"<Score {self.task} on {self.split}: {self.system}, {figure}, n = {self.n:,}>")

    def _repr_html_(self) -> str:
        return score_html(self)

    @property
    def result(self) -> Value:
        """The primary metric."""
        return next(value for value in self.metrics if value.name == self.primary)

    @property
    def signature(self) -> str:
        """The signature of the primary metric."""
        return self.result.signature

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain JSON values, counts per unit included, so that `compare` can read it."""
        groups = {"groups": [asdict(group) for group in self.groups]} if self.groups else {}
        return {
            "task": self.task,
            "system": self.system,
            "dataset": {"name": self.dataset, "version": self.version, "sha256": self.sha256},
            "split": self.split,
            "scorer": SCORER_VERSION,
            "n": self.n,
            "answered": self.answered,
            "missing": self.missing,
            "abstained": self.abstained,
            "paragraphs": self.paragraphs,
            "documents": self.documents,
            "primary": self.primary,
            "metrics": [_value_dict(value) for value in self.metrics],
            "per_class": [asdict(row) for row in self.per_class],
            "confusion": self.confusion
            and {"labels": list(self.confusion[0]), "rows": [list(row) for row in self.confusion[1]]},
            "baseline": self.baseline and {"system": BASELINE, **_value_dict(self.baseline)},
            "by_split": [asdict(row) for row in self.by_split],
            "notes": list(self.notes),
            **groups,
            "signature": self.signature,
            "counts": {
                "columns": list(self.tally.columns.names),
                "unit": self.tally.unit,
                "units": list(self.tally.clusters),
                "sums": self.tally.units.tolist(),
            },
            "outcomes": dict(self.tally.outcomes),
        }


def _value_dict(value: Value) -> dict[str, Any]:
    found = asdict(value)
    del found["meaning"]
    return found
