"""Findings as SARIF 2.1.0, for code scanning and editors.

A log has rules with stable ids, places with lines and columns from 1, and fingerprints that stay the same
when lines are added above. See the OASIS standard, sections 3.13 to 3.58.
"""

import hashlib
import json
import os
from collections.abc import Iterable, Iterator
from typing import Any
from urllib.parse import quote

from onrecord.model.findings import LEVELS, Finding, printable
from onrecord.reporting.as_json import summary_object
from onrecord.reporting.regions import Region, regions
from onrecord.reporting.tool import (
    NAME,
    project_urls,
    repository_path,
    text_line,
    tool_version,
    with_expected,
    worst_first,
)
from onrecord.rules import RULES
from onrecord.validation.summary import Summary

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
MOST_RESULTS = 25_000
"""Results in one run that GitHub takes; it refuses a file with more."""

_POSITIONS = {rule: position for position, rule in enumerate(RULES)}


def sarif_report(findings: Iterable[Finding], summary: Summary) -> Iterator[str]:
    """The lines of one SARIF log with one run."""
    found = worst_first(findings)
    shown = found[:MOST_RESULTS]
    places = regions(shown)
    run = {
        "tool": {"driver": _driver()},
        "invocations": [
            {"executionSuccessful": True, "toolExecutionNotifications": list(_notes(found, summary))}
        ],
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, places.get(position)) for position, finding in enumerate(shown)],
        "properties": {"summary": summary_object(summary)},
    }
    log = {"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}
    yield from json.dumps(log, ensure_ascii=True, indent=1).split("\n")


def _driver() -> dict[str, Any]:
    """The tool and its rules, with addresses where the package's metadata have them."""
    urls = project_urls()
    driver: dict[str, Any] = {"name": NAME, "version": tool_version()}
    if home := urls.get("homepage"):
        driver["informationUri"] = home
    return {**driver, "rules": list(_rules(urls.get("rules")))}


def _rules(page: str | None) -> Iterator[dict[str, Any]]:
    for rule in RULES.values():
        yield {
            "id": rule.id,
            "shortDescription": {"text": rule.summary},
            "fullDescription": {"text": f"{rule.summary} {rule.why}"},
            "help": {"text": f"{rule.fix} `onrecord rule {rule.id}` shows an example."},
            **({"helpUri": f"{page}#{rule.id}"} if page else {}),
            "defaultConfiguration": {"level": rule.severity},
            "properties": {"tags": [LEVELS[rule.level]]},
        }


def _result(finding: Finding, place: Region | None) -> dict[str, Any]:
    location: dict[str, Any] = {
        "physicalLocation": {
            "artifactLocation": {"uri": quote(os.fsencode(repository_path(finding.file)))},
            "region": _region(finding, place),
        }
    }
    if finding.record_id:
        name = f"{finding.record_id} {finding.path}" if finding.path else finding.record_id
        location["logicalLocations"] = [{"fullyQualifiedName": name, "kind": "object"}]
    return {
        "ruleId": finding.rule,
        "ruleIndex": _POSITIONS[finding.rule],
        "level": finding.severity,
        "message": {"text": _plain(with_expected(finding))},
        "locations": [location],
        "partialFingerprints": {"onrecord/v1": _fingerprint(finding)},
    }


def _region(finding: Finding, place: Region | None) -> dict[str, int]:
    if place is None:
        # Viewers want a line; what concerns a whole file is shown at its top.
        return {"startLine": text_line(finding) or 1}
    names = ("startLine", "startColumn", "endLine", "endColumn")
    return dict(zip(names, place, strict=True))


def _fingerprint(finding: Finding) -> str:
    """The same for the same finding of the same record, wherever its line has moved."""
    place = finding.record_id or str(finding.line)
    parts = (finding.rule, repository_path(finding.file), place, finding.path or "")
    return hashlib.sha256("\0".join(parts).encode("utf-8", "backslashreplace")).hexdigest()


def _notes(found: list[Finding], summary: Summary) -> Iterator[dict[str, Any]]:
    notes = [f"not checked: {note}" for note in summary.notes]
    left_out = summary.left_out + max(len(found) - MOST_RESULTS, 0)
    if left_out:
        notes.append(f"{left_out} findings are not shown")
    for note in notes:
        yield {"level": "note", "message": {"text": _plain(note)}}


def _plain(text: str) -> str:
    """The text on one line, without what SARIF takes for an embedded link: `[text](target)`."""
    return printable(text).replace("](", "] (")
