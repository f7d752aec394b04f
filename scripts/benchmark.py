"""The generated parts of docs/benchmark.md and of the card's section on it, and the published scores.

Every number comes from the tasks, from predictions that are scored when this runs, or from a result that a
script in benchmarks/ has saved.
"""

import json
from functools import cache
from typing import Any

from onrecord.benchmark.baselines import DESCRIPTIONS, baseline, names
from onrecord.benchmark.power import smallest_difference
from onrecord.benchmark.prediction_rules import RULES
from onrecord.benchmark.report import Score, Value
from onrecord.benchmark.score import score
from onrecord.benchmark.tasks import TASKS, Task, find_task, items
from onrecord.exceptions import InvalidPredictions
from onrecord.model.paths import home
from scripts.markdown import pipe_table

BENCHMARKS = home() / "benchmarks"
SAVED = ("spacy",)
"""Baselines whose packages the development environment lacks: their predictions are kept in benchmarks/."""

_ON_THE_CARD = ("majority", "rules")
_SHARES = (0.1, 0.2, 0.3, 0.4)


def task_table() -> str:
    """Each task with its items, what a system is given, what it answers, and the primary metric."""
    return pipe_table(
        ("task", "items", "question", "inputs", "primary metric"),
        (
            (
                f"`{task.name}`",
                f"{len(items(task)):,}",
                task.summary,
                ", ".join(f"`{name}`" for name in task.inputs),
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


def score_table(name: str) -> str:
    """The scores of all baselines on a task, each metric with its interval."""
    scores = [_score(name, system) for system in names(name)]
    shown = list(dict.fromkeys(value.name for found in scores for value in found.metrics))
    return pipe_table(
        ("baseline", *(f"`{metric}`" for metric in shown)),
        ((f"`{found.system}`", *(_cell(found, metric) for metric in shown)) for found in scores),
    )


def signatures(name: str) -> str:
    """The signature of each baseline's primary metric on a task, as a list."""
    return "\n".join(f"- `{system}`: `{_score(name, system).signature}`" for system in names(name))


def notes(name: str) -> str:
    """The notes on a task's numbers that hold for every system; empty where there are none."""
    every = [set(_score(name, system).notes) for system in names(name)]
    common = set.intersection(*every)
    return "\n\n".join(f"> {note}" for note in _score(name, names(name)[0]).notes if note in common)


def metric_table(name: str) -> str:
    """The metrics of a task and how each is defined."""
    found = {value.name: value.meaning for system in names(name) for value in _score(name, system).metrics}
    return pipe_table(("metric", "meaning"), ((f"`{metric}`", meaning) for metric, meaning in found.items()))


def rule_table() -> str:
    """The rules of predictions."""
    return pipe_table(
        ("rule", "forbids", "why", "fix"),
        ((f"`{rule.id}`", rule.summary, rule.why, rule.fix) for rule in RULES),
    )


def difference_table() -> str:
    """The smallest difference in accuracy that each task's set can show, by share of discordant items."""
    sizes = {task.name: _size(task) for task in TASKS.values()}
    return pipe_table(
        ("task", "n", *(f"{share:.0%}" for share in _SHARES)),
        (
            (f"`{name}`", f"{n:,}", *(_points(smallest_difference(n, share)) for share in _SHARES))
            for name, n in sizes.items()
        ),
    )


def coverage_table() -> str:
    """How often the intervals covered the truth in the saved simulation."""
    rows = _saved_coverage()["rows"]
    shown = list(rows[0]["coverage"])
    return pipe_table(
        ("accuracy", "correlation in a paragraph", *shown),
        (
            (row["accuracy"], row["correlation"], *(f"{row['coverage'][name]:.3f}" for name in shown))
            for row in rows
        ),
    )


def coverage_source() -> str:
    """The source of the figures of the simulation, in a sentence."""
    saved = _saved_coverage()
    return (
        f"`{saved['command']}`: {saved['simulations']:,} simulated systems per row, {saved['resamples']:,} "
        f"resamples each, on the {saved['items']:,} items in {saved['paragraphs']:,} paragraphs of "
        f"`{saved['task']}` in version {saved['dataset_version']}, seed {saved['seed']}; nominal coverage "
        f"{saved['nominal']}."
    )


def card_table() -> str:
    """For the card: each task with its size and the primary metric of the simplest baselines."""
    return pipe_table(
        ("task", "n", "question", "metric", *(f"`{system}`" for system in _ON_THE_CARD)),
        (
            (
                f"`{name}`",
                f"{_score(name, _ON_THE_CARD[0]).n:,}",
                task.summary,
                f"`{_score(name, _ON_THE_CARD[0]).primary}`",
                *(_shown(_score(name, system).result) for system in _ON_THE_CARD),
            )
            for name, task in TASKS.items()
        ),
    )


def smallest_on_the_card() -> str:
    """For the card: the smallest difference that the largest task can show, in a sentence."""
    n = max(_size(task) for task in TASKS.values())
    share = _SHARES[1]
    return (
        f"With n = {n:,}, two systems of which exactly one is right on {share:.0%} of the items can be "
        "distinguished if their accuracy differs by at least "
        f"{_points(smallest_difference(n, share))} points (exact "
        "McNemar test, 80 % power); a smaller difference `compare` reports as not resolvable."
    )


def published() -> str:
    """The scores of all baselines as JSON, for `onrecord.published`; rounded as they are shown."""
    scores = [_score(task, system) for task in TASKS for system in names(task)]
    scored = {
        "dataset": {"version": scores[0].version, "sha256": scores[0].sha256},
        "scores": [
            {
                "task": found.task,
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


@cache
def _score(task: str, system: str) -> Score:
    if system not in SAVED:
        return score(task, baseline(task, system), system=system)
    saved = BENCHMARKS / "predictions" / f"{task}-{system}.jsonl"
    try:
        return score(task, saved, system=system)
    except InvalidPredictions as error:
        # Most likely claims have been withdrawn or added since.
        hint = f"`python -m benchmarks.{system}_predictions` in .venv-harness renews it"
        raise SystemExit(f"{saved}: {error.findings[0].message}; {hint}") from error


@cache
def _saved_coverage() -> dict[str, Any]:
    saved: dict[str, Any] = json.loads(
        (BENCHMARKS / "results" / "interval_coverage.json").read_text(encoding="utf-8")
    )
    return saved


def _size(task: Task) -> int:
    return _score(task.name, names(task.name)[0]).n


def _cell(found: Score, metric: str) -> str:
    value = next((value for value in found.metrics if value.name == metric), None)
    return "" if value is None else _shown(value)


def _shown(value: Value) -> str:
    return f"{value.value:.3f} ({value.low:.3f} to {value.high:.3f})"


def _points(difference: float | None) -> str:
    return "none" if difference is None else f"{100 * difference:.1f}"
