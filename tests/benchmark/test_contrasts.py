"""Contrast pairs: what a constant, a perfect and a wrong file score, and how groups are counted."""

from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from onrecord import TASKS, baseline, check, compare, errors, inputs, rows, score
from onrecord.benchmark.baselines import names
from onrecord.benchmark.contrast_right import is_right, pair_names
from onrecord.benchmark.sources import pair_source
from onrecord.benchmark.tasks import find_task, items
from onrecord.benchmark.tasks.contrasts import input_id, pair_gold, pair_inputs
from onrecord.rules.contrasts import SIDES

Line = dict[str, Any]
PAIRS = rows("contrasts", split=None)
FREE = ("majority", "rules", "shuffled")
"""The baselines that need no extra."""


def gold_lines(pairs: Sequence[Mapping[str, Any]] = PAIRS, *, swapped: bool = False) -> Iterator[Line]:
    """The gold as predictions, or that of the other side of each pair."""
    for pair in pairs:
        for side, other in zip(SIDES, reversed(SIDES), strict=True):
            answer = pair_gold(pair, other if swapped else side)
            shown = list(answer) if isinstance(answer, tuple) else answer
            yield {"input_id": input_id(pair, side), "prediction": shown}


def metric(found: Any, name: str) -> float:
    return float(next(value.value for value in found.metrics if value.name == name))


def test_a_perfect_file_scores_one_in_any_order() -> None:
    lines = list(gold_lines())

    for given in (lines, lines[::-1]):
        found = score("contrasts", given)
        assert [metric(found, name) for name in ("consistency", "accuracy")] == [1.0, 1.0]
        assert found.result.name == "consistency"
        assert all(group.consistent == group.pairs for group in found.groups)


def test_the_answers_of_the_other_side_are_wrong_wherever_the_answer_changes() -> None:
    found = score("contrasts", list(gold_lines(swapped=True)))

    assert metric(found, "consistency_changing") == 0.0
    assert metric(found, "consistency_keeping") == 1.0
    changing = next(group for group in found.groups if group.value == "changes")
    assert changing.inputs_right == 0


@pytest.mark.parametrize("side", SIDES)
def test_a_constant_answer_is_consistent_on_no_pair_that_changes(side: str) -> None:
    # The best constant of each pair: the right answer to one of its inputs, given to both.
    lines = [
        {**line, "prediction": answer}
        for pair in PAIRS
        for answer in [next(gold_lines([pair], swapped=side == "b"))["prediction"]]
        for line in gold_lines([pair])
    ]
    found = score("contrasts", lines, split="all")

    assert metric(found, "consistency_changing") == 0.0
    assert metric(found, "consistency_keeping") == 1.0
    assert score("contrasts", baseline("contrasts", "majority")).metrics[1].value == 0.0


def test_challenge_is_scored_by_default_and_the_groups_add_up() -> None:
    found = score("contrasts", list(gold_lines()))

    assert (found.split, found.n) == ("challenge", len(rows("contrasts", split="challenge")))
    for attribute in ("changes", "task", "edit"):
        assert sum(group.pairs for group in found.groups if group.attribute == attribute) == found.n
    aside = 2 * len(rows("contrasts", split="validation"))
    assert any(f"{aside:,} answers to items of other splits were set aside" in note for note in found.notes)


def test_all_splits_are_scored_together_and_apart() -> None:
    found = score("contrasts", list(gold_lines()), split="all")

    assert found.n == len(PAIRS)
    assert {row.split: row.n for row in found.by_split} == {
        split: len(rows("contrasts", split=split)) for split in ("challenge", "validation")
    }


def test_a_missing_answer_makes_its_pair_wrong() -> None:
    pair = rows("contrasts", split="challenge")[0]
    lines = [line for line in gold_lines() if line["input_id"] != f"{pair['contrast_id']}-b"]
    found = score("contrasts", lines)

    assert (found.missing, found.answered) == (1, found.n - 1)
    assert found.tally.outcomes[pair["contrast_id"]] is False
    assert sum(found.tally.outcomes.values()) == found.n - 1


def test_an_abstention_is_wrong_and_counted() -> None:
    pair = rows("contrasts", split="challenge")[0]
    lines = [
        {**line, "prediction": None} if line["input_id"] == f"{pair['contrast_id']}-a" else line
        for line in gold_lines()
    ]
    found = score("contrasts", lines)

    assert (found.missing, found.abstained) == (0, 1)
    assert found.tally.outcomes[pair["contrast_id"]] is False


def test_inputs_are_those_of_the_tasks_and_hold_no_answer() -> None:
    given = list(inputs("contrasts", split="all"))
    declared = set(find_task("contrasts").inputs)

    assert [row["input_id"] for row in given] == [input_id(pair, side) for pair in PAIRS for side in SIDES]
    for row in given:
        assert set(row) <= declared
        assert ("text" in row) == (row["task"] in ("verifiability", "speaker", "date"))
        assert ("choices" in row) == ("own_voice" in row) == (row["task"] == "speaker")
        assert ("sentence" in row) == (row["task"] == "detection")
        assert ("sentence" in row) != ("sentences" in row)
        assert not [name for name in row if name.startswith(("answer", "claims", "changes", "edit"))]


@pytest.mark.parametrize(
    ("task", "answer", "rule"),
    [
        ("verifiability", "verifable", "unknown-label"),
        ("speaker", "nobody", "unknown-label"),
        ("date", "Monday", "malformed-value"),
        ("date", "2023-02-29", "impossible-date"),
        ("date", "2024/2023", "reversed-interval"),
        ("detection", "true", "wrong-type"),
        ("verifiability", True, "wrong-type"),
        ("extraction", "One claim.", "wrong-type"),
        ("date", ["2024"], "wrong-type"),
        ("extraction", [""], "malformed-value"),
        ("extraction", 7, "wrong-type"),
    ],
)
def test_an_answer_that_the_task_of_the_input_does_not_have_is_a_finding(
    task: str, answer: object, rule: str
) -> None:
    pair = next(pair for pair in PAIRS if pair["task"] == task)
    found = check("contrasts", [{"input_id": input_id(pair, "a"), "prediction": answer}])

    assert [finding.rule for finding in found] == [rule]


def test_a_finding_names_the_input_and_what_was_expected() -> None:
    pair = next(pair for pair in PAIRS if pair["task"] == "detection")
    [found] = check("contrasts", [{"input_id": input_id(pair, "a"), "prediction": "true"}])

    assert "asks the task detection" in found.message
    assert (found.expected, found.line, found.record_id) == ("true or false", 1, input_id(pair, "a"))


def test_an_unknown_input_and_a_second_answer_are_findings() -> None:
    pair = PAIRS[0]
    line = {"input_id": input_id(pair, "a"), "prediction": pair["answer_a"]}
    misspelt = {**line, "input_id": "verifiabilty-001-a"}
    found = check("contrasts", [line, misspelt, line])

    assert [(finding.rule, finding.line) for finding in found] == [("unknown-id", 2), ("duplicate-answer", 3)]
    assert found[0].expected == "verifiability-001-a"


@pytest.mark.parametrize("task", TASKS)
def test_an_input_has_the_fields_of_its_task(task: str) -> None:
    own = set(find_task(task).inputs) - {"claim_id", "segment_id", "document_id", "paragraph"}

    for row in inputs("contrasts", split="all"):
        if row["task"] == task:
            assert set(row) == {"input_id", "task", *own}


def test_every_pair_can_be_distinguished_by_its_own_scorer() -> None:
    known = pair_names(items(find_task("contrasts"), split="all"), rows("speakers", split=None))
    for pair in PAIRS:
        one, other = (pair_gold(pair, side) for side in SIDES)
        for gold, wrong, side in ((one, other, "a"), (other, one, "b")):
            source = pair_source(pair_inputs(pair, side))
            assert is_right(pair["task"], gold, gold, known, source)
            assert is_right(pair["task"], gold, wrong, known, source) is not pair["changes"], pair


def test_true_and_the_word_true_are_two_answers() -> None:
    assert is_right("detection", True, True)
    assert not is_right("detection", True, "true")
    assert not is_right("detection", True, 1)  # type: ignore[arg-type]  # As a user's function may answer.


def test_claims_are_right_in_any_order_and_only_all_of_them() -> None:
    gold = ("Ada Lind opened the pier.", "The bridge has 40 lamps.")

    assert is_right("extraction", gold, gold[::-1])
    assert not is_right("extraction", gold, gold[:1])
    assert not is_right("extraction", gold, (*gold, "The tower is red."))
    assert is_right("extraction", (), ())


@pytest.mark.parametrize("name", FREE)
def test_a_baseline_gives_answers_that_can_be_scored(name: str) -> None:
    lines = list(baseline("contrasts", name))

    assert name in names("contrasts")
    assert check("contrasts", lines) == []
    assert {line["input_id"] for line in lines} == {row["input_id"] for row in inputs("contrasts")}


def test_chance_is_far_below_the_simplest_rules() -> None:
    found = {name: score("contrasts", baseline("contrasts", name)).result for name in FREE}

    assert found["shuffled"].high < found["rules"].low
    assert found["shuffled"].value < 0.2


def test_systems_are_compared_pair_by_pair() -> None:
    found = compare("contrasts", {"gold": list(gold_lines()), "rules": baseline("contrasts", "rules")})

    [pair] = found.pairs
    assert pair.is_significant
    assert pair.losses == 0
    assert pair.wins + pair.ties == found.n
    assert "test:permutation/pair/" in found.signature


def test_a_comparison_is_in_the_words_of_pairs() -> None:
    lines = list(gold_lines())
    almost = [lines[0] | {"prediction": None}, *lines[1:]]
    number = len(rows("contrasts", split="challenge"))
    found = compare("contrasts", {"gold": lines, "almost": almost, "again": lines})

    assert str(found).split("\n")[0].endswith(f"of 3 systems, n = {number} pairs in 20 stories")
    assert "differ on so few pairs that" in found.pairs[0].words
    assert "(consistency, exact McNemar test, " in found.pairs[0].words
    assert "% of pairs right for one only)" in found.pairs[0].words
    assert found.pairs[1].words == "the same pairs right: no difference"


def test_systems_are_compared_on_challenge_by_default_and_the_documentation_says_so() -> None:
    found = compare("contrasts", {"gold": list(gold_lines()), "again": list(gold_lines())})

    assert found.split == "challenge"
    assert "or of the task: test, for contrasts challenge" in " ".join(str(compare.__doc__).split())


def test_a_saved_score_is_compared_like_predictions(tmp_path: Path) -> None:
    from onrecord.benchmark.formats import score_json

    saved = tmp_path / "gold.json"
    saved.write_text(score_json(score("contrasts", list(gold_lines()))), encoding="utf-8")
    found = compare("contrasts", [saved, list(gold_lines(swapped=True))])

    assert found.pairs[0].is_significant


def test_errors_list_the_inputs_that_are_wrong() -> None:
    pair = rows("contrasts", split="challenge")[0]
    wrong = "unverifiable" if pair["answer_a"] != "unverifiable" else "verifiable"
    lines = [
        {**line, "prediction": wrong} if line["input_id"] == f"{pair['contrast_id']}-a" else line
        for line in gold_lines()
    ]
    found = errors("contrasts", lines)

    assert [(one.item_id, one.expected, one.given) for one in found.wrong] == [
        (f"{pair['contrast_id']}-a", pair["answer_a"], wrong)
    ]
    assert found.n == 2 * len(rows("contrasts", split="challenge"))
    by_edit = {group.value: group.right for group in found.subgroups if group.attribute == "edit"}
    assert sum(by_edit.values()) == len(rows("contrasts", split="challenge")) - 1


def test_the_table_of_a_score_has_a_row_per_kind_of_edit() -> None:
    text = str(score("contrasts", list(gold_lines())))

    for pair in rows("contrasts", split="challenge"):
        assert f"edit     {pair['edit']} " in text
    assert " pairs in 20 stories, " in text.split("\n")[1]


def test_a_signature_names_pairs_and_the_matcher() -> None:
    found = score("contrasts", list(gold_lines()))

    assert "/pair/" in found.signature
    assert "match:" in found.signature


def test_tables_of_an_earlier_version_have_no_pairs_and_are_scored_all_the_same(sample_data: Path) -> None:
    (sample_data / "contrasts").rename(sample_data / "others")

    for split in ("test", "all"):
        assert list(inputs("contrasts", sample_data, split=split)) == []
        assert list(baseline("contrasts", "rules", sample_data, split=split)) == []
    assert score("detection", baseline("detection", "rules", sample_data), sample_data).n
    [found] = check("contrasts", [{"input_id": "date-001-a", "prediction": None}], sample_data)
    assert found.rule == "unknown-id"


def test_the_pairs_of_ones_own_tables_are_scored_on_their_split(sample_data: Path) -> None:
    own = rows("contrasts", sample_data)
    found = score("contrasts", list(gold_lines(own)), sample_data, split="test")

    assert (found.n, found.result.value) == (len(own), 1.0)
    [wrong] = check("contrasts", list(gold_lines(own))[:1], sample_data)
    assert (wrong.rule, wrong.expected) == ("other-split", "--split test")


def test_the_interval_of_one_pair_is_explained_by_the_pair(sample_data: Path) -> None:
    shard = next((sample_data / "contrasts").glob("*.parquet"))
    footer = {key: text for key, text in pq.read_metadata(shard).metadata.items() if b"onrecord" in key}
    pq.write_table(pq.ParquetFile(shard).read().slice(0, 1).replace_schema_metadata(footer), shard)
    found = score("contrasts", list(gold_lines(rows("contrasts", sample_data))), sample_data, split="test")

    assert found.n == 1
    assert any(note.startswith("There is only one pair, so ") for note in found.notes)
    assert not any("paragraph" in note for note in found.notes)


def test_an_input_is_the_same_from_a_row_and_from_the_task() -> None:
    made = [pair_inputs(pair, side) for pair in PAIRS for side in SIDES]

    assert made == [dict(row) for row in inputs("contrasts", split="all")]
