"""The shards of a corpus and their bytes: which files there are, and how they are cut into whole lines.

Owns paths, compression and byte ranges; what the lines say is for `columns` and `exact`.
"""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from onrecord.model.tables import TABLES
from onrecord.reading.file_rules import LONGEST_LINE
from onrecord.reading.records import display, entries

ENDINGS = {".jsonl": "", ".jsonl.gz": "gzip", ".jsonl.zst": "zstd"}
"""How a shard's name ends, with its compression."""

BATCH_BYTES = 12 << 20
"""Bytes of lines that are looked at together: every batch costs some milliseconds, whatever is in it."""

PIECE_BYTES = BATCH_BYTES
"""Bytes of a plain shard that are one task."""

SENT_AT_ONCE = 2
"""Pieces that a worker is sent as one: whatever is in a task, it costs driver and scheduler milliseconds."""

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


def pieces_to_send(shard: Shard) -> Iterator[Piece]:
    """The same as tasks for the workers of a cluster."""
    return pieces(shard, SENT_AT_ONCE * PIECE_BYTES)


class Batches:
    """The lines of a piece, taken from its shard in batches of about `size` bytes (default: BATCH_BYTES).

    `is_over` tells whether the batch that was taken is the last one, as far as can be known.
    """

    def __init__(self, piece: Piece, stream: BinaryIO, size: int | None = None) -> None:
        self.is_over = False
        self._piece = piece
        self._stream = stream
        self._size = size or BATCH_BYTES
        self._place = piece.start
        self._is_local = not piece.shard.compression and _REMOTE not in piece.shard.path
        self._kept = b""
        """What has been read of the batch to come, where going back would cost too much."""
        if piece.start:
            # The line that is under way here belongs to the piece before.
            stream.seek(piece.start - 1)
            self._place += _skip_line(stream) - 1

    def take(self) -> Batch | None:
        """The next batch, None where there is no more. Raises OSError."""
        start, end = self._place, self._piece.end
        wanted = self._size if end is None else min(self._size, end - start)
        content = self._read(wanted) if wanted > 0 else b""
        if not content:
            return None
        cut = content.rfind(b"\n") + 1
        length = len(content)
        is_short = length < wanted
        if length - cut > LONGEST_LINE:
            if cut:
                self._keep(content, cut)
                length = cut
            else:
                if self._is_local:
                    self._stream.seek(start + length)
                length += _skip_line(self._stream)
            content = content[: cut or LONGEST_LINE + 1]
        self._place = start + length
        self.is_over = is_short if end is None else self._place >= end
        return Batch(content, start, self._place)

    def go_back(self, batch: Batch, place: int) -> None:
        """Have the next batch start at that byte of the shard, which is in the batch that was taken last."""
        self._keep(batch.content, place - batch.start)
        self._place = place

    def _keep(self, content: bytes, start: int) -> None:
        self._kept = b"" if self._is_local else content[start:] + self._kept

    def _read(self, wanted: int) -> bytes:
        """As many bytes and what is left of the line that the last of them is in, if that is not too much."""
        stream = self._stream
        if self._is_local:
            # Looked up first, for what is read in two parts has to be copied.
            stream.seek(self._place + wanted - 1)
            rest = len(stream.readline(LONGEST_LINE + 1))
            stream.seek(self._place)
            return stream.read(wanted - 1 + rest)
        content = self._kept + stream.read(max(wanted - len(self._kept), 0))
        self._kept = b""
        return content if content.endswith(b"\n") else content + stream.readline(LONGEST_LINE + 1)


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
