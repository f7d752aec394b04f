"""A build has every table in every split that has documents, and each of them can be read and checked."""

from pathlib import Path

import pyarrow.parquet as pq
import pytest
from datasets import load_dataset

from onrecord.building.build import build
from onrecord.dataset.load import load, rows
from onrecord.model.digest import CONTENT_KEY, SPLIT_CONTENT_KEY, read_identity, table_digest
from onrecord.model.table_files import splits_of, table_files
from onrecord.model.tables import SPLITS, TABLES
from onrecord.validation.validate import validate
from tests.helpers import sample
from tests.helpers.splits import DOCUMENTS, write_splits


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """The built tables of a dataset with a document in each split."""
    return build(write_splits(tmp_path / "repo"), tmp_path / "data").out


def footer(file: Path) -> dict[str, str]:
    pairs = pq.read_metadata(file).metadata or {}
    return {key.decode(): value.decode() for key, value in pairs.items()}


def test_every_table_has_a_file_for_every_split_with_documents(data: Path) -> None:
    assert splits_of(data) == SPLITS
    for table in TABLES:
        names = [file.name for file in table_files(table, data)]
        assert names == [f"{split}-00000-of-00001.parquet" for split in SPLITS]


@pytest.mark.parametrize("split", SPLITS)
def test_a_split_holds_the_records_of_its_documents_and_no_others(data: Path, split: str) -> None:
    for table in ("claims", "segments", "documents"):
        assert {row["document_id"] for row in rows(table, data, split=split)} == {DOCUMENTS[split]}
    prefix = f"{DOCUMENTS[split]}-c"
    for row in rows("relations", data, split=split):
        assert row["source_id"].startswith(prefix)
    assert load("claims", data, split=split).to_list() == rows("claims", data, split=split)


def test_a_speaker_is_in_each_split_that_names_it(data: Path) -> None:
    found = {split: [row["speaker_id"] for row in rows("speakers", data, split=split)] for split in SPLITS}

    assert found == {
        "test": ["harbour-gazette", "ada-lind", "city-press-office"],
        "challenge": ["ada-lind", "city-press-office"],
        "validation": ["ada-lind", "city-press-office"],
    }
    assert [row["speaker_id"] for row in rows("speakers", data, split=None)] == found["test"]


def test_all_splits_together_are_one_after_the_other(data: Path) -> None:
    together = rows("claims", data, split=None)

    assert together == [row for split in SPLITS for row in rows("claims", data, split=split)]
    assert rows("claims", data) == rows("claims", data, split="test")


def test_a_segment_has_its_sentence_where_the_text_is_included(data: Path) -> None:
    texts = {split: [row["text"] for row in rows("segments", data, split=split)] for split in SPLITS}

    assert texts["test"] == [None] * len(sample.SENTENCES)
    assert texts["challenge"] == texts["validation"] == [text for text, _, _ in sample.SENTENCES]


def test_built_tables_of_several_splits_are_valid(data: Path) -> None:
    assert list(validate(data)) == []


def test_a_digest_of_a_table_follows_from_those_of_its_splits(data: Path) -> None:
    own = {
        split: footer(table_files("claims", data, split)[0])[SPLIT_CONTENT_KEY] for split in splits_of(data)
    }

    assert len(set(own.values())) == len(SPLITS)
    assert read_identity(data).tables["claims"] == table_digest(own)
    assert {footer(file)[CONTENT_KEY] for file in table_files("claims", data)} == {table_digest(own)}


def test_a_changed_row_is_found_in_the_file_of_its_split(data: Path) -> None:
    [file] = table_files("claims", data, "challenge")
    with pq.ParquetFile(file) as parquet:
        table, metadata = parquet.read(), parquet.metadata.metadata
    changed = table.set_column(
        table.column_names.index("check_worthy"),
        "check_worthy",
        [[not value for value in table["check_worthy"].to_pylist()]],
    )
    pq.write_table(changed.replace_schema_metadata(metadata), file)

    assert [finding.rule for finding in validate(data)] == ["content-hash-mismatch"]


@pytest.mark.parametrize("splits", [("test",), ("challenge",), ("test", "validation")])
def test_a_split_without_documents_has_no_files(tmp_path: Path, splits: tuple[str, ...]) -> None:
    out = build(write_splits(tmp_path / "repo", splits), tmp_path / "data").out

    assert splits_of(out) == splits
    assert list(validate(out)) == []
    lacking = next(split for split in SPLITS if split not in splits)
    with pytest.raises(FileNotFoundError, match=f"it has {', '.join(splits)}"):
        rows("claims", out, split=lacking)


def test_one_split_alone_has_the_digest_that_it_has_without_splits(tmp_path: Path) -> None:
    alone = build(write_splits(tmp_path / "one", ("test",)), tmp_path / "data")

    assert alone.digests == read_identity(alone.out).tables
    for table, digest in alone.digests.items():
        assert footer(table_files(table, alone.out)[0])[SPLIT_CONTENT_KEY] == digest


def test_an_unknown_split_is_refused_with_the_known_ones(data: Path) -> None:
    with pytest.raises(ValueError, match="expected one of test, challenge, validation"):
        rows("claims", data, split="train")


def test_load_dataset_reads_each_split(data: Path, tmp_path: Path) -> None:
    files = {split: str(data / "segments" / f"{split}-*.parquet") for split in SPLITS}
    found = load_dataset("parquet", data_files=files, cache_dir=str(tmp_path / "cache"))

    assert list(found) == list(SPLITS)
    assert {split: found[split].num_rows for split in SPLITS} == dict.fromkeys(SPLITS, len(sample.SENTENCES))
    assert found["challenge"]["text"][0] == sample.SENTENCES[0][0]
