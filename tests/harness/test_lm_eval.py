"""The tasks of lm-evaluation-harness, with stand-in models that know the answers, or always give one."""

from pathlib import Path

import pytest

pytest.importorskip("lm_eval", reason="needs the extra `lm-eval`: make test-harness")


from onrecord.benchmark.harness.lm_eval_tasks import functions  # After the skip.
from onrecord.benchmark.harness.prompts import questions  # After the skip.
from onrecord.benchmark.harness.read_answer import INVALID  # After the skip.
from tests.helpers.lm_eval_models import Answering, results, task_manager  # After the skip.
from tests.helpers.model_answers import ANSWERS, choices_of  # After the skip.

TASKS = ("verifiability", "speaker", "date", "detection")
CHOOSING = [f"onrecord_{name}" for name in TASKS]
WRITING = [f"onrecord_{name}_gen" for name in TASKS]


def test_a_model_that_knows_the_answers_gets_everything_right(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # From another folder: the data are found all the same.
    monkeypatch.chdir(tmp_path)
    found = results(Answering(), CHOOSING + WRITING)
    assert {task: found[task]["acc"] for task in CHOOSING} == dict.fromkeys(CHOOSING, 1.0)
    assert {task: found[task]["exact"] for task in WRITING} == dict.fromkeys(WRITING, 1.0)
    assert {task: found[task]["invalid"] for task in WRITING} == dict.fromkeys(WRITING, 0.0)
    assert found["onrecord_verifiability"]["f1"] == found["onrecord_verifiability"]["mcc"] == 1.0
    assert found["onrecord_verifiability_gen"]["macro_f1"] == 1.0


@pytest.mark.parametrize("split", ["challenge", "validation"])
def test_every_task_asks_another_split_as_well(split: str) -> None:
    names = [f"{name}_{split}" for name in WRITING]
    found = results(Answering(), names)
    assert {name: found[name]["exact"] for name in names} == dict.fromkeys(names, 1.0)
    manager = task_manager()
    for task, name in zip(TASKS, names, strict=True):
        asked = manager.load([name])["tasks"][name].dataset["test"]
        assert [row["id"] for row in asked] == [question.item_id for question in questions(task, split)]
        assert {row["dataset_split"] for row in asked} == {split}


def test_an_alternative_is_right_in_both_kinds_of_task() -> None:
    document = {"choices": ["2024", "2023"], "gold": "2023", "accepted": ["2023", "2024"]}
    assert functions.choose(document, [(0.0, True), (-1.0, False)])["acc"] == 1.0
    assert functions.score_date(document, ["2024"])["exact"] == 1.0


def test_a_constant_model_gets_the_share_of_its_answer() -> None:
    answer = "unverifiable"
    found = results(Answering(lambda _: answer), ["onrecord_verifiability", "onrecord_verifiability_gen"])
    gold = [question.gold for question in questions("verifiability")]
    share = gold.count(answer) / len(gold)
    assert found["onrecord_verifiability"]["acc"] == pytest.approx(share)
    assert found["onrecord_verifiability"]["mcc"] == 0.0
    assert found["onrecord_verifiability_gen"]["exact"] == pytest.approx(share)


def test_an_answer_that_cannot_be_read_is_invalid_and_wrong() -> None:
    found = results(Answering(lambda _: "no idea"), WRITING)
    assert {task: found[task]["invalid"] for task in WRITING} == dict.fromkeys(WRITING, 1.0)
    assert {task: found[task]["exact"] for task in WRITING} == dict.fromkeys(WRITING, 0.0)


def test_every_task_asks_every_item_once() -> None:
    manager = task_manager()
    for name in CHOOSING:
        asked = manager.load([name])["tasks"][name].dataset["test"]
        assert [row["id"] for row in asked] == [q.item_id for q in questions(name.removeprefix("onrecord_"))]


@pytest.mark.parametrize(("task", "output", "expected"), ANSWERS, ids=[repr(a[1]) for a in ANSWERS])
def test_an_output_is_scored_as_the_answer_that_it_commits_to(task: str, output: str, expected: str) -> None:
    score = {
        "verifiability": functions.score_verifiability,
        "speaker": functions.score_speaker,
        "date": functions.score_date,
        "detection": functions.score_detection,
    }[task]
    gold = "1957-10-04" if expected == INVALID else expected
    found = score({"choices": list(choices_of(task)), "gold": gold, "accepted": [gold]}, [output])
    assert (found["exact"], found["invalid"]) == ((0.0, 1.0) if expected == INVALID else (1.0, 0.0))
    if task in ("verifiability", "detection"):
        assert found["macro_f1"] == (gold, expected)


def test_no_choice_is_taken_from_the_gold() -> None:
    (rows,) = functions.load_date().values()
    offered = [set(row["choices"]) for row in rows]
    assert {row["gold"] for row in rows} < set.intersection(*offered)
    assert len(offered[0]) > 10 * len({row["gold"] for row in rows})
