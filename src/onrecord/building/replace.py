"""Replace a folder of tables completely or not at all.

This module has the exchange itself and what may be replaced; `temporary` names the folders next to it, and
`build` fills them. Where the system can swap two folders in one step (Linux), a reader sees the old folder or
the new one, and a crash leaves one of them. Elsewhere two renames stand in for it; the first is undone if the
second fails, and the next build undoes it after a crash.
"""

import ctypes
import errno
import os
import re
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from onrecord.building.readme import CARD
from onrecord.building.temporary import folder_next_to, remove_leftovers, temporary_name
from onrecord.exceptions import OutputRefused
from onrecord.model.tables import SPLITS, TABLES

_SHARD = re.compile(rf"(?:{'|'.join(SPLITS)})-[0-9]{{5}}-of-[0-9]{{5}}\.parquet")
_AT_FDCWD = -100
_RENAME_EXCHANGE = 2
_CANNOT_EXCHANGE = {errno.ENOSYS, errno.EINVAL, errno.ENOTSUP}


def exchange_folders(left: Path, right: Path) -> bool:
    """Swap two folders in one step; False if the system cannot do that."""
    if sys.platform != "linux":
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    if not hasattr(libc, "renameat2"):
        return False
    arguments = (_AT_FDCWD, os.fsencode(left), _AT_FDCWD, os.fsencode(right), _RENAME_EXCHANGE)
    if libc.renameat2(*arguments) == 0:
        return True
    code = ctypes.get_errno()
    if code in _CANNOT_EXCHANGE:
        return False
    raise OSError(code, os.strerror(code), str(right))


@contextmanager
def staged(out: Path, *, exchange: Callable[[Path, Path], bool] = exchange_folders) -> Iterator[Path]:
    """A new empty folder that replaces `out` when the block ends, and is deleted when the block fails.

    `exchange` swaps two folders in one step, or returns False: then two renames stand in for it. What an
    earlier build left next to `out` when it was killed is removed first. Raises OutputRefused where
    `out` holds anything but built tables, and OSError where the disk refuses.
    """
    out = out.resolve()
    check_replaceable(out)
    remove_leftovers(out)
    with folder_next_to(out, "new") as new:
        yield new
        _flush(new)
        _put_in_place(new, out, exchange)


def check_replaceable(out: Path) -> None:
    """Raise OutputRefused unless `out` is absent or empty, or has only built tables and a README.md."""
    if not out.parent.is_dir():
        raise OutputRefused(f"there is no folder {out.parent} to write {out.name} into")
    if not out.exists():
        return
    if not out.is_dir():
        raise OutputRefused(f"{out} is not a folder")
    unexpected = next(_unexpected(out), None)
    if unexpected:
        name = unexpected.relative_to(out)
        raise OutputRefused(
            f"refusing to replace {out}: it contains {name}, which `onrecord build` did not write"
        )


def _unexpected(out: Path) -> Iterator[Path]:
    for entry in sorted(out.iterdir()):
        if entry.name == CARD and entry.is_file():
            # `readme` keeps it.
            continue
        if entry.name not in TABLES or entry.is_symlink() or not entry.is_dir():
            yield entry
        else:
            yield from (shard for shard in sorted(entry.iterdir()) if not _is_shard(shard))


def _is_shard(path: Path) -> bool:
    return bool(_SHARD.fullmatch(path.name)) and path.is_file() and not path.is_symlink()


def _put_in_place(new: Path, out: Path, exchange: Callable[[Path, Path], bool]) -> None:
    if not out.exists():
        new.rename(out)
    elif not exchange(new, out):
        aside = temporary_name(out, "old")
        out.rename(aside)
        try:
            new.rename(out)
        except BaseException:
            aside.rename(out)
            raise
        aside.rename(new)
    _flush_folder(out.parent)


def _flush(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_dir():
            _flush_folder(path)
        else:
            with path.open("rb") as file:
                os.fsync(file.fileno())
    _flush_folder(folder)


def _flush_folder(folder: Path) -> None:
    if os.name != "posix":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
