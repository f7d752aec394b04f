"""The baseline `shuffled`: the gold of another item of the split, which no real system should fall below."""

import random
from collections.abc import Iterator
from typing import TYPE_CHECKING

from onrecord.benchmark.tasks import find_task, gold_items
from onrecord.dataset.load import Folder
from onrecord.model.table_files import SPLIT

if TYPE_CHECKING:
    from onrecord.benchmark.baselines import Line

_SEED = 0


def predict(task: str, data: Folder | None = None, split: str = SPLIT) -> Iterator["Line"]:
    """One line per item, or for extraction the claims of another paragraph; nothing where there is no other.

    The items are put into a random order, and each is given the gold of the next one.
    """
    found = find_task(task)
    asked = gold_items(found, data, split)
    if len(asked) < 2:
        return
    order = list(asked)
    random.Random(_SEED).shuffle(order)
    given = {item.item_id: other.gold for item, other in zip(order, [*order[1:], order[0]], strict=True)}
    for item in asked:
        gold = given[item.item_id]
        if found.kind == "claims":
            place = {"document_id": item.document_id, "paragraph": item.paragraph}
            yield from ({**place, "text": text} for text in gold.values())
        else:
            yield {found.key: item.item_id, "prediction": gold}
