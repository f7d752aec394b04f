"""The shipped contrast pairs: enough of them, balanced, and none for the final test."""

import re
from collections import Counter

import pytest

from onrecord import rows
from onrecord.benchmark.tasks import TASKS
from onrecord.model.labels import edits

PAIRS = rows("contrasts", split=None)
PAIRS_WANTED = 480
EDITS_WANTED = 14
MOST_OF_ONE_ANSWER = 0.6
LEAST_IN_COMMON = 0.3
"""The least share of words that both inputs have in common, because an edit changes a part of them."""


def test_there_are_enough_pairs_of_every_task_and_kind() -> None:
    assert len(PAIRS) >= PAIRS_WANTED
    assert {pair["task"] for pair in PAIRS} == set(TASKS)
    assert {pair["edit"] for pair in PAIRS} == set(edits())
    assert len(edits()) >= EDITS_WANTED


def test_the_answer_changes_in_half_of_them() -> None:
    assert 0.45 <= sum(pair["changes"] for pair in PAIRS) / len(PAIRS) <= 0.55


@pytest.mark.parametrize("task", TASKS)
def test_no_constant_answer_gets_far_in_a_task(task: str) -> None:
    own = [pair for pair in PAIRS if pair["task"] == task]
    answers = Counter(
        (pair[f"answer_{side}"], tuple(pair[f"claims_{side}"]))  # type: ignore[literal-required]  # Two sides.
        for pair in own
        for side in "ab"
    )

    assert answers.most_common(1)[0][1] / answers.total() <= MOST_OF_ONE_ANSWER
    assert 0.4 <= sum(pair["changes"] for pair in own) / len(own) <= 0.6


def test_the_splits_share_no_story_and_test_has_none() -> None:
    titles = {
        split: {pair["title"] for pair in rows("contrasts", split=split)}
        for split in ("challenge", "validation")
    }

    assert rows("contrasts", split="test") == []
    assert all(titles.values())
    assert titles["challenge"].isdisjoint(titles["validation"])


def test_the_voice_of_the_article_and_unnamed_speakers_are_always_choices() -> None:
    for pair in PAIRS:
        if pair["task"] == "speaker":
            ids = [choice["speaker_id"] for choice in pair["choices"]]
            assert pair["choices"][0]["type"] == "publication"
            assert "unidentified-speakers" in ids
            assert len(set(ids)) == len(ids)


def test_the_two_inputs_of_a_pair_share_many_of_their_words() -> None:
    for pair in PAIRS:
        one, other = (
            set(re.findall(r"\w+", " ".join(words).lower()))
            for words in (pair["sentences_a"], pair["sentences_b"])
        )

        assert 2 * len(one & other) / (len(one) + len(other)) >= LEAST_IN_COMMON, pair["contrast_id"]


def test_no_two_inputs_of_a_task_are_the_same() -> None:
    asked = Counter(
        (pair["task"], pair["title"], tuple(pair[f"sentences_{side}"]), pair[f"text_{side}"])  # type: ignore[literal-required]  # Two sides.
        for pair in PAIRS
        for side in "ab"
    )
    answers: dict[object, set[object]] = {}
    for pair in PAIRS:
        for side in "ab":
            key = (pair["task"], pair["title"], tuple(pair[f"sentences_{side}"]), pair[f"text_{side}"])  # type: ignore[literal-required]  # As above.
            answers.setdefault(key, set()).add((pair[f"answer_{side}"], frozenset(pair[f"claims_{side}"])))  # type: ignore[literal-required]  # As above.

    # Two pairs may share an input; it then has one answer.
    assert [key for key, found in answers.items() if len(found) > 1] == []
    assert max(asked.values()) <= 2
