"""Where the time of a validation and of a build goes: the seconds of each step, in turn on one core.

`python -m benchmarks.performance.steps CORPUS OUT` prints them as JSON, with the number of records. The cost
of cProfile itself is in them: it adds most to steps of many small functions, such as the rules.
"""

import cProfile
import json
import pstats
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.performance.ours import BUILD
from benchmarks.performance.registry import load
from onrecord.execution.executor import Serial

RECORDS = "records"
REST = "other"
STEPS: Mapping[str, tuple[str, ...]] = {
    "finding the lines of each document": ("line_runs.py find_runs",),
    "sorting them (SQLite)": ("index.py fill", "index.py documents"),
    "reading, and levels 1 and 2": ("scan_json.py accept", "scan_json.py decode_valid"),
    "rules (level 3)": ("levels.py document_findings",),
    "derived fields": ("derive.py add_derived",),
    "canonical lines": ("digest.py canonical_lines",),
    "SHA-256": ("~ <method 'update' of '_hashlib.HASH' objects>",),
    "rows to Arrow (pyarrow.json)": ("writer.py rows_of",),
    "Parquet, compressed": ("writer.py add", "writer.py close", "writer.py stamp"),
}
"""The functions of each step."""
_WITHIN = {
    "index.py fill": "line_runs.py find_runs",
    "line_runs.py find_runs": "scan_json.py accept",
    "writer.py add": "writer.py rows_of",
}
"""Functions that call one which is counted in another step."""


def seconds_of_steps(corpus: str, out: str) -> dict[str, float]:
    """Check and build a corpus on one core under the profiler: records, and the seconds of each step."""
    # What is loaded on the way, and what is compiled from the schemas with the first records, is no step.
    load(*BUILD)
    _build(corpus, Path(out) / "first")
    found: dict[str, float] = {}
    for name, work in _WORK.items():
        profile = cProfile.Profile()
        start = time.perf_counter()
        found[RECORDS] = profile.runcall(work, corpus, Path(out) / name)
        seconds = time.perf_counter() - start
        steps = _seconds_by_step(profile)
        found |= {f"{step}: {name}": spent for step, spent in steps.items()}
        found[f"{REST}: {name}"] = seconds - sum(steps.values())
    return found


def _seconds_by_step(profile: cProfile.Profile) -> dict[str, float]:
    # What it holds has no types.
    stats: dict[tuple[str, int, str], tuple[int, int, float, float, Any]] = vars(pstats.Stats(profile))[
        "stats"
    ]
    spent: dict[str, float] = {}
    for (file, _, name), (_, _, _, cumulative, _) in stats.items():
        function = f"{Path(file).name} {name}"
        spent[function] = spent.get(function, 0.0) + cumulative
    return {
        step: sum(spent.get(name, 0.0) - spent.get(_WITHIN.get(name, ""), 0.0) for name in names)
        for step, names in STEPS.items()
        if any(name in spent for name in names)
    }


def _build(corpus: str, out: Path) -> int:
    from onrecord import build

    return sum(build(corpus, out, executor=Serial()).rows.values())


def _validation(corpus: str, _: Path) -> int:
    from onrecord import validate

    run = validate(corpus, level=3, executor=Serial())
    for finding in run:
        raise SystemExit(str(finding))
    return sum(run.summary.records.values())


_WORK: Mapping[str, Callable[[str, Path], int]] = {"validation": _validation, "build": _build}


if __name__ == "__main__":
    print(json.dumps(seconds_of_steps(*sys.argv[1:])))
