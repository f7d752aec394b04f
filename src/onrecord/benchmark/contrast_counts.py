"""What is counted for contrast pairs: whether one answer is right, whether both are, by task and by edit.

A pair is the unit: its two inputs are not independent. Metrics and intervals follow from the counts as for
other tasks.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from onrecord.benchmark.bootstrap import wilson
from onrecord.benchmark.contrast_metrics import PAIR_COLUMNS
from onrecord.benchmark.contrast_right import is_right
from onrecord.benchmark.counts import Tally
from onrecord.benchmark.sources import pair_source
from onrecord.benchmark.tasks.contrasts import PairAnswer
from onrecord.benchmark.tasks.declaration import Item
from onrecord.benchmark.wording import Names
from onrecord.extras import extra
from onrecord.model.short_repr import ShortRepr

with extra("score", "a score"):
    import numpy as np

if TYPE_CHECKING:
    from onrecord.benchmark.answers import Answers

_GROUPED_BY = ("changes", "task", "edit")


@dataclass(frozen=True, slots=True, repr=False)
class GroupScore(ShortRepr):
    """The pairs with one value of an attribute: how many are right, and how many of their inputs are.

    The bounds are Wilson's, of the consistency.
    """

    attribute: str
    value: str
    pairs: int
    consistent: int
    low: float
    high: float
    inputs_right: int


@dataclass(frozen=True, slots=True)
class _Pair:
    """A pair with what was answered: the attributes of its items, and whether each answer is right."""

    contrast_id: str
    title: str
    attributes: Mapping[str, tuple[str, ...]]
    rights: tuple[bool, ...]
    is_missing: bool
    is_abstained: bool

    @property
    def is_consistent(self) -> bool:
        return all(self.rights)


def tally_pairs(items: Sequence[Item], answers: "Answers", names: Names) -> Tally:
    """The answers counted per pair."""
    pairs = list(_pairs(items, answers, names))
    units = np.array([_row(pair) for pair in pairs]).reshape(-1, len(PAIR_COLUMNS.names))
    return Tally(
        PAIR_COLUMNS,
        tuple(pair.contrast_id for pair in pairs),
        units,
        {pair.contrast_id: pair.is_consistent for pair in pairs},
        missing=sum(pair.is_missing for pair in pairs),
        abstained=sum(pair.is_abstained for pair in pairs),
        confusion={},
        unit="pair",
        paragraphs=len(pairs),
        documents=len({pair.title for pair in pairs}),
    )


def group_scores(items: Sequence[Item], answers: "Answers", names: Names) -> tuple[GroupScore, ...]:
    """The pairs by whether the answer changes, by task and by kind of edit."""
    return tuple(_grouped(list(_pairs(items, answers, names))))


def wrong_inputs(items: Sequence[Item], answers: "Answers", names: Names) -> Iterator[Item]:
    """The items that are answered wrongly or not at all."""
    for item in items:
        task = item.inputs["task"]
        answer = answer_to(item.item_id, answers)
        if not is_right(task, item.gold, answer, names, pair_source(item.inputs)):
            yield item


def answer_to(item_id: str, answers: "Answers") -> PairAnswer:
    """The answer to one input; None where it is missing or an abstention."""
    if item_id in answers.texts:
        return answers.texts[item_id]
    given = answers.by_item.get(item_id)
    return given.answer if given else None


def _pairs(items: Sequence[Item], answers: "Answers", names: Names) -> Iterator[_Pair]:
    for contrast_id, group in groupby(items, key=lambda item: item.document_id):
        sides = list(group)
        first = sides[0]
        given = [answer_to(item.item_id, answers) for item in sides]
        known = [item.item_id in answers.by_item or item.item_id in answers.texts for item in sides]
        rights = (
            is_right(first.inputs["task"], item.gold, answer, names, pair_source(item.inputs))
            for item, answer in zip(sides, given, strict=True)
        )
        yield _Pair(
            contrast_id,
            str(first.inputs["title"]),
            first.attributes,
            tuple(rights),
            is_missing=not all(known),
            is_abstained=all(known) and None in given,
        )


def _row(pair: _Pair) -> list[float]:
    kind = "changing" if pair.attributes["changes"] == ("changes",) else "keeping"
    counts = dict.fromkeys(PAIR_COLUMNS.names, 0)
    counts |= {"items": 1, "all_right": pair.is_consistent}
    counts |= {"inputs": len(pair.rights), "inputs_right": sum(pair.rights)}
    counts |= {kind: 1, f"{kind}_right": pair.is_consistent}
    return [float(counts[name]) for name in PAIR_COLUMNS.names]


def _grouped(pairs: Sequence[_Pair]) -> Iterator[GroupScore]:
    for attribute in _GROUPED_BY:
        by_value: dict[str, list[_Pair]] = {}
        for pair in pairs:
            by_value.setdefault(pair.attributes[attribute][0], []).append(pair)
        for value, group in sorted(by_value.items(), key=lambda entry: (-len(entry[1]), entry[0])):
            consistent = sum(pair.is_consistent for pair in group)
            low, high = wilson(consistent, len(group))
            right = sum(sum(pair.rights) for pair in group)
            yield GroupScore(attribute, value, len(group), consistent, low, high, right)
