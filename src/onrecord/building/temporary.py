"""The folders that a build makes next to its output: their names, and what becomes of them when it is killed.

The name of such a folder says which process made it. A later build into the same place removes the folders of
processes that no longer live; it leaves alone what other machines and other builds are at work on.
"""

import os
import re
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from platform import node
from typing import Literal

Kind = Literal["new", "old", "parts"]
"""The tables that are to come, those that were there before, or files that tasks write."""


def temporary_name(out: Path, kind: Kind) -> Path:
    """A new name next to `out`, such as `.data.new-host-4711-9f86d081`."""
    # On the same file system as `out`, because otherwise the rename would have to copy.
    return out.with_name(f".{out.name}.{kind}-{_host()}-{os.getpid()}-{secrets.token_hex(4)}")


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
    """Remove what builds into `out` left behind whose process no longer lives.

    Where one was killed between two renames, the old tables are put back first. Raises OSError.
    """
    for kind, folder in list(_leftovers(out)):
        if kind == "old" and not out.exists():
            folder.rename(out)
        else:
            _remove(folder, out)


def _leftovers(out: Path) -> Iterator[tuple[str, Path]]:
    name = re.compile(
        rf"\.{re.escape(out.name)}\.(?P<kind>new|old|parts)-{re.escape(_host())}-(?P<process>[0-9]+)-[0-9a-f]{{8}}"
    )
    for path in sorted(out.parent.iterdir()):
        found = name.fullmatch(path.name)
        if found and not path.is_symlink() and path.is_dir() and not _lives(int(found["process"])):
            yield found["kind"], path


def _remove(folder: Path, out: Path) -> None:
    # A worker may be about to add one more file: under another name it does not find the folder. The second
    # look removes what it added meanwhile.
    gone = temporary_name(out, "parts")
    with suppress(OSError):
        folder.rename(gone)
    for _ in range(2):
        shutil.rmtree(gone, ignore_errors=True)


def _lives(process: int) -> bool:
    """Whether there may be such a process; on other systems than POSIX the question would end it."""
    if os.name != "posix":
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except PermissionError:
        return True
    return True


def _host() -> str:
    # Machines that share a file system do not see each other's processes.
    return re.sub(r"[^A-Za-z0-9.]", "_", node())[:32] or "host"
