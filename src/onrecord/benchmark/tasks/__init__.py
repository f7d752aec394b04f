"""The tasks of the benchmark, one module each, and their items and inputs.

A task that is added to the list here is known to `check`, `score`, `compare`, `errors` and the docs.
"""

from collections.abc import Mapping, Sequence
from functools import cache
from types import MappingProxyType
from typing import TYPE_CHECKING, Any

from onrecord.benchmark.tasks import contrasts, date, detection, extraction, speaker, verifiability
from onrecord.benchmark.tasks.declaration import (
    Answer,
    Item,
    Task,
    cached,
    caching_scope,
    splits_in,
    tables,
)
from onrecord.benchmark.tasks.gold import read_gold_items
from onrecord.dataset.load import Folder
from onrecord.model.findings import hint
from onrecord.model.table_files import SPLIT

if TYPE_CHECKING:
    from onrecord.row_types import TaskName

__all__ = [
    "PAIRED",
    "TASKS",
    "Item",
    "Task",
    "caching_scope",
    "find_task",
    "gold_items",
    "inputs",
    "items",
    "labels",
]

TASKS: Mapping[str, Task] = MappingProxyType(
    {task.name: task for task in (m.TASK for m in (verifiability, speaker, date, detection, extraction))}
)
"""Every task on the claims and sentences of the documents, by its name."""

PAIRED: Mapping[str, Task] = MappingProxyType({contrasts.TASK.name: contrasts.TASK})
"""What is scored like a task, but asks the tasks above of pairs of inputs that were written for it."""

_ALL: Mapping[str, Task] = MappingProxyType({**TASKS, **PAIRED})


def find_task(name: object) -> Task:
    """The task of that name. Raises ValueError, naming the nearest one, where there is none."""
    if not isinstance(name, str) or name not in _ALL:
        raise ValueError(f"there is no task {name!r}; {hint(name, _ALL)}")
    return _ALL[name]


def items(task: Task, data: Folder | None = None, split: str = SPLIT) -> tuple[Item, ...]:
    """The items of a task with their gold, in the order of the tables; `all` is one split after the other.

    Raises ValueError for an unknown split, and otherwise as `load.rows` does.
    """
    return _joined([_items(task, data, one) for one in splits_in(split, data)])


def _joined(parts: Sequence[tuple[Item, ...]]) -> tuple[Item, ...]:
    # A million items of one split are not copied.
    return parts[0] if len(parts) == 1 else tuple(item for part in parts for item in part)


def _items(task: Task, data: Folder | None, split: str) -> tuple[Item, ...]:
    if data is None:
        return _shipped_items(task.name, split)
    return cached(("items", task.name, str(data), split), lambda: tuple(task.items_of(tables(data, split))))


@cache
def _shipped_items(name: str, split: str) -> tuple[Item, ...]:
    return tuple(_ALL[name].items_of(tables(split=split)))


def gold_items(task: Task, data: Folder | None = None, split: str = SPLIT) -> tuple[Item, ...]:
    """The items for scoring, where possible without inputs and attributes, which take most of the time."""
    return _joined([_gold_items(task, data, one) for one in splits_in(split, data)])


def _gold_items(task: Task, data: Folder | None, split: str) -> tuple[Item, ...]:
    if data is None or task.gold is None:
        return _items(task, data, split)
    key = ("gold items", task.name, str(data), split)
    return cached(key, lambda: tuple(read_gold_items(task, data, split)))


def labels(task: Task, data: Folder | None = None, split: str = SPLIT) -> tuple[Answer, ...]:
    """The labels that a task chooses from; none where its answers are dates or texts."""
    if not task.labels_of:
        return ()
    found = [label for one in splits_in(split, data) for label in task.labels_of(tables(data, one))]
    return tuple(dict.fromkeys(found))


def inputs(
    task: "TaskName | str", data: Folder | None = None, *, split: str | None = None
) -> Sequence[Mapping[str, Any]]:
    """What a system is given for each item of a split, without the gold.

    Items share parts: copy what you want to change.
    `split` is test, challenge, validation or all, by default that of the task: test, for contrasts challenge.
    Raises ValueError for an unknown task or split.
    """
    found = find_task(task)
    return tuple(item.inputs for item in items(found, data, found.split_or_default(split)))
