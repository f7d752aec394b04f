"""Where the Parquet files of built tables are: `<table>/<split>-<number>-of-<count>.parquet`."""

from contextlib import suppress
from os import PathLike
from pathlib import Path

from onrecord.model.findings import hint
from onrecord.model.paths import home
from onrecord.model.tables import SPLITS, load_schema

Folder = str | PathLike[str]

PARQUET = ".parquet"
"""The ending of every file of built tables."""

SPLIT = SPLITS[0]
"""The split that is read unless another one is asked for."""


def table_files(table: str, data: Folder | None = None, split: str | None = None) -> list[Path]:
    """The Parquet files of a table in order, of one split or (None) of all of them in the order of SPLITS.

    `data` is by default the dataset's own folder of tables. Raises ValueError for an unknown table or split,
    FileNotFoundError where it was never built, and OSError where its folder cannot be listed.
    """
    load_schema(table)
    if split is not None and split not in SPLITS:
        raise ValueError(f"there is no split {split!r}; {hint(split, SPLITS)}")
    folder = Path(data or home() / "data") / table
    found = _by_split(folder)
    files = [file for name in SPLITS if split in (None, name) for file in found[name]]
    if not files:
        there = [name for name in SPLITS if found[name]]
        why = f"it has {', '.join(there)}" if there else "`onrecord build RECORDS OUT` writes it"
        raise FileNotFoundError(f"{folder} has no {split or SPLIT}-*{PARQUET}; {why}")
    return files


def splits_of(data: Folder | None = None) -> tuple[str, ...]:
    """The splits that a folder of built tables has, in the order of SPLITS. Raises OSError."""
    found = _by_split(Path(data or home() / "data") / "documents")
    return tuple(name for name in SPLITS if found[name])


def file_name(split: str, number: int, count: int) -> str:
    """The name of one of `count` files of a table and split, counted from 0."""
    return f"{split}-{number:05d}-of-{count:05d}{PARQUET}"


def _by_split(folder: Path) -> dict[str, list[Path]]:
    files: list[Path] = []
    with suppress(FileNotFoundError):
        # `Path.glob` would find nothing in a folder that may not be read.
        files = sorted(folder.iterdir())
    return {name: [file for file in files if file.match(f"{name}-*{PARQUET}")] for name in SPLITS}
