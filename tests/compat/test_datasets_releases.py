"""What each supported release of `datasets` gets from the shipped folder and from tables of one's own.

`make test-compat` runs this in one environment per release and names the release in ONRECORD_DATASETS;
`make test` runs it with the newest one. Only the core, the extra `datasets` and pytest are needed.
"""

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import datasets
import pytest
from datasets import load_dataset

import onrecord
from tests.helpers.sample import edit

EXPECTED = os.environ.get("ONRECORD_DATASETS", datasets.__version__)
FULL = [table for table in onrecord.TABLES if onrecord.rows(table)]
"""The shipped tables with rows; no release loads a split without any."""
CHANGED = "The bridge will close, as the changed records say."


@pytest.fixture
def cache(tmp_path: Path) -> str:
    """A cache that nothing has used."""
    return str(tmp_path / "cache")


@pytest.fixture
def own(sample_records: Path, tmp_path: Path) -> Path:
    """Tables of one's own, as `onrecord build RECORDS OUT` writes them."""
    out = tmp_path / "own"
    onrecord.build(sample_records, out)
    return out


def files_of(out: Path, table: str) -> list[str]:
    """The Parquet files of a table."""
    return sorted(map(str, (out / table).glob("*.parquet")))


def loaded(folder: Path | str, cache: str, *config: str) -> list[dict[str, Any]]:
    return list(load_dataset(str(folder), *config, split="test", cache_dir=cache))


def test_the_environment_has_the_release_that_it_is_named_for() -> None:
    assert f"{datasets.__version__}.".startswith(f"{EXPECTED}.")


@pytest.mark.parametrize("table", FULL)
def test_a_shipped_table_loads_with_the_values_of_rows(table: str, cache: str) -> None:
    assert loaded(onrecord.path(), cache, table) == onrecord.rows(table)


@pytest.mark.parametrize("table", FULL)
def test_a_shipped_table_streams_with_the_values_of_rows(table: str) -> None:
    streamed = load_dataset(onrecord.path(), table, split="test", streaming=True)
    assert list(streamed) == onrecord.rows(table)


def test_claims_are_the_default_config(cache: str) -> None:
    assert loaded(onrecord.path(), cache) == onrecord.rows("claims")


@pytest.mark.parametrize("table", onrecord.TABLES)
def test_onrecord_load_gives_the_values_of_rows(table: str) -> None:
    found = onrecord.load(table)
    assert found.to_list() == onrecord.rows(table)


def test_labels_are_strings_and_dates_are_dates(cache: str) -> None:
    features = load_dataset(onrecord.path(), split="test", cache_dir=cache).features
    assert (features["kind"].dtype, features["date"].dtype) == ("string", "date32")


@pytest.mark.parametrize("table", onrecord.TABLES)
def test_own_tables_load_as_parquet_files(own: Path, cache: str, table: str) -> None:
    found = load_dataset("parquet", data_files={"test": files_of(own, table)}, split="test", cache_dir=cache)
    assert list(found) == onrecord.rows(table, own)


@pytest.mark.parametrize("table", onrecord.TABLES)
def test_own_tables_stream_as_parquet_files(own: Path, table: str) -> None:
    found = load_dataset("parquet", data_files=files_of(own, table), split="train", streaming=True)
    assert list(found) == onrecord.rows(table, own)


def test_onrecord_load_takes_a_folder_of_own_tables(own: Path) -> None:
    assert onrecord.load("claims", own).to_list() == onrecord.rows("claims", own)


@pytest.fixture
def carded(own: Path) -> Iterator[Path]:
    """A built folder with a card, by which `load_dataset` finds its tables."""
    if not (own / "README.md").is_file():
        pytest.skip("this version of `onrecord build` writes no card into its output")
    yield own
    shutil.rmtree(own)


def test_a_built_folder_loads_by_its_path(carded: Path, cache: str) -> None:
    assert loaded(carded, cache) == onrecord.rows("claims", carded)


@pytest.mark.parametrize("table", onrecord.TABLES)
def test_a_table_of_a_built_folder_loads_and_streams_by_its_name(
    carded: Path, cache: str, table: str
) -> None:
    expected = onrecord.rows(table, carded)
    assert loaded(carded, cache, table) == expected
    assert list(load_dataset(str(carded), table, split="test", streaming=True)) == expected


def test_a_rebuilt_folder_is_loaded_anew_with_a_warm_cache(
    carded: Path, cache: str, sample_records: Path
) -> None:
    before = loaded(carded, cache)
    edit(
        next(sample_records.glob("*/claims.jsonl")),
        lambda claims: claims[0].update(text=CHANGED),
    )
    onrecord.build(sample_records, carded)
    after = loaded(carded, cache)
    assert after == onrecord.rows("claims", carded)
    assert json.dumps(after, default=str) != json.dumps(before, default=str)
