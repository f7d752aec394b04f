"""Where the output goes: whole into a file or not at all, in colour only on a terminal, little if asked."""

import json
import os
import pty
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from onrecord.building.replace_file import replacing
from onrecord.cli.main import main
from onrecord.dataset.manifest import MANIFEST, manifest_text
from tests.helpers.answers import constant, gold, write
from tests.helpers.sample import ARTICLE, DOCUMENT_ID, SOURCE_FILE, edit

TASK = "verifiability"
COLOUR = re.compile("\x1b\\[[0-9;]*m")


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments])


@pytest.fixture
def predictions(sample_data: Path, tmp_path: Path) -> Path:
    return write(tmp_path / "gold.jsonl", gold(TASK, sample_data))


@pytest.fixture
def article(tmp_path: Path) -> Path:
    path = tmp_path / SOURCE_FILE
    path.write_text(ARTICLE, encoding="utf-8", newline="\n")
    return path


@pytest.fixture
def broken(sample_records: Path) -> Path:
    """Records with one error."""
    edit(sample_records / DOCUMENT_ID / "claims.jsonl", lambda rows: rows[2].update(mode="indirect_speach"))
    return sample_records


@pytest.fixture(
    params=[
        "validate",
        "validate sarif",
        "schema",
        "show",
        "show claims",
        "show jsonl",
        "hydrate",
        "rule",
        "diff",
        "tasks",
        "tasks inputs",
        "score",
        "score json",
        "score check",
        "check",
        "compare",
        "errors",
        "baseline",
    ]
)
def command(
    request: pytest.FixtureRequest,
    sample_records: Path,
    sample_data: Path,
    predictions: Path,
    article: Path,
    tmp_path: Path,
) -> list[object]:
    """Every command that a file can come out of, with arguments."""
    data = ["--data", sample_data]
    other = write(tmp_path / "other.jsonl", constant(TASK, "verifiable", sample_data))
    commands: dict[str, list[object]] = {
        "validate": ["validate", sample_records],
        "validate sarif": ["validate", sample_records, "--format", "sarif"],
        "schema": ["schema", "claims"],
        "show": ["show", *data],
        "show claims": ["show", "claims", "--limit", "1", *data],
        "show jsonl": ["show", "claims", "--format", "jsonl", *data],
        "hydrate": ["hydrate", article, *data],
        "rule": ["rule", "unknown-label"],
        "diff": ["diff", sample_data, sample_data],
        "tasks": ["tasks", *data],
        "tasks inputs": ["tasks", TASK, "--inputs", *data],
        "score": ["score", TASK, predictions, *data],
        "score json": ["score", TASK, predictions, "--format", "json", *data],
        "score check": ["score", TASK, predictions, "--check", *data],
        "check": ["check", TASK, predictions, *data],
        "compare": ["compare", TASK, predictions, other, *data],
        "errors": ["errors", TASK, predictions, *data],
        "baseline": ["baseline", TASK, "rules", *data],
    }
    return commands[request.param]


def test_a_file_holds_what_standard_output_would(command: list[object], tmp_path: Path) -> None:
    out = tmp_path / "out.txt"
    printed = run(*command)
    written = run(*command, "-o", out)

    assert printed.exit_code == written.exit_code == 0
    assert written.stdout == ""
    assert printed.stdout
    assert out.read_text(encoding="utf-8") == printed.stdout


def test_a_report_with_findings_is_written_and_ends_with_1(broken: Path, tmp_path: Path) -> None:
    done = run("validate", broken, "--output", tmp_path / "report.txt")

    assert (done.exit_code, done.stdout) == (1, "")
    assert "unknown-label" in (tmp_path / "report.txt").read_text(encoding="utf-8")


def test_a_hyphen_is_standard_output(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert run("schema", "claims", "-o", "-").stdout == run("schema", "claims").stdout
    assert list(tmp_path.iterdir()) == []


def test_a_command_that_fails_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "out" / "score.json"
    out.parent.mkdir()
    out.write_text("before")
    done = run("score", TASK, tmp_path / "no-such-file.jsonl", "--format", "json", "-o", out)

    assert done.exit_code == 2
    assert out.read_text() == "before"
    assert [path.name for path in out.parent.iterdir()] == ["score.json"]


def test_output_that_breaks_off_leaves_the_file_as_it_was(tmp_path: Path) -> None:
    out = tmp_path / "rows.jsonl"
    out.write_text("before")

    def write_half() -> None:
        with replacing(out) as stream:
            stream.write(b"half")
            raise ValueError("the second half is missing")

    with pytest.raises(ValueError, match="second half"):
        write_half()
    assert out.read_text() == "before"
    assert list(tmp_path.iterdir()) == [out]


def test_a_file_keeps_its_mode_and_a_link_to_it(tmp_path: Path) -> None:
    real, link = tmp_path / "real.json", tmp_path / "link.json"
    real.write_text("before")
    real.chmod(0o640)
    link.symlink_to(real)
    run("schema", "claims", "-o", link)

    assert link.is_symlink()
    assert json.loads(real.read_text(encoding="utf-8"))["title"] == "claims"
    assert real.stat().st_mode & 0o777 == 0o640


def test_a_new_file_has_the_mode_that_the_user_asks_for(tmp_path: Path) -> None:
    before = os.umask(0o027)
    try:
        run("schema", "claims", "-o", tmp_path / "claims.json")
    finally:
        os.umask(before)

    assert (tmp_path / "claims.json").stat().st_mode & 0o777 == 0o640


def test_a_device_is_written_to_and_stays_a_device() -> None:
    assert run("schema", "claims", "-o", os.devnull).exit_code == 0
    assert not Path(os.devnull).is_file()


@pytest.mark.parametrize(
    ("name", "reason"), [("missing/out.txt", "there is no folder"), ("", "it is a folder")]
)
def test_a_place_that_cannot_be_written_is_one_line_and_2(name: str, reason: str, tmp_path: Path) -> None:
    done = run("schema", "claims", "-o", tmp_path / name)

    assert done.exit_code == 2
    assert reason in done.stderr
    assert len(done.stderr.splitlines()) == 1
    assert list(tmp_path.iterdir()) == []


def test_quiet_validation_prints_the_findings_alone(broken: Path) -> None:
    loud, quiet = run("validate", broken), run("validate", broken, "--quiet")

    assert quiet.exit_code == loud.exit_code == 1
    assert quiet.stdout.splitlines() == loud.stdout.splitlines()[:1]


def test_quiet_leaves_the_formats_of_programs_as_they_are(broken: Path) -> None:
    assert (
        run("validate", broken, "-q", "--format", "json").stdout
        == run("validate", broken, "--format", "json").stdout
    )


def test_quiet_commands_that_succeed_print_nothing(
    sample_records: Path, sample_data: Path, predictions: Path, article: Path, tmp_path: Path
) -> None:
    whole = tmp_path / "whole"
    whole.mkdir()
    (whole / "CITATION.cff").write_text("title: A dataset\n")
    (whole / MANIFEST).write_text(manifest_text(whole, ["CITATION.cff"]))
    for arguments in (
        ["validate", sample_records],
        ["build", sample_records, tmp_path / "built"],
        ["verify", whole],
        ["page", tmp_path / "page.html", "--data", sample_data],
        ["segment", article, "--document-id", "other-2024-03-05", "--out", tmp_path / "new"],
        ["score", TASK, predictions, "--check", "--data", sample_data],
        ["score", TASK, predictions, "--fail-under", "0.1", "--data", sample_data],
    ):
        done = run(*arguments, "-q")
        assert (done.exit_code, done.output) == (0, ""), arguments


def on_a_terminal(*arguments: object, **variables: str) -> str:
    """What a command prints on a terminal."""
    master, slave = pty.openpty()
    environment = {**os.environ, "TERM": "xterm", "COLUMNS": "200", **variables}
    for name in [name for name, value in environment.items() if not value]:
        del environment[name]
    command = [sys.executable, "-m", "onrecord", *map(str, arguments)]
    with subprocess.Popen(command, stdout=slave, stderr=slave, env=environment) as process:
        os.close(slave)
        text = b"".join(chunks(master)).decode()
        process.wait()
    os.close(master)
    return text.replace("\r\n", "\n")


def chunks(descriptor: int) -> Iterator[bytes]:
    while True:
        try:
            content = os.read(descriptor, 65_536)
        except OSError:
            # Linux says so where the other end is closed.
            return
        if not content:
            return
        yield content


def test_findings_are_coloured_on_a_terminal(broken: Path) -> None:
    text = on_a_terminal("validate", broken, "-q", NO_COLOR="")

    assert "\x1b[31munknown-label\x1b[0m" in text
    assert COLOUR.sub("", text) == run("validate", broken, "-q").stdout


@pytest.mark.parametrize("variables", [{"NO_COLOR": "1"}, {"NO_COLOR": "", "TERM": "dumb"}], ids=str)
def test_nothing_is_coloured_where_nobody_wants_it(broken: Path, variables: dict[str, str]) -> None:
    assert on_a_terminal("validate", broken, "-q", **variables) == run("validate", broken, "-q").stdout


def test_nothing_is_coloured_in_a_file(broken: Path, tmp_path: Path) -> None:
    on_a_terminal("validate", broken, "-q", "-o", tmp_path / "out.txt", NO_COLOR="")

    assert "\x1b" not in (tmp_path / "out.txt").read_text(encoding="utf-8")


def test_a_name_cannot_colour_the_terminal(broken: Path) -> None:
    (broken / "\x1b[32mgreen").touch()
    text = on_a_terminal("validate", broken, "-q", NO_COLOR="")

    assert "\x1b[32m" not in text
    assert "\\x1b[32mgreen" in text
