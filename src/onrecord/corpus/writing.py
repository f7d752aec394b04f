"""The Parquet files of a large table: one a shard, closed as soon as it is whole.

Owns row groups, the digest taken on the way, and footers that are written before the digest of the whole is
known: they hold as many other signs, and `stamp` puts the digest in their place.
"""

import hashlib
from collections.abc import Iterable, Mapping
from contextlib import suppress
from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from onrecord.model.arrow import arrow_schema
from onrecord.model.digest import Identity
from onrecord.model.tables import EACH, key_fields, referring_fields

ROW_GROUP = 32_768
"""Rows that are written together: as many each time, so that the bytes do not depend on how rows come in."""

_TOLD_ONCE = frozenset(["claim_id", "segment_id", "sha256", "prose"])
"""Definitions whose values mostly differ from record to record: a dictionary would be the whole column."""

_TAIL = 8
"""A Parquet file ends in the length of its footer, in four bytes, and four letters."""

_NO_DATASET = "onrecord.dataset?".ljust(64, ".")
_NO_CONTENT = "onrecord.content?".ljust(64, ".")


class ShardFile:
    """Writes the Parquet file of one shard, its footer with marks where the digests will stand."""

    def __init__(self, path: Path, table: str, version: str) -> None:
        self._table = table
        self._version = version
        self._waiting = arrow_schema(table).empty_table()
        self._writer = pq.ParquetWriter(
            path,
            arrow_schema(table),
            compression="zstd",
            use_dictionary=_repeated(table),
            # Least and greatest values help where rows are in order, or are asked for by time.
            write_statistics=[*key_fields(table), "document_id", "date"],
        )

    def add(self, rows: pa.RecordBatch) -> None:
        """Take the next built rows; what was taken becomes a row group when it is enough."""
        self._waiting = pa.concat_tables([self._waiting, pa.Table.from_batches([rows])])
        while len(self._waiting) >= ROW_GROUP:
            self._flush()

    def close(self) -> None:
        """Write what is left, and the footer. Raises OSError."""
        self._flush()
        unknown = Identity(self._version, {self._table: _NO_CONTENT}, _NO_DATASET)
        self._writer.add_key_value_metadata(unknown.footer(self._table))
        self._writer.close()

    def abandon(self) -> None:
        """Close the file of a build that failed; whatever it holds will be deleted."""
        # A full disk refuses the footer as well, which is not the error to report.
        with suppress(OSError):
            self._writer.close()
        # Or the writer would try once more when it is collected.
        self._writer.is_open = False

    def _flush(self) -> None:
        if len(self._waiting):
            self._writer.write_table(self._waiting.slice(0, ROW_GROUP).combine_chunks())
        self._waiting = self._waiting.slice(ROW_GROUP)


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
        self._shard = -1
        self._file: ShardFile | None = None

    def add(self, shard: int, rows: pa.RecordBatch, lines: pa.Buffer) -> None:
        """Take the next built rows of a shard, counted from 0, and their canonical lines."""
        file = self._opened(shard)
        self._digest.update(memoryview(lines))
        self.rows += rows.num_rows
        file.add(rows)

    def take_in(self, shard: int, made: Path, rows: int, lines: Iterable[bytes]) -> None:
        """Take the whole file of a shard that was made elsewhere, and its canonical lines."""
        for part in lines:
            self._digest.update(part)
        self.rows += rows
        made.rename(self._path(shard))
        self._shard = shard

    def finish(self) -> str:
        """Write what is left, and files for shards without rows; the SHA-256 of the content."""
        if self._shard < self._count - 1:
            self._opened(self._count - 1)
        self._close()
        return self._digest.hexdigest()

    def abandon(self) -> None:
        """Close the file of a build that failed; whatever it holds will be deleted."""
        if self._file is not None:
            self._file.abandon()

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

    def _opened(self, shard: int) -> ShardFile:
        while self._file is None or self._shard < shard:
            self._close()
            self._shard += 1
            self._file = ShardFile(self._path(self._shard), self.table, self._version)
        return self._file

    def _close(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


@cache
def _repeated(table: str) -> list[str]:
    """The columns, as Parquet names them, in which strings or days come up again and again."""
    told_once = {
        tuple("list.element" if part == EACH else part for part in field.path)
        for field in referring_fields(table)
        if field.definition in _TOLD_ONCE
    }
    found = []
    for field in arrow_schema(table):
        is_list = pa.types.is_list(field.type)
        path = (field.name, "list.element") if is_list else (field.name,)
        kind = field.type.value_type if is_list else field.type
        if (pa.types.is_string(kind) or pa.types.is_date(kind)) and path not in told_once:
            found.append(".".join(path))
    return found


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
