"""Comparisons: which systems are comparable, what is significant, and what the set cannot resolve."""

import gzip
import itertools
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy.stats import permutation_test

from onrecord import compare, score
from onrecord.benchmark.baselines import baseline
from onrecord.benchmark.compare import Comparison
from onrecord.benchmark.metrics import label_columns, label_metrics
from onrecord.benchmark.permutation import p_value
from onrecord.benchmark.table_rows import letters_for
from onrecord.benchmark.tasks import find_task, items
from onrecord.exceptions import NotComparable, UnusablePredictions
from tests.helpers.answers import constant, gold, write

TASK = "verifiability"
Line = dict[str, Any]


CONTENT = [item.gold for item in items(find_task(TASK)) if item.layer == "content"]
"""The gold of the items that the primary metric is about."""


@pytest.fixture(scope="module")
def three() -> Comparison:
    """Gold, gold with one claim of the content wrong, and a constant, in this order."""
    lines, almost = gold(TASK), gold(TASK)
    at = next(at for at, item in enumerate(items(find_task(TASK))) if item.layer == "content")
    other = next(line["prediction"] for line in lines if line["prediction"] != lines[at]["prediction"])
    almost[at]["prediction"] = other
    return compare(TASK, {"best": lines, "almost": almost, "constant": constant(TASK, "verifiable")})


def test_wins_ties_and_losses_are_counted_by_item(three: Comparison) -> None:
    found = {(pair.first, pair.second): (pair.wins, pair.ties, pair.losses) for pair in three.pairs}
    right = CONTENT.count("verifiable")
    assert found["best", "almost"] == (1, len(CONTENT) - 1, 0)
    assert found["best", "constant"] == (len(CONTENT) - right, right, 0)


def test_letters_name_the_systems_that_one_is_better_than(three: Comparison) -> None:
    assert [three.beaten_by(system.name) for system in three.systems] == ["c", "c", ""]


def test_what_cannot_be_resolved_is_said_in_words(three: Comparison) -> None:
    words = {(pair.first, pair.second): pair.words for pair in three.pairs}
    assert words["best", "constant"] == "best is better than constant"
    assert words["best", "almost"].startswith(f"not resolvable with n = {len(CONTENT):,}: ")
    (pair,) = [pair for pair in three.pairs if pair.second == "almost"]
    assert pair.smallest is None
    assert "can show no difference" in pair.words


def test_an_insignificant_difference_is_reported_with_the_smallest_that_could_be_shown() -> None:
    found = compare("date", {"majority": baseline("date", "majority"), "rules": baseline("date", "rules")})
    (pair,) = found.pairs
    assert pair.smallest is not None
    assert f"the smallest difference this set can show is {100 * pair.smallest:.1f} points" in pair.words
    assert pair.low <= pair.difference <= pair.high


def test_a_system_is_no_better_than_itself() -> None:
    lines = list(baseline(TASK, "rules"))
    (pair,) = compare(TASK, {"one": lines, "two": lines}).pairs
    assert (pair.difference, pair.low, pair.high, pair.p, pair.p_holm) == (0.0, 0.0, 0.0, 1.0, 1.0)
    assert not pair.is_significant
    assert pair.words == "the same items right: no difference"


def test_the_order_of_two_systems_only_changes_the_sign() -> None:
    one, other = list(baseline(TASK, "rules")), list(baseline(TASK, "majority"))
    (forth,) = compare(TASK, {"one": one, "other": other}).pairs
    (back,) = compare(TASK, {"other": other, "one": one}).pairs
    assert forth.difference == -back.difference
    assert (forth.low, forth.high) == pytest.approx((-back.high, -back.low))
    assert forth.p == pytest.approx(back.p, abs=0.01)
    assert (forth.wins, forth.losses) == (back.losses, back.wins)


def test_few_paragraphs_are_permuted_exactly(sample_data: Path) -> None:
    one, other = gold(TASK, sample_data), constant(TASK, "verifiable", sample_data)
    found = compare(TASK, {"one": one, "other": other}, data=sample_data)
    (pair,) = found.pairs
    units = [system.tally.units for system in found.systems]

    def macro_f1(sums: Any) -> float:
        columns = found.systems[0].tally.columns
        groups = [columns.group(sums, f"{name}@content") for name in ("right", "gold", "predicted")]
        defined = [2 * r / (g + p) for r, g, p in zip(*groups, strict=True) if g + p]
        return float(np.mean(defined))

    differences = []
    for swaps in itertools.product([0, 1], repeat=len(units[0])):
        sides = [sum(units[swap ^ side][at] for at, swap in enumerate(swaps)) for side in (0, 1)]
        differences.append(macro_f1(sides[0]) - macro_f1(sides[1]))
    as_large = np.mean([value >= pair.difference - 1e-12 for value in differences])
    assert pair.p == pytest.approx(min(1.0, 2 * as_large))


def test_corrected_p_values_are_never_smaller(three: Comparison) -> None:
    assert all(pair.p_holm >= pair.p for pair in three.pairs)


def test_a_saved_score_stands_for_its_predictions(tmp_path: Path) -> None:
    files = []
    for name in ("rules", "majority"):
        found = score(TASK, baseline(TASK, name), system=name)
        files.append(tmp_path / f"{name}.json")
        files[-1].write_text(json.dumps(found.as_dict()), encoding="utf-8")
    fresh = compare(TASK, {name: baseline(TASK, name) for name in ("rules", "majority")})
    assert compare(TASK, files).as_dict() == fresh.as_dict()
    mixed = compare(TASK, {"rules": files[0], "majority": list(baseline(TASK, "majority"))})
    assert mixed.as_dict() == fresh.as_dict()


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        pytest.param({"dataset": {"version": "0.0.9", "sha256": "0" * 64}}, "dataset version", id="version"),
        pytest.param({"scorer": "0.9"}, "scorer", id="scorer"),
        pytest.param({"task": "date"}, "task", id="task"),
    ],
)
def test_systems_that_do_not_belong_together_are_refused(
    change: dict[str, Any], reason: str, tmp_path: Path
) -> None:
    saved = score(TASK, baseline(TASK, "rules")).as_dict() | change
    path = tmp_path / "old.json"
    path.write_text(json.dumps(saved), encoding="utf-8")
    with pytest.raises(NotComparable, match=reason):
        compare(TASK, {"new": list(baseline(TASK, "majority")), "old": path})


def test_a_later_minor_version_of_the_scorer_is_accepted(tmp_path: Path) -> None:
    saved = score(TASK, baseline(TASK, "rules")).as_dict()
    saved["scorer"] += ".9"
    path = tmp_path / "later.json"
    path.write_text(json.dumps(saved), encoding="utf-8")
    assert compare(TASK, {"new": list(baseline(TASK, "majority")), "later": path}).pairs


def test_two_scores_of_another_scorer_are_refused_together(tmp_path: Path) -> None:
    saved = score(TASK, baseline(TASK, "rules")).as_dict() | {"scorer": "99.0"}
    paths = [tmp_path / "one.json", tmp_path / "two.json"]
    for path in paths:
        path.write_text(json.dumps(saved), encoding="utf-8")
    with pytest.raises(NotComparable, match="scorer"):
        compare(TASK, paths)


@pytest.mark.parametrize("content", ["", "[]", "{}", '{"task": "verifiability"}', "\x00"])
def test_a_file_that_is_no_score_is_one_error(content: str, tmp_path: Path) -> None:
    path = tmp_path / "system.json"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(UnusablePredictions, match="is not a score"):
        compare(TASK, [path, path])


def test_one_system_is_not_a_comparison() -> None:
    with pytest.raises(NotComparable, match="at least two"):
        compare(TASK, {"one": gold(TASK)})


def test_systems_of_one_name_are_numbered(tmp_path: Path) -> None:
    folders = [tmp_path / "a", tmp_path / "b"]
    for folder in folders:
        folder.mkdir()
        write(folder / "predictions.jsonl", gold(TASK))
    found = compare(TASK, [folder / "predictions.jsonl" for folder in folders])
    assert [system.name for system in found.systems] == ["predictions (1)", "predictions (2)"]


def test_a_number_that_is_part_of_another_name_is_not_used_again(tmp_path: Path) -> None:
    files = [tmp_path / "one" / "a.jsonl", tmp_path / "other" / "a.jsonl", tmp_path / "a (1).jsonl"]
    for file, lines in zip(files, (gold(TASK), gold(TASK), constant(TASK, "verifiable")), strict=True):
        file.parent.mkdir(exist_ok=True)
        write(file, lines)
    found = compare(TASK, files)
    wrong = len(CONTENT) - CONTENT.count("verifiable")
    assert [system.name for system in found.systems] == ["a (2)", "a (3)", "a (1)"]
    assert [(pair.wins, pair.losses) for pair in found.pairs] == [(0, 0), (wrong, 0), (wrong, 0)]
    assert found.pairs[1].words == "a (2) is better than a (1)"
    assert [found.beaten_by(system.name) for system in found.systems] == ["c", "c", ""]


def test_letters_go_past_z() -> None:
    assert letters_for(28)[24:] == ["y", "z", "(27)", "(28)"]


def answered(chance: float, paragraphs: int, seed: int, *, is_continuous: bool) -> Any:
    """The counts of random answers to four items per paragraph, and the metric `accuracy`."""
    rng = np.random.default_rng(seed)
    columns = label_columns(["a", "b"])
    counts = np.zeros((paragraphs, len(columns.names)))
    counts[:, columns.at("items")] = 4
    counts[:, columns.at("all_right")] = rng.binomial(4, chance, paragraphs)
    if is_continuous:
        # With probabilities in the counts, all paragraphs differ.
        counts[:, columns.at("confidence")] = rng.random(paragraphs)
    metric = next(metric for metric in label_metrics(columns) if metric.name == "accuracy")
    return counts, metric


@pytest.mark.parametrize("is_continuous", [False, True], ids=["equal rows", "all different"])
@pytest.mark.parametrize(("paragraphs", "gain"), [(5, 0.3), (13, 0.1), (14, 0.1), (400, 0.0), (400, 0.04)])
def test_p_values_are_those_of_scipy(paragraphs: int, gain: float, is_continuous: bool) -> None:
    one, metric = answered(0.6 + gain, paragraphs, 5, is_continuous=is_continuous)
    other, _ = answered(0.6, paragraphs, 6, is_continuous=is_continuous)
    both = np.concatenate([one, other])

    def difference(first: Any, second: Any, axis: int = -1) -> Any:
        first, second = (metric.evaluate(both[rows].sum(axis=axis - 1)) for rows in (first, second))
        return first - second

    theirs = permutation_test(
        (np.arange(paragraphs), np.arange(paragraphs) + paragraphs),
        difference,
        permutation_type="samples",
        vectorized=True,
        n_resamples=9_999,
        axis=-1,
        rng=np.random.default_rng(1),
    ).pvalue
    # Up to 13 paragraphs both list every exchange. Else four standard errors of the difference of two
    # p-values, each from 9,999 draws.
    assert p_value(metric, one, other) == pytest.approx(theirs, abs=1e-12 if paragraphs <= 13 else 0.055)


def test_the_same_answers_to_many_paragraphs_are_no_difference() -> None:
    columns = label_columns(["a", "b"])
    metric = next(metric for metric in label_metrics(columns) if metric.name == "accuracy")
    counts = np.ones((3_000, len(columns.names)))
    assert p_value(metric, counts, counts, resamples=99, seed=0) == 1.0


def test_a_second_system_is_not_taken_for_a_folder_of_tables(tmp_path: Path) -> None:
    one, other = (write(tmp_path / f"{name}.jsonl", gold(TASK)) for name in ("one", "other"))
    with pytest.raises(TypeError, match="2 positional arguments but 3 were given"):
        compare(TASK, one, other)  # type: ignore[call-arg, arg-type]  # the error


@pytest.mark.parametrize("system", ["one.jsonl", Path("one.jsonl"), b"one.jsonl"])
def test_one_path_is_not_a_list_of_systems(system: Any) -> None:
    with pytest.raises(TypeError, match="not one path"):
        compare(TASK, system)


def test_systems_may_come_from_an_iterator_and_their_files_be_compressed(tmp_path: Path) -> None:
    paths = []
    for name in ("one", "other"):
        paths.append(tmp_path / f"{name}.jsonl.gz")
        paths[-1].write_bytes(gzip.compress(write(tmp_path / "plain.jsonl", gold(TASK)).read_bytes()))
    found = compare(TASK, iter(paths))
    assert [system.name for system in found.systems] == ["one", "other"]


def test_a_saved_score_with_other_columns_is_refused(tmp_path: Path) -> None:
    saved = score(TASK, gold(TASK)).as_dict()
    columns = saved["counts"]["columns"]
    columns[columns.index("confidence")] = "other"
    path = tmp_path / "saved.json"
    path.write_text(json.dumps(saved), encoding="utf-8")
    with pytest.raises(NotComparable, match="other units or columns"):
        compare(TASK, {"fresh": gold(TASK), "saved": path})


def test_names_in_errors_have_their_control_characters_escaped(tmp_path: Path) -> None:
    saved = score(TASK, gold(TASK)).as_dict() | {"system": "a\x1b[31m\nb", "task": "date"}
    path = tmp_path / "saved.json"
    path.write_text(json.dumps(saved), encoding="utf-8")
    with pytest.raises(NotComparable) as raised:
        compare(TASK, [path, path])
    assert str(raised.value).isprintable()
