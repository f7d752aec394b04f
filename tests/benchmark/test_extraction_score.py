"""Attacks on the score of `extraction`: one change per claim, copied sentences, claims left out."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import onrecord
from benchmarks.metric_meta.corruptions import (
    date_changed,
    denied,
    made_specific,
    negated,
    opposite_word,
    roles_swapped,
)
from onrecord.benchmark.tasks import find_task, items
from onrecord.model.tables import SPLITS
from tests.helpers.answers import Line, gold


def changed(split: str, change: Callable[[str, tuple[str, ...]], str | None]) -> Iterator[Line]:
    """The expected claims to which a change applies, changed."""
    speakers = onrecord.rows("speakers", split=split)
    forms = {form for row in speakers for form in (row["name"], *row["aliases"])}
    ordered = tuple(sorted((form for form in forms if form[:1].isupper()), key=len, reverse=True))
    for line in gold("extraction", split=split):
        if (text := change(line["text"], ordered)) is not None:
            yield {**line, "text": text}


def test_the_expected_claims_themselves_score_1_in_any_order() -> None:
    found = onrecord.score("extraction", gold("extraction")[::-1])
    assert {value.name: value.value for value in found.metrics} == {
        value.name: float(value.name != "unsupported") for value in found.metrics
    }


@pytest.mark.parametrize(
    ("change", "most"),
    [
        (negated, 0.30),
        (denied, 0.30),
        (opposite_word, 0.30),
        (roles_swapped, 0.30),
        (date_changed, 0.40),
        (made_specific, 0.30),
    ],
    ids=["negated", "denied", "opposite words", "names swapped", "dates moved", "details made up"],
)
@pytest.mark.parametrize("split", SPLITS)
def test_expected_claims_with_one_change_score_near_the_floor(
    split: str, change: Callable[[str, tuple[str, ...]], str | None], most: float
) -> None:
    lines = list(changed(split, change))
    assert len(lines) > 20
    found = onrecord.score("extraction", lines, split=split)
    value = {value.name: value.value for value in found.metrics}
    assert value["precision"] <= most
    assert value["f1"] <= most
    assert value["soft_f1"] <= most


@pytest.mark.parametrize("annotator", ["llm-1", "llm-2", "llm-3"])
def test_a_list_of_claims_written_by_itself_scores_well(annotator: str, root: Path) -> None:
    paragraphs = {row["segment_id"]: row["paragraph"] for row in onrecord.rows("segments")}
    file = root / "records" / "cbs-2024-02-14" / "annotations" / "raw" / "extraction" / f"{annotator}.jsonl"
    rows = [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]
    lines = [{"paragraph": paragraphs[row["segment_id"]], "text": row["text"]} for row in rows]
    assert onrecord.score("extraction", lines).result.value >= 0.60


@pytest.mark.parametrize("split", SPLITS)
def test_sentences_copied_as_claims_score_near_the_floor(split: str) -> None:
    sentences = [
        {"document_id": item.document_id, "paragraph": item.paragraph, "text": sentence}
        for item in items(find_task("extraction"), split=split)
        for sentence in item.inputs["sentences"]
    ]
    assert onrecord.score("extraction", sentences, split=split).result.value < 0.2


@pytest.mark.parametrize("split", SPLITS)
def test_recall_is_given_by_layer(split: str) -> None:
    layers = {row["claim_id"]: row["layer"] for row in onrecord.rows("claims", split=split)}
    content = [
        {"document_id": item.document_id, "paragraph": item.paragraph, "text": text}
        for item in items(find_task("extraction"), split=split)
        for claim_id, text in item.gold.items()
        if layers[claim_id] == "content"
    ]
    found = {value.name: value.value for value in onrecord.score("extraction", content, split=split).metrics}
    assert (found["recall_content"], found["recall_attribution"], found["recall_background"]) == (
        1.0,
        0.0,
        0.0,
    )
    assert found["unsupported"] == 0.0
