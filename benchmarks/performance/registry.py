"""The cases by name, as their modules register them, and what several of them need."""

from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path

from benchmarks.corpus.shards import TABLES

Work = Callable[[], int]
"""What is timed; it returns the number of records."""

CASES: dict[str, Callable[..., Work]] = {}

_OF_FOLDERS = {
    "documents": "*/document.json",
    "segments": "*/segments.jsonl",
    "claims": "*/claims.jsonl",
    "relations": "*/relations.jsonl",
    "annotations": "*/annotations/*.jsonl",
    "speakers": "speakers.jsonl",
}
"""The files of each table in a records folder."""


def case(prepare: Callable[..., Work]) -> Callable[..., Work]:
    """Register a case under its function's name; the function imports, prepares, and returns the work."""
    CASES[prepare.__name__] = prepare
    return prepare


def load(*modules: str) -> None:
    """Load modules before the clock starts."""
    for module in modules:
        import_module(module)


def files(folder: str, table: str) -> list[Path]:
    """The files of a table in a corpus or in a records folder."""
    shards = Path(folder) / table
    return sorted(shards.iterdir() if shards.is_dir() else Path(folder).glob(_OF_FOLDERS[table]))


def records(folder: str) -> Iterator[tuple[str, bytes]]:
    """Every record as JSON, with its table."""
    for table in TABLES:
        for file in files(folder, table):
            with file.open("rb") as stream:
                if file.suffix == ".json":
                    yield table, stream.read()
                else:
                    for line in stream:
                        yield table, line
