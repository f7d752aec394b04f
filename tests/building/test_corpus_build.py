"""A corpus is built shard by shard into what its records would be built into one by one."""

import errno
import json
import os
import resource
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from onrecord.corpus import building, shards, writing
from onrecord.corpus.writing import TableFiles

from onrecord import TABLES, __version__, build, rows
from onrecord.dataset.load import iter_rows, table_files
from onrecord.exceptions import InvalidRecords, UnusableInputError
from onrecord.model.arrow import arrow_schema
from onrecord.model.digest import CONTENT_KEY, DATASET_KEY, dataset_digest, read_identity, table_digest
from onrecord.validation.validate import validate
from tests.building.test_build import digests
from tests.helpers import corpora
from tests.helpers.corpora import document_id


def as_records(found: corpora.Tables, folder: Path) -> Path:
    """The same records as a tree of document folders."""
    for number in range(corpora.DOCUMENTS):
        own = folder / document_id(number)
        (own / "annotations").mkdir(parents=True)
        prefix = document_id(number)
        for table in ("segments", "claims", "relations"):
            lines = [row for row in found[table] if next(iter(row.values())).startswith(prefix)]
            (own / f"{table}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in lines))
        [document] = [row for row in found["documents"] if row["document_id"] == prefix]
        (own / "document.json").write_text(json.dumps(document) + "\n")
        for name in ("annotator-1", "annotator-2"):
            given = [
                r
                for r in found["annotations"]
                if r["annotator_id"] == name and r["claim_id"].startswith(prefix)
            ]
            (own / "annotations" / f"{name}.jsonl").write_text(
                "".join(json.dumps(row) + "\n" for row in given)
            )
        (own / "adjudications.jsonl").write_text(
            json.dumps(
                {"claim_id": found["claims"][4 * number + 3]["claim_id"], "field": "kind", "reason": "So."}
            )
            + "\n"
        )
    (folder / "speakers.jsonl").write_text("".join(json.dumps(row) + "\n" for row in found["speakers"]))
    return folder


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return corpora.write(corpora.tables(), tmp_path / "corpus")


def test_rows_and_digests_are_those_of_the_same_records_in_folders(corpus: Path, tmp_path: Path) -> None:
    tree = build(as_records(corpora.tables(), tmp_path / "records"), tmp_path / "one")

    report = build(corpus, tmp_path / "many")

    for table in TABLES:
        assert rows(table, tmp_path / "many") == rows(table, tmp_path / "one")
    assert report.digests == tree.digests
    assert (report.dataset_sha256, report.rows) == (tree.dataset_sha256, tree.rows)
    assert {row["agreement"] for row in rows("claims", tmp_path / "many")} == {1.0}
    assert {row["has_claims"] for row in rows("segments", tmp_path / "many")} == {True, False}


def test_every_shard_becomes_a_file_with_the_digests_in_its_footer(corpus: Path, tmp_path: Path) -> None:
    report = build(corpus, tmp_path / "data")

    assert set(digests(tmp_path / "data")) == {
        f"{table}/test-{shard:05d}-of-{count:05d}.parquet"
        for table in TABLES
        for count in [2]
        for shard in range(count)
    }
    for table in TABLES:
        for file in table_files(table, tmp_path / "data"):
            footer = pq.read_metadata(file).metadata
            assert footer[CONTENT_KEY.encode()].decode() == table_digest(iter_rows(table, tmp_path / "data"))
            assert footer[DATASET_KEY.encode()].decode() == dataset_digest(report.digests)
            assert pq.read_schema(file).remove_metadata().equals(arrow_schema(table))
    assert read_identity(tmp_path / "data").version == __version__
    assert list(validate(tmp_path / "data")) == []


def test_columns_that_differ_from_row_to_row_are_written_without_a_dictionary(
    corpus: Path, tmp_path: Path
) -> None:
    build(corpus, tmp_path / "data")
    first = min((tmp_path / "data" / "claims").iterdir())
    footer = pq.read_metadata(first)
    columns = [footer.row_group(0).column(place) for place in range(footer.num_columns)]
    by_name = {column.path_in_schema: column for column in columns}

    assert by_name["claim_id"].statistics.min < by_name["claim_id"].statistics.max
    assert by_name["text"].statistics is None
    with_dictionary = {name for name, column in by_name.items() if column.has_dictionary_page}
    assert {"document_id", "stated_on", "kind", "evidence.list.element"} <= with_dictionary
    assert not with_dictionary & {"claim_id", "text", "anchors.list.element.segment_id"}


def test_load_dataset_reads_all_shards_as_one_split(corpus: Path, tmp_path: Path) -> None:
    import datasets

    build(corpus, tmp_path / "data")
    files = [str(file) for file in table_files("claims", tmp_path / "data")]

    loaded = datasets.load_dataset(
        "parquet", data_files={"test": files}, split="test", cache_dir=str(tmp_path / "cache")
    )

    assert loaded["claim_id"][:] == [row["claim_id"] for row in corpora.tables()["claims"]]


def test_the_same_corpus_is_built_into_the_same_bytes(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "ROW_GROUP", 4)
    build(corpus, tmp_path / "data")
    first = digests(tmp_path / "data")
    footer = pq.read_metadata(min((tmp_path / "data" / "claims").iterdir()))
    assert [footer.row_group(at).num_rows for at in range(footer.num_row_groups)] == [4, 2]

    for piece, batch in ((1500, 12 << 20), (1500, 700), (10_000, 1000)):
        monkeypatch.setattr(shards, "PIECE_BYTES", piece)
        monkeypatch.setattr(shards, "BATCH_BYTES", batch)
        build(corpus, tmp_path / "data")
        assert digests(tmp_path / "data") == first


def test_tables_without_records_are_built_as_empty_ones(tmp_path: Path) -> None:
    found = corpora.tables()
    del found["annotations"], found["relations"]

    report = build(corpora.write(found, tmp_path / "corpus"), tmp_path / "data")

    assert report.rows["annotations"] == report.rows["relations"] == 0
    assert {row["agreement"] for row in rows("claims", tmp_path / "data")} == {None}


def test_a_build_without_a_table_that_it_needs_is_refused(tmp_path: Path) -> None:
    found = corpora.tables()
    del found["speakers"], found["segments"]

    with pytest.raises(UnusableInputError, match="has no segments and no speakers"):
        build(corpora.write(found, tmp_path / "corpus"), tmp_path / "data")


def test_errors_between_shards_leave_the_old_tables_and_are_all_told(corpus: Path, tmp_path: Path) -> None:
    build(corpus, tmp_path / "data")
    before = digests(tmp_path / "data")
    found = corpora.tables()
    found["claims"][0]["mode"] = "indirect_speach"
    found["relations"][3]["target_id"] = f"{document_id(1)}-c009"
    broken = corpora.write(found, tmp_path / "broken")

    with pytest.raises(InvalidRecords) as error:
        build(broken, tmp_path / "data")

    assert error.value.findings == tuple(validate(broken))
    assert [finding.rule for finding in error.value.findings] == ["unknown-label", "unknown-claim"]
    assert digests(tmp_path / "data") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken", "corpus", "data"]


@pytest.mark.parametrize("when", ["add", "finish", "stamp"])
def test_a_full_disk_leaves_the_old_tables(
    when: str, corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    build(corpus, tmp_path / "data")
    before = digests(tmp_path / "data")

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(TableFiles, when, refuse)
    with pytest.raises(OSError, match="No space left"):
        build(corpus, tmp_path / "data")

    assert digests(tmp_path / "data") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["corpus", "data"]


def test_a_file_that_may_not_grow_is_a_refusal_in_one_line(corpus: Path, tmp_path: Path) -> None:
    def limit() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)

    done = subprocess.run(
        # Without -B Python would keep what it compiles, cut off, for all that come after.
        [sys.executable, "-B", "-m", "onrecord", "build", str(corpus), str(tmp_path / "data")],
        capture_output=True,
        text=True,
        preexec_fn=limit,
        check=False,
    )

    assert done.returncode == 2
    assert "File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "data").exists()


def test_a_killed_build_leaves_the_old_tables_and_the_next_one_succeeds(corpus: Path, tmp_path: Path) -> None:
    build(corpus, tmp_path / "data")
    before = digests(tmp_path / "data")
    code = (
        "import os, signal, sys\n"
        "from onrecord.corpus.writing import TableFiles\n"
        "TableFiles.finish = lambda self: os.kill(os.getpid(), signal.SIGKILL)\n"
        "from onrecord import build\n"
        "build(sys.argv[1], sys.argv[2])\n"
    )

    done = subprocess.run([sys.executable, "-c", code, str(corpus), str(tmp_path / "data")], check=False)

    assert done.returncode == -signal.SIGKILL
    assert digests(tmp_path / "data") == before
    assert build(corpus, tmp_path / "data").rows["claims"] == len(corpora.tables()["claims"])


def test_a_task_that_fails_ends_the_build(
    corpus: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> pa.RecordBatch:
        raise MemoryError("too much")

    monkeypatch.setattr(building, "built", fail)
    with pytest.raises(MemoryError):
        build(corpus, tmp_path / "data")

    assert sorted(path.name for path in tmp_path.iterdir()) == ["corpus"]


def test_results_that_wait_to_be_written_are_few() -> None:
    from onrecord.corpus.run import on_threads

    started = []

    def task(number: int) -> int:
        started.append(number)
        return number

    results = on_threads(task, range(1000))
    assert next(results) == 0
    time.sleep(0.05)
    assert len(started) <= 3 * (os.cpu_count() or 1) + 2
    assert [next(results) for _ in range(999)] == list(range(1, 1000))


def test_the_folder_of_a_build_goes_while_somebody_still_writes_to_it(tmp_path: Path) -> None:
    def write(place: Path) -> None:
        for number in range(1_000_000):
            try:
                (place / str(number)).touch()
            except FileNotFoundError:
                return

    def fail(place: Path) -> None:
        writer.append(threading.Thread(target=write, args=(place,)))
        writer[0].start()
        raise OSError("no room")

    writer: list[threading.Thread] = []
    with pytest.raises(OSError, match="no room"), building._folder(tmp_path) as place:
        fail(place)
    writer[0].join()
    assert not list(tmp_path.iterdir())
