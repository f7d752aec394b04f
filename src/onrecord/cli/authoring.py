"""The commands for those who start a dataset or add an article: init, segment and new-claim.

Arguments, output and exit codes are here; the work is in the package `authoring`, which the commands import.
"""

from pathlib import Path

import click

from onrecord.cli.output import Unusable, quiet_option, say, write_lines


@click.command(
    epilog="\b\nExamples:\n  onrecord init harbour-claims\n"
    "  onrecord init harbour-claims --article gazette.txt --document-id gazette-2024-03-05 --date 2024-03-05",
)
@click.argument("folder", type=click.Path(path_type=Path))
@click.option("--article", type=click.Path(path_type=Path), help="Text of a first document, in UTF-8.")
@click.option("--document-id", help="Id of that document. Default: the name of its file.")
@click.option("--name", help="Name of the dataset. Default: the name of the folder.")
@click.option("--date", help="Dateline of the article, YYYY-MM-DD.")
@click.option("--publisher", help="Publisher of the article.")
@click.option("--language", default="en", show_default=True, help="Language of the article, a BCP 47 tag.")
def init(
    folder: Path,
    article: Path | None,
    document_id: str | None,
    name: str | None,
    **details: str | None,
) -> None:
    """Start a dataset of your own in the new or empty FOLDER.

    It gets records/dataset.json, the document and the segments of ARTICLE if one is given, a .gitignore, a
    configuration for pre-commit and a CI workflow. `onrecord validate` then lists what is left to fill in.
    """
    from onrecord.authoring.init import RECORDS
    from onrecord.authoring.init import init as start
    from onrecord.exceptions import OnRecordError

    try:
        report = start(folder, article, document_id, name, **details)
    except (OSError, OnRecordError) as error:
        raise Unusable(error) from error
    for file in report.files:
        say(str(folder / file))
    if report.document:
        found = report.document
        say(f"{found.segments:,} segments in {found.paragraphs:,} paragraphs")
    say(
        f"{report.name}: title, licence and maintainers are in {folder / RECORDS / 'dataset.json'}; "
        f"`onrecord validate {folder / RECORDS}` lists what is left to do"
    )


@click.command(
    epilog="\b\nExample:\n  onrecord segment gazette.txt --document-id gazette-2024-03-05 --date 2024-03-05",
)
@click.argument("article", type=click.Path(path_type=Path))
@click.option("--document-id", required=True, help="Id of the document, such as gazette-2024-03-05.")
@click.option(
    "--out",
    type=click.Path(path_type=Path),
    default=Path("records"),
    help="Records folder in which the document gets its own folder.",
)
@click.option(
    "--cut-before",
    metavar="WORDS",
    multiple=True,
    help="Start a segment at these words, where the splitter found no end of a sentence.",
)
@click.option(
    "--join-before",
    metavar="WORDS",
    multiple=True,
    help="Start no segment at these words, where the splitter found one too many.",
)
@click.option("--date", help="Dateline of the article, YYYY-MM-DD.")
@click.option("--publisher", help="Publisher of the article.")
@click.option("--title", help="Title of the article, in your own words.")
@click.option("--url", help="Address of the article.")
@click.option("--language", default="en", help="Language of the article, a BCP 47 tag.")
@click.option(
    "--text-origin", help="Origin of the text: original, machine_paraphrase or written_for_this_dataset."
)
@click.option("--quality", help="What is known about the quality of the text.")
@quiet_option
def segment(
    article: Path,
    document_id: str,
    out: Path,
    cut_before: tuple[str, ...],
    join_before: tuple[str, ...],
    quiet: bool,
    **details: str | None,
) -> None:
    """Write a folder with the document and the segments of ARTICLE, a text file in UTF-8.

    Sentences, offsets and hashes are computed. What only a person can say is left empty, and `onrecord
    validate` lists it line by line. An existing folder is not changed.
    """
    from onrecord.authoring.segment import segment as write_document
    from onrecord.exceptions import OnRecordError, SourceError
    from onrecord.reading.article import articles_folder, find_article

    try:
        report = write_document(article, document_id, out, cut_before, join_before, **details)
    except (OSError, OnRecordError) as error:
        raise Unusable(error) from error
    if quiet:
        return
    say(
        f"{report.folder}: {report.segments:,} segments in {report.paragraphs:,} paragraphs, "
        f"{report.open_roles:,} of them without a role; `onrecord validate {out}` lists what is left to do"
    )
    try:
        find_article(article.name, report.folder, articles_folder(None))
    except (OSError, SourceError):
        say(f"`validate` and `new-claim` find the text with --articles {article.parent}")


@click.command(
    "new-claim",
    epilog="\b\nExample:\n  onrecord new-claim records/gazette-2024-03-05 "
    '"the bridge is safe" >> records/gazette-2024-03-05/claims.jsonl',
)
@click.argument("document", type=click.Path(path_type=Path))
@click.argument("words", nargs=-1, required=True)
@click.option("--segment", "segment_ids", multiple=True, help="Id of the segment that holds the words.")
@click.option(
    "--articles",
    type=click.Path(path_type=Path),
    help="Folder of the source texts. Default: $ONRECORD_ARTICLES.",
)
def new_claim(
    document: Path, words: tuple[str, ...], segment_ids: tuple[str, ...], articles: Path | None
) -> None:
    """Print a claim of the folder DOCUMENT as a line for its claims.jsonl, anchored in WORDS.

    WORDS must be in the article exactly as given, each of them inside one segment. The claim gets the next
    free number, its anchors and its date. The rest is left open, and `onrecord validate` lists it.
    """
    from onrecord.authoring.new_claim import new_claim as start_claim
    from onrecord.dataset.json_values import json_lines
    from onrecord.exceptions import UnusableDocument, WordsNotFound

    try:
        claim = start_claim(document, words, articles, segment_ids)
    except (OSError, UnusableDocument, WordsNotFound) as error:
        raise Unusable(error) from error
    write_lines(json_lines([claim]))
