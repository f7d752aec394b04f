"""A corpus is built in tasks into what its records would be built into one by one."""

import json
import os
import random
import resource
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from onrecord import TABLES, build, rows
from onrecord.building.temporary import folder_next_to, temporary_name
from onrecord.dataset.load import iter_rows, table_files
from onrecord.exceptions import InvalidRecords, UnusableInputError
from onrecord.execution.executor import Serial
from onrecord.execution.leftovers import marked
from onrecord.model.arrow import arrow_schema
from onrecord.model.digest import CONTENT_KEY, DATASET_KEY, dataset_digest, read_identity
from onrecord.validation.documents import Checked
from onrecord.validation.line_runs import candidates
from onrecord.validation.validate import validate
from tests.building.test_build import digests, table_digest
from tests.helpers import corpora, sample
from tests.helpers.corpora import document_id
from tests.helpers.executors import Limited

FEW = 20
"""Records per task, so that each document of a test is a task of its own."""

SHARED = ("speakers", "contrasts")
"""The tables whose records belong to no document."""


def as_records(found: corpora.Tables, folder: Path) -> Path:
    """The same records as a tree of document folders."""
    for number in range(len(found["documents"])):
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
    for table in SHARED:
        (folder / f"{table}.jsonl").write_text("".join(json.dumps(row) + "\n" for row in found[table]))
    return folder


@pytest.fixture
def corpus(tmp_path: Path) -> Path:
    return corpora.write(corpora.tables(), tmp_path / "corpus")


def test_rows_and_digests_are_those_of_the_same_records_in_folders(corpus: Path, tmp_path: Path) -> None:
    tree = build(as_records(corpora.tables(), tmp_path / "records"), tmp_path / "one")

    report = build(corpus, tmp_path / "many", task_records=FEW)

    for table in TABLES:
        assert rows(table, tmp_path / "many") == rows(table, tmp_path / "one")
    assert report.digests == tree.digests
    assert (report.dataset_sha256, report.rows) == (tree.dataset_sha256, tree.rows)
    assert {row["agreement"] for row in rows("claims", tmp_path / "many")} == {1.0}
    assert {row["has_claims"] for row in rows("segments", tmp_path / "many")} == {True, False}


def by_document(lines: list[Any]) -> list[list[Any]]:
    """The records of each document, in the order in which documents come."""
    return [list(own) for _, own in groupby(lines, key=lambda row: candidates(row)[0])]


@pytest.mark.parametrize("seed", range(3))
def test_the_order_of_documents_in_shards_changes_no_byte(seed: int, tmp_path: Path) -> None:
    found = corpora.tables(documents=6)
    in_order = build(corpora.write(found, tmp_path / "sorted", shards=3), tmp_path / "one", task_records=FEW)
    dice = random.Random(seed)
    shuffled: corpora.Tables = {}
    for table, lines in found.items():
        documents = [[row] for row in lines] if table in SHARED else by_document(lines)
        if table not in SHARED:
            dice.shuffle(documents)
        shuffled[table] = [row for own in documents for row in own]
    assert shuffled["claims"] != found["claims"]

    report = build(corpora.write(shuffled, tmp_path / "mixed", shards=3), tmp_path / "two", task_records=FEW)

    assert (report.digests, report.dataset_sha256) == (in_order.digests, in_order.dataset_sha256)
    assert digests(tmp_path / "two") == digests(tmp_path / "one")
    ids = [row["document_id"] for row in rows("documents", tmp_path / "two")]
    assert ids == sorted(ids)


def test_records_of_a_document_may_lie_apart_in_a_shard(tmp_path: Path) -> None:
    found = corpora.tables()
    in_order = build(corpora.write(found, tmp_path / "sorted"), tmp_path / "one")
    in_turns = {
        table: lines if table in SHARED else dealt(by_document(lines)) for table, lines in found.items()
    }
    assert in_turns["claims"][:2] == [found["claims"][0], found["claims"][4]]

    report = build(corpora.write(in_turns, tmp_path / "mixed"), tmp_path / "two")

    assert report.digests == in_order.digests


def dealt(documents: list[list[Any]]) -> list[Any]:
    """One record of each document, then the next of each."""
    return [own[at] for at in range(max(map(len, documents))) for own in documents if at < len(own)]


def test_a_records_folder_and_the_corpus_made_of_it_have_one_digest(tmp_path: Path) -> None:
    records = as_records(corpora.tables(), tmp_path / "records")
    corpus = corpora.as_corpus(records, tmp_path / "corpus")

    one, many = build(records, tmp_path / "one"), build(corpus, tmp_path / "many", task_records=FEW)

    assert one.rows["documents"] == 3
    assert (many.digests, many.dataset_sha256) == (one.digests, one.dataset_sha256)


def test_every_task_becomes_a_file_with_the_digests_in_its_footer(corpus: Path, tmp_path: Path) -> None:
    report = build(corpus, tmp_path / "data", task_records=FEW)

    # Speakers and contrast pairs belong to no document: each shard of them is a file.
    assert set(digests(tmp_path / "data")) == {
        f"{table}/test-{number:05d}-of-{count:05d}.parquet"
        for table in TABLES
        for count in [2 if table in SHARED else corpora.DOCUMENTS]
        for number in range(count)
    }
    for table in TABLES:
        for file in table_files(table, tmp_path / "data"):
            footer = pq.read_metadata(file).metadata
            assert footer[CONTENT_KEY.encode()].decode() == table_digest(iter_rows(table, tmp_path / "data"))
            assert footer[DATASET_KEY.encode()].decode() == dataset_digest(report.digests)
            assert pq.read_schema(file).remove_metadata().equals(arrow_schema(table))
    assert read_identity(tmp_path / "data").about.as_record() == sample.dataset()
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

    build(corpus, tmp_path / "data", task_records=FEW)
    files = [str(file) for file in table_files("claims", tmp_path / "data")]

    loaded = datasets.load_dataset(
        "parquet", data_files={"test": files}, split="test", cache_dir=str(tmp_path / "cache")
    )

    assert loaded["claim_id"][:] == [row["claim_id"] for row in corpora.tables()["claims"]]


def test_the_same_corpus_is_built_into_the_same_bytes(corpus: Path, tmp_path: Path) -> None:
    build(corpus, tmp_path / "data", task_records=FEW, row_group=3)
    first = digests(tmp_path / "data")
    footer = pq.read_metadata(min((tmp_path / "data" / "claims").iterdir()))
    assert [footer.row_group(at).num_rows for at in range(footer.num_row_groups)] == [3, 1]

    build(corpus, tmp_path / "data", task_records=FEW, row_group=3)

    assert digests(tmp_path / "data") == first


@pytest.mark.parametrize("task_records", [1, 45, 100_000])
def test_the_size_of_tasks_changes_no_row(corpus: Path, tmp_path: Path, task_records: int) -> None:
    report = build(corpus, tmp_path / "data", task_records=task_records)

    assert report.digests == build(corpus, tmp_path / "one", task_records=FEW).digests
    assert [row["claim_id"] for row in rows("claims", tmp_path / "data")] == [
        row["claim_id"] for row in corpora.tables()["claims"]
    ]


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


def test_errors_in_shards_leave_the_old_tables_and_are_all_reported(corpus: Path, tmp_path: Path) -> None:
    build(corpus, tmp_path / "data")
    before = digests(tmp_path / "data")
    found = corpora.tables()
    found["claims"][0]["mode"] = "indirect_speach"
    found["relations"][3]["target_id"] = f"{document_id(1)}-c009"
    broken = corpora.write(found, tmp_path / "broken")

    with pytest.raises(InvalidRecords) as error:
        build(broken, tmp_path / "data", task_records=FEW)

    assert error.value.findings == tuple(validate(broken))
    assert [finding.rule for finding in error.value.findings] == ["unknown-label", "unknown-claim"]
    assert digests(tmp_path / "data") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken", "corpus", "data"]


@pytest.mark.parametrize("compression", ["gzip", "zstd"])
def test_a_damaged_shard_leaves_the_old_tables(corpus: Path, tmp_path: Path, compression: str) -> None:
    build(corpus, tmp_path / "data")
    before = digests(tmp_path / "data")
    damaged = corpora.write(corpora.tables(), tmp_path / "damaged", compression=compression)
    shard = next(damaged.glob("claims/part-00001.*"))
    shard.write_bytes(shard.read_bytes()[:60])

    with pytest.raises(InvalidRecords) as error:
        build(damaged, tmp_path / "data")

    assert [(f.rule, Path(f.file).name) for f in error.value.findings] == [("unreadable-file", shard.name)]
    assert digests(tmp_path / "data") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["corpus", "damaged", "data"]


@pytest.mark.parametrize("limit", [100, 3000, 8000])
@pytest.mark.parametrize("row_group", [1, 1000], ids=["with the first row", "with the last row"])
def test_a_full_disk_in_a_task_leaves_the_old_tables(
    limit: int, row_group: int, corpus: Path, tmp_path: Path
) -> None:
    build(corpus, tmp_path / "data")
    before = digests(tmp_path / "data")

    with pytest.raises(OSError, match="File too large"):
        build(corpus, tmp_path / "data", row_group=row_group, executor=Limited(Serial(), limit))

    assert digests(tmp_path / "data") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["corpus", "data"]


def test_a_full_disk_after_the_last_task_leaves_the_old_tables(corpus: Path, tmp_path: Path) -> None:
    build(corpus, tmp_path / "data")
    before = digests(tmp_path / "data")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)

    def fill_disk(_: str) -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))

    try:
        with pytest.raises(OSError, match="File too large"):
            build(corpus, tmp_path / "data", on_document=fill_disk)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)

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


INTERRUPTED = """
import os, signal, sys
from onrecord import build

def interrupt(_):
    os.kill(os.getpid(), int(sys.argv[3]))

signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
build(sys.argv[1], sys.argv[2], task_records=20, on_document=interrupt)
"""
"""A build that gets a signal after it has written its first document; SIGTERM ends the command like this."""


def interrupted(corpus: Path, data: Path, number: signal.Signals) -> int:
    """The exit code of a build that gets a signal half-way."""
    command = [sys.executable, "-c", INTERRUPTED, str(corpus), str(data), str(int(number))]
    return subprocess.run(command, check=False, capture_output=True).returncode


@pytest.fixture
def scratch(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where temporary files go, here and in the processes that a test starts."""
    folder = tmp_path_factory.mktemp("scratch")
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr("tempfile.tempdir", None)
    return folder


@pytest.mark.parametrize(
    ("number", "left"), [(signal.SIGKILL, 1), (signal.SIGTERM, 0)], ids=["killed", "terminated"]
)
def test_what_an_interrupted_build_had_decompressed_is_gone_with_the_next_one(
    number: signal.Signals, left: int, tmp_path: Path, scratch: Path
) -> None:
    corpus = corpora.write(corpora.tables(), tmp_path / "corpus", compression="gzip")

    interrupted(corpus, tmp_path / "data", number)

    assert len(list(scratch.iterdir())) == left
    build(corpus, tmp_path / "data")
    assert list(scratch.iterdir()) == []
    assert sorted(path.name for path in tmp_path.iterdir()) == ["corpus", "data"]


def test_a_killed_build_leaves_the_old_tables_and_the_next_one_removes_its_files(
    corpus: Path, tmp_path: Path
) -> None:
    build(corpus, tmp_path / "data")
    before = digests(tmp_path / "data")

    assert interrupted(corpus, tmp_path / "data", signal.SIGKILL) == -signal.SIGKILL

    assert digests(tmp_path / "data") == before
    assert len(list(tmp_path.iterdir())) > 2
    assert build(corpus, tmp_path / "data").rows["claims"] == len(corpora.tables()["claims"])
    assert sorted(path.name for path in tmp_path.iterdir()) == ["corpus", "data"]


def test_a_terminated_build_leaves_the_old_tables_and_nothing_else(corpus: Path, tmp_path: Path) -> None:
    build(corpus, tmp_path / "data")
    before = digests(tmp_path / "data")

    assert interrupted(corpus, tmp_path / "data", signal.SIGTERM) == 143

    assert digests(tmp_path / "data") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["corpus", "data"]


def of_another(name: Path, process: int) -> Path:
    """The name that another process would have given to a folder."""
    return name.with_name(name.name.replace(f"-{os.getpid()}-", f"-{process}-"))


@pytest.fixture
def gone() -> int:
    """The id of a process that no longer lives."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def test_a_build_leaves_alone_what_is_not_left_over(corpus: Path, tmp_path: Path, gone: int) -> None:
    data = tmp_path / "data"
    leftover = of_another(temporary_name(data, "parts"), gone)
    kept = [
        # The folder of a build that is at work, in the process that started this one.
        of_another(temporary_name(data, "parts"), os.getppid()),
        # Those of builds on another machine and into another place.
        leftover.with_name(leftover.name.replace("parts-", "parts-another-")),
        leftover.with_name(leftover.name.replace(".data.", ".data.two.")),
        tmp_path / ".data.backup",
    ]
    for folder in (leftover, *kept):
        folder.mkdir()
        (folder / "file").write_text("mine")
    link = of_another(temporary_name(data, "new"), gone)
    link.symlink_to(corpus)

    build(corpus, data)

    assert {path.name for path in tmp_path.iterdir()} == {
        "corpus", "data", link.name, *(folder.name for folder in kept)
    }  # fmt: skip
    assert all((folder / "file").exists() for folder in kept)


def test_a_build_removes_what_killed_runs_left_among_the_temporary_files(
    corpus: Path, tmp_path: Path, scratch: Path, gone: int
) -> None:
    of_another(scratch / marked("onrecord"), gone).mkdir()
    build(corpus, tmp_path / "data")
    assert list(scratch.iterdir()) == []


def test_old_tables_that_a_killed_build_had_put_aside_are_put_back(
    corpus: Path, tmp_path: Path, gone: int
) -> None:
    data = tmp_path / "data"
    build(corpus, data)
    before = digests(data)
    # Where the system cannot swap two folders, a build may be killed between two renames.
    data.rename(of_another(temporary_name(data, "old"), gone))
    broken = corpora.tables()
    broken["claims"][0]["mode"] = "indirect_speach"

    with pytest.raises(InvalidRecords):
        build(corpora.write(broken, tmp_path / "broken"), data)

    assert digests(data) == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["broken", "corpus", "data"]


class OutOfMemory:
    """An executor in which a task fails after it has written its files."""

    is_remote = False

    def __call__(self, function: Callable[[Any], Any], tasks: Iterable[Any]) -> Iterator[Any]:
        for result in Serial()(function, tasks):
            if isinstance(result, Checked):
                raise MemoryError("too much")
            yield result


def test_a_task_that_fails_ends_the_build(corpus: Path, tmp_path: Path) -> None:
    with pytest.raises(MemoryError):
        build(corpus, tmp_path / "data", executor=OutOfMemory())

    assert sorted(path.name for path in tmp_path.iterdir()) == ["corpus"]


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
    with pytest.raises(OSError, match="no room"), folder_next_to(tmp_path / "data", "parts") as place:
        fail(place)
    writer[0].join()
    assert not list(tmp_path.iterdir())
