"""The tasks of Inspect AI: stand-in models, the replay solver, and the command as a user types it."""

import asyncio
import json
import subprocess
import sys
from importlib.metadata import entry_points
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

inspect_ai = pytest.importorskip("inspect_ai", reason="needs the extra `inspect`: make test-harness")

from inspect_ai.model import ModelOutput, ModelUsage, get_model  # noqa: E402 # After the skip.

from onrecord.benchmark.answers import identity  # noqa: E402 # After the skip.
from onrecord.benchmark.baselines import baseline  # noqa: E402 # After the skip.
from onrecord.benchmark.harness import inspect_tasks  # noqa: E402 # After the skip.
from onrecord.benchmark.harness.prompts import questions  # noqa: E402 # After the skip.
from onrecord.benchmark.harness.read_answer import INVALID  # noqa: E402 # After the skip.
from onrecord.benchmark.score import score  # noqa: E402 # After the skip.
from onrecord.exceptions import InvalidPredictions  # noqa: E402 # After the skip.
from tests.helpers.answers import gold  # noqa: E402 # After the skip.
from tests.helpers.model_answers import ANSWERS, choices_of  # noqa: E402 # After the skip.

TASKS = ("verifiability", "speaker", "date", "detection")


def run(task: str, tmp_path: Path, split: str = "test", **options: Any) -> Any:
    made = getattr(inspect_tasks, task)(split)
    log = inspect_ai.eval(made, log_dir=str(tmp_path), log_format="json", display="none", **options)[0]
    assert log.status == "success", log.error
    return log


def metrics(log: Any) -> dict[str, float]:
    return {name: found.value for name, found in log.results.scores[0].metrics.items()}


def saved(tmp_path: Path, lines: list[dict[str, Any]]) -> str:
    path = tmp_path / "predictions.jsonl"
    path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    return str(path)


def gold_lines(task: str, split: str = "test") -> list[dict[str, Any]]:
    return gold(task, split=split)


@pytest.mark.parametrize("split", ["test", "challenge"])
@pytest.mark.parametrize("task", TASKS)
def test_gold_replayed_gets_everything_right(task: str, split: str, tmp_path: Path) -> None:
    lines = saved(tmp_path, gold_lines(task, split))
    log = run(task, tmp_path, split, solver=inspect_tasks.replay(lines), model=None)
    found = metrics(log)
    assert found["accuracy"] == found["macro_f1"] == 1.0
    assert found["invalid"] == 0.0
    assert log.eval.dataset.name == f"onrecord/{task}/{split}"
    assert log.eval.metadata["dataset_split"] == split
    assert log.eval.metadata["dataset_sha256"] == identity(None).dataset


def test_one_replay_answers_several_splits_of_a_task(tmp_path: Path) -> None:
    splits = ["validation", "challenge"]
    lines = [line for split in splits for line in gold_lines("speaker", split)]
    logs = inspect_ai.eval(
        [inspect_tasks.speaker(split) for split in splits],
        log_dir=str(tmp_path),
        display="none",
        solver=inspect_tasks.replay(saved(tmp_path, lines)),
        model=None,
        limit=5,
    )
    assert [log.eval.dataset.name for log in logs] == [f"onrecord/speaker/{split}" for split in splits]
    assert [metrics(log)["accuracy"] for log in logs] == [1.0, 1.0]
    assert [metrics(log)["invalid"] for log in logs] == [0.0, 0.0]


def test_a_replayed_file_has_the_score_of_onrecord_score(tmp_path: Path) -> None:
    lines = list(baseline("verifiability", "rules"))
    ours = {value.name: value.value for value in score("verifiability", lines).metrics}
    log = run("verifiability", tmp_path, solver=inspect_tasks.replay(saved(tmp_path, lines)), model=None)
    assert metrics(log)["accuracy"] == pytest.approx(ours["accuracy"])
    assert metrics(log)["macro_f1"] == pytest.approx(ours["macro_f1"])


@pytest.mark.parametrize("split", ["test", "validation"])
def test_extracted_claims_have_the_score_of_onrecord_score(split: str, tmp_path: Path) -> None:
    for lines in (gold_lines("extraction", split), list(baseline("extraction", "rules", split=split))):
        ours = {value.name: value.value for value in score("extraction", lines, split=split).metrics}
        found = metrics(
            run(
                "extraction",
                tmp_path,
                split,
                solver=inspect_tasks.replay(saved(tmp_path, lines)),
                model=None,
            )
        )
        assert found["claim_f1"] == pytest.approx(ours["f1"])
        assert found["claim_precision"] == pytest.approx(ours["precision"])
        assert found["claim_recall"] == pytest.approx(ours["recall"])


def test_an_item_that_a_file_leaves_out_is_wrong(tmp_path: Path) -> None:
    half = gold_lines("verifiability")[::2]
    found = metrics(
        run("verifiability", tmp_path, solver=inspect_tasks.replay(saved(tmp_path, half)), model=None)
    )
    share = len(half) / len(gold_lines("verifiability"))
    assert found["accuracy"] == pytest.approx(share)
    assert found["invalid"] == pytest.approx(1 - share)


def test_an_alternative_is_as_good_as_the_expected_answer(tmp_path: Path) -> None:
    alternatives = {q.item_id: q.accepted[1] for q in questions("speaker", "challenge") if q.accepted[1:]}
    lines = [{"claim_id": name, "prediction": answer} for name, answer in alternatives.items()]
    log = run(
        "speaker",
        tmp_path,
        "challenge",
        solver=inspect_tasks.replay(saved(tmp_path, lines)),
        model=None,
        sample_id=list(alternatives),
    )
    assert len(log.samples) == len(lines) > 0
    assert metrics(log)["accuracy"] == 1.0
    assert metrics(log)["macro_f1"] == 1.0


def test_a_file_with_errors_is_refused(tmp_path: Path) -> None:
    wrong = saved(tmp_path, [{"claim_id": "no-such-claim", "prediction": "verifiable"}])
    made = inspect_tasks.verifiability()
    log = inspect_ai.eval(
        made, log_dir=str(tmp_path), display="none", solver=inspect_tasks.replay(wrong), model=None
    )[0]
    assert log.status == "error"
    assert InvalidPredictions.__name__ in log.error.traceback


def test_a_model_that_knows_the_answers_gets_everything_right(tmp_path: Path) -> None:
    answers = {q.prompt: q.gold for q in questions("date")}

    def answer(messages: list[Any], *_: Any) -> ModelOutput:
        output = ModelOutput.from_content("mockllm/model", f"It was {answers[messages[-1].text]}.")
        # With the usage given the harness counts no tokens, for which it would fetch a vocabulary.
        output.usage = ModelUsage(input_tokens=1, output_tokens=1, total_tokens=2)
        return output

    model = get_model("mockllm/model", custom_outputs=answer, memoize=False)
    assert metrics(run("date", tmp_path, model=model))["accuracy"] == 1.0


def test_a_constant_model_gets_the_share_of_its_answer(tmp_path: Path) -> None:
    gold = [q.gold for q in questions("verifiability")]
    found = metrics(run("verifiability", tmp_path, model="onrecord/verifiable"))
    assert found["accuracy"] == pytest.approx(gold.count("verifiable") / len(gold))


@pytest.mark.parametrize(
    ("output", "answer"), [("partially verifiable", "partially_verifiable"), ("not verifiable", "")]
)
def test_a_model_that_writes_a_label_in_words_gets_its_share_and_no_other(
    output: str, answer: str, tmp_path: Path
) -> None:
    gold = [q.gold for q in questions("verifiability")]
    found = metrics(run("verifiability", tmp_path, model=f"onrecord/{output}"))
    assert found["accuracy"] == pytest.approx(gold.count(answer) / len(gold))
    assert found["invalid"] == float(not answer)


@pytest.mark.parametrize(("task", "output", "expected"), ANSWERS, ids=[repr(a[1]) for a in ANSWERS])
def test_an_output_is_scored_as_the_answer_that_it_commits_to(task: str, output: str, expected: str) -> None:
    gold = "1957-10-04" if expected == INVALID else expected
    state: Any = SimpleNamespace(
        metadata={"task": task, "choices": list(choices_of(task)), "accepted": [gold]},
        output=SimpleNamespace(completion=output),
    )
    target: Any = SimpleNamespace(text=gold)
    found = asyncio.run(inspect_tasks.answered()(state, target))
    assert found is not None
    assert found.answer == expected
    assert found.value == ("I" if expected == INVALID else "C")


def test_the_entry_point_leads_to_the_tasks() -> None:
    (found,) = entry_points(group="inspect_ai", name="onrecord")
    assert found.value == inspect_tasks.__name__


def test_the_command_finds_a_task_by_its_name_from_any_folder(tmp_path: Path) -> None:
    inspect = str(Path(sys.executable).with_name("inspect"))
    command = [
        inspect,
        "eval",
        "onrecord/speaker",
        "--model",
        "onrecord/vladimir-putin",
        "--display",
        "plain",
    ]
    done = subprocess.run(
        [*command, "--limit", "20"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "accuracy" in done.stdout
