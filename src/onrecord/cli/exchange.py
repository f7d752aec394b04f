"""The commands export and import: arguments, output and exit codes; the work is in the package `dataset`."""

from pathlib import Path
from typing import Any

import click

from onrecord.cli.output import Unusable, quiet_option, say

# Named here as well, so that the help of a command loads no format; a test compares them.
_SPLITS = ("test", "challenge", "validation")
_TARGETS = ("web-annotation", "label-studio", "brat", "conll", "schema-org")
_SOURCES = ("web-annotation", "label-studio", "brat", "annotations")


@click.command(
    epilog="\b\nExamples:\n  onrecord export --to label-studio --split challenge tasks\n"
    "  onrecord export --to brat --labels none --articles texts records standoff\n"
    "  onrecord export --records data records",
)
@click.option("--to", "form", type=click.Choice(_TARGETS), help="Write the format of an annotation tool.")
@click.option("--records", "are_records", is_flag=True, help="Write authored records: a records folder.")
@click.option(
    "--document",
    "documents",
    metavar="ID",
    multiple=True,
    help="With --to: only this document. Can be repeated.",
)
@click.option("--split", type=click.Choice(_SPLITS), help="With --to: only the documents of this split.")
@click.option(
    "--labels",
    metavar="NAME",
    help="With --to: the labels to write, those of an annotator, gold (the adjudicated ones) or none. "
    "Default: gold.",
)
@click.option(
    "--articles",
    type=click.Path(path_type=Path),
    help="With --to: folder of the texts that the dataset does not include. They are copyrighted: do not "
    "share an export that holds them.",
)
@click.argument("paths", metavar="[SOURCE] OUT", nargs=-1, required=True, type=click.Path(path_type=Path))
@quiet_option
def export(
    form: str | None,
    are_records: bool,
    documents: tuple[str, ...],
    split: str | None,
    labels: str | None,
    articles: Path | None,
    paths: tuple[Path, ...],
    quiet: bool,
) -> None:
    """Write SOURCE into the new folder OUT: in the format of an annotation tool, or as authored records.

    With --to, SOURCE is a records folder or a folder of built tables; without it, the shipped records are
    written. docs/exchange.md says what each format holds and what comes back with `onrecord import`.

    With --records, SOURCE holds built tables as Parquet, one folder or one file per table, of a build or of
    another program that has changed them. Derived fields are left out; the next build derives them again.
    """
    if are_records == (form is not None):
        raise click.UsageError("say what to write: --to FORMAT or --records")
    if len(paths) > 2:
        raise click.UsageError(f"expected [SOURCE] OUT, found {len(paths)} paths")
    out, source = paths[-1], paths[0] if len(paths) == 2 else None
    if form is not None:
        wanted = {"documents": documents, "split": split, "labels": labels or "gold", "articles": articles}
        _export_to(form, source, out, wanted, quiet=quiet)
    elif documents or split or labels or articles:
        raise click.UsageError("--document, --split, --labels and --articles are for --to")
    elif source is None:
        raise click.UsageError("--records needs SOURCE, a folder of built tables")
    else:
        _export_records(source, out, quiet=quiet)


def _export_to(form: str, source: Path | None, out: Path, wanted: dict[str, Any], *, quiet: bool) -> None:
    from onrecord.dataset.exchange.export import export_to
    from onrecord.exceptions import OnRecordError

    try:
        done = export_to(form, out, source, **wanted)
    except (OSError, OnRecordError) as error:
        raise Unusable(error) from error
    if done.protected:
        held = ", ".join(done.protected)
        say(f"{done.out} holds the text of {held}, which is copyrighted: do not share it.", err=True)
    if not quiet:
        many = "document" if done.documents == 1 else "documents"
        say(f"{done.out}: {done.claims:,} claims of {done.documents:,} {many} in {done.files:,} files")


def _export_records(tables: Path, out: Path, *, quiet: bool) -> None:
    from onrecord.dataset.export import export_records
    from onrecord.exceptions import OnRecordError

    try:
        report = export_records(tables, out)
    except (OSError, OnRecordError) as error:
        raise Unusable(error) from error
    if not quiet:
        say(f"{report.out}: {', '.join(f'{table} {number:,}' for table, number in report.records.items())}")
        for note in report.notes:
            say(note)


@click.command(
    "import",
    epilog="\b\nExamples:\n  onrecord import --from label-studio --annotator ada export.json records\n"
    "  onrecord import --from annotations --annotator ada ada.jsonl records",
)
@click.option(
    "--from",
    "form",
    type=click.Choice(_SOURCES),
    required=True,
    help="Format of PATH; annotations are rows of the table itself, such as a labelling sheet saves.",
)
@click.option("--annotator", metavar="ID", required=True, help="Id of the annotator who gave the labels.")
@click.option(
    "--completed-by",
    metavar="USER",
    help="Number or email of the user of Label Studio, where several have annotated the same tasks.",
)
@click.option(
    "--held-out",
    "is_held_out",
    is_flag=True,
    help="Write into annotations/held-out: the labels measure the records, and nobody has to decide where "
    "they differ.",
)
@click.argument("path", type=click.Path(path_type=Path))
@click.argument("records", type=click.Path(path_type=Path))
@quiet_option
def import_(
    form: str,
    annotator: str,
    completed_by: str | None,
    is_held_out: bool,
    path: Path,
    records: Path,
    quiet: bool,
) -> None:
    """Write the labels in PATH, from an annotation tool, as annotations into the folder RECORDS.

    PATH is a file or folder of what `onrecord export --to` wrote and people labelled in the tool. Each
    document gets annotations/ID.jsonl, which makes the labels a part of the dataset: where they differ from
    others, `onrecord validate` asks for a decision.

    Nothing is written if any label is wrong, or if ID has labels there already. New spans and moved ones are
    counted and left out: annotations are labels of existing claims.
    """
    from onrecord.dataset.exchange.read_back import import_annotations
    from onrecord.exceptions import OnRecordError, UnusableExchange

    if completed_by is not None and form != "label-studio":
        raise click.UsageError("--completed-by chooses a user of Label Studio: give --from label-studio")
    try:
        found = import_annotations(
            form, path, records, annotator, completed_by=completed_by, is_held_out=is_held_out
        )
    except UnusableExchange as error:
        raise Unusable(*error.errors) from error
    except (OSError, OnRecordError) as error:
        raise Unusable(error) from error
    if not found.is_described:
        say(f"annotators.jsonl does not describe {annotator} yet: add a line", err=True)
    if found.moved:
        claims = ", ".join(found.moved[:5]) + (", …" if len(found.moved) > 5 else "")
        say(f"other anchors, which annotations do not hold: {claims} ({len(found.moved):,} claims)", err=True)
    if found.unnamed:
        say(f"left out because they name no claim: {found.unnamed:,}", err=True)
    if not quiet:
        for file in found.files:
            say(str(file))
        left = f", {found.unlabelled:,} without a label left out" if found.unlabelled else ""
        say(f"{found.claims:,} claims labelled by {annotator}{left}")
