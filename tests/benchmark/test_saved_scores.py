"""Saved scores: an edited file is refused with the key that is wrong, and never compared."""

import copy
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from onrecord import TASKS, baseline, compare, score
from onrecord.benchmark.report import Score
from onrecord.benchmark.saved_scores import read_saved_score
from onrecord.benchmark.tasks import PAIRED, find_task
from onrecord.cli.main import main
from onrecord.exceptions import NotComparable, UnusablePredictions

TASK = "verifiability"
Saved = dict[str, Any]


@pytest.fixture(scope="module")
def rules() -> Score:
    return score(TASK, list(baseline(TASK, "rules")), system="rules")


def save(saved: Saved, folder: Path, name: str = "edited.json") -> Path:
    path = folder / name
    path.write_text(json.dumps(saved), encoding="utf-8")
    return path


def edited(found: Score, edit: Callable[[Saved], object], folder: Path) -> Path:
    saved = copy.deepcopy(found.as_dict())
    edit(saved)
    return save(saved, folder)


def primary_of(saved: Saved) -> Saved:
    """The entry of the primary metric."""
    found: Saved = next(metric for metric in saved["metrics"] if metric["name"] == saved["primary"])
    return found


def flip_one_outcome(saved: Saved) -> None:
    first = next(iter(saved["outcomes"]))
    saved["outcomes"][first] = not saved["outcomes"][first]


@pytest.mark.parametrize("task", [*TASKS, *PAIRED])
def test_a_score_of_every_task_is_read_as_it_was_saved(task: str, tmp_path: Path) -> None:
    found = score(task, list(baseline(task, "majority", split="challenge")), split="challenge")
    read = read_saved_score(save(found.as_dict(), tmp_path), find_task(task), None)

    assert (read.name, read.task, read.split, read.n) == (found.system, task, "challenge", found.n)
    assert (read.dataset, read.version, read.sha256) == (found.dataset, found.version, found.sha256)
    assert (read.result.value, read.result.low) == (found.result.value, found.result.low)
    assert (read.tally.units == found.tally.units).all()
    assert read.tally.outcomes == found.tally.outcomes


@pytest.mark.parametrize(
    ("edit", "message"),
    [
        pytest.param(
            lambda saved: primary_of(saved).update(value=1.0),
            r"metrics\[0\]\.value is 1\.0 \(expected 0\.\d+, which follows from counts\.sums\)",
            id="another value",
        ),
        pytest.param(
            lambda saved: primary_of(saved).update(value="x"),
            r"Expected `float`, got `str` - at `\$\.metrics\[0\]\.value`",
            id="a word for the value",
        ),
        pytest.param(
            lambda saved: primary_of(saved).update(low=math.inf),
            r"metrics\[0\]\.low is Infinity \(expected a finite number\)",
            id="an infinite bound",
        ),
        pytest.param(
            lambda saved: primary_of(saved).update(low=0.9, high=0.1),
            r"metrics\[0\]\.low is 0\.9 \(expected at most metrics\[0\]\.high, 0\.1\)",
            id="bounds exchanged",
        ),
        pytest.param(
            lambda saved: saved["counts"].update(sums=saved["counts"]["sums"][:1]),
            r"the number of rows of counts\.sums is 1 \(expected \d+, the number of units\)",
            id="one row of sums",
        ),
        pytest.param(
            lambda saved: saved["counts"].update(sums=[], units=[]),
            r"counts\.sums is \[\] \(expected a row for each unit\)",
            id="no sums",
        ),
        pytest.param(
            lambda saved: saved["counts"]["sums"][2].pop(),
            r"the length of counts\.sums\[2\] is \d+ \(expected \d+, the number of columns\)",
            id="a short row",
        ),
        pytest.param(
            lambda saved: saved["counts"].update(
                sums=[[math.nan for _ in row] for row in saved["counts"]["sums"]]
            ),
            r"counts\.sums\[0\]\[0\] is NaN \(expected a number from 0 to",
            id="sums that are NaN",
        ),
        pytest.param(
            lambda saved: saved["counts"]["sums"][1].__setitem__(3, -1),
            r"counts\.sums\[1\]\[3\] is -1\.0 \(expected a number from 0 to",
            id="a negative count",
        ),
        pytest.param(
            lambda saved: saved["counts"]["sums"][1].__setitem__(3, 10**400),
            r"Number out of range - at `\$\.counts\.sums\[1\]\[3\]`",
            id="a number of 400 digits",
        ),
        pytest.param(
            lambda saved: saved["counts"]["sums"][0].__setitem__(0, 1_000),
            r"the sum of items in counts\.sums is 1\d+\.0 \(expected \d+, n\)",
            id="more items than n",
        ),
        pytest.param(
            lambda saved: saved["counts"]["columns"].__setitem__(0, "other"),
            r"counts\.columns is .* \(expected items among them\)",
            id="a column without items",
        ),
        pytest.param(
            lambda saved: saved.update(n=3),
            r"n is 3 \(expected \d+, the number of outcomes\)",
            id="another n",
        ),
        pytest.param(
            lambda saved: saved.update(outcomes={}, dataset={"version": "9", "sha256": "0" * 64}),
            r"outcomes is \{\} \(expected one for each item\)",
            id="no outcomes",
        ),
        pytest.param(
            flip_one_outcome,
            r"the sum of all_right in counts\.sums is \d+\.0 \(expected \d+, the number of outcomes",
            id="another outcome",
        ),
        pytest.param(
            lambda saved: saved.update(primary="best"),
            r'primary is "best" \(expected a metric of verifiability: macro_f1_content, ',
            id="an unknown primary metric",
        ),
        pytest.param(
            lambda saved: saved.update(primary="brier"),
            r"metrics is .* \(expected brier among them",
            id="a primary metric without a value",
        ),
        pytest.param(
            lambda saved: saved["counts"].update(unit="word"),
            r"Invalid enum value 'word' - at `\$\.counts\.unit`",
            id="an unknown unit",
        ),
        pytest.param(
            lambda saved: saved.pop("missing"),
            r"Object missing required field `missing`",
            id="a key left out",
        ),
    ],
)
def test_an_edited_score_is_refused_with_the_key_that_is_wrong(
    edit: Callable[[Saved], object], message: str, rules: Score, tmp_path: Path
) -> None:
    path = edited(rules, edit, tmp_path)

    with pytest.raises(UnusablePredictions, match=f"edited.json is not a score as .*: {message}"):
        compare(TASK, [path, path])


def test_json_that_is_nested_too_deeply_is_one_error_and_2(tmp_path: Path) -> None:
    path = tmp_path / "deep.json"
    path.write_text("[" * 100_000, encoding="utf-8")
    done = CliRunner().invoke(main, ["compare", TASK, str(path), str(path)])

    assert done.exit_code == 2
    assert "deep.json is not a score" in done.stderr
    assert "nested too deeply" in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_a_score_under_the_name_of_another_split_is_refused(rules: Score, tmp_path: Path) -> None:
    path = edited(rules, lambda saved: saved.update(split="challenge"), tmp_path)

    with pytest.raises(NotComparable, match=r"has no outcome for .*, an item of the split challenge"):
        compare(TASK, [path, path])


def test_scores_with_other_primary_metrics_are_refused(rules: Score, tmp_path: Path) -> None:
    path = edited(rules, lambda saved: saved.update(primary="accuracy"), tmp_path)

    with pytest.raises(NotComparable, match='primary metric "accuracy" and "macro_f1_content"'):
        compare(TASK, [save(rules.as_dict(), tmp_path, "rules.json"), path])


def test_scores_of_other_items_are_refused(rules: Score, tmp_path: Path) -> None:
    def rename(saved: Saved) -> None:
        saved["outcomes"] = {f"other-{name}": right for name, right in saved["outcomes"].items()}

    with pytest.raises(NotComparable, match="other items"):
        compare(TASK, [edited(rules, rename, tmp_path), save(rules.as_dict(), tmp_path, "rules.json")])
