"""Findings as GitHub annotations, and the page of a step's summary.

Owns the commands of the runner and their escapes. GitHub shows ten errors a step and drops the rest without a
word, so the worst come first, one a record, and the last one counts the others; the log has them all.
"""

from collections.abc import Iterable, Iterator

from onrecord.model.findings import LEVELS, Finding
from onrecord.reporting.as_text import summary_lines, text_lines, verdict
from onrecord.reporting.tool import repository_path, text_line, with_expected, worst_first
from onrecord.validation.summary import Summary

SHOWN = 10
"""Annotations of one severity that GitHub shows for a step."""

LONGEST_TABLE = 1_000
"""Findings on the page of a step's summary, which may have a mebibyte."""

_IN_DATA = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_PROPERTY = {**_IN_DATA, ":": "%3A", ",": "%2C"}


def github_report(findings: Iterable[Finding], summary: Summary) -> Iterator[str]:
    """The annotations, then every finding and the summary as lines of the log."""
    found = worst_first(findings)
    ordered = _one_a_record_first(found)
    is_all = len(ordered) <= SHOWN and not summary.left_out
    shown = ordered if is_all else ordered[: SHOWN - 1]
    for finding in shown:
        yield _annotation(finding)
    if not is_all:
        others = summary.findings - len(shown)
        yield f"::error title=onrecord::{_data(f'{others:,} more findings: the log of this step has them')}"
    # A line that starts with a hyphen is never taken for a command.
    yield from (f"- {line}".replace("##[", "## [") for line in text_lines(found))
    yield from summary_lines(summary)


def step_summary(findings: Iterable[Finding], summary: Summary) -> str:
    """The page for $GITHUB_STEP_SUMMARY: the summary, and the findings as a table."""
    found = worst_first(findings)
    lines = ["## onrecord validate", "", f"**{verdict(summary)}**", ""]
    lines += [f"- {_cell(line)}" for line in summary_lines(summary)][:-1]
    if found:
        lines += [
            "",
            "| where | record | rule | level | what is wrong | expected |",
            "|---|---|---|---|---|---|",
        ]
        lines += [_row(finding) for finding in found[:LONGEST_TABLE]]
    if len(found) > LONGEST_TABLE:
        lines += ["", f"{len(found) - LONGEST_TABLE:,} more are in the log of the step."]
    return "\n".join(lines) + "\n"


def _annotation(finding: Finding) -> str:
    properties = {"title": f"{finding.rule} ({finding.record_id})" if finding.record_id else finding.rule}
    if not finding.file.startswith("<"):
        properties["file"] = repository_path(finding.file)
        if (line := text_line(finding)) is not None:
            properties["line"] = str(line)
    listed = ",".join(f"{name}={_property(value)}" for name, value in properties.items())
    return f"::{finding.severity} {listed}::{_data(with_expected(finding))}"


def _one_a_record_first(findings: list[Finding]) -> list[Finding]:
    """The findings in their order, second ones of a record after the first ones of all."""
    seen: set[tuple[str, str | int | None]] = set()
    firsts: list[Finding] = []
    others: list[Finding] = []
    for finding in findings:
        record = (finding.file, finding.record_id or finding.line)
        (others if record in seen else firsts).append(finding)
        seen.add(record)
    return firsts + others


def _row(finding: Finding) -> str:
    place = finding.file if finding.line is None else f"{finding.file}:{finding.line}"
    cells = (
        place,
        finding.record_id or "",
        finding.rule,
        LEVELS[finding.level],
        finding.message,
        finding.expected or "",
    )
    return "| " + " | ".join(_cell(cell) for cell in cells) + " |"


def _cell(text: str) -> str:
    return "".join(f"\\{sign}" if sign in "\\|`*_[]<>#" else sign for sign in text)


def _data(text: str) -> str:
    return "".join(_IN_DATA.get(sign, sign) for sign in text)


def _property(text: str) -> str:
    return "".join(_IN_PROPERTY.get(sign, sign) for sign in text)
