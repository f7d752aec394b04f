"""What commands print, where they print it, and how they refuse their input.

Everything that came from outside is escaped here: a terminal must not obey it, and no line of it may look
like a line of ours. The JSON of rows and the formats of findings are escaped where they are made.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, BinaryIO

import click

from onrecord.model.findings import printable

if TYPE_CHECKING:
    from onrecord.reporting.as_text import Paint

Write = Callable[[str], None]
"""Writes one line."""

STANDARD_OUTPUT = Path("-")
_COLOURS: dict[str, dict[str, Any]] = {
    "place": {"bold": True},
    "error": {"fg": "red"},
    "warning": {"fg": "yellow"},
}

output_option = click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Write to FILE instead of standard output: the whole output, or nothing if the command fails.",
)
quiet_option = click.option("-q", "--quiet", is_flag=True, help="Print only what is wrong.")


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
    echo(on_one_line(text), err=err)


def write_lines(lines: Iterable[str], output: Path | None = None) -> None:
    """Write lines as they come, so that long output needs no memory; their maker has escaped them."""
    with writing_to(output) as write:
        for line in lines:
            write(line)


@contextmanager
def writing_to(output: Path | None) -> Iterator[Write]:
    """A function that writes lines to standard output, or to the file `output`.

    The file appears when the block ends without an exception, and else stays as it was. Lines are written as
    they are given: their maker has escaped them. Raises Unusable if there can be no such file, and OSError.
    """
    if output is None or output == STANDARD_OUTPUT:
        yield echo
        return
    from onrecord.building.replace_file import replacing

    _check_writable(output)
    # A pipe or a device, such as /dev/null, is written to; only a file can be replaced.
    is_device = output.exists() and not output.is_file()
    with output.open("wb") if is_device else replacing(output) as stream:
        yield lambda line: _write(stream, line)


def _write(stream: BinaryIO, line: str) -> None:
    stream.write(f"{line}\n".encode("utf-8", "backslashreplace"))


def _check_writable(output: Path) -> None:
    folder = output.resolve().parent
    if not folder.is_dir():
        raise Unusable(f"{output} cannot be written: there is no folder {folder}")
    if output.is_dir():
        raise Unusable(f"{output} cannot be written: it is a folder (expected the path of a file)")
    if not os.access(output if output.exists() and not output.is_file() else folder, os.W_OK):
        raise Unusable(f"{output} cannot be written: permission denied")


def painter(output: Path | None = None, *, err: bool = False) -> "Paint | None":
    """How findings are coloured where the output goes; None where it is no terminal or NO_COLOR is set."""
    stream = sys.stderr if err else sys.stdout
    is_elsewhere = output is not None and output != STANDARD_OUTPUT
    if is_elsewhere or os.environ.get("NO_COLOR") or os.environ.get("TERM") == "dumb":
        return None
    if stream is None or not stream.isatty():
        return None
    return lambda text, role: click.style(text, **_COLOURS[role])


def echo(line: str, *, err: bool = False) -> None:
    """Print one line as it is given: its maker has escaped it."""
    stream = sys.stderr if err else sys.stdout
    # Python has no standard output at all where the caller has closed it.
    encoding = (stream and stream.encoding) or "utf-8"
    click.echo(line.encode(encoding, "backslashreplace").decode(encoding), err=err)
