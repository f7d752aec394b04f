"""The commands that check: validate, and schema for what is checked against.

Owns their arguments, output and exit codes; `cli` lists them. Heavy imports wait inside the commands.
"""

import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from onrecord.cli.data import Unusable, cluster_options, workers_of
from onrecord.model.findings import LEVELS, Finding

if TYPE_CHECKING:
    from onrecord.validation.summary import Summary

_STEP_SUMMARY = "GITHUB_STEP_SUMMARY"

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


@click.command(help=_ABOUT_VALIDATE)
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
@cluster_options
def validate(
    paths: tuple[str, ...],
    table: str | None,
    level: int,
    articles: Path | None,
    ignore: tuple[str, ...],
    max_findings: int | None,
    form: str,
    workers: int | None,
    scheduler: str | None,
) -> None:
    """Check records and print the findings; what it says of itself is `_ABOUT_VALIDATE`."""
    from onrecord.cli.progress import progress
    from onrecord.exceptions import UnusableInputError
    from onrecord.reporting import FORMATS
    from onrecord.validation.validate import Summary
    from onrecord.validation.validate import validate as check

    summary = Summary()
    try:
        with progress("records") as bar, workers_of(workers, scheduler) as executor:
            summary.on_record = bar.update
            run = check(
                *paths,
                table=table,
                level=level,
                articles=articles,
                ignore=ignore,
                summary=summary,
                executor=executor,
            )
            shown, kept = _kept_for_step_summary(summary.at_most(max_findings, run), form)
            for line in FORMATS[form](shown, summary):
                with bar.aside():
                    _print(line)
        _write_step_summary(kept, summary, form)
    except BrokenPipeError:
        # The reader has had enough (`| head`): that says nothing about the records.
        raise
    except (UnusableInputError, OSError) as error:
        raise Unusable(str(error)) from error
    if summary.findings:
        raise SystemExit(1)


@click.command(epilog="\b\nExample:\n  onrecord schema claims > claims.schema.json")
@click.argument("table", metavar="TABLE")
def schema(table: str) -> None:
    """Print the JSON Schema of TABLE.

    TABLE is claims, segments, documents, relations, annotations or speakers. The schema is plain JSON Schema
    (draft 2020-12), usable with any validator. Fields marked readOnly are worked out by the build.
    """
    from onrecord.model.tables import schema_text

    try:
        click.echo(schema_text(table), nl=False)
    except ValueError as error:
        raise Unusable(str(error)) from error


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
