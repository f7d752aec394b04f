"""The probe: no input field gives an answer away by itself."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from onrecord import score
from onrecord.benchmark.baselines import baseline
from onrecord.benchmark.probe import NO_RECURRENCE, probe
from onrecord.benchmark.tasks import TASKS, find_task
from onrecord.model.tables import SPLITS

PROBED = [name for name in TASKS if name != "extraction"]
READ = {"claim_id", "segment_id", "text", "sentences", "sentence", "context"}


@cache
def trained_answers(task: str) -> list[Any]:
    """The answers of the trained baseline to all splits, which are learnt once."""
    return list(baseline(task, "tfidf", split="all"))


@pytest.mark.parametrize(
    ("task", "split"),
    # In the test split of detection every sentence makes a claim, so anything predicts the answer.
    [(task, split) for task in PROBED for split in SPLITS if (task, split) != ("detection", "test")],
)
def test_no_field_alone_reaches_the_trained_baseline(task: str, split: str) -> None:
    trained = score(task, trained_answers(task), split=split).result
    for found in probe(task, split=split):
        assert (found.result is None) == (found.set_aside is not None)
        if found.result is not None:
            assert found.result.name == trained.name
            assert found.result.value < trained.value, found.field


@pytest.mark.parametrize("task", PROBED)
def test_every_field_is_probed_or_set_aside_with_the_reason(task: str) -> None:
    found = {one.field: one.set_aside for one in probe(task, split="challenge")}
    assert set(found) == set(find_task(task).inputs)
    assert {field for field, reason in found.items() if reason == NO_RECURRENCE} == READ & set(found)


def test_in_the_test_split_of_detection_anything_predicts_the_answer() -> None:
    for found in probe("detection", split="test"):
        assert found.result is None or found.result.value == 1.0


@pytest.mark.parametrize("task", ["extraction", "contrasts"])
def test_tasks_without_labels_of_their_own_are_not_probed(task: str) -> None:
    assert probe(task) == ()
    with pytest.raises(ValueError, match="split"):
        probe(task, split="nonsense")


def test_a_field_is_probed_by_the_most_frequent_answer_of_other_paragraphs(splits_data: Path) -> None:
    # The documents are copies, so that each sentence recurs in another one with the same answers.
    found = {one.field: one for one in probe("date", splits_data, split="all")}
    assert found["title"].values == 1
    assert found["text"].recurring == 1.0
    result = found["text"].result
    assert result is not None
    assert result.value == 1.0
    # Within one document nothing recurs outside of the paragraph of the two claims.
    assert {one.recurring for one in probe("date", splits_data)} == {0.0}
