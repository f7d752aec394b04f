"""Rows of a build in the files of other programs: valid as they are, wrong where somebody made them wrong."""

import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner
from datasets import Dataset, Value

import onrecord
from onrecord import TABLES, validate
from onrecord.cli.main import main
from onrecord.dataset.json_values import json_lines
from onrecord.exceptions import UnusableInputError
from onrecord.validation.scan_json import accept
from tests.helpers import sample

DAYS = ("date", "document_date", "stated_from", "stated_until", "about_from", "about_until")


def by_datasets(rows: Dataset, file: Path) -> None:
    if file.suffix == ".parquet":
        rows.to_parquet(str(file))
        return
    for name in set(DAYS) & set(rows.column_names):
        rows = rows.cast_column(name, Value("string"))
    rows.to_json(str(file))


def by_pandas(rows: Dataset, file: Path) -> None:
    frame = rows.to_pandas()
    if file.suffix == ".parquet":
        frame.to_parquet(file)
        return
    days = [name for name in DAYS if name in frame]
    frame[days] = frame[days].astype("string")
    frame.to_json(file, orient="records", lines=True)


def by_pandas_with_times(rows: Dataset, file: Path) -> None:
    """Days as pandas' own type, which is a time."""
    frame = rows.to_pandas()
    for name in set(DAYS) & set(frame):
        frame[name] = frame[name].astype("datetime64[ns]")
    frame.to_parquet(file)


def by_polars(rows: Dataset, file: Path) -> None:
    frame = rows.to_polars()
    if file.suffix == ".parquet":
        frame.write_parquet(file)
    else:
        frame.write_ndjson(file)


def by_duckdb(rows: Dataset, file: Path) -> None:
    form = "parquet" if file.suffix == ".parquet" else "json"
    with duckdb.connect() as connection:
        connection.register("given", rows.data.table)
        connection.sql(f"copy given to '{file}' (format {form})")


def by_spark(rows: Dataset, file: Path) -> None:
    """As Spark writes it by default: its own names inside lists, times of 96 bits."""
    pq.write_table(
        rows.data.table, file, use_deprecated_int96_timestamps=True, use_compliant_nested_type=False
    )


WRITERS = [
    pytest.param(writer, ending, id=f"{writer.__name__.removeprefix('by_')}-{ending}")
    for writer, endings in (
        (by_datasets, ("parquet", "jsonl")),
        (by_pandas, ("parquet", "jsonl")),
        (by_pandas_with_times, ("parquet",)),
        (by_polars, ("parquet", "jsonl")),
        (by_duckdb, ("parquet", "jsonl")),
        (by_spark, ("parquet",)),
    )
    for ending in endings
]
Writer = Callable[[Dataset, Path], None]


@pytest.fixture
def written(sample_data: Path, tmp_path: Path) -> Path:
    """The rows of the sample as JSON Lines, one file per table."""
    folder = tmp_path / "rows"
    folder.mkdir()
    for table in TABLES:
        lines = json_lines(onrecord.rows(table, sample_data))
        (folder / f"{table}.jsonl").write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return folder


@pytest.mark.parametrize(("write", "ending"), WRITERS)
def test_rows_written_by_another_program_are_valid(
    write: Writer, ending: str, sample_data: Path, tmp_path: Path
) -> None:
    files = [tmp_path / f"{table}.{ending}" for table in TABLES]
    for table, file in zip(TABLES, files, strict=True):
        write(onrecord.load(table, sample_data), file)

    run = validate(*files, built=True, articles=sample.write_articles(tmp_path / "articles"))

    assert list(run) == []
    assert run.summary.records == {table: len(onrecord.rows(table, sample_data)) for table in TABLES}
    assert run.summary.documents_with_source == 1


@pytest.mark.parametrize(("write", "ending"), WRITERS)
def test_a_wrong_edit_is_the_same_finding_whatever_wrote_it(
    write: Writer, ending: str, sample_data: Path, tmp_path: Path
) -> None:
    rows = onrecord.load("claims", sample_data).to_list()
    rows[1]["kind"] = "gossip"
    rows[2]["about_until"] = None
    features = onrecord.load("claims", sample_data).features
    file = tmp_path / f"claims.{ending}"
    write(Dataset.from_list(rows, features), file)

    found = [(finding.rule, finding.line, finding.path) for finding in validate(file, built=True)]

    assert found == [("unknown-label", 2, "$.kind"), ("derived-field-mismatch", 3, "$.about_until")]


def test_files_of_rows_are_also_checked_against_each_other(written: Path) -> None:
    def forget(rows: list[Any]) -> None:
        rows[0]["has_claims"] = not rows[0]["has_claims"]

    sample.edit(written / "segments.jsonl", forget)

    found = list(validate(*written.glob("*.jsonl"), built=True))

    assert [(finding.rule, finding.path) for finding in found] == [("derived-field-mismatch", "$.has_claims")]


def test_rows_in_the_shards_of_a_corpus_are_checked_as_rows(written: Path, tmp_path: Path) -> None:
    for file in written.glob("*.jsonl"):
        shard = tmp_path / "corpus" / file.stem / "part-0.jsonl.gz"
        shard.parent.mkdir(parents=True)
        with pa.output_stream(str(shard), compression="gzip") as stream:
            stream.write(file.read_bytes())

    assert list(validate(tmp_path / "corpus", built=True)) == []
    assert {found.rule for found in validate(tmp_path / "corpus")} == {"read-only-field"}


def test_rows_from_standard_input_are_checked_as_rows(written: Path) -> None:
    content = (written / "claims.jsonl").read_bytes()

    done = CliRunner().invoke(main, ["validate", "-", "--table", "claims", "--built"], input=content)

    assert done.exit_code == 0, done.output


def test_without_the_option_the_finding_says_what_to_do(written: Path) -> None:
    found = list(validate(written / "claims.jsonl"))

    assert {finding.rule for finding in found} == {"read-only-field"}
    assert {finding.expected for finding in found} == {"no such field; --built for rows of a build"}


def test_records_without_derived_fields_are_no_rows(sample_records: Path) -> None:
    claims = sample_records / sample.DOCUMENT_ID / "claims.jsonl"

    assert {finding.rule for finding in validate(claims, built=True)} == {"missing-field"}
    with pytest.raises(UnusableInputError, match="is a records folder"):
        validate(sample_records, built=True)
    with pytest.raises(UnusableInputError, match="is a document's folder"):
        validate(claims.parent, built=True)


def test_a_time_that_is_not_midnight_is_no_day(sample_data: Path, tmp_path: Path) -> None:
    found = pq.read_table(next((sample_data / "documents").iterdir())).replace_schema_metadata(None)
    at = found.column_names.index("date")
    noon = pa.array([1_709_640_000_000], pa.timestamp("ms"))
    pq.write_table(found.set_column(at, "date", noon), tmp_path / "documents.parquet")

    [finding] = validate(tmp_path / "documents.parquet")

    assert finding.rule == "unreadable-file"
    assert "not midnight" in finding.message
    with pytest.raises(ValueError, match="not midnight"):
        onrecord.rows("documents", folder_of(tmp_path / "documents.parquet"))


def folder_of(file: Path) -> Path:
    """A folder of tables with this one file in it, as a build names it."""
    place = file.parent / "tables" / file.stem / "test-00000-of-00001.parquet"
    place.parent.mkdir(parents=True)
    file.rename(place)
    return place.parents[1]


def test_the_fast_path_takes_rows_and_refuses_records_where_rows_are_given(written: Path) -> None:
    content = (written / "claims.jsonl").read_bytes()
    records = "".join(json.dumps(row) + "\n" for row in sample.claims()).encode()

    assert accept(content, "claims", is_built=True) == list(map(json.loads, io.BytesIO(content)))
    assert accept(records, "claims", is_built=True) is None
    assert accept(content, "claims") is None
