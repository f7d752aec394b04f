"""What a system got wrong: the items with their text, and how it fares by speaker, kind, flag and the like.

Owns the choice and the order; layout is for `formats`.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from onrecord.benchmark.bootstrap import wilson
from onrecord.benchmark.counts import tally
from onrecord.benchmark.predictions import Answers, Source, label_text, read_answers
from onrecord.benchmark.tasks import Item, find_task, held, items, labels
from onrecord.benchmark.tasks.declaration import claim_traits, tables
from onrecord.dataset.load import Folder


@dataclass(frozen=True, slots=True)
class Wrong:
    """An item that was not answered right: what was expected, what was given, and the text."""

    item_id: str
    expected: str
    given: str
    text: str


@dataclass(frozen=True, slots=True)
class Stratum:
    """The share of items right among those of one trait, with Wilson's interval."""

    trait: str
    value: str
    n: int
    right: int
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Errors:
    """The errors of one system on one task."""

    task: str
    n: int
    wrong: tuple[Wrong, ...]
    strata: tuple[Stratum, ...]

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain JSON values."""
        return {
            "task": self.task,
            "n": self.n,
            "wrong": [
                {"id": w.item_id, "expected": w.expected, "given": w.given, "text": w.text}
                for w in self.wrong
            ],
            "strata": [
                {"trait": s.trait, "value": s.value, "n": s.n, "right": s.right, "low": s.low, "high": s.high}
                for s in self.strata
            ],
        }


@held()
def errors(task: str, predictions: Source, data: Folder | None = None) -> Errors:
    """What is wrong in the predictions for a task; raises as `score` does.

    For extraction the items are the expected claims that were not found.
    """
    found = find_task(task)
    answers = read_answers(found, predictions, data)
    asked = items(found, data)
    counted = tally(found.kind, asked, answers, labels(found, data))
    if found.kind == "claims":
        by_id = {claim["claim_id"]: claim for claim in tables(data).claims}
        traits = {name: claim_traits(by_id[name]) for name in counted.outcomes}
        wrong = tuple(_not_found(asked, answers, counted.outcomes))
    else:
        traits = {item.item_id: dict(item.traits) for item in asked}
        wrong = tuple(_wrong(item, answers) for item in asked if not counted.outcomes[item.item_id])
    return Errors(task, len(counted.outcomes), wrong, tuple(_strata(counted.outcomes, traits)))


def _wrong(item: Item, answers: Answers) -> Wrong:
    given = answers.by_item.get(item.item_id)
    shown = "(missing)" if given is None else label_text(given.answer)
    text = str(item.inputs.get("text") or item.inputs["gloss"])
    return Wrong(item.item_id, label_text(item.gold), shown, text)


def _not_found(asked: tuple[Item, ...], answers: Answers, outcomes: Mapping[str, bool]) -> Iterator[Wrong]:
    for item in asked:
        count = len(answers.texts.get(item.item_id, ()))
        for claim_id, text in item.gold.items():
            if not outcomes[claim_id]:
                given = (
                    f"{count} claim{'' if count == 1 else 's'} in {item.item_id}" if count else "(missing)"
                )
                yield Wrong(claim_id, "found", given, text)


def _strata(
    outcomes: Mapping[str, bool], traits: Mapping[str, Mapping[str, tuple[str, ...]]]
) -> Iterator[Stratum]:
    counts: dict[str, dict[str, list[bool]]] = {}
    for item_id, is_right in outcomes.items():
        for trait, values in traits[item_id].items():
            for value in values:
                counts.setdefault(trait, {}).setdefault(value, []).append(is_right)
    for trait, by_value in counts.items():
        for value, rights in sorted(by_value.items(), key=lambda entry: (-len(entry[1]), entry[0])):
            low, high = wilson(sum(rights), len(rights))
            yield Stratum(trait, value, len(rights), sum(rights), low, high)
