"""Temporary folders whose names say which process made them, so that none is left for ever.

A folder is removed after its block. Where an interruption comes amid that, it is removed when the process ends.
A process that is killed cannot clean up: the next run at the same place does, unless the process may still be at
work, because it lives or ran on another machine, whose processes cannot be seen from here.
"""

import atexit
import os
import re
import secrets
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from platform import node

_PREFIX = "onrecord"
"""What the names of folders among the temporary files of the machine start with."""

_own: dict[Path, int] = {}
"""The folders that are not known to be gone, and the processes that made them: a fork inherits this."""


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder among the temporary files of the machine, gone after the block.

    What runs left there when they were killed is removed first. Raises OSError.
    """
    remove_temporary_leftovers()
    with marked_folder(Path(tempfile.gettempdir()), _PREFIX, mode=0o700) as folder:
        yield folder


@contextmanager
def marked_folder(parent: Path, prefix: str, *, mode: int = 0o777) -> Iterator[Path]:
    """A new folder with a marked name, gone after the block whatever workers still do. Raises OSError."""
    folder = parent / marked(prefix)
    _own[folder] = os.getpid()
    try:
        folder.mkdir(mode)
        yield folder
    finally:
        remove(folder, prefix)


def remove(folder: Path, prefix: str) -> None:
    """Remove a folder, as far as the system allows it, under a new name that starts with the prefix."""
    # A worker may be about to add one more file: under another name it does not find the folder. The second
    # look removes what it added meanwhile.
    gone = folder.with_name(marked(prefix))
    _own[gone] = os.getpid()
    with suppress(OSError):
        folder.rename(gone)
    for path in (gone, gone, folder):
        shutil.rmtree(path, ignore_errors=True)
    for path in (gone, folder):
        _own.pop(path, None)


@atexit.register
def remove_own() -> None:
    """Remove the folders of this process that are still there, because interruptions came amid their removal."""
    for folder, process in [*_own.items()]:
        if process == os.getpid():
            shutil.rmtree(folder, ignore_errors=True)


def remove_temporary_leftovers() -> None:
    """Remove the temporary folders of runs that were killed. Raises OSError."""
    for leftover in leftovers(Path(tempfile.gettempdir()), _PREFIX):
        shutil.rmtree(leftover, ignore_errors=True)


def marked(prefix: str) -> str:
    """A new name that starts with the prefix, such as `onrecord-host-4711-9f86d081`."""
    return f"{prefix}-{_host()}-{os.getpid()}-{secrets.token_hex(4)}"


def leftovers(parent: Path, prefix: str) -> Iterator[Path]:
    """The folders with the prefix whose process no longer lives, by name. Raises OSError."""
    name = re.compile(rf"{re.escape(prefix)}-{re.escape(_host())}-(?P<process>[0-9]+)-[0-9a-f]{{8}}")
    for path in sorted(parent.iterdir()):
        found = name.fullmatch(path.name)
        if found and _is_own_folder(path) and not _lives(int(found["process"])):
            yield path


def _is_own_folder(path: Path) -> bool:
    # Temporary folders of other users lie in the same place, and another run may have removed this one.
    with suppress(OSError):
        return not path.is_symlink() and path.is_dir() and path.stat().st_uid == _user()
    return False


def _user() -> int:
    return os.getuid() if os.name == "posix" else 0


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
    return re.sub(r"[^A-Za-z0-9.]", "_", node())[:32] or "host"
