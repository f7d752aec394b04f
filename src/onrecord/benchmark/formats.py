"""Scores, comparisons and errors as text: table, JSON, Markdown, LaTeX, and HTML for notebooks.

The tables are tabulate's; the command line prints them. Names of systems, labels and texts come from outside,
so each is escaped for the format that it goes into.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from html import escape
from string import ascii_lowercase
from textwrap import fill
from types import MappingProxyType
from typing import TYPE_CHECKING

from tabulate import tabulate

from onrecord.dataset.json_values import json_text
from onrecord.model.findings import printable

if TYPE_CHECKING:
    # The records print themselves with the functions below.
    from onrecord.benchmark.compare import Comparison
    from onrecord.benchmark.errors import Errors
    from onrecord.benchmark.report import Score, Value

BASELINE = "majority"
"""The baseline that every score is shown with."""

_MOST_LABELS = 6
"""The most labels whose confusion matrix fits a page; with more, only the JSON has it."""
_WIDTH = 100
_MARKDOWN = re.compile(r"[\\`*<>\[\]|]")
"""Characters that Markdown could take for markup."""


def score_table(result: Score) -> str:
    """The score for a terminal."""
    parts = ["\n".join(map(printable, _headline(result))), _plain(*_metric_rows(result))]
    if result.per_class:
        parts.append(_plain(*_class_rows(result)))
    if result.confusion and len(result.confusion[0]) - 1 <= _MOST_LABELS:
        parts.append("expected (rows) and given (columns)\n" + _plain(*_confusion_rows(result)))
    parts += [fill(printable(note), _WIDTH) for note in result.notes]
    parts.append(result.signature)
    return "\n\n".join(parts)


def score_markdown(result: Score) -> str:
    """The score as Markdown, for a page or an issue."""
    parts = ["\n".join(map(_as_markdown, _headline(result))), _markdown(*_metric_rows(result))]
    if result.per_class:
        parts.append(_markdown(*_class_rows(result)))
    if result.confusion and len(result.confusion[0]) - 1 <= _MOST_LABELS:
        parts.append("Expected (rows) and given (columns):\n\n" + _markdown(*_confusion_rows(result)))
    parts += map(_as_markdown, result.notes)
    parts.append(f"`{result.signature}`")
    return "\n\n".join(parts)


def score_latex(result: Score) -> str:
    """The metrics as a LaTeX table (package booktabs), the signature below them."""
    return _latex(*_metric_rows(result), signature=result.signature)


def score_json(result: Score) -> str:
    """The score as JSON, counts per paragraph included, so that `compare` takes it as a system."""
    return json_text(result.as_dict(), indent=2)


def score_html(result: Score) -> str:
    """The headline, the metrics and the signature as HTML."""
    return _as_html(_headline(result), *_metric_rows(result), signature=result.signature)


def comparison_table(found: Comparison) -> str:
    """The comparison for a terminal."""
    return "\n\n".join(
        [
            _comparison_headline(found),
            _plain(*_system_rows(found)),
            _plain(*_pair_rows(found)),
            "\n".join(map(printable, _sentences(found))),
            printable(found.signature),
        ]
    )


def comparison_markdown(found: Comparison) -> str:
    """The comparison as Markdown."""
    return "\n\n".join(
        [
            _comparison_headline(found),
            _markdown(*_system_rows(found)),
            _markdown(*_pair_rows(found)),
            "\n".join(f"- {_as_markdown(sentence)}" for sentence in _sentences(found)),
            f"`{found.signature}`",
        ]
    )


def comparison_latex(found: Comparison) -> str:
    """The systems as a LaTeX table (package booktabs); letters name the systems that one is better than."""
    rows = [
        (f"{letter}: {s.name}", _number(s.result.value), _bounds(s.result), found.beaten_by(s.name))
        for letter, s in zip(letters_for(len(found.systems)), found.systems, strict=True)
    ]
    return _latex(("system", found.metric, "95 % interval", "better than"), rows, signature=found.signature)


def comparison_json(found: Comparison) -> str:
    """The comparison as JSON."""
    return json_text(found.as_dict(), indent=2)


def comparison_html(found: Comparison) -> str:
    """The systems, what is known about their differences, and the signature as HTML."""
    lines = (_comparison_headline(found), *_sentences(found))
    return _as_html(lines, *_system_rows(found), signature=found.signature)


def errors_table(found: Errors) -> str:
    """The errors for a terminal: the shares by subgroup, then the items."""
    parts = [
        f"{found.task}: {len(found.wrong):,} of {found.n:,} wrong",
        _plain(*_subgroup_rows(found)),
    ]
    if found.wrong:
        rows = [
            (printable(w.item_id), _wrapped(w.expected, 24), _wrapped(w.given, 24), _wrapped(w.text, 60))
            for w in found.wrong
        ]
        parts.append(_as_table(("id", "expected", "given", "text"), rows))
    return "\n\n".join(parts)


def errors_markdown(found: Errors) -> str:
    """The errors as Markdown."""
    rows = [(w.item_id, w.expected, w.given, w.text) for w in found.wrong]
    return "\n\n".join(
        [
            f"{found.task}: {len(found.wrong):,} of {found.n:,} wrong",
            _markdown(*_subgroup_rows(found)),
            _markdown(("id", "expected", "given", "text"), rows),
        ]
    )


def errors_html(found: Errors) -> str:
    """The number of wrong items and the shares by subgroup as HTML."""
    return _as_html((f"{found.task}: {len(found.wrong):,} of {found.n:,} wrong",), *_subgroup_rows(found))


def errors_json(found: Errors) -> str:
    """The errors as JSON."""
    return json_text(found.as_dict(), indent=2)


def letters_for(count: int) -> list[str]:
    """A letter per system; after z they are numbered."""
    return [ascii_lowercase[at] if at < len(ascii_lowercase) else f"({at + 1})" for at in range(count)]


def _headline(result: Score) -> tuple[str, str]:
    number = "item" if result.n == 1 else "items"
    paragraphs = f"{result.paragraphs:,} paragraph{'' if result.paragraphs == 1 else 's'}"
    gaps = [f"{result.missing:,} missing", f"{result.abstained:,} abstained"]
    return (
        f"{result.task}: {result.system}",
        f"{result.n:,} {number} in {paragraphs}, {result.answered:,} answered, {', '.join(gaps)}",
    )


_Rows = tuple[Sequence[str], Sequence[Sequence[str]]]


def _metric_rows(result: Score) -> _Rows:
    rows = []
    for value in result.metrics:
        is_primary = value.name == result.primary
        rows.append(
            (
                f"{value.name} *" if is_primary else value.name,
                _number(value.value),
                _bounds(value),
                value.meaning,
            )
        )
        if is_primary and result.baseline:
            rows.append(
                (
                    f"  of {BASELINE}",
                    _number(result.baseline.value),
                    _bounds(result.baseline),
                    "the most frequent answer, always",
                )
            )
    return ("metric", "value", "95 % interval", "meaning"), rows


def _class_rows(result: Score) -> _Rows:
    rows = [
        (
            row.label,
            _number(row.precision),
            _number(row.recall),
            f"{row.recall_low:.3f} to {row.recall_high:.3f}",
            _number(row.f1),
            f"{row.support:,}",
        )
        for row in result.per_class
    ]
    return ("label", "precision", "recall", "95 % of recall", "F1", "support"), rows


def _confusion_rows(result: Score) -> _Rows:
    labels, rows = result.confusion or ((), ())
    return ("", *labels), [
        (label, *(f"{count:,}" for count in row)) for label, row in zip(labels, rows, strict=False)
    ]


def _comparison_headline(found: Comparison) -> str:
    size = f"n = {found.n:,}, {found.paragraphs:,} paragraphs"
    return f"{found.task}: {found.metric} of {len(found.systems)} systems, {size}"


def _system_rows(found: Comparison) -> _Rows:
    rows = [
        (letter, s.name, _number(s.result.value), _bounds(s.result), found.beaten_by(s.name) or "-")
        for letter, s in zip(letters_for(len(found.systems)), found.systems, strict=True)
    ]
    return ("", "system", found.metric, "95 % interval", "better than"), rows


def _pair_rows(found: Comparison) -> _Rows:
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


def _sentences(found: Comparison) -> Iterator[str]:
    for pair in found.pairs:
        yield f"{pair.first} and {pair.second}: {pair.words}."


def _subgroup_rows(found: Errors) -> _Rows:
    rows = [
        (g.attribute, g.value, f"{g.n:,}", _number(g.right / g.n), f"{g.low:.3f} to {g.high:.3f}")
        for g in found.subgroups
    ]
    return ("by", "value", "n", "right", "95 % (Wilson)"), rows


def _number(value: float) -> str:
    return f"{value:.3f}"


def _bounds(value: Value) -> str:
    return f"{value.low:.3f} to {value.high:.3f}"


def _plain(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return _as_table(headers, [[printable(cell) for cell in row] for row in rows])


def _wrapped(text: str, width: int) -> str:
    return fill(printable(text), width)


def _as_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return tabulate(rows, headers=list(map(printable, headers)), disable_numparse=True, tablefmt="simple")


def _markdown(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    cells = [[_as_markdown(cell) for cell in row] for row in rows]
    return tabulate(cells, headers=list(map(_as_markdown, headers)), disable_numparse=True, tablefmt="github")


def _as_markdown(text: str) -> str:
    return _MARKDOWN.sub(r"\\\g<0>", printable(text.strip()))


def _as_html(
    lines: Sequence[str], headers: Sequence[str], rows: Sequence[Sequence[str]], *, signature: str = ""
) -> str:
    cells = [[printable(cell) for cell in row] for row in rows]
    # tabulate escapes what is in the cells.
    table = tabulate(cells, headers=list(map(printable, headers)), disable_numparse=True, tablefmt="html")
    head = "<br>".join(escape(printable(line)) for line in lines)
    foot = f"<p><code>{escape(printable(signature))}</code></p>" if signature else ""
    return f"<p>{head}</p>{table}{foot}"


def _latex(headers: Sequence[str], rows: Sequence[Sequence[str]], *, signature: str) -> str:
    cells = [[printable(cell.strip()) for cell in row] for row in rows]
    table = tabulate(
        cells, headers=list(map(printable, headers)), disable_numparse=True, tablefmt="latex_booktabs"
    )
    return f"{table}\n% {printable(signature)}"


SCORE_FORMATS: Mapping[str, Callable[[Score], str]] = MappingProxyType(
    {"table": score_table, "json": score_json, "md": score_markdown, "latex": score_latex}
)
COMPARISON_FORMATS: Mapping[str, Callable[[Comparison], str]] = MappingProxyType(
    {
        "table": comparison_table,
        "json": comparison_json,
        "md": comparison_markdown,
        "latex": comparison_latex,
    }
)
ERROR_FORMATS: Mapping[str, Callable[[Errors], str]] = MappingProxyType(
    {"table": errors_table, "json": errors_json, "md": errors_markdown}
)
