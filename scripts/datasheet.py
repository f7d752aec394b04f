"""DATASHEET.md: the template with its figures filled in, and its answers for those who quote them.

Owns the rendering and the split into questions and answers. The sentences are in `templates/DATASHEET.md`,
the figures in `figures`.
"""

import re
from functools import cache
from pathlib import Path
from textwrap import fill

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from onrecord.model.paths import home
from scripts.figures import figures

PAGE = home() / "DATASHEET.md"
TEMPLATES = Path(__file__).parent / "templates"
_QUESTION = re.compile(r"^### (?P<question>.+)\n\n(?P<answer>(?:(?!^##).*\n?)+)", re.MULTILINE)
_NOT_PROSE = ("#", "<!--", "- ")
_WIDTH = 120
_LINK = re.compile(r"\[([^]]+)\]\([^)]+\)")


@cache
def page() -> str:
    """The whole page as the template, the records and the changelog are now."""
    # Markdown, so nothing is escaped; a name that is not there is an error and no blank.
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES), undefined=StrictUndefined, keep_trailing_newline=True
    )
    blocks = environment.get_template(PAGE.name).render(figures()).split("\n\n")
    return "\n\n".join(block if block.startswith(_NOT_PROSE) else _filled(block) for block in blocks)


def answers(markdown: str) -> dict[str, str]:
    """Each question with its answer, in the order of the page."""
    return {found["question"]: found["answer"].strip() for found in _QUESTION.finditer(markdown)}


def plain(markdown: str) -> str:
    """An answer as plain text on one line: links as their words, no marks of Markdown."""
    words = _LINK.sub(r"\1", markdown).replace("`", "").replace("*", "")
    return " ".join(words.split())


def _filled(block: str) -> str:
    # What a figure does to the length of a line, nobody has to mend by hand.
    return fill(block, _WIDTH, break_long_words=False, break_on_hyphens=False) + "\n" * block.endswith("\n")


def write(file: Path) -> None:
    """Write the page."""
    file.write_text(page(), encoding="utf-8", newline="\n")


def is_current(file: Path) -> bool:
    """Whether the file says what the page says now."""
    return file.is_file() and file.read_bytes() == page().encode("utf-8")
