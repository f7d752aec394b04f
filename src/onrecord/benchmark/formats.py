"""Scores, comparisons and errors as text: table, JSON, Markdown, LaTeX, and HTML for notebooks.

The tables are tabulate's, their rows those of `table_rows`. Names of systems, labels and texts come from
outside, so each is escaped for the format that it goes into.
"""

from __future__ import annotations

from html import escape
from textwrap import fill
from types import MappingProxyType
from typing import TYPE_CHECKING

from tabulate import tabulate

from onrecord.benchmark.table_rows import (
    class_rows,
    comparison_headline,
    confusion_rows,
    errors_headline,
    group_rows,
    interval_text,
    letters_for,
    metric_rows,
    number_text,
    pair_rows,
    score_headline,
    sentences,
    split_rows,
    subgroup_rows,
    system_rows,
)
from onrecord.dataset.json_values import json_text
from onrecord.model.findings import printable
from onrecord.model.markdown import markdown_text

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    # The records print themselves with the functions below.
    from onrecord.benchmark.compare import Comparison
    from onrecord.benchmark.errors import Errors
    from onrecord.benchmark.report import Score

_MOST_LABELS = 6
"""The most labels whose confusion matrix fits a page; with more, only the JSON has it."""
_MOST_CLASSES = 30
"""The most labels that have a row each; with more, only the JSON has them."""
_WIDTH = 100


def score_table(result: Score) -> str:
    """The score for a terminal."""
    parts = ["\n".join(map(printable, score_headline(result))), _plain(*metric_rows(result))]
    if result.by_split:
        parts.append(_plain(*split_rows(result)))
    if 0 < len(result.per_class) <= _MOST_CLASSES:
        parts.append(_plain(*class_rows(result)))
    if result.groups:
        parts.append(_plain(*group_rows(result)))
    if result.confusion and len(result.confusion[0]) - 1 <= _MOST_LABELS:
        parts.append("expected (rows) and given (columns)\n" + _plain(*confusion_rows(result)))
    parts += [fill(printable(note), _WIDTH) for note in result.notes]
    parts.append(result.signature)
    return "\n\n".join(parts)


def score_markdown(result: Score) -> str:
    """The score as Markdown, for a page or an issue."""
    parts = ["\n".join(map(markdown_text, score_headline(result))), _markdown(*metric_rows(result))]
    if result.by_split:
        parts.append(_markdown(*split_rows(result)))
    if 0 < len(result.per_class) <= _MOST_CLASSES:
        parts.append(_markdown(*class_rows(result)))
    if result.groups:
        parts.append(_markdown(*group_rows(result)))
    if result.confusion and len(result.confusion[0]) - 1 <= _MOST_LABELS:
        parts.append("Expected (rows) and given (columns):\n\n" + _markdown(*confusion_rows(result)))
    parts += map(markdown_text, result.notes)
    parts.append(f"`{result.signature}`")
    return "\n\n".join(parts)


def score_latex(result: Score) -> str:
    """The metrics as a LaTeX table (package booktabs), the signature below them."""
    return _latex(*metric_rows(result), signature=result.signature)


def score_json(result: Score) -> str:
    """The score as JSON, counts per unit included, so that `compare` takes it as a system."""
    return json_text(result.as_dict(), indent=2)


def score_html(result: Score) -> str:
    """The headline, the metrics and the signature as HTML."""
    return _as_html(score_headline(result), *metric_rows(result), signature=result.signature)


def comparison_table(found: Comparison) -> str:
    """The comparison for a terminal."""
    return "\n\n".join(
        [
            comparison_headline(found),
            _plain(*system_rows(found)),
            _plain(*pair_rows(found)),
            "\n".join(map(printable, sentences(found))),
            printable(found.signature),
        ]
    )


def comparison_markdown(found: Comparison) -> str:
    """The comparison as Markdown."""
    return "\n\n".join(
        [
            comparison_headline(found),
            _markdown(*system_rows(found)),
            _markdown(*pair_rows(found)),
            "\n".join(f"- {markdown_text(sentence)}" for sentence in sentences(found)),
            f"`{found.signature}`",
        ]
    )


def comparison_latex(found: Comparison) -> str:
    """The systems as a LaTeX table (package booktabs); letters name the systems that one is better than."""
    rows = [
        (f"{letter}: {s.name}", number_text(s.result.value), interval_text(s.result), found.beaten_by(s.name))
        for letter, s in zip(letters_for(len(found.systems)), found.systems, strict=True)
    ]
    return _latex(("system", found.metric, "95 % interval", "better than"), rows, signature=found.signature)


def comparison_json(found: Comparison) -> str:
    """The comparison as JSON."""
    return json_text(found.as_dict(), indent=2)


def comparison_html(found: Comparison) -> str:
    """The systems, what is known about their differences, and the signature as HTML."""
    lines = (comparison_headline(found), *sentences(found))
    return _as_html(lines, *system_rows(found), signature=found.signature)


def errors_table(found: Errors) -> str:
    """The errors for a terminal: the shares by subgroup, then the items."""
    parts = [
        errors_headline(found),
        _plain(*subgroup_rows(found)),
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
            errors_headline(found),
            _markdown(*subgroup_rows(found)),
            _markdown(("id", "expected", "given", "text"), rows),
        ]
    )


def errors_html(found: Errors) -> str:
    """The number of wrong items and the shares by subgroup as HTML."""
    return _as_html(
        (errors_headline(found),),
        *subgroup_rows(found),
    )


def errors_json(found: Errors) -> str:
    """The errors as JSON."""
    return json_text(found.as_dict(), indent=2)


def _plain(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return _as_table(headers, [[printable(cell) for cell in row] for row in rows])


def _wrapped(text: str, width: int) -> str:
    return fill(printable(text), width)


def _as_table(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return tabulate(rows, headers=list(map(printable, headers)), disable_numparse=True, tablefmt="simple")


def _markdown(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    cells = [[markdown_text(cell) for cell in row] for row in rows]
    return tabulate(
        cells, headers=list(map(markdown_text, headers)), disable_numparse=True, tablefmt="github"
    )


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
