"""The systems of a comparison, read from predictions or saved scores.

Refuses systems of another dataset or split. `saved_scores` reads and checks saved scores; `compare` has the
tests between systems.
"""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from itertools import count
from os import PathLike
from pathlib import Path
from typing import TypeGuard

from onrecord.benchmark.prediction_files import Source
from onrecord.benchmark.report import SCORER_VERSION, Score
from onrecord.benchmark.saved_scores import System, read_saved_score
from onrecord.benchmark.score import score
from onrecord.benchmark.tasks import Task
from onrecord.dataset.load import Folder
from onrecord.exceptions import NotComparable
from onrecord.model.findings import printable, quoted


def load_systems(
    task: Task, named: Iterable[tuple[str | None, Source]], data: Folder | None, split: str | None
) -> list[System]:
    """The systems from predictions or from the JSON of scores; raises as `score` does.

    Without a split, predictions are scored on that of the first saved score, or of the task. Systems of one
    name are numbered.
    """
    given = list(named)
    saved = [
        read_saved_score(Path(source), task, name) if _is_saved(source) else None for name, source in given
    ]
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


def refuse_mixtures(systems: Sequence[System], split: str | None) -> None:
    """Raise NotComparable where dataset or split differ, or where there are fewer than two systems.

    `split` is the one that was asked for, if one was.
    """
    if len(systems) < 2:
        raise NotComparable("a comparison needs at least two systems")
    first = systems[0]
    for system in systems:
        name = printable(system.name)
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
                ("primary metric", first.result.name, system.result.name),
            )
            if ours != theirs
        ]
        if not differences and (
            system.tally.clusters != first.tally.clusters or system.tally.columns != first.tally.columns
        ):
            differences = ["other units or columns, although version and content are the same"]
        if not differences and system.tally.outcomes.keys() != first.tally.outcomes.keys():
            differences = ["other items, although version and content are the same"]
        if differences:
            raise NotComparable(
                f"{name} and {printable(first.name)} are not comparable: {'; '.join(differences)}. "
                "Score both with one version of the package, on one split of one version of the dataset."
            )
