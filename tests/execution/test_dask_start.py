"""The start of a Dask cluster: who may connect to it, what an interruption leaves, which one is refused."""

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
from pathlib import Path
from typing import Any
from urllib.request import urlopen

import dask
import psutil
import pytest
from click.testing import CliRunner
from distributed.security import Security

from onrecord.cli.main import main
from onrecord.exceptions import ClusterUnusable
from onrecord.execution.dask import Cluster, check_versions, local_cluster, remote_cluster, versions
from tests.helpers.clusters import LONG, scheduler

# They come from the library when a worker is killed under it, which is what some of these tests are about.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


def test_a_worker_that_dies_while_the_cluster_starts_is_one_line(faulty: Path) -> None:
    with dask.config.set({"distributed.worker.preload": ["import os\nos._exit(1)"]}):
        done = CliRunner().invoke(main, ["validate", str(faulty), "--workers", "1"])
    assert done.exit_code == 2
    assert done.stderr == (
        "Error: a worker died before it was ready, most likely for want of memory: have fewer of them\n"
    )


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


@pytest.fixture(scope="module")
def started() -> Iterator[Cluster]:
    with local_cluster(1) as own:
        yield own


@pytest.mark.parametrize("has_certificate", [False, True], ids=["no certificate", "another certificate"])
def test_nobody_else_can_connect_to_a_cluster_that_was_started_here(
    started: Cluster, tmp_path: Path, has_certificate: bool
) -> None:
    context = ssl.create_default_context()
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    if has_certificate:
        certificate: Callable[[], Security] = Security.temporary
        own: Any = certificate()
        (tmp_path / "certificate").write_text(own.tls_client_cert)
        (tmp_path / "key").write_text(own.tls_client_key)
        context.load_cert_chain(tmp_path / "certificate", tmp_path / "key")
    host, port = started.address.removeprefix("tls://").split(":")
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


def test_one_or_the_other(faulty: Path) -> None:
    done = CliRunner().invoke(
        main, ["validate", str(faulty), "--workers", "2", "--scheduler", "tcp://127.0.0.1:9"]
    )
    assert done.exit_code == 2
    assert "give one of them" in done.output
