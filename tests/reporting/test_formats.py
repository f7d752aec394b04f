"""What holds for every format, and for text and JSON: exit codes, limits, counts, notes."""

import json
import re
from pathlib import Path

import pytest

from onrecord import __version__
from onrecord.reporting import FORMATS, first_text_lines
from onrecord.reporting import SHOWN as SHOWN_BY_FORMAT
from onrecord.validation.summary import Summary
from tests.helpers.reports import CLAIMS, finding, hostile, report
from tests.helpers.sample import edit

FINDING_KEYS = ["rule", "level", "severity", "file", "line", "record_id", "path", "message", "expected"]


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


@pytest.mark.parametrize("form", ["sarif", "github"])
def test_a_row_of_a_parquet_file_is_named_in_words_if_a_format_wants_lines(form: str) -> None:
    found = finding(3, file="data/claims/test-00000-of-00001.parquet", message="mode is wrong")

    text = "\n".join(FORMATS[form]([found], Summary()))

    assert "row 3: mode is wrong" in text


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


@pytest.mark.parametrize("form", FORMATS)
def test_no_name_or_note_reaches_a_terminal_as_a_command(form: str) -> None:
    text = hostile(form)

    assert not re.search("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202e]", text)
    commands = [line for line in text.splitlines() if line.lstrip().startswith("::")]
    assert len(commands) == (1 if form == "github" else 0)
    assert all(line.startswith("::error title=unknown-label ") for line in commands)


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
