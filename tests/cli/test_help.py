"""Help texts: groups, defaults, versions, completion, and names that go on working."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import click
import pytest
from click.testing import CliRunner, Result

from onrecord import __version__
from onrecord.benchmark.baselines import DESCRIPTIONS
from onrecord.benchmark.formats import COMPARISON_FORMATS, ERROR_FORMATS, SCORE_FORMATS
from onrecord.cli.main import main
from onrecord.dataset.agreement_formats import AGREEMENT_FORMATS
from onrecord.dataset.comparison.formats import DIFF_FORMATS
from onrecord.execution.processes import LARGE
from onrecord.reporting import FORMATS
from onrecord.rules import RULES
from tests.helpers.answers import gold, write
from tests.helpers.sample import claim_id

TASK = "verifiability"
CONTEXT = click.Context(main, info_name="onrecord", **main.context_settings)


def run(*arguments: object) -> Result:
    return CliRunner().invoke(main, [str(argument) for argument in arguments], prog_name="onrecord")


def commands() -> dict[str, click.Command]:
    """Every command, hidden ones included."""
    found = {name: main.get_command(CONTEXT, name) for name in main.list_commands(CONTEXT)}
    return {name: command for name, command in found.items() if command is not None}


def test_commands_are_listed_in_groups() -> None:
    text = run("--help").output
    titles = re.findall(r"^(\w+):$", text, re.MULTILINE)

    assert titles == ["Options", "Data", "Authoring", "Validation", "Benchmark"]
    validation = text.partition("Validation:\n")[2].partition("\n\n")[0]
    assert [line.split()[0] for line in validation.splitlines()] == ["validate", "build", "rule"]


@pytest.mark.parametrize(
    ("given", "hint"),
    [
        ("validat", "No such command 'validat'. Did you mean 'validate'?"),
        ("zzz", "No such command 'zzz'."),
    ],
)
def test_a_misspelt_command_is_reported_with_the_nearest(given: str, hint: str) -> None:
    result = run(given)
    assert result.exit_code == 2
    assert result.stderr.endswith(f"{hint}\n")


def test_old_names_work_and_are_not_listed(tmp_path: Path) -> None:
    path = write(tmp_path / "p.jsonl", gold(TASK))

    assert not re.search(r"^  check ", run("--help").output, re.MULTILINE)
    assert run("check", TASK, path).stdout == run("score", TASK, path, "--check").stdout
    assert "old name" in run("check", "--help").output


def test_score_checks_without_scoring(tmp_path: Path) -> None:
    path = write(tmp_path / "p.jsonl", [{"claim_id": claim_id(1), "prediction": None}])
    as_text = run("score", TASK, path, "--check")
    as_json = run("score", TASK, path, "--check", "--format", "json")

    assert as_text.exit_code == as_json.exit_code == 2
    assert "unknown-id" in as_text.stdout
    assert as_json.stdout == run("check", TASK, path, "--format", "json").stdout
    assert (as_text.stderr, as_json.stderr) == ("", "")


@pytest.mark.parametrize("options", [("--format", "md"), ("--format", "latex"), ("--fail-under", "1")])
def test_score_refuses_what_a_check_cannot_mean(options: tuple[str, ...], tmp_path: Path) -> None:
    done = run("score", TASK, write(tmp_path / "p.jsonl", gold(TASK)), "--check", *options)

    assert done.exit_code == 2
    assert "--check scores nothing" in done.stderr


@pytest.mark.parametrize("option", ["-V", "--version"])
def test_the_version_is_printed(option: str) -> None:
    assert run(option).output == f"onrecord {__version__}\n"


@pytest.mark.parametrize("name", commands())
def test_every_default_is_shown(name: str) -> None:
    command = commands()[name]
    context = click.Context(command, info_name=name, parent=CONTEXT)
    text = " ".join(command.get_help(context).split())

    for option in command.params:
        default = option.get_default(context)
        if (
            isinstance(option, click.Option)
            and isinstance(default, str | int | Path)
            and default is not False
        ):
            assert f"[default: {default}" in text, option.name


@pytest.mark.parametrize("name", commands())
def test_every_option_says_what_it_does(name: str) -> None:
    options = [option for option in commands()[name].params if isinstance(option, click.Option)]

    assert [option.name for option in options if not (option.help or "").endswith(".")] == []


def test_the_help_of_baseline_names_every_baseline() -> None:
    named = run("baseline", "--help").output.partition("NAME is ")[2].partition(".")[0]
    assert re.findall(r"[a-z]+", named.replace(" or ", " ")) == list(DESCRIPTIONS)


@pytest.mark.parametrize("name", ["build", "new-claim", "validate"])
def test_the_folder_of_articles_names_its_variable(name: str) -> None:
    [option] = [one for one in commands()[name].params if one.name == "articles"]
    assert isinstance(option, click.Option)
    assert "ONRECORD_ARTICLES" in str(option.help)


@pytest.mark.parametrize("name", ["validate", "build"])
def test_the_help_of_workers_names_the_size_from_which_processes_start(name: str) -> None:
    [workers] = [option for option in commands()[name].params if option.name == "workers"]

    assert isinstance(workers, click.Option)
    assert f"JSON Lines of {LARGE >> 20} MiB or more" in str(workers.help)


@pytest.mark.parametrize(
    ("name", "formats"),
    [
        ("validate", FORMATS),
        ("score", SCORE_FORMATS),
        ("compare", COMPARISON_FORMATS),
        ("errors", ERROR_FORMATS),
        ("agreement", AGREEMENT_FORMATS),
        ("diff", DIFF_FORMATS),
    ],
    ids=["validate", "score", "compare", "errors", "agreement", "diff"],
)
def test_a_command_offers_every_format_of_its_report(name: str, formats: Mapping[str, object]) -> None:
    [form] = [option for option in commands()[name].params if option.name == "form"]

    assert isinstance(form.type, click.Choice)
    assert list(form.type.choices) == list(formats)


def test_the_help_of_schema_names_every_schema(root: Path) -> None:
    text = run("schema", "--help").output
    listed = text.partition("one of:\n\n")[2].partition("\n\n")[0]

    assert sorted(listed.replace(",", " ").split()) == sorted(
        file.name.removesuffix(".schema.json") for file in (root / "schema").glob("*.schema.json")
    )


def completions(words: str, shell: str = "bash") -> list[str]:
    """What the shell offers for the last of the words."""
    environment = {
        **os.environ,
        "_ONRECORD_COMPLETE": f"{shell}_complete",
        "COMP_WORDS": words,
        "COMP_CWORD": str(len(words.split(" ")) - 1),
    }
    code = "import sys; from onrecord.__main__ import main; sys.argv = ['onrecord']; main()"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    return [line.partition(",")[2] for line in done.stdout.splitlines()]


def test_the_shell_completes_commands_options_and_rules() -> None:
    assert completions("onrecord val") == ["validate"]
    assert "--format" in completions("onrecord validate --f")
    assert completions("onrecord validate --format s") == ["sarif"]
    offered = completions("onrecord rule unknown-")
    assert {rule for rule in RULES if rule.startswith("unknown-")} <= set(offered)


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_the_script_of_each_shell_is_printed(shell: str) -> None:
    environment = {**os.environ, "_ONRECORD_COMPLETE": f"{shell}_source"}
    code = "import sys; from onrecord.__main__ import main; sys.argv = ['onrecord']; main()"
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )

    assert f"_ONRECORD_COMPLETE={shell}_complete" in done.stdout
