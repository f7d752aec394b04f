"""JUnit XML as its readers take it: the parser junitparser and the schema of Jenkins."""

import re
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from junitparser import JUnitXml

from onrecord.cli.main import main
from onrecord.rules import RULES
from tests.helpers.reports import CLAIMS, finding, render, report
from tests.helpers.sample import article_of, claim_id


def test_junit_is_read_with_a_failure_per_finding_and_a_pass_per_rule(broken: Path) -> None:
    suites = JUnitXml.fromstring(report(broken, "junit", code=1).encode())

    assert (suites.failures, suites.errors) == (3, 0)
    cases = [case for suite in suites for case in suite]
    failed = {case.result[0].type: case for case in cases if case.is_failure}
    assert set(failed) == {"speaker-in-via", "unknown-file", "unknown-label"}
    assert failed["unknown-label"].classname == f"records/{CLAIMS}"
    assert failed["unknown-label"].name == f"unknown-label {claim_id(3)} $.mode"
    assert {case.name for case in cases if case.is_passed} == set(RULES) - set(failed)


def test_junit_skips_what_was_not_checked(records: Path, tmp_path: Path) -> None:
    suites = JUnitXml.fromstring(report(records, "junit", "--level", "2", code=0).encode())
    article_of(records).unlink()
    without = JUnitXml.fromstring(report(records, "junit", "--articles", str(tmp_path), code=0).encode())

    assert suites.skipped == sum(rule.level > 2 for rule in RULES.values())
    assert without.skipped == sum(rule.level == 4 for rule in RULES.values())


def test_junit_replaces_characters_that_xml_cannot_hold() -> None:
    text = render("junit", [finding(1, message="a \x00 b \ud800 c <&> “é”", file="a\x1bb.jsonl")])

    [case] = [case for suite in JUnitXml.fromstring(text.encode()) for case in suite if case.is_failure]
    assert case.result[0].message == "a � b � c <&> “é”"


def test_junit_fails_a_rule_whose_findings_were_too_many_to_show(broken: Path) -> None:
    done = CliRunner().invoke(main, ["validate", str(broken), "--format", "junit", "--max-findings", "1"])
    [suite] = JUnitXml.fromstring(done.stdout.encode())
    failed = [case for case in suite if any("failure" in str(type(r)).lower() for r in case.result)]
    assert len(failed) == 3


JENKINS: Mapping[str, tuple[str, frozenset[str], str]] = {
    "testsuites": (
        "",
        frozenset({"name", "time", "tests", "failures", "disabled", "errors"}),
        "(testsuite )*",
    ),
    "testsuite": (
        "name tests",
        frozenset(
            {"failures", "errors", "time", "disabled", "skipped", "timestamp", "hostname", "id", "package"}
        ),
        "(properties )?(testcase )*(system-out )?(system-err )?",
    ),
    "testcase": (
        "name",
        frozenset({"assertions", "time", "classname", "status"}),
        "(skipped )?(error )*(failure )*(system-out )*(system-err )*",
    ),
    "failure": ("", frozenset({"type", "message"}), ""),
    "skipped": ("", frozenset(), ""),
    "system-out": ("", frozenset(), ""),
}
"""What jenkins-junit.xsd allows: required attributes, optional ones, and the order of the children."""


@pytest.mark.parametrize(
    "options", [(), ("--level", "2"), ("--max-findings", "1"), ("--ignore", "unknown-file")], ids=" ".join
)
def test_junit_is_what_the_schema_of_jenkins_allows(broken: Path, options: tuple[str, ...]) -> None:
    root = ET.fromstring(report(broken, "junit", *options, code=1))

    assert root.tag == "testsuites"
    for element in root.iter():
        required, optional, children = JENKINS[element.tag]
        assert set(required.split()) <= set(element.keys()), element.tag
        assert set(element.keys()) <= {*required.split(), *optional}, element.tag
        assert re.fullmatch(children, "".join(f"{child.tag} " for child in element)), element.tag
    assert {"failure", "skipped"} & {element.tag for element in root.iter()}


def test_junit_says_where_a_finding_is_although_a_test_case_has_no_line(broken: Path) -> None:
    root = ET.fromstring(report(broken, "junit", code=1))

    [label] = [case for case in root.iter("testcase") if "unknown-label " in (case.get("name") or "")]
    assert label.get("classname") == f"records/{CLAIMS}"
    assert f"records/{CLAIMS}:3: " in (label.findtext("failure") or "")
