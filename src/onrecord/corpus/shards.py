"""The shards of a corpus and their bytes: which files there are, and how they are cut into whole lines.

Owns paths, compression and byte ranges; what the lines say is for `columns` and `exact`.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from onrecord.file_rules import LONGEST_LINE
from onrecord.records import display, entries
from onrecord.schemas import TABLES

ENDINGS = {".jsonl": "", ".jsonl.gz": "gzip", ".jsonl.zst": "zstd"}
"""How a shard's name ends, with its compression."""

PIECE_BYTES = 16 << 20
"""Bytes of a plain shard that are one task."""

BATCH_BYTES = 2 << 20
"""Bytes of lines that are looked at together: enough to be fast, few enough for the processor's cache."""

_REMOTE = "://"


@dataclass(frozen=True, slots=True)
class Shard:
    """One file of a table: a local path or a URL that fsspec takes, and its size in bytes as it is stored."""

    table: str
    path: str
    compression: str
    size: int

    @property
    def name(self) -> str:
        """The path as findings show it."""
        return self.path if _REMOTE in self.path else display(Path(self.path))


@dataclass(frozen=True, slots=True)
class Piece:
    """A task: the lines of a shard that start from byte `start` up to, not including, `end`.

    A compressed shard cannot be entered in the middle: its one piece has no end.
    """

    shard: Shard
    start: int
    end: int | None

    @property
    def is_last(self) -> bool:
        """Whether the shard ends with this piece."""
        return self.end is None or self.end >= self.shard.size


@dataclass(frozen=True, slots=True)
class Batch:
    """Whole lines of a shard: their bytes, and where in the (uncompressed) shard they start and end.

    Of an overlong line, which is always alone, only the first bytes are kept.
    """

    content: bytes
    start: int
    end: int


def is_url(path: str | Path) -> bool:
    """Whether a path is one for fsspec, such as s3://bucket/corpus."""
    return _REMOTE in str(path)


def is_corpus(folder: str | Path) -> bool:
    """Whether a folder holds tables as folders of JSONL shards. Raises OSError where a URL cannot be read."""
    if is_url(folder):
        return bool(find_shards(folder))
    folder = Path(folder)
    return any(_compression(path) is not None for table in TABLES for path in entries(folder / table))


def find_shards(folder: str | Path) -> list[Shard]:
    """The shards of a corpus, in the order of the tables and then by name. Raises OSError."""
    if is_url(folder):
        return list(_shards_elsewhere(str(folder)))
    folder = Path(folder)
    return [
        Shard(table, str(path), compression, path.stat().st_size)
        for table in TABLES
        for path in entries(folder / table)
        if path.is_file() and (compression := _compression(path)) is not None
    ]


def is_shard(path: Path) -> bool:
    """Whether a file is a shard, by its name."""
    return path.is_file() and _compression(path) is not None


def _shards_elsewhere(folder: str) -> Iterator[Shard]:
    try:
        from fsspec.core import url_to_fs

        system, root = url_to_fs(folder)
    except (ImportError, ValueError) as error:
        # Of a protocol that is unknown, or whose library is not installed, fsspec says what is missing.
        raise OSError(str(error)) from error
    for table in TABLES:
        try:
            found = system.ls(f"{root.rstrip('/')}/{table}", detail=True)
        except FileNotFoundError:
            continue
        for entry in sorted(found, key=lambda entry: str(entry["name"])):
            compression = _compression(Path(entry["name"]))
            if entry["type"] == "file" and compression is not None:
                yield Shard(table, system.unstrip_protocol(entry["name"]), compression, entry["size"])


def pieces(shard: Shard, size: int | None = None) -> Iterator[Piece]:
    """The shard as tasks of `size` bytes (default: PIECE_BYTES), in order; an empty shard is one task."""
    size = size or PIECE_BYTES
    if shard.compression or not shard.size:
        yield Piece(shard, 0, None)
        return
    for start in range(0, shard.size, size):
        yield Piece(shard, start, min(start + size, shard.size))


def read_batches(piece: Piece, size: int | None = None) -> Iterator[Batch]:
    """The lines of a piece in batches of about `size` bytes (default: BATCH_BYTES). Raises OSError."""
    size = size or BATCH_BYTES
    with open_shard(piece.shard) as stream:
        place = piece.start
        if place:
            # The line that is under way here belongs to the piece before.
            stream.seek(place - 1)
            place += _skip_line(stream) - 1
        while piece.end is None or place < piece.end:
            wanted = size if piece.end is None else min(size, piece.end - place)
            content = stream.read(wanted)
            if not content:
                return
            for batch in _batches(content, stream, place):
                place = batch.end
                yield batch


def open_shard(shard: Shard) -> BinaryIO:
    """The shard's uncompressed bytes as a stream. Raises OSError."""
    import pyarrow as pa

    if _REMOTE in shard.path:
        import fsspec

        raw = fsspec.open(shard.path, "rb").open()
    else:
        raw = Path(shard.path).open("rb")  # noqa: SIM115 - who asks for the stream closes it
    if not shard.compression:
        return cast("BinaryIO", raw)
    return cast("BinaryIO", io.BufferedReader(pa.CompressedInputStream(raw, shard.compression), 1 << 20))


def _batches(content: bytes, stream: BinaryIO, place: int) -> Iterator[Batch]:
    """What was read, up to the end of its last line; a line that is too long is a batch by itself."""
    end = content.rfind(b"\n") + 1
    rest = content[end:]
    # Where a line has just ended the next one may belong to the next piece.
    if rest and len(rest) <= LONGEST_LINE:
        rest += stream.readline(LONGEST_LINE + 1 - len(rest))
    if len(rest) <= LONGEST_LINE or rest.endswith(b"\n"):
        yield Batch(content[:end] + rest, place, place + end + len(rest))
        return
    if end:
        yield Batch(content[:end], place, place + end)
    length = len(rest) + _skip_line(stream)
    yield Batch(rest[: LONGEST_LINE + 1], place + end, place + end + length)


def _skip_line(stream: BinaryIO) -> int:
    """Read on past the next line end; how many bytes that took."""
    length = 0
    while chunk := stream.readline(1 << 16):
        length += len(chunk)
        if chunk.endswith(b"\n"):
            break
    return length


def _compression(path: Path) -> str | None:
    return next((kind for ending, kind in ENDINGS.items() if path.name.endswith(ending)), None)
