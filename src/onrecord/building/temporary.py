"""The folders that a build makes next to its output, and what becomes of them when it is killed.

Their names come from `leftovers`. The next build into the same place removes them, or puts back the tables
that were about to be replaced.
"""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Literal, get_args

from onrecord.execution.leftovers import leftovers, marked, remove_temporary_leftovers

Kind = Literal["new", "old", "parts"]
"""The tables that are to come, those that were there before, or files that tasks write."""


def temporary_name(out: Path, kind: Kind) -> Path:
    """A new name next to `out`, such as `.data.new-host-4711-9f86d081`."""
    # On the same file system as `out`, because otherwise the rename would have to copy.
    return out.with_name(marked(f".{out.name}.{kind}"))


@contextmanager
def parts_folder(out: Path) -> Iterator[Path]:
    """A folder next to `out` for the length of a build, gone after it whatever workers still do."""
    out = out.resolve()
    place = temporary_name(out, "parts")
    try:
        place.mkdir()
        yield place
    finally:
        _remove(place, out)


def remove_leftovers(out: Path) -> None:
    """Remove what was left behind by builds into `out` that were killed, here and among the temporary files.

    Where one was killed between two renames, the old tables are put back first. Raises OSError.
    """
    for kind in get_args(Kind):
        for folder in leftovers(out.parent, f".{out.name}.{kind}"):
            if kind == "old" and not out.exists():
                folder.rename(out)
            else:
                _remove(folder, out)
    remove_temporary_leftovers()


def _remove(folder: Path, out: Path) -> None:
    # A worker may be about to add one more file: under another name it does not find the folder. The second
    # look removes what it added meanwhile.
    gone = temporary_name(out, "parts")
    with suppress(OSError):
        folder.rename(gone)
    for _ in range(2):
        shutil.rmtree(gone, ignore_errors=True)
