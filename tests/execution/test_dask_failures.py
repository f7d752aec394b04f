"""Workers that die, a scheduler that goes away, a full disk: nothing is lost, or nothing is written."""

import os
import signal
from collections.abc import Callable
from pathlib import Path

import cloudpickle
import pytest
from distributed import LocalCluster

from onrecord import build
from onrecord.cli.data import workers_of
from onrecord.exceptions import ClusterUnusable, InvalidRecords
from onrecord.execution.dask import Cluster, remote_cluster
from tests.helpers.clusters import SMALL, built_files, findings, scheduler
from tests.helpers.executors import KillingOnce, Limited

# Workers are other processes, which know nothing of the tests.
cloudpickle.register_pickle_by_value(__import__(__name__))

# They come from the library when a worker is killed under it, which is what some of these tests are about.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Exception ignored in:pytest.PytestUnraisableExceptionWarning"),
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
]


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


def test_the_command_reports_workers_that_have_died(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with scheduler(1) as local, workers_of(None, str(local.scheduler_address)) as executor:
        assert executor
        assert list(KillingOnce(executor, tmp_path / "died", 1)(abs, [-1, -2, -3])) == [1, 2, 3]
    message = "1 worker has died; the work was given to others, and nothing is lost\n"
    assert capsys.readouterr().err == message


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
