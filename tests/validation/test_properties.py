"""Records made from a schema are accepted, and a single error in a real record is found."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from onrecord.model import tables as schemas
from onrecord.model import validators
from onrecord.model.annotations import annotated_fields
from onrecord.reading.located import Located
from onrecord.rules.schema import schema_findings
from scripts import mutate, mutation_page
from scripts.faults import Fault
from scripts.one_document import one_document

# The first example of a run builds the validators, so it would sometimes miss a deadline.
steady = settings(derandomize=True, deadline=None, database=None, max_examples=100)

days = st.dates().map(lambda day: day.isoformat())
prose = st.from_regex(r"[A-Za-zÀ-ÿ“](?: ?[a-zà-ÿ,;–’0-9]){0,40}[a-z”]\.", fullmatch=True)
slugs = st.from_regex(r"[a-z0-9]{1,8}(-[a-z0-9]{1,8}){0,2}", fullmatch=True)


def numbered(letter: str) -> st.SearchStrategy[str]:
    return st.builds(lambda name, number: f"{name}-{letter}{number:03d}", slugs, st.integers(0, 99_999))


intervals = st.tuples(st.dates(), st.dates()).map(
    lambda pair: "/".join(day.isoformat() for day in sorted(pair))
)
STRINGS: Mapping[str, st.SearchStrategy[str]] = {
    "document_id": slugs,
    "speaker_id": slugs,
    "contrast_id": slugs,
    "annotator_id": slugs,
    "claim_id": numbered("c"),
    "segment_id": numbered("s"),
    "date": days,
    "edtf": st.one_of(days, intervals, days.map(lambda day: f"../{day}"), days.map(lambda day: day[:7])),
    "sha256": st.from_regex("[0-9a-f]{64}", fullmatch=True),
    "prose": prose,
}


def values(name: str, subschema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    """The values that a field may have by its own schema."""
    if "enum" in subschema:
        return st.sampled_from(subschema["enum"])
    names = subschema.get("type", "string")
    kinds = [names] if isinstance(names, str) else list(names)
    return st.one_of([_of_type(kind, name, subschema) for kind in kinds])


def _of_type(kind: str, name: str, subschema: Mapping[str, Any]) -> st.SearchStrategy[Any]:
    if kind == "string":
        definition = schemas.definition_of(subschema) or ""
        if definition in STRINGS:
            return STRINGS[definition]
        pattern = subschema.get("pattern")
        return st.from_regex((pattern.removesuffix("$") + r"\Z").replace("^", r"\A", 1)) if pattern else prose
    if kind == "array":
        items = values(name, subschema["items"])
        return st.lists(items, min_size=subschema.get("minItems", 0), max_size=3, unique_by=_canonical)
    if kind == "object":
        return st.fixed_dictionaries({key: values(key, sub) for key, sub in subschema["properties"].items()})
    return {
        "null": st.none(),
        "boolean": st.booleans(),
        "integer": st.integers(subschema.get("minimum", 0), 2**53 - 1),
        "number": st.floats(
            subschema.get("minimum"), subschema.get("maximum"), allow_nan=False, allow_infinity=False
        ),
    }[kind]


def _canonical(item: Any) -> str:
    # Objects with the same members in another order are equal in JSON.
    return json.dumps(item, sort_keys=True)


@st.composite
def valid_records(draw: st.DrawFn, schema: Mapping[str, Any]) -> dict[str, Any]:
    """A record that fits the schema: first each field, then the fields that its conditions require."""
    record = {name: draw(values(name, sub)) for name, sub in schema["properties"].items()}
    for branch in schema.get("allOf", ()):
        if not Draft202012Validator(branch["if"]).is_valid(record):
            continue
        for name, required in branch["then"]["properties"].items():
            record[name] = draw(values(name, _narrowed(schema["properties"][name], required)))
    return record


def _narrowed(subschema: Mapping[str, Any], required: Mapping[str, Any]) -> Mapping[str, Any]:
    if required.get("maxItems") == 0:
        return {"enum": [[]]}
    if "pattern" in required:
        return {"enum": ["../2024-02-14", "../2024"]}
    return {**subschema, **required}


@pytest.mark.parametrize("table", schemas.TABLES)
def test_any_record_that_fits_the_schema_is_accepted_by_both_validators(table: str) -> None:
    @steady
    @given(valid_records(schemas.authored_schema(table)))
    def accepted(record: dict[str, Any]) -> None:
        assert validators.fast_authored_validator(table).is_valid(record)
        assert validators.authored_validator(table).is_valid(record)
        assert schema_findings(Located(table, record, "records.jsonl", 1)) == []

    accepted()


@pytest.mark.parametrize("table", ["claims", "segments"])
def test_any_built_row_that_fits_the_schema_is_accepted_by_both_validators(table: str) -> None:
    @steady
    @given(valid_records(schemas.built_schema(table)))
    def accepted(row: dict[str, Any]) -> None:
        assert validators.fast_built_validator(table).is_valid(row)
        assert validators.built_validator(table).is_valid(row)

    accepted()


@pytest.fixture(scope="module")
def shipped(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The records of a document whose text is included."""
    return one_document(
        root / "records", "ninsey-water-chat-2022-11-06", tmp_path_factory.mktemp("one") / "records"
    )


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory, shipped: Path) -> mutate.Bench:
    return mutate.make_bench(shipped, tmp_path_factory.mktemp("bench"), None)


@pytest.fixture(scope="module")
def faults(shipped: Path) -> list[Fault]:
    return list(mutate.all_faults(shipped))


def test_a_single_error_in_a_real_record_is_found_or_is_undetectable(
    bench: mutate.Bench, faults: list[Fault]
) -> None:
    outcomes = [bench.try_fault(fault) for fault in mutate.chosen(faults, 150)]
    missed = [outcome.fault for outcome in outcomes if not outcome.rules]

    assert [fault for fault in missed if mutation_page.reason(fault) is None] == []
    assert len(missed) < len(outcomes) / 10
    # Most errors are reported at the field that has them, and with one finding.
    assert sum(outcome.is_field_found for outcome in outcomes) > len(outcomes) * 0.8
    assert sum(len(outcome.rules) == 1 for outcome in outcomes) > len(outcomes) * 0.85


def test_an_error_is_undone_after_its_trial(bench: mutate.Bench, faults: list[Fault]) -> None:
    bench.try_fault(faults[0])

    assert bench.findings() == []


def test_errors_are_made_in_every_field_of_every_table(faults: list[Fault]) -> None:
    made = {(fault.table, fault.field) for fault in faults}

    # No other record repeats what a contrast pair says, so hardly any error in one could be found.
    for table in (name for name in schemas.TABLES if name not in schemas.STANDALONE_TABLES):
        # Of annotations, the shipped records have only the fields that were labelled, and no times of work.
        optional = set() if table != "annotations" else {*annotated_fields(), "undecided", "seconds"}
        assert {(table, field) for field in schemas.authored_schema(table)["properties"]} - made <= {
            (table, field) for field in optional
        }
        assert (table, None) in made
    assert len(faults) > 10_000
