"""Tasks on the processes of this machine: the same results in order, and no script that runs twice."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from onrecord import build, validate
from onrecord.execution.executor import Executor, Serial
from onrecord.execution.processes import LARGE, Processes, local_executor
from tests.building.test_build import digests
from tests.helpers import corpora
from tests.helpers.corpora import document_id
from tests.helpers.executors import KillingOnce, Limited

SCRIPT = """
import sys
from onrecord import validate
from onrecord.execution.processes import local_executor

with local_executor(1, large=0, workers=2) as processes:
    for finding in validate(sys.argv[1], executor=processes, task_records=20):
        print(finding)
print("once")
"""
"""What a user may write: without a main guard, which would keep a second process from running it again."""


@pytest.fixture
def processes() -> Iterator[Executor]:
    with local_executor(1, large=0, workers=2) as found:
        yield found


def test_processes_find_the_same_in_the_same_order_for_a_script_without_a_main_guard(tmp_path: Path) -> None:
    found = corpora.tables(documents=6)
    for number in (1, 6, 13, 18):
        found["claims"][number]["speaker_id"] = "nobody"
    found["claims"][9]["about_time"] = "2024-03/2024-01"
    found["relations"][4]["target_id"] = found["relations"][4]["target_id"][:-1] + "9"
    corpus = corpora.write(found, tmp_path / "corpus")
    script = tmp_path / "script.py"
    script.write_text(SCRIPT)

    done = subprocess.run([sys.executable, script, corpus], capture_output=True, text=True, check=True)

    alone = [str(finding) for finding in validate(corpus)]
    assert done.stdout.splitlines() == [*alone, "once"]
    assert len(alone) > 4
    assert done.stderr == ""


def test_a_build_on_processes_has_the_same_bytes(processes: Executor, tmp_path: Path) -> None:
    corpus = corpora.write(corpora.tables(documents=6), tmp_path / "corpus", compression="gzip")

    together = build(corpus, tmp_path / "together", task_records=20, row_group=4, executor=processes)

    alone = build(corpus, tmp_path / "alone", task_records=20, row_group=4)
    assert together.digests == alone.digests
    assert digests(tmp_path / "together") == digests(tmp_path / "alone")
    assert len(list((tmp_path / "together" / "claims").iterdir())) > 1


def test_a_full_disk_in_a_process_leaves_the_old_tables(processes: Executor, tmp_path: Path) -> None:
    corpus = corpora.write(corpora.tables(), tmp_path / "corpus")
    build(corpus, tmp_path / "data")
    before = digests(tmp_path / "data")

    with pytest.raises(OSError, match="File too large"):
        build(corpus, tmp_path / "data", task_records=20, executor=Limited(processes))

    assert digests(tmp_path / "data") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["corpus", "data"]


def test_a_process_that_dies_in_a_build_leaves_the_old_tables(processes: Executor, tmp_path: Path) -> None:
    corpus = corpora.write(corpora.tables(), tmp_path / "corpus")
    build(corpus, tmp_path / "data")
    before = digests(tmp_path / "data")

    with pytest.raises(OSError, match="a worker process has died"):
        build(corpus, tmp_path / "data", executor=KillingOnce(processes, tmp_path / "died", 0))

    assert digests(tmp_path / "data") == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["corpus", "data", "died"]


def test_results_come_in_order_and_few_tasks_are_taken_ahead(processes: Executor) -> None:
    taken = 0

    def tasks() -> Iterator[int]:
        nonlocal taken
        for number in range(1_000):
            taken += 1
            yield -number

    results = processes(abs, tasks())

    assert [next(results) for _ in range(10)] == list(range(10))
    assert taken < 20
    results.close()  # type: ignore[attr-defined]  # It is a generator, which the protocol need not say.


def test_one_process_takes_a_task_when_its_result_is_asked_for() -> None:
    started: list[int] = []

    results = Serial()(started.append, range(1_000))

    assert started == []
    next(results)
    assert started == [0]


def test_a_process_that_dies_is_one_line(processes: Executor) -> None:
    with pytest.raises(OSError, match=r"^a worker process has died, most likely for lack of memory: .*$"):
        list(processes(os._exit, [3]))


def test_an_error_of_a_task_is_that_of_its_process(processes: Executor) -> None:
    with pytest.raises(ZeroDivisionError):
        list(processes((1).__truediv__, [1, 0]))


def test_processes_are_other_ones_than_this(processes: Executor) -> None:
    assert os.getpid() not in set(processes(process_id, range(4)))


def process_id(_: object) -> int:
    return os.getpid()


KILLED = """
import os, signal
from onrecord.execution.processes import local_executor

def process_id(_):
    return os.getpid()

with local_executor(1, large=0, workers=2) as processes:
    print(*processes(process_id, range(20)), flush=True)
    os.kill(os.getpid(), signal.SIGKILL)
"""


def test_processes_end_when_the_one_that_started_them_is_killed(tmp_path: Path) -> None:
    # A file, because a pipe would be waited for until the last process has closed it.
    with (tmp_path / "out").open("w") as out:
        done = subprocess.run([sys.executable, "-c", KILLED], stdout=out, check=False)

    assert done.returncode == -signal.SIGKILL
    started = set(map(int, (tmp_path / "out").read_text().split()))
    assert started
    deadline = time.monotonic() + 20
    while any(map(is_at_work, started)) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not any(map(is_at_work, started))


def work_for_a_while(place: Path) -> None:
    if place.name == "slow":
        place.write_text(str(os.getpid()))
        time.sleep(5)
        place.with_name("done").touch()


def interrupt(slow: Path) -> None:
    """Be interrupted while a process works on the second of two tasks."""
    with local_executor(1, large=0, workers=2) as processes:
        results = processes(work_for_a_while, [slow.with_name("quick"), slow])
        next(results)
        while not (slow.exists() and slow.read_text()):
            time.sleep(0.01)
        raise KeyboardInterrupt


def test_an_interruption_does_not_wait_for_the_tasks_that_are_at_work(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        interrupt(tmp_path / "slow")

    assert not (tmp_path / "done").exists()
    assert not is_at_work(int((tmp_path / "slow").read_text()))


def is_at_work(process: int) -> bool:
    """Whether a process lives; one that nobody has waited for does not."""
    with suppress(psutil.NoSuchProcess):
        return bool(psutil.Process(process).status() != psutil.STATUS_ZOMBIE)
    return False


def test_one_core_needs_no_process() -> None:
    with local_executor(LARGE, workers=1) as executor:
        assert set(executor(process_id, range(4))) == {os.getpid()}


@pytest.mark.parametrize(("size", "kind"), [(LARGE - 1, Serial), (LARGE, Processes)], ids=["small", "large"])
def test_small_inputs_start_no_process(size: int, kind: type) -> None:
    with local_executor(size, workers=2) as executor:
        assert isinstance(executor, kind)


def test_a_validation_of_json_loads_neither_arrow_nor_duckdb(tmp_path: Path) -> None:
    found = corpora.tables()
    found["relations"][3]["target_id"] = f"{document_id(1)}-c009"
    corpus = corpora.write(found, tmp_path / "corpus")
    code = (
        "import sys, onrecord; found = list(onrecord.validate(sys.argv[1])); print(len(found), *sys.modules)"
    )

    done = subprocess.run([sys.executable, "-c", code, corpus], capture_output=True, text=True, check=True)

    number, *modules = done.stdout.split()
    assert number == "1"
    assert {"pyarrow", "duckdb", "numpy", "jsonschema", "distributed", "loky"}.isdisjoint(modules)


INTERRUPTED = """
import os, signal, time
from onrecord.cli import signals

signals.install()
import loky.backend.popen_loky_posix as starting
from onrecord.execution.processes import local_executor

plain = starting.Popen._launch
def launch(*arguments):
    plain(*arguments)
    os.killpg(0, signal.SIGINT)
starting.Popen._launch = launch
with local_executor(1, large=0, workers=2) as processes:
    list(processes(time.sleep, [0.1] * 4))
"""
"""A run that is interrupted on a terminal, which sends SIGINT to all its processes, just when they start.

It replaces a private method of loky in a process of its own. Nothing else would do: the signal has to arrive
after a worker exists and before it runs any code of ours, and loky offers no hook between the two.
"""


def test_an_interruption_on_a_terminal_while_processes_start_shows_no_traceback() -> None:
    done = subprocess.run(
        [sys.executable, "-c", INTERRUPTED],
        capture_output=True,
        text=True,
        check=False,
        start_new_session=True,
    )

    assert (done.returncode, done.stderr) == (130, "")
