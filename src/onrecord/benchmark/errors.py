"""What a system got wrong: the items with their text, and the share right by speaker, kind, flag and more.

Selects and orders them; `formats` lays them out.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from onrecord.benchmark.answers import Answers, label_text
from onrecord.benchmark.bootstrap import wilson
from onrecord.benchmark.contrast_counts import answer_to, wrong_inputs
from onrecord.benchmark.contrast_right import pair_names
from onrecord.benchmark.formats import errors_html, errors_table
from onrecord.benchmark.prediction_files import Source
from onrecord.benchmark.predictions import read_answers
from onrecord.benchmark.score import count
from onrecord.benchmark.table_rows import wrong_text
from onrecord.benchmark.tasks import Item, caching_scope, find_task, items
from onrecord.benchmark.tasks.contrasts import PairAnswer
from onrecord.benchmark.tasks.declaration import Kind, claim_attributes, splits_in, tables
from onrecord.dataset.load import Folder
from onrecord.model.short_repr import ShortRepr

if TYPE_CHECKING:
    from onrecord.row_types import TaskName

_UNITS: Mapping[Kind, tuple[str, str]] = {"claims": ("claim", "claim"), "pairs": ("input", "pair")}
"""What is wrong, and what its subgroups count, where these are not items."""


@dataclass(frozen=True, slots=True, repr=False)
class WrongItem(ShortRepr):
    """An item that was answered wrongly: the expected and the given answer, and the text."""

    item_id: str
    expected: str
    given: str
    text: str


@dataclass(frozen=True, slots=True, repr=False)
class Subgroup(ShortRepr):
    """The share of items right among those with one value of an attribute, with Wilson's interval.

    Of contrast pairs, pairs are counted, and a pair is right where both of its inputs are.
    """

    attribute: str
    value: str
    n: int
    right: int
    low: float
    high: float
    unit: str = "item"
    """What `n` and `right` count: "item", "claim" or "pair"."""


@dataclass(frozen=True, slots=True, repr=False)
class Errors:
    """The errors of one system on one task; `str` is their table."""

    task: str
    split: str
    n: int
    wrong: tuple[WrongItem, ...]
    subgroups: tuple[Subgroup, ...]
    unit: str = "item"
    """What `n` and `wrong` count: "item", "claim" or, of contrast pairs, "input"."""

    def __str__(self) -> str:
        return errors_table(self)

    def __repr__(self) -> str:
        return f"<Errors {self.task} on {self.split}: {wrong_text(self)}>"

    def _repr_html_(self) -> str:
        return errors_html(self)

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain JSON values."""
        return {
            "task": self.task,
            "split": self.split,
            "unit": self.unit,
            "n": self.n,
            "wrong": [
                {"id": w.item_id, "expected": w.expected, "given": w.given, "text": w.text}
                for w in self.wrong
            ],
            "strata": [
                {
                    "trait": group.attribute,
                    "value": group.value,
                    "unit": group.unit,
                    "n": group.n,
                    "right": group.right,
                    "low": group.low,
                    "high": group.high,
                }
                for group in self.subgroups
            ],
        }


@caching_scope()
def errors(
    task: "TaskName | str", predictions: Source, data: Folder | None = None, *, split: str | None = None
) -> Errors:
    """What is wrong in the predictions for a task; raises as `score` does.

    For extraction the items are the expected claims that were not found, for contrasts the inputs of pairs.
    """
    found = find_task(task)
    split = found.split_or_default(split)
    answers = read_answers(found, predictions, data, split)
    asked = items(found, data, split)
    counted = count(found, answers, data, split)
    if found.kind == "claims":
        claims = (claim for one in splits_in(split, data) for claim in tables(data, one).claims)
        by_id = {claim["claim_id"]: claim for claim in claims}
        attributes = {name: claim_attributes(by_id[name]) for name in counted.outcomes}
        wrong = tuple(_not_found(asked, answers, counted.outcomes))
    elif found.kind == "pairs":
        attributes = {item.document_id: {"split": (item.split,), **item.attributes} for item in asked}
        speakers = (row for one in splits_in(split, data) for row in tables(data, one).speakers.values())
        names = pair_names(asked, speakers)
        wrong = tuple(_wrong_side(item, answers) for item in wrong_inputs(asked, answers, names))
    else:
        attributes = {item.item_id: {"split": (item.split,), **item.attributes} for item in asked}
        wrong = tuple(_wrong(item, answers) for item in asked if not counted.outcomes[item.item_id])
    number = len(asked) if found.kind == "pairs" else len(counted.outcomes)
    unit, grouped = _UNITS.get(found.kind, ("item", "item"))
    groups = _subgroups(counted.outcomes, attributes, grouped)
    return Errors(task, split, number, wrong, tuple(groups), unit)


def _wrong(item: Item, answers: Answers) -> WrongItem:
    given = answers.by_item.get(item.item_id)
    shown = "(missing)" if given is None else label_text(given.answer)
    text = str(item.inputs.get("text") or item.inputs["sentence"])
    return WrongItem(item.item_id, label_text(item.gold), shown, text)


def _wrong_side(item: Item, answers: Answers) -> WrongItem:
    """One input of a pair that was answered wrongly."""
    given = answer_to(item.item_id, answers)
    is_missing = item.item_id not in answers.by_item and item.item_id not in answers.texts
    words = item.inputs.get("text") or item.inputs.get("sentence") or " ".join(item.inputs["sentences"])
    shown = "(missing)" if is_missing else _answer_text(given)
    return WrongItem(item.item_id, _answer_text(item.gold), shown, str(words))


def _answer_text(answer: PairAnswer) -> str:
    return " | ".join(answer) if isinstance(answer, tuple) else label_text(answer)


def _not_found(
    asked: tuple[Item, ...], answers: Answers, outcomes: Mapping[str, bool]
) -> Iterator[WrongItem]:
    for item in asked:
        count = len(answers.texts.get(item.item_id, ()))
        for claim_id, text in item.gold.items():
            if not outcomes[claim_id]:
                given = (
                    f"{count} claim{'' if count == 1 else 's'} in {item.item_id}" if count else "(missing)"
                )
                yield WrongItem(claim_id, "found", given, text)


def _subgroups(
    outcomes: Mapping[str, bool], attributes: Mapping[str, Mapping[str, tuple[str, ...]]], unit: str
) -> Iterator[Subgroup]:
    counts: dict[str, dict[str, list[bool]]] = {}
    for item_id, is_right in outcomes.items():
        for attribute, values in attributes[item_id].items():
            for value in values:
                counts.setdefault(attribute, {}).setdefault(value, []).append(is_right)
    for attribute, by_value in counts.items():
        for value, rights in sorted(by_value.items(), key=lambda entry: (-len(entry[1]), entry[0])):
            low, high = wilson(sum(rights), len(rights))
            yield Subgroup(attribute, value, len(rights), sum(rights), low, high, unit)
