"""The probe: no input field gives an answer away by itself."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from onrecord import score
from onrecord.benchmark.baselines import baseline
from onrecord.benchmark.probe import NO_RECURRENCE, ONE_VALUE, probe
from onrecord.benchmark.tasks import TASKS, find_task

PROBED = [name for name in TASKS if name != "extraction"]
READ = {"claim_id", "segment_id", "text", "sentences", "sentence", "context"}


@cache
def trained_answers(task: str) -> list[Any]:
    """The answers of the trained baseline to all splits, which are learnt once."""
    return list(baseline(task, "tfidf", split="all"))


@pytest.mark.parametrize("split", ["test", "challenge", "validation"])
@pytest.mark.parametrize("task", PROBED)
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
    assert {field for field, reason in found.items() if reason == ONE_VALUE} <= {"choices"}


def test_extraction_has_no_labels_to_predict() -> None:
    assert probe("extraction") == ()


def test_a_field_is_probed_by_the_most_frequent_answer_of_other_paragraphs(splits_data: Path) -> None:
    # The documents are copies, so that each sentence recurs in another one with the same answers.
    found = {one.field: one for one in probe("date", splits_data, split="all")}
    assert found["title"].set_aside == ONE_VALUE
    assert found["text"].recurring == 1.0
    result = found["text"].result
    assert result is not None
    assert result.value == 1.0
    # Within one document nothing recurs outside of the paragraph of the two claims.
    assert {one.recurring for one in probe("date", splits_data)} == {0.0}
