"""One cause is one finding, and two causes are two: what an error causes, and what it must not cause."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from onrecord.validation.validate import validate
from tests.helpers.sample import DOCUMENT_ID, claim_id, edit, segment_id, write_sample

Rows = list[dict[str, Any]]
CLAIMS = f"{DOCUMENT_ID}/claims.jsonl"
SEGMENTS = f"{DOCUMENT_ID}/segments.jsonl"
DOCUMENT = f"{DOCUMENT_ID}/document.json"
SPEAKERS = "speakers.jsonl"


@pytest.fixture
def records(tmp_path: Path) -> Path:
    return write_sample(tmp_path / "repo")


def found_in(records: Path) -> list[str]:
    return [finding.rule for finding in validate(records)]


def put(index: int, **fields: object) -> Callable[[Rows], object]:
    """A change that overwrites fields of one row."""
    return lambda rows: rows[index].update(fields)


def rename(rows: Rows) -> None:
    rows[0]["moode"] = rows[0].pop("mode")


def move_end(rows: Rows) -> None:
    rows[0]["end"] -= 1


@pytest.mark.parametrize(
    ("file", "change", "rule"),
    [
        pytest.param(CLAIMS, lambda rows: rows.pop(1), "claim-number-gap", id="a claim is missing"),
        pytest.param(
            CLAIMS, put(0, claim_id=claim_id(2)), "duplicate-id", id="a claim has the id of another"
        ),
        pytest.param(CLAIMS, put(1, claim_id="c2"), "malformed-value", id="a claim's id is malformed"),
        pytest.param(CLAIMS, lambda rows: rows[1].pop("claim_id"), "missing-field", id="a claim has no id"),
        pytest.param(
            CLAIMS,
            put(1, claim_id="a-c002"),
            "id-outside-document",
            id="a claim has the id of another document",
        ),
        pytest.param(
            CLAIMS, put(1, claim_id=claim_id(99)), "record-out-of-order", id="a number is far too high"
        ),
        pytest.param(CLAIMS, put(0, verifiability="unverifyable"), "unknown-label", id="a label is misspelt"),
        pytest.param(CLAIMS, rename, "unknown-field", id="a field is misspelt"),
        pytest.param(
            CLAIMS, put(0, verifiability="verifiable"), "verifiability-mismatch", id="a label is wrong"
        ),
        pytest.param(CLAIMS, put(0, flags=["unclear"]), "unknown-label", id="a flag is misspelt"),
        pytest.param(
            SEGMENTS,
            put(0, segment_id=segment_id(2)),
            "segment-id-mismatch",
            id="a segment has the id of another",
        ),
        pytest.param(SEGMENTS, move_end, "segment-hash-mismatch", id="a segment has moved"),
        pytest.param(SEGMENTS, put(0, role=None), "wrong-type", id="a segment has a null role"),
        pytest.param(SEGMENTS, put(2, paragraph=1), "paragraph-mismatch", id="a paragraph is wrong"),
        pytest.param(SEGMENTS, lambda rows: rows.pop(0), "segment-number-gap", id="a segment is missing"),
        pytest.param(SPEAKERS, lambda rows: rows.pop(0), "unknown-speaker", id="a speaker is missing"),
        pytest.param(SPEAKERS, put(1, speaker_id="ada"), "unknown-speaker", id="a speaker's id is wrong"),
        pytest.param(SPEAKERS, put(1, speaker_id="Ada"), "malformed-value", id="a speaker's id is malformed"),
        pytest.param(DOCUMENT, put(0, date="2024-03-01"), "date-mismatch", id="a document's date is wrong"),
        pytest.param(
            DOCUMENT, put(0, document_id="x"), "folder-name-mismatch", id="a document's id is wrong"
        ),
    ],
)
def test_one_cause_is_one_finding(
    file: str, change: Callable[[Rows], object], rule: str, records: Path
) -> None:
    edit(records / file, change)

    assert found_in(records) == [rule]


def test_a_line_cut_short_causes_no_findings_in_records_that_refer_to_it(records: Path) -> None:
    path = records / CLAIMS
    lines = path.read_bytes().split(b"\n")
    lines[1] = lines[1][:100]
    path.write_bytes(b"\n".join(lines))

    [finding] = validate(records)

    assert (finding.rule, finding.line) == ("broken-json", 2)


def test_a_file_cut_short_causes_no_findings_in_records_that_refer_to_it(records: Path) -> None:
    path = records / CLAIMS
    path.write_bytes(path.read_bytes().split(b"\n")[0])

    assert found_in(records) == ["no-final-newline"]


def test_independent_errors_are_all_reported_in_one_run(records: Path) -> None:
    def change(rows: Rows) -> None:
        rows[0].update(mode="narrated", kind=3)
        rows[2].update(stated_on="2024-03-09", segment_id=segment_id(3))
        del rows[3]["via"]

    edit(records / CLAIMS, change)

    assert sorted(found_in(records)) == [
        "main-segment-unanchored",
        "missing-field",
        "stated-after-document",
        "unknown-label",
        "wrong-type",
    ]


def test_an_unknown_speaker_named_often_is_reported_once_with_the_number_of_mentions(records: Path) -> None:
    edit(records / SPEAKERS, put(0, speaker_id="harbor-gazette"))

    [finding] = validate(records)

    assert finding.message.endswith("no speaker harbour-gazette in speakers.jsonl (and 5 more references)")
    assert finding.expected == "harbor-gazette"


@pytest.mark.parametrize("line", [1, 2])
def test_the_misnumbered_one_of_two_claims_with_the_same_id_is_reported(line: int, records: Path) -> None:
    edit(records / CLAIMS, put(line - 1, claim_id=claim_id(line + 1)))

    [finding] = validate(records)

    assert (finding.rule, finding.line) == ("duplicate-id", line)


def test_a_reference_to_a_withdrawn_claim_says_so(records: Path) -> None:
    edit(records / DOCUMENT_ID / "relations.jsonl", put(1, source_id=claim_id(4)))

    [finding] = validate(records)

    assert finding.message == f"source_id: the claim {claim_id(4)} was withdrawn"
