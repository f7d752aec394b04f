"""Built rows from Parquet as located records: the columns checked, dates as ISO strings, the digest compared.

Owns what is asked of a Parquet file before its rows are judged. What must be true of a row is in `rules`.
"""

import hashlib
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from onrecord.exceptions import UnusableInputError
from onrecord.model.arrow import arrow_schema
from onrecord.model.digest import CONTENT_KEY, TABLE_KEY, canonical_line
from onrecord.model.findings import Finding, nearest, quoted
from onrecord.model.tables import TABLES
from onrecord.reading.file_rules import CONTENT_HASH_MISMATCH, EMPTY_FILE, NON_FINITE_NUMBER, UNREADABLE_FILE
from onrecord.reading.open_table import TableFile
from onrecord.reading.records import Located, display
from onrecord.rules import schema_rules as rules
from onrecord.validation.summary import Summary

_SHARD_OF_MANY = re.compile(r"-of-(?!0*1\.)[0-9]+\.parquet\Z")
_MAY_BE_EMPTY = frozenset({"relations", "annotations"})
# What Arrow raises for a damaged file, and what Python raises for values that it cannot hold.
_UNREADABLE = (pa.ArrowException, OSError, ValueError, OverflowError)


def open_rows(
    file: Path, summary: Summary, *, table: str | None = None, otherwise: str | None = None
) -> TableFile:
    """Open a Parquet file as a table: the one given, or else the one that its footer names, or `otherwise`.

    Raises UnusableInputError where nothing says which.
    """
    reader = _RowReader(file, display(file), table or "")
    try:
        with pq.ParquetFile(file) as parquet:
            pairs = parquet.metadata.metadata or {}
            reader.declared = pairs.get(CONTENT_KEY.encode(), b"").decode("ascii", "replace")
            named = pairs.get(TABLE_KEY.encode(), b"").decode("ascii", "replace")
            reader.table = table or named
    except _UNREADABLE:
        # It is told as a finding when the rows are read.
        pass
    reader.table = reader.table or otherwise or ""
    if not reader.table:
        raise UnusableInputError(f"{display(file)}: say with --table which table it holds")
    if reader.table not in TABLES:
        raise UnusableInputError(f"{display(file)}: {reader.table} is never built as Parquet")
    return TableFile(reader.table, reader.name, reader.rows(summary), reader.closing)


@dataclass(slots=True)
class _RowReader:
    path: Path
    name: str
    table: str
    declared: str = ""
    """The digest that the footer gives, or nothing."""
    _digest: Any = field(default_factory=hashlib.sha256)
    _is_whole: bool = False

    def rows(self, summary: Summary) -> Iterator[Located]:
        """The rows in order, `line` being the number of the row, counted from 1."""
        number = 0
        try:
            with pq.ParquetFile(self.path) as parquet:
                if wrong := list(_column_findings(parquet.schema_arrow, self.table, self.name)):
                    summary.note(
                        f"{self.name}: its rows were not checked, since its columns are not those of a build"
                    )
                    yield Located(self.table, {}, self.name, None, tuple(wrong), is_built=True)
                    return
                names = arrow_schema(self.table).names
                for batch in parquet.iter_batches():
                    for row in batch.to_pylist():
                        number += 1
                        yield self._located({name: _plain(row[name]) for name in names}, number)
            self._is_whole = True
            if number == 0 and self.table not in _MAY_BE_EMPTY and not _SHARD_OF_MANY.search(self.path.name):
                finding = EMPTY_FILE.finding(
                    "the table has no rows",
                    file=self.name,
                    expected="at least one row",
                )
                yield Located(self.table, {}, self.name, None, (finding,), is_built=True)
        except _UNREADABLE as error:
            why = str(error).partition("\n")[0]
            finding = UNREADABLE_FILE.finding(
                f"not readable as Parquet after row {number}: {why}",
                file=self.name,
                expected="a sound Parquet file",
            )
            yield Located(self.table, {}, self.name, None, (finding,), is_built=True)

    def closing(self) -> list[Finding]:
        """Whether the rows are those that the footer vouches for."""
        found = self._digest.hexdigest()
        # The digest is that of the table: one shard of several cannot be compared with it.
        is_comparable = self._is_whole and self.declared and not _SHARD_OF_MANY.search(self.path.name)
        if not is_comparable or found == self.declared:
            return []
        message = (
            "the rows are not those that the footer's SHA-256 was taken of: they were changed after the build"
        )
        return [CONTENT_HASH_MISMATCH.finding(message, file=self.name, expected=found)]

    def _located(self, row: dict[str, Any], number: int) -> Located:
        wrong = [name for name, value in row.items() if isinstance(value, float) and not math.isfinite(value)]
        located = Located(self.table, row, self.name, number, is_built=True)
        if not wrong:
            self._digest.update(canonical_line(row))
            return located
        found = tuple(
            located.finding(
                NON_FINITE_NUMBER, f"{name} is {row[name]}, which JSON has no number for", at=(name,)
            )
            for name in wrong
        )
        return Located(self.table, row, self.name, number, found, is_built=True)


def _column_findings(found: pa.Schema, table: str, file: str) -> Iterator[Finding]:
    """Columns too many, too few or of another type; a misspelt name is one finding."""
    wanted = arrow_schema(table)
    missing = [name for name in wanted.names if name not in found.names]
    for name in found.names:
        if name not in wanted.names:
            near = nearest(name, missing)
            missing = [other for other in missing if other != near]
            message = f"there is no column {quoted(name)} in {table}"
            yield rules.UNKNOWN_FIELD.finding(
                message, file=file, path=f"$.{name}", expected=near or "no such column"
            )
        elif not _is_as_wanted(found.field(name).type, wanted.field(name).type):
            message = f"the column {name} has the type {found.field(name).type}"
            expected = str(wanted.field(name).type)
            yield rules.WRONG_TYPE.finding(message, file=file, path=f"$.{name}", expected=expected)
    for name in missing:
        expected = str(wanted.field(name).type)
        yield rules.MISSING_FIELD.finding(
            f"the column {name} is missing", file=file, path=f"$.{name}", expected=expected
        )


def _is_as_wanted(found: pa.DataType, wanted: pa.DataType) -> bool:
    """Whether a type holds the same values: other writers have wider or narrower ones of the same kind."""
    if pa.types.is_dictionary(found):
        return _is_as_wanted(found.value_type, wanted)
    if pa.types.is_list(wanted):
        is_list = pa.types.is_list(found) or pa.types.is_large_list(found)
        return is_list and _is_as_wanted(found.value_type, wanted.value_type)
    if pa.types.is_struct(wanted):
        inner = [wanted.field(index) for index in range(wanted.num_fields)]
        return (
            pa.types.is_struct(found)
            and [f.name for f in inner] == [f.name for f in found]
            and all(_is_as_wanted(found.field(f.name).type, f.type) for f in inner)
        )
    kinds = (
        (pa.types.is_string, lambda kind: pa.types.is_string(kind) or pa.types.is_large_string(kind)),
        (pa.types.is_int64, pa.types.is_integer),
        (pa.types.is_float64, pa.types.is_floating),
    )
    accepts = next((others for is_kind, others in kinds if is_kind(wanted)), wanted.equals)
    return bool(accepts(found))


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, date) else value
