"""The hand-written pages: an index that lists all of them, lines of one width, and links that resolve."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from scripts.markdown import WIDTH

ROOT = Path(__file__).resolve().parents[2]
DOCS = ROOT / "docs"
UNWRAPPED = ("CHANGELOG.md",)
"""Pages that still have wider lines of prose, because past entries stay as they were."""
PAGES = sorted(path.relative_to(ROOT).as_posix() for path in (*ROOT.glob("*.md"), *DOCS.glob("*.md")))
_LINK = re.compile(r"\]\((?!https?:)([^)#]*)(?:#([^)]*))?\)")


def prose(text: str) -> Iterator[str]:
    """The lines of a page without front matter, code, tables, pictures and generated blocks."""
    without = re.sub(r"\A---\n.*?^---$", "", text, flags=re.MULTILINE | re.DOTALL)
    without = re.sub(r"^ *```.*?^ *```$", "", without, flags=re.MULTILINE | re.DOTALL)
    without = re.sub(r"^<!-- \[\[\[cog.*?\[\[\[end\]\]\] -->$", "", without, flags=re.MULTILINE | re.DOTALL)
    return (line for line in without.splitlines() if not line.startswith(("|", "![", "<!--")))


def slugs(text: str) -> set[str]:
    """The anchors that a page's headings get on the Hub and on GitHub."""
    headings = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


def test_the_readme_is_short() -> None:
    # The front matter does not count: it is for programs.
    text = (ROOT / "README.md").read_text("utf-8").split("---\n", 2)[2]
    assert len(text.strip().splitlines()) <= 170


def test_the_index_lists_every_page_once() -> None:
    index = (DOCS / "index.md").read_text("utf-8")
    listed = re.findall(r"^- \[[^]]+\]\(([^)]+)\): .+\.$", index, re.MULTILINE)
    own = [target for target in listed if "/" not in target]
    assert sorted(own) == sorted(path.name for path in DOCS.glob("*.md") if path.name != "index.md")
    assert len(listed) == len(set(listed))


@pytest.mark.parametrize("page", [page for page in PAGES if page not in UNWRAPPED])
def test_lines_of_prose_are_not_wider_than_a_page(page: str) -> None:
    wide = [line for line in prose((ROOT / page).read_text("utf-8")) if len(line) > WIDTH]
    # A line that consists of one long link, path or id cannot be broken.
    assert [line for line in wide if " " in line.strip()] == []


@pytest.mark.parametrize("page", PAGES)
def test_links_resolve(page: str) -> None:
    for path, anchor in _LINK.findall((ROOT / page).read_text("utf-8")):
        target = (ROOT / page).parent / path if path else ROOT / page
        assert target.exists(), path
        if anchor:
            assert anchor in slugs(target.read_text("utf-8")), f"{path}#{anchor}"
