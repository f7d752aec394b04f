"""Findings as people and programs read them: each format is a module, gathered in `FORMATS`.

A format takes the findings as they come and the summary, whose counts are final once the findings are used
up, and gives lines. docs/validation.md says which formats are stable. Whatever came from outside (names of
files, values, notes) is escaped by each format in its own way.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import MappingProxyType

from onrecord.model.findings import Finding
from onrecord.reporting.as_github import github_report, step_summary
from onrecord.reporting.as_json import json_report
from onrecord.reporting.as_sarif import sarif_report
from onrecord.reporting.as_text import first_text_lines, summary_lines, text_lines, text_report
from onrecord.validation.summary import Summary

__all__ = [
    "FORMATS",
    "SHOWN",
    "Report",
    "first_text_lines",
    "step_summary",
    "summary_lines",
    "text_lines",
    "text_report",
]

Report = Callable[[Iterable[Finding], Summary], Iterator[str]]
"""A format: findings and summary in, lines without line ends out."""


def junit_report(findings: Iterable[Finding], summary: Summary) -> Iterator[str]:
    """The lines of one XML document with one test suite."""
    # Imported here because the library of XML takes longer to load than a small folder to check.
    from onrecord.reporting.as_junit import junit_report

    return junit_report(findings, summary)


FORMATS: Mapping[str, Report] = MappingProxyType(
    {
        "text": text_report,
        "json": json_report,
        "github": github_report,
        "sarif": sarif_report,
        "junit": junit_report,
    }
)
"""Every format by the name that `--format` takes."""

SHOWN: Mapping[str, int] = MappingProxyType({"text": 1_000})
"""Findings that a format shows unless more are asked for; a format without a number here shows all."""
