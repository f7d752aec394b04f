"""Rows as Arrow batches, for tests that write Parquet of their own."""

from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow as pa


def record_batch(rows: Sequence[Mapping[str, Any]], schema: pa.Schema) -> pa.RecordBatch:
    """Rows as an Arrow batch of the given schema; date columns are read from ISO strings."""
    columns = [_column([row[field.name] for row in rows], field.type) for field in schema]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _column(values: list[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_date32(kind):
        return pa.array(values, pa.string()).cast(kind)
    return pa.array(values, kind)
