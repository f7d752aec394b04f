"""Predictions as strangers send them: every error is reported with its line, and nothing else is."""

import gzip
import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from jsonschema import Draft202012Validator

from onrecord import check, score
from onrecord.benchmark import prediction_rules
from onrecord.benchmark.answers import identity
from onrecord.benchmark.predictions import read_answers
from onrecord.benchmark.tasks import TASKS
from onrecord.exceptions import InvalidPredictions, UnusablePredictions
from onrecord.model.findings import Finding, Rule
from onrecord.model.tables import label_names
from onrecord.rules.messages import FORMS
from tests.helpers.answers import constant, gold, write
from tests.helpers.sample import DOCUMENT_ID, claim_id, segment_id

Line = dict[str, Any]
LABELS = ", ".join(label_names("verifiability"))


def brief(findings: list[Finding]) -> list[tuple[str, int | None, str | None]]:
    return [(finding.rule, finding.line, finding.expected) for finding in findings]


def answer(**fields: Any) -> Line:
    return {"claim_id": claim_id(1), "prediction": "verifiable", **fields}


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        pytest.param(
            [answer(prediction="Verifiable ")], [("unknown-label", 1, "verifiable")], id="trailing space"
        ),
        pytest.param(
            [answer(prediction="partly_verifiable")],
            [("unknown-label", 1, "partially_verifiable")],
            id="unknown label",
        ),
        pytest.param(
            [answer(prediction=1)],
            [("wrong-type", 1, f"one of {LABELS} or null")],
            id="label as a number",
        ),
        pytest.param(
            [answer(claim_id=claim_id(9))], [("unknown-id", 1, claim_id(5))], id="id of another version"
        ),
        pytest.param(
            [answer(claim_id=f" {claim_id(1)}")], [("unknown-id", 1, claim_id(1))], id="id with a space"
        ),
        pytest.param([answer(claim_id=7)], [("wrong-type", 1, FORMS["claim_id"])], id="id as a number"),
        pytest.param(
            [answer(), answer(prediction=None)],
            [("duplicate-answer", 2, "one answer per id")],
            id="duplicate id",
        ),
        pytest.param([answer(predicton="x")], [("unknown-field", 1, "prediction")], id="unknown field"),
        pytest.param(
            [{"claim_id": claim_id(1), "predicton": "x"}],
            [("unknown-field", 1, "prediction")],
            id="misspelt field is one error",
        ),
        pytest.param(
            [{"claim_id": claim_id(1)}],
            [("missing-field", 1, f"one of {LABELS} or null")],
            id="no prediction",
        ),
        pytest.param([answer(confidence=1.5)], [("out-of-range", 1, "at most 1")], id="confidence over 1"),
        pytest.param(
            [answer(probabilities={"verifiable": 0.5, "unverifiable": 0.4})],
            [("improbable", 1, "a sum of 1")],
            id="probabilities of 0.9",
        ),
        pytest.param(
            [answer(probabilities={"verifable": 1})],
            [("improbable", 1, "verifiable")],
            id="probability of no label",
        ),
        pytest.param(
            [answer(prediction="x"), answer(claim_id="y")],
            [
                ("unknown-label", 1, f"one of {LABELS}"),
                ("unknown-id", 2, None),
            ],
            id="all errors, not the first",
        ),
    ],
)
def test_an_error_is_reported_with_its_line_and_what_was_expected(
    lines: list[Line], expected: list[Any], sample_data: Path, tmp_path: Path
) -> None:
    path = write(tmp_path / "p.jsonl", lines)
    assert brief(check("verifiability", path, sample_data)) == expected
    assert brief(check("verifiability", lines, sample_data)) == expected


@pytest.mark.parametrize(
    ("content", "rules"),
    [
        pytest.param("{}\n".encode("utf-16"), ["not-utf-8"], id="UTF-16"),
        pytest.param(b"[1]\n{\n", ["not-an-object", "broken-json"], id="not JSON Lines"),
        pytest.param(
            f'{{"claim_id": "{claim_id(1)}", "prediction": null, "confidence": NaN}}\n'.encode(),
            ["non-finite-number"],
            id="NaN",
        ),
        pytest.param(
            f'{{"claim_id": "{claim_id(1)}", "prediction": null, "prediction": null}}\n'.encode(),
            ["duplicate-key"],
            id="field given twice",
        ),
    ],
)
def test_a_file_that_cannot_be_read_reliably_is_refused(
    content: bytes, rules: list[str], sample_data: Path, tmp_path: Path
) -> None:
    path = tmp_path / "p.jsonl"
    path.write_bytes(content)
    assert [finding.rule for finding in check("verifiability", path, sample_data)] == rules


def test_line_ends_and_marks_that_change_no_answer_are_accepted(sample_data: Path, tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    text = (
        "\ufeff" + "\r\n".join(json.dumps(line) for line in gold("verifiability", sample_data)) + "\r\n\r\n"
    )
    path.write_bytes((text + json.dumps(answer(claim_id=claim_id(4)))).encode())
    assert brief(check("verifiability", path, sample_data)) == [("unknown-id", 6, claim_id(5))]


def test_versions_are_reported_once_each_and_their_mixture_too(sample_data: Path) -> None:
    lines = gold("verifiability", sample_data)
    for line, version in zip(lines, ["0.0.1", "0.0.1", "0.0.2", "0.0.2"], strict=True):
        line["dataset_version"] = version
    found = check("verifiability", lines, sample_data)
    assert [(finding.rule, finding.line) for finding in found] == [
        ("other-version", 1),
        ("other-version", 3),
        ("mixed-versions", 3),
    ]


def test_one_other_version_next_to_the_right_one_is_one_finding(sample_data: Path) -> None:
    lines = gold("verifiability", sample_data)
    for line in lines:
        line["dataset_version"] = identity(sample_data).version
    lines[1]["dataset_version"] = "0.0.1"
    found = check("verifiability", lines, sample_data)
    assert [(finding.rule, finding.line) for finding in found] == [("other-version", 2)]


@pytest.mark.parametrize(
    ("given", "rules"),
    [
        pytest.param("2024-02-14", [], id="day"),
        pytest.param("../2024", [], id="open"),
        pytest.param(None, [], id="abstention"),
        pytest.param("2024-02-30", ["impossible-date"], id="no such day"),
        pytest.param("2024/2023", ["reversed-interval"], id="reversed"),
        pytest.param("Wednesday", ["malformed-value"], id="no date"),
        pytest.param("yesterday", ["malformed-value"], id="a word"),
        pytest.param("2024-2-14", ["malformed-value"], id="not padded"),
        pytest.param("../..", ["malformed-value"], id="open at both ends"),
        pytest.param(20240214, ["wrong-type"], id="number"),
    ],
)
def test_dates_are_checked_by_form_calendar_and_order(
    given: object, rules: list[str], sample_data: Path
) -> None:
    found = check("date", [{"claim_id": claim_id(3), "prediction": given}], sample_data)
    assert [finding.rule for finding in found] == rules


def test_an_unknown_speaker_is_reported_with_the_nearest_one(sample_data: Path) -> None:
    found = check("speaker", constant("speaker", "ada-linde", sample_data)[:1], sample_data)
    assert brief(found) == [("unknown-label", 1, "ada-lind")]


def test_a_date_for_a_speaker_has_no_nearest_one(sample_data: Path) -> None:
    found = check("speaker", constant("speaker", "2024-02-14", sample_data)[:1], sample_data)
    assert brief(found) == [("unknown-label", 1, None)]


def test_detection_takes_booleans_and_not_their_names(sample_data: Path) -> None:
    lines: list[Line] = [
        {"segment_id": segment_id(1), "prediction": True, "probabilities": {"true": 1}},
        {"segment_id": segment_id(2), "prediction": "true"},
        {"segment_id": segment_id(5), "prediction": False},
    ]
    found = check("detection", lines, sample_data)
    # The last one has no gloss, so it is not asked about.
    assert [(finding.rule, finding.line) for finding in found] == [("wrong-type", 2), ("unknown-id", 3)]


def test_a_claim_of_one_document_may_leave_the_document_out(sample_data: Path) -> None:
    lines: list[Line] = [
        {"paragraph": 2, "text": "A claim."},
        {"document_id": DOCUMENT_ID, "paragraph": 2, "text": "Another."},
        {"paragraph": 99, "text": "Nowhere."},
        {"paragraph": 2, "text": " "},
        {"paragraph": "2", "text": "A claim."},
        {"paragraph": 2.0, "text": "A claim."},
        {"paragraph": 2.5, "text": "A claim."},
    ]
    found = check("extraction", lines, sample_data)
    assert [(finding.rule, finding.line) for finding in found] == [
        ("unknown-id", 3),
        ("malformed-value", 4),
        ("wrong-type", 5),
        ("wrong-type", 6),
        ("wrong-type", 7),
    ]
    assert found[3].expected == "2"


@pytest.mark.parametrize("task", TASKS)
def test_gold_has_no_finding(task: str) -> None:
    assert check(task, gold(task)) == []


@pytest.mark.parametrize("task", TASKS)
def test_lines_that_the_schema_refuses_are_refused(task: str, sample_data: Path) -> None:
    validator = Draft202012Validator(dict(TASKS[task].schema))
    first = gold(task, sample_data)[0]
    values: list[Any] = [None, 0, -1, "", " ", [], {}, "x\n", True, 1e300]
    for name in first:
        for value in values:
            line = {**first, name: value}
            if not validator.is_valid(line):
                assert check(task, [line], sample_data), (name, value)


def test_many_unknown_ids_are_all_reported_at_once() -> None:
    lines = [
        {**line, "claim_id": f"other-c{number:03d}"} for number, line in enumerate(gold("verifiability"))
    ]
    assert len(check("verifiability", lines)) == len(lines)


def test_nothing_at_the_path_is_one_error(tmp_path: Path) -> None:
    with pytest.raises(UnusablePredictions, match=r"none\.jsonl: there is no such file or folder"):
        check("verifiability", tmp_path / "none.jsonl")


def test_reading_predictions_with_errors_raises_all_their_findings(sample_data: Path) -> None:
    with pytest.raises(InvalidPredictions, match="4 errors") as raised:
        read_answers(TASKS["verifiability"], constant("verifiability", "x", sample_data), sample_data)
    assert len(raised.value.findings) == 4


def test_rules_of_predictions_have_ids_of_their_own() -> None:
    ids = [rule.id for rule in prediction_rules.RULES]
    assert len(set(ids)) == len(ids)


def test_lines_that_are_not_mappings_are_findings_like_any_other() -> None:
    found = check("verifiability", [1, {"claim_id": "x-c001", "prediction": None}])  # type: ignore[list-item]  # the error
    assert [(finding.rule, finding.line) for finding in found] == [("not-an-object", 1), ("unknown-id", 2)]


@pytest.mark.parametrize(
    ("task", "line", "expected"),
    [
        pytest.param(
            "verifiability", {"claimId": claim_id(1), "prediction": "verifiable"}, "claim_id", id="id"
        ),
        pytest.param(
            "detection", {"segmentId": segment_id(1), "prediction": True}, "segment_id", id="segment"
        ),
        pytest.param("extraction", {"paragraf": 2, "text": "A claim."}, "paragraph", id="paragraph"),
        pytest.param("date", {"claim_id": claim_id(3), "predicted": "2024"}, "prediction", id="answer"),
    ],
)
def test_a_key_under_a_misspelt_name_is_one_finding(
    task: str, line: Line, expected: str, sample_data: Path, tmp_path: Path
) -> None:
    path = write(tmp_path / "p.jsonl", [line])
    assert brief(check(task, path, sample_data)) == [("unknown-field", 1, expected)]
    assert brief(check(task, [line], sample_data)) == [("unknown-field", 1, expected)]


@pytest.mark.parametrize("task", TASKS)
def test_a_line_without_any_field_is_a_finding(task: str, sample_data: Path) -> None:
    assert {finding.rule for finding in check(task, [{}], sample_data)} == {"missing-field"}


@pytest.mark.parametrize(
    ("fields", "rule"),
    [
        pytest.param({"confidence": float("nan")}, "non-finite-number", id="NaN"),
        pytest.param({"probabilities": {"verifiable": float("inf")}}, "non-finite-number", id="infinite"),
        pytest.param({"prediction": Path("x")}, "wrong-type", id="an object"),
        pytest.param({1: 2}, "not-an-object", id="a field whose name is a number"),
        pytest.param({"prediction": "\ud83d"}, "unknown-label", id="half a surrogate pair"),
    ],
)
def test_values_that_json_does_not_have_are_findings(
    fields: dict[Any, Any], rule: str, sample_data: Path
) -> None:
    assert [finding.rule for finding in check("verifiability", [answer() | fields], sample_data)] == [rule]


def compressed(kind: str, content: bytes) -> bytes:
    packed: bytes = gzip.compress(content) if kind == "gz" else pa.compress(content, "zstd", asbytes=True)
    return packed


@pytest.mark.parametrize("kind", ["gz", "zst"])
@pytest.mark.parametrize("task", ["verifiability", "extraction"])
def test_compressed_predictions_are_read_as_plain_ones(
    kind: str, task: str, sample_data: Path, tmp_path: Path
) -> None:
    plain = write(tmp_path / "system.jsonl", gold(task, sample_data))
    packed = tmp_path / f"system.jsonl.{kind}"
    packed.write_bytes(compressed(kind, plain.read_bytes()))
    assert read_answers(TASKS[task], packed, sample_data) == read_answers(TASKS[task], plain, sample_data)


@pytest.mark.parametrize("kind", ["gz", "zst"])
def test_errors_in_compressed_predictions_have_the_same_lines(
    kind: str, sample_data: Path, tmp_path: Path
) -> None:
    lines = gold("verifiability", sample_data)
    lines[2]["prediction"] = "Verifiable"
    plain = write(tmp_path / "p.jsonl", lines)
    packed = tmp_path / f"p.jsonl.{kind}"
    packed.write_bytes(compressed(kind, plain.read_bytes()))
    assert brief(check("verifiability", packed, sample_data)) == [("unknown-label", 3, "verifiable")]


@pytest.mark.parametrize("kind", ["gz", "zst"])
@pytest.mark.parametrize("damage", ["cut short", "not compressed"])
def test_damaged_compressed_predictions_are_one_error(
    kind: str, damage: str, sample_data: Path, tmp_path: Path
) -> None:
    content = b"".join(json.dumps(line).encode() + b"\n" for line in gold("verifiability", sample_data))
    packed = compressed(kind, content)
    path = tmp_path / f"p.jsonl.{kind}"
    path.write_bytes(packed[:-6] if damage == "cut short" else content)
    with pytest.raises(UnusablePredictions, match=rf"p\.jsonl\.{kind} cannot be read"):
        check("verifiability", path, sample_data)


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("content", [b"", b"\n\n", b"\xef\xbb\xbf", b" \r\n"])
def test_a_file_without_an_answer_is_an_error(task: str, content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "p.jsonl"
    path.write_bytes(content)
    assert [(finding.rule, finding.file) for finding in check(task, path)] == [("no-answer", str(path))]


def test_an_iterator_that_was_read_is_an_error_and_not_a_score_of_0() -> None:
    lines = iter(gold("verifiability"))
    assert check("verifiability", lines) == []
    with pytest.raises(InvalidPredictions) as raised:
        score("verifiability", lines)
    assert [finding.rule for finding in raised.value.findings] == ["no-answer"]


@pytest.mark.parametrize("given", [None, 7, b"p.jsonl", {"claim_id": "x-c001", "prediction": None}])
def test_what_cannot_be_predictions_is_refused(given: Any) -> None:
    with pytest.raises(TypeError, match="a path, '-', lines of JSON, an iterable of mappings or"):
        check("verifiability", given)


def test_rules_that_records_have_too_are_those_of_the_documented_rules(root: Path) -> None:
    own = {
        rule.id
        for name, rule in vars(prediction_rules).items()
        if isinstance(rule, Rule) and name != "REVERSED_INTERVAL"
    }
    documented = (root / "docs" / "rules.md").read_text(encoding="utf-8")
    for rule in prediction_rules.RULES:
        assert (f"</a>`{rule.id}` |" in documented) == (rule.id not in own)


def test_repeated_answers_beyond_the_first_thousand_are_counted_and_not_kept(tmp_path: Path) -> None:
    [first, *_] = gold("verifiability")
    path = write(tmp_path / "answers.jsonl", [first] * 10_000)
    found = check("verifiability", path)
    assert {finding.rule for finding in found} == {"duplicate-answer"}
    assert len(found) == 1_000
    with pytest.raises(InvalidPredictions, match="the predictions have 9,999 errors") as caught:
        score("verifiability", path)
    assert caught.value.left_out == {"duplicate-answer": 8_999}
