"""Where the Parquet files of built tables are."""

from contextlib import suppress
from os import PathLike
from pathlib import Path

from onrecord.model.paths import home
from onrecord.model.tables import load_schema

Folder = str | PathLike[str]

SPLIT = "test"
"""The only split: the dataset is for measuring, not for training."""


def table_files(table: str, data: Folder | None = None) -> list[Path]:
    """The Parquet files of a table in order; `data` is by default the dataset's own folder of tables.

    Raises ValueError for an unknown table, FileNotFoundError where it was never built, and OSError where its
    folder cannot be listed.
    """
    load_schema(table)
    folder = Path(data or home() / "data") / table
    files: list[Path] = []
    with suppress(FileNotFoundError):
        # `Path.glob` would find nothing in a folder that may not be read.
        files = sorted(file for file in folder.iterdir() if file.match(f"{SPLIT}-*.parquet"))
    if not files:
        raise FileNotFoundError(f"{folder} has no {SPLIT}-*.parquet; `onrecord build RECORDS OUT` writes it")
    return files
