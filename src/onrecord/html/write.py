"""The page itself: page data in, one HTML file out, whole or not at all.

The file is assembled from the templates, styles and scripts of this package, with a content policy that
allows these and nothing else.
"""

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from onrecord.benchmark.tasks import TASKS
from onrecord.building.replace_file import replacing
from onrecord.dataset.load import Folder, table_files
from onrecord.exceptions import PageRefused
from onrecord.extras import check_extra
from onrecord.html.alt_texts import describe_order
from onrecord.html.charts import NARROW, WIDE
from onrecord.html.columns import tables_by_column
from onrecord.html.data import Article, PageData, read_page_data
from onrecord.html.figures import facts_of, figures_of
from onrecord.html.overview import overview_of
from onrecord.html.single_file import asset, check_writable, environment, policy
from onrecord.html.theme import PAGE_THEME
from onrecord.html.views import differences, shown_documents
from onrecord.model.labels import definitions
from onrecord.model.short_repr import ShortRepr
from onrecord.model.tables import label_names

READING_UP_TO = 2_500
"""Claims that the reading view holds: it shows the first documents, and the table has them all."""
VIEWER_FROM = 50_000
"""Claims from which on a table viewer is the better tool: a search takes more than about 300 ms."""
CLAIMS_UP_TO = 500_000
"""Claims above which no page is written: its file would have hundreds of megabytes."""
MOST_DIFFERENCES = 60
"""Differences between annotators that are listed; the reading view has all those of its documents."""
VIEWERS = "for tables of this size use `onrecord show claims`, or DuckDB on the Parquet files"
NEEDED = ("altair", "jinja2", "krippendorff", "numpy", "scipy", "vl_convert")
_STYLE = "page.css"
_SCRIPTS = (
    "theme.js",
    "elements.js",
    "tables.js",
    "files.js",
    "passage.js",
    "hints.js",
    "details.js",
    "links.js",
    "reading.js",
    "filters.js",
    "table.js",
    "sorting.js",
)


@dataclass(frozen=True, slots=True, repr=False)
class Written(ShortRepr):
    """What was written: where, how large, and how much of the data is in it."""

    out: Path
    size: int
    """In bytes."""
    claims: int
    documents: int
    read: int
    """Documents that the reading view holds."""
    has_article: bool


def page(
    out: str | os.PathLike[str],
    data: Folder | None = None,
    article: Article | Iterable[Article] | None = None,
) -> Written:
    """Write the tables of a folder (default: the dataset's own) as one self-contained HTML file.

    With `article`, the path of a document's text or a list of such paths, the reading view shows the source's
    sentences; such a page holds copyrighted text. Raises MissingExtraError, PageRefused, FileNotFoundError
    and ValueError if the folder is not a build, what `hydrate` raises if an article is another text, and
    OSError.
    """
    check_installed()
    target = Path(out)
    check_writable(target)
    check_size(data)
    page_data = read_page_data(data, _several(article))
    text, read = render(page_data)
    encoded = text.encode()
    with replacing(target) as stream:
        stream.write(encoded)
    return Written(
        target,
        len(encoded),
        len(page_data.claims),
        len(page_data.documents),
        read,
        page_data.has_foreign_text,
    )


def _several(article: Article | Iterable[Article] | None) -> Iterable[Article]:
    if article is None:
        return ()
    return (article,) if isinstance(article, str | os.PathLike) else article


def check_installed() -> None:
    """Raise MissingExtraError unless all packages are installed that pages are made with."""
    check_extra("page", "a page", NEEDED)


def check_size(data: Folder | None) -> None:
    """Raise PageRefused if there are more claims than a page can hold, without reading them."""
    import pyarrow.parquet as pq

    claims = sum(pq.read_metadata(shard).num_rows for shard in table_files("claims", data))
    if claims > CLAIMS_UP_TO:
        raise PageRefused(f"a page holds up to {CLAIMS_UP_TO:,} claims, and there are {claims:,}: {VIEWERS}")


def render(page_data: PageData) -> tuple[str, int]:
    """The page as text, and how many documents its reading view holds."""
    facts = facts_of(page_data)
    figures = figures_of(facts)
    differing = differences(page_data)
    agreed = next((a for a in facts.agreements if a.field == "verifiability" and a.alpha is not None), None)
    documents = list(shown_documents(page_data, READING_UP_TO))
    style = asset(_STYLE)
    scripts = [asset(name) for name in _SCRIPTS]
    text = (
        environment()
        .get_template("page.html")
        .render(
            page_data=page_data,
            overview=overview_of(page_data),
            facts=facts,
            # One symbol per claim gives a picture of one article; for a hundred it shows nothing.
            glance=documents[0].segments if len(page_data.documents) == len(documents) == 1 else (),
            glance_alt=describe_order(page_data.claims),
            agreed=agreed,
            figures=figures,
            drawings={
                name: {"wide": figure.svg(PAGE_THEME, WIDE), "narrow": figure.svg(PAGE_THEME, NARROW)}
                for name, figure in figures.items()
            },
            documents=documents,
            differences=differing,
            shown_differences=differing[:MOST_DIFFERENCES],
            # The numbers do not show that a task has one answer only in this data.
            benchmark_notes=sorted(
                {
                    f"{s.task}, {s.split}: {note}"
                    for s in facts.scores
                    for note in s.notes
                    if note.startswith("All ")
                }
            ),
            definitions=definitions(),
            label_names=label_names,
            tasks=TASKS,
            scored_tasks=list(dict.fromkeys(score.task for score in facts.scores)),
            data=tables_by_column(page_data, {document.row["document_id"] for document in documents}),
            style=style,
            scripts=scripts,
            policy=policy(style, scripts),
        )
    )
    return text, len(documents)
