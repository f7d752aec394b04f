"""Kill builds at random moments, and list what each leaves behind.

`python -m scripts.kill_builds --kills 200` takes a records folder and a corpus in turn, without and with two
workers, and sends SIGTERM and SIGKILL in turn; `--signal` and `--workers` choose others. After each it looks
at the output (the old tables, the new, or neither), next to it, into the temporary folder, and for processes
that go on; then it builds again and looks once more. It exits with 1 where an output was neither, where
something was left after the next build, or where a signal other than SIGKILL left anything or caused a
traceback.
`--save FILE` keeps the counts for docs/robustness.md.
"""

import argparse
import hashlib
import json
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from itertools import product
from pathlib import Path

import psutil

import onrecord
from onrecord.rules.document import owner_of
from tests.helpers import corpora

DOCUMENTS = 300
"""Documents of the input: enough for a build to be caught at every step."""

_SIGNALS = ("SIGTERM", "SIGKILL")
_WORKERS = (0, 2)
_LONGER = 1.1
"""Moments are drawn up to this share of the time of a whole build, so that some come when it is over."""
_SECONDS_TO_END = 15
"""How long worker processes may take to notice that their parent is gone."""


@dataclass
class Case:
    """What the kills of one kind of build came to."""

    layout: str
    workers: int
    signal: str
    kills: int = 0
    finished: int = 0
    """Builds that had ended before the signal."""
    old: int = 0
    new: int = 0
    neither: int = 0
    """Outputs that are neither the old nor the new tables."""
    exit_codes: dict[str, int] = field(default_factory=dict)
    tracebacks: int = 0
    left_next_to_it: int = 0
    """Builds that left a file or folder next to the output."""
    left_in_temporary_folder: int = 0
    left_processes: int = 0
    """Builds of which a process went on."""
    left_after_next: int = 0
    """Builds of which something was left even after the next build."""

    @property
    def is_wrong(self) -> bool:
        """Whether a kill had an effect that it must not have; nobody can clean up after SIGKILL at once."""
        left = self.left_next_to_it + self.left_in_temporary_folder + self.left_processes + self.tracebacks
        return bool(self.neither or self.left_after_next or (left and self.signal != "SIGKILL"))


class Bench:
    """The input in both layouts, the old output, and the place where builds are killed."""

    def __init__(self, folder: Path) -> None:
        tables = corpora.tables(DOCUMENTS)
        self.sources = {
            "corpus": corpora.write(tables, folder / "corpus", shards=4),
            "records": _as_records(tables, folder / "records"),
        }
        self.place = folder / "place"
        self.out = self.place / "data"
        self.temporary = folder / "temporary"
        self._old = folder / "old"
        for document in tables["documents"]:
            document["title"] = "What was built before"
        onrecord.build(corpora.write(tables, folder / "before"), self._old)
        self.digests = {_digest(self._old): "old"}
        for layout in self.sources:
            self.reset()
            _, errors = (process := self._run(layout, 0)).communicate()
            if process.returncode:
                raise ValueError(f"the {layout} cannot be built: {errors.decode()}")
            self.digests[_digest(self.out)] = "new"

    def reset(self) -> None:
        """The old output alone, and an empty temporary folder."""
        for folder in (self.place, self.temporary):
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
        shutil.copytree(self._old, self.out)

    def seconds(self, layout: str, workers: int) -> float:
        """How long a build takes that nobody kills."""
        self.reset()
        start = time.monotonic()
        self._run(layout, workers).wait()
        return time.monotonic() - start

    def kill(self, case: Case, delay: float) -> None:
        """Start a build, kill it, look, build again, look."""
        self.reset()
        process = self._run(case.layout, case.workers)
        with suppress(subprocess.TimeoutExpired):
            process.wait(delay)
        case.kills += 1
        if process.poll() is None:
            process.send_signal(signal.Signals[case.signal])
        else:
            case.finished += 1
        _, errors = process.communicate()
        code = str(process.returncode)
        case.exit_codes[code] = case.exit_codes.get(code, 0) + 1
        case.tracebacks += b"Traceback" in errors
        case.left_processes += _end_session(process.pid)
        state = self.digests.get(_digest(self.out), "neither")
        setattr(case, state, getattr(case, state) + 1)
        case.left_next_to_it += bool(self._next_to_it())
        case.left_in_temporary_folder += bool(self._in_temporary_folder())
        self._run(case.layout, 0).communicate()
        left = [*self._next_to_it(), *self._in_temporary_folder()]
        case.left_after_next += bool(left)
        if left:
            print(f"{case.layout}, workers {case.workers}, {case.signal} after {delay:.2f} s: {_kinds(left)}")

    def _run(self, layout: str, workers: int) -> "subprocess.Popen[bytes]":
        command = [sys.executable, "-m", "onrecord", "build", str(self.sources[layout]), str(self.out)]
        if workers:
            command += ["--workers", str(workers)]
        # A session of its own, by which its processes are known afterwards.
        return subprocess.Popen(
            command,
            env={**os.environ, "TMPDIR": str(self.temporary)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )

    def _next_to_it(self) -> list[Path]:
        return [path for path in self.place.iterdir() if path != self.out]

    def _in_temporary_folder(self) -> list[Path]:
        return list(self.temporary.iterdir())


def _as_records(tables: corpora.Tables, folder: Path) -> Path:
    """The records of a corpus as a folder per document."""
    names = {"documents": "document.json", "annotations": ""}
    kinds = {claim["claim_id"]: claim["kind"] for claim in tables["claims"]}
    for table, rows in tables.items():
        for row in rows:
            owner = row.get("document_id") or owner_of(row.get("claim_id") or row.get("source_id", ""))
            name = names.get(table, f"{table}.jsonl") or f"annotations/{row['annotator_id']}.jsonl"
            path = folder / owner / name
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("a", encoding="utf-8") as file:
                # Of one mind with the claim: a folder would have to decide.
                own = {**row, "kind": kinds[row["claim_id"]]} if table == "annotations" else row
                file.write(json.dumps(own) + "\n")
    return folder


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*.parquet")):
        digest.update(path.relative_to(folder).as_posix().encode() + b"\0" + path.read_bytes())
    return digest.hexdigest()


def _end_session(session: int) -> bool:
    """Whether processes of a session go on; they are ended."""
    deadline = time.monotonic() + _SECONDS_TO_END
    while (found := _processes_of(session)) and time.monotonic() < deadline:
        time.sleep(0.2)
    for process in found:
        with suppress(psutil.Error):
            process.kill()
    return bool(found)


def _processes_of(session: int) -> list[psutil.Process]:
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.Error, ProcessLookupError):
            if os.getsid(process.pid) == session and process.status() != psutil.STATUS_ZOMBIE:
                found.append(process)
    return found


def _kinds(paths: Sequence[Path]) -> str:
    """How many of what, without the random parts of their names."""
    kinds = Counter(path.name.lstrip(".").partition("-")[0].partition(".")[0] for path in paths)
    return ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items()))


def main(arguments: Sequence[str] | None = None) -> int:
    """Kill builds; 1 where an output was damaged or something was left for good."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=40, help="number of builds (default: 40)")
    parser.add_argument("--seed", type=int, default=18, help="what the moments follow from (default: 18)")
    parser.add_argument(
        "--signal",
        action="append",
        choices=("SIGINT", "SIGTERM", "SIGKILL"),
        help=f"a signal to send, may be repeated (default: {' and '.join(_SIGNALS)})",
    )
    parser.add_argument(
        "--workers",
        action="append",
        type=int,
        help="a number of workers, 0 for none, may be repeated (default: 0 and 2)",
    )
    parser.add_argument("--save", type=Path, metavar="FILE", help="save the counts as JSON")
    given = parser.parse_args(arguments)
    cases = run(given.kills, given.seed, given.signal or _SIGNALS, given.workers or _WORKERS)
    for case in cases:
        print(asdict(case))
    if given.save:
        saved = {
            "command": f"python -m scripts.kill_builds --kills {given.kills} --seed {given.seed}",
            "onrecord": onrecord.__version__,
            "documents": DOCUMENTS,
            "kills": sum(case.kills for case in cases),
            "cases": [asdict(case) for case in cases],
        }
        given.save.write_text(json.dumps(saved, indent=1) + "\n", encoding="utf-8")
    return 1 if any(case.is_wrong for case in cases) else 0


def run(
    kills: int, seed: int, signals: Sequence[str] = _SIGNALS, workers: Sequence[int] = _WORKERS
) -> list[Case]:
    """So many kills, spread over all kinds of builds and all signals."""
    dice = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="onrecord-kills-") as folder:
        bench = Bench(Path(folder))
        kinds = list(product(bench.sources, workers))
        seconds = {kind: bench.seconds(*kind) for kind in kinds}
        cases = [Case(*kind, name) for kind, name in product(kinds, signals)]
        for one in range(kills):
            case = cases[one % len(cases)]
            bench.kill(case, dice.uniform(0, _LONGER * seconds[case.layout, case.workers]))
    return cases


if __name__ == "__main__":
    sys.exit(main())
