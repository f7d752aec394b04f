"""Single files as tables: which table a file holds, and its records.

Owns everything that makes a path readable or refuses it, at once and before the first record. What is wrong
with the records is for `tables`.
"""

import os
import stat
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from onrecord.exceptions import UnusableInputError
from onrecord.model.findings import Finding
from onrecord.model.tables import SIDE_TABLES, TABLES
from onrecord.reading.records import (
    ANNOTATOR_FOLDERS,
    DOCUMENT_FILES,
    SIDE_FILES,
    SPEAKERS_FILE,
    Located,
    display,
    read_records,
    read_stream,
    reason,
)
from onrecord.validation.summary import Summary

STANDARD_INPUT = "-"
PARQUET = ".parquet"
KNOWN_TABLES = (*TABLES, *SIDE_TABLES)

_BY_NAME = {
    SPEAKERS_FILE: "speakers",
    **{path.rpartition("/")[2]: table for path, table in {**DOCUMENT_FILES, **SIDE_FILES}.items()},
}


@dataclass(frozen=True, slots=True)
class TableFile:
    """An opened file of one table; `records` can be read once, and `closing` is asked after that."""

    table: str
    file: str
    records: Iterator[Located]
    closing: Callable[[], list[Finding]] = list
    """What can be said of the file when its last record has been read."""


def open_table(
    path: str | Path, summary: Summary, *, table: str | None = None, otherwise: str | None = None
) -> TableFile:
    """Open a file, or '-' for standard input, as the given table or the one that its name or footer says.

    `otherwise` is the table of one that does not say.

    Raises UnusableInputError where it cannot be opened, or nothing says which table it holds.
    """
    if str(path) == STANDARD_INPUT:
        return _standard_input(table or otherwise)
    file = Path(path)
    try:
        mode = file.stat().st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISFIFO(mode)):
            raise UnusableInputError(f"{display(file)}: is a device or socket, and no file of records")
        if file.suffix == PARQUET and stat.S_ISFIFO(mode):
            raise UnusableInputError(f"{display(file)}: Parquet cannot be read from a pipe")
        if file.suffix == PARQUET:
            # Loads Arrow, which nothing else here needs.
            from onrecord.reading.parquet_rows import open_rows

            return open_rows(file, summary, table=table or _table_by_name(file), otherwise=otherwise)
        table = table or _table_by_name(file) or otherwise
        if table is None:
            raise UnusableInputError(f"{display(file)}: say with --table which table it holds")
        if stat.S_ISFIFO(mode):
            return TableFile(table, display(file), _piped_records(file, table))
        # A file that may not be opened is told now; it is opened for good when its first record is asked for.
        file.open("rb").close()
        return TableFile(table, display(file), read_records(file, table))
    except (OSError, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) else str(error)
        raise UnusableInputError(f"{display(file)}: {why}") from error


def _table_by_name(file: Path) -> str | None:
    """The table that a file's name or folder says it holds, as in records/ and data/."""
    folders = file.absolute().parent.as_posix()
    for folder, table in sorted(ANNOTATOR_FOLDERS.items(), key=lambda item: -len(item[0])):
        if folders.endswith(f"/{folder}") and file.name not in _BY_NAME:
            return table
    names = [_BY_NAME.get(file.name), file.stem, file.absolute().parent.name]
    return next((name for name in names if name in KNOWN_TABLES), None)


def _standard_input(table: str | None) -> TableFile:
    if table is None:
        raise UnusableInputError("to check standard input, say with --table which table it holds")
    # Python has no standard input at all where the caller has closed it.
    if sys.stdin is None:
        raise UnusableInputError("standard input is closed")
    return TableFile(table, "<stdin>", read_stream(sys.stdin.buffer, "<stdin>", table))


def _piped_records(file: Path, table: str) -> Iterator[Located]:
    """The records from a named pipe; one without a writer is empty, since no writer may ever come."""
    descriptor = os.open(file, os.O_RDONLY | os.O_NONBLOCK)
    os.set_blocking(descriptor, True)
    with os.fdopen(descriptor, "rb") as stream:
        yield from read_stream(stream, display(file), table)
