"""The figures of docs/performance.md and benchmarks/results/README.md, from the saved measurement.

It makes the tables and the sentences with numbers in them. `python -m benchmarks.performance` measures.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.corpus.documents import ANNOTATED, Contents
from benchmarks.corpus.faults import KINDS
from benchmarks.performance.results import TARGETS, Target
from benchmarks.performance.sections import FAULTS, SECTIONS
from benchmarks.performance.steps import REST, STEPS
from onrecord.dataset.load import path
from scripts.markdown import pipe_table

Row = Mapping[str, Any]
Rows = Mapping[str, Row]
Result = Mapping[str, Any]
"""A measurement as `benchmarks.performance.results` makes it; a function without one reads the saved one."""

NOT_MEASURED = "not measured"
_COMMANDS = ("validate", "build")

_WHAT = {
    "startup": "Whole processes. `rows` and `load` read the shipped claims, as `load_dataset` does.",
    "shipped": "`onrecord validate records` on the shipped folder, whole processes.",
    "records": "A folder per document. All levels but 4; `jsonschema` knows the schema only.",
    "validation": "A corpus of shards. All levels but 4 unless stated; the others know the schema only.",
    "faults": "`onrecord validate CORPUS --level 3 --format json`, whole processes, findings written to a "
    "file; the records are claims.",
    "large": "One document next to as many claims in documents of 20. Neither has annotations.",
    "order": "The documents of each table in another order, next to the same corpus in order.",
    "conversion": "Six tables. Only OnRecord validates, derives fields and computes digests.",
    "limits": "The same bytes with nothing checked, next to OnRecord. `orjson` and `simdjson` run on one "
    "core, the others on all.",
    "steps": "In turn on one core, by cProfile, whose own cost is in the figures.",
    "workers": "Dask workers with one thread each, started before the clock.",
    "scoring": "`verifiability`, predictions that are right four times in five.",
    "memory": "Proportional set size of all processes together, ten samples per second.",
}
"""What each part measures."""


def target_table(result: Result | None = None) -> str:
    """Each target with what was reached."""
    reached = {(target["section"], target["name"]): target for target in (result or _saved())["targets"]}
    return pipe_table(
        ("what", "target", "reached", ""),
        (
            (target.name, _bound(target), *_verdict(target, reached.get((target.section, target.name))))
            for target in TARGETS
        ),
    )


def section_table(name: str, result: Result | None = None) -> str:
    """The cases of a part, with the speed of the first over each; or that it was not measured."""
    rows = _rows(name, result)
    table = _SHAPES.get(name, _rates)(rows) if rows else ""
    return f"{table}\n\n{_about(name, rows)}" if table else f"`{name}`: {NOT_MEASURED}."


def section_tables(result: Result | None = None) -> str:
    """The tables of all parts, each under its name."""
    return "\n\n".join(f"## {name}\n\n{section_table(name, result)}" for name in SECTIONS)


def validation_table(result: Result | None = None) -> str:
    """The speed of validation by layout, next to others; parts that were not measured say so."""
    layouts = {"records": "records folder", "validation": "corpus"}
    body = []
    for section, layout in layouts.items():
        rows = _rows(section, result)
        first = next(iter(rows.values()), {})
        body += [(layout, name, *_rate(first, row)) for name, row in rows.items()]
        if not rows:
            body.append((layout, NOT_MEASURED, "", "", ""))
    return pipe_table(("layout", "", "speed of OnRecord over this", "records", "records per second"), body)


def source() -> str:
    """Where the figures come from, in a sentence."""
    saved = _saved()
    machine = saved["machine"]
    return (
        f"`{saved['command']}` on {machine['cores']} cores ({machine['processor']}), "
        f"{machine['memory_gb']} GB, {machine['system']}, Python {machine['python']}; "
        + ", ".join(f"{name} {found}" for name, found in saved["versions"].items())
        + "."
    )


def corpus() -> str:
    """What a corpus is made of, in a few sentences."""
    sizes = [Contents(10_000, 0).size(number) for number in range(100)]
    return (
        f"The records are synthetic (`python -m benchmarks.corpus`): documents of {min(sizes)} to "
        f"{max(sizes)} claims with segments, relations and speakers, and two annotators for one document in "
        f"{ANNOTATED}, so that every rule has the tables that it needs. All of them follow from a seed. "
        f"Errors are of {len(KINDS)} kinds at three levels, and a test compares the findings with them."
    )


def shares() -> str:
    """How many errors a faulty corpus has, in a sentence."""
    contents = Contents(1_000_000, 0)
    documents = FAULTS.share * contents.claims / contents.documents
    return (
        f"A faulty corpus has one faulty record per {1 / FAULTS.share:.0f} claims, each in a document of its "
        f"own: {documents:.0%} of the documents."
    )


def steps(result: Result | None = None) -> str:
    """Which steps take most of a validation and of a build, in a sentence."""
    rows = _rows("steps", result)
    sentences = []
    for name in ("validation", "build"):
        spent = _seconds_of_steps(rows, name)
        if not spent:
            return f"The steps of a validation and of a build: {NOT_MEASURED}."
        whole = sum(spent.values())
        largest = sorted(spent, key=lambda step: -spent[step])[:3]
        shares = ", ".join(f"{step} ({spent[step] / whole:.0%})" for step in largest)
        sentences.append(f"On one core, a {name} spends most of its time in: {shares}.")
    return " ".join(sentences)


def rules_cost(result: Result | None = None) -> str:
    """What the rules cost, and why there is no second wording of them, as an entry of a list."""
    row = _rows("steps", result).get("rules (level 3): validation")
    cost = f"{1e6 * row['median'] / row['records']:.1f} µs per record" if row else NOT_MEASURED
    return (
        f"- The rules run in Python, {cost}. There is no second, faster wording of them, because each rule "
        "would have to be kept equal to its copy."
    )


def bound(result: Result | None = None) -> str:
    """How fast a build could be at best, in a sentence."""
    rows = _rows("limits", result)
    names = ("onrecord build", "pyarrow.json, SHA-256 and Parquet", "DuckDB")
    if not set(names) <= set(rows):
        return f"What parsing and writing cost with nothing checked: {NOT_MEASURED}."
    build, floor, duckdb = (rows[name]["records_per_second"] for name in names)
    return (
        f"Parsing with `pyarrow.json`, SHA-256 and Parquet, with nothing checked, is {floor / build:.1f} × "
        f"as fast as a build, and DuckDB's conversion {duckdb / build:.1f} ×."
    )


def processors(result: Result | None = None) -> str:
    """The CPU seconds of workers and driver, and the most that two workers could reach with them."""
    rows = {name: row for name, row in _rows("workers", result).items() if row.get("cpu_seconds")}
    if len(rows) < 4:
        return f"The CPU seconds of driver and workers: {NOT_MEASURED}."
    cores = (result or _saved())["machine"]["cores"]
    table = pipe_table(
        ("", "seconds", "CPU seconds of the workers", "of driver and scheduler", "cores busy"),
        (
            (
                name,
                f"{row['median']:.4g}",
                f"{row['cpu_seconds']['workers']:.4g}",
                f"{row['cpu_seconds']['driver and scheduler']:.4g}",
                f"{sum(row['cpu_seconds'].values()) / row['median']:.2f}",
            )
            for name, row in rows.items()
        ),
    )
    bounds = []
    for what in _COMMANDS:
        spent = sum(rows[f"{what}, workers: 2"]["cpu_seconds"].values())
        bounds.append(rows[f"{what}, workers: 1"]["median"] * cores / spent)
    return (
        f"{table}\n\nWith two workers three processes share {cores} cores. If no core were ever idle, two "
        f"workers would reach {bounds[0]:.2f} × the speed of one in validation and {bounds[1]:.2f} × in a "
        "build."
    )


def _rates(rows: Rows) -> str:
    first = next(iter(rows.values()))
    return pipe_table(
        ("", "speed of the first over this", "records", "records per second"),
        ((name, *_rate(first, row)) for name, row in rows.items()),
    )


def _rate(first: Row, row: Row) -> tuple[str, str, str]:
    ratio = first["records_per_second"] / row["records_per_second"]
    return f"{ratio:.2f} ×", f"{row['records']:,}", f"{row['records_per_second']:,}"


def _starts(rows: Rows) -> str:
    first = next(iter(rows.values()))
    return pipe_table(
        ("", "time over that of the first", "seconds"),
        (
            (f"`{name}`", f"{row['median'] / first['median']:.2f} ×", f"{row['median']:.3f}")
            for name, row in rows.items()
        ),
    )


def _versions(rows: Rows) -> str:
    table = _starts(rows).replace("`", "")
    return table if len(rows) > 1 else f"{table}\n\nNo earlier version was given to compare with."


def _peaks(rows: Rows) -> str:
    return pipe_table(
        ("claims", "validation", "build"),
        (
            (f"{claims:,}", *(f"{rows[f'{what} {claims}']['peak_bytes'] / 1e6:.0f} MB" for what in _COMMANDS))
            for claims in sorted({int(name.partition(" ")[2]) for name in rows})
        ),
    )


def _steps(rows: Rows) -> str:
    validation, build = _seconds_of_steps(rows, "validation"), _seconds_of_steps(rows, "build")
    if not validation:
        return ""
    return pipe_table(
        ("step", "seconds of a validation", "of a build"),
        (
            (step, *(f"{spent[step]:.3g}" if step in spent else "" for spent in (validation, build)))
            for step in (*STEPS, REST)
        ),
    )


def _seconds_of_steps(rows: Rows, name: str) -> dict[str, float]:
    """The seconds of each step of a validation or a build; nothing where they were not measured."""
    found = {tuple(row.rpartition(": ")[::2]): measured["median"] for row, measured in rows.items()}
    return {step: found[step, name] for step in (*STEPS, REST) if (step, name) in found}


_SHAPES: Mapping[str, Callable[[Rows], str]] = {
    "startup": _starts,
    "shipped": _versions,
    "memory": _peaks,
    "steps": _steps,
}


def _about(name: str, rows: Rows) -> str:
    runs = max(len(row["seconds"]) for row in rows.values())
    spread = max(max(row["seconds"]) / min(row["seconds"]) for row in rows.values())
    how = f"Median of {runs} runs; the slowest took at most {spread:.2f} × the fastest."
    return f"{_WHAT[name]} {how if runs > 1 else 'One run.'}"


def _bound(target: Target) -> str:
    return f"{'at most' if target.is_at_most else 'at least'} {_figure(target.wanted, target)}"


def _verdict(target: Target, saved: Row | None) -> tuple[str, str]:
    if saved is None:
        return NOT_MEASURED, ""
    is_met = target.is_met(saved["reached"])
    return _figure(saved["reached"], target), "met" if is_met else "**not met**"


def _figure(number: float, target: Target) -> str:
    return f"{number:,.0f} MB" if target.unit == "MB" else f"{number:.3g} ×"


def _rows(section: str, result: Result | None) -> Rows:
    found: Rows = (result or _saved())["sections"].get(section, {})
    return found


@cache
def _saved() -> dict[str, Any]:
    file = Path(path()) / "benchmarks" / "results" / "performance.json"
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found
