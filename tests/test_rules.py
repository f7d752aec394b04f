"""Every rule has an example that raises it and nothing else, a near miss that raises nothing, and texts."""

import shutil
from pathlib import Path

import pytest

from onrecord.rules import RULES
from onrecord.validate import validate
from sample import write_sample

EXAMPLES = Path(__file__).parent / "bad_records"
ABSENT = ".absent"


def lay_over(example: Path, records: Path) -> None:
    """Put the files of an example in the place of the sample's; `name.absent` takes a file away."""
    for path in sorted(example.rglob("*")):
        target = records / path.relative_to(example)
        if path.is_dir():
            if target.is_file():
                target.unlink()
            target.mkdir(exist_ok=True)
        elif path.suffix == ABSENT:
            target.with_suffix("").unlink()
        else:
            shutil.copyfile(path, target)


def test_every_rule_has_an_example_and_every_example_a_rule() -> None:
    assert {path.name for path in EXAMPLES.iterdir() if path.is_dir()} == set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_the_example_raises_its_rule_and_no_other(rule: str, tmp_path: Path) -> None:
    records = write_sample(tmp_path / "repo")
    lay_over(EXAMPLES / rule / "bad", records)

    findings = list(validate(records, level=RULES[rule].level))

    assert [finding.rule for finding in findings] == [rule]
    assert findings[0].level == RULES[rule].level
    assert Path(findings[0].file).is_relative_to(records)


@pytest.mark.parametrize("rule", RULES)
def test_the_near_miss_raises_nothing(rule: str, tmp_path: Path) -> None:
    records = write_sample(tmp_path / "repo")
    lay_over(EXAMPLES / rule / "near_miss", records)

    assert list(validate(records)) == []


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_a_rule_says_what_why_and_how_to_mend(rule: object) -> None:
    texts = [getattr(rule, name) for name in ("summary", "why", "mend")]
    assert all(text.endswith(".") and len(text) < 200 for text in texts)
