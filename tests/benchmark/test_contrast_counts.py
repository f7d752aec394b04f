"""What is counted for contrast pairs: inputs apart from pairs, dates by bounds, claims by their source."""

from pathlib import Path
from typing import Any

import pytest

import onrecord
from onrecord import errors, rows, score
from onrecord.benchmark.contrast_right import is_right
from onrecord.benchmark.report import Score
from onrecord.benchmark.tasks.contrasts import input_id, pair_gold
from onrecord.dataset.load import Folder
from onrecord.rules.contrasts import SIDES
from tests.helpers import sample

Line = dict[str, Any]


def gold_lines(data: Folder | None = None, split: str = "challenge") -> list[Line]:
    """The gold of both sides of each pair of a split."""
    answers = [
        (input_id(pair, side), pair_gold(pair, side))
        for pair in rows("contrasts", data, split=split)
        for side in SIDES
    ]
    return [
        {"input_id": name, "prediction": list(answer) if isinstance(answer, tuple) else answer}
        for name, answer in answers
    ]


@pytest.fixture(scope="module")
def first_sides() -> Score:
    """The score of the right answers to one input of each pair, the other one unanswered."""
    return score("contrasts", [line for line in gold_lines() if line["input_id"].endswith("-a")])


def test_one_right_input_per_pair_is_an_accuracy_of_half_and_no_consistency(first_sides: Score) -> None:
    found = {value.name: value.value for value in first_sides.metrics}

    assert (found["consistency"], found["accuracy"]) == (0.0, 0.5)


def test_the_right_inputs_of_a_group_are_counted_apart_from_its_consistent_pairs(first_sides: Score) -> None:
    assert first_sides.groups
    for group in first_sides.groups:
        assert (group.consistent, group.inputs_right) == (0, group.pairs)


@pytest.mark.parametrize(
    ("gold", "answer", "expected"),
    [
        ("2010-06-30", "2010-06-30/2010-06-30", True),
        ("2010-06", "2010-06-01/2010-06-30", True),
        ("2010-06", "2010-06-01/2010-06-29", False),
    ],
)
def test_a_date_of_a_pair_is_right_with_the_same_bounds(gold: str, answer: str, expected: bool) -> None:
    assert is_right("date", gold, answer) is expected


def test_a_detail_that_its_input_does_not_give_makes_a_claim_of_a_pair_wrong(splits_data: Path) -> None:
    lines = gold_lines(splits_data, "test")
    line = next(line for line in lines if line["input_id"] == "extraction-001-a")
    assert line["prediction"] == ["The harbour bridge is safe."]
    line["prediction"] = ["The harbour bridge is safe in Geneva."]

    found = score("contrasts", lines, splits_data, split="test")
    wrong = errors("contrasts", lines, splits_data, split="test").wrong

    assert [name for name, is_right in found.tally.outcomes.items() if not is_right] == ["extraction-001"]
    assert [one.item_id for one in wrong] == ["extraction-001-a"]


def test_people_of_the_table_of_speakers_are_distinguished_in_pairs(sample_records: Path) -> None:
    # No choice of a pair is the newspaper: only the table has its name.
    one, other = "Ada Lind sued The Harbour Gazette.", "The Harbour Gazette sued Ada Lind."

    def name_people(pairs: list[sample.Record]) -> None:
        for side, text in zip(SIDES, (one, other), strict=True):
            pairs[-1] |= {f"sentences_{side}": [text], f"claims_{side}": [text]}

    sample.edit(sample_records / "contrasts.jsonl", name_people)
    data = sample_records.with_name("built")
    onrecord.build(sample_records, data)
    lines = gold_lines(data, "test")
    right = score("contrasts", lines, data, split="test")
    next(line for line in lines if line["input_id"] == "extraction-001-a")["prediction"] = [other]
    swapped = score("contrasts", lines, data, split="test")

    assert right.tally.outcomes["extraction-001"]
    assert not swapped.tally.outcomes["extraction-001"]
