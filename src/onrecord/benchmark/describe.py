"""Tasks and findings in words, for `onrecord tasks` and `onrecord score --check`."""

from collections.abc import Iterable
from dataclasses import asdict
from textwrap import fill

from tabulate import tabulate

from onrecord.benchmark.baselines import names
from onrecord.benchmark.predictions import label_text
from onrecord.benchmark.tasks import PAIRED, TASKS, Task, items, labels
from onrecord.dataset.json_values import json_text
from onrecord.dataset.load import Folder
from onrecord.model.findings import Finding

_WIDTH = 100
_MOST_LABELS = 12


def listing(data: Folder | None = None) -> str:
    """Every task with its question, the number of its items and the primary metric."""
    rows = [
        (task.name, f"{len(items(task, data)):,}", fill(_metric(task, data), 20), fill(task.summary, 60))
        for task in (*TASKS.values(), *PAIRED.values())
    ]
    headers = ("task", "items", "metric", "question")
    return tabulate(rows, headers=headers, disable_numparse=True, colalign=("left", "right", "left", "left"))


def describe(task: Task, data: Folder | None = None) -> str:
    """One task: inputs, labels, the shape of a prediction, baselines."""
    given = tabulate(list(task.inputs.items()), headers=("input", "meaning"), disable_numparse=True)
    chosen = [label_text(label) for label in labels(task, data)]
    parts = [fill(f"{task.name}: {task.summary}", _WIDTH), given]
    if chosen:
        shown = ", ".join(chosen[:_MOST_LABELS])
        more = f" and {len(chosen) - _MOST_LABELS:,} more" if len(chosen) > _MOST_LABELS else ""
        parts.append(fill(f"labels: {shown}{more}", _WIDTH))
    parts.append(
        f"predictions: onrecord schema {task.schema_name}\n"
        f"metric: {_metric(task, data)}\n"
        f"baselines: {', '.join(names(task.name))}"
    )
    return "\n\n".join(parts)


def _metric(task: Task, data: Folder | None) -> str:
    """The primary metric on these items, as `score` has it."""
    used = task.primary_among({str(item.gold) for item in items(task, data)})
    return used if used == task.primary else f"{used} ({task.primary} where there are two classes)"


def summary(task: str) -> str:
    """The message for predictions without a finding."""
    return f"no findings: `onrecord score {task}` takes these predictions"


def findings_as_json(findings: Iterable[Finding]) -> str:
    """Findings as a JSON array."""
    return json_text([asdict(finding) for finding in findings], indent=2)
