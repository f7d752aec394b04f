"""The help texts of docs/command-line.md: what `onrecord --help` and each command's `--help` print."""

from collections.abc import Iterator

import click

from onrecord.cli.main import main

_WIDTH = 100


def overview() -> str:
    """The help of `onrecord` itself."""
    return _console("onrecord --help", _help(main, _context(main, None)))


def commands() -> str:
    """The help of every command that is listed, each under its name."""
    return "\n\n".join(_sections())


def _sections() -> Iterator[str]:
    top = _context(main, None)
    for name in main.list_commands(top):
        command = main.get_command(top, name)
        if command is not None and not command.hidden:
            shown = _console(f"onrecord {name} --help", _help(command, _context(command, top)))
            yield f"### onrecord {name}\n\n{shown}"


def _context(command: click.Command, parent: click.Context | None) -> click.Context:
    settings = {**command.context_settings, "terminal_width": _WIDTH, "max_content_width": _WIDTH}
    return click.Context(command, parent, info_name=command.name if parent else "onrecord", **settings)


def _help(command: click.Command, context: click.Context) -> str:
    return command.get_help(context)


def _console(command: str, output: str) -> str:
    return f"```text\n$ {command}\n{output}\n```"
