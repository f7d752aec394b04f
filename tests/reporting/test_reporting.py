"""Each format as its readers take it: parsers that are not ours, good records and broken ones."""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from click.testing import CliRunner
from junitparser import JUnitXml
from sarif_pydantic import Sarif

from onrecord import __version__
from onrecord.cli.main import main
from onrecord.model.findings import Finding
from onrecord.reporting import FORMATS, first_text_lines, step_summary
from onrecord.reporting import SHOWN as SHOWN_BY_FORMAT
from onrecord.reporting.as_github import LARGEST_PAGE, LONGEST_TABLE, SHOWN
from onrecord.reporting.as_sarif import MOST_RESULTS
from onrecord.reporting.regions import span
from onrecord.rules import RULES
from onrecord.validation.summary import Summary
from tests.helpers.sample import DOCUMENT_ID, article_of, claim_id, edit, write_sample

CLAIMS = f"{DOCUMENT_ID}/claims.jsonl"
FINDING_KEYS = ["rule", "level", "severity", "file", "line", "record_id", "path", "message", "expected"]


@pytest.fixture
def records(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The sample's records, in the working directory as a CI job has them."""
    write_sample(tmp_path / "repo")
    monkeypatch.chdir(tmp_path / "repo")
    monkeypatch.delenv("GITHUB_WORKSPACE", raising=False)
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
    return Path("records")


@pytest.fixture
def broken(records: Path) -> Path:
    """Three errors: a misspelt label, a relay that is the speaker, and an unexpected file."""
    edit(records / CLAIMS, lambda rows: rows[2].update(mode="indirect_speach"))
    edit(records / CLAIMS, lambda rows: rows[3].update(via=["ada-lind", "city-press-office"]))
    (records / DOCUMENT_ID / "notes,1:%.txt").write_text("Ask the mayor.\n")
    return records


def report(records: Path, form: str, *options: str, code: int) -> str:
    result = CliRunner().invoke(main, ["validate", str(records), "--format", form, *options])
    assert result.exit_code == code
    return result.stdout


def finding(number: int, **changes: object) -> Finding:
    given: dict[str, object] = {
        "rule": "unknown-label",
        "level": 2,
        "severity": "error",
        "file": f"records/{CLAIMS}",
        "line": number,
        "record_id": claim_id(number),
        "path": "$.mode",
        "message": "mode is wrong",
        "expected": None,
    }
    return Finding(**{**given, **changes})  # type: ignore[arg-type]  # every field is of its type in the dict


def render(form: str, findings: list[Finding]) -> str:
    summary = Summary()
    for one in findings:
        summary.count_finding(one)
    return "\n".join(FORMATS[form](findings, summary))


@pytest.mark.parametrize("form", FORMATS)
def test_every_format_ends_with_0_on_good_and_1_on_broken_records(form: str, records: Path) -> None:
    report(records, form, code=0)
    edit(records / CLAIMS, lambda rows: rows[2].update(mode="indirect_speach"))
    report(records, form, code=1)


def test_json_has_version_summary_and_findings(broken: Path) -> None:
    answer = json.loads(report(broken, "json", code=1))

    assert list(answer) == ["version", "findings", "summary"]
    assert answer["version"] == __version__
    assert [list(one) for one in answer["findings"]] == [FINDING_KEYS] * 3
    assert answer["summary"]["by_rule"] == {"speaker-in-via": 1, "unknown-file": 1, "unknown-label": 1}
    assert answer["summary"]["findings"] == 3
    assert answer["summary"]["records"]["claims"] == 4


def test_json_without_findings_is_an_empty_list(records: Path) -> None:
    answer = json.loads(report(records, "json", code=0))

    assert answer["findings"] == []
    assert answer["summary"]["documents_with_source"] == 1


def test_sarif_is_read_with_rules_and_places(broken: Path) -> None:
    [run] = Sarif.model_validate_json(report(broken, "sarif", code=1)).runs

    assert [rule.id for rule in run.tool.driver.rules or []] == list(RULES)
    found = {result.rule_id: result for result in run.results or []}
    assert set(found) == {"speaker-in-via", "unknown-file", "unknown-label"}
    for rule_id, result in found.items():
        assert (run.tool.driver.rules or [])[result.rule_index or 0].id == rule_id
        [location] = result.locations or []
        assert location.physical_location is not None
        assert location.physical_location.region is not None
        assert (location.physical_location.region.start_line or 0) >= 1
    label = json.loads(report(broken, "sarif", code=1))["runs"][0]["results"][1]
    place = label["locations"][0]["physicalLocation"]
    assert place["artifactLocation"] == {"uri": f"records/{CLAIMS}"}
    assert place["region"]["startLine"] == place["region"]["endLine"] == 3


def marked(records: Path) -> dict[str, str | None]:
    """The text that the region of each result in a SARIF log marks, by rule; None where it marks a line."""
    log = json.loads(report(records, "sarif", code=1))
    found: dict[str, str | None] = {}
    for result in log["runs"][0]["results"]:
        place = result["locations"][0]["physicalLocation"]
        region = place["region"]
        found[result["ruleId"]] = None
        if "startColumn" in region:
            lines = Path(place["artifactLocation"]["uri"]).read_text(encoding="utf-8").splitlines()
            line = lines[region["startLine"] - 1]
            found[result["ruleId"]] = line[region["startColumn"] - 1 : region["endColumn"] - 1]
    return found


def test_sarif_marks_the_value_that_is_wrong(broken: Path) -> None:
    assert marked(broken) == {
        "unknown-label": '"indirect_speach"',
        "speaker-in-via": '"ada-lind"',
        "unknown-file": None,
    }


def test_sarif_marks_a_value_behind_characters_outside_the_basic_plane(records: Path) -> None:
    edit(records / CLAIMS, lambda rows: rows[2].update(text="😀 “é” stands here.", mode="said"))

    assert marked(records)["unknown-label"] == '"said"'


def test_sarif_marks_a_field_of_a_document_on_its_own_line(records: Path) -> None:
    edit(records / DOCUMENT_ID / "document.json", lambda rows: rows[0].update(date="2024-13-05"))

    assert '"2024-13-05"' in marked(records).values()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("$", '{"a": [{"b c": "x\\"]", "d": {}}, [1, -2.5]], "a": 1}'),
        ("$.a", '[{"b c": "x\\"]", "d": {}}, [1, -2.5]]'),
        ("$.a[0].d", "{}"),
        ('$.a[0]["b c"]', '"x\\"]"'),
        ("$.a[1][1]", "-2.5"),
        ("$.a[2]", None),
        ("$.e", None),
        ("$.a.b", None),
        ("$..a", None),
        ("a", None),
    ],
)
def test_a_json_path_is_found_in_the_text_of_a_line(path: str, expected: str | None) -> None:
    text = ' {"a": [{"b c": "x\\"]", "d": {}}, [1, -2.5]], "a": 1}'
    found = span(text, path)

    assert (found and text[slice(*found)]) == expected


@pytest.mark.parametrize("text", ["", "{", '{"a"', '{"a":', '{"a": x}', "[1, 2]", '{"b": 1,}', "[" * 100_000])
def test_in_a_line_that_is_no_object_nothing_is_found(text: str) -> None:
    assert span(text, "$.a") is None


def test_sarif_has_the_addresses_that_the_package_states(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "onrecord-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(
        "Metadata-Version: 2.4\nName: onrecord\nVersion: 1.0\n"
        "Project-URL: Homepage, https://example.org/onrecord\n"
        "Project-URL: Rules, https://example.org/onrecord/rules\n"
    )
    monkeypatch.syspath_prepend(str(tmp_path))
    driver = json.loads(render("sarif", []))["runs"][0]["tool"]["driver"]

    assert driver["informationUri"] == "https://example.org/onrecord"
    assert driver["rules"][0]["helpUri"] == f"https://example.org/onrecord/rules#{driver['rules'][0]['id']}"


def test_sarif_has_no_address_where_the_package_states_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    info = tmp_path / "onrecord-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.4\nName: onrecord\nVersion: 1.0\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    driver = json.loads(render("sarif", []))["runs"][0]["tool"]["driver"]

    assert "informationUri" not in driver
    assert not [rule for rule in driver["rules"] if "helpUri" in rule]


def test_every_rule_has_an_anchor_on_the_page_of_rules(root: Path) -> None:
    page = (root / "docs" / "rules.md").read_text(encoding="utf-8")

    assert re.findall(r'<a id="([^"]+)"></a>', page) == list(RULES)


def test_sarif_has_what_its_schema_requires(broken: Path) -> None:
    log = json.loads(report(broken, "sarif", code=1))

    assert log["version"] == "2.1.0"
    assert log["$schema"].endswith("sarif-2.1.0.json")
    [run] = log["runs"]
    assert isinstance(run["tool"]["driver"]["name"], str)
    assert all(isinstance(result["message"]["text"], str) for result in run["results"])
    assert all(result["level"] in ("none", "note", "warning", "error") for result in run["results"])
    assert all(isinstance(call["executionSuccessful"], bool) for call in run["invocations"])
    assert all(
        note["message"]["text"] for call in run["invocations"] for note in call["toolExecutionNotifications"]
    )
    uris = [r["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for r in run["results"]]
    assert f"records/{DOCUMENT_ID}/notes%2C1%3A%25.txt" in uris


def test_a_sarif_fingerprint_stays_when_the_line_moves() -> None:
    def prints(line: int) -> object:
        log = json.loads(render("sarif", [finding(1, line=line)]))
        return log["runs"][0]["results"][0]["partialFingerprints"]

    assert prints(3) == prints(30)
    assert (
        prints(3) != json.loads(render("sarif", [finding(2)]))["runs"][0]["results"][0]["partialFingerprints"]
    )


@pytest.mark.parametrize("form", ["sarif", "github"])
def test_a_row_of_a_parquet_file_is_named_in_words_if_a_format_wants_lines(form: str) -> None:
    found = finding(3, file="data/claims/test-00000-of-00001.parquet", message="mode is wrong")

    text = "\n".join(FORMATS[form]([found], Summary()))

    assert "row 3: mode is wrong" in text


def test_sarif_stays_below_the_number_of_results_that_code_scanning_takes() -> None:
    log = json.loads(render("sarif", [finding(number) for number in range(MOST_RESULTS + 2)]))

    assert len(log["runs"][0]["results"]) == MOST_RESULTS
    notes = log["runs"][0]["invocations"][0]["toolExecutionNotifications"]
    assert notes[-1]["message"]["text"] == "2 findings are not shown"


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


def annotations(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("::")]


def test_github_annotations_are_worst_first_and_escaped(broken: Path) -> None:
    found = annotations(report(broken, "github", code=1))

    assert found[0] == (
        f"::error title=unknown-file,file=records/{DOCUMENT_ID}/notes%2C1%3A%25.txt::"
        "nothing of this name is expected here"
    )
    assert found[1] == (
        f"::error title=unknown-label ({claim_id(3)}),file=records/{CLAIMS},line=3::"
        'mode is "indirect_speach", not one of its labels (expected indirect_speech)'
    )
    assert len(found) == 3


def test_no_text_of_a_record_can_give_the_runner_a_command() -> None:
    text = render("github", [finding(1, file="::set-env::x.jsonl", message="a\n::stop::%0A ##[error]")])

    assert text.splitlines()[0].startswith("::error title=")
    assert "a%0A::stop::%250A" in text.splitlines()[0]
    assert not any(line.lstrip().startswith("::") for line in text.splitlines()[2:])
    assert "##[" not in "\n".join(text.splitlines()[1:])


def test_of_many_findings_github_is_shown_one_per_record_and_a_count_of_the_rest() -> None:
    many = [finding(number, path=path) for number in range(1, 9) for path in ("$.mode", "$.kind", "$.via")]
    found = annotations(render("github", many))

    assert len(found) == SHOWN
    assert [claim_id(number) in line for number, line in enumerate(found[:8], 1)] == [True] * 8
    assert found[-1] == "::error title=onrecord::15 more findings: the log of this step has them"


def test_the_workspace_of_the_runner_is_where_paths_start(
    records: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_WORKSPACE", str(tmp_path))
    (records / "notes.txt").touch()

    assert "file=repo/records/notes.txt" in report(records, "github", code=1)


def test_a_step_summary_is_written_where_the_runner_wants_one(
    broken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = tmp_path / "summary.md"
    page.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(page))

    report(broken, "github", code=1)

    text = page.read_text(encoding="utf-8")
    assert text.startswith("before\n## onrecord validate\n\n**3 findings**\n")
    assert text.count("\n| ") == 1 + 3
    assert r"indirect\_speach" in text


def test_other_formats_write_no_step_summary(
    broken: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    report(broken, "json", code=1)

    assert not (tmp_path / "summary.md").exists()


def test_a_step_summary_stays_below_its_limit() -> None:
    many = [finding(number, message="m" * 200) for number in range(LONGEST_TABLE * 2)]
    page = step_summary(many, Summary(by_rule={"unknown-label": len(many)}))

    assert len(page.encode()) < 2**20
    assert page.endswith(f"{LONGEST_TABLE:,} more are in the log of the step.\n")


def test_only_as_many_findings_as_asked_for_are_shown_and_all_are_counted(broken: Path) -> None:
    text = report(broken, "text", "--max-findings", "1", code=1)
    answer = json.loads(report(broken, "json", "--max-findings", "1", code=1))

    assert text.splitlines()[-1] == "3 findings, 2 of them not shown"
    assert len(answer["findings"]) == 1
    assert (answer["summary"]["findings"], answer["summary"]["left_out"]) == (3, 2)


def test_ignored_rules_are_left_out_and_counted(broken: Path) -> None:
    options = ("--ignore", "unknown-file", "--ignore", "speaker-in-via", "--ignore", "unknown-label")
    text = report(broken, "text", *options, code=0)
    one = json.loads(report(broken, "json", *options[:2], code=1))

    assert "ignored: 1 speaker-in-via, 1 unknown-file, 1 unknown-label" in text
    assert text.splitlines()[-1] == "no findings"
    assert one["summary"]["ignored"] == {"unknown-file": 1}


def test_junit_fails_a_rule_whose_findings_were_too_many_to_show(broken: Path) -> None:
    done = CliRunner().invoke(main, ["validate", str(broken), "--format", "junit", "--max-findings", "1"])
    [suite] = JUnitXml.fromstring(done.stdout.encode())
    failed = [case for case in suite if any("failure" in str(type(r)).lower() for r in case.result)]
    assert len(failed) == 3


def test_a_step_summary_that_cannot_be_written_does_not_stop_the_report(
    broken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "nowhere/summary.md")
    done = CliRunner().invoke(main, ["validate", str(broken), "--format", "github"])
    assert done.exit_code == 1
    assert done.stdout.count("::error") == 3
    assert "the step summary was not written" in done.stderr


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


HOSTILE = "x\n::stop-commands::y\r\x1b[31m\x9b2J ##[error] | <b> [a](http://b) $x$ \u202e"
"""A name that is a command of a runner, an escape sequence, Markdown, HTML and a link."""


def hostile(form: str) -> str:
    """A report in which everything that can come from outside is hostile."""
    summary = Summary(records={"claims": 1})
    summary.note(HOSTILE)
    summary.skip_source(HOSTILE, HOSTILE, "whose article is lost")
    one = finding(1, file=HOSTILE, record_id=HOSTILE, path=HOSTILE, message=HOSTILE, expected=HOSTILE)
    summary.count_finding(one)
    return "\n".join(FORMATS[form]([one], summary))


@pytest.mark.parametrize("form", FORMATS)
def test_no_name_or_note_reaches_a_terminal_as_a_command(form: str) -> None:
    text = hostile(form)

    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)
    commands = [line for line in text.splitlines() if line.lstrip().startswith("::")]
    assert len(commands) == (1 if form == "github" else 0)
    assert all(line.startswith("::error title=unknown-label ") for line in commands)


def test_no_name_or_note_gives_the_runner_a_command_inside_a_line() -> None:
    log = hostile("github").splitlines()[1:]

    assert log
    assert not [line for line in log if "##[" in line]


def test_no_name_or_note_is_a_link_in_sarif() -> None:
    run = json.loads(hostile("sarif"))["runs"][0]

    messages = [result["message"]["text"] for result in run["results"]]
    messages += [note["message"]["text"] for note in run["invocations"][0]["toolExecutionNotifications"]]
    assert len(messages) == 3
    assert not [message for message in messages if "](" in message or "\n" in message]


def test_no_name_or_note_is_markdown_in_the_step_summary() -> None:
    summary = Summary()
    summary.note(HOSTILE)
    one = finding(1, file=HOSTILE, message=HOSTILE)
    summary.count_finding(one)
    page = step_summary([one], summary)

    table = [line for line in page.splitlines() if line.startswith("|")]
    assert len(table) == 3
    assert len(re.findall(r"(?<!\\)\|", table[2])) == 7
    assert not re.search(r"(?<!\\)[<\[$]", page)
    assert "\x1b" not in page


def test_a_step_summary_stays_below_its_limit_when_values_are_long() -> None:
    many = [finding(number, message="é" * 9_000) for number in range(LONGEST_TABLE)]
    page = step_summary(many, Summary(by_rule={"unknown-label": len(many)}))

    assert LARGEST_PAGE / 4 < len(page.encode()) <= LARGEST_PAGE
    shown = page.count("unknown-label")
    assert f"{LONGEST_TABLE - shown:,} more are in the log" in page


def test_a_file_name_that_is_not_utf8_is_a_place_in_sarif() -> None:
    [run] = json.loads(render("sarif", [finding(1, file="records/caf\udce9.jsonl")]))["runs"]

    place = run["results"][0]["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "records/caf%E9.jsonl"


def test_text_shows_a_thousand_findings_and_counts_the_others_by_rule(records: Path) -> None:
    edit(records / "speakers.jsonl", lambda rows: rows.extend([{**rows[0], "type": "ship"}] * 1_500))
    lines = report(records, "text", code=1).splitlines()
    total = int(lines[-1].split()[0].replace(",", ""))

    assert SHOWN_BY_FORMAT["text"] == 1_000
    assert sum(line.startswith("records/") for line in lines) == 1_000
    assert total > 1_000
    assert lines[-1] == f"{total:,} findings, {total - 1_000:,} of them not shown"
    assert lines[-2].startswith("findings by rule: ")
    counts = re.findall(r"([\d,]+) ([a-z-]+)", lines[-2].removeprefix("findings by rule: "))
    assert sum(int(number.replace(",", "")) for number, _ in counts) == total
    assert "unknown-label" in {rule for _, rule in counts}


def test_as_many_findings_as_asked_for_are_shown_in_text(records: Path) -> None:
    edit(records / "speakers.jsonl", lambda rows: rows.extend([{**rows[0], "type": "ship"}] * 1_100))
    lines = report(records, "text", "--max-findings", "1050", code=1).splitlines()

    assert sum(line.startswith("records/") for line in lines) == 1_050


def test_findings_beyond_the_limit_are_not_stored() -> None:
    summary = Summary()
    kept = list(summary.at_most(2, (finding(number) for number in range(1_000))))

    assert len(kept) == 2
    assert summary.left_out == 998


def test_findings_that_a_build_does_not_show_are_counted_by_rule() -> None:
    many = [finding(1), *(finding(number, rule="duplicate-id") for number in (2, 3)), finding(4)]
    lines = list(first_text_lines(many, most=1))

    assert len(lines) == 2
    assert lines[1] == "and 3 findings more: 2 duplicate-id, 1 unknown-label"
    assert list(first_text_lines(many[:1], most=1)) == lines[:1]


@pytest.mark.parametrize("form", FORMATS)
def test_notes_of_one_kind_are_one_note_with_a_count(form: str) -> None:
    summary = Summary(records={"documents": 2_000}, documents=2_000)
    for number in range(2_000):
        summary.skip_source(f"doc-{number}", f"there is no doc-{number}.txt", "without an article")
    summary.note("not given: claims; ids")
    text = "\n".join(FORMATS[form]([], summary))

    # SARIF has a note of its own, and the summary among its properties.
    assert text.count("source checks did not run") == (2 if form == "sarif" else 1)
    assert "there is no doc-0.txt (and 1,999 more documents without an article)" in text
    assert "not given: claims; ids" in text
    assert "doc-1.txt" not in text
