"""The questions for models: nothing in them is taken from the gold."""

import json
import re
from typing import Any

import pytest

from onrecord.benchmark.harness.prompts import ASKED, date_choices, questions
from onrecord.benchmark.harness.read_answer import INVALID, is_accepted, read_claims
from onrecord.benchmark.tasks import TASKS, find_task, items
from onrecord.benchmark.tasks.declaration import Tables
from onrecord.model import edtf
from onrecord.model.tables import SPLITS, label_names


def own_words(task: str, split: str = "test") -> list[str]:
    """The prompts of a task without what the items put into them."""
    found = []
    for question, item in zip(questions(task, split), items(find_task(task), split=split), strict=True):
        text = question.prompt
        given = [item.inputs, *item.inputs.get("choices", ())]
        values = [value for fields in given for value in fields.values() if isinstance(value, str)]
        values += [*item.inputs.get("sentences", ()), *item.inputs.get("context", ())]
        for value in sorted(values, key=len, reverse=True):
            text = text.replace(value, "")
        found.append(text)
    return found


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("task", ["speaker", "date"])
def test_the_words_of_a_prompt_hold_no_gold_answer(task: str, split: str) -> None:
    gold = {question.gold for question in questions(task, split)}
    for text in own_words(task, split):
        assert not [answer for answer in gold if answer in text]


def test_the_examples_of_the_date_prompt_have_no_bound_in_common_with_the_gold() -> None:
    gold = [edtf.parse(question.gold) for question in questions("date")]
    bounds = {bound for found in gold for bound in (found.lower, found.upper)} - {None}
    examples = re.findall(r"(?:\.\.|\d{4}(?:-\d\d)*)(?:/\d{4}(?:-\d\d)*)?", own_words("date")[0])
    assert len(examples) == 4
    for example in examples:
        found = edtf.parse(example)
        assert not {found.lower, found.upper} & bounds


@pytest.mark.parametrize("task", ASKED)
def test_what_people_read_about_a_task_has_no_gold_date_as_an_example(task: str) -> None:
    described = [TASKS[task].summary, *TASKS[task].inputs.values(), json.dumps(dict(TASKS[task].schema))]
    gold = {question.gold for question in questions("date")}
    assert not [answer for answer in gold for text in described if answer in text]


def test_the_labels_of_the_prompt_are_those_of_the_schema() -> None:
    assert {question.choices for question in questions("verifiability")} == {label_names("verifiability")}


class _Changed(Tables):
    """The shipped tables with every answer that a task asks for replaced by one and the same."""

    def __init__(self, split: str) -> None:
        super().__init__(None, split)
        first = super().claims[0]
        names = ("verifiability", "speaker_id", "via", "stated_on", "speaker", "layer", "kind")
        gold = {name: first[name] for name in names}
        self.claims = tuple({**claim, **gold} for claim in super().claims)
        segments = super().segments
        self.segments = {name: {**row, "has_claims": True} for name, row in segments.items()}


@pytest.mark.parametrize("split", ["challenge", "validation"])
@pytest.mark.parametrize("task", ASKED)
def test_prompts_and_choices_stay_the_same_when_the_gold_changes(task: str, split: str) -> None:
    found = find_task(task)
    changed = list(found.items_of(_Changed(split)))
    assert [item.inputs for item in changed] == [item.inputs for item in items(found, split=split)]
    assert {str(item.gold) for item in changed} != {str(item.gold) for item in items(found, split=split)}
    assert len({str(item.gold) for item in changed}) == 1


@pytest.mark.parametrize("dateline", ["2024-02-14", "2020-03-01", "1999-01-01", "2023-12-31"])
def test_date_choices_are_distinct_dates_up_to_the_dateline(dateline: str) -> None:
    choices = date_choices(dateline)
    assert len(set(choices)) == len(choices)
    for choice in choices:
        lower = edtf.parse(choice).lower
        assert lower is None or lower.isoformat() <= dateline


def test_the_gold_dates_of_the_shipped_claims_are_among_the_choices() -> None:
    for question in questions("date"):
        assert question.gold in question.choices


def test_questions_are_the_same_on_every_call() -> None:
    asked: Any = [list(questions(task)) for task in TASKS]
    assert asked == [list(questions(task)) for task in TASKS]


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("task", TASKS)
def test_a_question_shows_the_sentences_and_what_comes_before_them(task: str, split: str) -> None:
    for question, item in zip(questions(task, split), items(find_task(task), split=split), strict=True):
        given = item.inputs
        for words in (*given.get("sentences", [given.get("sentence")]), *given["context"], given["title"]):
            assert words in question.prompt


@pytest.mark.parametrize("split", SPLITS)
def test_no_expected_claim_is_in_the_question(split: str) -> None:
    for question, item in zip(
        questions("extraction", split), items(find_task("extraction"), split=split), strict=True
    ):
        assert question.claims == item.gold
        shown = " ".join(item.inputs["sentences"] + item.inputs["context"] + [item.inputs["title"]])
        assert not [text for text in item.gold.values() if text in question.prompt and text not in shown]


def test_alternatives_are_accepted_and_come_after_the_expected_answer() -> None:
    for task in ("speaker", "date"):
        for question, item in zip(questions(task), items(find_task(task)), strict=True):
            assert question.accepted == (item.gold, *item.alternatives)


@pytest.mark.parametrize(
    ("output", "claims"),
    [
        ("It rains.\nIt snows.", ["It rains.", "It snows."]),
        ("- It rains.\n\n* It snows.\n", ["It rains.", "It snows."]),
        ("1. It rains.\n2) In 2019 it snowed.", ["It rains.", "In 2019 it snowed."]),
        ("<think>It hails.</think>It rains.", ["It rains."]),
        ("None.", []),
        ("", []),
    ],
)
def test_claims_are_read_one_per_line(output: str, claims: list[str]) -> None:
    assert read_claims(output) == claims


def test_a_date_is_accepted_by_its_bounds() -> None:
    assert is_accepted("date", "1957-10-04/1957-10-04", ["1957", "1957-10-04"])
    assert not is_accepted("date", "1957-10", ["1957", "1957-10-04"])
    assert not is_accepted("date", INVALID, ["1957"])
