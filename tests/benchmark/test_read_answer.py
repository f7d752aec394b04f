"""The answers of models: each is read as what its author meant, or as invalid."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from onrecord.benchmark.harness.plain_text import plain_text
from onrecord.benchmark.harness.read_answer import INVALID, read_answer
from tests.helpers.model_answers import ANSWERS, DATE, LABELS, SPEAKER, VERIFIABILITY, choices_of


@pytest.mark.parametrize(("task", "output", "expected"), ANSWERS, ids=[repr(a[1]) for a in ANSWERS])
def test_an_output_is_read_as_the_answer_that_it_commits_to(task: str, output: str, expected: str) -> None:
    assert read_answer(task, output, choices_of(task)) == expected


def test_the_table_of_outputs_is_long_enough_and_holds_each_once() -> None:
    assert len(ANSWERS) >= 60
    assert len({(task, output) for task, output, _ in ANSWERS}) == len(ANSWERS)
    assert {expected for _, expected in VERIFIABILITY} == {*LABELS, INVALID}


@pytest.mark.parametrize(
    "frame", ["{}", "Answer: {}", "The answer is {}.", "**{}**", "<think>no</think> {}\n", "({})"]
)
@pytest.mark.parametrize(
    ("task", "answer"),
    [
        *(("verifiability", label) for label in LABELS),
        *(("speaker", expected) for expected in sorted({e for _, e in SPEAKER} - {INVALID})),
        *(("date", expected) for expected in sorted({e for _, e in DATE} - {INVALID})),
    ],
)
def test_every_possible_answer_is_read_in_every_frame(frame: str, task: str, answer: str) -> None:
    assert read_answer(task, frame.format(answer), choices_of(task)) == answer


_WORDS = st.sampled_from(
    [
        "verifiable",
        "partially",
        "unverifiable",
        "not",
        "or",
        "Answer:",
        "2024-02-14",
        "/",
        "..",
        "\n",
        ".",
        "?",
        "wait",
        "<think>",
        "</think>",
        "joe-biden",
        "\ue000",
        "0",
        "\ue001",
        "**",
        "\\_",
    ]
)


@given(
    st.sampled_from(["verifiability", "speaker", "date"]), st.lists(_WORDS, max_size=12), st.text(max_size=20)
)
def test_any_output_has_a_possible_reading(task: str, words: list[str], text: str) -> None:
    found = read_answer(task, " ".join(words) + text, choices_of(task))
    assert task == "date" or found in {*choices_of(task), INVALID}


@pytest.mark.parametrize(
    "output",
    [
        "a" * 100_000,
        "verifiable " * 5_000,
        "<think>" * 5_000,
        "2024-" * 20_000,
        "\\_" * 50_000,
        "not " * 20_000,
        "Wait. Hmm. " * 10_000,
        "verifiable? Wait. " * 3_000,
    ],
)
@pytest.mark.parametrize("task", ["verifiability", "speaker", "date"])
def test_a_long_output_is_read_in_seconds(task: str, output: str) -> None:
    assert read_answer(task, output, choices_of(task)) in {INVALID, "verifiable"}


def test_thinking_is_taken_out_whatever_its_marks() -> None:
    for opening, closing in (
        ("<think>", "</think>"),
        ("[THINK]", "[/THINK]"),
        ("<Reasoning>", "</Reasoning>"),
    ):
        assert plain_text(f"{opening}secret\nand more{closing}said").strip() == "said"
        assert plain_text(f"secret{closing}said").strip() == "said"
        assert plain_text(f"{opening}secret").strip() == ""
