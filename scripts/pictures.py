"""Write the page's figures to docs/figures/ for the card, each as SVG and PNG with a description.

Called by `scripts.generate` and by the cog blocks of the card. `onrecord.html.figures` draws them. Here they
get the print theme, and their alternative text as the title.
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
    """Write all figures, and remove files that are none of them."""
    folder.mkdir(exist_ok=True)
    files = drawn()
    for outdated in {file.name for file in folder.iterdir()} - set(files):
        (folder / outdated).unlink()
    for name, content in files.items():
        (folder / name).write_bytes(content)


def stale(folder: Path) -> Iterator[Path]:
    """The files that differ from what would be drawn, are missing, or are not among the figures."""
    files = drawn()
    existing = {file.name for file in folder.iterdir()} if folder.is_dir() else set()
    for name in sorted(existing | set(files)):
        if name not in existing or (folder / name).read_bytes() != files.get(name):
            yield folder / name


def image(name: str) -> str:
    """A figure in Markdown, with its description as alternative text."""
    shown = _figures()[name].alt.replace("[", "(").replace("]", ")")
    return f"![{shown}](docs/figures/{name}.png)"


@cache
def drawn() -> Mapping[str, bytes]:
    """The name and content of each file."""
    files = {}
    for name, figure in _figures().items():
        svg = with_title(figure.svg(PAPER, _WIDTH), figure.alt)
        files[f"{name}.svg"] = f"{svg}\n".encode()
        files[f"{name}.png"] = as_png(svg)
    return files


@cache
def _figures() -> Mapping[str, Figure]:
    return figures_of(facts_of(read_material(None, None)))
