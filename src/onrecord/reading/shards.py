"""A corpus: one folder per table, with shards of JSON Lines in it, plain or compressed, local or at a URL."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from onrecord.extras import extra
from onrecord.model.findings import Finding, nearest
from onrecord.model.tables import TABLES
from onrecord.reading.about import DATASET_FILE
from onrecord.reading.file_rules import UNKNOWN_FILE, UNREADABLE_FILE
from onrecord.reading.files import display, entries, is_url, reason

_LINES = (".jsonl", ".ndjson", ".json")
_COMPRESSIONS = {"": "", ".gz": "gzip", ".zst": "zstd"}
ENDINGS = {lines + suffix: name for lines in _LINES for suffix, name in _COMPRESSIONS.items()}
"""The endings of shard names, each with its compression."""
_COMPLETE = "_SUCCESS"
"""The empty file that Spark and Hadoop write when a table is complete."""


@dataclass(frozen=True, slots=True)
class Shard:
    """One file of a table: a local path or a URL that fsspec takes, and its size in bytes as stored."""

    table: str
    path: str
    compression: str
    size: int

    @property
    def name(self) -> str:
        """The path as findings show it."""
        return display(self.path)

    def open(self) -> BinaryIO:
        """The bytes of the shard, decompressed. Raises OSError."""
        if is_url(self.path):
            with extra("scale", "reading from a URL"):
                import fsspec

            raw = cast("BinaryIO", fsspec.open(self.path, "rb").open())
        else:
            raw = Path(self.path).open("rb")  # noqa: SIM115 - the caller closes it
        return decompressed(raw, self.compression)


def decompressed(raw: BinaryIO, compression: str) -> BinaryIO:
    """The stream as it was before compression ("gzip", "zstd", "" for none)."""
    if compression:
        import pyarrow as pa

        return cast("BinaryIO", io.BufferedReader(pa.CompressedInputStream(raw, compression), 1 << 20))
    return raw


def compression_of(path: Path) -> str | None:
    """The compression of a shard by its name, "" for none; None if the name is not that of a shard."""
    return next((kind for ending, kind in ENDINGS.items() if path.name.endswith(ending)), None)


def is_corpus(folder: str | Path) -> bool:
    """Whether a folder holds tables as folders of shards. Raises OSError."""
    if is_url(folder):
        return bool(find_shards(folder))
    folder = Path(folder)
    return any(_has_shards(folder / table) for table in TABLES)


def find_shards(folder: str | Path) -> list[Shard]:
    """The shards of a corpus, in the order of the tables and then by name. Raises OSError."""
    if is_url(folder):
        return list(_remote_shards(str(folder)))
    folder = Path(folder)
    return [
        Shard(table, str(path), compression, path.stat().st_size)
        for table in TABLES
        if (folder / table).is_dir()
        for path in entries(folder / table)
        if path.is_file() and (compression := compression_of(path)) is not None
    ]


def corpus_findings(folder: Path) -> Iterator[Finding]:
    """Findings about unexpected entries in a corpus: folders other than tables, files other than shards.

    The findings about dataset.json itself come with its record.
    """
    for path in entries(folder):
        if path.name == DATASET_FILE:
            continue
        if path.name not in TABLES:
            near = nearest(path.name, TABLES)
            message = "nothing of this name is expected here"
            yield UNKNOWN_FILE.finding(message, file=display(path), expected=near)
        elif not path.is_dir():
            yield UNREADABLE_FILE.finding(f"{path.name} must be a folder", file=display(path))
        else:
            for shard in entries(path):
                if shard.name == _COMPLETE and shard.is_file():
                    continue
                if not shard.is_file() or compression_of(shard) is None:
                    wanted = f"a name that ends in {', '.join(ENDINGS)}"
                    message = "nothing of this name is expected here"
                    yield UNKNOWN_FILE.finding(message, file=display(shard), expected=wanted)


def _has_shards(folder: Path) -> bool:
    return folder.is_dir() and any(compression_of(path) is not None for path in entries(folder))


def _remote_shards(folder: str) -> Iterator[Shard]:
    with extra("scale", "reading from a URL"):
        from fsspec.core import url_to_fs
    try:
        system, root = url_to_fs(folder)
    except ImportError as error:
        package = getattr(error.__cause__, "name", None)
        if package is None:
            raise OSError(str(error)) from error
        protocol = folder.partition("://")[0]
        raise OSError(f"{protocol}:// needs the package {package}: pip install {package}") from error
    except ValueError as error:
        # fsspec names the unknown protocol.
        raise OSError(str(error)) from error
    for table in TABLES:
        try:
            found = system.ls(f"{root.rstrip('/')}/{table}", detail=True)
        except FileNotFoundError:
            continue
        except OSError as error:
            raise OSError(error.errno, f"{folder}/{table}: {reason(error)}") from error
        for entry in sorted(found, key=lambda entry: str(entry["name"])):
            compression = compression_of(Path(entry["name"]))
            if entry["type"] == "file" and compression is not None:
                yield Shard(table, system.unstrip_protocol(entry["name"]), compression, entry["size"])
