"""What is counted for each task: answers against gold, summed per unit of resampling.

Also records which items were answered right. `metrics` computes the metrics from the counts.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from onrecord.benchmark import metrics
from onrecord.benchmark.answers import Answers, Prediction, label_text
from onrecord.benchmark.contrast_metrics import pair_metrics
from onrecord.benchmark.matching import PlacedClaim, match_paragraphs
from onrecord.benchmark.metrics import Columns, Metric
from onrecord.benchmark.sources import document_sources
from onrecord.benchmark.tasks.declaration import Answer, Item, Kind, Task
from onrecord.benchmark.units import Unit, Units, units_of
from onrecord.benchmark.wording import NO_NAMES, Names
from onrecord.exceptions import TooManyLabels
from onrecord.extras import extra

with extra("score", "a score"):
    import numpy as np
from onrecord.model import edtf

if TYPE_CHECKING:
    from onrecord.benchmark.metrics import Sums

MOST_CELLS = 500_000_000
"""Counts that are kept in memory together: four gigabytes."""


@dataclass(frozen=True, slots=True)
class Tally:
    """Answers against gold: the counts per unit of resampling, and whether each item was answered right."""

    columns: Columns
    clusters: tuple[str, ...]
    """The units: documents by id, paragraphs as `<document_id>/<number>`, or groups of documents."""
    units: "Sums"
    """Shape (units, columns)."""
    outcomes: Mapping[str, bool]
    """Whether each item was answered right: for extraction, whether each expected claim was found."""
    missing: int
    abstained: int
    confusion: Mapping[tuple[str, str], int]
    """How often each label was answered for each expected one; empty where there are no labels."""
    unit: Unit
    paragraphs: int
    documents: int


def tally(
    task: Task,
    items: Sequence[Item],
    answers: Answers,
    labels: Sequence[Answer],
    *,
    known: Names = NO_NAMES,
    most_cells: int = MOST_CELLS,
) -> Tally:
    """Count the answers to the items of a task.

    `known` are the people and bodies whose names are compared in extracted claims. Raises TooManyLabels where
    units times columns are more than `most_cells`.
    """
    if task.kind == "claims":
        return _tally_claims(items, answers, known)
    names = [label_text(label) for label in labels]
    columns = _columns(task, items, names)
    grouped = units_of(items)
    if len(grouped.names) * len(columns.names) > most_cells:
        raise TooManyLabels(
            f"{len(names):,} labels cannot be counted in each of {len(grouped.names):,} {grouped.unit}s: "
            "score the documents in parts"
        )
    units = np.zeros((len(grouped.names), len(columns.names)))
    given = [answers.by_item.get(item.item_id) for item in items]
    # Items that count the same are evaluated once for each distinct pair of gold and answer.
    kinds: dict[_Pair, int] = {}
    found = [
        kinds.setdefault(_pair(task.kind, item, one.answer if one else None), len(kinds))
        for item, one in zip(items, given, strict=True)
    ]
    weights = _weights(items) if task.kind == "dates" else {}
    rows = np.array([_row(task.kind, pair, columns, weights) for pair in kinds])
    np.add.at(units, grouped.places, rows.reshape(-1, len(columns.names))[found])
    is_right = [_is_right(task.kind, pair.gold, pair.answer) for pair in kinds]
    for item, place, at, one in zip(items, grouped.places, found, given, strict=True):
        if one is not None and (one.confidence is not None or one.probabilities is not None):
            for name, amount in _probability_counts(item, one, names, is_right=is_right[at]):
                units[place, columns.at(name)] += amount
    confusion: Counter[tuple[str, str]] = Counter()
    if task.kind == "labels":
        for pair, times in zip(kinds, np.bincount(found, minlength=len(kinds)), strict=True):
            confusion[label_text(pair.gold), label_text(pair.answer)] += int(times)
    return _tally(
        grouped,
        columns,
        units,
        {item.item_id: is_right[at] for item, at in zip(items, found, strict=True)},
        missing=sum(one is None for one in given),
        abstained=sum(one is not None and one.answer is None for one in given),
        confusion=confusion,
    )


def _tally(
    grouped: Units,
    columns: Columns,
    sums: "Sums",
    outcomes: Mapping[str, bool],
    missing: int,
    abstained: int = 0,
    confusion: Mapping[tuple[str, str], int] | None = None,
) -> Tally:
    """The counts per unit as a record."""
    return Tally(
        columns,
        grouped.names,
        sums,
        outcomes,
        missing,
        abstained,
        confusion or {},
        grouped.unit,
        grouped.paragraphs,
        grouped.documents,
    )


class _Pair(NamedTuple):
    """An expected and a given answer, with the parts of the set that the item belongs to."""

    gold: Answer
    answer: Answer
    layer: str | None
    is_own_voice: bool


def _pair(kind: Kind, item: Item, answer: Answer) -> _Pair:
    """The answer to an item; an alternative that counts as right counts as the expected answer itself."""
    if item.alternatives and any(_is_right(kind, other, answer) for other in item.alternatives):
        answer = item.gold
    return _Pair(item.gold, answer, item.layer, item.is_own_voice)


def _columns(task: Task, items: Sequence[Item], names: Sequence[str]) -> Columns:
    """The columns for these items: layers, voices, and classes by layer where the task asks for them."""
    layers = [layer for layer in metrics.LAYERS if any(item.layer == layer for item in items)]
    own = [voice for voice in (False, True) if any(item.is_own_voice == voice for item in items)]
    has_voices = task.primary == "accuracy_others"
    voices = [metrics.VOICES[is_own] for is_own in own] if has_voices else []
    if task.kind == "dates":
        return metrics.date_columns(layers)
    by_class = layers if task.primary == "macro_f1_content" else ()
    return metrics.label_columns(names, [*voices, *layers], classes_of=by_class)


def _weights(items: Sequence[Item]) -> Mapping[Answer, float]:
    """What an item with each expected date counts, so that each distinct one counts 1 altogether."""
    counted = Counter(edtf.parse(str(item.gold)) for item in items)
    return {item.gold: 1 / counted[edtf.parse(str(item.gold))] for item in items}


def _row(kind: Kind, pair: _Pair, columns: Columns, weights: Mapping[Answer, float]) -> list[float]:
    """What one answer adds to each column, its probabilities aside."""
    added = dict.fromkeys(columns.names, 0.0)
    is_right = _is_right(kind, pair.gold, pair.answer)
    added["items"] = 1
    added["all_right"] = is_right
    added["answered"] = pair.answer is not None
    parts = [part for part in (pair.layer, metrics.VOICES[pair.is_own_voice]) if f"items@{part}" in added]
    for part in parts:
        added[f"items@{part}"] = 1
        added[f"all_right@{part}"] = is_right
    if kind == "dates":
        added["weight"] = weights[pair.gold]
        added["weight_right"] = is_right * weights[pair.gold]
    count = _label_counts if kind == "labels" else _date_counts
    for name, amount in count(pair.gold, pair.answer):
        added[name] += amount
        group, _, label = name.partition(":")
        if (by_layer := f"{group}@{pair.layer}:{label}") in added:
            added[by_layer] += amount
    return list(added.values())


def metrics_of(kind: Kind, columns: Columns) -> tuple[Metric, ...]:
    """The metrics of a kind of task over these columns, in the order in which they are shown."""
    makers = {
        "labels": metrics.label_metrics,
        "dates": metrics.date_metrics,
        "claims": metrics.claim_metrics,
        "pairs": pair_metrics,
    }
    return makers[kind](columns)


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
    # Who abstains forecasts nothing, and would be right to be sure of being wrong.
    if given.confidence is not None and given.answer is not None:
        yield "confidence_items", 1
        yield "confidence", (given.confidence - is_right) ** 2
    if given.probabilities is not None:
        # As in scikit-learn: the sum over labels, halved where there are two (Brier 1950).
        gold = label_text(item.gold)
        chances = dict(given.probabilities)
        for other in map(label_text, item.alternatives):
            chances[gold] = chances.get(gold, 0.0) + chances.pop(other, 0.0)
        error = sum((chances.get(name, 0.0) - (name == gold)) ** 2 for name in names)
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
    grouped = units_of(items)
    sources = document_sources(items)
    columns = metrics.CLAIM_COLUMNS
    units = np.zeros((len(grouped.names), len(columns.names)))
    outcomes: dict[str, bool] = {}
    missing = 0
    for item, place in zip(items, grouped.places, strict=True):
        texts = answers.texts.get(item.item_id, ())
        expected = [PlacedClaim(name, item.paragraph, text) for name, text in item.gold.items()]
        found = [PlacedClaim(at, item.paragraph, text) for at, text in enumerate(texts)]
        missing += 0 if texts else len(expected)
        source = sources[item.document_id]
        matched = match_paragraphs(expected, found, known, source).get(item.paragraph)
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
    return _tally(grouped, columns, units, outcomes, missing)
