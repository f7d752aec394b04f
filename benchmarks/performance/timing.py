"""Cases in turn, each run a process of its own: the seconds of every run, and the memory of its processes.

In every round each case runs once, and each round starts with another case, so that whatever else the machine
does affects all alike. `results` prints and saves.
"""

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psutil

OUT = "{out}"
"""An argument that stands for an empty folder, made for the run and deleted after it."""
_SAMPLED_EVERY = 0.1
"""Seconds between two samples of the memory."""


@dataclass(frozen=True, slots=True)
class Case:
    """What is run: a name to print and a command; a timed one reports its own seconds, without its start."""

    name: str
    command: tuple[str, ...]
    is_timed: bool = True
    records: int = 1
    """For a command that does not report it: the number of records, or 1 where a process is one item."""
    exit_code: int = 0
    modules: str | None = None
    """The folder of its modules, as PYTHONPATH has it; None is those of this process."""


@dataclass(slots=True)
class Measured:
    """The runs of one case."""

    name: str
    records: int
    seconds: list[float] = field(default_factory=list)
    peak_bytes: int = 0
    cpu: dict[str, list[float]] = field(default_factory=dict)
    """CPU seconds of its processes, by what they do, where a case reports them."""

    @property
    def median(self) -> float:
        """Seconds of the middle run."""
        return statistics.median(self.seconds)

    @property
    def rate(self) -> float:
        """Records per second in the middle run."""
        return self.records / self.median


def work(name: str, function: str, *arguments: str | Path) -> Case:
    """A case of `run_case`."""
    module = "benchmarks.performance.run_case"
    return Case(name, (sys.executable, "-m", module, function, *map(str, arguments)))


def in_turn(
    cases: Sequence[Case], runs: int, scratch: Path, say: Callable[[str], object]
) -> dict[str, Measured]:
    """Run every case so many times, in turn."""
    found = {one.name: Measured(one.name, one.records) for one in cases}
    for number in range(runs):
        turn = number % len(cases)
        for one in (*cases[turn:], *cases[:turn]):
            say(f"{one.name}, run {number + 1} of {runs}")
            ran = _run(one, scratch, is_sampled=False)
            measured = found[one.name]
            measured.records = ran.records
            measured.seconds += ran.seconds
            for name, spent in ran.cpu.items():
                measured.cpu.setdefault(name, []).extend(spent)
    return found


def in_steps(module: str, arguments: Sequence[str | Path], runs: int, scratch: Path) -> dict[str, Measured]:
    """A module that prints the seconds of its steps as JSON, run so many times: the steps, longest first."""
    found: dict[str, Measured] = {}
    for _ in range(runs):
        with tempfile.TemporaryDirectory(prefix="out-", dir=scratch) as out:
            command = [sys.executable, "-m", module, *map(str, arguments), out]
            printed = subprocess.run(
                command, check=True, capture_output=True, text=True, env=_environment(Path(out))
            )
        steps: dict[str, float] = json.loads(printed.stdout)
        records = int(steps.pop("records"))
        for name, seconds in steps.items():
            found.setdefault(name, Measured(name, records)).seconds.append(seconds)
    return dict(sorted(found.items(), key=lambda step: -step[1].median))


def peak(one: Case, scratch: Path) -> Measured:
    """One run, with the most memory that its processes held together (PSS, ten samples per second)."""
    return _run(one, scratch, is_sampled=True)


def _run(one: Case, scratch: Path, *, is_sampled: bool) -> Measured:
    out = Path(tempfile.mkdtemp(prefix="out-", dir=scratch))
    command = [part.replace(OUT, str(out)) for part in one.command]
    try:
        with (out / "stdout").open("wb") as stdout, (out / "stderr").open("wb") as stderr:
            start = time.perf_counter()
            process = subprocess.Popen(command, stdout=stdout, stderr=stderr, env=_environment(out, one))
            most = _watched(process) if is_sampled else 0
            code = process.wait()
            seconds = time.perf_counter() - start
        if code != one.exit_code:
            raise SystemExit(f"{one.name} failed:\n{(out / 'stderr').read_text(errors='replace')}")
        if not one.is_timed:
            return Measured(one.name, one.records, [seconds], most)
        found: Mapping[str, Any] = json.loads((out / "stdout").read_text().splitlines()[-1])
        cpu = {name: [spent] for name, spent in found.get("cpu", {}).items()}
        return Measured(one.name, int(found["records"]), [found["seconds"]], most, cpu)
    finally:
        shutil.rmtree(out, ignore_errors=True)


def _watched(process: "subprocess.Popen[bytes]") -> int:
    most = 0
    root = psutil.Process(process.pid)
    while process.poll() is None:
        most = max(most, _held(root))
        time.sleep(_SAMPLED_EVERY)
    return most


def _held(root: psutil.Process) -> int:
    """Bytes of the process and all below it; what they share is counted once (proportional set size)."""
    total = 0
    try:
        for process in (root, *root.children(recursive=True)):
            total += process.memory_full_info().pss
    except (psutil.NoSuchProcess, psutil.AccessDenied):
        # It has ended meanwhile.
        pass
    return total


def _environment(out: Path, one: Case | None = None) -> dict[str, str]:
    """An environment in which nothing is left behind and no network is used."""
    offline = {"HF_HOME": str(out / "home"), "HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}
    modules = os.pathsep.join(path for path in sys.path if path)
    if one is not None and one.modules is not None:
        modules = one.modules
    return {**os.environ, **offline, "PYTHONPATH": modules}
