"""The command `onrecord`: `validate` and `schema`, and the place where all other commands are attached.

Owns arguments, printing and exit codes of these two. The work is done elsewhere, and imported inside the
commands so that `onrecord --help` answers at once.
"""

import sys
from itertools import chain
from pathlib import Path

import click

from onrecord import cli_data
from onrecord.findings import LEVELS

# A line of its own with "\b" keeps click from filling the paragraph below it.
_ABOUT = """\
News articles as claims on record: who said it, when, and whether it can be verified.

\b
onrecord validate records    check records written by hand
onrecord show                see what the dataset holds
onrecord schema claims       see what a claim must look like

Every command ends with 0 when all is well, 1 when it has found faults, and 2 when its input cannot be used.
"""
_ABOUT_VALIDATE = """\
Check records and say what is wrong with them.

PATH is a folder of records (speakers.jsonl and one folder a document), the folder of one document, or, with
--table, one JSON Lines file. Every fault is told, one a line, as

\b
    file:line: record rule: what is wrong (expected what should be there)

and docs/rules.md explains each rule. Ends with 0 when there is no finding, 1 when there are some, and 2 when
there is nothing at PATH that can be checked.
"""
_LEVELS = ", ".join(f"{number} {name}" for number, name in LEVELS.items())


@click.group(help=_ABOUT, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="onrecord", message="%(prog)s %(version)s")
def main() -> None:
    """Gather the commands; what it says of itself is `_ABOUT`."""


@main.command(help=_ABOUT_VALIDATE)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option(
    "--table",
    metavar="TABLE",
    help="PATH is a single JSON Lines file of this table: claims, segments, documents, relations, "
    "annotations or speakers. Use - as PATH to read standard input.",
)
@click.option(
    "--level",
    type=click.IntRange(min(LEVELS), max(LEVELS)),
    default=max(LEVELS),
    show_default=True,
    help=f"Check up to this level: {_LEVELS}.",
)
@click.option(
    "--articles",
    type=click.Path(path_type=Path),
    help="Folder of the articles' texts, for level 4. Default: $ONRECORD_ARTICLES, or ../shared/article "
    "beside the checkout; articles that are not there are left out, and the summary says so.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text"]),
    default="text",
    show_default=True,
    help="How to print the findings.",
)
def validate(paths: tuple[str, ...], table: str | None, level: int, articles: Path | None, form: str) -> None:
    """Check records and print the findings; what it says of itself is `_ABOUT_VALIDATE`."""
    from onrecord.reporting import FORMATS
    from onrecord.validate import Summary, UnusableInputError
    from onrecord.validate import validate as check

    summary = Summary()
    try:
        runs = [check(path, table=table, level=level, articles=articles, summary=summary) for path in paths]
        for line in FORMATS[form](chain.from_iterable(runs), summary):
            _print(line)
    except BrokenPipeError:
        # The reader has had enough (`| head`): that says nothing about the records.
        raise
    except (UnusableInputError, OSError) as error:
        raise cli_data.Unusable(str(error)) from error
    if summary.findings:
        raise SystemExit(1)


@main.command()
@click.argument("table", metavar="TABLE")
def schema(table: str) -> None:
    """Print the JSON Schema of TABLE.

    TABLE is claims, segments, documents, relations, annotations or speakers. The schema is plain JSON Schema
    (draft 2020-12), usable with any validator. Fields marked readOnly are worked out by the build.
    """
    from onrecord.schemas import schema_text

    try:
        click.echo(schema_text(table), nl=False)
    except ValueError as error:
        raise cli_data.Unusable(str(error)) from error


def _print(line: str) -> None:
    """Write a line in whatever encoding the terminal has; what it lacks is shown as an escape."""
    encoding = sys.stdout.encoding or "utf-8"
    click.echo(line.encode(encoding, "backslashreplace").decode(encoding))


main.add_command(cli_data.build)
main.add_command(cli_data.show)
main.add_command(cli_data.hydrate)
