"""When two texts make the same claim: the checks one by one, and how the measure was chosen."""

import sys
from pathlib import Path
from types import ModuleType

import pytest

from benchmarks.metric_meta.__main__ import area
from benchmarks.metric_meta.candidates import entailment
from benchmarks.metric_meta.corruptions import CORRUPTIONS, roles_swapped
from benchmarks.metric_meta.pairs import TextPair, text_pairs
from onrecord.benchmark.likeness import likeness
from onrecord.benchmark.sources import document_sources, pair_source, read_source
from onrecord.benchmark.tasks import find_task, items
from onrecord.benchmark.wording import NO_NAMES, Names, read_wording

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
        ("Ada Lind sold the hall.", "Ada Lind bought the hall."),
        ("Ada Lind left before the vote.", "Ada Lind left after the vote."),
        ("The bridge is safe.", "It is a lie that the bridge is safe."),
        ("The bridge is safe.", "The bridge is safe, which is wrong."),
        ("The bridge is safe.", "It is wrong that the bridge is safe."),
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
        ("The fine is not justified.", "The fine is unjustified."),
        ("It is wrong of Bo Varn to sell.", "For Bo Varn to sell is wrong."),
        ("Prices rose before they fell.", "Prices fell after they rose before."),
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


GIVEN = read_source(["The town of Aldmere spent 41 crowns in 2012.", "Nobody was hurt."], "2019-05-03")


@pytest.mark.parametrize(
    "found",
    [
        "Ada Lind sold the hall for three crowns.",
        "Ada Lind sold the hall in Geneva.",
        "Ada Lind sold the hall in 1987.",
    ],
)
def test_a_detail_that_nobody_gave_makes_another_claim(found: str) -> None:
    assert likeness("Ada Lind sold the hall.", found, NAMES) > 0.0
    assert likeness("Ada Lind sold the hall.", found, NAMES, GIVEN) == 0.0
    assert likeness(found, "Ada Lind sold the hall.", NAMES, GIVEN) > 0.0


@pytest.mark.parametrize(
    ("expected", "found"),
    [
        ("Ada Lind sold the hall.", "Ada Lind sold the hall for 41 crowns."),
        ("Ada Lind sold the hall.", "Ada Lind sold the hall of Aldmere."),
        ("Ada Lind sold the hall.", "Ada Lind sold the hall in 2012."),
        ("Ada Lind sold the hall.", "Ada Lind sold the hall in 2018."),
        ("Ada Lind sold the hall.", "Ada Lind sold the hall in 2020."),
        ("Ada Lind sold the hall.", "Ada Lind sold the hall on Friday 3 May."),
        ("The hall in Geneva cost 7 crowns in 1987.", "In 1987 the hall in Geneva cost 7 crowns."),
    ],
)
def test_a_detail_of_the_document_or_of_the_expected_claim_may_be_found(expected: str, found: str) -> None:
    assert likeness(expected, found, NAMES, GIVEN) == likeness(expected, found, NAMES) > 0.0


def test_a_year_is_given_by_the_date_of_the_document_or_by_its_words() -> None:
    assert GIVEN.years == {"year 2012", "year 2018", "year 2019", "year 2020"}


def test_a_document_gives_what_all_its_paragraphs_say_and_a_pair_only_its_own_input() -> None:
    first, second = items(find_task("extraction"), split="validation")[:2]
    assert first.document_id == second.document_id
    given = document_sources([first, second])[first.document_id]
    for item in (first, second):
        own = document_sources([item])[first.document_id]
        assert own.stems <= given.stems
    assert own.stems < given.stems
    inputs = {"task": "extraction", "title": "The pier", "document_date": "2019-05-03"}
    source = pair_source({**inputs, "context": ["It has 7 lamps."], "sentences": ["It is in Aldmere."]})
    assert source is not None
    assert source.numbers == {"7"}
    assert source.stems == {"the", "pier", "it", "has", "7", "lamps", "is", "in", "aldme"}
    assert pair_source({**inputs, "task": "detection"}) is None


def test_a_document_gives_the_words_of_its_title(splits_data: Path) -> None:
    of_paragraphs = items(find_task("extraction"), splits_data)
    sentences = [sentence for item in of_paragraphs for sentence in item.inputs["sentences"]]
    assert "state" in of_paragraphs[0].inputs["title"].split()
    assert "state" not in read_source(sentences, "2024-03-05").stems
    assert "state" in document_sources(of_paragraphs)[of_paragraphs[0].document_id].stems


def test_the_month_of_may_is_no_hedge() -> None:
    assert likeness("The bridge opened on 3 May.", "The bridge opened.") >= 0.4
    assert likeness("The bridge opened on 3 May.", "The bridge opened in May.") >= 0.4


def test_by_alone_makes_no_passive_that_would_turn_names_round() -> None:
    known = Names({"ada": ["Ada Lind"], "bo": ["Bo Varn"]})
    assert likeness("Ada Lind beat Bo Varn by noon.", "Bo Varn beat Ada Lind.", known) == 0.0
    assert likeness("Ada Lind beat Bo Varn.", "Bo Varn was beaten by Ada Lind.", known) > 0.0


def test_a_text_is_wholly_like_itself_and_unlike_an_empty_one() -> None:
    assert likeness("The bridge is safe.", "the bridge is SAFE", NO_NAMES) == 1.0
    assert likeness("The bridge is safe.", "…", NO_NAMES) == 0.0
    assert likeness("…", "?", NO_NAMES) == 1.0


def test_every_corruption_changes_a_text_or_leaves_it_out() -> None:
    text = "On 3 May 2019 Ada Lind reportedly said that three bridges of Bo Varn may fall."
    for name, corrupt in CORRUPTIONS.items():
        assert corrupt(text, ("Ada Lind", "Bo Varn", "Eve Marn")) != text, name
    assert roles_swapped("It rains.", ("Ada Lind",)) is None


def test_an_area_is_that_of_the_roc_curve_and_its_interval_is_over_documents() -> None:
    same = [("a", 0.9), ("a", 0.4), ("b", 0.7)]
    different = [("a", 0.4), ("b", 0.1), ("b", 0.8)]
    # 9 pairs: 0.9 is above all three, 0.4 above one and equal to one, 0.7 above two.
    assert area(same, different)["value"] == round(6.5 / 9, 4)
    # A resample of two documents holds one alone or both: 1.5 of 2, 1 of 2 or 6.5 of 9 pairs are in order.
    assert area(same, different) == {"value": 0.7222, "low": 0.5, "high": 0.75}


def test_what_is_changed_is_in_both_texts_of_a_pair() -> None:
    pairs = [pair for pair in text_pairs() if pair.kind == "hedge_dropped"]
    assert pairs
    for pair in pairs:
        assert read_wording(pair.one).is_hedged, pair


def test_an_entailment_model_counts_what_follows_both_ways(monkeypatch: pytest.MonkeyPatch) -> None:
    stand_in = ModuleType("transformers")
    exec(STAND_IN, stand_in.__dict__)
    monkeypatch.setitem(sys.modules, "transformers", stand_in)
    pairs = [
        TextPair("It rains.", "It rains.", "same", ("d", 1)),
        TextPair("It rains a lot.", "It rains", "other", ("d", 1)),
    ]
    assert entailment("folder of a model")(pairs).tolist() == [0.9, 0.2]
