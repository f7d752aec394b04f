"""Findings as text: one per line, then what was checked and what was not.

The wording of a finding's line and of the summary is here; other formats use both in their logs.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import islice

from onrecord.model.findings import Finding, printable
from onrecord.model.tables import SIDE_TABLES, TABLES
from onrecord.validation.summary import Summary

Paint = Callable[[str, str], str]
"""Gives a text the colour of its role: place, error or warning."""

_SINGULAR = {"extraction_matches": "extraction match"}


def text_report(findings: Iterable[Finding], summary: Summary, paint: Paint | None = None) -> Iterator[str]:
    """One finding per line, then what was checked and what was not."""
    yield from text_lines(findings, paint)
    yield from summary_lines(summary)


def text_lines(findings: Iterable[Finding], paint: Paint | None = None) -> Iterator[str]:
    """Each finding as `file:line: record_id rule: message (expected …)`.

    `paint` colours the place and the rule.
    """
    for finding in findings:
        yield str(finding) if paint is None else _painted(finding, paint)


def first_text_lines(
    findings: Iterable[Finding], most: int = 1_000, paint: Paint | None = None
) -> Iterator[str]:
    """The first findings as text, and one line that counts the others by rule."""
    rest = iter(findings)
    yield from text_lines(islice(rest, most), paint)
    if others := Counter(finding.rule for finding in rest):
        yield f"and {_count(others.total(), 'finding')} more: {_by_rule(others)}"


def summary_lines(summary: Summary) -> Iterator[str]:
    """How many records of which tables were checked, what was not checked, and the result."""
    counts = [_records(summary.records[table], table) for table in TABLES if table in summary.records]
    side = [_records(summary.records[table], table) for table in SIDE_TABLES if table in summary.records]
    total = sum(number for table, number in summary.records.items() if table in TABLES)
    if counts or not side:
        checked = f"{_count(total, 'record')} of {_count(len(counts), 'table')} checked"
        yield f"{checked}{': ' if counts else ''}{', '.join(counts)}"
    if side:
        yield f"{'also checked' if counts else 'checked'}: {', '.join(side)}"
    if summary.documents_with_source:
        of_all = f"{summary.documents_with_source:,} of {_count(summary.documents, 'document')}"
        yield f"source checks ran for {of_all}"
    elif summary.documents and not summary.skipped:
        yield "source checks were not run"
    yield from (f"not checked: {printable(note)}" for note in summary.notes)
    if summary.ignored:
        yield f"ignored: {_by_rule(summary.ignored)}"
    if summary.left_out:
        yield f"findings by rule: {_by_rule(summary.by_rule)}"
    yield result_line(summary)


def result_line(summary: Summary) -> str:
    """How many findings there are, and how many of them are not shown."""
    if not summary.findings:
        return "no findings"
    left_out = f", {summary.left_out:,} of them not shown" if summary.left_out else ""
    return f"{_count(summary.findings, 'finding')}{left_out}"


def _painted(finding: Finding, paint: Paint) -> str:
    """The finding's line with colours, which go around what has been escaped."""
    place = paint(printable(finding.place), "place")
    record = "" if finding.record_id is None else f"{printable(finding.record_id)} "
    return f"{place}: {record}{paint(finding.rule, finding.severity)}: {printable(finding.as_sentence())}"


def _by_rule(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{number:,} {rule}" for rule, number in sorted(counts.items()))


def _records(number: int, table: str) -> str:
    plural = table.replace("_", " ")
    singular = _SINGULAR.get(table, plural.removesuffix("s"))
    return f"{number:,} {singular if number == 1 else plural}"


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
