"""Tasks and findings in words, for `onrecord tasks` and `onrecord score --check`."""

from collections.abc import Iterable
from dataclasses import asdict
from textwrap import fill

from tabulate import tabulate

from onrecord.benchmark.answers import label_text
from onrecord.benchmark.baselines import names
from onrecord.benchmark.tasks import PAIRED, TASKS, Task, find_task, items, labels
from onrecord.dataset.json_values import json_text
from onrecord.dataset.load import Folder
from onrecord.model.findings import Finding
from onrecord.model.table_files import splits_of

_WIDTH = 100
_MOST_LABELS = 12


def listing(data: Folder | None = None) -> str:
    """Every task with its question, the number of its items in each split, and the primary metric."""
    splits = splits_of(data)
    rows = [
        (
            task.name,
            *(f"{len(items(task, data, split)):,}" for split in splits),
            task.primary,
            fill(task.summary, 60),
        )
        for task in (*TASKS.values(), *PAIRED.values())
    ]
    headers = ("task", *splits, "metric", "question")
    aligned = ("left", *("right" for _ in splits), "left", "left")
    return tabulate(rows, headers=headers, disable_numparse=True, colalign=aligned)


def describe(task: Task, data: Folder | None = None) -> str:
    """One task: inputs, items by split, labels, the shape of a prediction, baselines."""
    given = tabulate(list(task.inputs.items()), headers=("input", "meaning"), disable_numparse=True)
    parts = [fill(f"{task.name}: {task.summary}", _WIDTH), given, _split_table(task, data)]
    if task.labels_of:
        parts.append("\n".join(_labels_line(task, data, split) for split in _label_sets(task, data)))
    parts.append(f"predictions: onrecord schema {task.schema_name}\nbaselines: {', '.join(names(task.name))}")
    return "\n\n".join(parts)


def _split_table(task: Task, data: Folder | None) -> str:
    """The items of each split and their documents or pairs, and the primary metric that `score` has there."""
    rows = []
    for split in splits_of(data):
        found = items(task, data, split)
        # The two inputs of a pair have its id in the place of their document's.
        groups = {item.document_id for item in found}
        rows.append((split, f"{len(found):,}", f"{len(groups):,}", task.primary_among(found)))
    aligned = ("left", "right", "right", "left")
    headers = ("split", *(("inputs", "pairs") if task.kind == "pairs" else ("items", "documents")), "metric")
    return tabulate(rows, headers=headers, disable_numparse=True, colalign=aligned)


def _label_sets(task: Task, data: Folder | None) -> list[str]:
    """The splits by which labels are listed: one of them where they are the same in all."""
    splits = splits_of(data)
    return list(splits) if len({labels(task, data, split) for split in splits}) > 1 else list(splits[:1])


def _labels_line(task: Task, data: Folder | None, split: str) -> str:
    chosen = [label_text(label) for label in labels(task, data, split)]
    shown = ", ".join(chosen[:_MOST_LABELS])
    more = f" and {len(chosen) - _MOST_LABELS:,} more" if len(chosen) > _MOST_LABELS else ""
    where = f" of {split}" if len(_label_sets(task, data)) > 1 else ""
    return fill(f"labels{where}: {shown}{more}", _WIDTH)


def summary(task: str, split: str | None) -> str:
    """The message for predictions without a finding."""
    named = "" if split in (None, find_task(task).default_split) else f" --split {split}"
    return f"no findings: `onrecord score {task}{named}` takes these predictions"


def findings_as_json(findings: Iterable[Finding]) -> str:
    """Findings as a JSON array."""
    return json_text([asdict(finding) for finding in findings], indent=2)
