"""The command `onrecord`: which commands there are, where each of them is, and how a run ends.

A command is imported when it is run or asked about, so that `onrecord --help` loads click and nothing else.
Arguments, output and exit codes of a command are in its own module.
"""

import os
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, NoReturn

import click

from onrecord.cli import signals
from onrecord.cli.lazy_group import LazyCommand, LazyGroup

# A line of its own with "\b" keeps click from filling the paragraph below it.
_ABOUT = """\
News articles as claims on record: who said it, when, and whether it can be verified.

\b
onrecord validate records    check records written by hand
onrecord show                see what the dataset holds
onrecord schema claims       see what a claim must look like

Every command ends with 0 if all is well, 1 if it has findings or a score is too low, and 2 if its input
cannot be used. 70 is an error of OnRecord itself.
"""

TRACEBACK = "ONRECORD_TRACEBACK"
"""Set to 1, this variable shows the traceback of an internal error."""

_UNUSABLE, _INTERNAL, _NO_READER = 2, 70, 141

_SECTIONS: Mapping[str, Mapping[str, LazyCommand]] = {
    # A new command is one line here: its name, where it is, and what the list of commands says about it.
    "Data": {
        "show": LazyCommand("onrecord.cli.data.show", "Show what the tables hold."),
        "schema": LazyCommand("onrecord.cli.validate.schema", "Print the JSON Schema of a table."),
        "hydrate": LazyCommand("onrecord.cli.data.hydrate", "Join an article's text back to the dataset."),
        "export": LazyCommand(
            "onrecord.cli.exchange.export", "Write the format of an annotation tool, or authored records."
        ),
        "page": LazyCommand("onrecord.cli.page.page", "Write the dataset as one HTML page."),
        "verify": LazyCommand(
            "onrecord.cli.package.verify", "Check the dataset's files against their hashes."
        ),
        "diff": LazyCommand("onrecord.cli.package.diff", "Compare two snapshots of the dataset."),
    },
    "Authoring": {
        "init": LazyCommand("onrecord.cli.authoring.init", "Start a dataset of your own."),
        "segment": LazyCommand("onrecord.cli.authoring.segment", "Start a document from an article's text."),
        "new-claim": LazyCommand(
            "onrecord.cli.authoring.new_claim", "Start a claim from the words it rests on."
        ),
        "label-sheet": LazyCommand(
            "onrecord.cli.sheets.label_sheet", "Write a sheet on which a person labels claims."
        ),
        "adjudicate": LazyCommand(
            "onrecord.cli.sheets.adjudicate", "Write a sheet on which a person decides labels."
        ),
        "import": LazyCommand("onrecord.cli.exchange.import_", "Take labels back from an annotation tool."),
        "agreement": LazyCommand("onrecord.cli.agreement.agreement", "Report how far annotators agree."),
    },
    "Validation": {
        "validate": LazyCommand("onrecord.cli.validate.validate", "Check records and report what is wrong."),
        "build": LazyCommand("onrecord.cli.data.build", "Build the Parquet tables of a records folder."),
        "rule": LazyCommand("onrecord.cli.rule.rule", "Explain a rule of validation."),
    },
    "Benchmark": {
        "tasks": LazyCommand("onrecord.cli.score.tasks", "List the tasks of the benchmark."),
        "score": LazyCommand("onrecord.cli.score.score", "Score predictions, or only check them."),
        # The name of `score --check` up to version 1.1.
        "check": LazyCommand(
            "onrecord.cli.score.check", "Check predictions without scoring them.", is_hidden=True
        ),
        "compare": LazyCommand("onrecord.cli.score.compare", "Compare systems, with significance."),
        "errors": LazyCommand("onrecord.cli.score.errors", "Show which items were answered wrong."),
        "baseline": LazyCommand("onrecord.cli.score.baseline", "Print the answers of a baseline."),
        "lm-eval-path": LazyCommand(
            "onrecord.cli.score.lm_eval_path", "Print the folder of the lm-eval tasks."
        ),
    },
}


class _Group(LazyGroup):
    """The group of all commands, which decides how a run ends."""

    def main(self, *args: Any, **extra: Any) -> Any:
        """Run the command and exit; without `standalone_mode`, let the caller handle exceptions."""
        if not extra.get("standalone_mode", True):
            return super().main(*args, **extra)
        try:
            sys.exit(super().main(*args, **{**extra, "standalone_mode": False}))
        except Exception as error:
            _end_after(error)
        finally:
            _drop_unwritten()

    def make_context(self, *args: Any, **extra: Any) -> click.Context:
        """Parse the arguments; `--help` prints here."""
        with _own_endings():
            return super().make_context(*args, **extra)

    def invoke(self, ctx: click.Context) -> Any:
        """Run the command."""
        with _own_endings():
            return super().invoke(ctx)


@contextmanager
def _own_endings() -> Iterator[None]:
    """Keep from click two exceptions for which it exits with 1, which means findings here."""
    try:
        yield
        if sys.stdout:
            sys.stdout.flush()
    except BrokenPipeError:
        # The reader of the output has had enough (`| head`).
        raise SystemExit(_NO_READER) from None
    except EOFError as error:
        # No command asks a question, so this is not the end of an answer.
        raise RuntimeError(f"unexpected EOFError: {error}") from error


def _end_after(error: Exception) -> NoReturn:
    """Report an exception in one line, and exit with the code of its kind."""
    if (code := signals.received()) is not None:
        # Libraries turn an interruption into errors of their own.
        raise SystemExit(code) from error
    if isinstance(error, click.ClickException):
        _show(error)
        raise SystemExit(error.exit_code) from error
    if isinstance(error, click.Abort):
        raise SystemExit(130) from error
    from onrecord.cli.output import say
    from onrecord.exceptions import OnRecordError

    if isinstance(error, OSError | OnRecordError):
        say(f"Error: {error}", err=True)
        raise SystemExit(_UNUSABLE) from error
    say(
        f"internal error: {_described(error)}, please report it ({TRACEBACK}=1 shows the traceback)", err=True
    )
    if os.environ.get(TRACEBACK) == "1":
        from traceback import print_exception

        print_exception(error)
    raise SystemExit(_INTERNAL) from error


def _show(error: click.ClickException) -> None:
    # The message of a missing parameter is click's own; in others there are words of the command line.
    if not isinstance(error, click.MissingParameter):
        from onrecord.cli.output import on_one_line

        # For type checkers click declares the attribute final.
        vars(error)["message"] = on_one_line(error.message)
    error.show()


def _described(error: Exception) -> str:
    """The type and message of an exception, and the line that raised it."""
    from traceback import extract_tb

    *_, last = extract_tb(error.__traceback__)
    message = str(error)
    named = f"{type(error).__name__}: {message}" if message else type(error).__name__
    return f"{named} ({os.path.basename(last.filename)}, line {last.lineno})"  # noqa: PTH119  # `pathlib` is not loaded.


def _drop_unwritten() -> None:
    """Empty standard output where it cannot be written: Python would try again at the end, and complain."""
    try:
        if sys.stdout:
            sys.stdout.flush()
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@click.group(
    cls=_Group,
    sections=_SECTIONS,
    help=_ABOUT,
    context_settings={"help_option_names": ["-h", "--help"], "show_default": True},
)
@click.version_option(None, "-V", "--version", package_name="onrecord", message="%(prog)s %(version)s")
def main() -> None:
    """Gather the commands; the help text is `_ABOUT`."""
