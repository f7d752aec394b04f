"""The score of a file of predictions: every metric with its interval, its signature and the baseline.

Puts a `Score` together. Counting is for `counts`, intervals for `bootstrap`, layout for `formats`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from onrecord.benchmark.bootstrap import RESAMPLES, SEED, Interval, intervals, wilson
from onrecord.benchmark.contrast_counts import MEASURED, GroupScore, group_scores, pair_metrics, tally_pairs
from onrecord.benchmark.contrast_right import pair_names
from onrecord.benchmark.counts import Tally, metrics_of, tally
from onrecord.benchmark.matching import MATCHER, THRESHOLD
from onrecord.benchmark.metrics import GOLD, PREDICTED, RIGHT, Metric
from onrecord.benchmark.prediction_files import Source
from onrecord.benchmark.predictions import Answers, identity, label_text, read_answers, unchecked_answers
from onrecord.benchmark.report import SCORER_VERSION, ClassScore, Score, Value
from onrecord.benchmark.table_rows import BASELINE
from onrecord.benchmark.tasks import Task, caching_scope, find_task, gold_items, labels
from onrecord.benchmark.tasks.declaration import cached, tables
from onrecord.benchmark.wording import NO_NAMES, names_of
from onrecord.dataset.load import Folder
from onrecord.exceptions import NothingToScore
from onrecord.extras import extra
from onrecord.model.digest import Identity

with extra("score", "a score"):
    import numpy as np

if TYPE_CHECKING:
    from onrecord.benchmark.metrics import Sums
    from onrecord.row_types import TaskName

_SHOWN_DIGEST = 12
_BETWEEN_CLASSES = frozenset({"macro_f1", "mcc", "balanced_accuracy"})
"""Metrics that compare classes, and so mean nothing where there is only one."""
_FEW = 10
"""A class with fewer items is called rare."""


@caching_scope()
def score(
    task: "TaskName | str", predictions: Source, data: Folder | None = None, *, system: str | None = None
) -> Score:
    """Score predictions for a task: a path, `-`, lines of JSON, mappings or a data frame, as `check` does.

    `data` is a folder of built tables, by default the dataset's own. An iterator of lines can be read once:
    to check and then score, pass a list. Raises ValueError for an unknown task, InvalidPredictions with all
    findings, also where there is no answer at all, UnusablePredictions where nothing can be read, and
    NothingToScore.
    """
    chosen = find_task(task)
    answers = read_answers(chosen, predictions, data)
    counted = count(chosen, answers, data)
    found = _report(chosen, system or answers.name, counted, data, _baseline(chosen, data))
    if chosen.kind != "pairs":
        return found
    groups = _groups(chosen, answers, data)
    return replace(found, groups=groups, notes=(*found.notes, *_notes_of_pairs(groups)))


def count(task: Task, answers: Answers, data: Folder | None) -> Tally:
    """The answers counted against the gold of a task; raises as `load.rows` does."""
    if task.kind == "pairs":
        asked = gold_items(task, data)
        return tally_pairs(asked, answers, pair_names(asked, tables(data).speakers.values()))
    known = names_of(tables(data).speakers.values()) if task.kind == "claims" else NO_NAMES
    return tally(task.kind, gold_items(task, data), answers, labels(task, data), known=known)


def metrics_for(task: Task, counted: Tally) -> tuple[Metric, ...]:
    """The metrics of a task over what was counted, in the order in which they are shown."""
    return pair_metrics(counted.columns) if task.kind == "pairs" else metrics_of(task.kind, counted.columns)


def unit_of(task: Task) -> str:
    """What is resampled: paragraphs, or contrast pairs."""
    return "pair" if task.kind == "pairs" else "paragraph"


def _groups(task: Task, answers: Answers, data: Folder | None) -> tuple[GroupScore, ...]:
    asked = gold_items(task, data)
    return group_scores(asked, answers, pair_names(asked, tables(data).speakers.values()))


def _notes_of_pairs(groups: Sequence[GroupScore]) -> Iterator[str]:
    sizes = {group.value: group.pairs for group in groups if group.attribute == "split"}
    if len(sizes) > 1 and MEASURED in sizes:
        measured = sizes.pop(MEASURED)
        others = ", ".join(f"{number:,} pairs of {split}" for split, number in sizes.items())
        yield (
            f"The figures are about the {measured:,} pairs of {MEASURED}. The {others} are for tuning: only "
            "their own row counts them."
        )


def signature(
    task: str,
    name: str,
    version: str,
    sha256: str,
    n: int,
    metric: str,
    method: str,
    *,
    resamples: int = RESAMPLES,
) -> str:
    """Everything that must be the same for two numbers to be comparable, as one line.

    Name, version and SHA-256 are those of the dataset.
    """
    parts = [
        f"{name}:{version}+sha256:{sha256[:_SHOWN_DIGEST]}",
        f"task:{task}",
        f"n:{n}",
        f"metric:{metric}",
        "missing:wrong",
        f"ci:{method}/{resamples}/seed{SEED}" if "percentile" in method else f"ci:{method}",
        f"scorer:{SCORER_VERSION}",
    ]
    if task in ("extraction", "contrasts"):
        parts.insert(-1, f"match:1to1/paragraph/{THRESHOLD}/{MATCHER}")
    return "|".join(parts)


def primary_metric(task: Task, counted: Tally) -> str:
    """The primary metric for the items that were counted."""
    return task.primary_among(_classes(counted))


def _classes(counted: Tally) -> list[str]:
    """The labels that occur in the gold."""
    sums = counted.columns.group(counted.units.sum(axis=0), GOLD)
    return [label for label, count in zip(counted.columns.labels, sums, strict=True) if count]


def _baseline(task: Task, data: Folder | None) -> Value:
    if data is None:
        return _shipped_baseline(task.name)
    return cached(("baseline", task.name, str(data)), lambda: _score_baseline(task, data))


def _score_baseline(task: Task, data: Folder | None) -> Value:
    from onrecord.benchmark.baselines import baseline

    answers = unchecked_answers(task, BASELINE, baseline(task.name, BASELINE, data))
    counted = count(task, answers, data)
    return _report(task, BASELINE, counted, data, None).result


@cache
def _shipped_baseline(name: str) -> Value:
    return _score_baseline(find_task(name), None)


def _report(task: Task, system: str, counted: Tally, data: Folder | None, baseline: Value | None) -> Score:
    sums = counted.units.sum(axis=0)
    n = int(counted.columns.take(sums, "items"))
    if not n:
        raise NothingToScore(f"the dataset has nothing to answer for the task {task.name!r}")
    of = identity(data)
    shown = [m for m in metrics_for(task, counted) if _is_informative(m, counted, sums)]
    found = intervals(counted.units, counted.columns, shown)
    values = tuple(
        _value(task, metric, sums, interval, of, n) for metric, interval in zip(shown, found, strict=True)
    )
    return Score(
        task=task.name,
        system=system,
        dataset=of.name,
        version=of.version,
        sha256=of.dataset,
        n=n,
        answered=n - counted.missing - counted.abstained,
        missing=counted.missing,
        abstained=counted.abstained,
        paragraphs=len(counted.clusters),
        primary=primary_metric(task, counted),
        metrics=values,
        per_class=tuple(_per_class(counted, sums)) if task.kind == "labels" else (),
        confusion=_confusion(counted) if task.kind == "labels" else None,
        baseline=baseline,
        notes=tuple(_notes(task, counted, values, n)),
        tally=counted,
    )


def _value(task: Task, metric: Metric, sums: "Sums", interval: Interval, of: Identity, n: int) -> Value:
    method = interval.method.replace("paragraph", unit_of(task))
    line = signature(task.name, of.name, of.version, of.dataset, n, metric.name, method)
    value = float(metric.evaluate(sums))
    return Value(metric.name, value, interval.low, interval.high, method, line, metric.meaning)


def _is_informative(metric: Metric, counted: Tally, sums: "Sums") -> bool:
    """Whether the metric is defined, and does more than repeat another one on this set."""
    if metric.name in _BETWEEN_CLASSES and len(_classes(counted)) < 2:
        return False
    if metric.name in ("coverage", "selective_accuracy") and not counted.missing + counted.abstained:
        return False
    return bool(np.isfinite(metric.evaluate(sums)))


def _per_class(counted: Tally, sums: "Sums") -> Iterator[ClassScore]:
    columns = counted.columns
    for label in columns.labels:
        right, gold, predicted = (
            int(columns.take(sums, f"{prefix}:{label}")) for prefix in (RIGHT, GOLD, PREDICTED)
        )
        if not gold + predicted:
            continue
        # A class without gold items has no recall: its interval is the whole range.
        low, high = wilson(right, gold) if gold else (0.0, 1.0)
        yield ClassScore(
            label,
            precision=right / predicted if predicted else 0.0,
            recall=right / gold if gold else 0.0,
            recall_low=low,
            recall_high=high,
            f1=2 * right / (gold + predicted),
            support=gold,
        )


def _confusion(counted: Tally) -> tuple[tuple[str, ...], tuple[tuple[int, ...], ...]]:
    named = counted.columns.labels
    columns = (*named, label_text(None))
    rows = tuple(tuple(counted.confusion.get((gold, given), 0) for given in columns) for gold in named)
    return columns, rows


def _notes(task: Task, counted: Tally, values: Sequence[Value], n: int) -> Iterator[str]:
    """The limits of the numbers, in words."""
    sums = counted.units.sum(axis=0)
    for metric, column in (("brier", "brier_items"), ("brier_confidence", "confidence_items")):
        given = int(counted.columns.take(sums, column)) if column in counted.columns.names else 0
        if 0 < given < n:
            yield (
                f"{metric} covers the {given:,} of {n:,} items whose answer has a probability: compare it "
                "with another system's only where both give one for every item."
            )
    if task.kind == "labels":
        classes = counted.columns.group(sums, GOLD)
        present = _classes(counted)
        if len(present) == 1:
            yield (
                f"All {n:,} items have the answer {present[0]!r}. This set only measures how many of "
                "them a system finds: false alarms cannot be seen, so MCC, macro-F1 and balanced accuracy "
                f"are left out, and a system that always answers {present[0]!r} cannot be beaten."
            )
        counted_labels = zip(counted.columns.labels, classes, strict=True)
        rare = [label for label, count in counted_labels if count < _FEW]
        if len(present) > 1 and rare:
            yield (
                f"{len(rare)} of {len(classes)} classes have fewer than {_FEW} items: macro-F1 and balanced "
                "accuracy depend on them, and a resample without any item of a class leaves the class out."
            )
    if len(counted.clusters) < 2:
        yield "There is only one paragraph, so most intervals are the whole range of the metric."
    if any(value.low == value.high for value in values):
        yield (
            "An interval without width means that every resample gives the same value, not that the value is "
            "certain; Wilson's interval, of a share of items, takes the number of items into account."
        )
