"""When two wordings are the same claim: the checks one by one, and attacks on the score of `extraction`."""

import json
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from types import ModuleType

import pytest

import onrecord
from benchmarks.metric_meta.candidates import entailment
from benchmarks.metric_meta.corruptions import CORRUPTIONS, date_changed, negated, roles_swapped
from benchmarks.metric_meta.pairs import TextPair
from onrecord.benchmark.tasks import find_task, items
from onrecord.benchmark.wording import NO_NAMES, Names, likeness, names_of
from onrecord.model.tables import SPLITS
from tests.helpers.answers import Line, gold

NAMES = Names({"ada": ["Ada Lind", "Lind"], "bo": ["Bo Varn"], "town": ["the town"]})
STAND_IN = """
def pipeline(task, model, tokenizer, top_k):
    assert task == "text-classification" and model == tokenizer and top_k is None
    def classify(asked):
        follows = [set(row["text_pair"].split()) <= set(row["text"].split()) for row in asked]
        scores = [0.9 if does else 0.2 for does in follows]
        return [[{"label": "NEUTRAL", "score": 0.1}, {"label": "ENTAILMENT", "score": s}] for s in scores]
    return classify
"""
"""A package that answers as `transformers` does, by the words of the two texts."""


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The bridge is safe.", "The bridge is not safe."),
        ("Ada Lind sold the hall.", "Ada Lind never sold the hall."),
        ("The town spent 41 crowns.", "The town spent 44 crowns."),
        ("The town has three halls.", "The town has four halls."),
        ("On 3 May 2019 Ada Lind resigned.", "On 4 May 2019 Ada Lind resigned."),
        ("Ada Lind resigned on Friday.", "Ada Lind resigned on Monday."),
        ("Ada Lind beat Bo Varn.", "Bo Varn beat Ada Lind."),
        ("Ada Lind resigned.", "Bo Varn resigned."),
    ],
)
def test_what_contradicts_in_one_word_is_not_alike_at_all(one: str, other: str) -> None:
    assert likeness(one, other, NAMES) == likeness(other, one, NAMES) == 0.0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Bo Varn was beaten by Ada Lind.", "Ada Lind had beaten Bo Varn."),
        ("It is not true that nobody was warned.", "Everybody was warned."),
        ("Lind's bridge reopened on 3 May 2019.", "On 3 May 2019 the bridge of Ada Lind reopened."),
        ("The U.S. helped Kyiv.", "The United States helped Kyiv."),
        ("The dispute ran from 5 to 11 February.", "The dispute ran until 11 February."),
    ],
)
def test_other_words_for_the_same_thing_pass_the_checks(one: str, other: str) -> None:
    assert likeness(one, other, NAMES) > 0.0


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("The bridge may fall.", "The bridge falls."),
        ("Ada Lind said that the bridge is safe.", "The bridge of Ada Lind is safe."),
        ("All bridges of the town are safe.", "Bridges of the town are safe."),
    ],
)
def test_hedges_reports_and_universals_make_another_claim(one: str, other: str) -> None:
    assert 0.0 < likeness(one, other, NAMES) < 0.5


def test_a_text_is_wholly_like_itself_and_unlike_an_empty_one() -> None:
    assert likeness("The bridge is safe.", "the bridge is SAFE", NO_NAMES) == 1.0
    assert likeness("The bridge is safe.", "…", NO_NAMES) == 0.0
    assert likeness("…", "?", NO_NAMES) == 1.0


def test_names_are_whole_words_and_the_longest_counts() -> None:
    names = Names({"ann": ["Ann"], "anna": ["Ann Lee"]})
    assert [found[2] for found in names.found_in("Ann Lee met Ann and Annie")] == ["anna", "ann"]


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
    [(negated, 0.30), (roles_swapped, 0.30), (date_changed, 0.40)],
    ids=["negated", "names swapped", "dates moved"],
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


def test_every_corruption_changes_a_text_or_leaves_it_out() -> None:
    text = "On 3 May 2019 Ada Lind reportedly said that three bridges of Bo Varn may fall."
    for name, corrupt in CORRUPTIONS.items():
        assert corrupt(text, ("Ada Lind", "Bo Varn", "Eve Marn")) != text, name
    assert roles_swapped("It rains.", ("Ada Lind",)) is None


def test_names_come_from_the_table_of_speakers() -> None:
    rows = [{"speaker_id": "ada", "name": "Ada Lind", "aliases": ["Lind", "the mayor"]}]
    assert [found[2] for found in names_of(rows).found_in("the mayor Ada Lind")] == ["ada"]


def test_an_entailment_model_counts_what_follows_both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in = ModuleType("transformers")
    exec(STAND_IN, stand_in.__dict__)
    monkeypatch.setitem(sys.modules, "transformers", stand_in)
    pairs = [
        TextPair("It rains.", "It rains.", "same", ("d", 1)),
        TextPair("It rains a lot.", "It rains", "other", ("d", 1)),
    ]
    assert entailment("folder of a model")(pairs).tolist() == [0.9, 0.2]
