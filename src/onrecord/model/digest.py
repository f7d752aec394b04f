"""The identity of the content: canonical lines of built rows, their digests, and the footers that hold these.

The bytes of a Parquet file depend on the version of the library that wrote it, so the content is hashed.
"""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from onrecord.model.about import About, unnamed
from onrecord.model.table_files import table_files
from onrecord.model.tables import STANDALONE_TABLES, TABLES

ABOUT_KEY = "onrecord.about"
VERSION_KEY = "onrecord.version"
TABLE_KEY = "onrecord.table"
CONTENT_KEY = "onrecord.content_sha256"
DATASET_KEY = "onrecord.dataset_sha256"
SPLIT_KEY = "onrecord.split"
SPLIT_CONTENT_KEY = "onrecord.split_sha256"

_ENCODER = msgspec.json.Encoder(order="sorted")


@dataclass(frozen=True, slots=True)
class Identity:
    """Which content a folder of tables holds: its dataset, and the SHA-256 of each table and of all."""

    about: About
    tables: Mapping[str, str]
    dataset: str

    @property
    def name(self) -> str:
        """The name of the dataset."""
        return self.about.name

    @property
    def version(self) -> str:
        """The version of the dataset."""
        return self.about.version

    def footer(self, table: str) -> dict[str, str]:
        """The key-value pairs of the Parquet footer of a table."""
        return {
            ABOUT_KEY: json.dumps(self.about.as_record(), ensure_ascii=False),
            VERSION_KEY: self.version,
            TABLE_KEY: table,
            CONTENT_KEY: self.tables[table],
            DATASET_KEY: self.dataset,
        }


def canonical_lines(rows: Sequence[Mapping[str, Any]]) -> bytes:
    """Built rows as JSON Lines: sorted keys, no spaces, UTF-8, each ended by LF; dates as ISO strings.

    The form is that of RFC 8785 (JCS), except that keys are sorted by code point and that numbers are written
    with the fewest digits that read back as the same double. The rows hold finite numbers only.
    """
    return _ENCODER.encode_lines(rows)


class TableDigest:
    """SHA-256 over the canonical lines of a table's rows, in the order in which they are added."""

    def __init__(self) -> None:
        self._hash = hashlib.sha256()

    def add(self, lines: bytes) -> None:
        """Add canonical lines, or any part of them."""
        self._hash.update(lines)

    def hexdigest(self) -> str:
        """The digest of what was added so far: 64 hexadecimal digits."""
        return self._hash.hexdigest()


def table_digest(splits: Mapping[str, str]) -> str:
    """The digest of a table from those of its splits that have rows, by split in the order of SPLITS.

    It is that of the only split with rows. Of several it is SHA-256 over one line `<split> <digest>` each.
    """
    if len(splits) == 1:
        return next(iter(splits.values()))
    lines = "".join(f"{split} {digest}\n" for split, digest in splits.items())
    return hashlib.sha256(lines.encode()).hexdigest()


def dataset_digest(tables: Mapping[str, str]) -> str:
    """SHA-256 over one line `<table> <digest>` per table, in the order of TABLES."""
    lines = "".join(f"{table} {tables[table]}\n" for table in TABLES)
    return hashlib.sha256(lines.encode()).hexdigest()


def read_identity(data: Path) -> Identity:
    """The identity that the footers in a folder of tables declare.

    A build of an earlier version lacks the tables that share nothing with the others. Raises
    FileNotFoundError where another table is missing and ValueError where footers are missing or disagree.
    """
    import pyarrow.parquet as pq

    footers = {}
    for table in TABLES:
        for shard in _files_of(table, data):
            pairs = pq.read_metadata(shard).metadata or {}
            footers[table] = {key.decode(): value.decode() for key, value in pairs.items()}
            if footers[table].get(TABLE_KEY) != table:
                raise ValueError(f"{shard} is not the table {table!r} of an OnRecord build")
    builds = {(f.get(ABOUT_KEY), f[VERSION_KEY], f[DATASET_KEY]) for f in footers.values()}
    if len(builds) > 1:
        raise ValueError(f"the tables in {data} come from different builds")
    [(about, version, dataset)] = builds
    described = _described(about) if about else unnamed(version)
    return Identity(described, {table: footers[table][CONTENT_KEY] for table in footers}, dataset)


def _files_of(table: str, data: Path) -> list[Path]:
    try:
        return table_files(table, data)
    except FileNotFoundError:
        if table not in STANDALONE_TABLES:
            raise
        return []


def _described(footer: str) -> About:
    record = json.loads(footer)
    if not isinstance(record, dict):
        raise ValueError(f"the footer {ABOUT_KEY} is not an object")
    return About.from_record(record)
