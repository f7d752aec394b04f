"""The generated parts of docs/benchmark.md, docs/benchmark-tables.md and the card's section on them.

Also gives the published scores. Every number comes from the tasks, from predictions that are scored when
this runs, or from a result that a script in benchmarks/ has saved.
"""

import json
import math
from collections import Counter
from functools import cache
from pathlib import Path
from typing import Any

from onrecord.benchmark.baselines import DESCRIPTIONS, baseline, names
from onrecord.benchmark.harness.prompts import questions
from onrecord.benchmark.power import smallest_difference
from onrecord.benchmark.prediction_rules import RULES
from onrecord.benchmark.probe import Probe, probe
from onrecord.benchmark.report import Score, Value
from onrecord.benchmark.score import score
from onrecord.benchmark.score_notes import primary_size
from onrecord.benchmark.tasks import TASKS, find_task, items
from onrecord.exceptions import InvalidPredictions, UnusablePredictions
from onrecord.model.paths import home
from onrecord.model.table_files import splits_of
from scripts.markdown import pipe_table

BENCHMARKS = home() / "benchmarks"
SAVED = ("spacy",)
"""Baselines whose packages the development environment lacks: their predictions are kept in benchmarks/."""
SPLITS = splits_of()

_ON_THE_CARD = ("majority", "rules")
_CARD_SPLIT = "challenge"
_SHARES = (0.1, 0.2, 0.3, 0.4)
_AIM = 0.04
"""The difference in accuracy that all items of `challenge` should resolve."""
_TRAINED = "tfidf"


def task_table() -> str:
    """Each task with its items by split, what it asks, and the primary metric."""
    return pipe_table(
        ("task", *SPLITS, "question", "primary metric"),
        (
            (
                f"`{task.name}`",
                *(f"{len(items(task, split=split)):,}" for split in SPLITS),
                task.summary,
                f"`{task.primary}`",
            )
            for task in TASKS.values()
        ),
    )


def input_table(name: str) -> str:
    """What a system is given for an item of a task."""
    task = find_task(name)
    return pipe_table(
        ("input", "meaning"), ((f"`{field}`", meaning) for field, meaning in task.inputs.items())
    )


def baseline_table() -> str:
    """What each baseline does, and which tasks it answers."""
    return pipe_table(
        ("baseline", "what it does", "tasks"),
        (
            (f"`{name}`", description, ", ".join(f"`{task}`" for task in TASKS if name in names(task)))
            for name, description in DESCRIPTIONS.items()
        ),
    )


def primary_table() -> str:
    """The primary metric of every baseline on every task and split."""
    return pipe_table(
        ("task", "split", "metric", *(f"`{name}`" for name in DESCRIPTIONS)),
        (
            (
                f"`{task}`",
                split,
                f"`{_score(task, names(task)[0], split).primary}`",
                *(
                    f"{_score(task, name, split).result.value:.3f}" if name in names(task) else ""
                    for name in DESCRIPTIONS
                ),
            )
            for task in TASKS
            for split in SPLITS
        ),
    )


def score_tables(name: str) -> str:
    """The scores of all baselines on a task by split, with what limits them and their signatures."""
    return "\n\n".join(_score_section(name, split) for split in SPLITS)


def _score_section(name: str, split: str) -> str:
    parts = [f"#### {name}, {split}", _score_table(name, split)]
    if notes := _notes(name, split):
        parts.append(notes)
    parts.append(
        "\n".join(f"- `{system}`: `{_score(name, system, split).signature}`" for system in names(name))
    )
    return "\n\n".join(parts)


def _score_table(name: str, split: str) -> str:
    """A row per metric and a column per baseline, because there are more metrics than fit a row."""
    scores = [_score(name, system, split) for system in names(name)]
    shown = list(dict.fromkeys(value.name for found in scores for value in found.metrics))
    return pipe_table(
        ("metric", *(f"`{found.system}`" for found in scores)),
        ((f"`{metric}`", *(_cell(found, metric) for found in scores)) for metric in shown),
    )


def _notes(name: str, split: str) -> str:
    """The notes on a task's numbers that hold for every system; empty where there are none."""
    every = [set(_score(name, system, split).notes) for system in names(name)]
    common = set.intersection(*every)
    found = _score(name, names(name)[0], split).notes
    return "\n>\n".join(f"> {note}" for note in found if note in common)


def metric_table(name: str) -> str:
    """The metrics of a task and how each is defined."""
    found = {
        value.name: value.meaning
        for split in SPLITS
        for system in names(name)
        for value in _score(name, system, split).metrics
    }
    return pipe_table(("metric", "meaning"), ((f"`{metric}`", meaning) for metric, meaning in found.items()))


def rule_table() -> str:
    """The rules of predictions."""
    return pipe_table(
        ("rule", "forbids", "why", "fix"),
        ((f"`{rule.id}`", rule.summary, rule.why, rule.fix) for rule in RULES),
    )


def difference_table() -> str:
    """The smallest difference in accuracy that each set can show, by share of discordant items."""
    rows = []
    for name in TASKS:
        for split in SPLITS:
            found = _score(name, names(name)[0], split)
            size = primary_size(find_task(name), split=split)
            rows.append(
                (
                    f"`{name}`",
                    split,
                    f"{size:,}",
                    f"{found.documents:,}",
                    found.tally.unit,
                    *(_points(smallest_difference(size, share)) for share in _SHARES),
                )
            )
    shares = (f"{share:.0%}" for share in _SHARES)
    return pipe_table(("task", "split", "n", "documents", "resampled by", *shares), rows)


def aim() -> str:
    """What is reached of the aim that `challenge` distinguishes two systems some points apart."""
    rows = []
    for task in TASKS.values():
        primary = primary_size(task, split="challenge")
        # Of extraction an item is a paragraph, and what is counted is its claims.
        every = max(primary, len(items(task, split="challenge")))
        rows.append((f"`{task.name}`", f"{primary:,}", _most(primary), f"{every:,}", _most(every)))
    return pipe_table(("task", "items of the primary metric", "up to", "all items", "up to"), rows)


def _most(n: int) -> str:
    """The largest share of n items that exactly one system may get right, in whole percent."""
    found = [share for share in range(1, 101) if (smallest_difference(n, share / 100) or math.inf) <= _AIM]
    return f"{max(found)}%" if found else "never"


def probe_table() -> str:
    """How well each field alone predicts the answer, next to the trained baseline."""
    rows = []
    for name in TASKS:
        for split in SPLITS:
            for found in probe(name, split=split):
                if found.result is not None:
                    trained = _score(name, _TRAINED, split).result
                    figures = (f"{found.result.value:.3f}", f"{trained.value:.3f}")
                    rows.append((f"`{name}`", split, f"`{found.field}`", f"`{trained.name}`", *figures))
    return pipe_table(("task", "split", "field", "metric", "field alone", f"`{_TRAINED}`"), rows)


def set_aside_table() -> str:
    """The fields that were not probed, with the reason."""
    reasons: dict[tuple[str, str], dict[str, list[str]]] = {}
    for found in (found for name in TASKS for split in SPLITS for found in probe(name, split=split)):
        if found.set_aside:
            _by_field(reasons, found).append(found.split)
    return pipe_table(
        ("task", "fields", "splits", "reason"),
        (
            (f"`{task}`", ", ".join(f"`{field}`" for field in fields), splits, reason)
            for (task, reason), by_field in reasons.items()
            for splits, fields in _by_splits(by_field).items()
        ),
    )


def _by_field(reasons: dict[tuple[str, str], dict[str, list[str]]], found: Probe) -> list[str]:
    by_field = reasons.setdefault((found.task, str(found.set_aside)), {})
    return by_field.setdefault(found.field, [])


def _by_splits(by_field: dict[str, list[str]]) -> dict[str, list[str]]:
    grouped: dict[str, list[str]] = {}
    for field, splits in by_field.items():
        grouped.setdefault(", ".join(splits), []).append(field)
    return grouped


def offered_dates() -> str:
    """How many dates a harness's task of multiple choice can be answered at all, in a sentence."""
    shares = []
    for split in SPLITS:
        asked = list(questions("date", split))
        possible = sum(not set(question.accepted).isdisjoint(question.choices) for question in asked)
        shares.append(f"{possible:,} of {len(asked):,} in `{split}`")
    return f"The right date is among the choices for {', '.join(shares)}."


def coverage_table() -> str:
    """How often the intervals covered the truth in the saved simulation."""
    rows = _saved_coverage()["rows"]
    shown = list(rows[0]["coverage"])
    body = []
    for row in rows:
        figures = (f"{row['coverage'][name]:.3f}" for name in shown)
        body.append((row["split"], row["accuracy"], row["correlation"], *figures))
    return pipe_table(("split", "accuracy", "correlation in a unit", *shown), body)


def coverage_source() -> str:
    """The source of the figures of the simulation, in a sentence."""
    saved = _saved_coverage()
    sizes = [
        f"{items:,} in {saved['units'][split]:,} {saved['unit'][split]}s of `{split}`"
        for split, items in saved["items"].items()
    ]
    return (
        f"`{saved['command']}`: {saved['simulations']:,} simulated systems per row, {saved['resamples']:,} "
        f"resamples each, on the items of `{saved['task']}` in version {saved['dataset_version']}: "
        f"{' and '.join(sizes)}. Seed {saved['seed']}; nominal coverage {saved['nominal']}."
    )


def card_table() -> str:
    """For the card: each task with its size in `challenge`, and the primary metric of simple baselines."""
    return pipe_table(
        ("task", "question", "n", "metric", *(f"`{system}`" for system in _ON_THE_CARD)),
        (
            (
                f"`{name}`",
                task.summary,
                f"{primary_size(task, split=_CARD_SPLIT):,}",
                f"`{_score(name, _ON_THE_CARD[0], _CARD_SPLIT).primary}`",
                *(_shown(_score(name, system, _CARD_SPLIT).result) for system in _ON_THE_CARD),
            )
            for name, task in TASKS.items()
        ),
    )


def constant_table() -> str:
    """For the card: the share of the expected answers that the most frequent one is, by task and split."""
    return pipe_table(
        ("the most frequent answer", *(f"`{split}`" for split in SPLITS)),
        (
            (
                f"`{name}`" + (", layer `content`" if name == "verifiability" else ""),
                *(f"{_most_frequent(name, split):.1%}" for split in SPLITS),
            )
            for name in TASKS
            if name != "extraction"
        ),
    )


def _most_frequent(name: str, split: str) -> float:
    """The share of the most frequent gold; of `verifiability` in the layer of its primary metric."""
    asked = [
        one for one in items(TASKS[name], split=split) if name != "verifiability" or one.layer == "content"
    ]
    counts = Counter(one.gold for one in asked)
    return counts.most_common(1)[0][1] / len(asked)


def published() -> str:
    """The scores of all baselines as JSON, for `onrecord.published`; rounded as they are shown."""
    scores = [_score(task, system, split) for task in TASKS for split in SPLITS for system in names(task)]
    scored = {
        "dataset": {"version": scores[0].version, "sha256": scores[0].sha256},
        "scores": [
            {
                "task": found.task,
                "split": found.split,
                "system": found.system,
                "n": found.n,
                "primary": found.primary,
                "signature": found.signature,
                "metrics": [
                    {"name": value.name}
                    | {bound: round(getattr(value, bound), 3) for bound in ("value", "low", "high")}
                    for value in found.metrics
                ],
                "notes": list(found.notes),
            }
            for found in scores
        ],
    }
    return json.dumps(scored, indent=1, ensure_ascii=False) + "\n"


def saved_predictions(task: str, split: str, system: str) -> Path:
    """The file of the saved answers of a baseline to a split of a task."""
    return BENCHMARKS / "predictions" / f"{task}-{split}-{system}.jsonl"


@cache
def _score(task: str, system: str, split: str) -> Score:
    if system not in SAVED:
        return score(task, baseline(task, system, split=split), split=split, system=system)
    saved = saved_predictions(task, split, system)
    hint = f"`python -m benchmarks.{system}_predictions` in .venv-harness renews it"
    try:
        return score(task, saved, split=split, system=system)
    except InvalidPredictions as error:
        # Most likely claims have been withdrawn or added since.
        raise SystemExit(f"{saved}: {error.findings[0].message}; {hint}") from error
    except UnusablePredictions as error:
        raise SystemExit(f"{error}; {hint}") from error


@cache
def _saved_coverage() -> dict[str, Any]:
    saved: dict[str, Any] = json.loads(
        (BENCHMARKS / "results" / "interval_coverage.json").read_text(encoding="utf-8")
    )
    return saved


def _cell(found: Score, metric: str) -> str:
    value = next((value for value in found.metrics if value.name == metric), None)
    return "" if value is None else _shown(value)


def _shown(value: Value) -> str:
    return f"{value.value:.3f} ({value.low:.3f} to {value.high:.3f})"


def _points(difference: float | None) -> str:
    return "none" if difference is None else f"{100 * difference:.1f}"
