"""Where the maintainers keep the articles, whose texts are not in the repository."""

from pathlib import Path

from onrecord.model.paths import home
from onrecord.reading.article import articles_folder


def kept_articles() -> Path:
    """$ONRECORD_ARTICLES, else the place next to the checkout; the folder need not exist."""
    return articles_folder() or home().parent / "shared" / "article"
