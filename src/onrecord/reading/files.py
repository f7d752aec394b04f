"""Paths as findings show them, and the listing of folders.

A system error never counts as an empty folder: `entries` raises, and its callers report the error.
"""

import errno
import os
from pathlib import Path

from onrecord.model.findings import printable

STANDARD_INPUT = "-"
"""The path that stands for standard input."""

_REMOTE = "://"
NOWHERE = "there is no such file or folder"


def is_url(path: str | Path) -> bool:
    """Whether a path is one for fsspec, such as s3://bucket/corpus."""
    return _REMOTE in str(path)


def display(path: str | Path) -> str:
    """The path as given, with forward slashes, as findings show it."""
    name = str(path)
    # Paths of the system have forward slashes except on Windows.
    return printable(name if os.sep == "/" or is_url(name) else Path(name).as_posix())


def reason(error: OSError) -> str:
    """Why the system refused a file, in plain words."""
    if error.errno == errno.ELOOP:
        return "it is a symbolic link that leads back to itself"
    if error.errno == errno.ENOENT:
        return NOWHERE
    return (error.strerror or str(error)).lower()


def refusal(path: str | Path, error: OSError) -> str:
    """One line for a file that the system refused: its path and the reason."""
    is_absent = error.errno == errno.ENOENT
    return f"{display(path)}{'' if is_absent else ' cannot be read'}: {reason(error)}"


def entries(folder: Path) -> list[Path]:
    """The content of a folder, sorted by name, without the hidden files that editors and systems create.

    Raises OSError.
    """
    with os.scandir(folder) as found:
        paths = [Path(entry.path) for entry in found if not entry.name.startswith(".")]
    return sorted(paths, key=lambda path: path.name)


def is_there(path: Path) -> bool:
    """Whether the name is taken, even by a dangling link. Raises OSError where the system does not say."""
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return False
    return True
