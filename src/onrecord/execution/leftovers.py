"""Temporary folders whose names say which process made them, so that a later one can remove what is left.

A process that is killed cannot clean up. The next run at the same place does, unless the process may still be
at work: it lives, or it ran on another machine, whose processes cannot be seen from here.
"""

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


@contextmanager
def temporary_folder() -> Iterator[Path]:
    """A folder among the temporary files of the machine, gone after the block.

    What runs left there when they were killed is removed first. Raises OSError.
    """
    remove_temporary_leftovers()
    folder = Path(tempfile.gettempdir()) / marked(_PREFIX)
    try:
        folder.mkdir(mode=0o700)
        yield folder
    finally:
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
