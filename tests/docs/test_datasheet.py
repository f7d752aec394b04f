"""DATASHEET.md: every question answered, every figure computed, no sentence against the records."""

import re
from pathlib import Path

import pytest

import onrecord
from scripts import datasheet, figures

PAGE = Path(__file__).resolve().parents[2] / "DATASHEET.md"
TEXT = PAGE.read_text(encoding="utf-8")
TEMPLATE = (datasheet.TEMPLATES / PAGE.name).read_text(encoding="utf-8")
SECTIONS = {
    "Motivation": 4,
    "Composition": 16,
    "Collection process": 12,
    "Preprocessing, cleaning and labelling": 4,
    "Uses": 6,
    "Distribution": 7,
    "Maintenance": 8,
}
"""The sections of Datasheets for Datasets (2021) with the number of their questions."""

ALLOWED = {
    "2021": "the year of the paper that asks the questions",
    "CC BY 4.0": "the name of a licence",
    "License 2.0": "the name of a licence",
}
"""Digits that a template may contain, each with the reason why they are not counts."""

NUMBER_WORDS = {
    "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
    "dozen", "hundred", "thousand",
}  # fmt: skip


def test_the_seven_sections_have_their_questions() -> None:
    parts = re.split(r"^## (.+)$", TEXT, flags=re.MULTILINE)[1:]
    found = {
        name: len(re.findall(r"^### ", body, re.MULTILINE))
        for name, body in zip(parts[::2], parts[1::2], strict=True)
    }
    assert found == SECTIONS
    assert sum(found.values()) == 57


def test_every_question_has_an_answer_in_a_full_sentence() -> None:
    answers = datasheet.answers(TEXT)
    assert len(answers) == sum(SECTIONS.values())
    for question, answer in answers.items():
        assert question.endswith("?") or question.startswith("Any other comments on ")
        assert answer.endswith(".")
        assert "{" not in answer


@pytest.mark.parametrize(
    "said",
    [
        "language model", "machine paraphrase", "most of them living", "one article",
        "belongs to its publisher", "must not be used", "canary",
        "draft labels of the second round were written by that model", "guidelines that were written for it",
        "docs/errata.md",
    ],
)  # fmt: skip
def test_the_uncomfortable_facts_come_first(said: str) -> None:
    assert said in " ".join(TEXT.partition("## Motivation")[0].split())


def prose(template: str) -> str:
    """The template without its expressions, and without the digits that are not counts."""
    without = re.sub(r"\{\{.*?\}\}|`[^`]*`|\]\([^)]*\)|<!--.*?-->", "", template, flags=re.DOTALL)
    for allowed in ALLOWED:
        assert allowed in without, f"the template no longer contains {allowed}"
        without = without.replace(allowed, "")
    return without


def test_no_figure_is_typed_by_hand() -> None:
    assert re.findall(r"[^\n]*\d[^\n]*", prose(TEMPLATE)) == []
    words = re.findall(r"[a-z]+", prose(TEMPLATE).lower())
    assert [word for word in words if word in NUMBER_WORDS] == []


@pytest.mark.parametrize("count", ["it has 212 claims", "there are eleven of them"])
def test_a_figure_typed_by_hand_is_detected(count: str) -> None:
    left = prose(f"{TEMPLATE}\n{count}\n")
    assert re.search(r"\d", left) or NUMBER_WORDS & set(re.findall(r"[a-z]+", left.lower()))


def test_the_page_is_up_to_date_and_an_edited_one_is_not(tmp_path: Path) -> None:
    assert datasheet.is_current(PAGE)
    edited = tmp_path / PAGE.name
    edited.write_text(TEXT.replace("claims", "facts", 1), encoding="utf-8")
    assert not datasheet.is_current(edited)


def test_sentences_without_a_figure_are_true_of_the_records() -> None:
    documents = onrecord.rows("documents")
    assert len(documents) == 1
    assert {(row["language"], row["text_origin"], row["url"]) for row in documents} == {
        ("en", "machine_paraphrase", None)
    }
    assert all(row["gloss"] for row in onrecord.rows("segments"))
    assert all(row["annotator_id"].startswith("llm-") for row in onrecord.rows("annotations"))
    duplicates = {row["role"] for row in onrecord.rows("segments") if row["duplicate_of"]}
    assert duplicates == {"headline"}


@pytest.mark.parametrize(
    ("count", "written"),
    [(0, "no passes"), (1, "one pass"), (3, "three passes"), (13, "13 passes"), (1234, "1,234 passes")],
)
def test_a_count_is_written_with_its_noun(count: int, written: str) -> None:
    assert figures.many(count, "pass", "passes") == written


@pytest.mark.parametrize(
    ("parts", "written"), [(["a"], "a"), (["a", "b"], "a and b"), (["a", "b", "c"], "a, b and c")]
)
def test_parts_are_enumerated(parts: list[str], written: str) -> None:
    assert figures.enumeration(parts) == written
