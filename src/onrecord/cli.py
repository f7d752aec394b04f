"""The command `onrecord`: `validate` and `schema`, and the place where all other commands are attached.

Owns arguments, printing and exit codes of these two. The work is done elsewhere, and imported inside the
commands so that `onrecord --help` answers at once.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onrecord import cli_author, cli_data, cli_package, cli_score
from onrecord.findings import LEVELS, Finding

if TYPE_CHECKING:
    from onrecord.summary import Summary

_STEP_SUMMARY = "GITHUB_STEP_SUMMARY"

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

PATH is a folder of records (speakers.jsonl and one folder a document), the folder of one document, a folder
of built tables, a JSON Lines or Parquet file of one table, or - for standard input. Several files are checked
against each other as well. Every fault is told, one a line, as

\b
    file:line: record rule: what is wrong (expected what should be there)

and docs/rules.md explains each rule. Ends with 0 when there is no finding, 1 when there are some, and 2 when
there is something at PATH that cannot be checked at all.

\b
Examples:
  onrecord validate records
  onrecord validate data
  onrecord validate claims.jsonl segments.jsonl
  zcat claims.jsonl.gz | onrecord validate - --table claims
  zcat claims.jsonl.gz | onrecord validate speakers.jsonl - --table claims
  onrecord validate records --level 3 --format sarif > onrecord.sarif
"""
_LEVELS = ", ".join(f"{number} {name}" for number, name in LEVELS.items())


@click.group(help=_ABOUT, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="onrecord", message="%(prog)s %(version)s")
def main() -> None:
    """Gather the commands; what it says of itself is `_ABOUT`."""


@main.command(help=_ABOUT_VALIDATE, short_help="Check records and say what is wrong with them.")
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option(
    "--table",
    metavar="TABLE",
    help="What standard input holds, or files whose name does not say it, or a file given alone: claims, "
    "segments, documents, relations, annotations or speakers.",
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
    "--ignore",
    metavar="RULE",
    multiple=True,
    help="Leave out the findings of this rule; may be given more than once. The summary counts them.",
)
@click.option(
    "--max-findings",
    metavar="N",
    type=click.IntRange(min=0),
    help="Show the first N findings only; the summary counts them all.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "json", "github", "sarif", "junit"]),
    default="text",
    show_default=True,
    help="How to print the findings; docs/validation.md says which formats are stable.",
)
def validate(
    paths: tuple[str, ...],
    table: str | None,
    level: int,
    articles: Path | None,
    ignore: tuple[str, ...],
    max_findings: int | None,
    form: str,
) -> None:
    """Check records and print the findings; what it says of itself is `_ABOUT_VALIDATE`."""
    from tqdm import tqdm

    from onrecord.reporting import FORMATS
    from onrecord.validate import Summary, UnusableInputError
    from onrecord.validate import validate as check

    summary = Summary()
    try:
        # Shown on a terminal only, and cleared before a line is printed.
        with tqdm(unit=" records", disable=None, leave=False) as bar:
            summary.on_record = bar.update
            run = check(*paths, table=table, level=level, articles=articles, ignore=ignore, summary=summary)
            shown, kept = _kept_for_step_summary(summary.at_most(max_findings, run), form)
            for line in FORMATS[form](shown, summary):
                with bar.external_write_mode():
                    _print(line)
        _write_step_summary(kept, summary, form)
    except BrokenPipeError:
        # The reader has had enough (`| head`): that says nothing about the records.
        raise
    except (UnusableInputError, OSError) as error:
        raise cli_data.Unusable(str(error)) from error
    if summary.findings:
        raise SystemExit(1)


@main.command(
    short_help="Print the JSON Schema of a table.",
    epilog="\b\nExample:\n  onrecord schema claims > claims.schema.json",
)
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


def _kept_for_step_summary(findings: Iterable[Finding], form: str) -> tuple[Iterable[Finding], list[Finding]]:
    """The findings, and a list that is filled as they go by where a GitHub runner wants a page of them."""
    kept: list[Finding] = []

    def passing() -> Iterator[Finding]:
        for finding in findings:
            kept.append(finding)
            yield finding

    is_wanted = form == "github" and bool(os.environ.get(_STEP_SUMMARY))
    return (passing() if is_wanted else findings), kept


def _write_step_summary(findings: list[Finding], summary: "Summary", form: str) -> None:
    page = os.environ.get(_STEP_SUMMARY)
    if form == "github" and page:
        from onrecord.reporting import step_summary

        try:
            with Path(page).open("a", encoding="utf-8", errors="backslashreplace") as stream:
                stream.write(step_summary(findings, summary))
        except OSError as error:
            # A page beside the report: what was found is told all the same.
            click.echo(f"{page}: the step summary was not written: {error.strerror}", err=True)


def _print(line: str) -> None:
    """Write a line in whatever encoding the terminal has; what it lacks is shown as an escape."""
    # Python has no standard output at all where the caller has closed it.
    encoding = (sys.stdout and sys.stdout.encoding) or "utf-8"
    click.echo(line.encode(encoding, "backslashreplace").decode(encoding))


main.add_command(cli_data.build)
main.add_command(cli_data.show)
main.add_command(cli_data.hydrate)
main.add_command(cli_package.diff)
main.add_command(cli_package.verify)
for command in (*cli_author.COMMANDS, *cli_score.COMMANDS):
    main.add_command(command)
