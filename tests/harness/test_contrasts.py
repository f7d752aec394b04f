"""Contrast pairs in both harnesses: stand-in models that know all answers, some, or half of each pair."""

import json
import math
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("inspect_ai", reason="needs the extra `inspect`: make test-harness")
pytest.importorskip("lm_eval", reason="needs the extra `lm-eval`: make test-harness")

import inspect_ai  # After the skip.
from inspect_ai import Epochs  # After the skip.

from onrecord import rows, score  # After the skip.
from onrecord.benchmark.harness import inspect_tasks  # After the skip.
from onrecord.benchmark.harness.contrast_prompts import (  # After the skip.
    consistency,
    pair_questions,
    read_pair_answer,
)
from onrecord.benchmark.harness.read_answer import INVALID  # After the skip.
from onrecord.benchmark.tasks.contrasts import input_id, pair_gold  # After the skip.
from onrecord.rules.contrasts import SIDES  # After the skip.
from tests.helpers.lm_eval_models import Answering, gold_of, results, task_manager  # After the skip.


def gold_lines(split: str = "challenge") -> list[dict[str, Any]]:
    answers = [
        (input_id(pair, side), pair_gold(pair, side))
        for pair in rows("contrasts", split=split)
        for side in SIDES
    ]
    return [
        {"input_id": name, "prediction": list(answer) if isinstance(answer, tuple) else answer}
        for name, answer in answers
    ]


def inspected(
    tmp_path: Path, lines: list[dict[str, Any]], split: str = "challenge", **options: Any
) -> dict[str, float]:
    file = tmp_path / "predictions.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    log = inspect_ai.eval(
        inspect_tasks.contrasts(split),
        log_dir=str(tmp_path),
        display="none",
        solver=inspect_tasks.replay(str(file)),
        model=None,
        **options,
    )[0]
    assert log.status == "success", log.error
    return {name: found.value for name, found in log.results.scores[0].metrics.items()}


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([("p", "p-a", True), ("p", "p-b", True)], 1.0),
        ([("p", "p-a", True), ("p", "p-b", False)], 0.0),
        ([("p", "p-a", True)], 0.0),
        ([("p", "p-a", True), ("p", "p-a", True)], 0.0),
        ([("p", "p-a", True), ("q", "q-b", True), ("q", "q-a", True)], 0.5),
        ([("p", "p-a", True), ("p", "p-b", True), ("p", "p-b", False)], 0.0),
    ],
    ids=["both", "one wrong", "half", "half twice", "half and a whole pair", "one wrong in one epoch"],
)
def test_a_pair_is_consistent_only_with_both_sides_there_and_right(
    answers: list[tuple[str, str, bool]], expected: float
) -> None:
    assert consistency(answers) == expected


def test_without_answers_there_is_no_consistency() -> None:
    assert math.isnan(consistency([]))


def test_half_a_pair_is_not_consistent_in_inspect(tmp_path: Path) -> None:
    found = inspected(tmp_path, gold_lines(), limit=3)

    assert (found["consistency"], found["accuracy"]) == (0.5, 1.0)


def test_epochs_that_are_not_reduced_make_consistent_pairs(tmp_path: Path) -> None:
    epochs = Epochs(2, [])
    found = inspected(tmp_path, gold_lines(), limit=3, epochs=epochs)

    assert (found["consistency"], found["accuracy"]) == (0.5, 1.0)


def test_half_a_pair_is_not_consistent_in_lm_eval() -> None:
    found = results(Answering(), ["onrecord_contrasts_gen"], limit=3)["onrecord_contrasts_gen"]

    assert (found["exact"], found["consistency"]) == (1.0, 0.5)


def gold_of_first_inputs(document: dict[str, Any]) -> str:
    return gold_of(document) if document["id"].endswith("-a") else "no idea"


@pytest.mark.parametrize("split", ["challenge", "validation"])
def test_gold_replayed_is_consistent_on_every_pair(tmp_path: Path, split: str) -> None:
    found = inspected(tmp_path, gold_lines(split), split)

    assert (found["consistency"], found["accuracy"], found["invalid"]) == (1.0, 1.0, 0.0)


def test_a_replayed_file_has_the_scores_of_onrecord_score(tmp_path: Path) -> None:
    lines = [
        {**line, "prediction": "verifiable"} for line in gold_lines() if "verifiability" in line["input_id"]
    ]
    ours = {value.name: value.value for value in score("contrasts", lines).metrics}
    found = inspected(tmp_path, lines)

    assert found["consistency"] == pytest.approx(ours["consistency"])
    assert found["accuracy"] == pytest.approx(ours["accuracy"])


def test_one_answer_of_two_makes_no_pair_consistent(tmp_path: Path) -> None:
    found = inspected(tmp_path, [line for line in gold_lines() if line["input_id"].endswith("-a")])

    assert (found["consistency"], found["accuracy"]) == (0.0, 0.5)


@pytest.mark.parametrize(
    ("output", "answer", "is_right"),
    [
        ("none", "none", True),
        ("- None.", "none", True),
        ("", INVALID, False),
        ("<think>none</think>", INVALID, False),
    ],
)
def test_the_word_none_is_an_answer_and_an_empty_output_is_not(
    output: str, answer: str, is_right: bool
) -> None:
    # Without expected claims the word none is right.
    found = read_pair_answer("extraction", output, (), ())

    assert (found.answer, found.is_right) == (answer, is_right)


def test_a_replayed_empty_list_of_claims_is_wrong_but_read(tmp_path: Path) -> None:
    lines = [
        {**line, "prediction": []} if line["input_id"].startswith("extraction") else line
        for line in gold_lines()
    ]
    found = inspected(tmp_path, lines)

    assert found["accuracy"] < 1.0
    assert found["invalid"] == 0.0


@pytest.mark.parametrize("name", ["onrecord_contrasts_gen", "onrecord_contrasts_gen_validation"])
def test_a_model_that_knows_the_answers_gets_every_pair(name: str) -> None:
    found = results(Answering(), [name])[name]

    assert (found["exact"], found["consistency"], found["invalid"]) == (1.0, 1.0, 0.0)


def test_a_model_that_knows_one_answer_of_two_gets_no_pair() -> None:
    found = results(Answering(gold_of_first_inputs), ["onrecord_contrasts_gen"])["onrecord_contrasts_gen"]

    assert (found["exact"], found["consistency"], found["invalid"]) == (0.5, 0.0, 0.5)


def test_of_choices_a_model_that_knows_gets_every_pair_whose_answers_are_offered() -> None:
    asked = [one for one in pair_questions() if one.task != "extraction"]
    offered = {one.contrast_id: True for one in asked}
    for one in asked:
        offered[one.contrast_id] &= one.question.gold in one.question.choices
    found = results(Answering(), ["onrecord_contrasts"])["onrecord_contrasts"]

    assert found["consistency"] == pytest.approx(sum(offered.values()) / len(offered))
    assert found["consistency"] > 0.9


def test_every_input_is_asked_once_and_extraction_in_inspect_only() -> None:
    manager = task_manager()
    asked = manager.load(["onrecord_contrasts_gen"])["tasks"]["onrecord_contrasts_gen"].dataset["test"]
    ids = [line["input_id"] for line in gold_lines()]

    assert [row["id"] for row in asked] == [name for name in ids if not name.startswith("extraction")]
    assert [sample.id for sample in inspect_tasks.contrasts().dataset] == ids


def test_each_input_states_the_task_that_it_asks_and_inspect_the_predictions_task_as_well() -> None:
    manager = task_manager()
    rows_asked = manager.load(["onrecord_contrasts_gen"])["tasks"]["onrecord_contrasts_gen"].dataset["test"]
    tasks = {one.question.item_id: one.task for one in pair_questions()}
    given = {sample.id: sample.metadata for sample in inspect_tasks.contrasts().dataset}

    assert {row["id"]: row["task"] for row in rows_asked} == {
        name: task for name, task in tasks.items() if task != "extraction"
    }
    assert {name: found["asked_task"] for name, found in given.items()} == tasks
    assert {found["task"] for found in given.values()} == {"contrasts"}
