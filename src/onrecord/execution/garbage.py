"""Python's collector of cycles, paused while a task makes many objects.

Records form no cycles, and are freed by their reference counts. The collector would look at all of them again
and again as their number grows.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collection() -> Iterator[None]:
    """Do not look for cycles of objects within the block."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()
