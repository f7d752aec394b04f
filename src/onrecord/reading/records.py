"""The reference reader: files to located records, with all findings of level 1.

It is exact and slow. `validation.scan` reads most lines faster and leaves the others to this module.
"""

import re
import stat
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import BinaryIO

from onrecord.model.findings import Finding
from onrecord.reading.file_rules import EMPTY_FILE, LARGEST_DOCUMENT, UNREADABLE_FILE
from onrecord.reading.files import display, reason
from onrecord.reading.jsonl import Line, read_lines, read_whole
from onrecord.reading.located import Located

MAY_BE_EMPTY = frozenset({"relations", "adjudications"})
"""Tables whose file may hold no record."""


def read_records(path: Path, table: str) -> Iterator[Located]:
    """The records of a JSONL file (or of a file with one record, such as document.json), one by one.

    Never raises because of a file's content: a file that cannot be opened is one located record without a
    value, with the finding that says why.
    """
    file = display(path)
    try:
        # Opening a pipe would block for ever.
        if not stat.S_ISREG(path.stat().st_mode):
            what = "folder" if path.is_dir() else "device or pipe"
            yield unreadable(table, file, f"expected a file of {table}, found a {what}")
            return
        with path.open("rb") as stream:
            if path.suffix == ".json":
                yield read_record(stream.read(LARGEST_DOCUMENT + 1), file, table)
            else:
                yield from read_stream(stream, file, table)
    except OSError as error:
        yield unreadable(table, file, f"the file cannot be read: {reason(error)}")


def read_stream(
    stream: BinaryIO, file: str, table: str, first: int = 1, *, is_start: bool = True
) -> Iterator[Located]:
    """The records of an open JSONL stream, with `file`, `first` and `is_start` as `read_lines` has them."""
    is_empty = True
    for line in read_lines(stream, file, first, is_start=is_start):
        is_empty = False
        yield _locate(line, file, table, {})
    if is_empty and table not in MAY_BE_EMPTY:
        finding = EMPTY_FILE.finding(
            "the file is empty", file=file, expected=f"one record of {table} per line"
        )
        yield Located(table, {}, file, None, (finding,))


def read_record(content: bytes, file: str, table: str) -> Located:
    """The one record of a file such as document.json, which may run over several lines."""
    if len(content) > LARGEST_DOCUMENT:
        return unreadable(table, file, f"the file is longer than {LARGEST_DOCUMENT:,} bytes")
    line = read_whole(content, file)
    return _locate(line, file, table, field_lines(content))


def field_lines(content: bytes) -> dict[str, int]:
    """The line of each top-level field of a document that is written with one field per line; else empty."""
    found: dict[str, int] = {}
    for number, line in enumerate(content.split(b"\n"), 1):
        # A JSON string cannot contain a line break, so a quoted name at the start of a line is a key.
        if key := re.match(rb'\s*\{?\s*"([a-z0-9_]+)"\s*:', line):
            found.setdefault(key[1].decode(), number)
    return found


def _locate(line: Line, file: str, table: str, field_lines: Mapping[str, int]) -> Located:
    located = Located(table, line.value or {}, file, line.number, (), field_lines)
    if not line.findings:
        return located
    # The id is known only after the line was read, so it is added to the findings here.
    named = tuple(
        Finding(f.rule, f.level, f.severity, f.file, f.line, located.record_id, f.path, f.message, f.expected)
        for f in line.findings
    )
    return Located(table, line.value or {}, file, line.number, named, field_lines)


def unreadable(table: str, file: str, message: str) -> Located:
    """The record that represents a file that cannot be read."""
    finding = UNREADABLE_FILE.finding(message, file=file, expected="a regular, readable file")
    return Located(table, {}, file, None, (finding,))
