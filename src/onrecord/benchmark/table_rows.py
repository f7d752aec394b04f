"""Scores, comparisons and errors as rows of tables: headers and cells, for whatever lays them out.

The records print themselves with these functions, so that they are imported here for their types alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from string import ascii_lowercase
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from onrecord.benchmark.compare import Comparison
    from onrecord.benchmark.errors import Errors
    from onrecord.benchmark.report import Score, Value
    from onrecord.benchmark.tasks.declaration import Kind

Table = tuple[Sequence[str], Sequence[Sequence[str]]]
"""Headers, and the cells of each row."""

BASELINE = "majority"
"""The baseline that every score is shown with."""


def letters_for(count: int) -> list[str]:
    """A letter per system; after z they are numbered."""
    return [ascii_lowercase[at] if at < len(ascii_lowercase) else f"({at + 1})" for at in range(count)]


def counted_words(kind: Kind) -> tuple[str, str]:
    """What is right or wrong in a kind of task, and the figure that is the share of those right."""
    return ("pairs", "consistency") if kind == "pairs" else ("items", "accuracy")


def score_headline(result: Score) -> tuple[str, str]:
    """Task and system, and how many items were answered."""
    number = "item" if result.n == 1 else "items"
    paragraphs = f"{result.paragraphs:,} paragraph{'' if result.paragraphs == 1 else 's'}"
    documents = f"{result.documents:,} document{'' if result.documents == 1 else 's'}"
    gaps = [f"{result.missing:,} missing", f"{result.abstained:,} abstained"]
    size = f"{result.n:,} {number} in {paragraphs} of {documents}"
    if result.groups:
        size = f"{result.n:,} pairs in {result.documents:,} stories"
    return (
        f"{result.task}, split {result.split}: {result.system}",
        f"{size}, {result.answered:,} answered, {', '.join(gaps)}; resampled by {result.tally.unit}",
    )


def metric_rows(result: Score) -> Table:
    """Every metric with its interval and meaning, the baseline below the primary one."""
    rows = []
    for value in result.metrics:
        is_primary = value.name == result.primary
        rows.append(
            (
                f"{value.name} *" if is_primary else value.name,
                number_text(value.value),
                interval_text(value),
                value.meaning,
            )
        )
        if is_primary and result.baseline:
            rows.append(
                (
                    f"  of {BASELINE}",
                    number_text(result.baseline.value),
                    interval_text(result.baseline),
                    "the most frequent answer, always",
                )
            )
    return ("metric", "value", "95 % interval", "meaning"), rows


def split_rows(result: Score) -> Table:
    """The primary metric of each split."""
    rows = [
        (row.split, f"{row.n:,}", row.metric, number_text(row.value), f"{row.low:.3f} to {row.high:.3f}")
        for row in result.by_split
    ]
    return ("split", "n", "metric", "value", "95 % interval"), rows


def class_rows(result: Score) -> Table:
    """The scores of each label."""
    rows = [
        (
            row.label,
            number_text(row.precision),
            number_text(row.recall),
            f"{row.recall_low:.3f} to {row.recall_high:.3f}",
            number_text(row.f1),
            f"{row.support:,}",
        )
        for row in result.per_class
    ]
    return ("label", "precision", "recall", "95 % of recall", "F1", "support"), rows


def group_rows(result: Score) -> Table:
    """The scores of contrast pairs by attribute."""
    rows = [
        (
            group.attribute,
            group.value,
            f"{group.pairs:,}",
            number_text(group.consistent / group.pairs),
            f"{group.low:.3f} to {group.high:.3f}",
            number_text(group.inputs_right / (2 * group.pairs)),
        )
        for group in result.groups
    ]
    return ("by", "value", "pairs", "consistency", "95 % (Wilson)", "accuracy"), rows


def confusion_rows(result: Score) -> Table:
    """The confusion matrix: a row per expected label, a column per given one."""
    labels, rows = result.confusion or ((), ())
    return ("", *labels), [
        (label, *(f"{count:,}" for count in row)) for label, row in zip(labels, rows, strict=False)
    ]


def comparison_headline(found: Comparison) -> str:
    """Task, metric and size of the comparison."""
    counted = found.systems[0].tally
    size = f"n = {found.n:,}, {found.paragraphs:,} paragraphs"
    if counted.unit == "pair":
        size = f"n = {found.n:,} pairs in {counted.documents:,} stories"
    return f"{found.task}, split {found.split}: {found.metric} of {len(found.systems)} systems, {size}"


def system_rows(found: Comparison) -> Table:
    """Every system with its letter and the systems that it is better than."""
    rows = [
        (letter, s.name, number_text(s.result.value), interval_text(s.result), found.beaten_by(s.name) or "-")
        for letter, s in zip(letters_for(len(found.systems)), found.systems, strict=True)
    ]
    return ("", "system", found.metric, "95 % interval", "better than"), rows


def pair_rows(found: Comparison) -> Table:
    """Every pair of systems with its difference and tests."""
    rows = [
        (
            f"{p.first} - {p.second}",
            f"{p.difference:+.3f}",
            f"{p.low:+.3f} to {p.high:+.3f}",
            f"{p.p:.4f}",
            f"{p.p_holm:.4f}",
            f"{p.wins}/{p.ties}/{p.losses}",
        )
        for p in found.pairs
    ]
    return ("difference", found.metric, "95 % interval", "p", "p (Holm)", "wins/ties/losses"), rows


def sentences(found: Comparison) -> Iterator[str]:
    """What is known about each pair, in words."""
    for pair in found.pairs:
        yield f"{pair.first} and {pair.second}: {pair.words}."


def errors_headline(found: Errors) -> str:
    """Task, split and how many are wrong."""
    return f"{found.task}, split {found.split}: {wrong_text(found)}"


def wrong_text(found: Errors) -> str:
    """How many are wrong; of contrast pairs with the unit, because the table counts another one."""
    unit = "inputs " if found.unit == "input" else ""
    return f"{len(found.wrong):,} of {found.n:,} {unit}wrong"


def subgroup_rows(found: Errors) -> Table:
    """The share right of each subgroup."""
    rows = [
        (g.attribute, g.value, f"{g.n:,}", number_text(g.right / g.n), f"{g.low:.3f} to {g.high:.3f}")
        for g in found.subgroups
    ]
    is_paired = any(group.unit == "pair" for group in found.subgroups)
    counted = ("pairs", "both right") if is_paired else ("n", "right")
    return ("by", "value", *counted, "95 % (Wilson)"), rows


def number_text(value: float) -> str:
    """A figure with three digits."""
    return f"{value:.3f}"


def interval_text(value: Value) -> str:
    """The bounds of an interval."""
    return f"{value.low:.3f} to {value.high:.3f}"
