"""The generated parts of docs/page.md: how the page fares as tables grow, and where it gives way.

The figures are those that benchmarks/page_sizes.py saved; the sizes are the ones the code goes by.
"""

import json
from functools import cache
from typing import Any

from onrecord.html.write import CLAIMS_UP_TO, READING_UP_TO, VIEWER_FROM
from onrecord.model.paths import home
from scripts.markdown import pipe_table


def table() -> str:
    """A row a size: documents, claims, and what writing, sending, opening and searching the page take."""
    return pipe_table(
        (
            "documents",
            "claims",
            "file",
            "to write",
            "memory to write",
            "to open",
            "memory of its tab",
            "a search",
        ),
        (
            (
                f"{row['documents']:,}",
                f"{row['claims']:,}",
                f"{row['size_mb']:.1f} MB",
                f"{row['write_seconds']:.1f} s",
                f"{row['write_mb']:,} MB",
                f"{row['open_seconds']:.1f} s",
                f"{row['open_mb']:,} MB",
                f"{row['search_ms']:,} ms",
            )
            for row in _saved()["rows"]
        ),
    )


def source() -> str:
    """Where the figures come from, in a sentence."""
    saved = _saved()
    return (
        f"`{saved['command']}` ({saved['machine']}): tables of copies of the shipped document, version "
        f"{saved['dataset_version']}, each under ids, dates and words of its own."
    )


def limits() -> str:
    """The sizes at which the page gives way, as a list."""
    return f"""\
- Up to {READING_UP_TO:,} claims the page has everything. Of more documents the reading view shows the first
  ones; the charts and the table go on with all of them, and `#claim_id` leads to the table.
- From {VIEWER_FROM:,} claims on, `onrecord page` still writes the page and says that a table viewer is the
  better tool.
- Above {CLAIMS_UP_TO:,} claims it refuses, with the same advice and exit code 2."""


@cache
def _saved() -> dict[str, Any]:
    path = home() / "benchmarks" / "results" / "page_sizes.json"
    saved: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return saved
