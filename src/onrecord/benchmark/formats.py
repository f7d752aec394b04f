"""Scores, comparisons and errors as people and programs read them: table, JSON, Markdown, LaTeX.

Owns layout and wording. Returns text: the command line prints it.
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from textwrap import fill
from types import MappingProxyType
from typing import Any

from tabulate import tabulate

from onrecord.benchmark.compare import Comparison, letters_for
from onrecord.benchmark.errors import Errors
from onrecord.benchmark.report import BASELINE, Score, Value

_MOST_LABELS = 6
"""Labels up to which a confusion matrix fits a page; past it the JSON has it."""
_WIDTH = 100
_TEXT_WIDTH = 60
_LATEX_SIGNS = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    **{sign: f"\\{sign}" for sign in "&%$#_{}"},
}


def score_table(result: Score) -> str:
    """The score for a terminal."""
    parts = [_headline(result), _plain(*_metric_rows(result))]
    if result.per_class:
        parts.append(_plain(*_class_rows(result)))
    if result.confusion and len(result.confusion[0]) - 1 <= _MOST_LABELS:
        parts.append("expected (rows) and given (columns)\n" + _plain(*_confusion_rows(result)))
    parts += [fill(note, _WIDTH) for note in result.notes]
    parts.append(result.signature)
    return "\n\n".join(parts)


def score_markdown(result: Score) -> str:
    """The score as Markdown, for a page or an issue."""
    parts = [_headline(result), _markdown(*_metric_rows(result))]
    if result.per_class:
        parts.append(_markdown(*_class_rows(result)))
    if result.confusion and len(result.confusion[0]) - 1 <= _MOST_LABELS:
        parts.append("Expected (rows) and given (columns):\n\n" + _markdown(*_confusion_rows(result)))
    parts += result.notes
    parts.append(f"`{result.signature}`")
    return "\n\n".join(parts)


def score_latex(result: Score) -> str:
    """The metrics as a LaTeX table (package booktabs), the signature below them."""
    return _latex(*_metric_rows(result), signature=result.signature)


def score_json(result: Score) -> str:
    """The score as JSON: all of it, counts a paragraph included, so that `compare` takes it as a system."""
    return _json(result.as_dict())


def comparison_table(found: Comparison) -> str:
    """The comparison for a terminal."""
    return "\n\n".join(
        [
            _comparison_headline(found),
            _plain(*_system_rows(found)),
            _plain(*_pair_rows(found)),
            "\n".join(_sentences(found)),
            found.signature,
        ]
    )


def comparison_markdown(found: Comparison) -> str:
    """The comparison as Markdown."""
    return "\n\n".join(
        [
            _comparison_headline(found),
            _markdown(*_system_rows(found)),
            _markdown(*_pair_rows(found)),
            "\n".join(f"- {sentence}" for sentence in _sentences(found)),
            f"`{found.signature}`",
        ]
    )


def comparison_latex(found: Comparison) -> str:
    """The systems as a LaTeX table (package booktabs): letters mark the systems that each one beats."""
    rows = [
        (f"{letter}: {s.name}", _number(s.result.value), _bounds(s.result), found.beaten_by(s.name))
        for letter, s in zip(letters_for(len(found.systems)), found.systems, strict=True)
    ]
    return _latex(("system", found.metric, "95 % interval", "better than"), rows, signature=found.signature)


def comparison_json(found: Comparison) -> str:
    """The comparison as JSON."""
    return _json(found.as_dict())


def errors_table(found: Errors) -> str:
    """The errors for a terminal: shares by stratum, then the items."""
    parts = [
        f"{found.task}: {len(found.wrong):,} of {found.n:,} wrong",
        _plain(*_stratum_rows(found)),
    ]
    if found.wrong:
        rows = [
            (w.item_id, fill(w.expected, 24), fill(w.given, 24), fill(w.text, _TEXT_WIDTH))
            for w in found.wrong
        ]
        parts.append(_plain(("id", "expected", "given", "text"), rows))
    return "\n\n".join(parts)


def errors_markdown(found: Errors) -> str:
    """The errors as Markdown."""
    rows = [(w.item_id, w.expected, w.given, w.text) for w in found.wrong]
    return "\n\n".join(
        [
            f"{found.task}: {len(found.wrong):,} of {found.n:,} wrong",
            _markdown(*_stratum_rows(found)),
            _markdown(("id", "expected", "given", "text"), rows),
        ]
    )


def errors_json(found: Errors) -> str:
    """The errors as JSON."""
    return _json(found.as_dict())


def _headline(result: Score) -> str:
    number = "item" if result.n == 1 else "items"
    paragraphs = f"{result.paragraphs:,} paragraph{'' if result.paragraphs == 1 else 's'}"
    gaps = [f"{result.missing:,} missing", f"{result.abstained:,} abstained"]
    return (
        f"{result.task}: {result.system}\n"
        f"{result.n:,} {number} in {paragraphs}, {result.answered:,} answered, {', '.join(gaps)}"
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


def _stratum_rows(found: Errors) -> _Rows:
    rows = [
        (s.trait, s.value, f"{s.n:,}", _number(s.right / s.n), f"{s.low:.3f} to {s.high:.3f}")
        for s in found.strata
    ]
    return ("by", "value", "n", "right", "95 % (Wilson)"), rows


def _number(value: float) -> str:
    return f"{value:.3f}"


def _bounds(value: Value) -> str:
    return f"{value.low:.3f} to {value.high:.3f}"


def _plain(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    return tabulate(rows, headers=headers, disable_numparse=True, tablefmt="simple")


def _markdown(headers: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [headers, ["---"] * len(headers), *rows]
    return "\n".join(
        "| " + " | ".join(cell.strip().replace("|", "\\|") for cell in line) + " |" for line in lines
    )


def _latex(headers: Sequence[str], rows: Sequence[Sequence[str]], *, signature: str) -> str:
    body = [" & ".join(_escaped(cell) for cell in line) + r" \\" for line in (headers, *rows)]
    return "\n".join(
        [
            rf"\begin{{tabular}}{{{'l' * len(headers)}}}",
            r"\toprule",
            body[0],
            r"\midrule",
            *body[1:],
            r"\bottomrule",
            r"\end{tabular}",
            rf"% {signature}",
        ]
    )


def _escaped(text: str) -> str:
    return "".join(_LATEX_SIGNS.get(sign, sign) for sign in text.strip())


def _json(value: Mapping[str, Any]) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, indent=2)


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
