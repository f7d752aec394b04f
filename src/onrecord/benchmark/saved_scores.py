"""A score as `score --format json` wrote it, read back as a system of a comparison.

The file may have been edited, so every number that a comparison uses is checked, and the value of the primary
metric is computed again from the counts. `systems` decides which systems may be compared.
"""

import json
from dataclasses import dataclass
from math import isclose, isfinite
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

from msgspec import Meta, Struct, convert

from onrecord.benchmark.counts import Tally, metrics_of
from onrecord.benchmark.metrics import Columns
from onrecord.benchmark.report import SCORER_VERSION, Value
from onrecord.benchmark.tasks import Task
from onrecord.benchmark.units import Unit
from onrecord.exceptions import NotComparable, UnusablePredictions
from onrecord.extras import extra
from onrecord.model.about import UNKNOWN_NAME
from onrecord.model.findings import printable, quoted
from onrecord.model.short_repr import ShortRepr
from onrecord.reading.files import display, refusal

with extra("score", "a comparison"):
    import numpy as np

if TYPE_CHECKING:
    from onrecord.benchmark.metrics import Sums

_LARGEST_REPORT = 64 * 1024 * 1024
_ROUNDING = 1e-9
"""By this much a value may differ from the one computed again: another machine may add in another order."""
_LARGEST_COUNT = 2**53
"""Up to here a float holds every whole number, and no sum of counts becomes infinite."""

_Count = Annotated[int, Meta(ge=0)]


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


class _Head(Struct):
    """What decides whether the rest of the file can be read at all."""

    scorer: str
    task: str


class _Dataset(Struct):
    version: str
    sha256: str
    # Scores of earlier versions name no dataset: there was one name only.
    name: str = UNKNOWN_NAME


class _Counts(Struct):
    columns: tuple[str, ...]
    unit: Unit
    units: tuple[str, ...]
    sums: tuple[tuple[float, ...], ...]


class _Saved(Struct):
    """The part of the file that a comparison needs; msgspec checks its types and ignores other keys."""

    system: str
    dataset: _Dataset
    split: str
    n: int
    missing: _Count
    abstained: _Count
    paragraphs: _Count
    documents: _Count
    primary: str
    metrics: tuple[Value, ...]
    counts: _Counts
    outcomes: dict[str, bool]


class _WrongKey(ValueError):
    """A key of the file has another value than it must have."""


def read_saved_score(path: Path, task: Task, name: str | None) -> System:
    """The system whose score of a task is in a file, under another name if one is given.

    Raises NotComparable for a score of another task or by another scorer, and UnusablePredictions for a file
    that is not a score or contradicts itself; the message names the key.
    """
    shown = display(path)
    try:
        if path.stat().st_size > _LARGEST_REPORT:
            raise UnusablePredictions(f"{shown} is too large for a saved score")
        value = json.loads(path.read_text(encoding="utf-8"))
        head = convert(value, _Head)
        _refuse_other_scorer(shown, head.scorer)
        _refuse_other_task(shown, head.task, task)
        return _system(task, head.scorer, convert(value, _Saved), name)
    except (NotComparable, UnusablePredictions):
        raise
    except OSError as error:
        raise UnusablePredictions(refusal(path, error)) from error
    except RecursionError as error:
        raise _no_score(shown, "its values are nested too deeply") from error
    except ValueError as error:
        raise _no_score(shown, str(error)) from error


def _no_score(shown: str, why: str) -> UnusablePredictions:
    return UnusablePredictions(
        f"{shown} is not a score as `onrecord score --format json` writes it: {printable(why)}"
    )


def _system(task: Task, scorer: str, saved: _Saved, name: str | None) -> System:
    tally = _tally(saved)
    return System(
        name=name or saved.system,
        task=task.name,
        dataset=saved.dataset.name,
        version=saved.dataset.version,
        sha256=saved.dataset.sha256,
        split=saved.split,
        scorer=scorer,
        n=saved.n,
        result=_primary(task, saved, tally),
        tally=tally,
    )


def _tally(saved: _Saved) -> Tally:
    """The counts, which have to agree with `n` and with the outcomes."""
    columns = Columns(saved.counts.columns)
    sums = _sums(saved.counts)
    outcomes = saved.outcomes
    if not outcomes:
        _refuse("outcomes", outcomes, "one for each item")
    if len(outcomes) != saved.n:
        _refuse("n", saved.n, f"{len(outcomes)}, the number of outcomes")
    for column, expected, what in (
        ("items", saved.n, "n"),
        ("all_right", sum(outcomes.values()), "the number of outcomes that are true"),
    ):
        if column not in columns.names:
            _refuse("counts.columns", list(columns.names), f"{column} among them")
        found = float(columns.take(sums, column).sum())
        if not isclose(found, expected, abs_tol=_ROUNDING):
            _refuse(f"the sum of {column} in counts.sums", found, f"{expected}, {what}")
    return Tally(
        columns,
        saved.counts.units,
        sums,
        outcomes,
        saved.missing,
        saved.abstained,
        {},
        saved.counts.unit,
        saved.paragraphs,
        saved.documents,
    )


def _sums(counts: _Counts) -> "Sums":
    """The counts as an array with a row per unit and a cell per column, each a number from 0."""
    rows, columns = counts.sums, len(counts.columns)
    if not rows:
        _refuse("counts.sums", rows, "a row for each unit")
    if len(rows) != len(counts.units):
        _refuse("the number of rows of counts.sums", len(rows), f"{len(counts.units)}, the number of units")
    for at, row in enumerate(rows):
        if len(row) != columns:
            _refuse(f"the length of counts.sums[{at}]", len(row), f"{columns}, the number of columns")
    sums = np.array(rows, dtype=float)
    # Not `sums < 0`, because NaN is neither below nor above a number.
    wrong = np.argwhere(~((sums >= 0) & (sums <= _LARGEST_COUNT)))
    if len(wrong):
        at, place = map(int, wrong[0])
        _refuse(f"counts.sums[{at}][{place}]", float(sums[at, place]), f"a number from 0 to {_LARGEST_COUNT}")
    return sums


def _primary(task: Task, saved: _Saved, tally: Tally) -> Value:
    """The primary metric, whose value has to be the one that follows from the counts."""
    known = {metric.name: metric for metric in metrics_of(task.kind, tally.columns)}
    if saved.primary not in known:
        _refuse("primary", saved.primary, f"a metric of {task.name}: {', '.join(known)}")
    names = [metric.name for metric in saved.metrics]
    if saved.primary not in names:
        _refuse("metrics", names, f"{saved.primary} among them, because it is the primary metric")
    at = names.index(saved.primary)
    found = saved.metrics[at]
    for key, number in (("value", found.value), ("low", found.low), ("high", found.high)):
        if not isfinite(number):
            _refuse(f"metrics[{at}].{key}", number, "a finite number")
    if found.low > found.high:
        _refuse(f"metrics[{at}].low", found.low, f"at most metrics[{at}].high, {found.high}")
    try:
        expected = float(known[saved.primary].evaluate(tally.units.sum(axis=0)))
    except KeyError as error:
        _refuse("counts.columns", list(tally.columns.names), f"{error.args[0]} among them")
    if not isclose(found.value, expected, rel_tol=_ROUNDING, abs_tol=_ROUNDING):
        _refuse(f"metrics[{at}].value", found.value, f"{expected}, which follows from counts.sums")
    return found


def _refuse(key: str, found: object, expected: str) -> NoReturn:
    raise _WrongKey(f"{key} is {quoted(found)} (expected {expected})")


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


def _refuse_other_task(name: str, found: str, task: Task) -> None:
    if found != task.name:
        raise NotComparable(f"{name} is a score of the task {quoted(found)}, not of {task.name}")
