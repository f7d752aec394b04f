"""The systems of a comparison, read from predictions or saved scores.

Refuses systems of another dataset, scorer or task. The tests between systems are for `compare`.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from os import PathLike
from pathlib import Path
from typing import TypeGuard

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
    split: str
    scorer: str
    n: int
    result: Value
    tally: Tally


def load_systems(
    task: Task, named: Iterable[tuple[str | None, Source]], data: Folder | None, split: str | None
) -> list[System]:
    """The systems from predictions or from the JSON of scores; raises as `score` does.

    Without a split, predictions are scored on that of the first saved score, or on test. Systems of one name
    are numbered.
    """
    given = list(named)
    saved = [_saved(Path(source), name) if _is_saved(source) else None for name, source in given]
    scored_on = split or next((system.split for system in saved if system), task.default_split)
    return _with_distinct_names(
        [
            system or _scored(task, name, source, data, scored_on)
            for system, (name, source) in zip(saved, given, strict=True)
        ]
    )


def _is_saved(source: Source) -> TypeGuard[str | PathLike[str]]:
    return isinstance(source, str | PathLike) and str(source).endswith(".json")


def _scored(task: Task, name: str | None, source: Source, data: Folder | None, split: str) -> System:
    found: Score = score(task.name, source, data, split=split, system=name)
    return System(
        found.system,
        found.task,
        found.dataset,
        found.version,
        found.sha256,
        found.split,
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
        _refuse_other_scorer(display(path), str(saved["scorer"]))
        counts = saved["counts"]
        columns = Columns(tuple(counts["columns"]))
        units = np.array(counts["sums"], dtype=float).reshape(-1, len(columns.names))
        outcomes = {str(key): bool(right) for key, right in saved["outcomes"].items()}
        counted = Tally(
            columns,
            tuple(counts["units"]),
            units,
            outcomes,
            saved["missing"],
            saved["abstained"],
            {},
            counts["unit"],
            int(saved["paragraphs"]),
            int(saved["documents"]),
        )
        primary = next(value for value in saved["metrics"] if value["name"] == saved["primary"])
        return System(
            name or str(saved["system"]),
            str(saved["task"]),
            # Scores of earlier versions name no dataset: there was one name only.
            str(saved["dataset"].get("name", UNKNOWN_NAME)),
            str(saved["dataset"]["version"]),
            str(saved["dataset"]["sha256"]),
            str(saved["split"]),
            str(saved["scorer"]),
            int(saved["n"]),
            Value(**primary),
            counted,
        )
    except NotComparable:
        raise
    except OSError as error:
        raise UnusablePredictions(f"{display(path)} cannot be read: {reason(error)}") from error
    except (KeyError, StopIteration, TypeError, ValueError, AttributeError) as error:
        message = f"{display(path)} is not a score as `onrecord score --format json` writes it"
        raise UnusablePredictions(message) from error


def _with_distinct_names(systems: Sequence[System]) -> list[System]:
    """The systems, those of one name numbered, because two folders may both hold a predictions.jsonl."""
    names = [system.name for system in systems]
    taken = set(names)
    named = []
    for system in systems:
        if names.count(system.name) > 1:
            # A file may itself be called "predictions (1)".
            numbered = (f"{system.name} ({number})" for number in count(1))
            free = next(name for name in numbered if name not in taken)
            taken.add(free)
            system = replace(system, name=free)
        named.append(system)
    return named


def refuse_mixtures(task: Task, systems: Sequence[System], split: str | None) -> None:
    """Raise NotComparable where task, dataset or split differ, or where there are fewer than two systems.

    `split` is the one that was asked for, if one was.
    """
    if len(systems) < 2:
        raise NotComparable("a comparison needs at least two systems")
    first = systems[0]
    for system in systems:
        name = printable(system.name)
        if system.task != task.name:
            raise NotComparable(f"{name} is a score of the task {quoted(system.task)}, not of {task.name}")
        if split not in (None, system.split):
            raise NotComparable(
                f"{name} is a score of the split {quoted(system.split)}, expected {quoted(split)}"
            )
        differences = [
            f"{what} {quoted(theirs)} and {quoted(ours)}"
            for what, ours, theirs in (
                ("dataset", first.dataset, system.dataset),
                ("dataset version", first.version, system.version),
                ("dataset content", first.sha256[:12], system.sha256[:12]),
                ("split", first.split, system.split),
            )
            if ours != theirs
        ]
        if not differences and (
            system.tally.clusters != first.tally.clusters or system.tally.columns != first.tally.columns
        ):
            differences = ["other units or columns, although version and content are the same"]
        if differences:
            raise NotComparable(
                f"{name} and {printable(first.name)} are not comparable: {'; '.join(differences)}. "
                "Score both with one version of the package, on one split of one version of the dataset."
            )


_WHAT_ANOTHER_SCORER_DID = {
    "1": " Scorer 1 had other inputs, counted the alternatives of an answer as wrong, and matched extracted "
    "claims by a measure that does not see a negation.",
    "2": " Scorer 2 accepted extracted claims with details that the document does not give.",
}


def _refuse_other_scorer(name: str, scorer: str) -> None:
    if _major(scorer) == _major(SCORER_VERSION):
        return
    raise NotComparable(
        f"{name} was scored by scorer {printable(scorer)}, and this is scorer {SCORER_VERSION}: score its "
        f"predictions again.{_WHAT_ANOTHER_SCORER_DID.get(_major(scorer), '')}"
    )


def _major(version: str) -> str:
    return version.partition(".")[0]
