"""Contrast pairs as inputs by value, and the baselines whose answers depend on other pairs."""

from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest

from onrecord import baseline, inputs
from onrecord.benchmark.baselines import tfidf
from onrecord.benchmark.tasks import find_task, items
from onrecord.benchmark.tasks.declaration import Item

CHOICES = [
    {"speaker_id": "article", "name": "the article", "type": "publication", "aliases": []},
    {"speaker_id": "ada-lind", "name": "Ada Lind", "type": "person", "aliases": []},
    {"speaker_id": "eve-moor", "name": "Eve Moor", "type": "person", "aliases": []},
]


@pytest.mark.parametrize(("side", "name"), [("a", "Lind"), ("b", "Moor")])
def test_the_input_of_a_speaker_pair_is_its_sentence_context_and_choices(
    side: str, name: str, splits_data: Path
) -> None:
    given = {row["input_id"]: row for row in inputs("contrasts", splits_data, split="test")}

    assert given[f"speaker-001-{side}"] == {
        "input_id": f"speaker-001-{side}",
        "task": "speaker",
        "text": "The bridge will close.",
        "sentences": [f"The bridge will close, {name} said."],
        "context": ["The harbour bridge was built in 1911."],
        "title": "The harbour bridge",
        "document_date": "2024-03-05",
        "own_voice": "article",
        "choices": CHOICES,
    }


def test_the_majority_is_the_most_frequent_answer_of_each_task() -> None:
    asked = items(find_task("contrasts"), split="challenge")
    answers = {line["input_id"]: line["prediction"] for line in baseline("contrasts", "majority")}

    for task in ("verifiability", "date", "detection"):
        golds = Counter(item.gold for item in asked if item.inputs["task"] == task)
        most = max(golds.values())
        (given,) = {answers[item.item_id] for item in asked if item.inputs["task"] == task}
        assert golds[given] == most
        assert most > min(golds.values())


def test_the_majority_of_speakers_is_the_most_frequent_place_among_the_choices() -> None:
    asked = [
        item for item in items(find_task("contrasts"), split="challenge") if item.inputs["task"] == "speaker"
    ]
    answers = {line["input_id"]: line["prediction"] for line in baseline("contrasts", "majority")}
    choices = [[choice["speaker_id"] for choice in item.inputs["choices"]] for item in asked]
    places = Counter(ids.index(item.gold) for ids, item in zip(choices, asked, strict=True))
    (first, most), (_, next_most) = places.most_common(2)

    assert most > next_most
    assert [answers[item.item_id] for item in asked] == [ids[first % len(ids)] for ids in choices]


def test_the_trained_baseline_learns_from_no_pair_of_the_same_story(monkeypatch: pytest.MonkeyPatch) -> None:
    learnt: list[str] = []

    def spy(
        task: str, known: Sequence[Item], asked: Sequence[Item], folds: Mapping[str, int]
    ) -> dict[str, dict[str, float]]:
        learnt.append(task)
        stories: dict[str, set[int]] = {}
        for item in known:
            stories.setdefault(item.inputs["title"], set()).add(folds[item.item_id])
        assert len(stories) > 1
        # All pairs of a story are in one fold, and no fold has all stories.
        assert {len(numbers) for numbers in stories.values()} == {1}
        assert len(set().union(*stories.values())) > 1
        assert {item.item_id for item in asked} <= {item.item_id for item in known}
        return {item.item_id: {"any": 1.0} for item in asked}

    monkeypatch.setattr(tfidf, "chances_left_out", spy)
    answered: list[Any] = list(baseline("contrasts", "tfidf"))

    assert sorted(learnt) == ["date", "detection", "speaker", "verifiability"]
    assert {line["prediction"] for line in answered} == {"any"}
