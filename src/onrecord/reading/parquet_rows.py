"""Parquet files of built rows: their footers, ids, and rows by range, as plain dicts."""

import math
from collections.abc import Iterator, Mapping
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from onrecord.model.arrow import arrow_schema, as_declared
from onrecord.model.digest import TABLE_KEY
from onrecord.reading.batches import Part
from onrecord.reading.located import Row

UNREADABLE = (pa.ArrowException, OSError, ValueError, OverflowError)
"""What Arrow raises for a damaged file, and what Python raises for values that it cannot hold."""


def table_in_footer(path: Path) -> str:
    """The table that the footer of a file names, or "" if it cannot be read or names none."""
    return footer_of(path).get(TABLE_KEY.encode(), b"").decode("ascii", "replace")


def read_rows(part: Part) -> list[Row]:
    """The rows of a part as plain dicts, dates as ISO strings. Raises UNREADABLE."""
    rows: list[Row] = []
    start = 0
    for group, size in enumerate(_group_sizes(part.path)):
        stop = start + size
        if part.end is None or start < part.end:
            first, last = max(part.start, start), stop if part.end is None else min(part.end, stop)
            if first < last:
                rows += _group(part.path, part.table, group)[first - start : last - start]
        start = stop
    return rows


def iter_ids(path: Path, fields: tuple[str, ...]) -> Iterator[Mapping[str, Any]]:
    """The given fields that the file has, row by row, as far as the file can be read."""
    with suppress(*UNREADABLE), pq.ParquetFile(path) as parquet:
        names = [name for name in fields if name in parquet.schema_arrow.names]
        for batch in parquet.iter_batches(columns=names):
            for values in zip(*(column.to_pylist() for column in batch.columns), strict=True):
                yield dict(zip(names, values, strict=True))


def plain_rows(batch: pa.RecordBatch, table: str) -> list[Row]:
    """Rows as dicts with the fields in the order of the schema, dates as ISO strings."""
    declared = arrow_schema(table)
    names = declared.names
    columns = [_values(batch.column(field.name), field.type) for field in declared]
    return [dict(zip(names, values, strict=True)) for values in zip(*columns, strict=True)]


def _values(column: pa.Array, declared: pa.DataType) -> list[Any]:
    if pa.types.is_date(declared) and not pa.types.is_null(column.type):
        column = as_declared(column, pa.date32()).cast(pa.string())
    values: list[Any] = column.to_pylist()
    return values


def is_finite(value: Any) -> bool:
    """Whether JSON can represent the value, if it is a number."""
    return not isinstance(value, float) or math.isfinite(value)


@lru_cache(maxsize=64)
def _group_sizes(path: str) -> tuple[int, ...]:
    metadata = pq.read_metadata(path)
    return tuple(metadata.row_group(number).num_rows for number in range(metadata.num_row_groups))


@lru_cache(maxsize=6)
def _group(path: str, table: str, number: int) -> list[Row]:
    """The rows of a row group; the last group of each table is cached, as documents follow each other."""
    with pq.ParquetFile(path) as parquet:
        found: list[Row] = []
        for batch in parquet.read_row_group(number).to_batches():
            found += plain_rows(batch, table)
        return found


def footer_of(path: Path) -> Mapping[bytes, bytes]:
    """The key-value pairs of a footer; none if it cannot be read."""
    try:
        found: Mapping[bytes, bytes] = pq.read_metadata(path).metadata or {}
    except UNREADABLE:
        # The error becomes a finding when the rows are read.
        return {}
    return found
