"""The commands that write sheets for people: arguments, output and exit codes.

The work is in the package `html`, which the commands import.
"""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from onrecord.cli.output import Unusable, quiet_option, say
from onrecord.model.tables import SPLITS

if TYPE_CHECKING:
    from onrecord.html.sheet_parts import WrittenSheet

_MILLION = 1_000_000
_LAYERS = ("content", "attribution", "background")


articles_option = click.option(
    "--articles",
    type=click.Path(path_type=Path),
    help="Folder of the articles' texts: show the sentences of documents that do not include theirs. Such a "
    "text is copyrighted: do not share the sheet. Default: glosses, whatever ONRECORD_ARTICLES says.",
)


@click.command(
    "label-sheet",
    epilog="\b\nExamples:\n  onrecord label-sheet sheet.html\n"
    "  onrecord label-sheet sheet.html our-records --document gazette-2024-03-05 --sample 20 --seed 7\n"
    "  onrecord label-sheet sheet.html --layer content --fields verifiability,kind",
)
@click.argument("out", type=click.Path(path_type=Path))
@click.argument("records", type=click.Path(path_type=Path), required=False)
@click.option(
    "--document", "documents", metavar="ID", multiple=True, help="Only this document. Can be repeated."
)
@click.option(
    "--split", "splits", type=click.Choice(SPLITS), multiple=True, help="Only this split. Can be repeated."
)
@click.option(
    "--layer",
    type=click.Choice(_LAYERS),
    help="Only claims of this layer. The sheet says so, and does not ask for the layer.",
)
@click.option(
    "--fields",
    metavar="LIST",
    help="Only these fields, separated by commas. Default: all annotated fields.",
)
@click.option("--sample", metavar="N", type=click.IntRange(min=1), help="Only a random sample of N claims.")
@click.option(
    "--seed",
    metavar="N",
    type=click.IntRange(min=0),
    default=1,
    show_default=True,
    help="Seed of the sample.",
)
@articles_option
@quiet_option
def label_sheet(
    out: Path,
    records: Path | None,
    documents: tuple[str, ...],
    splits: tuple[str, ...],
    layer: str | None,
    fields: str | None,
    sample: int | None,
    seed: int,
    articles: Path | None,
    quiet: bool,
) -> None:
    """Write the claims of RECORDS (default: the shipped ones) as the HTML file OUT, for a person to label.

    The sheet works from disk and makes no network requests. It shows one claim at a time with its sentence
    and saves the labels as <annotator>.jsonl. No label of the dataset or of an annotator is in the file.
    Needs the extra `page`.
    """
    from onrecord.exceptions import OnRecordError
    from onrecord.html.label_sheet import Choice
    from onrecord.html.label_sheet import label_sheet as write_sheet

    choice = Choice(documents, splits, layer, _names(fields), sample, seed)
    try:
        written = write_sheet(out, records, choice, articles)
    except (OnRecordError, OSError) as error:
        raise Unusable(*str(error).split("\n")) from error
    if not quiet:
        _report(written, "claim")


@click.command(
    epilog="\b\nExamples:\n  onrecord adjudicate disagreements.html our-records\n"
    "  onrecord adjudicate disagreements.html our-records --gold --annotator jane-doe --fields verifiability",
)
@click.argument("out", type=click.Path(path_type=Path))
@click.argument("records", type=click.Path(path_type=Path), required=False)
@click.option(
    "--document", "documents", metavar="ID", multiple=True, help="Only this document; can be repeated."
)
@click.option(
    "--split", "splits", type=click.Choice(SPLITS), multiple=True, help="Only this split; can be repeated."
)
@click.option(
    "--annotator", "annotators", metavar="ID", multiple=True, help="Only this annotator; can be repeated."
)
@click.option("--fields", metavar="LIST", help="Only these fields, separated by commas.")
@click.option(
    "--gold",
    is_flag=True,
    help="Show the claim's own label and its reason as well, and include labels that differ from it. "
    "Default: neither is in the file.",
)
@click.option(
    "--all", "has_decided", is_flag=True, help="Include labels that are in adjudications.jsonl already."
)
@articles_option
@quiet_option
def adjudicate(
    out: Path,
    records: Path | None,
    documents: tuple[str, ...],
    splits: tuple[str, ...],
    annotators: tuple[str, ...],
    fields: str | None,
    gold: bool,
    has_decided: bool,
    articles: Path | None,
    quiet: bool,
) -> None:
    """Write the labels of RECORDS on which annotators differ as the HTML file OUT, for a person to decide.

    The sheet works from disk and makes no network requests. It shows what the annotators say next to each
    other, takes a label and a reason, and saves adjudications.jsonl. If there is nothing to decide, no sheet
    is written. Needs the extra `page`.
    """
    from onrecord.exceptions import NothingToDecide, OnRecordError
    from onrecord.html.adjudication_sheet import Dispute, adjudication_sheet

    dispute = Dispute(documents, splits, annotators, _names(fields), gold, has_decided)
    try:
        written = adjudication_sheet(out, records, dispute, articles)
    except NothingToDecide as error:
        if not quiet:
            say(f"{out}: not written, because {error}")
        return
    except (OnRecordError, OSError) as error:
        raise Unusable(*str(error).split("\n")) from error
    if not quiet:
        _report(written, "label")


def _names(fields: str | None) -> tuple[str, ...]:
    return tuple(name for part in (fields or "").split(",") if (name := part.strip()))


def _report(written: "WrittenSheet", what: str) -> None:
    items = f"{written.items:,} {what}{'' if written.items == 1 else 's'}"
    documents = f"{written.documents:,} {'document' if written.documents == 1 else 'documents'}"
    say(f"{written.out}: {items} of {documents}, {written.size / _MILLION:.1f} MB")
    if written.has_foreign_text:
        say("The sheet holds an article's text, which is copyrighted: do not share it.", err=True)
