"""How far each input field alone predicts the answer: what a task gives away without being read.

The answer to an item is the most frequent gold among the items of other paragraphs with the same value, and
where the value does not recur, the most frequent gold of all other paragraphs. Gold is known here, so a probe
is no system; a field that reaches a trained baseline makes the task pointless.
"""

import json
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from onrecord.benchmark.answers import unchecked_answers
from onrecord.benchmark.report import Value
from onrecord.benchmark.score import count, primary_value
from onrecord.benchmark.tasks import Item, Task, caching_scope, find_task, items
from onrecord.dataset.load import Folder
from onrecord.model.short_repr import ShortRepr

if TYPE_CHECKING:
    from onrecord.row_types import TaskName

_RECURRING = 0.5
"""The share of items whose value must recur in another paragraph for a field to be probed."""
NO_RECURRENCE = "its values do not recur in other paragraphs: it has to be read"


@dataclass(frozen=True, slots=True, repr=False)
class Probe(ShortRepr):
    """How well one field of a task's inputs predicts the answer by itself."""

    task: str
    split: str
    field: str
    values: int
    """The number of distinct values."""
    recurring: float
    """The share of items whose value recurs in another paragraph."""
    result: Value | None
    """The primary metric of the probe; None where the field was set aside."""
    set_aside: str | None
    """Why the field was not probed."""


@caching_scope()
def probe(
    task: "TaskName | str", data: Folder | None = None, *, split: str | None = None
) -> tuple[Probe, ...]:
    """Probe each input field of a task about claims or sentences; empty for extraction and contrasts.

    The answers of extraction are no labels, and those to a contrast pair are for its edit to tell. `split` is
    by default that of the task. Raises ValueError for an unknown task or split, NothingToScore for a split
    without items, and otherwise as `load.rows` does.
    """
    found = find_task(task)
    split = found.split_or_default(split)
    asked = items(found, data, split)
    if found.kind in ("claims", "pairs"):
        return ()
    return tuple(_probe(found, name, asked, data, split) for name in found.inputs)


def _probe(task: Task, name: str, asked: Sequence[Item], data: Folder | None, split: str) -> Probe:
    values = [json.dumps(item.inputs[name], sort_keys=True) for item in asked]
    places: dict[str, set[tuple[str, int]]] = defaultdict(set)
    for value, item in zip(values, asked, strict=True):
        places[value].add(item.cluster)
    recurring = sum(len(places[value]) > 1 for value in values) / max(1, len(asked))
    set_aside = NO_RECURRENCE if recurring < _RECURRING else None
    result = None
    if set_aside is None:
        answers = unchecked_answers(task, name, _answers(task, asked, values))
        result = primary_value(task, count(task, answers, data, split), data, split)
    return Probe(task.name, split, name, len(places), recurring, result, set_aside)


def _answers(task: Task, asked: Sequence[Item], values: Sequence[str]) -> Iterator[Mapping[str, Any]]:
    """The most frequent gold by value, counted without the paragraph of the item that is answered."""
    whole: Counter[Any] = Counter(item.gold for item in asked)
    in_paragraph: dict[tuple[str, int], Counter[Any]] = defaultdict(Counter)
    by_value: dict[str, Counter[Any]] = defaultdict(Counter)
    by_both: dict[tuple[str, tuple[str, int]], Counter[Any]] = defaultdict(Counter)
    for item, value in zip(asked, values, strict=True):
        in_paragraph[item.cluster][item.gold] += 1
        by_value[value][item.gold] += 1
        by_both[value, item.cluster][item.gold] += 1
    for item, value in zip(asked, values, strict=True):
        elsewhere = by_value[value] - by_both[value, item.cluster]
        counted = elsewhere or whole - in_paragraph[item.cluster]
        answer = max(counted, key=lambda gold: (counted[gold], str(gold))) if counted else None
        yield {task.key: item.item_id, "prediction": answer}
