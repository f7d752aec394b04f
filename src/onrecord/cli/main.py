"""The command `onrecord`: which commands there are, and where each of them is.

Owns the list and its one-line texts. A command is imported when it is run or asked about, so that
`onrecord --help` loads click and nothing else.
"""

import os
import sys
from collections import UserDict
from collections.abc import Iterator, Mapping
from contextlib import suppress
from importlib import import_module
from typing import Any

import click

# A line of its own with "\b" keeps click from filling the paragraph below it.
_ABOUT = """\
News articles as claims on record: who said it, when, and whether it can be verified.

\b
onrecord validate records    check records written by hand
onrecord show                see what the dataset holds
onrecord schema claims       see what a claim must look like

Every command ends with 0 when all is well, 1 when it has found faults, and 2 when its input cannot be used.
"""

_WIDEST = 80
_LISTED: Mapping[str, tuple[str, str]] = {
    "validate": ("validate", "Check records and say what is wrong with them."),
    "schema": ("validate", "Print the JSON Schema of a table."),
    "build": ("data", "Build the Parquet tables of a records folder."),
    "show": ("data", "Show what the tables hold."),
    "diff": ("package", "Compare two editions of the dataset."),
    "verify": ("package", "Check the dataset's files against their hashes."),
    "segment": ("authoring", "Start a document from an article's text."),
    "new-claim": ("authoring", "Start a claim from the words that it rests on."),
    "page": ("page", "Write the dataset as one HTML page to look at."),
    "hydrate": ("data", "Join an article's text back to the dataset."),
    "tasks": ("score", "List the tasks of the benchmark."),
    "check": ("score", "Check predictions without scoring them."),
    "score": ("score", "Score predictions."),
    "compare": ("score", "Compare systems, and say what cannot be told apart."),
    "errors": ("score", "Show which items were answered wrong."),
    "baseline": ("score", "Print the answers of a baseline."),
    "lm-eval-path": ("score", "Print the folder of the lm-eval tasks."),
}
"""The module of each command, which has it under its name, and what `onrecord --help` says of it."""


class _Commands(UserDict[str, click.Command]):
    """The commands by name; one that is listed only is imported when it is asked for."""

    def __missing__(self, name: str) -> click.Command:
        module, short_help = _LISTED[name]
        command: click.Command = getattr(import_module(f"onrecord.cli.{module}"), name.replace("-", "_"))
        command.short_help = short_help
        self.data[name] = command
        return command

    def __contains__(self, name: object) -> bool:
        return name in self.data or name in _LISTED

    def __iter__(self) -> Iterator[str]:
        return iter({**_LISTED, **self.data})

    def __len__(self) -> int:
        return len({**_LISTED, **self.data})


class _Group(click.Group):
    """A group that lists its commands without importing them."""

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl([(name, _LISTED[name][1]) for name in self.list_commands(ctx)])

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the command; output that a full disk does not take is one line, whatever printed it."""
        try:
            return super().main(*args, **extra)
        except OSError as error:
            click.echo(f"Error: {error}", err=True)
            raise SystemExit(2) from error
        finally:
            _drop_unwritten()


def _drop_unwritten() -> None:
    """Empty standard output where it cannot be written: Python would try again at the end, and complain."""
    try:
        if sys.stdout:
            sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _width() -> int:
    """How wide help is: as click has it, but without `shutil`, which takes longer to import than all else."""
    columns = os.environ.get("COLUMNS", "")
    width = int(columns) if columns.isdecimal() else 0
    # Where there is no terminal, or no standard output at all, it is as wide as it may be.
    with suppress(OSError, ValueError):
        width = width or (os.get_terminal_size(sys.__stdout__.fileno()).columns if sys.__stdout__ else 0)
    return max(min(width or _WIDEST, _WIDEST) - 2, 50)


@click.group(
    cls=_Group,
    commands=_Commands(),
    help=_ABOUT,
    context_settings={"help_option_names": ["-h", "--help"], "terminal_width": _width()},
)
@click.version_option(package_name="onrecord", message="%(prog)s %(version)s")
def main() -> None:
    """Gather the commands; what it says of itself is `_ABOUT`."""
