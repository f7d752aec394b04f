"""Imports of packages that only an extra installs: every one of them stands in a block of `extra`.

So a missing package is one exception with one wording, whichever command needs it. Which packages an extra
has is declared in pyproject.toml, and a test compares the two.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from importlib.util import find_spec

from onrecord.exceptions import MissingExtraError


@contextmanager
def extra(name: str, what: str) -> Iterator[None]:
    """Raise MissingExtraError where an import in the block finds no package.

    `what` begins the message: it is what needs the extra of this name, such as "a score".
    """
    try:
        yield
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] == "onrecord":
            raise
        raise MissingExtraError(what, error.name, name) from error


def check_extra(name: str, what: str, modules: Iterable[str]) -> None:
    """Raise MissingExtraError, naming every missing module, without importing any of them."""
    missing = [module for module in modules if find_spec(module) is None]
    if missing:
        raise MissingExtraError(what, ", ".join(missing), name)
