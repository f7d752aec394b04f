"""What is counted of dates: alternatives, bounds that are written in two ways, distinct answers."""

from collections.abc import Mapping

import pytest

from onrecord.benchmark.answers import Answers, Prediction
from onrecord.benchmark.counts import Tally, metrics_of, tally
from onrecord.benchmark.tasks import find_task
from onrecord.benchmark.tasks.declaration import Item, Tables
from tests.helpers.sample import claims, segments

DATE = find_task("date")


def dated(name: str, gold: str, alternatives: tuple[str, ...] = ()) -> Item:
    """A question for a date."""
    return Item(name, "d", 1, {}, gold, {}, alternatives=alternatives, layer="content")


def counted(items: list[Item], given: Mapping[str, str]) -> Tally:
    """The answers counted."""
    by_item = {name: Prediction(answer) for name, answer in given.items()}
    return tally(DATE, items, Answers("system", by_item), ())


def exact_macro(found: Tally) -> float:
    """The metric in which each distinct expected answer counts the same."""
    metric = next(one for one in metrics_of("dates", found.columns) if one.name == "exact_macro")
    return float(metric.evaluate(found.units.sum(axis=0)))


@pytest.mark.parametrize("answer", ["../2024-03-05", "2024-03-04", "2024-03-03"])
def test_the_expected_answer_and_each_alternative_score_1(answer: str) -> None:
    found = counted([dated("a", "../2024-03-05", ("2024-03-04", "2024-03-03"))], {"a": answer})

    assert exact_macro(found) == 1.0
    assert found.outcomes == {"a": True}


def test_an_item_has_all_alternatives_of_its_claim() -> None:
    alternatives = ["2024-03-04", "2024-03-03"]
    built = {"speaker": "Ada Lind", "stated_from": None, "stated_until": None}
    tables = Tables(None)
    tables.segments = {row["segment_id"]: row for row in segments()}
    assert DATE.gold is not None
    item = tables.claim_item({**claims()[3], **built, "stated_on_alternatives": alternatives}, {}, DATE.gold)

    assert item.gold == "../2024-03-05"
    assert item.alternatives == tuple(alternatives)


def test_an_alternative_is_right_with_the_same_bounds() -> None:
    found = counted([dated("a", "../2024-03-05", ("2024-03-04",))], {"a": "2024-03-04/2024-03-04"})

    assert found.outcomes == {"a": True}
    assert exact_macro(found) == 1.0


def test_two_ways_of_writing_one_interval_are_one_distinct_answer() -> None:
    items = [dated("a", "2024"), dated("b", "2024-01-01/2024-12-31"), dated("c", "2023")]

    assert exact_macro(counted(items, {"a": "2024", "b": "2024", "c": "2024"})) == pytest.approx(1 / 2)
    assert exact_macro(counted(items, {"a": "2023", "b": "2024", "c": "2023"})) == pytest.approx(3 / 4)
