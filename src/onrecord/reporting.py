"""Findings as people and programs read them; each format is a function in `FORMATS`.

Owns the wording of the report and its summary. A format takes the findings as they come, so that the first is
seen before the last is found, and the summary, whose counts are final once the findings are used up.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

from onrecord.findings import Finding
from onrecord.schemas import TABLES
from onrecord.validate import Summary

Report = Callable[[Iterable[Finding], Summary], Iterator[str]]
"""A format: findings and summary in, lines without line ends out."""


def text_report(findings: Iterable[Finding], summary: Summary) -> Iterator[str]:
    """One finding a line, then what was checked and what was not."""
    yield from text_lines(findings)
    yield from summary_lines(summary)


def text_lines(findings: Iterable[Finding]) -> Iterator[str]:
    """Each finding as `file:line: record_id rule: message (expected …)`."""
    for finding in findings:
        place = finding.file if finding.line is None else f"{finding.file}:{finding.line}"
        named = finding.rule if finding.record_id is None else f"{finding.record_id} {finding.rule}"
        expected = "" if finding.expected is None else f" (expected {finding.expected})"
        yield f"{place}: {named}: {finding.message}{expected}"


def summary_lines(summary: Summary) -> Iterator[str]:
    """How many records of which tables were checked, what was not, and the verdict."""
    by_table = {table: summary.records[table] for table in TABLES if table in summary.records}
    counts = [_count(number, table.removesuffix("s")) for table, number in by_table.items()]
    total = sum(by_table.values())
    checked = _count(total, "record") + f" of {_count(len(counts), 'table')} checked"
    yield f"{checked}{': ' if counts else ''}{', '.join(counts)}"
    if summary.documents_with_source:
        of_all = f"{summary.documents_with_source:,} of {_count(summary.documents, 'document')}"
        yield f"source checks ran for {of_all}"
    elif summary.documents:
        yield "source checks were not run"
    yield from (f"not checked: {note}" for note in summary.notes)
    yield "no findings" if not summary.findings else _count(summary.findings, "finding")


def _count(number: int, noun: str) -> str:
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


FORMATS: Mapping[str, Report] = MappingProxyType({"text": text_report})
"""Every format by the name that `--format` takes."""
