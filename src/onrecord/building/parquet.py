"""The Parquet files of a build: rows in, one file a table out, the same bytes every time.

Owns batching, the digests taken on the way, and the footers. What a row holds is decided in `derive`.
"""

import hashlib
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from pathlib import Path
from types import TracebackType
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from onrecord.model.arrow import arrow_schema
from onrecord.model.digest import Identity, canonical_line, dataset_digest
from onrecord.model.tables import TABLES

SHARD = "test-00000-of-00001.parquet"
_BATCH = 8192

Row = Mapping[str, Any]


class TableWriter:
    """Writes one table in batches and hashes its content as it goes."""

    def __init__(self, table: str, folder: Path) -> None:
        self.rows = 0
        self._schema: pa.Schema = arrow_schema(table)
        self._pending: list[Row] = []
        self._digest = hashlib.sha256()
        target = folder / table / SHARD
        target.parent.mkdir()
        self._writer = pq.ParquetWriter(target, self._schema, compression="zstd")

    def add(self, row: Row) -> None:
        """Take one row; it is written when a batch is full."""
        self._pending.append(row)
        if len(self._pending) == _BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what is pending as a row group."""
        if not self._pending:
            return
        batch = record_batch(self._pending, self._schema)
        # What is hashed is what a reader gets back, not what was put in.
        for row in batch.to_pylist():
            self._digest.update(canonical_line(row))
        self._writer.write_batch(batch)
        self.rows += len(self._pending)
        self._pending.clear()

    @property
    def digest(self) -> str:
        """SHA-256 of the content written so far."""
        return self._digest.hexdigest()

    def close(self, footer: Mapping[str, str]) -> None:
        """Write the footer with its key-value pairs and close the file."""
        self._writer.add_key_value_metadata(dict(footer))
        self._writer.close()

    def abandon(self) -> None:
        """Close the file of a build that failed; whatever it holds will be deleted."""
        # A full disk refuses the footer as well, which is not the error to report.
        with suppress(OSError):
            self._writer.close()
        # Or the writer would try once more when it is collected.
        self._writer.is_open = False


class DatasetWriter(AbstractContextManager["DatasetWriter"]):
    """Writes all tables side by side, so that a document's rows can be let go once they are added."""

    def __init__(self, folder: Path, version: str) -> None:
        self._version = version
        self._writers = {table: TableWriter(table, folder) for table in TABLES}

    def add(self, table: str, row: Row) -> None:
        """Take one built row of a table, dates as ISO strings."""
        self._writers[table].add(row)

    def finish(self) -> Identity:
        """Write what is left and the footers, which carry a digest known only now."""
        for writer in self._writers.values():
            writer.flush()
        digests = {table: writer.digest for table, writer in self._writers.items()}
        identity = Identity(self._version, digests, dataset_digest(digests))
        for table, writer in self._writers.items():
            writer.close(identity.footer(table))
        return identity

    @property
    def counts(self) -> dict[str, int]:
        """Rows written, by table."""
        return {table: writer.rows for table, writer in self._writers.items()}

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if error is not None:
            for writer in self._writers.values():
                writer.abandon()


def record_batch(rows: Sequence[Row], schema: pa.Schema) -> pa.RecordBatch:
    """Rows as an Arrow batch of the given schema; date columns are read from ISO strings."""
    columns = [_column([row[field.name] for row in rows], field.type) for field in schema]
    return pa.RecordBatch.from_arrays(columns, schema=schema)


def _column(values: list[Any], kind: pa.DataType) -> pa.Array:
    if pa.types.is_date32(kind):
        return pa.array(values, pa.string()).cast(kind)
    return pa.array(values, kind)
