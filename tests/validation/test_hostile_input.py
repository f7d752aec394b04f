"""Hostile input: paths that look like columns, folders that cannot be read, mixed shards, many errors."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import onrecord
from onrecord.exceptions import InvalidRecords, UnusableEdition, UnusableInputError
from onrecord.validation.validate import validate
from tests.helpers import corpora, sample
from tests.helpers.corpora import document_id

HIVE = Path("document=zzz", "kind=event", "table=claims")
"""Folders that DuckDB, Polars and Arrow would take for columns with one value."""

PLANTED = ["duplicate-id", "impossible-date", "unknown-claim", "unknown-label", "unknown-speaker"]


@pytest.fixture
def hive(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder below such folders, in which the temporary files lie as well."""
    folder = tmp_path / HIVE
    folder.mkdir(parents=True)
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", None)
    yield folder
    assert not list(folder.glob("onrecord-*"))


def faulty_tables() -> corpora.Tables:
    """A corpus with five errors of five rules."""
    found = corpora.tables(documents=4)
    found["claims"].append(dict(found["claims"][0]))
    found["claims"][5]["kind"] = "evnt"
    found["claims"][9]["date"] = "2024-02-30"
    found["claims"][14]["speaker_id"] = "somebody-else"
    found["relations"][4]["target_id"] = f"{document_id(2)}-c009"
    return found


@pytest.mark.parametrize("compression", ["", "gzip"])
def test_folders_named_like_columns_hide_no_finding(hive: Path, compression: str) -> None:
    corpus = corpora.write(faulty_tables(), hive / "corpus", compression=compression)

    assert sorted(finding.rule for finding in validate(corpus)) == PLANTED
    with pytest.raises(InvalidRecords) as caught:
        onrecord.build(corpus, hive / "data")
    assert sorted(finding.rule for finding in caught.value.findings) == PLANTED
    assert not (hive / "data").exists()


def test_folders_named_like_columns_change_no_row(hive: Path, tmp_path: Path) -> None:
    corpus = corpora.write(corpora.tables(), tmp_path / "corpus")
    onrecord.build(corpus, tmp_path / "data")
    onrecord.build(corpora.write(corpora.tables(), hive / "corpus"), hive / "data")

    assert list(validate(hive / "data")) == []
    for table in onrecord.TABLES:
        assert onrecord.rows(table, hive / "data") == onrecord.rows(table, tmp_path / "data")
        assert list(onrecord.load(table, hive / "data")) == onrecord.rows(table, tmp_path / "data")


@pytest.fixture
def unlistable(monkeypatch: pytest.MonkeyPatch) -> Callable[[Path], None]:
    """Lets the system refuse to list a folder, as it refuses those of somebody else, though not to root."""

    def refuse(folder: Path) -> None:
        for name in ("scandir", "listdir"):
            original = getattr(os, name)

            def guarded(path: Any = ".", _original: Callable[..., Any] = original) -> Any:
                if not isinstance(path, int) and Path(os.fsdecode(path)) == folder:
                    raise PermissionError(13, "Permission denied", str(path))
                return _original(path)

            monkeypatch.setattr(os, name, guarded)

    return refuse


@pytest.mark.parametrize("table", onrecord.TABLES)
def test_a_table_of_a_corpus_that_cannot_be_listed_is_refused(
    table: str, unlistable: Callable[[Path], None], tmp_path: Path
) -> None:
    corpus = corpora.write(corpora.tables(), tmp_path / "corpus")
    unlistable(corpus / table)

    for use in (lambda: list(validate(corpus)), lambda: onrecord.build(corpus, tmp_path / "data")):
        with pytest.raises(UnusableInputError, match=f"corpus/{table}: permission denied"):
            use()
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize("folder", [".", "annotations", "annotations/raw", "annotations/raw/labelling"])
def test_a_folder_of_a_document_that_cannot_be_listed_is_one_finding(
    folder: str, unlistable: Callable[[Path], None], sample_records: Path
) -> None:
    place = sample_records / sample.DOCUMENT_ID / folder
    unlistable(place)

    [finding] = validate(sample_records)

    assert (finding.rule, finding.file) == ("unreadable-file", place.as_posix())
    with pytest.raises(InvalidRecords):
        onrecord.build(sample_records, sample_records.with_name("data"))


@pytest.mark.parametrize("table", ["claims", "relations", "annotations"])
def test_a_built_table_that_cannot_be_listed_is_an_error_in_every_reader(
    table: str, unlistable: Callable[[Path], None], sample_data: Path
) -> None:
    unlistable(sample_data / table)

    with pytest.raises(UnusableInputError, match="permission denied"):
        list(validate(sample_data))
    for read in (onrecord.rows, onrecord.load):
        with pytest.raises(PermissionError):
            read(table, sample_data)
    with pytest.raises(UnusableEdition, match="permission denied"):
        onrecord.diff(sample_data, sample_data)


def test_a_file_that_the_system_does_not_speak_of_is_not_taken_for_absent(
    sample_records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original = os.stat
    hidden = sample_records / sample.DOCUMENT_ID / "relations.jsonl"

    def guarded(path: Any, **options: Any) -> os.stat_result:
        if path == str(hidden):
            raise PermissionError(13, "Permission denied", str(path))
        return original(path, **options)

    monkeypatch.setattr(os, "stat", guarded)

    [finding] = validate(sample_records)

    assert (finding.rule, finding.file) == ("unreadable-file", hidden.as_posix())


def _replaced(table: pa.Table, name: str, column: Any) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, column)


def _empty_lists(table: pa.Table) -> pa.Table:
    # What the changed claims have no values in.
    return _replaced(table, "via", pa.array([[]] * len(table), pa.list_(pa.null())))


SAME_VALUES: dict[str, Callable[[pa.Table], pa.Table]] = {
    "large strings": lambda table: _replaced(table, "text", table["text"].cast(pa.large_string())),
    "views of strings": lambda table: _replaced(table, "text", table["text"].cast(pa.string_view())),
    "a dictionary": lambda table: _replaced(table, "kind", table["kind"].dictionary_encode()),
    "columns in another order": lambda table: table.select(table.column_names[::-1]),
    "large lists": lambda table: _replaced(table, "flags", table["flags"].cast(pa.large_list(pa.string()))),
    "lists of null type": _empty_lists,
}
OTHER_VALUES: dict[str, Callable[[pa.Table], pa.Table]] = {
    "dates as strings": lambda table: _replaced(table, "date", table["date"].cast(pa.string())),
    "numbers as strings": lambda table: _replaced(table, "agreement", table["agreement"].cast(pa.string())),
    "single precision": lambda table: _replaced(table, "agreement", table["agreement"].cast(pa.float32())),
    "words for true": lambda table: _replaced(table, "check_worthy", table["check_worthy"].cast(pa.string())),
    "bytes": lambda table: _replaced(table, "text", table["text"].cast(pa.binary())),
}


def in_two_shards(data: Path, change: Callable[[pa.Table], pa.Table]) -> None:
    """Cut the claims in two and change the first part."""
    whole = data / "claims" / "test-00000-of-00001.parquet"
    table = pq.ParquetFile(whole).read()
    whole.unlink()
    for number, part in enumerate((change(table.slice(0, 2)), table.slice(2))):
        pq.write_table(part, whole.with_name(f"test-{number:05d}-of-00002.parquet"))


@pytest.mark.parametrize("change", SAME_VALUES.values(), ids=SAME_VALUES)
def test_shards_that_hold_the_same_values_otherwise_are_one_table_to_every_reader(
    change: Callable[[pa.Table], pa.Table], sample_records: Path, sample_data: Path
) -> None:
    original = sample_records.with_name("original")
    onrecord.build(sample_records, original)
    expected = onrecord.rows("claims", sample_data)
    in_two_shards(sample_data, change)

    assert list(validate(sample_data)) == []
    assert onrecord.rows("claims", sample_data) == expected
    assert list(onrecord.load("claims", sample_data)) == expected
    found = onrecord.diff(original, sample_data)
    assert (found.schema, found.tables) == ((), ())


@pytest.mark.parametrize("change", OTHER_VALUES.values(), ids=OTHER_VALUES)
def test_a_column_that_loses_something_is_a_finding_and_an_error_in_every_reader(
    change: Callable[[pa.Table], pa.Table], sample_data: Path
) -> None:
    in_two_shards(sample_data, change)

    assert [finding.rule for finding in validate(sample_data)] == ["wrong-type"]
    for read in (onrecord.rows, onrecord.load):
        with pytest.raises(ValueError, match=r"the column .* is .*, expected"):
            read("claims", sample_data)
    with pytest.raises(UnusableEdition, match="its columns differ"):
        onrecord.diff(sample_data, sample_data)


MEASURED = """
import json, re, sys
from onrecord.validation.validate import validate
run = validate(sys.argv[1], max_findings=5)
shown = sum(1 for _ in run.summary.at_most(5, run))
# Not ru_maxrss, which a child process inherits from its parent.
peak = int(re.search(r"VmHWM:\\s+([0-9]+) kB", open("/proc/self/status").read())[1])
print(json.dumps({"shown": shown, "by_rule": run.summary.by_rule, "peak_mb": peak / 1024}))
"""


@pytest.mark.parametrize(
    ("line", "rule"),
    [
        pytest.param(b"\n", "blank-line", id="newlines"),
        pytest.param(b"17\n", "not-an-object", id="numbers"),
        pytest.param(b"{}\n", "missing-field", id="empty objects"),
    ],
)
def test_memory_does_not_grow_with_the_number_of_errors(line: bytes, rule: str, tmp_path: Path) -> None:
    path = tmp_path / "claims.jsonl"
    lines = 4_000_000 if line == b"\n" else 100_000
    path.write_bytes(line * lines)

    done = subprocess.run(
        [sys.executable, "-c", MEASURED, str(path)], capture_output=True, check=True, timeout=300
    )

    found = json.loads(done.stdout)
    assert found["shown"] == 5
    assert found["by_rule"][rule] >= lines
    assert found["peak_mb"] < 400
