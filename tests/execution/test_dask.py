"""Tasks on a Dask cluster: the same results as on one machine, whatever happens to the workers."""

import os
import platform
import signal
import socket
import ssl
import stat
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import cloudpickle
import dask
import fsspec
import psutil
import pytest
from click.testing import CliRunner
from distributed import LocalCluster
from distributed.security import Security

from benchmarks.corpus.documents import Contents
from benchmarks.corpus.faults import Share
from benchmarks.corpus.shards import Plan, corpus
from onrecord import build, validate
from onrecord.cli.data import workers_of
from onrecord.cli.main import main
from onrecord.dataset.load import iter_rows
from onrecord.exceptions import ClusterUnusable, InvalidRecords
from onrecord.execution.dask import Cluster, check_versions, local_cluster, remote_cluster, versions
from onrecord.model.findings import Finding
from onrecord.validation.summary import Summary
from tests.helpers.executors import KillingOnce, Limited

# Workers are other processes, which know nothing of the tests.
cloudpickle.register_pickle_by_value(__import__(__name__))

# They come from the library when a worker is killed under it, which is what some of these tests are about.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


CONTENTS = Contents(600, 7)
LONG = 60
"""Seconds in which a scheduler of these tests answers, whatever else the machine does."""
SMALL = 200
"""Records per task, so that a test has many tasks, as a corpus has."""


@pytest.fixture(scope="module")
def workers() -> Iterator[Cluster]:
    with local_cluster(2) as found:
        yield found


def scheduler(workers: int) -> LocalCluster:
    """A scheduler that others than this module started, with workers: an address that anybody can use."""
    started: Callable[..., LocalCluster] = LocalCluster
    return started(
        n_workers=workers,
        threads_per_worker=1,
        host="127.0.0.1",
        scheduler_port=0,
        dashboard_address="127.0.0.1:0",
        silence_logs=50,
    )


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[LocalCluster]:
    with scheduler(2) as found:
        yield found


@pytest.fixture(scope="module")
def address(elsewhere: LocalCluster) -> str:
    return str(elsewhere.scheduler_address)


@pytest.fixture(scope="module")
def faulty(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corpus(Plan(CONTENTS, Share(0.03), shards=3), tmp_path_factory.mktemp("scratch")).path


@pytest.fixture(scope="module")
def clean(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return corpus(Plan(CONTENTS, shards=3), tmp_path_factory.mktemp("scratch")).path


def findings(folder: Path | str, **how: Any) -> tuple[list[Finding], Summary]:
    run = validate(folder, level=3, task_records=SMALL, **how)
    return list(run), run.summary


def built_files(data: Path) -> dict[str, bytes]:
    return {str(path.relative_to(data)): path.read_bytes() for path in sorted(data.rglob("*.parquet"))}


def test_findings_are_those_of_one_machine_in_the_same_order(workers: Cluster, faulty: Path) -> None:
    alone, summary = findings(faulty)
    together, other = findings(faulty, executor=workers)
    assert len(alone) == 18
    assert together == alone
    assert (other.records, other.documents) == (summary.records, summary.documents)


@pytest.mark.parametrize("compression", ["gz", "zst"])
def test_findings_in_compressed_shards_are_those_of_one_machine(
    workers: Cluster, address: str, tmp_path: Path, compression: str
) -> None:
    packed = corpus(Plan(CONTENTS, Share(0.03), shards=3, compression=compression), tmp_path).path
    alone, summary = findings(packed)
    together, other = findings(packed, executor=workers)
    with remote_cluster(address) as far:
        remote, _ = findings(packed, executor=far)
    assert len(alone) == 18
    assert together == remote == alone
    assert (other.records, other.documents) == (summary.records, summary.documents)


def test_records_folders_are_checked_by_workers_as_well(workers: Cluster, sample_records: Path) -> None:
    claims = next(sample_records.glob("*/claims.jsonl"))
    claims.write_text(claims.read_text().replace('"ada-lind"', '"ada-lynd"', 1))
    alone, summary = findings(sample_records)
    together, other = findings(sample_records, executor=workers)
    assert [finding.rule for finding in alone] == ["unknown-speaker"]
    assert together == alone
    assert other.records == summary.records


def test_relative_paths_are_those_of_the_caller(
    address: str, faulty: Path, sample_records: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    claims = next(sample_records.glob("*/claims.jsonl"))
    claims.write_text(claims.read_text().replace('"ada-lind"', '"ada-lynd"', 1))
    (tmp_path / "corpus").symlink_to(faulty)
    # The workers have started somewhere else.
    monkeypatch.chdir(tmp_path)
    with remote_cluster(address) as far:
        for path in ("corpus", "checkout/records", f"checkout/records/{claims.parent.name}"):
            alone, _ = findings(path)
            assert findings(path, executor=far)[0] == alone
            assert all(finding.file.startswith(f"{path}/") for finding in alone)


@pytest.mark.parametrize("at", [0, 2], ids=["at the first task", "at a later task"])
def test_a_worker_that_dies_is_replaced_and_nothing_is_lost_or_counted_twice(
    workers: Cluster, faulty: Path, tmp_path: Path, at: int
) -> None:
    alone, summary = findings(faulty)
    before = workers.lost
    together, other = findings(faulty, executor=KillingOnce(workers, tmp_path / "died", at))
    assert (tmp_path / "died").exists()
    assert together == alone
    assert (other.records, other.documents) == (summary.records, summary.documents)
    assert workers.lost == before + 1


def test_a_worker_that_dies_while_the_cluster_starts_is_one_line(faulty: Path) -> None:
    with dask.config.set({"distributed.worker.preload": ["import os\nos._exit(1)"]}):
        done = CliRunner().invoke(main, ["validate", str(faulty), "--workers", "1"])
    assert done.exit_code == 2
    assert done.stderr == (
        "Error: a worker died before it was ready, most likely for want of memory: have fewer of them\n"
    )


def test_a_build_has_the_bytes_of_one_machine(workers: Cluster, clean: Path, tmp_path: Path) -> None:
    alone = build(clean, tmp_path / "alone", task_records=SMALL, row_group=50)
    together = build(clean, tmp_path / "together", task_records=SMALL, row_group=50, executor=workers)
    assert together.rows == alone.rows
    assert together.digests == alone.digests
    files = built_files(tmp_path / "together")
    assert files == built_files(tmp_path / "alone")
    assert len([name for name in files if name.startswith("claims/")]) > 3
    assert sorted(path.name for path in tmp_path.iterdir()) == ["alone", "together"]
    assert len(list(iter_rows("claims", tmp_path / "together"))) == 600


@pytest.mark.parametrize("compression", ["gz", "zst"])
def test_compressed_shards_are_built_to_the_same_bytes(
    workers: Cluster, address: str, clean: Path, tmp_path: Path, compression: str
) -> None:
    packed = corpus(Plan(CONTENTS, shards=3, compression=compression), tmp_path).path
    build(packed, tmp_path / "packed", task_records=SMALL, executor=workers)
    with remote_cluster(address) as far:
        build(packed, tmp_path / "far", task_records=SMALL, executor=far)
    build(clean, tmp_path / "plain", task_records=SMALL)
    assert built_files(tmp_path / "packed") == built_files(tmp_path / "plain")
    assert built_files(tmp_path / "far") == built_files(tmp_path / "plain")


def test_a_worker_killed_half_way_through_a_build_changes_nothing_of_it(
    workers: Cluster, clean: Path, tmp_path: Path
) -> None:
    build(clean, tmp_path / "alone", task_records=SMALL)
    before = workers.lost
    killing = KillingOnce(workers, tmp_path / "died", 1, of="build_documents")
    build(clean, tmp_path / "data", task_records=SMALL, executor=killing)
    assert workers.lost > before
    assert built_files(tmp_path / "data") == built_files(tmp_path / "alone")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["alone", "data", "died"]


def test_errors_leave_the_old_tables(workers: Cluster, clean: Path, faulty: Path, tmp_path: Path) -> None:
    build(clean, tmp_path / "data")
    before = built_files(tmp_path / "data")
    with pytest.raises(InvalidRecords) as together:
        build(faulty, tmp_path / "data", task_records=SMALL, executor=workers)
    with pytest.raises(InvalidRecords) as alone:
        build(faulty, tmp_path / "data")
    assert together.value.findings == alone.value.findings
    assert len(alone.value.findings) == 18
    assert built_files(tmp_path / "data") == before
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_a_full_disk_leaves_the_old_tables_and_is_reported(
    workers: Cluster, clean: Path, tmp_path: Path
) -> None:
    build(clean, tmp_path / "data")
    before = built_files(tmp_path / "data")
    with pytest.raises(OSError, match="File too large"):
        build(clean, tmp_path / "data", task_records=SMALL, executor=Limited(workers))
    assert built_files(tmp_path / "data") == before
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def test_the_command_builds_with_workers(address: str, clean: Path, tmp_path: Path) -> None:
    out = tmp_path / "data"
    done = CliRunner().invoke(main, ["build", str(clean), str(out), "--scheduler", address])
    assert done.exit_code == 0, done.output
    assert "claims 600" in done.output
    again = CliRunner().invoke(main, ["build", str(clean), str(out)])
    # The last line is about the card: the second build finds it up to date.
    assert again.output.splitlines() == done.output.splitlines()[:-1]


def test_the_command_starts_workers_that_leave_no_temporary_files(
    faulty: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    done = CliRunner().invoke(main, ["validate", str(faulty), "--level", "3", "--workers", "1"])
    alone = CliRunner().invoke(main, ["validate", str(faulty), "--level", "3"])
    assert done.exit_code == alone.exit_code == 1
    assert done.output == alone.output
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("number", "to_all"),
    [(signal.SIGTERM, False), (signal.SIGTERM, True), (signal.SIGINT, True)],
    ids=["SIGTERM", "SIGTERM to all processes", "Ctrl-C on a terminal"],
)
@pytest.mark.parametrize(
    ("moment", "workers"),
    # Workers are started after the first two moments.
    [("*/key", 1), ("*/dask-scratch-space", 1), ("*/dask-scratch-space/worker-*", 2)],
)
def test_an_interruption_while_the_cluster_starts_leaves_nothing(
    faulty: Path, tmp_path: Path, moment: str, workers: int, number: signal.Signals, to_all: bool
) -> None:
    command = [sys.executable, "-m", "onrecord", "validate", str(faulty), "--level", "3"]
    command += ["--workers", str(workers)]
    environment = {**os.environ, "TMPDIR": str(tmp_path)}
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, start_new_session=True
    )
    while not any(tmp_path.glob(moment)) and process.poll() is None:
        time.sleep(0.005)
    (os.killpg if to_all else os.kill)(process.pid, number)
    _, errors = process.communicate()

    assert (process.returncode, errors.decode()) == (128 + number, "")
    assert list(tmp_path.iterdir()) == []


def test_the_certificate_lies_in_a_private_folder_that_a_later_run_recognises(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    # Dask has a folder of its own for a certificate in memory, and nobody knows whose that is.
    monkeypatch.setattr("tempfile.TemporaryDirectory", None)
    with local_cluster(1) as own:
        assert list(own(abs, [-1])) == [1]
        [folder] = tmp_path.iterdir()
        assert folder.name.startswith(f"onrecord-{platform.node()}-{os.getpid()}-")
        modes = {path.name: stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir() if path.is_file()}
        assert modes == {"certificate": 0o600, "key": 0o600}
        assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    assert list(tmp_path.iterdir()) == []


def test_a_corpus_may_lie_elsewhere(workers: Cluster, faulty: Path, clean: Path, tmp_path: Path) -> None:
    near, _ = findings(faulty)
    far, _ = findings(f"file://{faulty}", executor=workers)
    assert [replace(finding, file=finding.file.removeprefix("file://")) for finding in far] == near
    build(f"file://{clean}", tmp_path / "far", executor=workers)
    build(clean, tmp_path / "near")
    assert built_files(tmp_path / "far") == built_files(tmp_path / "near")


def test_a_corpus_may_lie_in_any_file_system(faulty: Path, clean: Path, tmp_path: Path) -> None:
    memory = fsspec.filesystem("memory")
    # The same name in both places, because it is that of the dataset.
    for name, folder in (("faulty", faulty), (clean.name, clean)):
        memory.put(str(folder), f"/{name}", recursive=True)
    near, _ = findings(faulty)
    far, _ = findings("memory://faulty")
    assert [(found.line, found.rule, found.message) for found in far] == [
        (found.line, found.rule, found.message.replace(str(faulty), "memory:///faulty")) for found in near
    ]
    assert {Path(found.file).name for found in far} == {Path(found.file).name for found in near}
    build(f"memory://{clean.name}", tmp_path / "far")
    build(clean, tmp_path / "near")
    assert built_files(tmp_path / "far") == built_files(tmp_path / "near")


@pytest.mark.parametrize("command", ["validate", "build"])
@pytest.mark.parametrize(
    ("url", "reported"),
    [
        ("memory://nothing-here", "nothing-here"),
        ("carrier-pigeon://corpus", "Protocol not known: carrier-pigeon"),
    ],
    ids=["empty", "unknown protocol"],
)
def test_a_corpus_that_is_not_there_is_one_line(
    command: str, url: str, reported: str, tmp_path: Path
) -> None:
    arguments = [command, url] + ([str(tmp_path / "data")] if command == "build" else [])
    done = CliRunner().invoke(main, arguments)
    assert done.exit_code == 2
    assert reported in done.output
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


def test_an_existing_scheduler_gives_the_same_findings(address: str, faulty: Path) -> None:
    assert address.startswith("tcp://")
    done = CliRunner().invoke(main, ["validate", str(faulty), "--level", "3", "--scheduler", address])
    alone = CliRunner().invoke(main, ["validate", str(faulty), "--level", "3"])
    assert done.exit_code == alone.exit_code == 1
    assert done.output == alone.output


@pytest.mark.parametrize("has_certificate", [False, True], ids=["no certificate", "another certificate"])
def test_nobody_else_can_connect_to_a_cluster_that_was_started_here(
    workers: Cluster, tmp_path: Path, has_certificate: bool
) -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if has_certificate:
        certificate: Callable[[], Security] = Security.temporary
        own: Any = certificate()
        (tmp_path / "certificate").write_text(own.tls_client_cert)
        (tmp_path / "key").write_text(own.tls_client_key)
        context.load_cert_chain(tmp_path / "certificate", tmp_path / "key")
    host, port = workers.address.removeprefix("tls://").split(":")
    with (
        socket.create_connection((host, int(port)), timeout=5) as plain,
        pytest.raises(ssl.SSLError, match=r"(?i)alert (certificate required|unknown ca)"),
        context.wrap_socket(plain) as encrypted,
    ):
        # The scheduler speaks first, where it speaks at all.
        encrypted.recv(1)


def test_no_port_of_a_cluster_that_was_started_here_answers_without_the_certificate() -> None:
    before = listening_ports()
    with local_cluster(1) as own:
        assert own.address.startswith("tls://127.0.0.1:")
        opened = listening_ports() - before
        # The scheduler, its worker, what watches the worker, and their empty web servers.
        assert len(opened) > 2
        for port in opened:
            with pytest.raises(OSError, match=r"404|reset|closed"):
                urlopen(f"http://127.0.0.1:{port}/info/main/workers.html", timeout=5)
        assert list(own(abs, [-1])) == [1]


def listening_ports() -> set[int]:
    """The ports that this process and those that it started listen on."""
    this = psutil.Process()
    return {
        connection.laddr.port
        for process in (this, *this.children(recursive=True))
        for connection in process.net_connections("tcp")
        if connection.status == psutil.CONN_LISTEN
    }


def test_a_scheduler_that_does_not_answer_is_refused() -> None:
    message = r"^there is no Dask scheduler that answers at tcp://127\.0\.0\.1:9$"
    with pytest.raises(ClusterUnusable, match=message), remote_cluster("tcp://127.0.0.1:9", timeout=0.2):
        pass


@pytest.mark.parametrize("address", ["nonsense", "carrier-pigeon://x", "", "tcp://", "127.0.0.1:8786"])
def test_an_address_that_is_none_is_refused(address: str) -> None:
    with pytest.raises(ClusterUnusable, match=r"scheduler\b"), remote_cluster(address, timeout=0.2):
        pass


def test_an_address_that_is_none_is_one_line(faulty: Path) -> None:
    done = CliRunner().invoke(main, ["validate", str(faulty), "--scheduler", "carrier-pigeon://x"])
    assert done.exit_code == 2
    assert done.output == "Error: there is no Dask scheduler that answers at carrier-pigeon://x\n"


def test_an_encrypted_scheduler_without_a_certificate_is_one_line(faulty: Path) -> None:
    done = CliRunner().invoke(main, ["validate", str(faulty), "--scheduler", "tls://127.0.0.1:9"])
    assert done.exit_code == 2
    assert done.output == (
        "Error: no certificate for the scheduler at tls://127.0.0.1:9 "
        "(expected in Dask's settings, under distributed.comm.tls)\n"
    )


def test_a_scheduler_without_workers_is_refused() -> None:
    message = "^the scheduler at tcp://.* has no workers$"
    with scheduler(0) as empty:
        address = str(empty.scheduler_address)
        with (
            pytest.raises(ClusterUnusable, match=message),
            remote_cluster(address, timeout=LONG, patience=0.5),
        ):
            pass


def test_a_worker_of_another_version_is_refused() -> None:
    theirs = {**versions(), "onrecord": "0.0.1"}
    with pytest.raises(ClusterUnusable, match=r"has onrecord 0\.0\.1, and this is "):
        check_versions({"tcp://127.0.0.1:1": theirs}, versions())


def test_a_worker_without_the_package_is_refused() -> None:
    found = {"tcp://127.0.0.1:1": ModuleNotFoundError("No module named 'onrecord'")}
    with pytest.raises(ClusterUnusable, match="cannot load onrecord"):
        check_versions(found, versions())


@pytest.mark.parametrize("module", ["distributed", "cryptography"])
def test_without_the_extra_it_is_named(module: str, monkeypatch: pytest.MonkeyPatch, faulty: Path) -> None:
    monkeypatch.setitem(sys.modules, module, None)
    done = CliRunner().invoke(main, ["validate", str(faulty), "--workers", "2"])
    assert done.exit_code == 2
    needed = f"the extra 'scale' (not installed: {module})"
    assert done.output.startswith(f"Error: a run on workers needs {needed}")


def die(_: object) -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_task_that_every_worker_dies_of_is_given_up(workers: Cluster) -> None:
    with pytest.raises(ClusterUnusable, match="4 workers have died of the same task"):
        list(workers(die, [0]))
    assert list(workers(abs, [-1])) == [1]


def run_out_of_time(_: object) -> None:
    raise TimeoutError("the bucket did not answer")


def test_a_task_that_runs_out_of_time_is_an_error(workers: Cluster) -> None:
    with pytest.raises(TimeoutError, match="the bucket did not answer"):
        list(workers(run_out_of_time, [0]))


@pytest.mark.parametrize("tasks", [1, 20], ids=["one task", "more tasks than are taken ahead"])
def test_a_scheduler_that_has_gone_takes_no_task(tasks: int) -> None:
    with scheduler(1) as local, remote_cluster(str(local.scheduler_address), timeout=2) as far:
        local.close()
        with pytest.raises(ClusterUnusable, match=r"^the scheduler has gone: nothing was written$"):
            list(far(abs, range(tasks)))


def test_a_cluster_without_workers_is_given_up() -> None:
    with scheduler(1) as local, remote_cluster(str(local.scheduler_address), patience=0.5) as far:
        assert list(far(abs, [-1])) == [1]
        local.scale(0)
        with pytest.raises(ClusterUnusable, match=r"^no worker is left at tcp://.*: nothing was written$"):
            list(far(abs, [-1]))


def test_a_scheduler_that_goes_away_is_reported_and_leaves_the_old_tables(
    clean: Path, tmp_path: Path
) -> None:
    build(clean, tmp_path / "data")
    before = built_files(tmp_path / "data")
    with scheduler(1) as local, remote_cluster(str(local.scheduler_address), timeout=4) as far:
        # Within the build, after the first documents are written.
        gone = closing_once(local)
        with pytest.raises(ClusterUnusable, match=r"^the scheduler has gone: nothing was written$"):
            build(clean, tmp_path / "data", task_records=SMALL, executor=far, on_document=gone)
    assert built_files(tmp_path / "data") == before
    assert [path.name for path in tmp_path.iterdir()] == ["data"]


def closing_once(local: LocalCluster) -> Callable[[str], None]:
    def close(_: str) -> None:
        if local.status.name == "running":
            local.close()

    return close


def test_the_command_reports_workers_that_have_died(
    address: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with workers_of(None, address) as executor:
        assert executor
        assert list(KillingOnce(executor, tmp_path / "died", 1)(abs, [-1, -2, -3])) == [1, 2, 3]
    message = "1 worker has died; the work was given to others, and nothing is lost\n"
    assert capsys.readouterr().err == message


def test_one_or_the_other(faulty: Path) -> None:
    done = CliRunner().invoke(
        main, ["validate", str(faulty), "--workers", "2", "--scheduler", "tcp://127.0.0.1:9"]
    )
    assert done.exit_code == 2
    assert "give one of them" in done.output
