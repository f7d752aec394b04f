"""Findings as JUnit XML, for test dashboards: every rule is a test case that passes, fails or is skipped.

A rule without findings is one passed case, a finding is one failed case of its rule, and a rule above the
level that was checked is skipped. Jenkins checks reports against the schema jenkins-junit.xsd: `skipped` has
no attributes there, test cases have neither `file` nor `line`, and `testsuites` has no `skipped`.
"""

import re
from collections.abc import Iterable, Iterator
from xml.etree import ElementTree as ET

from onrecord.model.findings import LEVELS, Finding, Rule
from onrecord.reporting.as_text import summary_lines, text_lines
from onrecord.reporting.tool import NAME, repository_path, tool_version
from onrecord.rules import RULES
from onrecord.validation.summary import Summary

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SOURCE_LEVEL = max(LEVELS)


def junit_report(findings: Iterable[Finding], summary: Summary) -> Iterator[str]:
    """The lines of one XML document with one test suite."""
    by_rule: dict[str, list[Finding]] = {}
    for finding in findings:
        by_rule.setdefault(finding.rule, []).append(finding)
    cases = [case for rule in RULES.values() for case in _cases(rule, by_rule.get(rule.id, []), summary)]
    counts = {
        "tests": str(len(cases)),
        "failures": str(sum(case.find("failure") is not None for case in cases)),
        "errors": "0",
    }
    skipped = str(sum(case.find("skipped") is not None for case in cases))
    suites = ET.Element("testsuites", {"name": f"{NAME} validate", **counts})
    suite = ET.SubElement(
        suites, "testsuite", {"name": f"{NAME} {tool_version()}", **counts, "skipped": skipped}
    )
    suite.extend(cases)
    ET.SubElement(suite, "system-out").text = _xml("\n".join(summary_lines(summary)))
    ET.indent(suites)
    yield '<?xml version="1.0" encoding="UTF-8"?>'
    # Characters outside ASCII are written as references, so that no terminal's encoding can spoil them.
    yield from ET.tostring(suites, encoding="us-ascii").decode("ascii").split("\n")


def _cases(rule: Rule, found: list[Finding], summary: Summary) -> Iterator[ET.Element]:
    if found:
        yield from map(_failed, found)
        return
    case = ET.Element("testcase", {"classname": f"{NAME}.{LEVELS[rule.level]}", "name": rule.id})
    if rule.id in summary.ignored:
        ET.SubElement(case, "skipped").text = f"{summary.ignored[rule.id]} findings ignored"
    elif rule.id in summary.by_rule:
        message = f"{summary.by_rule[rule.id]} findings, none of them shown: there are too many"
        ET.SubElement(case, "failure", {"type": rule.id, "message": message})
    elif rule.level > summary.level:
        ET.SubElement(case, "skipped").text = f"only levels up to {summary.level} were checked"
    elif rule.level == _SOURCE_LEVEL and not summary.documents_with_source:
        ET.SubElement(case, "skipped").text = "no article was available"
    yield case


def _failed(finding: Finding) -> ET.Element:
    place = finding.record_id or (f"line {finding.line}" if finding.line else "file")
    name = f"{finding.rule} {place}" + (f" {finding.path}" if finding.path else "")
    file = repository_path(finding.file)
    case = ET.Element("testcase", {"classname": _xml(file), "name": _xml(name)})
    failure = ET.SubElement(case, "failure", {"type": finding.rule, "message": _xml(finding.message)})
    failure.text = _xml(next(text_lines([finding])))
    return case


def _xml(text: str) -> str:
    """The text without the control characters that XML 1.0 cannot hold."""
    return _NOT_XML.sub("�", text)
