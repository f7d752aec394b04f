"""What is counted for each task: answers against gold, summed per paragraph.

Also records which items were answered right. What follows from the counts is for `metrics`.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from onrecord.benchmark import metrics
from onrecord.benchmark.matching import PlacedClaim, match_paragraphs
from onrecord.benchmark.metrics import Columns, Metric
from onrecord.benchmark.predictions import Answers, Prediction, label_text
from onrecord.benchmark.tasks.declaration import Answer, Item, Kind
from onrecord.benchmark.wording import NO_NAMES, Names
from onrecord.exceptions import TooManyLabels
from onrecord.extras import extra

with extra("score", "a score"):
    import numpy as np
from onrecord.model import edtf

if TYPE_CHECKING:
    from numpy import int64
    from numpy.typing import NDArray

    from onrecord.benchmark.metrics import Sums

MOST_CELLS = 500_000_000
"""Counts that are kept in memory together: four gigabytes."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Answers against gold: the counts per paragraph, and whether each item was answered right."""

    columns: Columns
    clusters: tuple[str, ...]
    """The paragraphs, as `<document_id>/<number>`."""
    units: "Sums"
    """Shape (paragraphs, columns)."""
    outcomes: Mapping[str, bool]
    """Whether each item was answered right: for extraction, whether each expected claim was found."""
    missing: int
    abstained: int
    confusion: Mapping[tuple[str, str], int]
    """How often each label was answered for each expected one; empty where there are no labels."""


def tally(
    kind: Kind,
    items: Sequence[Item],
    answers: Answers,
    labels: Sequence[Answer],
    *,
    known: Names = NO_NAMES,
    most_cells: int = MOST_CELLS,
) -> Tally:
    """Count the answers to the items of a task of this kind.

    `known` are the people and bodies whose names are compared in extracted claims. Raises TooManyLabels where
    paragraphs times columns are more than `most_cells`.
    """
    if kind == "claims":
        return _tally_claims(items, answers, known)
    names = [label_text(label) for label in labels]
    columns = metrics.label_columns(names) if kind == "labels" else metrics.DATE_COLUMNS
    clusters, places = _clusters(items)
    if len(clusters) * len(columns.names) > most_cells:
        raise TooManyLabels(
            f"{len(names):,} labels cannot be counted in each of {len(clusters):,} paragraphs: "
            "score the documents in parts"
        )
    units = np.zeros((len(clusters), len(columns.names)))
    given = [answers.by_item.get(item.item_id) for item in items]
    # Equal pairs of gold and answer count the same, so each distinct pair is evaluated once.
    pairs: dict[tuple[Answer, Answer], int] = {}
    found = [
        pairs.setdefault((item.gold, one.answer if one else None), len(pairs))
        for item, one in zip(items, given, strict=True)
    ]
    rows = np.array([_row(kind, *pair, columns) for pair in pairs]).reshape(-1, len(columns.names))
    np.add.at(units, places, rows[found])
    is_right = [_is_right(kind, *pair) for pair in pairs]
    for item, place, at, one in zip(items, places, found, given, strict=True):
        if one is not None and (one.confidence is not None or one.probabilities is not None):
            for name, amount in _probability_counts(item, one, names, is_right=is_right[at]):
                units[place, columns.at(name)] += amount
    confusion: Counter[tuple[str, str]] = Counter()
    if kind == "labels":
        for (gold, answer), times in zip(pairs, np.bincount(found, minlength=len(pairs)), strict=True):
            confusion[label_text(gold), label_text(answer)] += int(times)
    return Tally(
        columns,
        clusters,
        units,
        {item.item_id: is_right[at] for item, at in zip(items, found, strict=True)},
        missing=sum(one is None for one in given),
        abstained=sum(one is not None and one.answer is None for one in given),
        confusion=confusion,
    )


def _row(kind: Kind, gold: Answer, answer: Answer, columns: Columns) -> list[float]:
    """What one answer adds to each column, its probabilities aside."""
    count = _label_counts if kind == "labels" else _date_counts
    added = dict.fromkeys(columns.names, 0.0)
    added["items"] = 1
    added["all_right"] = _is_right(kind, gold, answer)
    added["answered"] = answer is not None
    for name, amount in count(gold, answer):
        added[name] += amount
    return list(added.values())


def metrics_of(kind: Kind, columns: Columns) -> tuple[Metric, ...]:
    """The metrics of a kind of task over these columns, in the order in which they are shown."""
    makers = {"labels": metrics.label_metrics, "dates": metrics.date_metrics, "claims": metrics.claim_metrics}
    return makers[kind](columns)


def paragraph_numbers(items: Sequence[Item]) -> "NDArray[int64]":
    """The number of each item's paragraph, counted from 0 in order of appearance."""
    return np.array(_clusters(items)[1])


def _clusters(items: Sequence[Item]) -> tuple[tuple[str, ...], list[int]]:
    places: dict[tuple[str, int], int] = {}
    # Item.cluster, a property, would double the time for a million items.
    found = [places.setdefault((item.document_id, item.paragraph), len(places)) for item in items]
    return tuple(f"{document_id}/{paragraph}" for document_id, paragraph in places), found


def _is_right(kind: Kind, gold: Answer, answer: Answer) -> bool:
    if answer is None:
        return False
    if kind == "dates":
        return edtf.parse(str(answer)) == edtf.parse(str(gold))
    return bool(answer == gold)


def _label_counts(gold: Answer, answer: Answer) -> Iterator[tuple[str, float]]:
    yield f"{metrics.GOLD}:{label_text(gold)}", 1
    if answer is not None:
        yield f"{metrics.PREDICTED}:{label_text(answer)}", 1
    if answer is not None and answer == gold:
        yield f"{metrics.RIGHT}:{label_text(gold)}", 1


def _probability_counts(
    item: Item, given: Prediction, names: Sequence[str], *, is_right: bool
) -> Iterator[tuple[str, float]]:
    if given.confidence is not None:
        yield "confidence_items", 1
        yield "confidence", (given.confidence - is_right) ** 2
    if given.probabilities is not None:
        # As in scikit-learn: the sum over labels, halved where there are two (Brier 1950).
        gold = label_text(item.gold)
        error = sum((given.probabilities.get(name, 0.0) - (name == gold)) ** 2 for name in names)
        yield "brier_items", 1
        yield "brier", error / 2 if len(names) == 2 else error


def _date_counts(expected: Answer, given: Answer) -> Iterator[tuple[str, float]]:
    gold = edtf.parse(str(expected))
    is_open = gold.lower is None or gold.upper is None
    yield "open" if is_open else "closed", 1
    if given is None:
        return
    answer = edtf.parse(str(given))
    yield "open_right" if is_open else "closed_right", answer == gold
    yield "covers", _covers(answer, gold)
    yield "same_month", _to(answer, 2) == _to(gold, 2)
    yield "same_year", _to(answer, 1) == _to(gold, 1)
    if not is_open:
        yield "iou", _overlap_of_days(answer, gold)


def _covers(answer: edtf.Bounds, gold: edtf.Bounds) -> bool:
    starts = answer.lower is None or (gold.lower is not None and answer.lower <= gold.lower)
    ends = answer.upper is None or (gold.upper is not None and answer.upper >= gold.upper)
    return starts and ends


def _to(bounds: edtf.Bounds, parts: int) -> list[tuple[int, ...] | None]:
    """Both bounds cut to their year, or year and month."""
    days = (bounds.lower, bounds.upper)
    return [None if day is None else (day.year, day.month, day.day)[:parts] for day in days]


def _overlap_of_days(one: edtf.Bounds, other: edtf.Bounds) -> float:
    """Days in both intervals over days in either; 0 where one is open, because it has no length."""
    if one.lower is None or one.upper is None or other.lower is None or other.upper is None:
        return 0.0
    common = (min(one.upper, other.upper) - max(one.lower, other.lower)).days + 1
    lengths = [
        (bounds.upper - bounds.lower).days + 1 for bounds in (one, other) if bounds.upper and bounds.lower
    ]
    return max(0, common) / (sum(lengths) - max(0, common))


def _tally_claims(items: Sequence[Item], answers: Answers, known: Names) -> Tally:
    clusters, places = _clusters(items)
    columns = metrics.CLAIM_COLUMNS
    units = np.zeros((len(clusters), len(columns.names)))
    outcomes: dict[str, bool] = {}
    missing = 0
    for item, place in zip(items, places, strict=True):
        texts = answers.texts.get(item.item_id, ())
        expected = [PlacedClaim(name, item.paragraph, text) for name, text in item.gold.items()]
        found = [PlacedClaim(at, item.paragraph, text) for at, text in enumerate(texts)]
        missing += 0 if texts else len(expected)
        matched = match_paragraphs(expected, found, known).get(item.paragraph)
        hit = {pair.expected.claim_id for pair in matched.pairs} if matched else set()
        outcomes |= {name: name in hit for name in item.gold}
        sums = dict.fromkeys(columns.names, 0.0)
        for name, layer in item.layers.items():
            sums[layer] += 1
            sums[f"right_{layer}"] += name in hit
        if matched:
            sums["items"] = matched.overlap.expected
            sums["found"] = matched.overlap.found
            sums["likeness"] = matched.overlap.likeness
            sums["all_right"] = matched.overlap.hits
            sums["unsupported"] = matched.unsupported
        units[place] += list(sums.values())
    return Tally(columns, clusters, units, outcomes, missing, 0, {})
