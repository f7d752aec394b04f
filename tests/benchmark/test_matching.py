"""Claims matched one to one: likenesses by hand, the two assignments, and what nothing supports."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from onrecord import score
from onrecord.benchmark.likeness import likeness
from onrecord.benchmark.matching import THRESHOLD, Paragraph, PlacedClaim, match_paragraphs
from tests.helpers.answers import gold


def matched(expected: Sequence[str], found: Sequence[str]) -> Paragraph:
    """The texts matched as the claims of one paragraph."""
    ours, theirs = ([PlacedClaim(text, 1, text) for text in side] for side in (expected, found))
    return match_paragraphs(ours, theirs)[1]


def test_hits_and_likeness_come_from_an_assignment_each() -> None:
    # Likenesses 0.5 and 0.375 in the first row, 0.375 and 0 in the second. The sum is largest along the
    # second diagonal, where no pair reaches the threshold.
    expected = ["lamp pier quay mast rope sail hull deck", "oars tide reef wave crew anchor harbour beacon"]
    found = ["lamp pier quay mast oars tide reef kelp", "rope sail hull buoy gull dune surf cliff"]
    by_hand = [[0.5, 0.375], [0.375, 0.0]]
    assert [[likeness(one, other) for other in found] for one in expected] == by_hand
    result = matched(expected, found)

    assert result.overlap.likeness == pytest.approx(0.375 + 0.375)
    assert result.overlap.hits == 1
    assert [(pair.expected.text, pair.found.text, pair.likeness) for pair in result.pairs] == [
        (expected[0], found[0], 0.5)
    ]
    assert result.unsupported == 1


def test_a_likeness_of_exactly_the_threshold_is_a_hit() -> None:
    one, other = "lamp pier quay mast rope", "lamp pier tide reef wave"
    assert likeness(one, other) == THRESHOLD == 0.4
    result = matched([one], [other])

    assert (result.overlap.hits, len(result.pairs), result.unsupported) == (1, 1, 0)


@pytest.mark.parametrize("step", [1, -1])
def test_a_likeness_of_exactly_the_threshold_is_assigned_in_any_order(step: int) -> None:
    one, other = "lamp pier quay mast rope", "lamp pier tide reef wave"
    result = matched([one, "gull dune surf"][::step], [other, "kelp buoy cliff"])

    assert [(pair.expected.text, pair.found.text) for pair in result.pairs] == [(one, other)]


def test_a_claim_that_is_given_twice_is_found_once_and_supported_twice(splits_data: Path) -> None:
    found = score("extraction", 2 * gold("extraction", splits_data), splits_data)
    value = {metric.name: metric.value for metric in found.metrics}

    assert (value["precision"], value["recall"], value["unsupported"]) == (0.5, 1.0, 0.0)


def test_of_two_equal_claims_found_one_is_unmatched_but_supported() -> None:
    result = matched(["The pier is shut."], ["The pier is shut.", "The pier is shut."])

    assert (result.overlap.hits, result.unsupported) == (1, 0)
