"""The score of a file of predictions: every metric with its interval, its signature and the baseline.

Puts a `Score` together: `counts` counts, `bootstrap` computes intervals, `formats` lays out.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

from onrecord.benchmark.answers import Answers, identity, label_text, unchecked_answers
from onrecord.benchmark.bootstrap import RESAMPLES, SEED, Interval, intervals, wilson
from onrecord.benchmark.contrast_counts import group_scores, tally_pairs
from onrecord.benchmark.contrast_right import pair_names
from onrecord.benchmark.counts import Tally, metrics_of, tally
from onrecord.benchmark.matching import MATCHER, THRESHOLD
from onrecord.benchmark.metrics import GOLD, PREDICTED, RIGHT, Metric
from onrecord.benchmark.prediction_files import Source
from onrecord.benchmark.predictions import read_answers
from onrecord.benchmark.report import SCORER_VERSION, ClassScore, Score, SplitScore, Value
from onrecord.benchmark.score_notes import classes_with_items, limits, primary_size, resolution
from onrecord.benchmark.table_rows import BASELINE
from onrecord.benchmark.tasks import Item, Task, caching_scope, find_task, gold_items, labels
from onrecord.benchmark.tasks.declaration import ALL, Answer, cached, splits_in, tables
from onrecord.benchmark.wording import NO_NAMES, Names, names_of
from onrecord.dataset.load import Folder
from onrecord.exceptions import NothingToScore
from onrecord.extras import extra
from onrecord.model.digest import Identity
from onrecord.model.table_files import SPLIT

with extra("score", "a score"):
    import numpy as np

if TYPE_CHECKING:
    from onrecord.benchmark.metrics import Sums
    from onrecord.row_types import TaskName

_SHOWN_DIGEST = 12
_BETWEEN_CLASSES = frozenset({"macro_f1", "mcc", "balanced_accuracy"})
"""Metrics that compare classes, and so mean nothing where there is only one."""


@caching_scope()
def score(
    task: "TaskName | str",
    predictions: Source,
    data: Folder | None = None,
    *,
    split: str | None = None,
    system: str | None = None,
) -> Score:
    """Score predictions for a task: a path, `-`, lines of JSON, mappings or a data frame, as `check` does.

    `data` is a folder of built tables, by default the dataset's own. `split` is test, challenge, validation
    or all, by default that of the task: test, for contrasts challenge; answers to items of other splits are
    set aside, and the notes give their number. An iterator of
    lines can be read once: to check and then score, pass a list. Raises ValueError for an unknown task or
    split, InvalidPredictions with all findings, also where there is no answer at all, UnusablePredictions
    where nothing can be read, and NothingToScore.
    """
    chosen = find_task(task)
    split = chosen.split_or_default(split)
    answers = read_answers(chosen, predictions, data, split)
    counted = count(chosen, answers, data, split)
    found = _report(chosen, system or answers.name, counted, data, split, _baseline(chosen, data, split))
    if split == ALL:
        found = replace(found, by_split=tuple(_by_split(chosen, answers, data)))
    if answers.set_aside:
        one = answers.set_aside == 1
        aside = f"{answers.set_aside:,} answer{' to an item' if one else 's to items'} of other splits"
        found = replace(found, notes=(*found.notes, f"{aside} {'was' if one else 'were'} set aside."))
    if chosen.kind == "pairs":
        asked = gold_items(chosen, data, split)
        found = replace(found, groups=group_scores(asked, answers, _names_of_pairs(asked, data, split)))
    return found


def count(task: Task, answers: Answers, data: Folder | None, split: str = SPLIT) -> Tally:
    """The answers counted against the gold of a task; raises as `load.rows` does."""
    return _count(task, answers, data, split, labels(task, data, split))


def _count(
    task: Task, answers: Answers, data: Folder | None, split: str, chosen_from: Sequence[Answer]
) -> Tally:
    asked = gold_items(task, data, split)
    if task.kind == "pairs":
        return tally_pairs(asked, answers, _names_of_pairs(asked, data, split))
    return tally(task, asked, answers, chosen_from, known=_names(task, data, split))


def _names(task: Task, data: Folder | None, split: str) -> Names:
    if task.kind != "claims":
        return NO_NAMES
    return names_of(row for one in splits_in(split, data) for row in tables(data, one).speakers.values())


def _names_of_pairs(asked: Sequence[Item], data: Folder | None, split: str) -> Names:
    speakers = (row for one in splits_in(split, data) for row in tables(data, one).speakers.values())
    return pair_names(asked, speakers)


def signature(
    task: str,
    name: str,
    version: str,
    sha256: str,
    n: int,
    metric: str,
    method: str,
    *,
    split: str = SPLIT,
    resamples: int = RESAMPLES,
) -> str:
    """Everything that must be the same for two numbers to be comparable, as one line.

    Name, version and SHA-256 are those of the dataset.
    """
    parts = [
        f"{name}:{version}+sha256:{sha256[:_SHOWN_DIGEST]}",
        f"task:{task}",
        f"split:{split}",
        f"n:{n}",
        f"metric:{metric}",
        "missing:wrong",
        f"ci:{method}/{resamples}/seed{SEED}" if "percentile" in method else f"ci:{method}",
        f"scorer:{SCORER_VERSION}",
    ]
    if task in ("extraction", "contrasts"):
        parts.insert(-1, f"match:1to1/paragraph/{THRESHOLD}/{MATCHER}")
    return "|".join(parts)


def primary_metric(task: Task, data: Folder | None = None, split: str = SPLIT) -> str:
    """The primary metric of a task on the items of a split."""
    return task.primary_among(gold_items(task, data, split))


def _baseline(task: Task, data: Folder | None, split: str) -> Value:
    if data is None:
        return _shipped_baseline(task.name, split)
    return cached(("baseline", task.name, str(data), split), lambda: _score_baseline(task, data, split))


def _score_baseline(task: Task, data: Folder | None, split: str) -> Value:
    from onrecord.benchmark.baselines import baseline

    answers = unchecked_answers(task, BASELINE, baseline(task.name, BASELINE, data, split=split))
    return primary_value(task, count(task, answers, data, split), data, split)


@cache
def _shipped_baseline(name: str, split: str) -> Value:
    return _score_baseline(find_task(name), None, split)


def _report(
    task: Task, system: str, counted: Tally, data: Folder | None, split: str, baseline: Value | None
) -> Score:
    sums, n = counted.units.sum(axis=0), _size(counted)
    of = identity(data)
    shown = [m for m in metrics_of(task.kind, counted.columns) if _is_informative(m, counted, sums)]
    values = _values(task, shown, counted, of, split)
    primary = primary_metric(task, data, split)
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
        split=split,
        paragraphs=counted.paragraphs,
        documents=counted.documents,
        primary=primary,
        metrics=values,
        per_class=tuple(_per_class(counted, sums)) if task.kind == "labels" else (),
        confusion=_confusion(counted) if task.kind == "labels" else None,
        baseline=baseline,
        notes=(*limits(task, counted, values, n), *resolution(task, primary, n, data, split)),
        by_split=(),
        tally=counted,
    )


def primary_value(task: Task, counted: Tally, data: Folder | None, split: str) -> Value:
    """The primary metric alone, as a whole score has it; raises NothingToScore."""
    name = primary_metric(task, data, split)
    metrics = [metric for metric in metrics_of(task.kind, counted.columns) if metric.name == name]
    (found,) = _values(task, metrics, counted, identity(data), split)
    return found


def _values(
    task: Task, metrics: Sequence[Metric], counted: Tally, of: Identity, split: str
) -> tuple[Value, ...]:
    """The metrics with their intervals and signatures."""
    sums, n = counted.units.sum(axis=0), _size(counted)
    if not n:
        raise NothingToScore(f"the split {split!r} has nothing to answer for the task {task.name!r}")
    found = intervals(counted.units, counted.columns, metrics, unit=counted.unit)
    return tuple(
        _value(task, split, metric, sums, interval, of, n)
        for metric, interval in zip(metrics, found, strict=True)
    )


def _size(counted: Tally) -> int:
    """The number of items that were counted: for extraction that of expected claims, or of pairs."""
    return int(counted.columns.take(counted.units.sum(axis=0), "items"))


def _value(
    task: Task, split: str, metric: Metric, sums: "Sums", interval: Interval, of: Identity, n: int
) -> Value:
    line = signature(task.name, of.name, of.version, of.dataset, n, metric.name, interval.method, split=split)
    value = float(metric.evaluate(sums))
    return Value(metric.name, value, interval.low, interval.high, interval.method, line, metric.meaning)


def _by_split(task: Task, answers: Answers, data: Folder | None) -> Iterator[SplitScore]:
    """The primary metric of each split that has items, as the score of that split alone gives it."""
    for split in splits_in(ALL, data):
        if primary_size(task, data, split):
            # A speaker of another split is a label as well where all are answered.
            counted = _count(task, answers, data, split, labels(task, data, ALL))
            found = primary_value(task, counted, data, split)
            yield SplitScore(
                split, _size(counted), found.name, found.value, found.low, found.high, found.method
            )


def _is_informative(metric: Metric, counted: Tally, sums: "Sums") -> bool:
    """Whether the metric is defined, and does more than repeat another one on this set."""
    name, _, layer = metric.name.partition("_f1_")
    if metric.name in _BETWEEN_CLASSES and len(classes_with_items(counted)) < 2:
        return False
    if name == "macro" and layer and len(classes_with_items(counted, f"@{layer}")) < 2:
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
