"""How a message about an unknown value ends: with the nearest known value, or with what was expected."""

import pytest

from onrecord.model.findings import hint


@pytest.mark.parametrize(
    ("given", "known", "expected"),
    [
        pytest.param("clams", ["claims", "speakers"], "did you mean 'claims'?", id="near"),
        pytest.param("xyz", ["claims", "speakers"], "expected one of claims, speakers", id="nothing near"),
        pytest.param(1, [True, None, "yes"], "expected one of True, None, yes", id="other types"),
        pytest.param("xyz", [], "expected one of none", id="nothing known"),
        pytest.param("xyz", range(1_000), "it is not one of the 1,000 known values", id="too many"),
    ],
)
def test_a_hint_names_the_nearest_value_or_what_was_expected(
    given: object, known: list[object], expected: str
) -> None:
    assert hint(given, known) == expected
