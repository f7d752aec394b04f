"""Write the page's figures to docs/figures/, each as SVG and PNG with a description.

Called by `scripts.generate`. The drawing is `onrecord.html.figures`; here it gets plain colours, a white
background and, as a title, the text that replaces it where it cannot be seen.

The SVG decides what is up to date, because its bytes are the same on every machine. In a PNG they depend on
the fonts of the system: a PNG is drawn again only if its SVG has changed, or if it is missing.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from onrecord.html.data import read_page_data
from onrecord.html.figures import Figure, facts_of, figures_of
from onrecord.html.theme import PRINT_THEME, as_png, with_title
from onrecord.model.paths import home

FOLDER = home() / "docs" / "figures"
_WIDTH = 720
_SVG, _PNG = ".svg", ".png"


def write(folder: Path) -> None:
    """Write the figures that are not up to date, and remove those that are no longer drawn."""
    folder.mkdir(exist_ok=True)
    for file in list(stale(folder)):
        drawing = drawn().get(file.stem)
        if drawing is None or file.suffix not in (_SVG, _PNG):
            file.unlink()
            continue
        # The SVG last: it says that the PNG is the one drawn from it.
        file.with_suffix(_PNG).write_bytes(as_png(drawing))
        file.with_suffix(_SVG).write_bytes(_content(drawing))


def stale(folder: Path) -> Iterator[Path]:
    """The SVG files that differ from what would be drawn, missing files, and files of no figure."""
    there = {file.name for file in folder.iterdir()} if folder.is_dir() else set()
    wanted = {f"{name}{suffix}" for name in drawn() for suffix in (_SVG, _PNG)}
    for name in sorted(there | wanted):
        file = folder / name
        is_edited = file.suffix == _SVG and name in there & wanted
        if name not in there & wanted or (is_edited and file.read_bytes() != _content(drawn()[file.stem])):
            yield file


@cache
def drawn() -> Mapping[str, str]:
    """Every figure as SVG, by its name."""
    return {
        name: with_title(figure.svg(PRINT_THEME, _WIDTH), figure.alt) for name, figure in _figures().items()
    }


def _content(drawing: str) -> bytes:
    return f"{drawing}\n".encode()


@cache
def _figures() -> Mapping[str, Figure]:
    return figures_of(facts_of(read_page_data(None)))
