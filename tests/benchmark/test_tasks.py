"""The tasks: inputs without gold, and schemas that say what the tables say."""

import gc
from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from onrecord import inputs, path, rows
from onrecord.benchmark.tasks import TASKS, find_task, gold_items, items
from onrecord.benchmark.tasks.declaration import Tables, caching_scope
from onrecord.benchmark.tasks.gold import read_gold_items
from onrecord.model.tables import SPLITS, label_names, load_schema
from tests.helpers import sample
from tests.helpers.answers import gold
from tests.helpers.splits import DOCUMENTS

GOLD_FIELDS = {"verifiability", "speaker_id", "stated_on", "has_claims", "evidence", "barriers", "kind"}


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("split", SPLITS)
def test_inputs_are_what_is_declared_and_hold_no_gold(task: str, split: str) -> None:
    given = list(inputs(task, split=split))
    assert given
    for row in given:
        assert tuple(row) == tuple(TASKS[task].inputs)
        assert not set(row) & GOLD_FIELDS


@pytest.mark.parametrize("split", SPLITS)
def test_every_claim_and_every_segment_with_words_is_asked_once(split: str) -> None:
    claims = [row["claim_id"] for row in rows("claims", split=split)]
    for task in ("verifiability", "speaker"):
        assert [item.item_id for item in items(TASKS[task], split=split)] == claims
    with_words = [row["segment_id"] for row in rows("segments", split=split) if row["text"] or row["gloss"]]
    assert [item.item_id for item in items(TASKS["detection"], split=split)] == with_words
    extracted = [claim for item in items(TASKS["extraction"], split=split) for claim in item.gold]
    assert sorted(extracted) == sorted(claims)


@pytest.mark.parametrize("split", SPLITS)
def test_dates_are_asked_of_claims_that_the_article_does_not_make_itself(split: str) -> None:
    others = [row["claim_id"] for row in rows("claims", split=split) if row["mode"] != "narration"]
    assert [item.item_id for item in items(TASKS["date"], split=split)] == others


@pytest.mark.parametrize("task", TASKS)
def test_all_is_every_split_one_after_the_other(task: str) -> None:
    each = [item for split in SPLITS for item in items(TASKS[task], split=split)]
    assert list(items(TASKS[task], split="all")) == each
    assert list(inputs(task, split="all")) == [item.inputs for item in each]
    assert {item.split for item in each} == set(SPLITS)


def test_an_unknown_split_is_reported_with_the_nearest_one() -> None:
    with pytest.raises(ValueError, match="no split 'chalenge'; did you mean 'challenge'"):
        inputs("date", split="chalenge")
    with pytest.raises(ValueError, match="expected one of test, challenge, validation, all"):
        inputs("date", split="7")


def test_a_claim_is_given_all_its_sentences_and_the_two_before_the_first(splits_data: Path) -> None:
    given = {row["claim_id"]: row for row in inputs("verifiability", splits_data, split="challenge")}
    last = given[f"{DOCUMENTS['challenge']}-c005"]
    sentences = [text for text, _, _ in sample.SENTENCES]
    assert last["sentences"] == [sentences[2]]
    assert last["context"] == sentences[:2]
    assert (last["title"], last["document_date"]) == (sample.document()["title"], "2024-03-05")
    assert given[f"{DOCUMENTS['challenge']}-c001"]["context"] == []


def test_a_sentence_without_its_text_is_given_as_its_gloss(splits_data: Path) -> None:
    glosses = [gloss for _, _, gloss in sample.SENTENCES if gloss is not None]
    assert [row["sentence"] for row in inputs("detection", splits_data)] == glosses
    paragraphs = {row["paragraph"]: row for row in inputs("extraction", splits_data)}
    assert paragraphs[2]["sentences"] == glosses[1:3]
    assert paragraphs[2]["context"] == glosses[:1]
    assert paragraphs[3]["context"] == glosses[1:3]


def test_choices_are_the_speakers_of_the_split_and_not_of_the_document() -> None:
    for split in SPLITS:
        speakers = [row["speaker_id"] for row in rows("speakers", split=split)]
        for given in inputs("speaker", split=split):
            assert [choice["speaker_id"] for choice in given["choices"]] == speakers


def test_the_own_voice_of_a_document_is_found_by_its_name_alone(splits_data: Path) -> None:
    for split in SPLITS:
        for item in items(TASKS["speaker"], split=split):
            assert item.inputs["own_voice"] == f"article-{item.document_id}"
    assert {row["own_voice"] for row in inputs("speaker", splits_data)} == {"harbour-gazette"}
    # In this split the publisher is nobody who speaks.
    assert {row["own_voice"] for row in inputs("speaker", splits_data, split="challenge")} == {None}


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("split", [*SPLITS, "all"])
def test_gold_items_are_the_same_without_inputs_and_attributes(task: str, split: str) -> None:
    data = Path(path()) / "data"
    whole = items(TASKS[task], data, split)
    bare = gold_items(TASKS[task], data, split)

    if TASKS[task].gold is None:
        assert bare == whole
        with pytest.raises(ValueError, match=task):
            list(read_gold_items(TASKS[task], data))
    else:
        assert bare == tuple(replace(item, inputs={}, attributes={}) for item in whole)


def test_the_right_speaker_is_always_among_the_choices() -> None:
    for item in items(TASKS["speaker"], split="all"):
        assert item.gold in {choice["speaker_id"] for choice in item.inputs["choices"]}


def test_an_unknown_task_is_reported_with_the_nearest_one() -> None:
    with pytest.raises(ValueError, match="no task 'verifiabilty'; did you mean 'verifiability'"):
        find_task("verifiabilty")


@pytest.mark.parametrize("task", TASKS)
def test_a_prediction_schema_is_valid_and_describes_every_field(task: str) -> None:
    schema = TASKS[task].schema
    Draft202012Validator.check_schema(dict(schema))
    assert schema["additionalProperties"] is False
    assert all(sub.get("description") for sub in schema["properties"].values())


@pytest.mark.parametrize("task", TASKS)
def test_gold_answers_fit_the_prediction_schema(task: str) -> None:
    validator = Draft202012Validator(dict(TASKS[task].schema))
    assert all(validator.is_valid(line) for line in gold(task))


def test_labels_of_the_prediction_schema_are_those_of_the_claims() -> None:
    allowed = TASKS["verifiability"].schema["properties"]["prediction"]["enum"]
    assert [label for label in allowed if label is not None] == list(label_names("verifiability"))


@pytest.mark.parametrize("task", TASKS)
def test_forms_of_the_prediction_schema_are_those_of_the_tables(task: str) -> None:
    forms: dict[str, Any] = {}
    for table in ("claims", "segments", "documents", "speakers"):
        forms |= load_schema(table).get("$defs", {})
    own = {name: form for name, form in TASKS[task].schema.get("$defs", {}).items() if name != "text"}
    assert own == {name: forms.get(name) or _or_null(forms[name.removesuffix("_or_null")]) for name in own}


def _or_null(form: dict[str, Any]) -> dict[str, Any]:
    return {**form, "type": ["string", "null"]}


@pytest.mark.parametrize("is_on", [True, False])
def test_the_garbage_collector_is_left_as_it_was_found(is_on: bool) -> None:
    before = gc.isenabled()
    try:
        (gc.enable if is_on else gc.disable)()
        with caching_scope():
            assert not gc.isenabled()
        assert gc.isenabled() == is_on
    finally:
        (gc.enable if before else gc.disable)()


@pytest.mark.parametrize("name", [None, 1, []])
def test_what_is_no_name_is_no_task(name: object) -> None:
    with pytest.raises(ValueError, match="there is no task"):
        find_task(name)


def test_an_empty_split_is_not_the_default() -> None:
    with pytest.raises(ValueError, match="split"):
        inputs("speaker", split="")


def tables_of(anchored: Sequence[int]) -> Tables:
    """Tables of six sentences in one paragraph, and of a claim anchored in some of them."""
    names = {number: f"d-s{number:03d}" for number in range(1, 7)}
    found = Tables(None)
    found.documents = {"d": {"title": "A day", "date": date(2024, 3, 5)}}
    found.segments = {
        name: {
            "segment_id": name,
            "document_id": "d",
            "paragraph": 1,
            "position": number,
            "text": f"Sentence {number}.",
            "gloss": None,
        }
        for number, name in names.items()
    }
    anchors = tuple({"segment_id": names[number]} for number in anchored)
    claim = {"claim_id": "d-c001", "document_id": "d", "text": "A claim."}
    found.claims = ({**claim, "segment_id": names[anchored[0]], "anchors": anchors},)
    return found


@pytest.mark.parametrize("anchored", [(3, 5), (5, 3)], ids=["in order", "the later one first"])
def test_a_claim_with_two_anchors_is_given_both_sentences_in_order_and_what_is_before_them(
    anchored: Sequence[int],
) -> None:
    found = tables_of(anchored)
    given = found.claim_inputs(found.claims[0])

    assert given["sentences"] == ["Sentence 3.", "Sentence 5."]
    assert given["context"] == ["Sentence 1.", "Sentence 2."]


@pytest.mark.parametrize(
    ("number", "expected"),
    [(1, []), (2, ["Sentence 1."]), (4, ["Sentence 2.", "Sentence 3."]), (6, ["Sentence 4.", "Sentence 5."])],
)
def test_the_context_is_the_two_sentences_before(number: int, expected: list[str]) -> None:
    found = tables_of([number])

    assert found.claim_inputs(found.claims[0])["context"] == expected
