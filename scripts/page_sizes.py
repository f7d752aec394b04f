"""Make the generated parts of docs/page.md: measurements of the page by number of claims, and its limits.

The measurements are those that benchmarks/page_sizes.py saved; the limits are the constants of the code.
"""

import json
from functools import cache
from typing import Any

from onrecord.html.write import CLAIMS_UP_TO, READING_UP_TO, VIEWER_FROM
from onrecord.model.paths import home
from scripts.markdown import paragraph, pipe_table


def table() -> str:
    """One row per size: documents, claims, file size, and the time and memory to write, open and search."""
    return pipe_table(
        (
            "documents",
            "claims",
            "file",
            "to write",
            "memory to write",
            "to open",
            "memory of the browser tab",
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
    """The origin of the measurements, in one sentence."""
    saved = _saved()
    return paragraph(
        f"`{saved['command']}` ({saved['machine']}): tables with copies of the shipped document, version "
        f"{saved['dataset_version']}. Each copy has its own ids, dates and words."
    )


def limits() -> str:
    """The limits of the page by number of claims, as a list."""
    return f"""\
- Up to {READING_UP_TO:,} claims the page shows everything. With more, the reading view shows only the first
  documents; the charts and the table still show all claims, and `#claim_id` leads to the table.
- From {VIEWER_FROM:,} claims on, `onrecord page` still writes the page and recommends a table viewer.
- Above {CLAIMS_UP_TO:,} claims it writes nothing, gives the same advice and exits with 2."""


@cache
def _saved() -> dict[str, Any]:
    path = home() / "benchmarks" / "results" / "page_sizes.json"
    saved: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return saved
