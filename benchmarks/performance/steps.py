"""Where the time of a build goes: the seconds of its steps, one after another on one core.

Owns which function is which step. `python -m benchmarks.performance.steps CORPUS OUT` prints them as JSON,
the number of records first; cProfile's own cost is in them, a few in a hundred.
"""

import cProfile
import json
import pstats
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

RECORDS = "records"
REST = "all else"
_STEPS: Mapping[str, tuple[str, ...]] = {
    "lines from the disk": ("shards.py take",),
    "JSON to Arrow columns (pyarrow)": ("columns.py _parse",),
    "proof that each line is one whole object": ("columns.py split_lines", "columns.py read_columns"),
    "the schema": ("accepting.py accepted",),
    "what records say of each other": (
        "summaries.py keys_of",
        "checking.py stretches_of",
        "crossing.py add",
        "run.py between",
    ),
    "derived fields": ("lookup.py look_up", "deriving.py built"),
    "canonical lines": ("canonical.py canonical_lines",),
    "SHA-256": ("~ <method 'update' of '_hashlib.HASH' objects>",),
    "Parquet, compressed": ("writing.py _flush",),
}
"""The functions of each step."""
_WITHIN = {"columns.py read_columns": "columns.py _parse"}
"""Functions that call one which is counted elsewhere."""


def seconds_of_steps(corpus: str, out: str) -> dict[str, float]:
    """Build a corpus on one core under the profiler: the number of records, and the seconds of each step."""
    # What pyarrow and the first piece would load on the way is no step.
    import_module("pandas")
    from onrecord.corpus import building, run
    from onrecord.corpus.shards import find_shards

    def one_by_one(function: Callable[[Any], Any], tasks: Iterable[Any]) -> Iterator[Any]:
        return map(function, tasks)

    # Or the build would take it for a cluster, which goes by whole shards.
    vars(building)["on_threads"] = vars(run)["on_threads"] = one_by_one
    folder = Path(out) / "data"
    folder.mkdir()
    profile = cProfile.Profile()
    made = profile.runcall(
        building.build_corpus, find_shards(corpus), folder, "", Path(out), lambda _: None, one_by_one
    )
    # What it holds has no types.
    stats: dict[tuple[str, int, str], tuple[int, int, float, float, Any]] = vars(pstats.Stats(profile))[
        "stats"
    ]
    spent: dict[str, float] = {}
    for (file, _, name), (_, _, _, seconds, _) in stats.items():
        function = f"{Path(file).name} {name}"
        spent[function] = spent.get(function, 0.0) + seconds
    found = {
        step: sum(spent.get(name, 0.0) - spent.get(_WITHIN.get(name, ""), 0.0) for name in names)
        for step, names in _STEPS.items()
    }
    found[REST] = spent["building.py build_corpus"] - sum(found.values())
    return {RECORDS: sum(made.rows.values()), **found}


if __name__ == "__main__":
    print(json.dumps(seconds_of_steps(*sys.argv[1:])))
