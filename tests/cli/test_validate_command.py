"""`onrecord validate` and `onrecord schema` as they are called: output, exit codes, what they import."""

import json
import os
import pty
import select
import subprocess
import sys
import termios
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from onrecord.cli.main import main
from onrecord.model.tables import TABLES, load_schema
from scripts import write_rules
from tests.helpers.sample import DOCUMENT_ID, article_of, claims, edit, write_sample

COUNTS = "4 claims, 5 segments, 1 document, 2 relations, 4 annotations, 3 speakers, 6 contrasts"
CLAIMS = f"{DOCUMENT_ID}/claims.jsonl"


@pytest.fixture
def records(tmp_path: Path) -> Path:
    return write_sample(tmp_path / "repo")


def call(*arguments: object, stdin: "str | bytes | None" = None) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], input=stdin)


def test_valid_records_end_with_0_and_the_summary(records: Path) -> None:
    result = call("validate", records)

    assert result.exit_code == 0
    assert result.output.splitlines() == [
        f"25 records of 7 tables checked: {COUNTS}",
        "also checked: 1 adjudication, 3 extractions, 3 extraction matches, 4 labellings",
        "source checks ran for 1 of 1 document",
        "no findings",
    ]


def test_findings_end_with_1_and_are_one_a_line(records: Path) -> None:
    edit(records / CLAIMS, lambda rows: rows[2].update(mode="indirect_speach"))
    result = call("validate", records)

    assert result.exit_code == 1
    assert result.output.splitlines()[0] == (
        f"{(records / CLAIMS).as_posix()}:3: {claims()[2]['claim_id']} unknown-label: "
        'mode is "indirect_speach", not one of its labels (expected indirect_speech)'
    )
    assert result.output.splitlines()[-1] == "1 finding"


def test_one_line_sums_up_that_source_checks_did_not_run(records: Path, tmp_path: Path) -> None:
    article_of(records).unlink()
    result = call("validate", records, "--articles", tmp_path)

    assert result.exit_code == 0
    assert result.output.count("source checks") == 1
    assert f"not checked: {DOCUMENT_ID}: source checks did not run, there is no " in result.output
    assert "source checks were not run" in call("validate", records, "--level", 3).output


def test_several_paths_share_one_summary(records: Path) -> None:
    result = call("validate", records / DOCUMENT_ID, records)

    assert result.exit_code == 0
    assert "source checks ran for 2 of 2 documents" in result.output


def test_a_single_file_or_standard_input_is_checked_with_table() -> None:
    result = call("validate", "-", "--table", "claims", stdin=json.dumps(claims()[0]) + "\n")

    assert result.exit_code == 0
    assert "1 record of 1 table checked: 1 claim" in result.output


def test_standard_input_is_checked_against_files_given_with_it(records: Path) -> None:
    claim = {**claims()[0], "speaker_id": "nobody"}
    arguments = ("validate", records / "speakers.jsonl", "-", "--table", "claims")

    result = call(*arguments, stdin=json.dumps(claim) + "\n")

    assert result.exit_code == 1
    assert "<stdin>:1: " in result.output
    assert "unknown-speaker" in result.output


@pytest.mark.parametrize(
    "arguments",
    [
        ["validate", "nowhere"],
        ["validate", "nowhere", "--table", "claims"],
        ["validate", ".", "--table", "claimz"],
        ["validate", "--level", "7", "."],
        ["validate"],
        ["schema", "claimz"],
        ["validate", "\0"],
    ],
    ids=lambda arguments: " ".join(arguments).replace("\0", "NUL"),
)
def test_input_that_cannot_be_used_ends_with_2_and_no_traceback(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = call(*arguments)

    assert result.exit_code == 2
    assert "Error: " in result.output
    assert "Traceback" not in result.output


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff" * 500,
        "{}\n".encode("utf-16"),
        b"[" * 10_000,
        b'{"\\ud800": "\\ud800"}\n',
        b'{"claim_id": 5, "text": NaN}\n',
        b'{"claim_id": "\x1b[31m"}\n',
    ],
    ids=["empty", "binary", "utf-16", "brackets", "surrogates", "number for an id", "escape sequence"],
)
@pytest.mark.parametrize("table", TABLES)
def test_nonsense_on_standard_input_is_a_finding_and_never_a_crash(table: str, content: bytes) -> None:
    result = call("validate", "-", "--table", table, stdin=content)

    is_allowed_empty = table == "relations" and not content
    assert result.exit_code == (0 if is_allowed_empty else 1)
    assert "\x1b" not in result.output


def test_a_terminal_without_unicode_is_no_reason_to_crash(records: Path) -> None:
    edit(records / CLAIMS, lambda rows: rows[2].update(mode="“direct”"))
    script = "import sys; from onrecord.cli.main import main; main()"
    result = subprocess.run(
        [sys.executable, "-c", script, "validate", str(records)],
        env={"PYTHONIOENCODING": "ascii", "PYTHONPATH": str(Path("src").resolve())},
        capture_output=True,
        check=False,
    )

    assert result.returncode == 1
    assert rb"\u201cdirect\u201d" in result.stdout
    assert result.stderr == b""


def test_progress_is_shown_on_a_terminal_and_nowhere_else(records: Path) -> None:
    terminal, end = pty.openpty()
    termios.tcsetwinsize(end, (24, 80))
    command = [sys.executable, "-m", "onrecord", "validate", str(records)]
    shown = subprocess.run(command, stdout=subprocess.PIPE, stderr=end, check=True)
    is_written, _, _ = select.select([terminal], [], [], 5)
    bar = os.read(terminal, 10_000) if is_written else b""
    os.close(end)
    os.close(terminal)
    silent = subprocess.run(command, capture_output=True, check=True)

    assert b" records" in bar
    assert silent.stderr == b""
    assert shown.stdout == silent.stdout


def test_a_closed_pipe_is_no_traceback(records: Path) -> None:
    script = "from onrecord.cli.main import main; main()"
    process = subprocess.Popen(
        [sys.executable, "-c", script, "validate", *[str(records)] * 50],
        env={"PYTHONPATH": str(Path("src").resolve())},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stderr is not None
    process.stdout.close()
    errors = process.stderr.read()
    process.stderr.close()
    process.wait(timeout=60)

    assert b"Traceback" not in errors


@pytest.mark.parametrize("table", TABLES)
def test_schema_prints_the_schema(table: str) -> None:
    assert json.loads(call("schema", table).output) == load_schema(table)


def test_a_misspelt_table_is_reported_with_the_nearest() -> None:
    assert "did you mean 'claims'?" in call("schema", "claim").output


@pytest.mark.parametrize("command", [[], ["validate"], ["schema"]], ids=["onrecord", "validate", "schema"])
def test_help_says_what_is_wanted(command: list[str]) -> None:
    result = call(*command, "--help")

    assert result.exit_code == 0
    assert "PATH" in result.output or "TABLE" in result.output or "records" in result.output


def test_help_shows_examples_line_by_line() -> None:
    assert "  onrecord validate records    check records written by hand\n" in call("--help").output
    assert "\n      file:line: record rule: what is wrong" in call("validate", "--help").output


@pytest.mark.parametrize("arguments", [["--help"], ["validate", "--help"]], ids=" ".join)
def test_help_loads_no_heavy_package(arguments: list[str]) -> None:
    script = (
        "import sys; from onrecord.cli.main import main; main(sys.argv[1:], standalone_mode=False);"
        "print([n for n in ('pyarrow','datasets','pandas','jsonschema','jsonschema_rs') if n in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        env={"PYTHONPATH": str(Path("src").resolve())},
        capture_output=True,
        check=True,
        text=True,
    )

    assert result.stdout.splitlines()[-1] == "[]"


def test_the_page_of_rules_is_up_to_date() -> None:
    assert write_rules.is_current(write_rules.PAGE)
