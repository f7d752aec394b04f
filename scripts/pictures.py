"""The figures of the page as files for the card: docs/figures/, each as SVG and PNG, described in words.

Called by `scripts.generate` and by the cog blocks of the card. The drawing is `onrecord.page.figures`; here
it gets plain colours, a white ground and, as a title, the text that stands for it where it cannot be seen.
"""

from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from onrecord.html.data import read_material
from onrecord.html.figures import Figure, facts_of, figures_of
from onrecord.html.theme import PAPER, as_png, with_title
from onrecord.model.paths import home

FOLDER = home() / "docs" / "figures"
_WIDTH = 720


def write(folder: Path) -> None:
    """Write all figures, and remove those that are no more."""
    folder.mkdir(exist_ok=True)
    files = drawn()
    for stranger in {file.name for file in folder.iterdir()} - set(files):
        (folder / stranger).unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)


def stale(folder: Path) -> Iterator[Path]:
    """The files whose bytes differ from what would be drawn, or that only one of the two has."""
    files = drawn()
    there = {file.name for file in folder.iterdir()} if folder.is_dir() else set()
    for name in sorted(there | set(files)):
        if name not in there or (folder / name).read_bytes() != files.get(name):
            yield folder / name


def image(name: str) -> str:
    """A figure for a page in Markdown, with its description."""
    shown = _figures()[name].alt.replace("[", "(").replace("]", ")")
    return f"![{shown}](docs/figures/{name}.png)"


@cache
def drawn() -> Mapping[str, bytes]:
    """Every file: its name and its content."""
    files = {}
    for name, figure in _figures().items():
        svg = with_title(figure.svg(PAPER, _WIDTH), figure.alt)
        files[f"{name}.svg"] = f"{svg}\n".encode()
        files[f"{name}.png"] = as_png(svg)
    return files


@cache
def _figures() -> Mapping[str, Figure]:
    return figures_of(facts_of(read_material(None, None)))
