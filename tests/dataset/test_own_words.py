"""The repository holds no words of the article beyond what a rule allows, however words are counted."""

import re
from collections.abc import Iterator
from pathlib import Path

from onrecord.reading.article import LONGEST_SHARED_RUN

PLACES = ("*.md", "croissant.json", "records/**/*", "schema/**/*", "docs/**/*", "examples/**/*")
TEXTS = {".md", ".json", ".jsonl", ".py", ".svg", ".txt", ".yml"}


def runs(text: str) -> set[tuple[str, ...]]:
    """The runs of one word more than may be shared. An apostrophe ends a word: possessives count twice."""
    words = re.findall(r"[^\W_]+", text.lower())
    size = LONGEST_SHARED_RUN + 1
    return {tuple(words[start : start + size]) for start in range(len(words) - size + 1)}


def texts(root: Path) -> Iterator[Path]:
    for place in PLACES:
        yield from (path for path in root.glob(place) if path.suffix in TEXTS and path.is_file())


def test_no_file_shares_more_words_in_a_row_with_the_article_than_allowed(
    root: Path, article_text: str
) -> None:
    of_article = runs(article_text)

    found = {
        path.relative_to(root).as_posix(): sorted(" ".join(run) for run in shared)
        for path in texts(root)
        if (shared := of_article & runs(path.read_text(encoding="utf-8")))
    }

    assert found == {}


def test_a_possessive_does_not_hide_a_shared_run() -> None:
    shared = "a threat to the town's safety from the river's"
    assert runs(shared.replace("town's", "town’s")) & runs(f"They saw {shared} flood.")
    assert not runs(shared) & runs(shared.replace("town's safety", "safety of the town"))
