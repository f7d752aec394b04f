"""Annotations for a runner of GitHub Actions and the summary of a step: worst first, escaped, bounded."""

import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from onrecord.cli.main import main
from onrecord.reporting import step_summary
from onrecord.reporting.as_github import LARGEST_PAGE, LONGEST_TABLE, SHOWN
from onrecord.validation.summary import Summary
from tests.helpers.reports import CLAIMS, HOSTILE, finding, hostile, render, report
from tests.helpers.sample import DOCUMENT_ID, claim_id


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


def test_a_step_summary_that_cannot_be_written_does_not_stop_the_report(
    broken: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", "nowhere/summary.md")
    done = CliRunner().invoke(main, ["validate", str(broken), "--format", "github"])
    assert done.exit_code == 1
    assert done.stdout.count("::error") == 3
    assert "the step summary was not written" in done.stderr


def test_no_name_or_note_gives_the_runner_a_command_inside_a_line() -> None:
    log = hostile("github").splitlines()[1:]

    assert log
    assert not [line for line in log if "##[" in line]


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
