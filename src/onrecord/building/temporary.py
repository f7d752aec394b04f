"""The folders that a build makes next to its output, and what becomes of them when it is killed.

Their names come from `leftovers`. The next build into the same place removes them, or puts back the tables
that were about to be replaced.
"""

from contextlib import AbstractContextManager
from pathlib import Path
from typing import Literal, get_args

from onrecord.execution.leftovers import leftovers, marked, marked_folder, remove, remove_temporary_leftovers

Kind = Literal["new", "old", "parts"]
"""The tables that are to come, those that were there before, or files that tasks write."""


def temporary_name(out: Path, kind: Kind) -> Path:
    """A new name next to `out`, such as `.data.new-host-4711-9f86d081`."""
    return out.with_name(marked(_prefix(out, kind)))


def folder_next_to(out: Path, kind: Kind) -> AbstractContextManager[Path]:
    """A new folder next to `out`, gone after the block whatever workers still do in it."""
    # On the same file system as `out`, because otherwise the rename would have to copy.
    out = out.resolve()
    return marked_folder(out.parent, _prefix(out, kind))


def remove_leftovers(out: Path) -> None:
    """Remove what was left behind by builds into `out` that were killed, here and among the temporary files.

    Where one was killed between two renames, the old tables are put back first. Raises OSError.
    """
    for kind in get_args(Kind):
        for folder in leftovers(out.parent, _prefix(out, kind)):
            if kind == "old" and not out.exists():
                folder.rename(out)
            else:
                # As parts, because a half of old tables must not be put back.
                remove(folder, _prefix(out, "parts"))
    remove_temporary_leftovers()


def _prefix(out: Path, kind: Kind) -> str:
    return f".{out.name}.{kind}"
