"""A progress bar on a terminal, and nowhere else.

What counts as progress is decided by the command that shows it.
"""

import sys
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from tqdm import tqdm


class Progress:
    """How a command shows its progress: `update` counts, `aside` lets it print meanwhile."""

    def __init__(self, bar: "tqdm[Any] | None" = None) -> None:
        self._bar = bar

    def update(self, count: int = 1) -> None:
        """Count so many units more."""
        if self._bar is not None:
            self._bar.update(count)

    def aside(self) -> AbstractContextManager[None]:
        """Clear the bar while something else is printed."""
        return self._bar.external_write_mode() if self._bar is not None else nullcontext()


@contextmanager
def progress(unit: str, *, quiet: bool = False) -> Iterator[Progress]:
    """A bar on standard error while the block runs, where that is a terminal and nobody asked for quiet."""
    # tqdm takes longer to import than the shipped records take to read: import it only where it is shown.
    if quiet or sys.stderr is None or not sys.stderr.isatty():
        yield Progress()
        return
    from tqdm import tqdm

    with tqdm(unit=f" {unit}", leave=False) as bar:
        yield Progress(bar)
