"""Parquet files of built rows: the same bytes for the same rows, whatever wrote them.

A file is closed before the digest of its table is known. Its footer is written with a reserved text of the
same length, and `stamp` overwrites that: a footer that held `onrecord.content?......` then holds `3b7e…`,
and no offset in the file changes.
"""

from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import BinaryIO

import pyarrow as pa
import pyarrow.json as pj
import pyarrow.parquet as pq

from onrecord.model.about import About
from onrecord.model.arrow import arrow_schema
from onrecord.model.digest import SPLIT_CONTENT_KEY, SPLIT_KEY, Identity
from onrecord.model.table_files import SPLIT
from onrecord.model.tables import EACH, key_fields, referring_fields

ROW_GROUP = 32_768
"""Rows per row group, so that the bytes do not depend on how the rows arrive."""

_MOSTLY_DIFFERENT = frozenset({"claim_id", "segment_id", "sha256", "prose"})
"""Definitions whose values mostly differ between records: a dictionary would be the whole column."""

_TAIL = 8
"""A Parquet file ends in the length of its footer, in four bytes, and four letters."""

_NO_DATASET = "onrecord.dataset?".ljust(64, ".")
_NO_CONTENT = "onrecord.content?".ljust(64, ".")
_NO_SPLIT = "onrecord.split?".ljust(64, ".")


class ShardFile:
    """Writes one Parquet file of a table, its footer with reserved texts for the digests."""

    def __init__(
        self, path: Path, table: str, about: About, row_group: int = ROW_GROUP, split: str = SPLIT
    ) -> None:
        self.rows = 0
        self._split = split
        self._table = table
        self._about = about
        self._row_group = row_group
        self._waiting = arrow_schema(table).empty_table()
        self._writer = pq.ParquetWriter(
            path,
            arrow_schema(table),
            compression="zstd",
            use_dictionary=_repeated(table),
            # Minimum and maximum help where rows are in order, or are asked for by time.
            write_statistics=[*key_fields(table), "document_id", "date"],
        )

    def add(self, lines: bytes) -> None:
        """Take the next rows as canonical lines; they become a row group when they are enough."""
        rows = rows_of(lines, self._table)
        self.rows += len(rows)
        self._waiting = pa.concat_tables([self._waiting, rows])
        while len(self._waiting) >= self._row_group:
            self._flush()

    def close(self) -> None:
        """Write what is left, and the footer. Raises OSError."""
        self._flush()
        if not self.rows:
            # pyarrow 18 cannot read a file without a row group.
            self._writer.write_table(arrow_schema(self._table).empty_table())
        unknown = Identity(self._about, {self._table: _NO_CONTENT}, _NO_DATASET)
        split = {SPLIT_KEY: self._split, SPLIT_CONTENT_KEY: _NO_SPLIT}
        self._writer.add_key_value_metadata(unknown.footer(self._table) | split)
        self._writer.close()

    def abandon(self) -> None:
        """Close the file of a build that failed; the caller deletes it."""
        close_regardless(self._writer)
        # Or the writer would try once more when it is collected.
        self._writer.is_open = False

    def _flush(self) -> None:
        if len(self._waiting):
            self._writer.write_table(self._waiting.slice(0, self._row_group).combine_chunks())
        self._waiting = self._waiting.slice(self._row_group)


def close_regardless(file: BinaryIO | pq.ParquetWriter) -> None:
    """Close a file of a build that failed; the caller deletes it.

    A full disk refuses what is still buffered as well, which is not the error to report.
    """
    with suppress(OSError):
        file.close()


def rows_of(lines: bytes, table: str) -> pa.Table:
    """Canonical lines as an Arrow table in the schema of built rows."""
    schema = arrow_schema(table)
    if not lines:
        return schema.empty_table()
    read = pj.read_json(
        pa.BufferReader(lines),
        read_options=pj.ReadOptions(use_threads=False, block_size=max(len(lines), 1)),
        parse_options=pj.ParseOptions(
            explicit_schema=_reading_schema(table), unexpected_field_behavior="error"
        ),
    )
    return read.select(schema.names).cast(schema)


def stamp(file: Path, table: str, identity: Identity, split: str) -> None:
    """Write the digests over the reserved texts in the footer of a file. Raises OSError.

    `split` is the digest of the rows that the table has in the file's split.
    """
    reserved = {_NO_CONTENT: identity.tables[table], _NO_DATASET: identity.dataset, _NO_SPLIT: split}
    with file.open("r+b") as stream:
        stream.seek(-_TAIL, 2)
        length = int.from_bytes(stream.read(4), "little")
        start = stream.seek(-_TAIL - length, 2)
        footer = stream.read(length)
        for text, digest in reserved.items():
            if footer.count(text.encode()) != 1 or len(text) != len(digest):
                raise ValueError(f"{file.name}: the footer has no reserved text for a digest")
            footer = footer.replace(text.encode(), digest.encode())
        stream.seek(start)
        stream.write(footer)


@cache
def _reading_schema(table: str) -> pa.Schema:
    """The Arrow schema of built rows with dates as strings, which is how JSON has them."""
    return pa.schema(
        [pa.field(f.name, pa.string() if pa.types.is_date(f.type) else f.type) for f in arrow_schema(table)]
    )


@cache
def _repeated(table: str) -> list[str]:
    """The columns, as Parquet names them, in which strings or days are repeated."""
    different = {
        tuple("list.element" if part == EACH else part for part in field.path)
        for field in referring_fields(table)
        if field.definition in _MOSTLY_DIFFERENT
    }
    found = []
    for field in arrow_schema(table):
        is_list = pa.types.is_list(field.type)
        path = (field.name, "list.element") if is_list else (field.name,)
        kind = field.type.value_type if is_list else field.type
        if (pa.types.is_string(kind) or pa.types.is_date(kind)) and path not in different:
            found.append(".".join(path))
    return found
