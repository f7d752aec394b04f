"""`datasets.load_dataset` on a copy of the checkout, as a stranger calls it."""

import shutil
from pathlib import Path
from typing import Any

import pytest
from datasets import load_dataset, load_dataset_builder

from onrecord import TABLES, build, rows
from onrecord.model.digest import read_identity
from tests.helpers import sample

EACH_TABLE = [table for table in TABLES if table != "contrasts"]
"""The tables with rows in the split test."""


@pytest.fixture
def checkout(root: Path, tmp_path: Path) -> Path:
    """A copy of what `load_dataset` reads."""
    copy = tmp_path / "onrecord"
    shutil.copytree(root / "data", copy / "data")
    shutil.copy(root / "README.md", copy)
    return copy


@pytest.fixture
def cache(tmp_path: Path) -> str:
    """A cache that nothing has used; a warm one is made by loading twice."""
    return str(tmp_path / "cache")


def loaded(checkout: Path, cache: str, *config: str) -> list[dict[str, Any]]:
    return list(load_dataset(str(checkout), *config, split="test", cache_dir=cache))


@pytest.mark.parametrize("table", EACH_TABLE)
def test_each_table_loads_by_its_name_with_the_values_of_rows(checkout: Path, cache: str, table: str) -> None:
    assert loaded(checkout, cache, table) == rows(table)


@pytest.mark.parametrize("table", EACH_TABLE)
def test_each_table_streams_by_its_name(checkout: Path, table: str) -> None:
    streamed = load_dataset(str(checkout), table, split="test", streaming=True)
    assert list(streamed) == rows(table)
    assert streamed.features is not None


def test_claims_are_the_default_config_and_every_split_is_there(checkout: Path, cache: str) -> None:
    whole = load_dataset(str(checkout), cache_dir=cache)
    assert list(whole) == ["test", "challenge", "validation"]
    for split in whole:
        assert list(whole[split]) == rows("claims", split=split)


def test_a_changed_label_is_seen_with_a_warm_cache(
    checkout: Path, cache: str, root: Path, tmp_path: Path
) -> None:
    first = loaded(checkout, cache)
    assert loaded(checkout, cache) == first
    records = tmp_path / "records"
    shutil.copytree(root / "records", records)
    other = change_first_basis(records)
    build(records, checkout / "data", articles=tmp_path / "no-articles")
    assert loaded(checkout, cache)[0]["stated_on_basis"] == other
    assert loaded(checkout, cache)[1:] == first[1:]


def test_without_a_new_digest_the_cache_would_hide_the_change(checkout: Path, cache: str) -> None:
    """Why the card carries digests; if this fails, `load_dataset` has learnt to look at its files."""
    first = loaded(checkout, cache, "speakers")
    for file in (checkout / "data" / "speakers").iterdir():
        file.write_bytes(next((checkout / "data" / "documents").iterdir()).read_bytes())
    assert loaded(checkout, cache, "speakers") == first


@pytest.mark.parametrize("table", EACH_TABLE)
def test_the_builder_knows_features_sizes_licence_and_citation_before_it_loads(
    checkout: Path, cache: str, table: str
) -> None:
    info = load_dataset_builder(str(checkout), table, cache_dir=cache).info

    about = read_identity(checkout / "data").about
    assert list(info.features) == list(rows(table)[0])
    assert info.splits["test"].num_examples == len(rows(table))
    assert info.dataset_size > info.download_size / 10 > 0
    assert info.license == about.license == "CC-BY-4.0"
    assert "@misc{onrecord," in info.citation
    assert about.description in info.description


def test_pairs_load_in_the_splits_that_have_some(checkout: Path, cache: str) -> None:
    found = load_dataset(str(checkout), "contrasts", cache_dir=cache)

    assert {split: list(found[split]) for split in found} == {
        split: rows("contrasts", split=split) for split in ("challenge", "validation")
    }


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A records folder of somebody's own."""
    return sample.write_sample(tmp_path / "own")


def test_a_folder_of_ones_own_loads_streams_and_shows_new_rows_with_a_warm_cache(
    own: Path, tmp_path: Path, cache: str
) -> None:
    out = tmp_path / "tables"
    build(own, out)
    for table in TABLES:
        assert loaded(out, cache, table) == rows(table, out)
        assert list(load_dataset(str(out), table, split="test", streaming=True)) == rows(table, out)
    first = loaded(out, cache)
    sample.edit(own / sample.DOCUMENT_ID / "claims.jsonl", lambda found: found[0].update(setting="rally"))

    build(own, out)

    assert first[0]["setting"] != "rally"
    assert loaded(out, cache)[0]["setting"] == "rally"
    info = load_dataset_builder(str(out), cache_dir=cache).info
    assert info.homepage == sample.dataset()["homepage"]


def test_a_marked_card_of_ones_own_loads_as_well(own: Path, tmp_path: Path, cache: str) -> None:
    page = "---\nlicense: other\n# onrecord:begin tables\n# onrecord:end\n---\n\n# Mine\n"
    (tmp_path / "README.md").write_text(page, encoding="utf-8")

    build(own, tmp_path / "tables")

    assert loaded(tmp_path, cache) == rows("claims", tmp_path / "tables")


def change_first_basis(records: Path) -> str:
    """Give the first claim another basis of its date, which no rule ties to anything else."""
    file = records / "cbs-2024-02-14" / "claims.jsonl"
    new = "resolved"
    sample.edit(file, lambda rows: rows[0].update(stated_on_basis=new))
    return new
