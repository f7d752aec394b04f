"""Contestants in turn, each run a process of its own: the seconds of every run, and the memory of its tree.

Owns fairness: round by round all of them run once, in an order that turns, so that whatever else the machine
does hits all alike. What is printed and saved is for `results`.
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
"""Seconds between two looks at the memory."""


@dataclass(frozen=True, slots=True)
class Contestant:
    """What is run: a name to print and a command; a timed one tells its seconds itself, but for its start."""

    name: str
    command: tuple[str, ...]
    is_timed: bool = True
    records: int = 1
    """For a command that does not tell: how many records, or processes, a run stands for."""


@dataclass(slots=True)
class Measured:
    """The runs of one contestant."""

    name: str
    records: int
    seconds: list[float] = field(default_factory=list)
    peak_bytes: int = 0
    cpu: dict[str, list[float]] = field(default_factory=dict)
    """Processor seconds of its processes, by what they do, where a contestant tells."""

    @property
    def median(self) -> float:
        """Seconds of the middle run."""
        return statistics.median(self.seconds)

    @property
    def rate(self) -> float:
        """Records a second in the middle run."""
        return self.records / self.median


def work(name: str, function: str, *arguments: str | Path) -> Contestant:
    """A contestant of `contestants`."""
    module = "benchmarks.performance.contestants"
    return Contestant(name, (sys.executable, "-m", module, function, *map(str, arguments)))


def in_turn(
    contestants: Sequence[Contestant], runs: int, scratch: Path, say: Callable[[str], object]
) -> dict[str, Measured]:
    """Run every contestant so many times, in turn."""
    found = {one.name: Measured(one.name, one.records) for one in contestants}
    for number in range(runs):
        turn = number % len(contestants)
        for one in (*contestants[turn:], *contestants[:turn]):
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
        told: dict[str, float] = json.loads(printed.stdout)
        records = int(told.pop("records"))
        for name, seconds in told.items():
            found.setdefault(name, Measured(name, records)).seconds.append(seconds)
    return dict(sorted(found.items(), key=lambda step: -step[1].median))


def peak(one: Contestant, scratch: Path) -> Measured:
    """One run, with the most memory that its processes held together (PSS, looked at ten times a second)."""
    return _run(one, scratch, is_sampled=True)


def _run(one: Contestant, scratch: Path, *, is_sampled: bool) -> Measured:
    out = Path(tempfile.mkdtemp(prefix="out-", dir=scratch))
    command = [part.replace(OUT, str(out)) for part in one.command]
    try:
        with (out / "stdout").open("wb") as stdout, (out / "stderr").open("wb") as stderr:
            start = time.perf_counter()
            process = subprocess.Popen(command, stdout=stdout, stderr=stderr, env=_environment(out))
            most = _watched(process) if is_sampled else 0
            code = process.wait()
            seconds = time.perf_counter() - start
        # A command that finds faults ends with 1, and that is no failure of it.
        if code not in ((0,) if one.is_timed else (0, 1)):
            raise SystemExit(f"{one.name} failed:\n{(out / 'stderr').read_text(errors='replace')}")
        if not one.is_timed:
            return Measured(one.name, one.records, [seconds], most)
        told: Mapping[str, Any] = json.loads((out / "stdout").read_text().splitlines()[-1])
        cpu = {name: [spent] for name, spent in told.get("cpu", {}).items()}
        return Measured(one.name, int(told["records"]), [told["seconds"]], most, cpu)
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


def _environment(out: Path) -> dict[str, str]:
    """Nothing is left behind, and nothing is asked of a network."""
    offline = {"HF_HOME": str(out / "home"), "HF_HUB_OFFLINE": "1", "HF_DATASETS_OFFLINE": "1"}
    return {**os.environ, **offline, "PYTHONPATH": os.pathsep.join(path for path in sys.path if path)}
