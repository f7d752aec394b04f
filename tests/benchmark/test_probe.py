"""The probe: no input field gives an answer away by itself."""

from functools import cache
from pathlib import Path
from typing import Any

import pytest

from onrecord import build, score
from onrecord.benchmark.baselines import baseline
from onrecord.benchmark.probe import NO_RECURRENCE, probe
from onrecord.benchmark.tasks import TASKS, find_task
from onrecord.model.tables import SPLITS
from tests.helpers.sample import edit, take_out_annotators
from tests.helpers.splits import DOCUMENTS, write_splits

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


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        # The first two are the most frequent date of other paragraphs, one of five distinct dates.
        pytest.param(("05", "05", "03"), 1 / 5, id="two alike"),
        pytest.param(("05", "04", "03"), 0.0, id="all different"),
    ],
)
def test_an_answer_is_that_of_other_paragraphs_even_where_its_own_has_the_value(
    days: tuple[str, ...], expected: float, tmp_path: Path
) -> None:
    # Of each document one text recurs in the others, there with another date, and one is its own.
    records = write_splits(tmp_path)
    for number, (document_id, day) in enumerate(zip(DOCUMENTS.values(), days, strict=True), 1):
        take_out_annotators(records, document_id)
        own = {"text": f"Repair {number} was bad.", "stated_on": f"../2024-03-{day}"}
        recurring = {"stated_on": f"../2024-02-0{number}", "stated_on_basis": "undated"}
        changed = [{}, {}, recurring, {**own, "stated_on_alternatives": []}]
        edit(
            records / document_id / "claims.jsonl",
            lambda claims, changed=changed: [  # type: ignore[misc]
                claim.update(new) for claim, new in zip(claims, changed, strict=True)
            ],
        )
    build(records, tmp_path / "data")
    text = next(one for one in probe("date", tmp_path / "data", split="all") if one.field == "text")

    assert (text.values, text.recurring) == (4, 0.5)
    assert text.result is not None
    assert text.result.value == pytest.approx(expected)
