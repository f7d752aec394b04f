"""Scores by split: perfect files, attacks, alternatives, answers of other splits, units of resampling."""

import json
import random
import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from onrecord import TASKS, check, compare, errors, rows, score
from onrecord.benchmark.answers import Answers, Prediction
from onrecord.benchmark.baselines import baseline
from onrecord.benchmark.counts import tally
from onrecord.benchmark.report import Score
from onrecord.benchmark.tasks import find_task, items
from onrecord.benchmark.units import MOST_DOCUMENTS
from onrecord.exceptions import InvalidPredictions, NotComparable, UnusablePredictions
from onrecord.model.tables import SPLITS
from tests.helpers.answers import Line, constant, gold

EVERY = [*SPLITS, "all"]
HIGHEST = 1.0


def values(found: Score) -> dict[str, float]:
    return {value.name: value.value for value in found.metrics}


@pytest.mark.parametrize("split", EVERY)
@pytest.mark.parametrize("task", TASKS)
def test_a_perfect_file_scores_1_in_every_metric_in_any_order(task: str, split: str) -> None:
    lines = gold(task, split=split)
    random.Random(7).shuffle(lines)
    found = score(task, lines, split=split)
    assert values(found) == {
        name: pytest.approx(0.0 if name == "unsupported" else HIGHEST, abs=1e-12) for name in values(found)
    }
    assert [row.value for row in found.by_split] == pytest.approx([HIGHEST] * len(found.by_split))
    listed = errors(task, lines, split=split)
    assert (listed.wrong, listed.unit) == ((), "claim" if task == "extraction" else "item")


@pytest.mark.parametrize("split", EVERY)
@pytest.mark.parametrize("task", ["speaker", "date"])
def test_an_alternative_counts_as_right_in_every_metric(task: str, split: str) -> None:
    chosen = find_task(task)
    lines = [
        {chosen.key: item.item_id, "prediction": (*item.alternatives, item.gold)[0]}
        for item in items(chosen, split=split)
    ]
    expected = gold(task, split=split)
    assert sum(line not in expected for line in lines) >= 1
    found = values(score(task, lines, split=split))
    assert found == {name: pytest.approx(HIGHEST, abs=1e-12) for name in found}


def test_probabilities_of_alternatives_count_for_the_expected_answer() -> None:
    item = next(item for item in items(find_task("speaker")) if item.alternatives)
    other = str(item.alternatives[0])
    line = {"claim_id": item.item_id, "prediction": other, "probabilities": {other: 0.75, item.gold: 0.25}}
    assert values(score("speaker", [line]))["brier"] == pytest.approx(0.0)


FLOORS = {"macro_f1_content": 0.30, "accuracy_others": 0.15, "exact_macro": 0.30, "mcc": 0.05, "f1": 0.15}
"""What a system that has not read a sentence stays below."""


@pytest.mark.parametrize("split", ["challenge", "validation", "all"])
@pytest.mark.parametrize("task", [name for name in TASKS if name != "extraction"])
def test_every_constant_answer_scores_near_the_floor(task: str, split: str) -> None:
    counted = Counter(item.gold for item in items(find_task(task), split=split))
    for answer, _ in counted.most_common(8):
        found = score(task, constant(task, answer, split=split), split=split)
        assert found.result.value <= FLOORS[found.primary], answer


@pytest.mark.parametrize("split", SPLITS)
def test_no_other_constant_answer_beats_the_majority(split: str) -> None:
    counted = Counter(item.gold for item in items(find_task("speaker"), split=split))
    highest = score("speaker", baseline("speaker", "majority", split=split), split=split).result.value
    for answer, _ in counted.most_common(4):
        assert score("speaker", constant("speaker", answer, split=split), split=split).result.value <= highest


@pytest.mark.parametrize("split", ["challenge", "validation"])
@pytest.mark.parametrize("task", TASKS)
def test_the_answers_to_other_items_score_near_the_floor(task: str, split: str) -> None:
    found = score(task, baseline(task, "shuffled", split=split), split=split)
    assert found.result.value <= FLOORS[found.primary] + 0.1


@pytest.mark.parametrize("split", SPLITS)
def test_knowing_whether_the_article_speaks_does_not_settle_verifiability(split: str) -> None:
    lines = [
        {
            "claim_id": row["claim_id"],
            "prediction": "verifiable" if row["mode"] == "narration" else "unverifiable",
        }
        for row in rows("claims", split=split)
    ]
    trained = score("verifiability", baseline("verifiability", "tfidf", split=split), split=split)
    assert score("verifiability", lines, split=split).result.value < trained.result.value + 0.1


def test_the_set_of_one_class_measures_no_false_alarms_and_the_others_do() -> None:
    shown = {split: score("detection", gold("detection", split=split), split=split) for split in SPLITS}
    assert {split: found.primary for split, found in shown.items()} == {
        "test": "accuracy",
        "challenge": "mcc",
        "validation": "mcc",
    }


def test_dates_are_averaged_over_distinct_answers(splits_data: Path) -> None:
    lines = constant("date", "2024-03-04", splits_data, split="all")
    # Two distinct answers with three items each; the alternative of the second is the first.
    assert values(score("date", lines, splits_data, split="all"))["exact_macro"] == 1.0
    lines = constant("date", "../2024-03-05", splits_data, split="all")
    found = values(score("date", lines, splits_data, split="all"))
    assert (found["exact_macro"], found["exact"]) == (0.5, 0.5)


def test_a_frequent_date_counts_no_more_than_a_rare_one() -> None:
    dates: dict[str, int] = {}
    for item in items(find_task("date"), split="challenge"):
        dates[item.gold] = dates.get(item.gold, 0) + 1
    frequent = max(dates, key=lambda answer: dates[answer])
    lines = [line for line in gold("date", split="challenge") if line["prediction"] == frequent]
    found = values(score("date", lines, split="challenge"))
    assert found["exact"] == pytest.approx(dates[frequent] / sum(dates.values()))
    assert found["exact_macro"] < found["exact"]


def test_answers_to_other_splits_are_set_aside_and_counted(splits_data: Path) -> None:
    lines = gold("verifiability", splits_data, split="all")
    assert check("verifiability", lines, splits_data) == []
    found = score("verifiability", lines, splits_data)
    assert found.result.value == 1.0
    assert (found.n, found.missing) == (4, 0)
    assert "8 answers to items of other splits were set aside." in found.notes
    alone = score("verifiability", gold("verifiability", splits_data), splits_data)
    assert (alone.metrics, alone.tally.outcomes) == (found.metrics, found.tally.outcomes)


def test_an_answer_of_another_split_that_is_wrong_is_still_a_finding(splits_data: Path) -> None:
    lines = gold("verifiability", splits_data, split="all")
    lines[-1]["prediction"] = "verifable"
    lines.append(lines[-2])
    found = check("verifiability", lines, splits_data)
    assert [(finding.rule, finding.line) for finding in found] == [
        ("unknown-label", 12),
        ("duplicate-answer", 13),
    ]


@pytest.mark.parametrize("task", TASKS)
def test_a_file_without_any_answer_to_the_split_is_an_error(task: str, splits_data: Path) -> None:
    lines = gold(task, splits_data, split="challenge")
    (finding,) = check(task, lines, splits_data)
    assert finding.rule == "other-split"
    assert finding.expected == "--split challenge"
    assert f"there are {len(lines)} of challenge" in finding.message
    with pytest.raises(InvalidPredictions):
        score(task, lines, splits_data)
    assert score(task, lines, splits_data, split="challenge").result.value == 1.0


@pytest.mark.parametrize("task", TASKS)
def test_all_reports_each_split_as_its_own_score_does(task: str) -> None:
    lines = list(baseline(task, "rules", split="all"))
    whole = score(task, lines, split="all")
    for row in whole.by_split:
        alone = score(task, lines, split=row.split)
        assert (row.n, row.metric) == (alone.n, alone.primary)
        assert (row.value, row.low, row.high) == (
            alone.result.value,
            alone.result.low,
            alone.result.high,
        )
    assert [row.split for row in whole.by_split] == list(SPLITS)
    assert "challenge" in str(whole)
    assert score(task, lines).by_split == ()


def test_documents_are_resampled_where_there_are_ten_and_paragraphs_otherwise() -> None:
    found = {
        split: score("verifiability", gold("verifiability", split=split), split=split) for split in EVERY
    }
    assert {split: one.tally.unit for split, one in found.items()} == {
        "test": "paragraph",
        "challenge": "document",
        "validation": "paragraph",
        "all": "document",
    }
    for one in found.values():
        assert f"percentile/{one.tally.unit}/" in one.signature
        is_explained = any("resampling paragraphs" in note for note in one.notes)
        assert is_explained == (one.tally.unit == "paragraph")
    challenge = found["challenge"]
    assert challenge.tally.clusters == tuple(
        row["document_id"] for row in rows("documents", split="challenge")
    )
    assert (challenge.documents, len(challenge.tally.units)) == (12, 12)


def test_very_many_documents_are_resampled_in_groups_of_one_split(splits_data: Path) -> None:
    number = MOST_DOCUMENTS + 50
    some = items(find_task("detection"), splits_data, "all")[:2]
    asked = [
        replace(
            some[at % 2],
            item_id=f"s{at}",
            document_id=f"d{at}",
            split="test" if at < number // 2 else "challenge",
            gold=at % 3 == 0,
        )
        for at in range(number)
    ]
    answers = Answers("half", {item.item_id: Prediction(True) for item in asked[::2]})
    found = tally(find_task("detection"), asked, answers, (True, False))
    assert (found.unit, found.documents) == ("document-group", number)
    assert len(found.units) == len(found.clusters) == len(set(found.clusters)) <= 2 * MOST_DOCUMENTS
    assert found.units[:, found.columns.at("items")].sum() == number
    assert {name.partition("/")[0] for name in found.clusters} == {"test", "challenge"}


def test_the_report_states_what_the_split_can_resolve() -> None:
    found = score("verifiability", gold("verifiability", split="challenge"), split="challenge")
    assert any("can be distinguished if" in note for note in found.notes)


def test_systems_are_compared_on_a_split_and_saved_scores_bring_theirs(tmp_path: Path) -> None:
    files = []
    for name in ("rules", "majority"):
        found = score("date", baseline("date", name, split="challenge"), split="challenge", system=name)
        files.append(tmp_path / f"{name}.json")
        files[-1].write_text(json.dumps(found.as_dict()), encoding="utf-8")
    lines = {name: list(baseline("date", name, split="challenge")) for name in ("rules", "majority")}
    fresh = compare("date", lines, split="challenge")
    assert compare("date", files).as_dict() == fresh.as_dict()
    assert (fresh.split, fresh.metric) == ("challenge", "exact_macro")
    assert "|split:challenge|" in fresh.signature
    assert "test:permutation/document/" in fresh.signature
    mixed = compare("date", {"rules": files[0], "majority": lines["majority"]})
    assert mixed.as_dict() == fresh.as_dict()
    with pytest.raises(NotComparable, match='split "challenge", expected "test"'):
        compare("date", files, split="test")


def test_scores_of_two_splits_are_not_compared(tmp_path: Path) -> None:
    files = []
    for split in ("test", "challenge"):
        files.append(tmp_path / f"{split}.json")
        found = score("date", gold("date", split=split), split=split).as_dict()
        files[-1].write_text(json.dumps(found), encoding="utf-8")
    with pytest.raises(NotComparable, match='split "challenge" and "test"'):
        compare("date", files)


@pytest.mark.parametrize("extra", [{}, {"counts": {"columns": [], "paragraphs": [], "sums": []}}])
@pytest.mark.parametrize(
    ("scorer", "reason"), [("1.2", "does not see a negation"), ("2.0", "the document does not give")]
)
def test_a_score_of_an_earlier_scorer_is_refused_with_the_reason(
    scorer: str, reason: str, extra: dict[str, Any], tmp_path: Path
) -> None:
    path = tmp_path / "old.json"
    path.write_text(json.dumps({"task": "date", "scorer": scorer, **extra}), encoding="utf-8")
    with pytest.raises(NotComparable, match=rf"scorer {re.escape(scorer)}.*{reason}"):
        compare("date", {"old": path, "new": gold("date")})


def test_a_saved_score_without_its_split_is_no_score(tmp_path: Path) -> None:
    saved = score("date", gold("date")).as_dict()
    del saved["split"]
    path = tmp_path / "saved.json"
    path.write_text(json.dumps(saved), encoding="utf-8")
    with pytest.raises(UnusablePredictions, match="is not a score"):
        compare("date", [path, path])


def test_errors_name_the_split_of_each_item(splits_data: Path) -> None:
    lines: list[Line] = constant("verifiability", "verifiable", splits_data, split="all")
    found = errors("verifiability", lines, splits_data, split="all")
    by_split = {
        group.value: (group.n, group.right) for group in found.subgroups if group.attribute == "split"
    }
    assert by_split == dict.fromkeys(SPLITS, (4, 2))
    assert found.as_dict()["split"] == "all"
