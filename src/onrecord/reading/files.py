"""Paths as findings show them, and folders as they are listed.

A system error is never taken for 'nothing there': `entries` raises, and its callers report.
"""

import errno
import os
from pathlib import Path

from onrecord.model.findings import printable

_REMOTE = "://"


def is_url(path: str | Path) -> bool:
    """Whether a path is one for fsspec, such as s3://bucket/corpus."""
    return _REMOTE in str(path)


def display(path: str | Path) -> str:
    """The path as given, with forward slashes, as findings show it."""
    return printable(str(path) if is_url(path) else Path(path).as_posix())


def reason(error: OSError) -> str:
    """Why the system refused a file, in plain words."""
    if error.errno == errno.ELOOP:
        return "it is a symbolic link that leads back to itself"
    return (error.strerror or str(error)).lower()


def entries(folder: Path) -> list[Path]:
    """The content of a folder by name, without hidden files, which editors and systems leave.

    Raises OSError.
    """
    with os.scandir(folder) as found:
        paths = [Path(entry.path) for entry in found if not entry.name.startswith(".")]
    return sorted(paths, key=lambda path: path.name)


def is_there(path: Path) -> bool:
    """Whether the name is taken, even by a dangling link."""
    return os.path.lexists(path)
