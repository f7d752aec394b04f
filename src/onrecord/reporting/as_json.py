"""Findings as one JSON object, for programs: `version`, `findings`, `summary`.

The keys are stable. Findings are written as they come, one per line, so that a report of any length needs no
memory; the summary is last because its counts are final only then.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from typing import Any

from onrecord.model.findings import Finding
from onrecord.reporting.tool import tool_version
from onrecord.validation.summary import Summary


def json_report(findings: Iterable[Finding], summary: Summary) -> Iterator[str]:
    """The lines of one JSON object."""
    yield f'{{"version": {json.dumps(tool_version())},'
    yield '"findings": ['
    separator = ""
    for finding in findings:
        # Written one step late, because a comma follows only if there is a next one.
        if separator:
            yield separator
        separator = _dumps(asdict(finding)) + ","
    if separator:
        yield separator.removesuffix(",")
    yield "],"
    yield f'"summary": {_dumps(summary_object(summary))}}}'


def summary_object(summary: Summary) -> dict[str, Any]:
    """What was checked and what was found, as JSON values."""
    return {
        "findings": summary.findings,
        "left_out": summary.left_out,
        "by_rule": dict(sorted(summary.by_rule.items())),
        "ignored": dict(sorted(summary.ignored.items())),
        "level": summary.level,
        "records": dict(summary.records),
        "documents": summary.documents,
        "documents_with_source": summary.documents_with_source,
        "notes": summary.notes,
    }


def _dumps(value: object) -> str:
    # ASCII is the same in every encoding that a terminal or a pipe may have.
    return json.dumps(value, ensure_ascii=True)
