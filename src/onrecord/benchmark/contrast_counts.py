"""What is counted for contrast pairs: whether one answer is right, whether both are, by task and by edit.

A pair is the unit: its two inputs are not independent. Metrics and intervals follow from the counts as for
other tasks.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING

from onrecord.benchmark.bootstrap import wilson
from onrecord.benchmark.contrast_right import is_right
from onrecord.benchmark.counts import Tally
from onrecord.benchmark.metrics import Columns, Metric, share
from onrecord.benchmark.tasks.contrasts import PairAnswer
from onrecord.benchmark.tasks.declaration import Item
from onrecord.benchmark.wording import Names
from onrecord.extras import extra
from onrecord.model.short_repr import ShortRepr

with extra("score", "a score"):
    import numpy as np

if TYPE_CHECKING:
    from onrecord.benchmark.predictions import Answers

MEASURED = "challenge"
"""The split whose pairs the figures are about; where there are none, those of all splits are."""
COLUMNS = Columns(
    (
        "items",
        "all_right",
        "inputs",
        "inputs_right",
        "changing",
        "changing_right",
        "keeping",
        "keeping_right",
    )
)
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
    attributes: Mapping[str, tuple[str, ...]]
    rights: tuple[bool, ...]
    is_missing: bool
    is_abstained: bool

    @property
    def is_consistent(self) -> bool:
        return all(self.rights)


def tally_pairs(items: Sequence[Item], answers: "Answers", names: Names) -> Tally:
    """The answers counted per pair, over the measured split."""
    pairs = _measured(list(_pairs(items, answers, names)))
    units = np.array([_row(pair) for pair in pairs]).reshape(-1, len(COLUMNS.names))
    return Tally(
        COLUMNS,
        tuple(pair.contrast_id for pair in pairs),
        units,
        {pair.contrast_id: pair.is_consistent for pair in pairs},
        missing=sum(pair.is_missing for pair in pairs),
        abstained=sum(pair.is_abstained for pair in pairs),
        confusion={},
    )


def group_scores(items: Sequence[Item], answers: "Answers", names: Names) -> tuple[GroupScore, ...]:
    """The pairs by split, by whether the answer changes, by task and by kind of edit."""
    pairs = list(_pairs(items, answers, names))
    return (*_grouped(pairs, ("split",)), *_grouped(_measured(pairs), _GROUPED_BY))


def wrong_inputs(items: Sequence[Item], answers: "Answers", names: Names) -> Iterator[Item]:
    """The items that are answered wrongly or not at all."""
    for item in items:
        task = item.attributes["task"][0]
        if not is_right(task, item.gold, answer_to(item.item_id, answers), names):
            yield item


def answer_to(item_id: str, answers: "Answers") -> PairAnswer:
    """The answer to one input; None where it is missing or an abstention."""
    if item_id in answers.texts:
        return answers.texts[item_id]
    given = answers.by_item.get(item_id)
    return given.answer if given else None


def pair_metrics(columns: Columns) -> tuple[Metric, ...]:
    """The metrics of pairs."""
    c = columns

    def part(name: str, meaning: str, right: str, of: str) -> Metric:
        # Pairs are independent of each other, as the inputs of one pair are not.
        return Metric(name, meaning, share(c, right, of), shares=(right, of))

    return (
        part("consistency", "share of pairs with both answers right", "all_right", "items"),
        part("consistency_changing", "the same where the answer changes", "changing_right", "changing"),
        part("consistency_keeping", "the same where it stays", "keeping_right", "keeping"),
        Metric("accuracy", "share of inputs answered right", share(c, "inputs_right", "inputs")),
    )


def _pairs(items: Sequence[Item], answers: "Answers", names: Names) -> Iterator[_Pair]:
    for contrast_id, group in groupby(items, key=lambda item: item.document_id):
        sides = list(group)
        attributes = sides[0].attributes
        given = [answer_to(item.item_id, answers) for item in sides]
        known = [item.item_id in answers.by_item or item.item_id in answers.texts for item in sides]
        rights = (
            is_right(attributes["task"][0], item.gold, answer, names)
            for item, answer in zip(sides, given, strict=True)
        )
        yield _Pair(
            contrast_id,
            attributes,
            tuple(rights),
            is_missing=not all(known),
            is_abstained=all(known) and None in given,
        )


def _measured(pairs: list[_Pair]) -> list[_Pair]:
    own = [pair for pair in pairs if pair.attributes["split"] == (MEASURED,)]
    return own or pairs


def _row(pair: _Pair) -> list[float]:
    changes = pair.attributes["changes"] == ("changes",)
    counts = dict.fromkeys(COLUMNS.names, 0)
    counts |= {"items": 1, "all_right": pair.is_consistent}
    counts |= {"inputs": len(pair.rights), "inputs_right": sum(pair.rights)}
    kind = "changing" if changes else "keeping"
    counts |= {kind: 1, f"{kind}_right": pair.is_consistent}
    return [float(counts[name]) for name in COLUMNS.names]


def _grouped(pairs: Sequence[_Pair], attributes: Sequence[str]) -> Iterator[GroupScore]:
    for attribute in attributes:
        by_value: dict[str, list[_Pair]] = {}
        for pair in pairs:
            by_value.setdefault(pair.attributes[attribute][0], []).append(pair)
        for value, group in sorted(by_value.items(), key=lambda entry: (-len(entry[1]), entry[0])):
            consistent = sum(pair.is_consistent for pair in group)
            low, high = wilson(consistent, len(group))
            right = sum(sum(pair.rights) for pair in group)
            yield GroupScore(attribute, value, len(group), consistent, low, high, right)
