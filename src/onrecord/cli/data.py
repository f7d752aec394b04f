"""The commands around the built tables (build, show, hydrate), and the options that commands share.

Arguments, output and exit codes are here; the work is done in other packages. Heavy imports are inside the
commands, so that `onrecord build --help` answers at once.
"""

import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

import click

from onrecord.cli.output import (
    Unusable,
    output_option,
    painter,
    quiet_option,
    say,
    write_lines,
    writing_to,
)

if TYPE_CHECKING:
    from onrecord.dataset.load import Row
    from onrecord.exceptions import AlteredArticle
    from onrecord.execution.executor import Executor

__all__ = [
    "Unusable",
    "build",
    "cluster_options",
    "data_option",
    "hydrate",
    "show",
    "workers_of",
    "write_lines",
]

_Command = TypeVar("_Command", bound=Callable[..., Any])

_LISTED = 10
data_option = click.option(
    "--data", type=click.Path(path_type=Path), help="Folder of built tables, instead of the shipped ones."
)


def cluster_options(command: _Command) -> _Command:
    """The options that run the tasks with Dask: on new processes of this machine, or on a running cluster."""
    command = click.option(
        "--scheduler",
        metavar="ADDRESS",
        help="Use the workers of this Dask scheduler, such as tcp://10.0.0.1:8786. They must be able to read "
        "the input. Needs the extra scale.",
    )(command)
    return click.option(
        "--workers",
        metavar="N",
        type=click.IntRange(min=1),
        help="Use N processes of this machine, with Dask. Needs the extra scale. Without this option, JSON "
        "Lines of 32 MiB or more are read by as many processes as there are cores, without Dask.",
    )(command)


@contextmanager
def workers_of(workers: int | None, scheduler: str | None) -> Iterator["Executor | None"]:
    """The executor that these options ask for, or None. Reports workers that died, after the run."""
    if workers is None and scheduler is None:
        yield None
        return
    if workers is not None and scheduler is not None:
        raise click.UsageError(
            "--workers starts processes here and --scheduler uses others: give one of them"
        )
    from onrecord.exceptions import ClusterUnusable, MissingExtraError
    from onrecord.execution.dask import cluster, lost_workers

    try:
        with cluster(workers, scheduler) as found:
            yield found
            if lost := lost_workers(found):
                what = "1 worker has" if lost == 1 else f"{lost} workers have"
                click.echo(f"{what} died; the work was given to others, and nothing is lost", err=True)
    except (ClusterUnusable, MissingExtraError) as error:
        raise Unusable(str(error)) from error


@click.command(
    epilog="\b\nExample:\n  onrecord build records data",
)
@click.argument("records")
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--articles",
    type=click.Path(path_type=Path),
    help="Folder of the source texts. Default: $ONRECORD_ARTICLES.",
)
@quiet_option
@cluster_options
def build(
    records: str,
    out: Path,
    articles: Path | None,
    quiet: bool,
    workers: int | None,
    scheduler: str | None,
) -> None:
    """Build the Parquet tables of the folder RECORDS into the folder OUT.

    RECORDS may be a corpus, with one folder of JSON Lines shards per table; then OUT has one Parquet file for
    about every 50,000 records of a table.

    OUT is replaced whole. It stays as it was if the records have errors (exit code 1).
    """
    from onrecord.building.build import build as build_tables
    from onrecord.cli.progress import progress
    from onrecord.exceptions import InvalidRecords, OnRecordError
    from onrecord.reporting import first_text_lines, text_lines

    try:
        with progress("records", quiet=quiet) as bar, workers_of(workers, scheduler) as executor:
            report = build_tables(records, out, articles=articles, on_records=bar.update, executor=executor)
    except InvalidRecords as error:
        write_lines(first_text_lines(error.findings, paint=painter()))
        say(f"{out}: {'left as it was' if out.exists() else 'not written'}", err=True)
        sys.exit(1)
    except (OSError, OnRecordError) as error:
        raise Unusable(error) from error
    write_lines(text_lines(report.warnings, painter()))
    if quiet:
        return
    counts = ", ".join(f"{table} {rows:,}" for table, rows in report.rows.items())
    say(f"{report.out}: {counts}; {report.name} {report.version}, sha256:{report.dataset_sha256}")
    for note in report.notes:
        say(note)


@click.command(
    epilog="\b\nExamples:\n  onrecord show\n  onrecord show claims --limit 5 --format jsonl",
)
@click.argument("table", required=False)
@click.option(
    "--limit",
    type=click.IntRange(min=0),
    help="Show at most this many rows. Default: 10 in a table, all in JSON.",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(["table", "json", "jsonl"]),
    default="table",
    help="Format of the output.",
)
@output_option
@data_option
def show(table: str | None, limit: int | None, form: str, output: Path | None, data: Path | None) -> None:
    """Show the rows of TABLE. Without TABLE, show an overview of all tables."""
    from onrecord.dataset.load import iter_rows
    from onrecord.dataset.overview import json_array, json_lines, listing, overview

    try:
        if table is None:
            if form != "table" or limit is not None:
                raise click.UsageError("--format and --limit need a TABLE")
            write_lines([overview(lambda name: iter_rows(name, data, split=None))], output)
            return
        rows = iter_rows(table, data, split=None)
        if form == "table":
            shown = _LISTED if limit is None else limit
            with writing_to(output) as write:
                write(listing(table, rows, shown))
                if left := sum(1 for _ in rows):
                    write(f"and {left:,} more; --limit shows them")
        else:
            chosen: Iterable[Row] = islice(rows, limit)
            write_lines(json_array(chosen) if form == "json" else json_lines(chosen), output)
    except BrokenPipeError:
        # The reader has had enough (`| head`): nothing is wrong with the tables.
        raise
    except (OSError, ValueError) as error:
        raise Unusable(error) from error


@click.command(
    epilog="\b\nExample:\n  onrecord hydrate article.txt -o segments.jsonl",
)
@click.argument("article", type=click.Path(path_type=Path))
@click.option(
    "--document", "document_id", help="Id of the document. Default: the document with the text's hash."
)
@click.option(
    "--table",
    type=click.Choice(["segments", "claims"]),
    default="segments",
    help="Table to join the text to.",
)
@output_option
@data_option
def hydrate(
    article: Path,
    document_id: str | None,
    table: Literal["segments", "claims"],
    output: Path | None,
    data: Path | None,
) -> None:
    """Join the text of ARTICLE back to the dataset and print it as JSON Lines.

    The hashes of the text and of every segment are checked first. If one of them differs, nothing is joined,
    the segments concerned are named, and the exit code is 1.
    """
    from onrecord.dataset.hydrate import hydrate as join
    from onrecord.dataset.overview import json_lines
    from onrecord.exceptions import AlteredArticle, SourceError, UnknownArticle

    try:
        rows = join(article, document_id, table, data)
    except AlteredArticle as error:
        say(f"{article}: {error}", err=True)
        for line in _alterations(error):
            say(line, err=True)
        sys.exit(1)
    except (SourceError, UnknownArticle, OSError) as error:
        raise Unusable(error) from error
    write_lines(json_lines(rows), output)


def _alterations(error: "AlteredArticle") -> Iterable[str]:
    for mismatch in error.mismatches:
        what = "has changed" if mismatch.moved_by is None else f"is {mismatch.moved_by:+,} code points away"
        yield f"{mismatch.segment_id}: the text of [{mismatch.start}:{mismatch.end}] {what}"
    yield f"{len(error.mismatches)} of {error.segments} segments no longer match; nothing was joined"
    if error.differences:
        found = " and ".join(error.differences)
        yield f"The text differs only by {found}: undo that, and it will match."
