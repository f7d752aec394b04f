"""Findings as GitHub annotations, and the page of a step's summary.

The runner's commands and their escapes are here. GitHub shows ten errors per step and silently drops the
rest, so the worst come first, one per record, and the last one counts the others; the log has them all.
"""

import re
from collections.abc import Iterable, Iterator

from onrecord.model.findings import LEVELS, Finding, printable
from onrecord.reporting.as_text import result_line, summary_lines, text_lines
from onrecord.reporting.tool import repository_path, text_line, with_expected, worst_first
from onrecord.validation.summary import Summary

SHOWN = 10
"""Annotations of one severity that GitHub shows for a step."""

LONGEST_TABLE = 1_000
"""Findings on the page of a step's summary."""

LARGEST_PAGE = 1_000_000
"""Bytes of that page; the runner refuses one of more than a mebibyte."""

_HEADERS = ("where", "record", "rule", "level", "what is wrong", "expected")
_MARKDOWN = re.compile(r"([\\|`*_\[\]<>#&~$!])")
_IN_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_PROPERTY = {**_IN_DATA, ":": "%3A", ",": "%2C"}


def github_report(findings: Iterable[Finding], summary: Summary) -> Iterator[str]:
    """The annotations, then every finding and the summary as lines of the log."""
    found = worst_first(findings)
    ordered = _one_per_record_first(found)
    is_all = len(ordered) <= SHOWN and not summary.left_out
    shown = ordered if is_all else ordered[: SHOWN - 1]
    for finding in shown:
        yield _annotation(finding)
    if not is_all:
        others = summary.findings - len(shown)
        yield f"::error title=onrecord::{_data(f'{others:,} more findings: the log of this step has them')}"
    # A line that starts with a hyphen is never taken for a command.
    yield from (_log_line(f"- {line}") for line in text_lines(found))
    yield from map(_log_line, summary_lines(summary))


def step_summary(findings: Iterable[Finding], summary: Summary) -> str:
    """The page for $GITHUB_STEP_SUMMARY: the summary, and the findings as a table."""
    found = worst_first(findings)
    lines = ["## onrecord validate", "", f"**{result_line(summary)}**", ""]
    lines += [f"- {_cell(line)}" for line in summary_lines(summary)][:-1]
    head = "\n".join(lines) + "\n"
    shown = min(len(found), LONGEST_TABLE)
    while len((page := head + _table(found, shown)).encode()) > LARGEST_PAGE:
        # Few findings with long values: a table is as wide as its longest cells.
        shown //= 2
    return page


def _table(found: list[Finding], shown: int) -> str:
    if not found:
        return ""
    rows = [[_cell(cell) for cell in _cells(finding)] for finding in found[:shown]]
    # Imported here, because only this table needs it, and it loads thirty modules.
    from tabulate import tabulate

    table = tabulate(rows, _HEADERS, tablefmt="github", disable_numparse=True)
    more = f"\n{len(found) - shown:,} more are in the log of the step.\n" if len(found) > shown else ""
    return f"\n{table}\n{more}"


def _annotation(finding: Finding) -> str:
    properties = {"title": f"{finding.rule} ({finding.record_id})" if finding.record_id else finding.rule}
    if not finding.file.startswith("<"):
        properties["file"] = repository_path(finding.file)
        if (line := text_line(finding)) is not None:
            properties["line"] = str(line)
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{finding.severity} {listed}::{_data(with_expected(finding))}"


def _one_per_record_first(findings: list[Finding]) -> list[Finding]:
    """The findings in their order: the first of every record, then the others."""
    seen: set[tuple[str, str | int | None]] = set()
    firsts: list[Finding] = []
    others: list[Finding] = []
    for finding in findings:
        record = (finding.file, finding.record_id or finding.line)
        (others if record in seen else firsts).append(finding)
        seen.add(record)
    return firsts + others


def _cells(finding: Finding) -> tuple[str, ...]:
    place = finding.file if finding.line is None else f"{finding.file}:{finding.line}"
    return (
        place,
        finding.record_id or "",
        finding.rule,
        LEVELS[finding.level],
        finding.message,
        finding.expected or "",
    )


def _cell(text: str) -> str:
    """The text on one line, as Markdown that means nothing but itself."""
    return _MARKDOWN.sub(r"\\\1", printable(text))


def _log_line(line: str) -> str:
    # The runner looks for its older commands anywhere in a line.
    return line.replace("##[", "## [")


def _data(text: str) -> str:
    return "".join(_IN_DATA.get(char) or printable(char) for char in text)


def _property(text: str) -> str:
    return "".join(_IN_PROPERTY.get(char) or printable(char) for char in text)
