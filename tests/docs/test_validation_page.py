"""docs/validation.md matches the code: formats, keys, options, hooks, and YAML that parses."""

import dataclasses
import re
import shlex
from pathlib import Path

import click
import pytest
import yaml

from onrecord import __version__
from onrecord.cli.main import main
from onrecord.model.findings import Finding
from onrecord.reporting import FORMATS
from onrecord.reporting.as_json import summary_object
from onrecord.validation.summary import Summary
from scripts.stock_rules import unseen_rules
from tests.docs.test_pre_commit_hooks import HOOKS

PAGE = (Path(__file__).parents[2] / "docs" / "validation.md").read_text(encoding="utf-8")

# The settings too: a command keeps the help option that it made first.
CONTEXT = click.Context(main, **main.context_settings)


def command_named(name: str) -> click.Command:
    command = main.get_command(CONTEXT, name)
    assert command is not None
    return command


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)


def rows_of(header: str) -> list[str]:
    """The first cells of a table, without their code marks."""
    body = PAGE.partition(f"| {header} |")[2].partition("\n\n")[0].splitlines()[2:]
    return [row.split("|")[1].strip(" `") for row in body]


def test_every_format_and_key_of_the_output_is_described() -> None:
    assert sorted(rows_of("format")) == sorted(FORMATS)
    assert rows_of("key") == [field.name for field in dataclasses.fields(Finding)]
    assert all(f"`{key}`" in PAGE for key in summary_object(Summary()))


def test_options_are_those_of_the_command() -> None:
    options = {
        name for param in command_named("validate").params for name in param.opts if name.startswith("--")
    }
    described = {option.split()[0] for option in rows_of("option")}

    assert described | {"--table"} == options


def test_the_calls_shown_are_valid_calls_of_the_command() -> None:
    calls = [
        line.partition("#")[0].rpartition("| ")[2] for block in blocks("sh") for line in block.splitlines()
    ]
    calls += [
        step["run"]
        for step in yaml.safe_load(blocks("yaml")[0])["jobs"]["validate"]["steps"]
        if "run" in step
    ]
    own = [shlex.split(call.partition(">")[0])[2:] for call in calls if call.startswith("onrecord validate")]

    assert len(own) >= 7
    for arguments in own:
        command_named("validate").make_context("validate", arguments, parent=CONTEXT)


def test_the_hooks_shown_exist() -> None:
    config = yaml.safe_load(blocks("yaml")[1])

    assert {hook["id"] for repo in config["repos"] for hook in repo["hooks"]} <= set(HOOKS)
    assert all(f"`{hook}`" in PAGE for hook in HOOKS)
    assert {repo["rev"] for repo in config["repos"]} == {f"v{__version__}"}


def test_the_page_lists_every_rule_of_single_records_that_stock_validators_cannot_see() -> None:
    body = PAGE.partition("| rule | forbids |")[2].partition("[[[end]]]")[0]
    assert re.findall(r"^\| `([a-z-]+)` \|", body, re.MULTILINE) == list(unseen_rules())
    # What JSON Schema has no words for, and what only a comparison of fields shows.
    assert {"wrong-type", "impossible-date", "read-only-field"} <= set(unseen_rules())
    assert {"speaker-in-via", "reversed-interval", "unfinished-sentence"} <= set(unseen_rules())
    # What a schema sees, and what takes several records.
    assert not {"missing-field", "malformed-value", "unknown-speaker", "duplicate-id"} & set(unseen_rules())


@pytest.mark.parametrize("name", sorted(main.list_commands(CONTEXT)))
def test_every_command_has_an_example_and_a_summary_that_is_not_cut_off(name: str) -> None:
    command = command_named(name)
    with command.make_context(name, ["--help"], parent=CONTEXT, resilient_parsing=True) as context:
        text = command.get_help(context)

    assert re.search(rf"Examples?:\n.*\bonrecord {name}\b", text, re.DOTALL)
    assert not command.get_short_help_str(limit=60).endswith("...")
