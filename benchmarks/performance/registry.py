"""The contestants by name, as their modules note them, and what several of them need."""

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from onrecord.model.tables import TABLES

Work = Callable[[], int]
"""What the clock runs over; it gives the number of records."""

CONTESTANTS: dict[str, Callable[..., Work]] = {}


def contestant(prepare: Callable[..., Work]) -> Callable[..., Work]:
    """Note a contestant under its function's name; the function imports and prepares, and gives the work."""
    CONTESTANTS[prepare.__name__] = prepare
    return prepare


def load(*modules: str) -> None:
    """Load modules before the clock starts, with pandas, which pyarrow loads when it first makes an array."""
    for module in ("pandas", *modules):
        import_module(module)


def files(corpus: str, table: str) -> list[Path]:
    """The shards of a table."""
    return sorted((Path(corpus) / table).iterdir())


def lines(corpus: str) -> Iterator[tuple[str, bytes]]:
    """Every line of a corpus, with its table."""
    for table in TABLES:
        for file in files(corpus, table):
            with file.open("rb") as stream:
                for line in stream:
                    yield table, line
