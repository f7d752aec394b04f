"""Scores: compared with scikit-learn, with counts made by hand, and in every degenerate case."""

import json
import random
import warnings
from math import isfinite
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow.parquet as pq
import pytest
from sklearn import metrics as reference

from onrecord import TASKS, check, inputs, score
from onrecord.benchmark.answers import identity, label_text
from onrecord.benchmark.baselines import baseline
from onrecord.benchmark.counts import tally
from onrecord.benchmark.predictions import read_answers
from onrecord.benchmark.report import Score
from onrecord.benchmark.tasks import find_task, items, labels
from onrecord.exceptions import InvalidPredictions, TooManyLabels
from tests.helpers.answers import constant, gold, write
from tests.helpers.sample import DOCUMENT_ID, claim_id

Line = dict[str, Any]
LABEL_TASKS = ("verifiability", "speaker", "detection")
NONE = "(none)"


def values(found: Score) -> dict[str, float]:
    return {value.name: value.value for value in found.metrics}


def assert_finite(found: Score) -> None:
    for value in found.metrics:
        assert isfinite(value.low), value
        assert isfinite(value.high), value
        assert value.low <= value.value <= value.high, value


@pytest.mark.parametrize("task", TASKS)
def test_gold_scores_1_in_any_order_with_finite_intervals(task: str) -> None:
    lines = gold(task)
    found = score(task, lines)
    assert found.result.value == pytest.approx(1.0, abs=1e-12)
    assert (found.missing, found.abstained, found.answered) == (0, 0, found.n)
    assert_finite(found)
    random.Random(5).shuffle(lines)
    assert score(task, lines).as_dict() == {**found.as_dict(), "system": "predictions"}


@pytest.mark.parametrize("task", TASKS)
def test_an_empty_file_is_an_error_and_not_a_score_of_0(task: str, tmp_path: Path) -> None:
    with pytest.raises(InvalidPredictions) as raised:
        score(task, write(tmp_path / "empty.jsonl", []))
    assert [finding.rule for finding in raised.value.findings] == ["no-answer"]


@pytest.mark.parametrize("task", TASKS)
def test_half_of_the_answers_leave_the_others_missing(task: str) -> None:
    found = score(task, gold(task)[::2])
    assert 0 < found.result.value < 1
    assert found.missing > 0
    assert found.missing + found.answered == found.n
    assert_finite(found)


@pytest.mark.parametrize("task", TASKS)
def test_a_baseline_can_be_checked_and_then_scored(task: str) -> None:
    lines = baseline(task, "rules")
    assert check(task, lines) == []
    assert score(task, lines).result.value > 0
    assert list(lines) == list(lines)


@pytest.mark.parametrize("task", [name for name in TASKS if name != "extraction"])
def test_abstaining_everywhere_scores_0_and_nothing_is_missing(task: str) -> None:
    found = score(task, constant(task, None))
    assert found.result.value == 0.0
    assert (found.missing, found.abstained, found.answered) == (0, found.n, 0)
    assert_finite(found)


@pytest.mark.parametrize("task", TASKS)
def test_the_majority_is_shown_with_the_score_and_scores_the_same_alone(task: str) -> None:
    found = score(task, baseline(task, "majority"))
    assert found.baseline == found.result


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("task", LABEL_TASKS)
def test_label_metrics_are_those_of_scikit_learn(task: str, seed: int) -> None:
    rng = random.Random(seed)
    chosen = find_task(task)
    lines = gold(task)
    for line in lines:
        if rng.random() < 0.6:
            line["prediction"] = rng.choice([*labels(chosen), None])
    kept = [line for line in lines if rng.random() < 0.9]
    found = score(task, kept)
    given = {line[chosen.key]: label_text(line["prediction"]) for line in kept}
    expected = [label_text(item.gold) for item in items(chosen)]
    answered = [given.get(item.item_id, NONE) for item in items(chosen)]
    occurring = sorted({*expected, *answered} - {NONE})
    with warnings.catch_warnings():
        # It warns of the class without an answer, which is meant to be there.
        warnings.simplefilter("ignore", UserWarning)
        theirs = {
            "macro_f1": reference.f1_score(
                expected, answered, labels=occurring, average="macro", zero_division=0
            ),
            "mcc": reference.matthews_corrcoef(expected, answered),
            "balanced_accuracy": reference.balanced_accuracy_score(expected, answered),
            "accuracy": reference.accuracy_score(expected, answered),
        }
        report = reference.classification_report(
            expected, answered, labels=occurring, output_dict=True, zero_division=0
        )
    if len(set(expected)) == 1:
        theirs = {"accuracy": theirs["accuracy"]}
    ours = values(found)
    assert {name: ours[name] for name in theirs} == pytest.approx(theirs, abs=1e-12)
    per_class = {row.label: row for row in found.per_class}
    assert set(per_class) == set(occurring)
    for label, row in per_class.items():
        assert row.precision == pytest.approx(report[label]["precision"], abs=1e-12)
        assert row.recall == pytest.approx(report[label]["recall"], abs=1e-12)
        assert row.f1 == pytest.approx(report[label]["f1-score"], abs=1e-12)
        assert row.support == report[label]["support"]
    assert found.confusion is not None
    names, matrix = found.confusion
    theirs_matrix = reference.confusion_matrix(expected, answered, labels=list(names))
    assert theirs_matrix[:-1].tolist() == [list(row) for row in matrix]
    assert found.abstained == sum(line["prediction"] is None for line in kept)
    assert found.missing == len(lines) - len(kept)
    assert_finite(found)


def test_a_confusion_matrix_counted_by_hand(sample_data: Path) -> None:
    # Gold: unverifiable, verifiable, verifiable, partially_verifiable; the last is wrong, one is missing.
    lines = [
        {"claim_id": claim_id(1), "prediction": "unverifiable"},
        {"claim_id": claim_id(2), "prediction": "verifiable"},
        {"claim_id": claim_id(5), "prediction": "verifiable"},
    ]
    found = score("verifiability", lines, sample_data)
    assert found.confusion == (
        ("verifiable", "partially_verifiable", "unverifiable", NONE),
        ((1, 0, 0, 1), (1, 0, 0, 0), (0, 0, 1, 0)),
    )
    # F1: verifiable 2*1/(2+2), partially 0, unverifiable 1. Recall: 1/2, 0, 1.
    # MCC: c=2, s=4, t=(2,1,1), p=(2,0,1 and 1 of none): (2*4-5)/sqrt((16-6)(16-6)).
    assert values(found) == pytest.approx(
        {
            "macro_f1_content": 1 / 3,
            "macro_f1": 0.5,
            "accuracy_content": 1 / 3,
            "accuracy_attribution": 1.0,
            "mcc": 0.3,
            "balanced_accuracy": 0.5,
            "accuracy": 0.5,
            "coverage": 0.75,
            "selective_accuracy": 2 / 3,
        },
        abs=1e-12,
    )
    assert (found.n, found.answered, found.missing, found.abstained, found.paragraphs) == (4, 3, 1, 0, 2)


@pytest.mark.parametrize("task", [name for name in TASKS if name not in ("extraction", "detection")])
def test_one_wrong_item_costs_what_it_must(task: str) -> None:
    lines = gold(task)
    other = next(line["prediction"] for line in lines if line["prediction"] != lines[0]["prediction"])
    lines[0] = {**lines[0], "prediction": other}
    found = score(task, lines)
    name = "exact" if task == "date" else "accuracy"
    assert values(found)[name] == pytest.approx(1 - 1 / found.n, abs=1e-12)
    assert sum(not right for right in found.tally.outcomes.values()) == 1


def test_brier_is_that_of_scikit_learn() -> None:
    rng = np.random.default_rng(3)
    names = [label_text(label) for label in labels(find_task("verifiability"))]
    chances = rng.dirichlet([1, 1, 1], len(gold("verifiability")))
    lines = [
        {**line, "probabilities": dict(zip(names, map(float, row), strict=True))}
        for line, row in zip(gold("verifiability"), chances, strict=True)
    ]
    expected = [line["prediction"] for line in lines]
    order = sorted(names)
    columns = [names.index(name) for name in order]
    theirs = reference.brier_score_loss(expected, chances[:, columns], labels=order)
    assert values(score("verifiability", lines))["brier"] == pytest.approx(theirs, abs=1e-12)


def test_confidence_is_scored_as_a_forecast_of_being_right(sample_data: Path) -> None:
    lines = constant("verifiability", "verifiable", sample_data)
    for line in lines:
        line["confidence"] = 0.8
    # Two of four are right.
    expected = (2 * 0.2**2 + 2 * 0.8**2) / 4
    assert values(score("verifiability", lines, sample_data))["brier_confidence"] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        # Gold of the two claims of others: 2024-03-04, and ../2024-03-05 or 2024-03-04.
        pytest.param(
            "2024-03-04",
            {"exact": 1, "exact_closed": 1, "exact_open": 1, "iou_days": 1, "covers": 1},
            id="an alternative",
        ),
        pytest.param(
            "2024-03-05",
            {"exact": 0, "exact_closed": 0, "exact_open": 0, "iou_days": 0, "covers": 0},
            id="a day",
        ),
        pytest.param(
            "2024-03",
            {"exact": 0, "exact_closed": 0, "exact_open": 0, "iou_days": 1 / 31, "covers": 0.5},
            id="the month",
        ),
        pytest.param(
            "2024-03-04/2024-03-05",
            {"exact": 0, "exact_closed": 0, "exact_open": 0, "iou_days": 1 / 2, "covers": 0.5},
            id="an interval",
        ),
        pytest.param(
            "../2024-03-05",
            {
                "exact_macro": 0.5,
                "exact": 0.5,
                "exact_closed": 0,
                "exact_open": 1,
                "iou_days": 0,
                "covers": 1,
            },
            id="open",
        ),
        pytest.param(
            "2023",
            {"exact": 0, "exact_closed": 0, "exact_open": 0, "iou_days": 0, "covers": 0, "same_year": 0},
            id="another year",
        ),
    ],
)
def test_dates_are_scored_by_their_bounds(given: str, expected: dict[str, float], sample_data: Path) -> None:
    found = values(score("date", constant("date", given, sample_data), sample_data))
    assert {name: found[name] for name in expected} == pytest.approx(expected, abs=1e-12)


def test_forms_of_one_date_are_the_same(sample_data: Path) -> None:
    lines = gold("date", sample_data)
    lines[0]["prediction"] = "2024-03-04/2024-03-04"
    assert score("date", lines, sample_data).result.value == 1.0


def test_extraction_counts_what_it_matches(sample_data: Path) -> None:
    texts = {item.item_id: item.gold for item in items(find_task("extraction"), sample_data)}
    second = texts[f"{DOCUMENT_ID}/2"]
    lines = [
        # One found to the letter, one with another number, and one that the paragraph does not make.
        {"paragraph": 2, "text": second[claim_id(2)]},
        {"paragraph": 2, "text": second[claim_id(3)].replace("2019", "2018")},
        {"paragraph": 3, "text": "Zzz qqq xxx."},
    ]
    found = score("extraction", lines, sample_data)
    shown = values(found)
    assert found.n == 4
    assert found.missing == 1
    # Another number makes another claim.
    assert shown["recall"] == 1 / 4
    assert shown["precision"] == 1 / 3
    assert shown["f1"] == pytest.approx(2 * 1 / (4 + 3))
    assert shown["unsupported"] == 2 / 3
    assert 2 * 1 / 7 <= shown["soft_f1"] < 2 * 1.5 / 7


def test_a_claim_does_not_match_in_another_paragraph(sample_data: Path) -> None:
    lines = [{**line, "paragraph": 3} for line in gold("extraction", sample_data)]
    assert score("extraction", lines, sample_data).result.value == 0.0


def test_a_set_of_one_class_says_so_and_has_accuracy_as_primary_metric() -> None:
    asked = items(find_task("detection"))
    if len({item.gold for item in asked}) > 1:
        pytest.skip("the shipped segments have both classes")
    found = score("detection", constant("detection", True))
    assert found.primary == "accuracy"
    assert found.result.value == 1.0
    assert found.result.low < 1.0
    assert [value.name for value in found.metrics] == ["accuracy"]
    assert any("false alarms cannot be seen" in note for note in found.notes)


def test_two_classes_have_mcc_as_primary_metric(sample_data: Path) -> None:
    found = score("detection", gold("detection", sample_data), sample_data)
    assert found.primary == "mcc"
    assert found.result.value == 1.0


def test_one_paragraph_has_no_interval_but_the_whole_range(sample_data: Path) -> None:
    shard = next((sample_data / "claims").glob("*.parquet"))
    footer = {key: text for key, text in pq.read_metadata(shard).metadata.items() if b"onrecord" in key}
    pq.write_table(pq.ParquetFile(shard).read().slice(1, 3).replace_schema_metadata(footer), shard)
    found = score("verifiability", gold("verifiability", sample_data), sample_data)
    bounds = {value.name: (value.low, value.high) for value in found.metrics}
    assert bounds["macro_f1"] == (0.0, 1.0)
    assert bounds["mcc"] == (-1.0, 1.0)
    assert 0 < bounds["accuracy"][0] < bounds["accuracy"][1] <= 1
    assert any("one paragraph" in note for note in found.notes)


def test_the_signature_names_all_that_a_number_depends_on() -> None:
    found = score("verifiability", gold("verifiability"))
    of = identity(None)
    parts = dict(part.split(":", 1) for part in found.signature.split("|"))
    assert parts == {
        "onrecord": f"{of.version}+sha256:{of.dataset[:12]}",
        "task": "verifiability",
        "split": "test",
        "n": str(found.n),
        "metric": "macro_f1_content",
        "missing": "wrong",
        "ci": "expanded-percentile/paragraph/9999/seed0",
        "scorer": parts["scorer"],
    }
    assert len({value.signature for value in found.metrics}) == len(found.metrics)


def test_the_json_holds_what_it_promises() -> None:
    found = json.loads(
        json.dumps(score("verifiability", gold("verifiability")[::2]).as_dict(), allow_nan=False)
    )
    assert set(found) >= {
        "task",
        "dataset",
        "n",
        "answered",
        "missing",
        "abstained",
        "metrics",
        "per_class",
        "confusion",
        "baseline",
        "signature",
    }
    assert all(set(value) >= {"name", "value", "low", "high", "method"} for value in found["metrics"])
    assert found["n"] == found["answered"] + found["missing"]


@pytest.mark.parametrize("task", TASKS)
def test_inputs_keyed_back_are_a_file_that_check_takes(task: str, tmp_path: Path) -> None:
    answers = {"verifiability": "verifiable", "speaker": None, "date": "2024", "detection": False}
    lines: list[Line] = []
    for row in inputs(task):
        if task == "extraction":
            lines.append({**{k: row[k] for k in ("document_id", "paragraph")}, "text": row["sentences"][0]})
        else:
            key = TASKS[task].key
            lines.append({key: row[key], "prediction": answers[task]})
    assert check(task, write(tmp_path / "p.jsonl", lines)) == []


def test_more_counts_than_memory_can_hold_are_one_line() -> None:
    task = find_task("speaker")
    answers = read_answers(task, gold("speaker"))
    with pytest.raises(TooManyLabels, match="11 labels cannot be counted in each of 42 paragraphs"):
        tally(task, items(task), answers, labels(task), most_cells=100)
