"""One file written whole or not at all: next to its place under a marked name, then renamed.

Folders of tables are replaced by `replace`. What is written is decided by the callers.
"""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from onrecord.execution.leftovers import marked_path, remove_leftovers

_SHOWN = 32
"""Characters of the file's name in the temporary one, which may not be longer than a name can be."""


@contextmanager
def replacing(path: Path) -> Iterator[BinaryIO]:
    """A stream whose bytes become the file when the block ends without an exception; else nothing changes.

    A file that exists keeps its mode and, where the system allows it, its owner. If it is a link, its target
    is replaced. What runs left here when they were killed is removed first. Raises OSError.
    """
    target = path.resolve()
    prefix = f".{target.name[:_SHOWN]}"
    remove_leftovers(target.parent, prefix)
    # In the same folder, because on another file system the rename would be a copy, which can fail half-way.
    with marked_path(target.parent, prefix) as new:
        # Exclusive, so that a link that somebody placed here before is not followed.
        with new.open("xb") as stream:
            yield stream
            stream.flush()
            if os.name == "posix" and target.exists():
                _keep_owner_and_mode(stream.fileno(), target.stat())
            os.fsync(stream.fileno())
        new.replace(target)


def _keep_owner_and_mode(descriptor: int, status: os.stat_result) -> None:
    with suppress(PermissionError):
        # Only root may give a file away; anybody else owns it already, or cannot keep its owner.
        os.fchown(descriptor, status.st_uid, status.st_gid)
    os.fchmod(descriptor, stat.S_IMODE(status.st_mode))
