"""A build keeps the dataset card beside its tables true, for the cache of `load_dataset` goes by the card."""

from pathlib import Path

import pytest

from onrecord.building.build import build
from onrecord.model.digest import read_identity
from tests.helpers import sample

CARD = """---
license: cc-by-4.0
configs:
- config_name: claims
  default: true
  version: 0.0.1
  description: "sha256:old"
  data_files:
  - split: test
    path: data/claims/test-*.parquet
- config_name: speakers
  version: 0.0.1
  description: "sha256:old"
  data_files:
  - split: test
    path: elsewhere/speakers/test-*.parquet
---

- config_name: claims
  version: 0.0.1
  path: data/claims/
"""


@pytest.fixture
def records(tmp_path: Path) -> Path:
    return sample.write_sample(tmp_path / "sample")


def test_the_configs_of_the_card_name_the_tables_just_built(records: Path, tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text(CARD, encoding="utf-8")
    report = build(records, tmp_path / "data")

    text = (tmp_path / "README.md").read_text(encoding="utf-8")
    claims = f'  version: {report.version}\n  description: "sha256:{report.digests["claims"]}"\n'
    assert text == CARD.replace('  version: 0.0.1\n  description: "sha256:old"\n', claims, 1)
    assert read_identity(tmp_path / "data").tables["claims"] == report.digests["claims"]


def test_a_card_that_is_true_is_not_written_again(records: Path, tmp_path: Path) -> None:
    card = tmp_path / "README.md"
    card.write_text(CARD, encoding="utf-8")
    build(records, tmp_path / "data")
    card.chmod(0o444)
    before = card.stat().st_mtime_ns
    build(records, tmp_path / "data")
    assert card.stat().st_mtime_ns == before


@pytest.mark.parametrize("text", ["# A page like any other\n", CARD.replace("---", "***")])
def test_a_page_that_is_no_card_is_left_alone(records: Path, tmp_path: Path, text: str) -> None:
    (tmp_path / "README.md").write_text(text, encoding="utf-8")
    build(records, tmp_path / "data")
    assert (tmp_path / "README.md").read_text(encoding="utf-8") == text
