"""Predictions for tests: gold answers in the format of a predictions file, and files of any lines."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from onrecord.benchmark.tasks import find_task, items
from onrecord.dataset.load import Folder
from onrecord.model.table_files import SPLIT

Line = dict[str, Any]


def gold(task: str, data: Folder | None = None, split: str = SPLIT) -> list[Line]:
    """The gold answers of a task, one line per item or, for extraction, per claim."""
    found = find_task(task)
    if found.kind == "claims":
        return [
            {"document_id": item.document_id, "paragraph": item.paragraph, "text": text}
            for item in items(found, data, split)
            for text in item.gold.values()
        ]
    return [{found.key: item.item_id, "prediction": item.gold} for item in items(found, data, split)]


def constant(task: str, answer: Any, data: Folder | None = None, split: str = SPLIT) -> list[Line]:
    """The same answer to every item."""
    return [{**line, "prediction": answer} for line in gold(task, data, split)]


def write(path: Path, lines: Iterable[Mapping[str, Any]], encoding: str = "utf-8") -> Path:
    """The lines as a file of JSON Lines."""
    text = "".join(json.dumps(line, ensure_ascii=False) + "\n" for line in lines)
    path.write_bytes(text.encode(encoding))
    return path
