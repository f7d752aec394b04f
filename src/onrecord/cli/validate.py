"""The commands validate and schema: arguments, output and exit codes.

The work is in the packages `validation` and `reporting`, which the command imports.
"""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from textwrap import fill, indent
from typing import TYPE_CHECKING

import click

from onrecord.cli.data import cluster_options, workers_of
from onrecord.cli.output import (
    Unusable,
    output_option,
    painter,
    quiet_option,
    say,
    write_lines,
    writing_to,
)
from onrecord.model.findings import LEVELS, Finding
from onrecord.model.tables import KNOWN_TABLES, schema_names, schema_text
from onrecord.reporting import FORMATS, SHOWN, text_lines, text_report

if TYPE_CHECKING:
    from onrecord.reporting.as_text import Paint
    from onrecord.validation.summary import Summary

_STEP_SUMMARY = "GITHUB_STEP_SUMMARY"

_ABOUT_VALIDATE = """\
Check records and report what is wrong with them.

PATH is a folder of records (speakers.jsonl and one folder per document), the folder of one document, a corpus
(one folder of JSON Lines shards per table), a folder of built tables, a JSON Lines or Parquet file of one
table, or - for standard input. Several files are also checked against each other. Each finding is one line:

\b
    file:line: record rule: what is wrong (expected what should be there)

`onrecord rule RULE` explains a rule, and docs/rules.md lists all of them. Ends with 0 if there are no
findings, 1 if there are some, and 2 if the input at PATH cannot be checked at all.

\b
Examples:
  onrecord validate records
  onrecord validate data
  onrecord validate claims.jsonl segments.jsonl
  onrecord validate rows/claims.jsonl --built
  zcat claims.jsonl.gz | onrecord validate - --table claims
  zcat claims.jsonl.gz | onrecord validate speakers.jsonl - --table claims
  onrecord validate records --level 3 --format sarif -o onrecord.sarif
"""
# click would break a line inside of a name with a hyphen.
_SCHEMAS = fill(", ".join(schema_names()), width=74, break_on_hyphens=False)
_ABOUT_SCHEMA = f"""\
Print the JSON Schema of TABLE, which is one of:

\b
{indent(_SCHEMAS, "  ")}

`dataset` describes dataset.json, `predictions-TASK` the answers to a task.

The schema is plain JSON Schema (draft 2020-12), usable with any validator. Fields marked readOnly are derived
by the build.
"""
_LEVELS = ", ".join(f"{number} {name}" for number, name in LEVELS.items())


@click.command(help=_ABOUT_VALIDATE)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option(
    "--table",
    metavar="TABLE",
    help="Table of the input. Required for standard input and for files not named after their table. One of: "
    f"{', '.join(KNOWN_TABLES)}.",
)
@click.option(
    "--level",
    type=click.IntRange(min(LEVELS), max(LEVELS)),
    default=max(LEVELS),
    help=f"Check up to this level: {_LEVELS}.",
)
@click.option(
    "--articles",
    type=click.Path(path_type=Path),
    help="Folder of the articles' texts, for level 4, where a document's folder has no article.txt. "
    "Default: $ONRECORD_ARTICLES. The summary reports the documents whose article is in neither.",
)
@click.option(
    "--ignore",
    metavar="RULE",
    multiple=True,
    help="Do not show the findings of this rule; the summary counts them. Can be repeated.",
)
@click.option(
    "--max-findings",
    metavar="N",
    type=click.IntRange(min=0),
    help="Show the first N findings only; the summary counts all of them by rule. Default: 1,000 as text, "
    "all in the other formats.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(list(FORMATS)),
    default=next(iter(FORMATS)),
    help="Output format. docs/validation.md says which formats are stable.",
)
@output_option
@quiet_option
@click.option(
    "--built",
    is_flag=True,
    help="The JSON Lines are built rows, as pandas and others write them: derived fields are required and "
    "checked. Parquet always holds built rows.",
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
    output: Path | None,
    quiet: bool,
    built: bool,
    workers: int | None,
    scheduler: str | None,
) -> None:
    """Check records and print the findings; the help text is `_ABOUT_VALIDATE`."""
    from onrecord.cli.progress import progress
    from onrecord.exceptions import UnusableInputError
    from onrecord.validation.validate import Summary
    from onrecord.validation.validate import validate as check

    summary = Summary()
    try:
        with progress("records", quiet=quiet) as bar, workers_of(workers, scheduler) as executor:
            summary.on_record = bar.update
            most = SHOWN.get(form) if max_findings is None else max_findings
            run = check(
                *paths,
                table=table,
                level=level,
                articles=articles,
                ignore=ignore,
                summary=summary,
                executor=executor,
                max_findings=most,
                built=built,
            )
            shown, kept = _kept_for_step_summary(summary.at_most(most, run), form)
            with writing_to(output) as write:
                for line in _report(form, shown, summary, painter(output), quiet=quiet):
                    with bar.aside():
                        write(line)
        _write_step_summary(kept, summary, form)
    except BrokenPipeError:
        # The reader has had enough (`| head`): that says nothing about the records.
        raise
    except (UnusableInputError, OSError) as error:
        raise Unusable(error) from error
    if summary.findings:
        raise SystemExit(1)


@click.command(help=_ABOUT_SCHEMA, epilog="\b\nExample:\n  onrecord schema claims -o claims.schema.json")
@click.argument("table", metavar="TABLE")
@output_option
def schema(table: str, output: Path | None) -> None:
    """Print a schema; the help text is `_ABOUT_SCHEMA`."""
    try:
        write_lines(schema_text(table).splitlines(), output)
    except ValueError as error:
        raise Unusable(error) from error


def _report(
    form: str, findings: Iterable[Finding], summary: "Summary", paint: "Paint | None", *, quiet: bool
) -> Iterator[str]:
    """The lines of the report; only text has colours, and only text has a summary that can be left out."""
    if form != "text":
        return FORMATS[form](findings, summary)
    return text_lines(findings, paint) if quiet else text_report(findings, summary, paint)


def _kept_for_step_summary(findings: Iterable[Finding], form: str) -> tuple[Iterable[Finding], list[Finding]]:
    """The findings, and a list that collects them as they pass if a GitHub runner wants a page of them."""
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
            # The page is an extra: the report itself has been printed.
            say(f"{page}: the step summary was not written: {error.strerror}", err=True)
