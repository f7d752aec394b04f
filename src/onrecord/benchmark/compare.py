"""Systems compared on the same items: paired tests, intervals of differences, and a verdict in words.

Where the set is too small to resolve a difference, says how large one would have to be. `systems` decides
which systems may be compared, `permutation` has the permutation test; Holm's correction is that of
statsmodels.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from os import PathLike
from typing import TYPE_CHECKING, Any

from onrecord.benchmark.answers import identity
from onrecord.benchmark.bootstrap import RESAMPLES, SEED, resample
from onrecord.benchmark.counts import metrics_of
from onrecord.benchmark.data_frames import DataFrame
from onrecord.benchmark.formats import comparison_html, comparison_table
from onrecord.benchmark.metrics import Metric
from onrecord.benchmark.permutation import p_value
from onrecord.benchmark.power import ALPHA, POWER, smallest_difference
from onrecord.benchmark.prediction_files import Source
from onrecord.benchmark.report import SCORER_VERSION
from onrecord.benchmark.saved_scores import System
from onrecord.benchmark.score import signature
from onrecord.benchmark.systems import load_systems, refuse_mixtures
from onrecord.benchmark.table_rows import counted_words, letters_for
from onrecord.benchmark.tasks import Task, caching_scope, find_task, gold_items
from onrecord.benchmark.tasks.declaration import Kind, counts_for
from onrecord.dataset.load import Folder
from onrecord.dataset.resampling import percentiles
from onrecord.exceptions import NotComparable
from onrecord.extras import extra
from onrecord.model.findings import printable, shortened
from onrecord.model.short_repr import ShortRepr

with extra("score", "a comparison"):
    import numpy as np

if TYPE_CHECKING:
    from onrecord.benchmark.metrics import Sums
    from onrecord.row_types import TaskName


@dataclass(frozen=True, slots=True, repr=False)
class Pair(ShortRepr):
    """The difference of two systems; positive where the first is better."""

    first: str
    second: str
    difference: float
    low: float
    high: float
    p: float
    p_holm: float
    wins: int
    ties: int
    losses: int
    smallest: float | None
    """The smallest difference in accuracy, for contrast pairs in consistency, that this set can show between
    two systems that differ on as many items or pairs as these do; None where it can show none."""
    is_significant: bool
    words: str


@dataclass(frozen=True, slots=True, repr=False)
class Comparison:
    """All systems of a task, each with its score, and every pair of them; `str` is its table."""

    task: str
    metric: str
    split: str
    n: int
    paragraphs: int
    dataset: str
    version: str
    sha256: str
    systems: tuple[System, ...]
    pairs: tuple[Pair, ...]
    signature: str

    def __str__(self) -> str:
        return comparison_table(self)

    def __repr__(self) -> str:
        names = ", ".join(system.name for system in self.systems)
        return shortened(f"<Comparison {self.task} by {self.metric}, n = {self.n:,}: {names}>")

    def _repr_html_(self) -> str:
        return comparison_html(self)

    def beaten_by(self, name: str) -> str:
        """The letters of the systems that this one is significantly better than: `ac`."""
        letters = letters_for(len(self.systems))
        places = combinations(range(len(self.systems)), 2)
        significant = [
            (one, other) if pair.difference > 0 else (other, one)
            for (one, other), pair in zip(places, self.pairs, strict=True)
            if pair.is_significant
        ]
        return "".join(
            sorted(letters[worse] for better, worse in significant if self.systems[better].name == name)
        )

    def as_dict(self) -> dict[str, Any]:
        """Everything as plain JSON values."""
        return {
            "task": self.task,
            "metric": self.metric,
            "dataset": {"name": self.dataset, "version": self.version, "sha256": self.sha256},
            "split": self.split,
            "scorer": SCORER_VERSION,
            "n": self.n,
            "paragraphs": self.paragraphs,
            "systems": [
                {
                    "letter": letter,
                    "system": system.name,
                    "value": system.result.value,
                    "low": system.result.low,
                    "high": system.result.high,
                    "better_than": self.beaten_by(system.name),
                    "signature": system.result.signature,
                }
                for letter, system in zip(letters_for(len(self.systems)), self.systems, strict=True)
            ],
            "pairs": [
                {
                    "first": pair.first,
                    "second": pair.second,
                    "difference": pair.difference,
                    "low": pair.low,
                    "high": pair.high,
                    "p": pair.p,
                    "p_holm": pair.p_holm,
                    "wins": pair.wins,
                    "ties": pair.ties,
                    "losses": pair.losses,
                    "smallest_difference": pair.smallest,
                    "significant": pair.is_significant,
                    "words": pair.words,
                }
                for pair in self.pairs
            ],
            "signature": self.signature,
        }


@caching_scope()
def compare(
    task: "TaskName | str",
    systems: Mapping[str, Source] | Iterable[Source],
    *,
    data: Folder | None = None,
    split: str | None = None,
) -> Comparison:
    """Compare two or more systems on a task: `compare("date", ["a.jsonl", "b.jsonl"])`.

    Each system is predictions as `score` takes them, or the path of a saved score (.json). A mapping gives
    the systems their names; otherwise they are named after their files. `split` is the split on which
    predictions are scored, by default that of the first saved score, or of the task: test, for contrasts
    challenge. Raises TypeError for a single path, NotComparable where dataset, split, scorer or task differ
    or there are fewer than two systems, and otherwise as `score` does.
    """
    if isinstance(systems, str | bytes | PathLike):
        raise TypeError(f"systems are a list or a mapping of two or more, not one path: [{systems!r}, ...]")
    if isinstance(systems, DataFrame):
        raise TypeError("systems are a list or a mapping of two or more, not one data frame: [frame, ...]")
    found = find_task(task)
    named = systems.items() if isinstance(systems, Mapping) else ((None, source) for source in systems)
    loaded = load_systems(found, named, data, split)
    refuse_mixtures(loaded, split)
    return _compared(found, loaded, data)


def _compared(task: Task, systems: Sequence[System], data: Folder | None) -> Comparison:
    """The comparison of systems that belong together."""
    first = systems[0]
    metric = _metric(task, first)
    return Comparison(
        task=task.name,
        metric=metric.name,
        n=first.n,
        split=first.split,
        paragraphs=first.tally.paragraphs,
        dataset=first.dataset,
        version=first.version,
        sha256=first.sha256,
        systems=tuple(systems),
        pairs=tuple(_pairs(task, metric, systems, data)),
        signature=_signature(first),
    )


def _pairs(task: Task, metric: Metric, systems: Sequence[System], data: Folder | None) -> Iterator[Pair]:
    """Every two systems, in the order of `combinations`."""
    rights = [_rights(task, system, data) for system in systems]
    pairs = list(combinations(systems, 2))
    tested = [p_value(metric, one.tally.units, other.tally.units) for one, other in pairs]
    for (one, other), of_both, p, p_holm in zip(
        pairs, combinations(rights, 2), tested, _holm(tested), strict=True
    ):
        yield _pair(task.kind, metric, one, other, of_both, p, p_holm)


def _signature(first: System) -> str:
    """The signature of the first score, with the test."""
    result = first.result
    of_score = signature(
        first.task,
        first.dataset,
        first.version,
        first.sha256,
        first.n,
        result.name,
        result.method,
        split=first.split,
    )
    return f"{of_score}|test:permutation/{first.tally.unit}/{RESAMPLES}/seed{SEED}/holm"


def _metric(task: Task, first: System) -> Metric:
    """The primary metric of the first score; that of the others is the same, because their items are."""
    known = metrics_of(task.kind, first.tally.columns)
    return next(metric for metric in known if metric.name == first.result.name)


def _holm(p_values: Sequence[float]) -> list[float]:
    if len(p_values) < 2:
        # One comparison needs no correction, and statsmodels takes a second to import.
        return list(p_values)
    with extra("score", "a comparison"):
        from statsmodels.stats.multitest import multipletests

    corrected: list[float] = multipletests(p_values, alpha=ALPHA, method="holm")[1].tolist()
    return corrected


def _rights(task: Task, system: System, data: Folder | None) -> Mapping[str, bool]:
    """Whether each item that the primary metric is about was answered right.

    All items where the tables are not those of the score, as for a saved score of another dataset.
    """
    if task.kind in ("claims", "pairs") or identity(data).dataset != system.sha256:
        return system.tally.outcomes
    asked = [item for item in gold_items(task, data, system.split) if counts_for(system.result.name, item)]
    outcomes = system.tally.outcomes
    absent = next((item.item_id for item in asked if item.item_id not in outcomes), None)
    if absent is not None:
        raise NotComparable(
            f"{printable(system.name)} has no outcome for {absent}, an item of the split {system.split}"
        )
    return {item.item_id: outcomes[item.item_id] for item in asked}


def _pair(
    kind: Kind,
    metric: Metric,
    one: System,
    other: System,
    rights: tuple[Mapping[str, bool], Mapping[str, bool]],
    p: float,
    p_holm: float,
) -> Pair:
    difference = one.result.value - other.result.value
    low, high = _difference_interval(metric, one.tally.units, other.tally.units)
    ours, theirs = rights
    outcomes = [(is_right, theirs.get(item, False)) for item, is_right in ours.items()]
    wins = sum(first and not second for first, second in outcomes)
    losses = sum(second and not first for first, second in outcomes)
    n = len(outcomes)
    discordant = (wins + losses) / n
    smallest = smallest_difference(n, discordant)
    is_significant = p_holm <= ALPHA
    return Pair(
        one.name,
        other.name,
        difference,
        low,
        high,
        p,
        p_holm,
        wins,
        len(outcomes) - wins - losses,
        losses,
        smallest,
        is_significant,
        _words(kind, one, other, difference, n, discordant, smallest, is_significant=is_significant),
    )


def _difference_interval(metric: Metric, one: "Sums", other: "Sums") -> tuple[float, float]:
    if len(one) < 2:
        widest = metric.highest - metric.lowest
        return -widest, widest
    width = one.shape[1]

    def difference(sums: "Sums") -> "Sums":
        return metric.evaluate(sums[..., :width]) - metric.evaluate(sums[..., width:])

    # Both systems' counts side by side, so that a resample draws the same units for both.
    drawn = resample(np.concatenate([one, other], axis=1), [Metric("", "", difference)])[0]
    return percentiles(drawn, len(one)) or (0.0, 0.0)


def _words(
    kind: Kind,
    one: System,
    other: System,
    difference: float,
    n: int,
    discordant: float,
    smallest: float | None,
    *,
    is_significant: bool,
) -> str:
    if is_significant:
        better, worse = (one, other) if difference > 0 else (other, one)
        return f"{better.name} is better than {worse.name}"
    unit, figure = counted_words(kind)
    if not discordant and not difference:
        return f"the same {unit} right: no difference"
    reach = (
        f"the smallest difference this set can show is {100 * smallest:.1f} points"
        if smallest is not None
        else f"the two differ on so few {unit} that this set can show no difference"
    )
    return (
        f"not resolvable with n = {n:,}: {reach} ({figure}, exact McNemar test, {POWER:.0%} power, "
        f"{discordant:.0%} of {unit} right for one only)"
    )
