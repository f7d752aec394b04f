"""The note on what a set can show: the number of items that the primary metric is about."""

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from onrecord import rows, score
from onrecord.benchmark.power import smallest_difference
from onrecord.benchmark.score_notes import TYPICAL_DISCORDANCE
from tests.helpers.answers import gold


def reach(task: str) -> str:
    """The note on the smallest difference, of a perfect file."""
    (note,) = [note for note in score(task, gold(task)).notes if "can be distinguished if" in note]
    return note


@pytest.mark.parametrize(
    ("task", "metric", "is_covered"),
    [
        pytest.param(
            "verifiability", "macro_f1_content", lambda row: row["layer"] == "content", id="content alone"
        ),
        pytest.param(
            "speaker", "accuracy_others", lambda row: row["mode"] != "narration", id="without own voice"
        ),
    ],
)
def test_the_reach_is_that_of_the_items_that_the_primary_metric_is_about(
    task: str, metric: str, is_covered: Callable[[Mapping[str, Any]], bool]
) -> None:
    claims = rows("claims")
    covered = [row for row in claims if is_covered(row)]
    points, of_all = (
        smallest_difference(count, TYPICAL_DISCORDANCE) for count in (len(covered), len(claims))
    )
    assert points is not None
    assert of_all is not None
    assert f"{100 * points:.1f}" != f"{100 * of_all:.1f}"
    note = reach(task)

    assert note.startswith(f"With the {len(covered):,} of {len(claims):,} items that {metric} covers, ")
    assert f"differs by at least {100 * points:.1f} points" in note


def test_a_metric_about_all_items_has_the_reach_of_the_whole_set() -> None:
    others = [row for row in rows("claims") if row["mode"] != "narration"]
    points = smallest_difference(len(others), TYPICAL_DISCORDANCE)
    assert points is not None
    note = reach("date")

    assert note.startswith(f"With n = {len(others):,}, two systems ")
    assert f"differs by at least {100 * points:.1f} points" in note
