"""What commands print, and how they refuse their input.

Everything that came from outside is escaped here: a terminal must not obey it, and no line of it may look
like a line of ours. The JSON of rows is escaped where it is made.
"""

import sys
from collections.abc import Iterable

import click

from onrecord.model.findings import printable


class Unusable(click.ClickException):
    """The input cannot be used at all: one line per reason, exit code 2."""

    exit_code = 2

    def __init__(self, *reasons: object) -> None:
        super().__init__(" ".join(map(str, reasons)))
        self._reasons = [on_one_line(str(reason)) for reason in reasons]

    def format_message(self) -> str:
        """The reasons, one per line."""
        return "\n".join(self._reasons)


def on_one_line(text: str) -> str:
    """The text with line ends and everything else that a terminal would obey as escapes."""
    return printable(text)


def say(text: str, *, err: bool = False) -> None:
    """Print one line in whatever encoding the terminal has; what that lacks is shown as an escape."""
    stream = sys.stderr if err else sys.stdout
    # Python has no standard output at all where the caller has closed it.
    encoding = (stream and stream.encoding) or "utf-8"
    click.echo(on_one_line(text).encode(encoding, "backslashreplace").decode(encoding), err=err)


def write_lines(lines: Iterable[str]) -> None:
    """Print lines as they come, so that long output needs no memory; their maker has escaped them."""
    for line in lines:
        click.echo(line)
