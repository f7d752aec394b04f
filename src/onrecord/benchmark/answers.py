"""The answers of a system to the items of a task, once they are read and found valid."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

from onrecord.benchmark.tasks import Task
from onrecord.benchmark.tasks.declaration import Answer
from onrecord.benchmark.tasks.extraction import paragraph_id
from onrecord.dataset.load import Folder
from onrecord.model.digest import Identity, read_identity
from onrecord.model.paths import home


@dataclass(frozen=True, slots=True)
class Prediction:
    """An answer, with confidence and probabilities if the system gives them."""

    answer: Answer
    confidence: float | None = None
    probabilities: Mapping[str, float] | None = None


@dataclass(frozen=True, slots=True)
class Answers:
    """All answers to a task by item; where claims are extracted, the texts per paragraph or input."""

    name: str
    by_item: Mapping[str, Prediction] = field(default_factory=dict)
    texts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    set_aside: int = 0
    """The number of answers to items of other splits."""


def unchecked_answers(task: Task, name: str, lines: Iterable[Mapping[str, Any]]) -> Answers:
    """The answers in lines that a baseline or a probe made, which are valid by construction."""
    by_item: dict[str, Prediction] = {}
    texts: dict[str, list[str]] = {}
    shared: dict[tuple[type, Answer], Prediction] = {}
    for line in lines:
        if task.kind == "claims":
            texts.setdefault(paragraph_id(line["document_id"], line["paragraph"]), []).append(line["text"])
        elif isinstance(line["prediction"], list):
            texts[line[task.key]] = line["prediction"]
        else:
            answer = line["prediction"]
            # The type is part of the key, because True == 1 and hashes the same.
            key = type(answer), answer
            by_item[line[task.key]] = shared.get(key) or shared.setdefault(key, Prediction(answer))
    return Answers(name, by_item, {item: tuple(found) for item, found in texts.items()})


@cache
def shipped_identity() -> Identity:
    """The identity of the dataset that comes with the package."""
    return read_identity(home() / "data")


def identity(data: Folder | None) -> Identity:
    """The identity of the dataset that is scored against."""
    return shipped_identity() if data is None else read_identity(Path(data))


def label_text(label: Answer) -> str:
    """A label as it is spelt in JSON: `true` for True; `(none)` where there is no answer."""
    if label is None:
        return "(none)"
    return str(label).lower() if isinstance(label, bool) else label
