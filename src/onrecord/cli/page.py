"""The command that writes the page: arguments, output and exit codes.

The work is in the package `html`, which the command imports.
"""

from pathlib import Path

import click

from onrecord.cli.data import data_option
from onrecord.cli.output import Unusable, quiet_option, say

_MILLION = 1_000_000


@click.command(
    epilog="\b\nExamples:\n  onrecord page onrecord.html\n  onrecord page ours.html --data our-data",
)
@click.argument("out", type=click.Path(path_type=Path))
@click.option(
    "--article",
    "articles",
    metavar="FILE",
    multiple=True,
    type=click.Path(path_type=Path),
    help="Show this article's text next to the glosses. Can be repeated, once per article. The text is "
    "copyrighted: do not share the page.",
)
@data_option
@quiet_option
def page(out: Path, articles: tuple[Path, ...], data: Path | None, quiet: bool) -> None:
    """Write the tables as the HTML file OUT: to read, to search, to send to somebody.

    The file is self-contained and makes no network requests. An existing OUT is replaced atomically. Needs
    the extra `page`.
    """
    from onrecord.exceptions import AlteredArticle, OnRecordError
    from onrecord.html.write import VIEWER_FROM, VIEWERS
    from onrecord.html.write import page as write_page

    try:
        written = write_page(out, data, articles)
    except AlteredArticle as error:
        named = articles[0] if len(articles) == 1 else "one of the articles"
        raise Unusable(f"{named}: {error}; `onrecord hydrate` shows what differs") from error
    except (OnRecordError, OSError, ValueError) as error:
        raise Unusable(error) from error
    if quiet:
        return
    documents = f"{written.documents:,} {'document' if written.documents == 1 else 'documents'}"
    size = written.size / _MILLION
    say(f"{written.out}: {written.claims:,} claims of {documents}, {size:.1f} MB")
    if written.has_article:
        say("The page holds the article's text, which is copyrighted: do not share it.", err=True)
    if written.read < written.documents:
        held = f"The reading view holds {written.read:,} of them, the table and the charts hold all"
        advice = f"; {VIEWERS}" if written.claims >= VIEWER_FROM else ""
        say(f"{held}{advice}.", err=True)
