"""Reading the built tables back: the same values both ways, never stale, and clear about what is missing."""

from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from onrecord import TABLES, build, load, path, rows
from onrecord.dataset.load import iter_rows, table_files
from tests.helpers.sample import DOCUMENT_ID, claim_id, edit, take_out_annotators

CLAIMS = f"{DOCUMENT_ID}/claims.jsonl"


@pytest.mark.parametrize("table", TABLES)
def test_rows_with_many_equal_values_are_the_same_one_by_one(table: str) -> None:
    assert list(iter_rows(table)) == rows(table)


@pytest.mark.parametrize("table", TABLES)
def test_load_rows_and_iter_rows_give_the_same_values(sample_data: Path, table: str) -> None:
    expected = rows(table, sample_data)
    assert expected
    assert list(load(table, sample_data)) == expected
    assert list(iter_rows(table, sample_data)) == expected


@pytest.mark.parametrize("table", TABLES)
def test_the_shipped_tables_load_by_name_alone(table: str) -> None:
    dataset = load(table)
    assert list(dataset) == rows(table)
    assert str(dataset.split) == "test"


def test_claims_are_the_default() -> None:
    assert rows() == rows("claims")
    assert list(load()) == rows("claims")


def test_labels_are_strings(sample_data: Path) -> None:
    assert load("claims", sample_data).features["verifiability"].dtype == "string"


def test_a_changed_label_is_seen_at_once(sample_records: Path, sample_data: Path) -> None:
    before = load("claims", sample_data)
    edit(sample_records / CLAIMS, lambda claims: claims[2].update(setting="rally"))
    build(sample_records, sample_data)
    after = load("claims", sample_data)
    assert before["setting"][2] == "unspecified"
    assert after["setting"][2] == "rally"
    assert rows("claims", sample_data)[2]["setting"] == "rally"


def test_what_is_computed_from_a_changed_table_is_computed_again(
    sample_records: Path, sample_data: Path
) -> None:
    def settings() -> list[str]:
        shouted = load("claims", sample_data).map(lambda claim: {"shouted": claim["setting"].upper()})
        return list(shouted["shouted"])

    first = settings()
    edit(sample_records / CLAIMS, lambda claims: claims[2].update(setting="rally"))
    build(sample_records, sample_data)
    assert settings() == [*first[:2], "RALLY", *first[3:]]


def test_an_empty_table_loads_with_its_columns(sample_records: Path, sample_data: Path) -> None:
    take_out_annotators(sample_records)
    build(sample_records, sample_data)
    dataset = load("annotations", sample_data)
    assert dataset.num_rows == 0
    assert "verifiability" in dataset.column_names
    assert rows("annotations", sample_data) == []


def test_shards_are_joined_in_order(sample_data: Path) -> None:
    (whole,) = table_files("claims", sample_data)
    table = pq.read_table(whole)
    whole.unlink()
    for number in range(table.num_rows):
        shard = whole.with_name(f"test-{number:05d}-of-{table.num_rows:05d}.parquet")
        pq.write_table(table.slice(number, 1), shard)
    expected = [claim_id(number) for number in (1, 2, 3, 5)]
    assert [row["claim_id"] for row in rows("claims", sample_data)] == expected
    assert [row["claim_id"] for row in iter_rows("claims", sample_data)] == expected
    assert load("claims", sample_data)["claim_id"][:] == expected


@pytest.mark.parametrize("read", [load, rows, iter_rows], ids=["load", "rows", "iter_rows"])
def test_a_misspelt_table_is_reported_with_the_nearest_one(read: object, sample_data: Path) -> None:
    assert callable(read)
    with pytest.raises(ValueError, match=r"no table 'clams'; did you mean 'claims'\?"):
        read("clams", sample_data)


@pytest.mark.parametrize("read", [load, rows, iter_rows], ids=["load", "rows", "iter_rows"])
def test_a_table_that_was_never_built_is_reported(read: object, tmp_path: Path) -> None:
    assert callable(read)
    with pytest.raises(FileNotFoundError, match="onrecord build"):
        read("claims", tmp_path)


def test_a_broken_file_is_an_error_and_not_an_empty_table(sample_data: Path) -> None:
    (file,) = table_files("claims", sample_data)
    file.write_bytes(file.read_bytes()[:-20])
    with pytest.raises(pa.ArrowInvalid):
        rows("claims", sample_data)


def test_the_path_is_an_absolute_string_with_card_data_and_schemas() -> None:
    assert type(path()) is str
    assert Path(path()).is_absolute()
    assert all((Path(path()) / name).exists() for name in ("README.md", "data", "schema"))


def test_tables_under_a_card_of_other_content_are_loaded_with_a_warning(sample_data: Path) -> None:
    """A build that was killed between tables and card leaves this; the next build repairs it."""
    card = sample_data.with_name("README.md")
    config = '- config_name: claims\n  version: 1.0.0\n  description: "sha256:0"\n  path: data/claims/*\n'
    marks = ("# onrecord:begin data\n", "# onrecord:end\n")
    card.write_text(f"---\n{marks[0]}configs:\n{config}{marks[1]}---\n", encoding="utf-8")
    with pytest.warns(UserWarning, match="the dataset card of .* states another content of claims"):
        assert len(load("claims", sample_data)) == 4
    build(sample_data.with_name("records"), sample_data)
    assert len(load("claims", sample_data)) == 4


def reversed_columns(table: pa.Table) -> pa.Table:
    return table.select(table.column_names[::-1])


def large_strings(table: pa.Table) -> pa.Table:
    return table.cast(
        pa.schema(
            [
                field.with_type(pa.large_string()) if field.type == pa.string() else field
                for field in table.schema
            ]
        )
    )


def dictionaries(table: pa.Table) -> pa.Table:
    for index, name in enumerate(table.column_names):
        if name in ("kind", "mode"):
            table = table.set_column(index, name, table.column(index).dictionary_encode())
    return table


@pytest.mark.parametrize("change", [reversed_columns, large_strings, dictionaries])
def test_shards_that_differ_in_form_alone_have_the_same_rows(
    sample_data: Path, change: Callable[[pa.Table], pa.Table]
) -> None:
    expected = rows("claims", sample_data)
    (whole,) = table_files("claims", sample_data)
    table = pq.read_table(whole)
    whole.unlink()
    pq.write_table(table.slice(0, 2), whole.with_name("test-00000-of-00002.parquet"))
    pq.write_table(change(table.slice(2)), whole.with_name("test-00001-of-00002.parquet"))

    for found in (rows("claims", sample_data), list(load("claims", sample_data))):
        assert found == expected
        assert [list(row) for row in found] == [list(row) for row in expected]
    assert list(iter_rows("claims", sample_data)) == expected


def test_a_value_that_the_schema_cannot_hold_is_named_with_its_column(sample_data: Path) -> None:
    (file,) = table_files("segments", sample_data)
    table = pq.read_table(file)
    index = table.column_names.index("position")
    pq.write_table(table.set_column(index, "position", pa.array([1.5] * table.num_rows)), file)

    for read in (rows, load, lambda *arguments: list(iter_rows(*arguments))):
        with pytest.raises(ValueError, match="the column position is double, expected int64"):
            read("segments", sample_data)
