"""The baseline `majority`: the most frequent answer of the gold, given to every item."""

from collections import Counter
from collections.abc import Hashable, Iterable, Iterator
from typing import TYPE_CHECKING, TypeVar

from onrecord.benchmark.tasks import Item, find_task, gold_items
from onrecord.dataset.load import Folder
from onrecord.model.table_files import SPLIT

if TYPE_CHECKING:
    from onrecord.benchmark.baselines import Line

_Answer = TypeVar("_Answer", bound=Hashable)


def predict(task: str, data: Folder | None = None, split: str = SPLIT) -> Iterator["Line"]:
    """One line per item; for extraction the commonest claim, as often as the commonest number of claims."""
    found = find_task(task)
    asked = gold_items(found, data, split)
    if found.kind == "claims":
        yield from _claims(asked)
        return
    answer = _commonest(item.gold for item in asked)
    for item in asked:
        yield {found.key: item.item_id, "prediction": answer}


def _claims(asked: Iterable[Item]) -> Iterator["Line"]:
    asked = tuple(asked)
    text = _commonest(text for item in asked for text in item.gold.values())
    # Paragraphs without claims do not count, because a file without any answer has no score.
    number = _commonest(len(item.gold) for item in asked if item.gold)
    for item in asked:
        for _ in range(number or 0):
            yield {"document_id": item.document_id, "paragraph": item.paragraph, "text": text}


def _commonest(answers: Iterable[_Answer]) -> _Answer | None:
    """The most frequent answer, the first one seen among equals; None where there are none."""
    counted = Counter(answers).most_common(1)
    return counted[0][0] if counted else None
