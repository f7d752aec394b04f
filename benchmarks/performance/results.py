"""What the figures come to: ratios, the targets they are held to, and the file that the page is made from.

Owns the arithmetic and the layout of benchmarks/results/performance.json; nothing is measured here.
"""

import json
import os
import platform
import statistics
from collections.abc import Callable, Iterator, Mapping
from dataclasses import asdict, dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.performance.sections import Rows, Sizes

RESULT = Path(__file__).resolve().parents[1] / "results" / "performance.json"
_VERSIONS = (
    "check-jsonschema",
    "click",
    "datasets",
    "distributed",
    "duckdb",
    "fastjsonschema",
    "jsonschema",
    "numpy",
    "onrecord",
    "orjson",
    "polars",
    "pyarrow",
    "pysimdjson",
    "scipy",
)
_MOST_BYTES = 600_000_000


@dataclass(frozen=True, slots=True)
class Target:
    """What the project wants of itself: a ratio, and which way is good."""

    name: str
    section: str
    wanted: float
    ratio: Callable[[Rows], float]
    is_at_most: bool = False
    unit: str = "×"

    def is_met(self, reached: float) -> bool:
        """Whether that is good enough."""
        return reached <= self.wanted if self.is_at_most else reached >= self.wanted


def _rates(one: str, other: str) -> Callable[[Rows], float]:
    return lambda rows: rows[one].rate / rows[other].rate


def _seconds(one: str, other: str) -> Callable[[Rows], float]:
    return lambda rows: rows[one].median / rows[other].median


def _largest(rows: Rows, place: int) -> float:
    """The memory of the hungrier command at the largest corpus but `place`."""
    sizes = sorted({int(name.split()[1]) for name in rows}, reverse=True)
    return max(found.peak_bytes for name, found in rows.items() if name.endswith(f" {sizes[place]}"))


TARGETS = (
    Target(
        "validation, all levels, over a loop of `jsonschema` on the same records",
        "validation",
        40.0,
        _rates("onrecord", "jsonschema"),
    ),
    Target(
        "JSON Lines to validated Parquet, over `datasets` without validating",
        "conversion",
        1.5,
        _rates("onrecord", "datasets"),
    ),
    Target("the same, over DuckDB without validating", "conversion", 1.0, _rates("onrecord", "duckdb")),
    Target(
        "a corpus with 1 % faulty records, all findings written out, over the clean one",
        "faults",
        0.5,
        _rates("faulty", "clean"),
    ),
    Target(
        "peak memory at the largest corpus over that at a tenth of it",
        "memory",
        1.1,
        lambda rows: _largest(rows, 0) / _largest(rows, 1),
        is_at_most=True,
    ),
    Target(
        "peak memory at the largest corpus",
        "memory",
        _MOST_BYTES / 1e6,
        lambda rows: _largest(rows, 0) / 1e6,
        is_at_most=True,
        unit="MB",
    ),
    Target(
        "two Dask workers over one, validation",
        "cluster",
        1.7,
        _rates("validate, 2 workers", "validate, 1 workers"),
    ),
    Target(
        "two Dask workers over one, build", "cluster", 1.7, _rates("build, 2 workers", "build, 1 workers")
    ),
    Target(
        "`onrecord --help`, whole process, over `python -c pass`",
        "startup",
        5.0,
        _seconds("onrecord --help", "python -c pass"),
        is_at_most=True,
    ),
)


def result(found: Mapping[str, Rows], sizes: Sizes, command: str) -> dict[str, Any]:
    """Everything as plain values: nothing in it tells when or where it was measured."""
    return {
        "command": command,
        "machine": _machine(),
        "versions": {name: version(name) for name in _VERSIONS},
        # As it comes back from the file: what is a tuple here is a list there.
        "sizes": json.loads(json.dumps(asdict(sizes))),
        "targets": [
            {
                "name": target.name,
                "section": target.section,
                "wanted": target.wanted,
                "reached": _rounded(reached := target.ratio(found[target.section])),
                "is_at_most": target.is_at_most,
                "is_met": target.is_met(reached),
                "unit": target.unit,
            }
            for target in TARGETS
            if target.section in found
        ],
        "sections": {
            name: {
                row: {
                    "records": measured.records,
                    "seconds": [_rounded(second) for second in measured.seconds],
                    "median": _rounded(measured.median),
                    "records_per_second": round(measured.rate),
                    "peak_bytes": measured.peak_bytes,
                    "cpu_seconds": {
                        part: _rounded(statistics.median(spent)) for part, spent in measured.cpu.items()
                    },
                }
                for row, measured in rows.items()
            }
            for name, rows in found.items()
        },
    }


def merged(old: Mapping[str, Any] | None, new: dict[str, Any]) -> dict[str, Any]:
    """The new figures with those of sections not measured this time, if machine and versions agree."""
    if old is None or any(old[name] != new[name] for name in ("machine", "versions", "sizes")):
        return new
    sections = {**old["sections"], **new["sections"]}
    targets = {target["name"]: target for target in (*old["targets"], *new["targets"])}
    ordered = [targets[target.name] for target in TARGETS if target.name in targets]
    return {**new, "sections": sections, "targets": ordered}


def saved() -> dict[str, Any] | None:
    """The result that is kept in the repository."""
    if not RESULT.exists():
        return None
    found: dict[str, Any] = json.loads(RESULT.read_text(encoding="utf-8"))
    return found


def save(new: Mapping[str, Any]) -> None:
    """Keep a result in the repository."""
    RESULT.write_text(json.dumps(new, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


def lines(found: Mapping[str, Any]) -> Iterator[str]:
    """The result for a terminal, ratios first."""
    for target in found["targets"]:
        bound = "at most" if target["is_at_most"] else "at least"
        verdict = "met" if target["is_met"] else "NOT MET"
        figure = f"{target['reached']:8.2f} {target['unit']}"
        yield f"{figure:<12} ({bound} {target['wanted']:g}: {verdict})  {target['name']}"
    for name, rows in found["sections"].items():
        yield ""
        yield f"{name}: median of {max(len(row['seconds']) for row in rows.values())}"
        first = next(iter(rows.values()))
        for row, measured in rows.items():
            ratio = first["records_per_second"] / max(measured["records_per_second"], 1e-9)
            ratio = ratio if measured["records"] > 1 else measured["median"] / first["median"]
            memory = f"{measured['peak_bytes'] / 1e6:8,.0f} MB" if measured["peak_bytes"] else ""
            rate = f"{measured['records_per_second']:>12,}/s" if measured["records"] > 1 else " " * 14
            yield f"{ratio:8.2f} ×  {row:<24} {measured['median']:9.3f} s {rate} {memory}".rstrip()


def _rounded(number: float) -> float:
    return float(f"{number:.4g}")


def _machine() -> dict[str, Any]:
    model = platform.processor() or platform.machine()
    described = Path("/proc/cpuinfo")
    if described.exists():
        named = [line for line in described.read_text().splitlines() if line.startswith("model name")]
        model = named[0].partition(":")[2].strip() if named else model
    pages = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return {
        "processor": model,
        "cores": os.cpu_count(),
        "memory_gb": round(pages / 2**30),
        "system": platform.system(),
        "python": platform.python_version(),
    }
