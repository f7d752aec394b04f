"""How a run ends: each exit code means one thing, and nobody but who asks for it sees a traceback."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from onrecord.cli.main import main
from onrecord.exceptions import UnusableManifest

EXIT_CODES = {signal.SIGINT: 130, signal.SIGTERM: 143}

AT_IMPORT = """
import builtins, os
plain = builtins.__import__
def importing(name, *rest):
    if name == {module!r}:
        builtins.__import__ = plain
        os.kill(os.getpid(), {number})
    return plain(name, *rest)
builtins.__import__ = importing
"""
"""Sends a signal to its own process when a module is imported."""

AT_EXIT = """
import atexit, os
atexit.register(os.kill, os.getpid(), {number})
"""
SWALLOWED = """
import os, onrecord.validation.validate as module
def interrupted(*_, **__):
    try:
        os.kill(os.getpid(), {number})
    except BaseException:
        raise RuntimeError("a library gave up") from None
module.validate = interrupted
"""
"""A library that makes an error of its own out of the interruption."""
DROPPED = """
import gc, os, time, onrecord.validation.validate as module
def interrupt(*_):
    gc.callbacks.clear()
    os.kill(os.getpid(), {number})
def slow(*_, **__):
    gc.callbacks.append(interrupt)
    gc.collect()
    time.sleep(600)
module.validate = slow
"""
"""A callback of the garbage collector, out of which Python raises nothing."""


def run_process(before: str, *arguments: str) -> "subprocess.CompletedProcess[str]":
    """Run the command line as a process of its own, after some code."""
    code = (
        f"{before}\nimport sys\nfrom onrecord.__main__ import main\nsys.argv[1:] = {list(arguments)}\nmain()"
    )
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60
    )


@pytest.mark.parametrize("number", EXIT_CODES, ids=lambda number: number.name)
@pytest.mark.parametrize(
    "moment",
    [
        pytest.param(AT_IMPORT.replace("{module!r}", "'click'"), id="at start-up"),
        pytest.param(AT_IMPORT.replace("{module!r}", "'onrecord.validation.validate'"), id="in the command"),
        pytest.param(AT_EXIT, id="when the process ends"),
        pytest.param(SWALLOWED, id="inside a library that makes an error of it"),
        pytest.param(DROPPED, id="where Python drops exceptions"),
    ],
)
def test_a_signal_ends_with_its_code_and_no_traceback(
    sample_records: Path, number: signal.Signals, moment: str
) -> None:
    before = moment.replace("{number}", str(int(number)))
    done = run_process(before, "validate", str(sample_records))

    assert (done.returncode, done.stderr) == (EXIT_CODES[number], "")


def test_a_signal_lets_the_command_clean_up() -> None:
    before = (
        "import click, os, signal\n"
        "from onrecord.cli.main import main as group\n"
        "@group.command()\n"
        "def wait():\n"
        "    try:\n"
        "        os.kill(os.getpid(), signal.SIGTERM)\n"
        "    finally:\n"
        "        os.kill(os.getpid(), signal.SIGTERM)  # a wrapper that forwards it once more\n"
        "        click.echo('cleaned up')\n"
    )
    done = run_process(before, "wait")

    assert (done.returncode, done.stdout, done.stderr) == (143, "cleaned up\n", "")


def test_a_signal_that_the_caller_ignores_stays_ignored() -> None:
    before = "import os, signal\nsignal.signal(signal.SIGINT, signal.SIG_IGN)\n" + AT_EXIT.replace(
        "{number}", str(int(signal.SIGINT))
    )
    done = run_process(before, "schema", "claims")

    assert (done.returncode, done.stderr) == (0, "")


@pytest.fixture
def failing(request: pytest.FixtureRequest) -> Iterator[str]:
    """The name of a command that raises the exception that the test is parametrised with."""

    @main.command("fail")
    def fail() -> None:
        raise request.param

    yield str(fail.name)
    del main.commands["fail"]


def run(*arguments: str, **environment: str) -> Result:
    return CliRunner().invoke(main, arguments, env=environment)


@pytest.mark.parametrize(
    "failing",
    [KeyError("claim_id"), EOFError("cut off"), AssertionError(), ValueError("two\nlines \x1b[31m")],
    indirect=True,
    ids=["KeyError", "EOFError", "AssertionError", "message of two lines"],
)
def test_an_unexpected_exception_is_one_line_that_asks_for_a_report_and_70(failing: str) -> None:
    result = run(failing)

    assert result.exit_code == 70
    (line,) = result.stderr.splitlines()
    assert line.startswith("internal error: ")
    assert "please report" in line
    assert "ONRECORD_TRACEBACK=1" in line
    assert "\x1b" not in line
    assert result.stdout == ""


@pytest.mark.parametrize("failing", [KeyError("claim_id")], indirect=True)
def test_the_traceback_of_an_internal_error_is_shown_on_request(failing: str) -> None:
    assert "KeyError: 'claim_id'" in run(failing, ONRECORD_TRACEBACK="1").stderr.splitlines()[-1]
    assert "Traceback" in run(failing, ONRECORD_TRACEBACK="1").stderr
    assert "Traceback" not in run(failing, ONRECORD_TRACEBACK="0").stderr


@pytest.mark.parametrize(
    "failing",
    [OSError(28, "No space left on device"), UnusableManifest("no manifest")],
    indirect=True,
    ids=["OSError", "OnRecordError"],
)
def test_an_error_of_the_system_or_of_the_input_is_one_line_and_2(failing: str) -> None:
    result = run(failing)

    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 1
    assert result.stderr.startswith("Error: ")


@pytest.mark.parametrize("failing", [KeyboardInterrupt()], indirect=True)
def test_an_interruption_inside_another_program_is_130(failing: str) -> None:
    assert run(failing).exit_code == 130


@pytest.mark.parametrize("arguments", [["--help"], ["show", "claims", "--format", "jsonl"]], ids=" ".join)
def test_a_reader_that_leaves_is_neither_a_finding_nor_a_traceback(arguments: list[str]) -> None:
    read, write = os.pipe()
    os.close(read)
    command = [sys.executable, "-m", "onrecord", *arguments]
    done = subprocess.run(command, stdout=write, stderr=subprocess.PIPE, text=True, check=False)
    os.close(write)

    assert (done.returncode, done.stderr) == (141, "")


HOSTILE = "x\n::stop-commands::y\x1b[31m"


@pytest.mark.parametrize(
    "arguments",
    [
        ["validate", HOSTILE],
        ["validate", "--format", "github", HOSTILE],
        ["validate", "--level", HOSTILE, "."],
        ["validate", f"--{HOSTILE}"],
        ["validate", "--table", HOSTILE, "-"],
        ["validate", "--ignore", HOSTILE, "."],
        [HOSTILE],
        ["schema", HOSTILE],
        ["build", HOSTILE, "out"],
        ["show", HOSTILE],
        ["show", "claims", "--data", HOSTILE],
        ["hydrate", HOSTILE],
        ["diff", HOSTILE, HOSTILE],
        ["verify", HOSTILE],
        ["segment", HOSTILE, "--document-id", "a-2024-01-01"],
        ["segment", "a.txt", "--document-id", HOSTILE],
        ["new-claim", HOSTILE, "words"],
        ["page", f"{HOSTILE}/page.html"],
    ],
    ids=lambda arguments: " ".join(arguments).replace(HOSTILE, "HOSTILE"),
)
def test_a_hostile_name_is_shown_as_text(
    arguments: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "a.txt").write_text("A text.\n")
    result = run(*arguments)

    assert result.exit_code == 2
    assert "\x1b" not in result.output
    assert not [line for line in result.output.splitlines() if line.lstrip().startswith("::")]
    assert "stop-commands" in result.output


def test_every_line_of_several_reasons_is_a_line(tmp_path: Path) -> None:
    result = run("diff", str(tmp_path / "a"), str(tmp_path / "b"))

    assert result.exit_code == 2
    assert len(result.stderr.splitlines()) == 2


def test_a_missing_argument_is_reported_as_click_has_it() -> None:
    result = run("validate")
    assert result.exit_code == 2
    assert "Missing argument 'PATH...'" in result.stderr
    assert isinstance(main, click.Group)
