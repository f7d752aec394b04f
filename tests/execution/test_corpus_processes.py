"""Doubtful documents are judged in processes where there are many of them: same findings, same order."""

import operator
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from onrecord.corpus import processes
from onrecord.corpus.processes import in_processes, one_by_one
from onrecord.corpus.run import PAUSE, Mapper, Pause, on_threads

from onrecord.validation.validate import validate
from tests.helpers import corpora

SCRIPT = """
import sys
from joblib.externals import loky
from onrecord import validate
from onrecord.corpus import doubtful, processes

loky.cpu_count = lambda: 2  # Processes wherever the test runs.
processes.ENOUGH = 1
doubtful._AT_ONCE = 20
for finding in validate(sys.argv[1]):
    print(finding)
print("once")
"""
"""What a user may write: without a main guard, which would keep a second process from running it again."""


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


def test_results_come_in_order_and_few_tasks_are_taken_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("joblib.externals.loky.cpu_count", lambda: 2)
    taken = 0

    def tasks() -> Iterator[int]:
        nonlocal taken
        for number in range(1_000):
            taken += 1
            yield -number

    results = in_processes(abs, tasks())

    assert [next(results) for _ in range(10)] == list(range(10))
    assert taken < 20
    results.close()  # type: ignore[attr-defined]  # It is a generator, which the protocol need not say.


@pytest.mark.parametrize("mapper", [on_threads, in_processes, one_by_one])
def test_a_task_that_needs_results_is_asked_for_when_they_are_there(
    monkeypatch: pytest.MonkeyPatch, mapper: Mapper
) -> None:
    monkeypatch.setattr("joblib.externals.loky.cpu_count", lambda: 2)
    found: list[int] = []

    def tasks() -> Iterator[int | Pause]:
        yield from (-1, -2, -3)
        while len(found) < 3:
            yield PAUSE
        yield -sum(found)

    for result in mapper(operator.neg, tasks()):
        found.append(result)  # noqa: PERF402 - there before the next task is asked for
    assert found == [1, 2, 3, 6]


def test_a_process_that_dies_is_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("joblib.externals.loky.cpu_count", lambda: 2)

    with pytest.raises(OSError, match=r"^a process that compared records has died, .*$"):
        list(in_processes(os._exit, [3]))


def test_one_core_needs_no_process(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("joblib.externals.loky.cpu_count", lambda: 1)

    assert list(in_processes(lambda _: os.getpid(), [0])) == [os.getpid()]


def test_few_documents_start_no_process() -> None:
    few, many = processes.ENOUGH, processes.ENOUGH * processes.MANY
    assert processes.for_documents(few - 1, few - 1, on_threads) is one_by_one
    assert processes.for_documents(few, few, on_threads) is in_processes
    assert processes.for_documents(few, many, on_threads) is in_processes
    assert processes.for_documents(few, 2 * many, on_threads) is one_by_one
    assert processes.for_documents(few, few, one_by_one) is one_by_one


def test_a_process_that_judges_loads_neither_arrow_nor_duckdb() -> None:
    code = "import sys, onrecord.corpus.judging; print(*sys.modules)"

    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert {"pyarrow", "duckdb", "numpy", "jsonschema"}.isdisjoint(done.stdout.split())
