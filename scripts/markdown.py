"""Tables and paragraphs in Markdown, for all generated pages. tabulate lays out the tables."""

from collections.abc import Iterable, Sequence
from textwrap import fill

from tabulate import tabulate

WIDTH = 120
"""Characters per line of prose, in generated and in hand-written pages."""


def paragraph(text: str) -> str:
    """The text in lines of at most `WIDTH` characters; words, links and ids are not broken."""
    return fill(text, WIDTH, break_long_words=False, break_on_hyphens=False)


def pipe_table(headers: Sequence[object], body: Iterable[Sequence[object]]) -> str:
    """The rows as a table of GitHub's Markdown; a pipe inside a cell is escaped."""
    escaped = [[str(cell).replace("|", "\\|") for cell in line] for line in (headers, *body)]
    # Cells are text as given. They are not padded, because one long cell would widen every row.
    return tabulate(
        escaped[1:], escaped[0], tablefmt="github", disable_numparse=True, numalign=None, stralign=None
    )
