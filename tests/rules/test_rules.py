"""Every rule has an example that raises it and nothing else, a near miss that raises nothing, and texts."""

from pathlib import Path

import pytest

from onrecord.rules import RULES
from onrecord.validation.validate import validate
from tests.helpers.bad_records import EXAMPLES, lay_out


def test_every_rule_has_an_example_and_every_example_a_rule() -> None:
    assert {path.name for path in EXAMPLES.iterdir() if path.is_dir()} == set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_the_example_raises_its_rule_and_no_other(rule: str, tmp_path: Path) -> None:
    place = lay_out(EXAMPLES / rule / "bad", tmp_path)

    findings = list(validate(place, level=RULES[rule].level))

    assert [finding.rule for finding in findings] == [rule]
    assert findings[0].level == RULES[rule].level
    assert Path(findings[0].file).is_relative_to(place)


@pytest.mark.parametrize("rule", RULES)
def test_the_near_miss_raises_nothing(rule: str, tmp_path: Path) -> None:
    place = lay_out(EXAMPLES / rule / "near_miss", tmp_path)

    assert list(validate(place)) == []


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_says_what_why_and_how_to_fix(rule: object) -> None:
    texts = [getattr(rule, name) for name in ("summary", "why", "fix")]
    assert all(text.endswith(".") and len(text) < 200 for text in texts)
