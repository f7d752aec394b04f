"""Render DATASHEET.md from its template, and split it into questions and answers for `croissant`.

The sentences are in `templates/DATASHEET.md`, the figures that they name in `figures`.
"""

import re
from functools import cache
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from onrecord.model.paths import home
from scripts.figures import figures
from scripts.markdown import paragraph

PAGE = home() / "DATASHEET.md"
TEMPLATES = Path(__file__).parent / "templates"
_QUESTION = re.compile(r"^### (?P<question>.+)\n\n(?P<answer>(?:(?!^##).*\n?)+)", re.MULTILINE)
_NOT_PROSE = ("#", "<!--")
_ITEM = re.compile(r"\n(?=- )")
_LINK = re.compile(r"\[([^]]+)\]\([^)]+\)")


@cache
def page() -> str:
    """The whole page, rendered from the current template, records and changelog."""
    # Markdown, so nothing is escaped. A name that is not defined is an error, never an empty string.
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, keep_trailing_newline=True
    )
    blocks = environment.get_template(PAGE.name).render(figures()).split("\n\n")
    return "\n\n".join(block if block.startswith(_NOT_PROSE) else _wrapped(block) for block in blocks)


def answers(markdown: str) -> dict[str, str]:
    """Each question with its answer, in the order of the page."""
    return {found["question"]: found["answer"].strip() for found in _QUESTION.finditer(markdown)}


def plain(markdown: str) -> str:
    """An answer as plain text on one line: the text of links, without the marks of Markdown."""
    words = _LINK.sub(r"\1", markdown).replace("`", "").replace("*", "")
    return " ".join(words.split())


def _wrapped(block: str) -> str:
    # Wrapped after rendering, because a figure changes the length of its line.
    items = _ITEM.split(block)
    lines = [paragraph(item, "  " if item.startswith("- ") else "") for item in items]
    return "\n".join(lines) + "\n" * block.endswith("\n")


def write(file: Path) -> None:
    """Write the page."""
    file.write_text(page(), encoding="utf-8", newline="\n")


def is_current(file: Path) -> bool:
    """Whether the file is what would be written now."""
    return file.is_file() and file.read_bytes() == page().encode("utf-8")
