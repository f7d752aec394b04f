"""Tables and paragraphs in Markdown, for all generated pages. tabulate lays out the tables."""

import re
from collections.abc import Iterable, Sequence
from textwrap import fill

from tabulate import tabulate

WIDTH = 120
"""Characters per line of prose, in generated and in hand-written pages."""

_CODE = re.compile(r"`[^`]+`")
_NO_BREAK = "\0"


def paragraph(text: str, hanging: str = "") -> str:
    """The text in lines of at most `WIDTH` characters; all but the first start with `hanging`.

    Words, links and code are not broken.
    """
    words = " ".join(text.split())
    unbroken = _CODE.sub(lambda code: code[0].replace(" ", _NO_BREAK), words)
    lines = fill(unbroken, WIDTH, subsequent_indent=hanging, break_long_words=False, break_on_hyphens=False)
    return lines.replace(_NO_BREAK, " ")


def pipe_table(headers: Sequence[object], body: Iterable[Sequence[object]]) -> str:
    """The rows as a table of GitHub's Markdown; a pipe inside a cell is escaped."""
    escaped = [[str(cell).replace("|", "\\|") for cell in line] for line in (headers, *body)]
    # Cells are text as given. They are not padded, because one long cell would widen every row.
    return tabulate(
        escaped[1:], escaped[0], tablefmt="github", disable_numparse=True, numalign=None, stralign=None
    )
