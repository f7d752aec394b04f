"""Every rule has an example that raises it and nothing else, a near miss that raises nothing, and texts."""

import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from onrecord.model.arrow import arrow_schema
from onrecord.model.digest import CONTENT_KEY
from onrecord.rules import RULES
from onrecord.validation.validate import validate
from tests.helpers.parquet import record_batch
from tests.helpers.sample import write_sample

EXAMPLES = Path(__file__).parents[1] / "bad_records"
ABSENT = ".absent"


def overlay(example: Path, records: Path) -> None:
    """Replace files of the sample by those of an example; `name.absent` removes a file or folder."""
    for path in sorted(example.rglob("*")):
        target = records / path.relative_to(example)
        if path.is_dir():
            if target.is_file():
                target.unlink()
            target.mkdir(exist_ok=True)
        elif path.suffix == ABSENT:
            removed = target.with_suffix("")
            shutil.rmtree(removed) if removed.is_dir() else removed.unlink()
        else:
            shutil.copyfile(path, target)


def write_tables(example: Path, data: Path) -> None:
    """Write the built rows of an example as Parquet; `table.sha256` holds the digest for the footer."""
    data.mkdir()
    for path in sorted(example.glob("*.jsonl")):
        schema = arrow_schema(path.stem)
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        digest = path.with_suffix(".sha256")
        with pq.ParquetWriter(data / f"{path.stem}.parquet", schema) as writer:
            writer.write_batch(record_batch(rows, schema))
            if digest.exists():
                writer.add_key_value_metadata({CONTENT_KEY: digest.read_text(encoding="utf-8").strip()})


def lay_out(example: Path, folder: Path) -> Path:
    """An example, ready to be validated: the sample with the example's files, or tables of its rows."""
    if (example / "data").is_dir():
        write_tables(example / "data", folder / "data")
        return folder / "data"
    records = write_sample(folder / "repo")
    overlay(example, records)
    return records


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
