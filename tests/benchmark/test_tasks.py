"""The tasks: inputs without gold, and schemas that say what the tables say."""

import gc
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from onrecord import inputs, path, rows
from onrecord.benchmark.tasks import TASKS, find_task, gold_items, items
from onrecord.benchmark.tasks.declaration import caching_scope, read_gold_items
from onrecord.model.tables import label_names, load_schema
from tests.helpers.answers import gold

GOLD_FIELDS = {"verifiability", "speaker_id", "stated_on", "has_claims", "evidence", "barriers", "kind"}


@pytest.mark.parametrize("task", TASKS)
def test_inputs_are_what_is_declared_and_hold_no_gold(task: str) -> None:
    given = list(inputs(task))
    assert given
    for row in given:
        assert tuple(row) == tuple(TASKS[task].inputs)
        assert not set(row) & GOLD_FIELDS


def test_every_claim_and_every_glossed_segment_is_asked_once() -> None:
    claims = [row["claim_id"] for row in rows("claims")]
    for task in ("verifiability", "speaker", "date"):
        assert [item.item_id for item in items(TASKS[task])] == claims
    glossed = [row["segment_id"] for row in rows("segments") if row["gloss"]]
    assert [item.item_id for item in items(TASKS["detection"])] == glossed
    extracted = [claim for item in items(TASKS["extraction"]) for claim in item.gold]
    assert sorted(extracted) == sorted(claims)


@pytest.mark.parametrize("task", TASKS)
def test_gold_items_are_the_same_without_inputs_and_attributes(task: str) -> None:
    data = Path(path()) / "data"
    whole = items(TASKS[task], data)
    bare = gold_items(TASKS[task], data)

    if TASKS[task].gold is None:
        assert bare == whole
        with pytest.raises(ValueError, match=task):
            list(read_gold_items(TASKS[task], data))
    else:
        assert bare == tuple(replace(item, inputs={}, attributes={}) for item in whole)


def test_the_right_speaker_is_always_among_the_choices() -> None:
    for item in items(TASKS["speaker"]):
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
