"""A corpus on a Dask cluster: the same findings as on one machine, whatever happens to the workers."""

import os
import resource
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import cloudpickle
import fsspec
import pytest
from click.testing import CliRunner
from distributed import KilledWorker

from benchmarks.corpus.documents import Contents
from benchmarks.corpus.faults import Share
from benchmarks.corpus.shards import Plan, corpus
from onrecord import build, validate
from onrecord.cli.main import main
from onrecord.corpus import cluster as clusters
from onrecord.corpus import writing
from onrecord.corpus.cluster import Cluster, local_cluster, remote_cluster
from onrecord.corpus.run import Pause
from onrecord.dataset.load import iter_rows
from onrecord.exceptions import ClusterUnusable, InvalidRecords
from onrecord.model.findings import Finding
from onrecord.validation.summary import Summary

# Workers are other processes, which know nothing of the tests.
cloudpickle.register_pickle_by_value(__import__(__name__))

# They come from the library when a worker is killed under it, which is what some of these tests are about.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


CONTENTS = Contents(600, 7)


@pytest.fixture(scope="module")
def workers() -> Iterator[Cluster]:
    with local_cluster(2) as found:
        yield found


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corpus(Plan(CONTENTS, Share(0.03), shards=3), tmp_path_factory.mktemp("scratch")).path


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corpus(Plan(CONTENTS, shards=3), tmp_path_factory.mktemp("scratch")).path


@pytest.fixture(autouse=True)
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shards of a test are cut up as those of a corpus are."""
    from onrecord.corpus import shards

    monkeypatch.setattr(shards, "PIECE_BYTES", 20_000)


def findings(folder: Path | str, **how: Any) -> tuple[list[Finding], Summary]:
    run = validate(folder, level=3, **how)
    return list(run), run.summary


def die_once(task: Any, function: Callable[[Any], Any], marker: str) -> Any:
    """Work on the task, but the first process that gets here is killed half-way."""
    try:
        os.close(os.open(marker, os.O_CREAT | os.O_EXCL))
    except FileExistsError:
        return function(task)
    function(task)
    os.kill(os.getpid(), signal.SIGKILL)
    return None


class Killing:
    """A cluster in which a worker is killed at one of the tasks."""

    def __init__(self, workers: Cluster, marker: Path, at: int) -> None:
        self._workers, self._marker, self._at = workers, marker, at

    def __call__(self, function: Callable[[Any], Any], tasks: Iterable[Any]) -> Iterator[Any]:
        deadly = partial(die_once, function=function, marker=str(self._marker))
        calls = (
            task if isinstance(task, Pause) else (deadly if number == self._at else function, task)
            for number, task in enumerate(tasks)
        )
        return self._workers(apply, calls)


def apply(call: tuple[Callable[[Any], Any], Any]) -> Any:
    function, task = call
    return function(task)


def test_findings_are_those_of_one_machine_in_the_same_order(workers: Cluster, faulty: Path) -> None:
    alone, summary = findings(faulty)
    together, other = findings(faulty, mapper=workers)
    assert len(alone) == 18
    assert together == alone
    assert (other.records, other.documents) == (summary.records, summary.documents)


@pytest.mark.parametrize("at", [0, 7], ids=["at the first task", "half-way"])
def test_a_worker_that_dies_is_replaced_and_nothing_is_lost_or_counted_twice(
    workers: Cluster, faulty: Path, tmp_path: Path, at: int
) -> None:
    alone, summary = findings(faulty)
    before = workers.lost
    together, other = findings(faulty, mapper=Killing(workers, tmp_path / "died", at))
    assert (tmp_path / "died").exists()
    assert together == alone
    assert (other.records, other.documents) == (summary.records, summary.documents)
    assert workers.lost == before + 1


def built_files(data: Path) -> dict[str, bytes]:
    return {str(path.relative_to(data)): path.read_bytes() for path in sorted(data.rglob("*.parquet"))}


def have_row_groups_of(rows: int) -> int:
    """Have this process write so many rows together; how many it was before."""
    from onrecord.corpus import writing

    before, writing.ROW_GROUP = writing.ROW_GROUP, rows
    return before


def test_a_build_has_the_bytes_of_one_machine(
    workers: Cluster, clean: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writing, "ROW_GROUP", 50)
    alone = build(clean, tmp_path / "alone")
    before = workers._client.run(have_row_groups_of, 50)
    try:
        together = build(clean, tmp_path / "together", mapper=workers)
    finally:
        workers._client.run(have_row_groups_of, max(before.values()))
    assert together.rows == alone.rows
    assert together.digests == alone.digests
    files = built_files(tmp_path / "together")
    assert files == built_files(tmp_path / "alone")
    assert "claims/test-00002-of-00003.parquet" in files
    assert sorted(path.name for path in tmp_path.iterdir()) == ["alone", "together"]
    assert len(list(iter_rows("claims", tmp_path / "together"))) == 600


@pytest.mark.parametrize("compression", ["gz", "zst"])
def test_packed_shards_are_built_to_the_same_bytes(
    workers: Cluster, clean: Path, tmp_path: Path, compression: str
) -> None:
    packed = corpus(Plan(CONTENTS, shards=3, compression=compression), tmp_path).path
    build(packed, tmp_path / "packed", mapper=workers)
    build(clean, tmp_path / "plain")
    assert built_files(tmp_path / "packed") == built_files(tmp_path / "plain")


def test_a_worker_killed_half_way_through_a_build_changes_nothing_of_it(
    workers: Cluster, clean: Path, tmp_path: Path
) -> None:
    build(clean, tmp_path / "alone")
    before = workers.lost
    build(clean, tmp_path / "data", mapper=Killing(workers, tmp_path / "died", 1))
    assert workers.lost > before
    assert built_files(tmp_path / "data") == built_files(tmp_path / "alone")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["alone", "data", "died"]


def test_faults_leave_the_old_tables(workers: Cluster, clean: Path, faulty: Path, tmp_path: Path) -> None:
    build(clean, tmp_path / "data")
    before = built_files(tmp_path / "data")
    with pytest.raises(InvalidRecords) as together:
        build(faulty, tmp_path / "data", mapper=workers)
    with pytest.raises(InvalidRecords) as alone:
        build(faulty, tmp_path / "data")
    assert together.value.findings == alone.value.findings
    assert len(alone.value.findings) == 18
    assert built_files(tmp_path / "data") == before
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def with_a_full_disk(task: Any, function: Callable[[Any], Any]) -> Any:
    """Work on the task where no file may grow beyond a few bytes, as on a disk that is full."""
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    # Python would keep what it compiles meanwhile, cut off, for all that come after.
    writes_bytecode, sys.dont_write_bytecode = not sys.dont_write_bytecode, True
    resource.setrlimit(resource.RLIMIT_FSIZE, (100, limits[1]))
    try:
        return function(task)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        sys.dont_write_bytecode = not writes_bytecode


def test_a_full_disk_leaves_the_old_tables_and_says_so(workers: Cluster, clean: Path, tmp_path: Path) -> None:
    build(clean, tmp_path / "data")
    before = built_files(tmp_path / "data")

    def on_a_full_disk(function: Callable[[Any], Any], tasks: Iterable[Any]) -> Iterator[Any]:
        return workers(partial(with_a_full_disk, function=function), tasks)

    with pytest.raises(OSError, match="File too large"):
        build(clean, tmp_path / "data", mapper=on_a_full_disk)
    assert built_files(tmp_path / "data") == before
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_the_command_builds_with_workers(workers: Cluster, clean: Path, tmp_path: Path) -> None:
    out = tmp_path / "data"
    done = CliRunner().invoke(main, ["build", str(clean), str(out), "--scheduler", workers.address])
    assert done.exit_code == 0, done.output
    assert "claims 600" in done.output
    again = CliRunner().invoke(main, ["build", str(clean), str(out)])
    assert again.output == done.output


def test_a_corpus_may_lie_elsewhere(workers: Cluster, faulty: Path, clean: Path, tmp_path: Path) -> None:
    near, _ = findings(faulty)
    far, _ = findings(f"file://{faulty}", mapper=workers)
    assert [replace(finding, file=finding.file.removeprefix("file://")) for finding in far] == near
    build(f"file://{clean}", tmp_path / "far", mapper=workers)
    build(clean, tmp_path / "near")
    assert built_files(tmp_path / "far") == built_files(tmp_path / "near")


def test_a_corpus_may_lie_in_any_file_system(faulty: Path, clean: Path, tmp_path: Path) -> None:
    memory = fsspec.filesystem("memory")
    for name, folder in (("faulty", faulty), ("clean", clean)):
        memory.put(str(folder), f"/{name}", recursive=True)
    near, _ = findings(faulty)
    far, _ = findings("memory://faulty")
    assert [(found.line, found.rule, found.message) for found in far] == [
        (found.line, found.rule, found.message.replace(str(faulty), "memory:///faulty")) for found in near
    ]
    assert {Path(found.file).name for found in far} == {Path(found.file).name for found in near}
    build("memory://clean", tmp_path / "far")
    build(clean, tmp_path / "near")
    assert built_files(tmp_path / "far") == built_files(tmp_path / "near")


@pytest.mark.parametrize("command", ["validate", "build"])
@pytest.mark.parametrize(
    ("url", "told"),
    [
        ("memory://nothing-here", "nothing-here"),
        ("carrier-pigeon://corpus", "Protocol not known: carrier-pigeon"),
    ],
    ids=["empty", "unknown protocol"],
)
def test_a_corpus_that_is_not_there_is_one_line(command: str, url: str, told: str, tmp_path: Path) -> None:
    arguments = [command, url] + ([str(tmp_path / "data")] if command == "build" else [])
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 2
    assert told in done.output
    assert done.output.count("\n") == 1
    assert not (tmp_path / "data").exists()


def test_results_come_in_the_order_of_the_tasks(workers: Cluster) -> None:
    assert list(workers(abs, range(-40, 0))) == list(range(40, 0, -1))


def test_few_tasks_are_taken_ahead_of_the_results(workers: Cluster) -> None:
    taken = 0

    def tasks() -> Iterator[int]:
        nonlocal taken
        for number in range(1_000):
            taken += 1
            yield number

    results = workers(abs, tasks())
    assert next(results) == 0
    assert taken < 20
    results.close()  # type: ignore[attr-defined]  # It is a generator, which the protocol need not say.


def test_an_existing_scheduler_gives_the_same_findings(workers: Cluster, faulty: Path) -> None:
    address = workers.address
    assert address.startswith("tcp://")
    done = CliRunner().invoke(main, ["validate", str(faulty), "--level", "3", "--scheduler", address])
    alone = CliRunner().invoke(main, ["validate", str(faulty), "--level", "3"])
    assert done.exit_code == alone.exit_code == 1
    assert done.output == alone.output


def test_a_scheduler_that_does_not_answer_is_one_line(faulty: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "_SECONDS_TO_CONNECT", 0.2)
    done = CliRunner().invoke(main, ["validate", str(faulty), "--scheduler", "tcp://127.0.0.1:9"])
    assert done.exit_code == 2
    assert done.output == "Error: there is no Dask scheduler that answers at tcp://127.0.0.1:9\n"


@pytest.mark.parametrize("address", ["nonsense", "carrier-pigeon://x", "", "tcp://", "127.0.0.1:8786"])
def test_an_address_that_is_none_is_one_line(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "_SECONDS_TO_CONNECT", 0.2)
    with pytest.raises(ClusterUnusable, match=r"scheduler\b"), remote_cluster(address):
        pass


def test_a_worker_of_another_version_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clusters, "_versions", lambda: {"onrecord": "0.0.1"})
    with pytest.raises(ClusterUnusable, match=r"has onrecord .*, and this is 0\.0\.1"):
        clusters._check_versions({"tcp://127.0.0.1:1": {"onrecord": "9.9.9"}})


def test_a_worker_without_the_package_is_refused() -> None:
    with pytest.raises(ClusterUnusable, match="cannot load onrecord"):
        clusters._check_versions({"tcp://127.0.0.1:1": ModuleNotFoundError("No module named 'onrecord'")})


def test_without_the_extra_it_is_named(monkeypatch: pytest.MonkeyPatch, faulty: Path) -> None:
    monkeypatch.setitem(__import__("sys").modules, "distributed", None)
    done = CliRunner().invoke(main, ["validate", str(faulty), "--workers", "2"])
    assert done.exit_code == 2
    assert done.output.startswith("Error: a run on workers needs distributed: install the extra 'scale'")


class _Future:
    """What the cluster says of a task that cannot be done."""

    def __init__(self, error: BaseException) -> None:
        self._error = error

    def result(self, *, timeout: float) -> None:
        assert timeout
        raise self._error


def test_workers_that_all_die_of_one_task_are_told_of(workers: Cluster) -> None:
    with pytest.raises(ClusterUnusable, match="4 workers have died of the same task"):
        workers._result(_Future(KilledWorker("task", None, 3)))  # type: ignore[arg-type]  # A double.


def test_a_cluster_without_workers_is_given_up(workers: Cluster, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_workers", set)
    with pytest.raises(ClusterUnusable, match="no worker is left at tcp://"):
        workers._result(_Future(TimeoutError()))  # type: ignore[arg-type]  # A double.


def test_workers_are_for_a_corpus(workers: Cluster, sample_records: Path) -> None:
    done = CliRunner().invoke(main, ["validate", str(sample_records), "--scheduler", workers.address])
    assert done.exit_code == 2
    assert "workers are for a corpus" in done.output


def test_the_command_says_so_where_workers_have_died(
    workers: Cluster, faulty: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Cluster, "lost", 1)
    done = CliRunner().invoke(main, ["validate", str(faulty), "--scheduler", workers.address])
    assert done.exit_code == 1
    assert done.stderr == "1 worker has died; the work was given to others, and nothing is lost\n"


def test_one_or_the_other(faulty: Path) -> None:
    done = CliRunner().invoke(
        main, ["validate", str(faulty), "--workers", "2", "--scheduler", "tcp://127.0.0.1:9"]
    )
    assert done.exit_code == 2
    assert "give one of them" in done.output
