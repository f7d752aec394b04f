"""`onrecord rule`: every rule is explained, from the examples that the tests run."""

import pytest
from click.testing import CliRunner, Result

from onrecord.cli.main import main
from onrecord.model.findings import Rule
from onrecord.reporting.explanation import all_rules
from onrecord.rules import RULES
from scripts import rule_examples


def explain(rule: str) -> Result:
    return CliRunner().invoke(main, ["rule", rule])


@pytest.mark.parametrize("rule", all_rules().values(), ids=all_rules())
def test_a_rule_is_explained_with_its_texts_level_and_severity(rule: Rule) -> None:
    done = explain(rule.id)

    text = " ".join(done.output.split())
    assert done.exit_code == 0
    assert text.startswith(f"{rule.id} (level {rule.level} ")
    assert f", {rule.severity})" in text
    assert all(part in text for part in (rule.summary, rule.why, rule.fix))


@pytest.mark.parametrize("rule", RULES)
def test_a_rule_of_records_has_a_bad_example_its_finding_and_a_near_miss(rule: str) -> None:
    lines = explain(rule).output.splitlines()

    bad, reported, near = (
        lines[lines.index(title) + 1]
        for title in ("a bad example:", "is reported as:", "a near miss, without a finding:")
    )
    assert f"{rule}: " in reported
    assert bad.startswith("  ")
    assert near.startswith("  ")
    assert bad != near


def test_a_label_is_explained_by_the_field_that_is_wrong() -> None:
    text = explain("unknown-label").output

    assert '"mode": "indirect_speach", …}' in text
    assert '"mode": "narration", …}' in text


@pytest.mark.parametrize(
    ("typo", "meant"),
    [("unknown-lable", "unknown-label"), ("Unknown_Label", "unknown-label"), ("speaker", "speaker-in-via")],
)
def test_a_typo_is_answered_with_the_nearest_ids(typo: str, meant: str) -> None:
    done = explain(typo)

    assert done.exit_code == 2
    assert len(done.stderr.splitlines()) == 1
    assert meant in done.stderr


def test_what_is_like_no_rule_is_answered_with_the_list_of_rules() -> None:
    assert "docs/rules.md lists all of them" in explain("xyzzy").stderr


def test_the_examples_are_those_of_the_tests() -> None:
    assert rule_examples.is_current(rule_examples.PAGE)
