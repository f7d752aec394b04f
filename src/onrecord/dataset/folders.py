"""A new folder, written whole or not at all."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from onrecord.exceptions import OutputRefused
from onrecord.execution.leftovers import marked_folder, remove_leftovers
from onrecord.model.findings import printable


@contextmanager
def new_folder(target: Path) -> Iterator[Path]:
    """A folder to write into, which becomes `target` when the block ends without an exception.

    `target` must be empty or absent. Raises OutputRefused and OSError.
    """
    _check_empty(target)
    target.parent.mkdir(parents=True, exist_ok=True)
    place = target.resolve()
    prefix = f".{place.name}.new"
    remove_leftovers(place.parent, prefix)
    with marked_folder(place.parent, prefix) as temporary:
        staged = temporary / "staged"
        staged.mkdir()
        yield staged
        if target.exists():
            for entry in staged.iterdir():
                entry.rename(target / entry.name)
        else:
            staged.rename(target)


def _check_empty(target: Path) -> None:
    shown = printable(str(target))
    if target.exists() and not target.is_dir():
        raise OutputRefused(f"{shown} is not a folder")
    if target.exists() and any(target.iterdir()):
        raise OutputRefused(f"{shown} is not empty; expected a new or empty folder")
