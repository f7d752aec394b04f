"""The items of a task with their gold alone, read from single columns of the tables.

Scoring a corpus needs no more, and inputs and attributes take most of the time.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from onrecord.benchmark.tasks.declaration import OWN_VOICE, Gold, Item, Task
from onrecord.dataset.load import Folder, iter_values
from onrecord.model.table_files import SPLIT

_EMPTY: Mapping[str, Any] = MappingProxyType({})


def read_gold_items(task: Task, data: Folder, split: str = SPLIT) -> Iterator[Item]:
    """The items of one split without inputs and attributes, for a task whose gold is one field of a table."""
    gold = task.gold
    if gold is None:
        raise ValueError(f"the gold of {task.name} is not one field of a table")
    read = _read_claims if gold.table == "claims" else _read_segments
    yield from read(task, gold, data, split)


def _read_claims(task: Task, gold: Gold, data: Folder, split: str) -> Iterator[Item]:
    paragraphs = dict(iter_values("segments", ["segment_id", "paragraph"], data, split=split))
    fields = [task.key, "document_id", "segment_id", gold.field, "layer", "mode"]
    fields += [gold.alternatives] if gold.alternatives else []
    for item_id, document_id, segment_id, expected, layer, mode, *others in iter_values(
        "claims", fields, data, split=split
    ):
        if mode != OWN_VOICE or not gold.without_own_voice:
            yield Item(
                item_id,
                document_id,
                paragraphs[segment_id],
                _EMPTY,
                expected,
                _EMPTY,
                split=split,
                alternatives=tuple(others[0]) if others else (),
                layer=layer,
                is_own_voice=mode == OWN_VOICE,
            )


def _read_segments(task: Task, gold: Gold, data: Folder, split: str) -> Iterator[Item]:
    fields = [task.key, "document_id", "paragraph", gold.field, "text", "gloss"]
    for item_id, document_id, paragraph, expected, text, gloss in iter_values(
        "segments", fields, data, split=split
    ):
        if text is not None or gloss is not None:
            yield Item(item_id, document_id, paragraph, _EMPTY, expected, _EMPTY, split=split)
