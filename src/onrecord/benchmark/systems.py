"""The systems of a comparison, read from predictions or saved scores.

Refuses systems of another dataset, scorer or task. The tests between systems are for `compare`.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from os import PathLike
from pathlib import Path

from onrecord.benchmark.counts import Tally
from onrecord.benchmark.metrics import Columns
from onrecord.benchmark.prediction_files import Source
from onrecord.benchmark.report import SCORER_VERSION, Score, Value
from onrecord.benchmark.score import score
from onrecord.benchmark.tasks import Task
from onrecord.dataset.load import Folder
from onrecord.exceptions import NotComparable, UnusablePredictions
from onrecord.extras import extra
from onrecord.model.about import UNKNOWN_NAME
from onrecord.model.findings import printable, quoted
from onrecord.model.short_repr import ShortRepr
from onrecord.reading.files import display, reason

with extra("score", "a comparison"):
    import numpy as np

_LARGEST_REPORT = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True, repr=False)
class System(ShortRepr):
    """One system of a comparison: its counts, what it got right, and the task and dataset of its score."""

    name: str
    task: str
    dataset: str
    version: str
    sha256: str
    scorer: str
    n: int
    result: Value
    tally: Tally


def load_system(task: Task, name: str | None, source: Source, data: Folder | None) -> System:
    """The system from predictions or from the JSON of a score; raises as `score` does."""
    if isinstance(source, str | PathLike) and str(source).endswith(".json"):
        return _saved(Path(source), name)
    found: Score = score(task.name, source, data, system=name)
    return System(
        found.system,
        found.task,
        found.dataset,
        found.version,
        found.sha256,
        SCORER_VERSION,
        found.n,
        found.result,
        found.tally,
    )


def _saved(path: Path, name: str | None) -> System:
    """A score as `score --format json` wrote it; only what a comparison needs is read."""
    try:
        if path.stat().st_size > _LARGEST_REPORT:
            raise UnusablePredictions(f"{display(path)} is too large for a saved score")
        saved = json.loads(path.read_text(encoding="utf-8"))
        counts = saved["counts"]
        columns = Columns(tuple(counts["columns"]))
        units = np.array(counts["sums"], dtype=float).reshape(-1, len(columns.names))
        outcomes = {str(key): bool(right) for key, right in saved["outcomes"].items()}
        counted = Tally(
            columns, tuple(counts["paragraphs"]), units, outcomes, saved["missing"], saved["abstained"], {}
        )
        primary = next(value for value in saved["metrics"] if value["name"] == saved["primary"])
        return System(
            name or str(saved["system"]),
            str(saved["task"]),
            # Scores of earlier versions name no dataset: there was one name only.
            str(saved["dataset"].get("name", UNKNOWN_NAME)),
            str(saved["dataset"]["version"]),
            str(saved["dataset"]["sha256"]),
            str(saved["scorer"]),
            int(saved["n"]),
            Value(**primary),
            counted,
        )
    except OSError as error:
        raise UnusablePredictions(f"{display(path)} cannot be read: {reason(error)}") from error
    except (KeyError, StopIteration, TypeError, ValueError, AttributeError) as error:
        message = f"{display(path)} is not a score as `onrecord score --format json` writes it"
        raise UnusablePredictions(message) from error


def with_distinct_names(systems: Sequence[System]) -> list[System]:
    """The systems, those of one name numbered, because two folders may both hold a predictions.jsonl."""
    names = [system.name for system in systems]
    return [
        replace(system, name=f"{system.name} ({names[: at + 1].count(system.name)})")
        if names.count(system.name) > 1
        else system
        for at, system in enumerate(systems)
    ]


def refuse_mixtures(task: Task, systems: Sequence[System]) -> None:
    """Raise NotComparable where task, dataset or scorer differ, or where there are fewer than two systems."""
    if len(systems) < 2:
        raise NotComparable("a comparison needs at least two systems")
    first = systems[0]
    for system in systems:
        name = printable(system.name)
        if system.task != task.name:
            raise NotComparable(f"{name} is a score of the task {quoted(system.task)}, not of {task.name}")
        if _major(system.scorer) != _major(SCORER_VERSION):
            raise NotComparable(
                f"{name} was scored by scorer {printable(system.scorer)}, and this is scorer "
                f"{SCORER_VERSION}: score its predictions again"
            )
        differences = [
            f"{what} {quoted(theirs)} and {quoted(ours)}"
            for what, ours, theirs in (
                ("dataset", first.dataset, system.dataset),
                ("dataset version", first.version, system.version),
                ("dataset content", first.sha256[:12], system.sha256[:12]),
            )
            if ours != theirs
        ]
        if not differences and (
            system.tally.clusters != first.tally.clusters or system.tally.columns != first.tally.columns
        ):
            differences = ["other paragraphs or columns, although version and content are the same"]
        if differences:
            raise NotComparable(
                f"{name} and {printable(first.name)} are not comparable: {'; '.join(differences)}. "
                "Score both with one version of the package, on one version of the dataset."
            )


def _major(version: str) -> str:
    return version.partition(".")[0]
