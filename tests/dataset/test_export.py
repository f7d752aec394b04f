"""`onrecord export --records`: tables back to the records that they were built from."""

import json
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from click.testing import CliRunner, Result

from onrecord import TABLES, build, rows, validate
from onrecord.cli.main import main
from onrecord.dataset.export import export_records
from onrecord.exceptions import OutputRefused, UnusableInputError
from onrecord.model.digest import read_identity
from tests.helpers import corpora, exchange_sample, sample

NOT_IN_TABLES = {"adjudications.jsonl", "annotators.jsonl", "article.txt", "errata.jsonl"}
NOT_OF_TABLES = {"raw", "raw-2", "held-out"}


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


def files(folder: Path) -> dict[str, bytes]:
    """The files of a records folder that tables hold, by path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and path.name not in NOT_IN_TABLES and not NOT_OF_TABLES & {*path.parts}
    }


def test_the_shipped_tables_give_the_shipped_records_byte_for_byte(root: Path, tmp_path: Path) -> None:
    report = export_records(root / "data", tmp_path / "records")

    assert files(tmp_path / "records") == files(root / "records")
    assert report.records == {table: len(rows(table, split=None)) for table in TABLES}
    assert [note for note in report.notes if "adjudications" in note]


def test_a_build_of_what_was_exported_has_the_same_digests(sample_records: Path, tmp_path: Path) -> None:
    sample.take_out_annotators(sample_records)
    first = build(sample_records, tmp_path / "one")

    done = run("export", "--records", tmp_path / "one", tmp_path / "again")

    assert done.exit_code == 0, done.stderr
    assert files(tmp_path / "again") == files(sample_records)
    assert build(tmp_path / "again", tmp_path / "two").digests == first.digests
    assert read_identity(tmp_path / "two") == read_identity(tmp_path / "one")


def test_what_an_annotator_did_not_label_is_not_exported_as_a_label(tmp_path: Path) -> None:
    records = exchange_sample.write_exchange_sample(tmp_path)
    build(records, tmp_path / "data")

    export_records(tmp_path / "data", tmp_path / "again")

    name = f"{exchange_sample.DOCUMENT_ID}/annotations/{exchange_sample.ADA}.jsonl"
    lines = (tmp_path / "again" / name).read_text(encoding="utf-8").splitlines()
    assert list(map(json.loads, lines)) == exchange_sample.annotations()


def test_many_documents_in_many_files_come_back_each_in_its_folder(tmp_path: Path) -> None:
    found = corpora.tables()
    build(corpora.write(found, tmp_path / "corpus"), tmp_path / "data", task_records=1)

    export_records(tmp_path / "data", tmp_path / "records")

    records = tmp_path / "records"
    assert sorted(path.name for path in records.iterdir() if path.is_dir()) == [
        corpora.document_id(number) for number in range(corpora.DOCUMENTS)
    ]
    lines = b"".join(file.read_bytes() for file in sorted(records.glob("*/claims.jsonl"))).splitlines()
    assert list(map(json.loads, lines)) == found["claims"]


def test_rows_that_another_program_has_changed_become_records(sample_data: Path, tmp_path: Path) -> None:
    """Without a card, footers or folders of a build: one file per table."""
    tables = tmp_path / "tables"
    tables.mkdir()
    for table in TABLES:
        found = pq.read_table(next((sample_data / table).iterdir())).replace_schema_metadata(None)
        names = found.column_names
        if table == "claims":
            changed = [f"{text} Indeed." for text in found["text"].to_pylist()]
            found = found.set_column(names.index("text"), "text", [changed])
        pq.write_table(found.select(names[::-1]), tables / f"{table}.parquet")

    report = export_records(tables, tmp_path / "records")

    assert [note for note in report.notes if "no dataset.json" in note]
    text = (tmp_path / "records" / sample.DOCUMENT_ID / "claims.jsonl").read_text(encoding="utf-8")
    assert list(json.loads(text.splitlines()[0])) == list(sample.claims()[0])
    assert text.count("Indeed.") == len(sample.claims())
    assert {found.rule for found in validate(tmp_path / "records", level=3)} <= {"undecided-label"}


def damaged(file: Path, _: Any) -> None:
    file.write_bytes(file.read_bytes()[:-20])


def without_column(file: Path, table: Any) -> None:
    pq.write_table(table.drop_columns(["kind"]), file)


def with_another_label(file: Path, table: Any) -> None:
    at = table.column_names.index("kind")
    pq.write_table(table.set_column(at, "kind", [["gossip"] * len(table)]), file)


def that_leaves_the_folder(file: Path, table: Any) -> None:
    at = table.column_names.index("document_id")
    pq.write_table(table.set_column(at, "document_id", [["../elsewhere"] * len(table)]), file)


def twice(file: Path, _: Any) -> None:
    file = file.parents[1] / "documents" / file.name
    document = pq.read_table(file)
    pq.write_table(pa.concat_tables([document, document]), file)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (twice, "harbour-2024-03-05 is given more than once"),
        (damaged, "not readable as Parquet"),
        (without_column, "column kind is missing"),
        (with_another_label, 'kind is "gossip"'),
        (that_leaves_the_folder, r"\.\./elsewhere"),
    ],
)
def test_tables_that_are_not_valid_are_refused_and_nothing_is_written(
    change: Any, said: str, sample_data: Path, tmp_path: Path
) -> None:
    [file] = (sample_data / "claims").iterdir()
    change(file, pq.read_table(file))

    with pytest.raises(UnusableInputError, match=said) as refused:
        export_records(sample_data, tmp_path / "out" / "records")

    assert str(sample_data) in str(refused.value)
    assert list((tmp_path / "out").iterdir()) == []


def test_a_folder_that_holds_files_is_refused(sample_data: Path, sample_records: Path) -> None:
    before = files(sample_records)

    with pytest.raises(OutputRefused, match="is not empty"):
        export_records(sample_data, sample_records)

    assert files(sample_records) == before


def test_an_empty_folder_may_be_there(
    sample_data: Path, sample_records: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "empty").mkdir()
    monkeypatch.chdir(tmp_path / "empty")

    export_records(sample_data, ".")

    assert set(files(tmp_path / "empty")) == set(files(sample_records))


def test_records_are_no_tables(sample_records: Path, tmp_path: Path) -> None:
    done = run("export", "--records", sample_records, tmp_path / "out")

    assert done.exit_code == 2
    assert "not a folder of built tables (expected" in done.stderr
    assert "--records" in run("export", sample_records, tmp_path / "out").stderr
