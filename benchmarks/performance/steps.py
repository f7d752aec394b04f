"""Where the time of a build or a validation goes: the seconds of its steps, one after another on one core.

Owns which function is which step. `python -m benchmarks.performance.steps build CORPUS OUT` (or `validation`)
prints them as JSON, the number of records first; cProfile's own cost is in them, a few in a hundred.
"""

import cProfile
import json
import pstats
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from benchmarks.performance.own import WHOLE
from benchmarks.performance.registry import load
from onrecord.corpus.processes import one_by_one

RECORDS = "records"
REST = "all else"
_STEPS: Mapping[str, tuple[str, ...]] = {
    "lines from the disk": ("shards.py take",),
    "single lines, for their messages": ("exact.py look_at",),
    "documents record by record": ("doubtful.py findings_of_documents",),
    "JSON to Arrow columns (pyarrow)": ("columns.py _parse",),
    "proof that each line is one whole object": ("signs.py split_lines", "columns.py read_columns"),
    "the schema": ("accepting.py accepted",),
    "what records say of each other": (
        "summaries.py keys_of",
        "checking.py stretches_of",
        "stretch_files.py add",
        "run.py between",
    ),
    "derived fields": ("lookup.py look_up", "deriving.py built"),
    "canonical lines": ("canonical.py canonical_lines",),
    "SHA-256": ("~ <method 'update' of '_hashlib.HASH' objects>",),
    "Parquet, compressed": ("writing.py _flush",),
}
"""The functions of each step."""
_WITHIN = {
    "columns.py read_columns": "columns.py _parse",
    "run.py between": "doubtful.py findings_of_documents",
}
"""Functions that call one which is counted elsewhere."""


def seconds_of_steps(what: str, corpus: str, out: str) -> dict[str, float]:
    """Build or check a corpus on one core under the profiler: records, and the seconds of each step."""
    # What pyarrow and the first piece would load on the way is no step.
    load(*WHOLE)
    profile = cProfile.Profile()
    start = time.perf_counter()
    records = profile.runcall(_WORK[what], corpus, Path(out))
    seconds = time.perf_counter() - start
    # What it holds has no types.
    stats: dict[tuple[str, int, str], tuple[int, int, float, float, Any]] = vars(pstats.Stats(profile))[
        "stats"
    ]
    spent: dict[str, float] = {}
    for (file, _, name), (_, _, _, cumulative, _) in stats.items():
        function = f"{Path(file).name} {name}"
        spent[function] = spent.get(function, 0.0) + cumulative
    found = {
        step: sum(spent.get(name, 0.0) - spent.get(_WITHIN.get(name, ""), 0.0) for name in names)
        for step, names in _STEPS.items()
        if any(name in spent for name in names)
    }
    return {RECORDS: records, **found, REST: seconds - sum(found.values())}


def _build(corpus: str, out: Path) -> int:
    from onrecord.corpus import building, run
    from onrecord.corpus.shards import find_shards

    # Or the build would take it for a cluster, which goes by whole shards.
    vars(building)["on_threads"] = vars(run)["on_threads"] = one_by_one
    folder = out / "data"
    folder.mkdir()
    made = building.build_corpus(find_shards(corpus), folder, "", out, lambda _: None, one_by_one)
    return sum(made.rows.values())


def _validation(corpus: str, out: Path) -> int:  # noqa: ARG001 - as a build is called
    from onrecord import validate

    run = validate(corpus, mapper=one_by_one)
    for _ in run:
        pass
    return sum(run.summary.records.values())


_WORK: Mapping[str, Callable[[str, Path], int]] = {"build": _build, "validation": _validation}


if __name__ == "__main__":
    print(json.dumps(seconds_of_steps(*sys.argv[1:])))
