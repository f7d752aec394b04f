"""The generated parts of docs/robustness.md, from saved runs of `fuzz`, `kill_builds` and `differential`."""

import json
from functools import cache
from typing import Any

from onrecord.model.paths import home
from scripts.differential_expected import ADDED, CORRECTED, OUTCOMES, REORDERED, REWORDED
from scripts.markdown import pipe_table

FUZZ = "fuzz.json"
KILLS = "kill_builds.json"
DIFFERENTIAL = "differential.json"
_FAILURES = ("crashes", "disagreements", "slow")


def fuzz_summary() -> str:
    """How many mutants were tried, what failed, and how much memory it took."""
    saved = _saved(FUZZ)
    targets = saved["targets"].values()
    failures = ", ".join(f"{sum(count[name] for count in targets):,} {name}" for name in _FAILURES)
    versions = ", ".join(f"{name} {version}" for name, version in saved["versions"].items())
    return (
        f"`{saved['command']}` on Python {saved['python']} with {versions}: **{saved['mutants']:,} mutants, "
        f"{failures}**. The process took {saved['start_mb']:,} MB before the first mutant and "
        f"{saved['peak_mb']:,} MB at its peak."
    )


def fuzz_table() -> str:
    """One row per kind of input."""
    return pipe_table(
        ("input", "mutants", "with findings", "refused", *_FAILURES, "slowest"),
        (
            (
                name,
                f"{count['mutants']:,}",
                f"{count['with_findings']:,}",
                f"{count['refused']:,}",
                *(f"{count[failure]:,}" for failure in _FAILURES),
                f"{count['slowest_seconds']:.2f} s",
            )
            for name, count in _saved(FUZZ)["targets"].items()
        ),
    )


def kills_summary() -> str:
    """How many builds were killed, and whether the output was whole each time."""
    saved = _saved(KILLS)
    cases = saved["cases"]
    finished, old, new, neither = (
        sum(case[name] for case in cases) for name in ("finished", "old", "new", "neither")
    )
    return (
        f"`{saved['command']}`, builds of {saved['documents']:,} documents: **{saved['kills']:,} kills**, of "
        f"which {finished:,} came when the build was over. The output was the old one {old:,} times, the new "
        f"one {new:,} times, and neither {neither:,} times."
    )


def kills_table() -> str:
    """One row per layout, number of workers and signal."""
    return pipe_table(
        (
            "layout",
            "workers",
            "signal",
            "kills",
            "exit codes",
            "tracebacks",
            "left next to the output",
            "left in the temporary folder",
            "processes left",
            "left after the next build",
        ),
        (
            (
                case["layout"],
                str(case["workers"]),
                case["signal"],
                f"{case['kills']:,}",
                ", ".join(f"{code}: {count}" for code, count in sorted(case["exit_codes"].items())),
                f"{case['tracebacks']:,}",
                f"{case['left_next_to_it']:,}",
                f"{case['left_in_temporary_folder']:,}",
                f"{case['left_processes']:,}",
                f"{case['left_after_next']:,}",
            )
            for case in _saved(KILLS)["cases"]
        ),
    )


def differential_summary() -> str:
    """How many inputs were compared with an earlier version, and how many differ in more than is expected."""
    saved = _saved(DIFFERENTIAL)
    layouts = saved["layouts"].values()
    inputs, findings, different = (
        sum(count[name] for count in layouts) for name in ("inputs", "findings", OUTCOMES[-1])
    )
    return (
        f"`{saved['command']}`, version {saved['old']}: **{inputs:,} inputs with {findings:,} findings, "
        f"{different:,} unexpected differences**. Expected are findings of {len(ADDED)} new rules, other "
        f"words for {len(REWORDED)} rules, another order in {' and '.join(REORDERED)}, and "
        f"{len(CORRECTED)} corrections."
    )


def differential_table() -> str:
    """One row per layout."""
    return pipe_table(
        ("layout", "inputs", "findings", *OUTCOMES),
        (
            (layout, *(f"{count[name]:,}" for name in ("inputs", "findings", *OUTCOMES)))
            for layout, count in _saved(DIFFERENTIAL)["layouts"].items()
        ),
    )


@cache
def _saved(name: str) -> dict[str, Any]:
    path = home() / "benchmarks" / "results" / name
    saved: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return saved
