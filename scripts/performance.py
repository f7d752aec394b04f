"""The figures of docs/performance.md, from the saved run of `python -m benchmarks.performance`.

Owns the tables and the sentences with numbers in them; what limits a figure is written here, beside its
target.
"""

import json
from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from onrecord.corpus.shards import PIECE_BYTES, SENT_AT_ONCE

from benchmarks.corpus.documents import ANNOTATED, Contents
from benchmarks.corpus.faults import KINDS
from benchmarks.performance.sections import FAULTS
from onrecord.dataset.load import path
from scripts.markdown import pipe_table

_LIMITS = {
    "validation": "making Arrow columns of the text is the larger half; then patterns, which are looked at "
    "once for each distinct string",
    "conversion": "parsing as above, compressing (zstd), then what the others do not do: checks, derived "
    "fields, canonical lines and their SHA-256; step by step under [Limits](#limits)",
    "faults": "a batch with a rejected line is parsed again for the others, the line once more in Python, "
    "and a document that a rule objects to is judged record by record; step by step under "
    "[Validation](#validation)",
    "memory": "Arrow's and DuckDB's own code and pools; the records in flight are a fixed number of pieces",
    "cluster": "driver and scheduler share the two cores with the two workers; what stays with them is to "
    "write the stretches down, to compare them in DuckDB, and to hash; in figures under [Workers](#workers)",
    "startup": "importing click, which is most of it",
}
"""What a figure cannot get past, by section."""

_BY_PROFILE = "one after another on one core, by cProfile"

_ALONE = {
    "validation": "records of all tables at all levels; the others know the schema and no other record",
    "faults": "`onrecord validate CORPUS --format json`, whole process, the findings written to a file",
    "conversion": "six tables; only OnRecord validates, derives fields and hashes",
    "limits": "the same bytes with nothing checked",
    "steps": _BY_PROFILE,
    "faults_in_steps": _BY_PROFILE,
    "cluster": "worker processes with one thread each, started, with all that they load, before the clock",
    "startup": "whole processes",
    "scoring": "`verifiability`, predictions that are right four times in five",
    "memory": "proportional set size of all processes together, looked at ten times a second",
}
"""What is measured, by section."""


def target_table() -> str:
    """What is to be reached, what is, and what limits it."""
    return pipe_table(
        ("what", "to reach", "reached", "", "what limits it"),
        (
            (
                target["name"],
                f"{'at most' if target['is_at_most'] else 'at least'} {_figure(target['wanted'], target)}",
                _figure(target["reached"], target),
                "met" if target["is_met"] else "**not met**",
                _LIMITS[target["section"]],
            )
            for target in _saved()["targets"]
        ),
    )


def section_table(name: str) -> str:
    """The contestants of a part, the first one's speed over theirs first; or that it was not measured."""
    rows: Mapping[str, Any] = _saved()["sections"].get(name, {})
    if not rows:
        return f"The saved run has no part `{name}`: this was not measured."
    shape: Callable[[Mapping[str, Mapping[str, Any]]], str] = _SHAPES.get(name, _rates)
    return f"{shape(rows)}\n\n{_about(name, rows)}"


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


def sizes() -> str:
    """How large the corpora are, in a sentence."""
    found = _saved()["sizes"]
    memory = ", ".join(f"{claims:,}" for claims in found["memory"])
    return (
        f"Validation runs on {found['validation']:,} claims and what belongs to them, its slow rivals on the "
        f"first {found['sample']:,} of them (`check-jsonschema` on {found['slowest']:,}); faults and the "
        f"cluster on as many as validation, conversion on {found['conversion']:,}, scoring on "
        f"{found['scoring']:,}, memory on {memory}. Figures are medians of {found['runs']} runs, of "
        f"{found['starts']} for start-up."
    )


def corpus() -> str:
    """What a corpus is made of, in a few sentences."""
    sizes = [Contents(10_000, 0).size(number) for number in range(100)]
    return (
        f"Corpora are made for it (`python -m benchmarks.corpus`): documents of {min(sizes)} to {max(sizes)} "
        "claims with their segments, relations and speakers, and two annotators for one document in "
        f"{ANNOTATED}, so that every rule has the tables that it needs. All of it follows from a seed. "
        f"Faults are of {len(KINDS)} kinds at three levels; file, line and rule of each are written beside "
        "the corpus, and a test holds validation to these findings."
    )


def shares() -> str:
    """How many faults there are in a faulty corpus, in a few sentences."""
    claims = _saved()["sizes"]["validation"]
    records = _saved()["sections"].get("validation", {}).get("onrecord", {}).get("records", claims)
    documents = Contents(claims, 0).documents
    share = FAULTS.share
    return (
        f"Sizes are counted in claims, and so is the share of faults: {share:.0%} is one faulty record to "
        f"{1 / share:.0f} claims, {share * claims / records:.2%} of the records of all tables. Each is in a "
        f"document of its own: {share * claims / documents:.0%} of the documents, or "
        f"{share * records / documents:.0%} of them where {share:.0%} of all records are faulty."
    )


def bound() -> str:
    """How fast a build could be at best, in a few sentences; nothing where that was not measured."""
    rows = _saved()["sections"].get("limits", {})
    names = ("onrecord build", "pyarrow.json, Parquet and SHA-256 alone", "DuckDB alone")
    if not set(names) <= set(rows):
        return "How fast a build could be at best was not measured in the saved run."
    build, least, rival = (rows[name]["records_per_second"] for name in names)
    return (
        "Parsing with `pyarrow.json`, writing Parquet and hashing, with nothing checked and nothing derived, "
        f"is {least / rival:.2f} × as fast as DuckDB's conversion: that is the most that a build on these "
        f"libraries could reach. OnRecord's build comes to {build / least:.0%} of that speed, and to "
        f"{build / rival:.0%} of DuckDB's."
    )


def tasks() -> str:
    """What a task of a cluster is, in a sentence."""
    return (
        f"To validate, a task is {SENT_AT_ONCE * PIECE_BYTES >> 20} MB of a plain shard or a whole packed "
        f"one, where a thread takes {PIECE_BYTES >> 20} MB; to build, a whole shard, which becomes one file."
    )


def processors() -> str:
    """What workers and driver spend, and the most that two workers could reach beside that."""
    rows = _saved()["sections"].get("cluster", {})
    if not all(row.get("cpu_seconds") for row in rows.values()) or not rows:
        return "What driver and workers spend was not measured in the saved run."
    cores = _saved()["machine"]["cores"]
    table = pipe_table(
        ("", "seconds", "processor seconds of the workers", "of driver and scheduler", "cores busy"),
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
    bounds = [
        rows[f"{what}, 1 workers"]["median"] * cores / sum(rows[f"{what}, 2 workers"]["cpu_seconds"].values())
        for what in ("validate", "build")
    ]
    return (
        f"{table}\n\nWith two workers three processes are at work on {cores} cores. If no core were ever "
        f"idle, two workers would come to {bounds[0]:.2f} × the speed of one in validation and to "
        f"{bounds[1]:.2f} × in a build: with what driver and scheduler spend, more is not to be had on this "
        "machine."
    )


def draws() -> str:
    """How paragraphs are resampled, in two sentences."""
    return (
        "What is counted per paragraph is summed once. Paragraphs with equal counts are grouped, and a "
        "resample draws the frequencies of the groups from a multinomial distribution, so that its cost "
        "depends on the number of distinct counts and not of paragraphs."
    )


def _rates(rows: Mapping[str, Mapping[str, Any]]) -> str:
    first = next(iter(rows.values()), None)
    return pipe_table(
        ("", "speed of the first over this", "records", "seconds", "records a second"),
        (
            (
                name,
                f"{first['records_per_second'] / row['records_per_second']:.2f} ×",
                f"{row['records']:,}",
                f"{row['median']:.4g}",
                f"{row['records_per_second']:,}",
            )
            for name, row in rows.items()
            if first
        ),
    )


def _starts(rows: Mapping[str, Mapping[str, Any]]) -> str:
    first = next(iter(rows.values()), None)
    return pipe_table(
        ("", "time over that of the first", "seconds"),
        (
            (f"`{name}`", f"{row['median'] / first['median']:.2f} ×", f"{row['median']:.3f}")
            for name, row in rows.items()
            if first
        ),
    )


def _peaks(rows: Mapping[str, Mapping[str, Any]]) -> str:
    return pipe_table(
        ("command", "claims", "records", "peak memory, MB", "seconds"),
        (
            (
                f"`{name.partition(' ')[0]}`",
                f"{int(name.partition(' ')[2]):,}",
                f"{row['records']:,}",
                f"{row['peak_bytes'] / 1e6:.0f}",
                f"{row['median']:.4g}",
            )
            for name, row in rows.items()
        ),
    )


def _shares(rows: Mapping[str, Mapping[str, Any]]) -> str:
    whole = sum(row["median"] for row in rows.values())
    return pipe_table(
        ("step", "share", "seconds"),
        ((name, f"{row['median'] / whole:.0%}", f"{row['median']:.3g}") for name, row in rows.items()),
    )


def _beside(rows: Mapping[str, Mapping[str, Any]]) -> str:
    """Steps of two runs side by side: rows are named for the step and the run."""
    names = dict.fromkeys(name.partition(": ")[2] for name in rows)
    steps = dict.fromkeys(name.partition(": ")[0] for name in rows)
    return pipe_table(
        ("step", *(f"seconds, {name}" for name in names)),
        ((step, *(f"{rows[f'{step}: {name}']['median']:.3g}" for name in names)) for step in steps),
    )


_SHAPES = {"faults_in_steps": _beside, "startup": _starts, "memory": _peaks, "steps": _shares}


def _about(name: str, rows: Mapping[str, Mapping[str, Any]]) -> str:
    runs = max((len(row["seconds"]) for row in rows.values()), default=0)
    spread = max(
        ((max(row["seconds"]) / min(row["seconds"]) for row in rows.values() if row["seconds"])), default=1.0
    )
    told = (
        f"Median of {runs} runs; the slowest took {spread:.2f} × the fastest at worst."
        if runs > 1
        else "One run."
    )
    return f"{_ALONE[name][0].upper()}{_ALONE[name][1:]}. {told}"


def _figure(number: float, target: Mapping[str, Any]) -> str:
    return f"{number:,.0f} MB" if target["unit"] == "MB" else f"{number:.3g} ×"


@cache
def _saved() -> dict[str, Any]:
    file = Path(path()) / "benchmarks" / "results" / "performance.json"
    found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
    return found
