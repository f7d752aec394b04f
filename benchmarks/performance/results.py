"""Figures and targets: ratios, what they should be, and the file that the page is generated from.

It has the arithmetic and the layout of benchmarks/results/performance.json. Nothing is measured here.
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

from benchmarks.performance.sections import SECTIONS, Rows, Sizes

RESULT = Path(__file__).resolve().parents[1] / "results" / "performance.json"
_VERSIONS = (
    "check-jsonschema",
    "click",
    "datasets",
    "distributed",
    "duckdb",
    "fastjsonschema",
    "jsonschema",
    "jsonschema-rs",
    "loky",
    "msgspec",
    "numpy",
    "onrecord",
    "orjson",
    "polars",
    "pyarrow",
    "pysimdjson",
    "scipy",
)


@dataclass(frozen=True, slots=True)
class Target:
    """What the project wants of itself: a ratio or a size, and whether more or less is better."""

    name: str
    section: str
    wanted: float
    reached: Callable[[Rows], float | None]
    """The figure; None where the part was measured without what it is compared with."""
    is_at_most: bool = False
    unit: str = "×"

    def is_met(self, reached: float) -> bool:
        """Whether that is good enough."""
        return reached <= self.wanted if self.is_at_most else reached >= self.wanted


def _rates(one: str, other: str) -> Callable[[Rows], float | None]:
    return lambda rows: rows[one].rate / rows[other].rate


def _over_baseline(rows: Rows) -> float | None:
    """The seconds of the earlier version over those of this one."""
    this, *others = rows.values()
    return others[0].median / this.median if others else None


def _peaks(command: str, rows: Rows) -> list[int]:
    """The memory of a command, by number of claims."""
    found = {int(name.split()[1]): row.peak_bytes for name, row in rows.items() if name.startswith(command)}
    return [found[claims] for claims in sorted(found)]


def _megabytes(command: str) -> Callable[[Rows], float | None]:
    return lambda rows: _peaks(command, rows)[0] / 1e6


def _growth(command: str) -> Callable[[Rows], float | None]:
    def ratio(rows: Rows) -> float | None:
        small, *_, large = _peaks(command, rows)
        return large / small

    return ratio


TARGETS = (
    Target(
        "records folder, 1,000 documents, all levels but 4, over a loop of `jsonschema` on the same records",
        "records",
        40.0,
        _rates("onrecord", "jsonschema"),
    ),
    Target("corpus, 1 M claims, over the same loop", "validation", 45.0, _rates("onrecord", "jsonschema")),
    Target("1 % faulty over clean, findings written", "faults", 0.5, _rates("faulty", "clean")),
    Target(
        "one document with 200,000 claims over the same records in documents of 20",
        "large",
        0.5,
        _rates("one document", "documents of 20"),
    ),
    Target(
        "tables in differing document order over the same in order",
        "order",
        0.4,
        _rates("in differing order", "in order"),
    ),
    Target(
        "JSON Lines to validated Parquet over `datasets` unvalidated",
        "conversion",
        1.2,
        _rates("onrecord", "datasets"),
    ),
    Target(
        "two Dask workers over one, validation",
        "workers",
        1.6,
        _rates("validate, workers: 2", "validate, workers: 1"),
    ),
    Target(
        "two Dask workers over one, build", "workers", 1.6, _rates("build, workers: 2", "build, workers: 1")
    ),
    Target(
        "peak memory of all processes, validation of 1 M claims",
        "memory",
        300.0,
        _megabytes("validate"),
        is_at_most=True,
        unit="MB",
    ),
    Target(
        "peak memory of all processes, build of 1 M claims",
        "memory",
        450.0,
        _megabytes("build"),
        is_at_most=True,
        unit="MB",
    ),
    Target(
        "peak memory of 10 M claims over that of 1 M, validation",
        "memory",
        1.15,
        _growth("validate"),
        is_at_most=True,
    ),
    Target(
        "peak memory of 10 M claims over that of 1 M, build",
        "memory",
        1.15,
        _growth("build"),
        is_at_most=True,
    ),
    Target(
        "`onrecord validate records` (the shipped folder), whole process, over version 1.1.4",
        "shipped",
        1.0,
        _over_baseline,
    ),
)


def result(found: Mapping[str, Rows], sizes: Sizes, command: str) -> dict[str, Any]:
    """Everything as plain values: nothing in it says when or where it was measured."""
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
                "reached": _rounded(reached),
                "is_at_most": target.is_at_most,
                "is_met": target.is_met(reached),
                "unit": target.unit,
            }
            for target in TARGETS
            if target.section in found and (reached := target.reached(found[target.section])) is not None
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
    kept = [target for target in old["targets"] if target["section"] not in new["sections"]]
    return {
        **new,
        "sections": {**old["sections"], **new["sections"]},
        "targets": [*kept, *new["targets"]],
    }


def known(found: Mapping[str, Any]) -> dict[str, Any]:
    """The result without the parts and targets that the code no longer has, in the order of the code."""
    sections = found["sections"]
    targets = {(target["section"], target["name"]): target for target in found["targets"]}
    return {
        **found,
        "sections": {name: sections[name] for name in SECTIONS if name in sections},
        "targets": [targets[key] for target in TARGETS if (key := (target.section, target.name)) in targets],
    }


def saved() -> dict[str, Any] | None:
    """The result that is kept in the repository."""
    if not RESULT.exists():
        return None
    found: dict[str, Any] = json.loads(RESULT.read_text(encoding="utf-8"))
    return found


def save(new: Mapping[str, Any]) -> None:
    """Keep a result in the repository, without what the code no longer has."""
    RESULT.write_text(json.dumps(known(new), indent=2, ensure_ascii=False) + "\n", encoding="utf-8")


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
