"""The two validators never disagree: what the fast one accepts, the other has nothing to say about."""

import copy
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from onrecord.model import tables as schemas
from onrecord.model import validators
from onrecord.reading.located import Located
from onrecord.rules.schema import schema_findings
from tests.helpers import sample

ROWS = {
    "claims": sample.claims(),
    "segments": sample.segments(),
    "documents": [sample.document()],
    "relations": sample.relations(),
    "annotations": [
        *sample.annotations(),
        {**sample.annotations()[0], "undecided": {"mode": "It may be either."}, "seconds": 30},
    ],
    "speakers": sample.speakers(),
}

LABELS = sorted(
    {
        label
        for table in ROWS
        for sub in schemas.load_schema(table)["properties"].values()
        for label in sub.get("enum", ())
        if label is not None
    }
)
# The first example of a run builds the validators, so a deadline would fail it now and then.
steady = settings(derandomize=True, deadline=None, database=None, max_examples=300)

scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-3, 10**6),
    st.floats(allow_nan=False, allow_infinity=False),
    st.text(alphabet="aZ0-/. \n\t\u00a0\u2028é", max_size=8),
    st.sampled_from(
        [
            "2024-02-30",
            "2024-02-14\n",
            "2024",
            "../2024",
            "verifiable",
            "unverifiable",
            "a-c001",
            "a-s01",
            " x",
            "x ",
            "0" * 64,
            "\u2028",
            "\u00a0x",
        ]
    ),
)
values = st.recursive(scalars, lambda inner: st.lists(inner, max_size=3), max_leaves=4)


@st.composite
def mutations(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """A table and a record of it with one to three faults, or strokes of luck."""
    table = draw(st.sampled_from(sorted(ROWS)))
    record = copy.deepcopy(draw(st.sampled_from(ROWS[table])))
    fields = list(schemas.load_schema(table)["properties"])
    for _ in range(draw(st.integers(1, 3))):
        name = draw(st.sampled_from([*fields, "extra"]))
        choice = draw(st.sampled_from(["drop", "label", "value", "list"]))
        if choice == "drop":
            record.pop(name, None)
        elif choice == "label":
            record[name] = draw(st.sampled_from(LABELS))
        elif choice == "list":
            record[name] = draw(st.lists(values, max_size=3))
        else:
            record[name] = draw(values)
    return table, record


@steady
@given(mutations())
def test_authored_records_are_judged_alike(mutation: tuple[str, dict[str, Any]]) -> None:
    table, record = mutation

    assert validators.fast_authored_validator(table).is_valid(record) == validators.authored_validator(
        table
    ).is_valid(record)


@steady
@given(mutations())
def test_built_rows_are_judged_alike(mutation: tuple[str, dict[str, Any]]) -> None:
    table, record = mutation

    assert validators.fast_built_validator(table).is_valid(record) == validators.built_validator(
        table
    ).is_valid(record)


@steady
@given(mutations())
def test_a_record_that_a_validator_refuses_has_a_finding_and_each_place_only_one(
    mutation: tuple[str, dict[str, Any]],
) -> None:
    table, record = mutation

    findings = schema_findings(Located(table, record, "records.jsonl", 1))

    assert bool(findings) >= (not validators.authored_validator(table).is_valid(record))
    assert len({finding.path for finding in findings}) == len(findings)
    assert all(finding.message and finding.level == 2 for finding in findings)


@pytest.mark.parametrize("table", ROWS)
def test_a_sound_record_has_no_finding(table: str) -> None:
    assert [schema_findings(Located(table, row, "records.jsonl", 1)) for row in ROWS[table]] == [[]] * len(
        ROWS[table]
    )
