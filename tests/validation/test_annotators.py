"""annotators.jsonl is optional; where it is there, it describes everybody who gave labels and nobody else."""

import json
from pathlib import Path

import pytest

from onrecord import validate
from tests.helpers import sample
from tests.helpers.sample import DOCUMENT_ID, edit


def person(annotator_id: str, **fields: object) -> sample.Record:
    usual = {"kind": "person", "description": "A reporter.", "date": "2024-03-06", "guidelines": "2"}
    return {"annotator_id": annotator_id, **usual, "languages": ["en"], **fields}


def describe(records: Path, *rows: sample.Record) -> None:
    file = records / "annotators.jsonl"
    file.write_text(sample.as_text(file, list(rows)), encoding="utf-8")


def rules(place: Path) -> list[str]:
    return [finding.rule for finding in validate(place)]


def test_records_without_the_file_are_valid(sample_records: Path) -> None:
    assert rules(sample_records) == []


def test_the_summary_counts_the_annotators(sample_records: Path) -> None:
    describe(sample_records, person("annotator-1"))
    found = validate(sample_records)
    assert list(found) == []
    assert found.summary.records["annotators"] == 1


def test_an_unknown_annotator_is_one_finding_per_document_with_the_nearest_id(sample_records: Path) -> None:
    describe(sample_records, person("annotator-l"))
    [finding] = validate(sample_records)
    assert (finding.rule, finding.expected) == ("unknown-annotator", "annotator-l")
    assert finding.message.endswith("annotators.jsonl (and 13 more references)")


def test_a_file_that_is_not_read_is_of_somebody_who_is_described(sample_records: Path) -> None:
    describe(sample_records, person("annotator-1"))
    folder = sample_records / DOCUMENT_ID / "annotations" / "held-out"
    folder.mkdir()
    (folder / "ada.jsonl").write_text("{}\n", encoding="utf-8")
    [finding] = validate(sample_records)
    assert finding.rule == "unknown-annotator"
    assert "annotations has ada.jsonl" in finding.message
    assert finding.file.endswith("document.json")


def test_one_document_alone_takes_the_annotators_from_next_to_it(sample_records: Path) -> None:
    describe(sample_records, person("annotator-2"))
    assert rules(sample_records / DOCUMENT_ID) == ["unknown-annotator"]


@pytest.mark.parametrize("place", ["held-out", "raw-2/extraction"])
def test_an_annotator_of_any_round_is_used(sample_records: Path, place: str) -> None:
    describe(sample_records, person("annotator-1"), person("annotator-2"))
    assert rules(sample_records) == ["unused-annotator"]
    folder = sample_records / DOCUMENT_ID / "annotations" / place
    folder.mkdir(parents=True)
    old = sample_records / DOCUMENT_ID / "annotations" / "raw" / "extraction" / "annotator-1.jsonl"
    (folder / "annotator-2.jsonl").write_bytes(old.read_bytes())
    assert "unused-annotator" not in rules(sample_records)


@pytest.mark.parametrize(
    ("change", "rule"),
    [
        ({"kind": "robot"}, "unknown-label"),
        ({"date": "2024-02-30"}, "impossible-date"),
        ({"date": "2024-03-06/2024-03-01"}, "reversed-interval"),
        ({"languages": ["English"]}, "malformed-value"),
        ({"description": ""}, "malformed-value"),
        ({"age": 41}, "unknown-field"),
    ],
)
def test_the_description_itself_is_checked(
    sample_records: Path, change: dict[str, object], rule: str
) -> None:
    describe(sample_records, person("annotator-1", **change))
    assert rules(sample_records) == [rule]


def test_an_annotator_described_twice_is_one_finding(sample_records: Path) -> None:
    describe(sample_records, person("annotator-1"), person("annotator-1", kind="model"))
    assert rules(sample_records) == ["duplicate-id"]


def test_a_line_that_cannot_be_read_may_be_the_annotator(sample_records: Path) -> None:
    (sample_records / "annotators.jsonl").write_text('{"annotator_id": \n', encoding="utf-8")
    assert rules(sample_records) == ["broken-json"]


def test_the_file_alone_is_checked_as_its_name_says(sample_records: Path) -> None:
    describe(sample_records, person("annotator-1", kind="robot"))
    assert rules(sample_records / "annotators.jsonl") == ["unknown-label"]
    edit(sample_records / "annotators.jsonl", lambda rows: rows[0].update(kind="model"))
    assert rules(sample_records / "annotators.jsonl") == []


def test_the_shipped_annotators_are_models_with_guidelines(root: Path) -> None:
    lines = (root / "records" / "annotators.jsonl").read_text(encoding="utf-8").splitlines()
    found = [json.loads(line) for line in lines]
    assert {row["kind"] for row in found} == {"model"}
    assert all(row["guidelines"] for row in found)
