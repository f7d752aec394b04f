"""The identity of the content: canonical lines of built rows, their digests, and the footers that carry them.

Parquet bytes change with the version of the library that writes them, so the content is hashed instead. Owns
how; `build` writes the digests, `scripts` and scores show them.
"""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from onrecord.model.tables import TABLES

VERSION_KEY = "onrecord.version"
TABLE_KEY = "onrecord.table"
CONTENT_KEY = "onrecord.content_sha256"
DATASET_KEY = "onrecord.dataset_sha256"


@dataclass(frozen=True, slots=True)
class Identity:
    """Which content a folder of tables holds: its version and the SHA-256 of each table and of the whole."""

    version: str
    tables: Mapping[str, str]
    dataset: str

    def footer(self, table: str) -> dict[str, str]:
        """The key-value pairs of the Parquet footer of a table."""
        return {
            VERSION_KEY: self.version,
            TABLE_KEY: table,
            CONTENT_KEY: self.tables[table],
            DATASET_KEY: self.dataset,
        }


def canonical_line(row: Mapping[str, Any]) -> bytes:
    """A built row as one line of JSON: sorted keys, no spaces, UTF-8, ended by LF; dates as ISO strings."""
    text = json.dumps(
        row, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False, default=_iso
    )
    return f"{text}\n".encode()


def table_digest(rows: Iterable[Mapping[str, Any]]) -> str:
    """SHA-256 over the canonical lines of a table's rows, in order."""
    digest = hashlib.sha256()
    for row in rows:
        digest.update(canonical_line(row))
    return digest.hexdigest()


def dataset_digest(tables: Mapping[str, str]) -> str:
    """SHA-256 over one line `<table> <digest>` a table, in the order of TABLES."""
    lines = "".join(f"{table} {tables[table]}\n" for table in TABLES)
    return hashlib.sha256(lines.encode()).hexdigest()


def read_identity(data: Path) -> Identity:
    """The identity that the footers in a folder of tables declare.

    Raises FileNotFoundError where a table is missing and ValueError where footers are missing or disagree.
    """
    import pyarrow.parquet as pq

    from onrecord.dataset.load import table_files

    footers = {}
    for table in TABLES:
        for shard in table_files(table, data):
            pairs = pq.read_metadata(shard).metadata or {}
            footers[table] = {key.decode(): value.decode() for key, value in pairs.items()}
            if footers[table].get(TABLE_KEY) != table:
                raise ValueError(f"{shard} is not the table {table!r} of an OnRecord build")
    versions = {footer[VERSION_KEY] for footer in footers.values()}
    wholes = {footer[DATASET_KEY] for footer in footers.values()}
    if len(versions) > 1 or len(wholes) > 1:
        raise ValueError(f"the tables in {data} come from different builds")
    return Identity(versions.pop(), {table: footers[table][CONTENT_KEY] for table in TABLES}, wholes.pop())


def _iso(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a row cannot hold a {type(value).__name__}")
