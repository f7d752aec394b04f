"""Temporary files and folders whose names say which process made them, so that none is left for ever.

They are removed after their block, or, where an interruption comes amid that, when the process ends. A
process that is killed cannot clean up: the next run at the same place does, unless the process may still be
at work, because it lives or ran on another machine, whose processes cannot be seen from here.
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
"""What is not known to be gone, and the processes that made it: a fork inherits this."""


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
    with marked_path(parent, prefix) as folder:
        folder.mkdir(mode)
        yield folder


@contextmanager
def marked_path(parent: Path, prefix: str) -> Iterator[Path]:
    """A marked name for a file or folder that the block makes. Whatever has it is gone after the block."""
    path = parent / marked(prefix)
    _own[path] = os.getpid()
    try:
        yield path
    finally:
        remove(path, prefix)


def remove(path: Path, prefix: str) -> None:
    """Remove a file or folder as far as the system allows, under a new name that starts with the prefix."""
    # A worker may be about to add one more file: under another name it does not find the folder. The second
    # look removes what it added meanwhile.
    gone = path.with_name(marked(prefix))
    _own[gone] = os.getpid()
    with suppress(OSError):
        path.rename(gone)
    for name in (gone, gone, path):
        _delete(name)
    for name in (gone, path):
        _own.pop(name, None)


@atexit.register
def remove_own() -> None:
    """Remove what this process made and is still there, because interruptions came amid its removal."""
    for path, process in [*_own.items()]:
        if process == os.getpid():
            _delete(path)


def remove_temporary_leftovers() -> None:
    """Remove the temporary folders of runs that were killed. Raises OSError."""
    remove_leftovers(Path(tempfile.gettempdir()), _PREFIX)


def remove_leftovers(parent: Path, prefix: str) -> None:
    """Remove what runs that were killed left under names with the prefix. Raises OSError."""
    # Nobody can look into some folders for temporary files, such as one of the mode 1733.
    with suppress(PermissionError):
        for leftover in leftovers(parent, prefix):
            _delete(leftover)


def _delete(path: Path) -> None:
    if path.is_dir() and not path.is_symlink():
        shutil.rmtree(path, ignore_errors=True)
    else:
        with suppress(OSError):
            path.unlink()


def marked(prefix: str) -> str:
    """A new name that starts with the prefix, such as `onrecord-host-4711-9f86d081`."""
    return f"{prefix}-{_host()}-{os.getpid()}-{secrets.token_hex(4)}"


def leftovers(parent: Path, prefix: str) -> Iterator[Path]:
    """The files and folders with the prefix whose process no longer lives, by name. Raises OSError."""
    name = re.compile(rf"{re.escape(prefix)}-{re.escape(_host())}-(?P<process>[0-9]+)-[0-9a-f]{{8}}")
    for path in sorted(parent.iterdir()):
        found = name.fullmatch(path.name)
        if found and _is_of_this_user(path) and not _lives(int(found["process"])):
            yield path


def _is_of_this_user(path: Path) -> bool:
    # Temporary files of other users lie in the same place, and another run may have removed this one.
    with suppress(OSError):
        return not path.is_symlink() and path.stat().st_uid == _user()
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
