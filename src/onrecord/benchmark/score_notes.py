"""What a score says about its own limits: how many items it is about, and which differences they resolve."""

from collections.abc import Iterator, Sequence

from onrecord.benchmark.counts import Tally
from onrecord.benchmark.metrics import GOLD
from onrecord.benchmark.power import POWER, smallest_difference
from onrecord.benchmark.report import Value
from onrecord.benchmark.table_rows import counted_words
from onrecord.benchmark.tasks import Task, gold_items
from onrecord.benchmark.tasks.declaration import counts_for
from onrecord.dataset.load import Folder
from onrecord.dataset.resampling import MIN_DOCUMENTS
from onrecord.model.table_files import SPLIT

_FEW = 10
"""A class with fewer items is called rare."""
TYPICAL_DISCORDANCE = 0.2
"""The share of items that exactly one of two systems gets right, where a single one stands for many."""


def primary_size(task: Task, data: Folder | None = None, split: str = SPLIT) -> int:
    """The number of items that the primary metric is about: for extraction that of claims, or of pairs."""
    asked = gold_items(task, data, split)
    if task.kind == "claims":
        return sum(len(item.gold) for item in asked)
    if task.kind == "pairs":
        return len({item.document_id for item in asked})
    primary = task.primary_among(asked)
    return sum(counts_for(primary, item) for item in asked)


def resolution(task: Task, primary: str, n: int, data: Folder | None, split: str) -> Iterator[str]:
    """Which difference a set of this size can resolve, in words."""
    size = primary_size(task, data, split)
    smallest = smallest_difference(size, TYPICAL_DISCORDANCE)
    unit, figure = counted_words(task.kind)
    if smallest is not None:
        asked = f"n = {n:,}" if size == n else f"the {size:,} of {n:,} items that {primary} covers"
        yield (
            f"With {asked}, two systems of which exactly one is right on {TYPICAL_DISCORDANCE:.0%} of the "
            f"{unit} can be distinguished if their {figure} differs by at least {100 * smallest:.1f} points "
            f"({POWER:.0%} power)."
        )


def limits(task: Task, counted: Tally, values: Sequence[Value], n: int) -> Iterator[str]:
    """The limits of the numbers, in words."""
    sums = counted.units.sum(axis=0)
    for metric, column in (("brier", "brier_items"), ("brier_confidence", "confidence_items")):
        given = int(counted.columns.take(sums, column)) if column in counted.columns.names else 0
        if 0 < given < n:
            yield (
                f"{metric} covers the {given:,} of {n:,} items whose answer has a probability: compare it "
                "with another system's only where both give one for every item."
            )
    if task.kind == "labels":
        classes = counted.columns.group(sums, GOLD)
        present = classes_with_items(counted)
        if len(present) == 1:
            yield (
                f"All {n:,} items have the answer {present[0]!r}. This set only measures how many of "
                "them a system finds: false alarms cannot be seen, so MCC, macro-F1 and balanced accuracy "
                f"are left out, and a system that always answers {present[0]!r} cannot be beaten."
            )
        counted_labels = zip(counted.columns.labels, classes, strict=True)
        rare = [label for label, count in counted_labels if count < _FEW]
        if len(present) > 1 and rare:
            yield (
                f"{len(rare)} of {len(classes)} classes have fewer than {_FEW} items: macro-F1 and balanced "
                "accuracy depend on them, and a resample without any item of a class leaves the class out."
            )
    if len(counted.clusters) < 2:
        yield f"There is only one {counted.unit}, so most intervals are the whole range of the metric."
    if counted.unit == "paragraph":
        number = f"{counted.documents:,} document{'' if counted.documents == 1 else 's'}"
        yield (
            f"Intervals come from resampling paragraphs, because the set has {number}, and documents are "
            f"resampled from {MIN_DOCUMENTS} on: they generalise to other paragraphs like these, not to "
            "other documents."
        )
    if any(value.low == value.high for value in values):
        yield (
            "An interval without width means that every resample gives the same value, not that the value is "
            "certain; Wilson's interval, of a share of items, takes the number of items into account."
        )


def classes_with_items(counted: Tally, part: str = "") -> list[str]:
    """The labels that occur in the gold, of one layer if `part` names it."""
    sums = counted.columns.group(counted.units.sum(axis=0), GOLD + part)
    return [label for label, count in zip(counted.columns.labels, sums, strict=True) if count]
