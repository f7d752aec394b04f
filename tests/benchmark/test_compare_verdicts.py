"""Verdicts of comparisons: Holm's correction, both orders of two systems, and systems of other units."""

import json
from pathlib import Path
from typing import Any

import pytest

from onrecord import compare, score
from onrecord.benchmark.compare import Comparison
from onrecord.benchmark.power import ALPHA
from onrecord.exceptions import NotComparable
from tests.helpers.answers import gold

Line = dict[str, Any]


def missed(count: int) -> list[Line]:
    """The gold of `detection`, but for the first claims, which are not seen."""
    lines = gold("detection")
    for line in [line for line in lines if line["prediction"]][:count]:
        line["prediction"] = False
    return lines


@pytest.fixture(scope="module")
def four() -> Comparison:
    """Four systems that miss more and more claims."""
    return compare("detection", {f"misses {count}": missed(count) for count in (0, 4, 6, 8)})


def test_a_difference_that_is_significant_by_itself_need_not_be_after_the_correction(
    four: Comparison,
) -> None:
    (pair,) = [pair for pair in four.pairs if (pair.first, pair.second) == ("misses 0", "misses 8")]

    assert pair.p < ALPHA < pair.p_holm
    assert not pair.is_significant
    assert pair.words.startswith("not resolvable")
    assert [four.beaten_by(system.name) for system in four.systems] == ["", "", "", ""]


def test_the_same_difference_between_two_systems_alone_is_significant() -> None:
    (pair,) = compare("detection", {"all": missed(0), "some": missed(8)}).pairs

    assert pair.p == pair.p_holm < ALPHA
    assert pair.words == "all is better than some"


def test_the_order_of_two_systems_changes_nothing_about_what_can_be_shown() -> None:
    strong, weak = gold("date"), gold("date")
    for line in weak[:12]:
        line["prediction"] = "1066"
    (forth,) = compare("date", {"strong": strong, "weak": weak}).pairs
    (back,) = compare("date", {"weak": weak, "strong": strong}).pairs

    assert (forth.wins, forth.losses) == (back.losses, back.wins) == (12, 0)
    assert forth.smallest == back.smallest
    assert forth.smallest is not None
    assert forth.words == back.words
    assert f"{12 / len(strong):.0%} of items right for one only" in back.words


def test_a_saved_score_of_other_units_is_refused(tmp_path: Path) -> None:
    saved = score("detection", missed(0)).as_dict()
    saved["counts"]["units"] = [f"other-{name}" for name in saved["counts"]["units"]]
    path = tmp_path / "saved.json"
    path.write_text(json.dumps(saved), encoding="utf-8")

    with pytest.raises(NotComparable, match="other units or columns"):
        compare("detection", {"fresh": missed(0), "saved": path})
