"""The Parquet files of a large table: one a shard, closed as soon as it is whole.

Owns row groups, the digest taken on the way, and footers that are written before the digest of the whole is
known: they hold a placeholder of its length, and `stamp` puts the digest in its place.
"""

import hashlib
from collections.abc import Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from onrecord.content import Identity
from onrecord.schemas import arrow_schema

ROW_GROUP = 32_768
"""Rows that are written together."""

_TAIL = 8
"""A Parquet file ends in the length of its footer, in four bytes, and four letters."""

_NO_DATASET = "onrecord.dataset?".ljust(64, ".")
_NO_CONTENT = "onrecord.content?".ljust(64, ".")


class TableFiles:
    """Writes a table shard by shard and hashes its content as it goes."""

    def __init__(self, table: str, folder: Path, shards: int, version: str) -> None:
        self.table = table
        self.rows = 0
        self._folder = folder / table
        self._folder.mkdir()
        self._count = max(shards, 1)
        self._version = version
        self._digest = hashlib.sha256()
        self._waiting: list[pa.RecordBatch] = []
        self._shard = -1
        self._writer: pq.ParquetWriter | None = None

    def add(self, shard: int, rows: pa.RecordBatch, lines: pa.Buffer) -> None:
        """Take the next built rows of a shard, counted from 0, and their canonical lines."""
        self._open_up_to(shard)
        self._digest.update(memoryview(lines))
        self._waiting.append(rows)
        self.rows += rows.num_rows
        if sum(batch.num_rows for batch in self._waiting) >= ROW_GROUP:
            self._flush()

    def finish(self) -> str:
        """Write what is left, and files for shards without rows; the SHA-256 of the content."""
        self._open_up_to(self._count - 1)
        self._close()
        return self._digest.hexdigest()

    def abandon(self) -> None:
        """Close the file of a build that failed; whatever it holds will be deleted."""
        if self._writer is not None:
            # A full disk refuses the footer as well, which is not the error to report.
            try:
                self._writer.close()
            except OSError:
                self._writer.is_open = False

    def stamp(self, identity: Identity) -> None:
        """Write the digests into the footers. Raises OSError."""
        marks = {
            _NO_CONTENT: identity.tables[self.table],
            _NO_DATASET: identity.dataset,
        }
        for shard in range(self._count):
            _replace_in_footer(self._path(shard), marks)

    def _path(self, shard: int) -> Path:
        return self._folder / f"test-{shard:05d}-of-{self._count:05d}.parquet"

    def _open_up_to(self, shard: int) -> None:
        while self._shard < shard:
            self._close()
            self._shard += 1
            self._writer = pq.ParquetWriter(
                self._path(self._shard), arrow_schema(self.table), compression="zstd"
            )

    def _flush(self) -> None:
        if self._waiting and self._writer is not None:
            self._writer.write_table(pa.Table.from_batches(self._waiting).combine_chunks())
        self._waiting.clear()

    def _close(self) -> None:
        if self._writer is None:
            return
        self._flush()
        unknown = Identity(self._version, {self.table: _NO_CONTENT}, _NO_DATASET)
        self._writer.add_key_value_metadata(unknown.footer(self.table))
        self._writer.close()
        self._writer = None


def _replace_in_footer(file: Path, marks: Mapping[str, str]) -> None:
    with file.open("r+b") as stream:
        stream.seek(-_TAIL, 2)
        length = int.from_bytes(stream.read(4), "little")
        start = stream.seek(-_TAIL - length, 2)
        footer = stream.read(length)
        for mark, value in marks.items():
            if footer.count(mark.encode()) != 1 or len(mark) != len(value):
                raise ValueError(f"{file.name}: the footer has no place for a digest")
            footer = footer.replace(mark.encode(), value.encode())
        stream.seek(start)
        stream.write(footer)
