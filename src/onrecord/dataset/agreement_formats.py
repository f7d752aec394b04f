"""An agreement report as text, JSON and Markdown; docs/agreement.md takes its cells from here as well.

The tables are tabulate's. Text and Markdown show the comparisons of all claims, those of groups by layer and
split, and the first confusions and differences; JSON has everything.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from textwrap import fill, shorten
from types import MappingProxyType
from typing import Any

from tabulate import tabulate

from onrecord.dataset.agreement import Agreement
from onrecord.dataset.agreement_report import (
    AgreementReport,
    Annotator,
    Confusion,
    Difference,
    Group,
    Measured,
    Part,
)
from onrecord.dataset.json_values import json_text
from onrecord.dataset.resampling import RESAMPLES
from onrecord.model.annotations import label_of, shown
from onrecord.model.findings import printable
from onrecord.model.markdown import markdown_text

SHOWN = 10
"""Confusions of a group, and claims of a kind of annotators, that text and Markdown show."""

AGREEMENT_HEAD = ("scale", "alpha", "95 % interval", "pairs that agree", "claims on which all agree")
"""The headers of `agreement_cells`."""

_WIDTH = 100
_UNDEFINED = "not defined"
_PEOPLE: Mapping[str | None, str] = {"person": "people", "model": "models"}


def agreement_cells(found: Agreement) -> tuple[str, ...]:
    """What a table says of an agreement, next to the name of its field."""
    alpha, interval = _UNDEFINED, ""
    if found.alpha is not None:
        alpha = f"{found.alpha:.3f}"
        interval = interval_text(found.interval) if found.interval else ""
    all_agree = f"{found.unanimous} of {found.claims}"
    return (found.scale, alpha, interval, f"{found.pairs:.1%}", all_agree)


def interval_text(bounds: tuple[float, float]) -> str:
    """An interval as tables show it."""
    low, high = bounds
    return f"{low:.3f} to {high:.3f}"


@dataclass(frozen=True, slots=True)
class _Layout:
    """How a format writes headings, paragraphs and tables."""

    heading: Callable[[str], str]
    paragraph: Callable[[str], str]
    cell: Callable[[str], str]
    tables: str

    def table(self, head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
        cells = [[self.cell(str(cell)) for cell in row] for row in rows]
        return tabulate(
            cells, headers=list(map(self.cell, head)), disable_numparse=True, tablefmt=self.tables
        )


_TEXT = _Layout(
    lambda text: printable(text).upper(), lambda text: fill(printable(text), _WIDTH), printable, "simple"
)
_MARKDOWN = _Layout(lambda text: f"## {markdown_text(text)}", markdown_text, markdown_text, "github")


def agreement_table(report: AgreementReport) -> str:
    """The report for a terminal."""
    return "\n\n".join(_chapters(report, _TEXT))


def agreement_markdown(report: AgreementReport) -> str:
    """The report as Markdown, for a page or an issue."""
    return "\n\n".join(_chapters(report, _MARKDOWN))


def agreement_json(report: AgreementReport) -> str:
    """The report as JSON: every comparison, confusion and difference."""
    return json_text(_as_dict(report), indent=2)


AGREEMENT_FORMATS: Mapping[str, Callable[[AgreementReport], str]] = MappingProxyType(
    {"table": agreement_table, "json": agreement_json, "md": agreement_markdown}
)


def _chapters(report: AgreementReport, layout: _Layout) -> Iterator[str]:
    yield layout.heading("Annotators")
    yield layout.table(
        ("annotator", "kind", "claims", "undecided", "seconds per claim", "description"),
        map(_annotator_row, report.annotators),
    )
    for group in report.groups:
        if not group.is_pair:
            yield layout.heading(group.name[:1].upper() + group.name[1:])
            yield from _group(report, group, layout)
    if pairs := [group for group in report.groups if group.is_pair]:
        yield layout.heading("Pairs")
        yield layout.paragraph("Alpha of each pair, nominal:")
        yield layout.table(("label", *(pair.name for pair in pairs)), _by_pair(report))
    for kind in dict.fromkeys(one.kind for one in report.differences):
        yield layout.heading(f"Claims on which {_PEOPLE.get(kind, 'annotators')} and gold differ most")
        yield from _differing([one for one in report.differences if one.kind == kind], layout)
    yield layout.heading("How to read this")
    yield from map(layout.paragraph, _notes(report))


def _group(report: AgreementReport, group: Group, layout: _Layout) -> Iterator[str]:
    found = report.of(group)
    if not found:
        yield layout.paragraph("No claim has two labels that could be compared.")
        return
    yield layout.paragraph(f"Annotators: {', '.join(group.annotators)}. Resampled: {_resampled(found)}.")
    *head, last = AGREEMENT_HEAD
    last = "labels that are gold" if group.is_against_gold else last
    yield layout.table(("label", *head, last, "undecided"), map(_measured_row, found))
    parts = [part for part in report.parts if part != Part()]
    yield layout.paragraph("Alpha in parts of the claims, with the number of labelled claims:")
    yield layout.table(("label", "scale", *(part.name for part in parts)), _by_part(report, found, parts))
    if own := [one for one in report.confusions if one.group == group]:
        ranked = sorted(own, key=lambda one: -one.count)[:SHOWN]
        sides = ("annotator", "gold") if group.is_against_gold else ("one says", "another says")
        yield layout.paragraph(f"Confused most often, {len(ranked)} of {len(own)} pairs of labels:")
        yield layout.table(("label", *sides, "count"), map(_confusion_row, ranked))


def _differing(found: Sequence[Difference], layout: _Layout) -> Iterator[str]:
    first = found[:SHOWN]
    yield layout.paragraph(f"{len(first)} of {len(found)} claims that have a different label:")
    rows = [row for one in first for row in _difference_rows(one)]
    yield layout.table(("claim", "label", "gold", "annotators", "text"), rows)


def _resampled(found: Sequence[Measured]) -> str:
    """What was resampled for the intervals of a table, with the numbers."""
    counts: dict[str, set[int]] = {}
    for one in found:
        counts.setdefault(one.agreement.resampled, set()).add(one.agreement.clusters)
    return " or ".join(
        " to ".join(map(str, sorted({min(numbers), max(numbers)})))
        + f" {what if max(numbers) > 1 else what.removesuffix('s')}"
        for what, numbers in counts.items()
    )


def _annotator_row(one: Annotator) -> Sequence[object]:
    seconds = "" if one.seconds is None else f"{one.seconds:.0f}"
    return (
        one.annotator_id,
        one.kind or "not described",
        one.claims,
        one.undecided,
        seconds,
        one.description or "",
    )


def _measured_row(one: Measured) -> Sequence[object]:
    return (one.agreement.field, *agreement_cells(one.agreement), one.undecided)


def _by_part(
    report: AgreementReport, whole: Sequence[Measured], parts: Sequence[Part]
) -> Iterator[list[str]]:
    for one in whole:
        field, scale = one.agreement.field, one.agreement.scale
        cells = [field, scale]
        for part in parts:
            found = [
                other.agreement
                for other in report.of(one.group, part)
                if (other.agreement.field, other.agreement.scale) == (field, scale)
            ]
            cells.append(f"{_alpha(found[0])} ({found[0].claims})" if found else "")
        yield cells


def _by_pair(report: AgreementReport) -> Iterator[list[str]]:
    pairs = [group for group in report.groups if group.is_pair]
    of_pair = [
        {one.agreement.field: one.agreement for one in report.of(pair) if one.agreement.scale == "nominal"}
        for pair in pairs
    ]
    for field in dict.fromkeys(field for found in of_pair for field in found):
        yield [field, *(_alpha(found[field]) if field in found else "" for found in of_pair)]


def _alpha(found: Agreement) -> str:
    return _UNDEFINED if found.alpha is None else f"{found.alpha:.3f}"


def _confusion_row(one: Confusion) -> Sequence[object]:
    return (one.field, shown(one.one), shown(one.other), one.count)


def _difference_rows(one: Difference) -> Iterator[Sequence[object]]:
    """A row per label; only the first has the claim's id and text."""
    name, text = one.claim["claim_id"], shorten(one.claim["text"], _WIDTH, placeholder=" …")
    for field, labels in one.labels.items():
        given = "; ".join(f"{annotator}: {shown(label)}" for annotator, label in labels.items())
        yield (name, field, _gold(one, field), given, text)
        name = text = ""


def _gold(one: Difference, field: str) -> str:
    return shown(label_of(one.claim, field))


def _notes(report: AgreementReport) -> Iterator[str]:
    resampled = sorted({one.agreement.resampled for one in report.measured if one.part == Part()})
    yield (
        "Alpha is Krippendorff's. A list of labels counts as one label. What was not asked, or not decided, "
        "is missing. Against gold, each label of an annotator is compared with the adjudicated label of its "
        "claim."
    )
    if resampled:
        yield (
            f"Intervals are expanded percentiles of {RESAMPLES:,} resamples of {' or '.join(resampled)}: of "
            "documents where at least ten have labels, else of paragraphs. One of them gives no interval. No "
            "interval says anything about other annotators."
        )
    if not any(one.kind == "person" for one in report.annotators):
        yield "No annotator is described as a person."
    elif len({one.kind for one in report.annotators}) > 1:
        yield "People and models are reported apart: passes of one model are not independent judges."


def _as_dict(report: AgreementReport) -> dict[str, Any]:
    return {
        "documents": report.documents,
        "claims": report.claims,
        "resamples": RESAMPLES,
        "annotators": [
            {
                "annotator_id": one.annotator_id,
                "kind": one.kind,
                "description": one.description,
                "claims": one.claims,
                "undecided": one.undecided,
                "median_seconds": one.seconds,
            }
            for one in report.annotators
        ],
        "agreement": [_measured_dict(one) for one in report.measured],
        "confusions": [
            {
                "group": one.group.name,
                "field": one.field,
                "one": shown(one.one),
                "other": shown(one.other),
                "count": one.count,
            }
            for one in report.confusions
        ],
        "differences": [_difference_dict(one) for one in report.differences],
        "notes": list(_notes(report)),
    }


def _measured_dict(one: Measured) -> dict[str, Any]:
    found = one.agreement
    return {
        "group": one.group.name,
        "annotators": list(one.group.annotators),
        "against_gold": one.group.is_against_gold,
        "layer": one.part.layer,
        "split": one.part.split,
        "field": found.field,
        "scale": found.scale,
        "claims": found.claims,
        "unanimous": found.unanimous,
        "pairs_that_agree": found.pairs,
        "alpha": found.alpha,
        "interval": list(found.interval) if found.interval else None,
        "resampled": found.resampled,
        "clusters": found.clusters,
        "undecided": one.undecided,
    }


def _difference_dict(one: Difference) -> dict[str, Any]:
    return {
        "kind": one.kind,
        "claim_id": one.claim["claim_id"],
        "text": one.claim["text"],
        "share": one.share,
        "labels": [
            {
                "field": field,
                "gold": _gold(one, field),
                "annotators": {name: shown(label) for name, label in labels.items()},
            }
            for field, labels in one.labels.items()
        ],
    }
