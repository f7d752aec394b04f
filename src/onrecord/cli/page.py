"""The command that writes the page: its arguments, what it says, its exit codes.

Heavy imports wait inside the command, so that `onrecord --help` answers at once.
"""

from pathlib import Path

import click

from onrecord.cli.data import Unusable, data_option

_MILLION = 1_000_000


@click.command(
    epilog="\b\nExamples:\n  onrecord page onrecord.html\n  onrecord page ours.html --data our-data",
)
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--article",
    metavar="FILE",
    type=click.Path(path_type=Path),
    help="Text of a document, to stand beside its glosses. It belongs to its publisher: keep such a page.",
)
@data_option
def page(out: Path, article: Path | None, data: Path | None) -> None:
    """Write the tables as the HTML file OUT: to read, to search, to send to somebody.

    The file needs no other and asks no server for anything. An OUT that is there is replaced, whole or not
    at all. Needs the extra `page`.
    """
    from onrecord.exceptions import AlteredArticle, OnRecordError
    from onrecord.html.write import VIEWER_FROM, VIEWERS
    from onrecord.html.write import page as write_page

    try:
        written = write_page(out, data, article)
    except AlteredArticle as error:
        raise Unusable(f"{article}: {error}; `onrecord hydrate` names what differs") from error
    except (OnRecordError, OSError, ValueError) as error:
        raise Unusable(str(error)) from error
    documents = f"{written.documents:,} {'document' if written.documents == 1 else 'documents'}"
    size = written.size / _MILLION
    click.echo(f"{written.out}: {written.claims:,} claims of {documents}, {size:.1f} MB")
    if written.has_article:
        click.echo("It holds the article's own text, which belongs to its publisher: keep it.", err=True)
    if written.read < written.documents:
        held = f"The reading view holds {written.read:,} of them, the table and the charts hold all"
        advice = f"; {VIEWERS}" if written.claims >= VIEWER_FROM else ""
        click.echo(f"{held}{advice}.", err=True)
