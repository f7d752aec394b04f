"""A shard built by one task from its first line to its Parquet file, wherever that task runs.

Owns what a worker of a cluster does in a build, so that rows never travel: counts, findings and stretches
come back. The files are made under names of their own; the driver gives them their places, and hashes.
"""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from onrecord.corpus.checking import Checked, check_piece
from onrecord.corpus.lookup import Sources
from onrecord.corpus.shards import Piece
from onrecord.corpus.writing import ShardFile
from onrecord.model.findings import LEVELS

_CHUNK = 1 << 20
_SPOOLED = "lz4"
"""How canonical lines wait to be hashed: what the driver spends on them no worker can take from it."""


@dataclass(frozen=True, slots=True)
class ShardTask:
    """A shard as one piece, and the folder for its file, which driver and workers must both see."""

    piece: Piece
    sources: Sources
    folder: str
    version: str


@dataclass(frozen=True, slots=True)
class BuiltShard:
    """What a shard came to; `file` and `lines` are there unless something is wrong with it."""

    checked: Checked
    rows: int
    file: str | None
    lines: str | None

    def canonical_lines(self) -> Iterator[bytes]:
        """The canonical lines of its rows, in chunks of any length."""
        if self.lines is None:
            return
        with pa.CompressedInputStream(pa.OSFile(self.lines), _SPOOLED) as stream:
            while chunk := stream.read(_CHUNK):
                yield chunk

    def discard(self) -> None:
        """Delete what is left of it."""
        for made in (self.file, self.lines):
            if made is not None:
                Path(made).unlink(missing_ok=True)


def build_shard(task: ShardTask) -> BuiltShard:
    """Check and build a shard. Raises OSError where the disk refuses.

    A worker that is killed leaves files of no use, which go when the folder does; the one that begins again
    makes others. So it never matters how often a task was tried, or whether two are at it.
    """
    from onrecord.corpus.building import build_batch

    table = task.piece.shard.table
    stem = Path(task.folder) / f"{table}-{secrets.token_hex(8)}"
    made, lines = stem.with_suffix(".parquet"), stem.with_suffix(".lines")
    file = ShardFile(made, table, task.version)
    rows = 0

    def write(authored: pa.RecordBatch) -> None:
        nonlocal rows
        # Batch by batch, so that memory does not grow with the shard.
        batch, canonical = build_batch(authored, table, task.sources)
        file.add(batch)
        spool.write(canonical)
        rows += batch.num_rows

    try:
        with pa.CompressedOutputStream(pa.OSFile(str(lines), "wb"), _SPOOLED) as spool:
            checked = check_piece(task.piece, max(LEVELS), write)
        file.close()
    except BaseException:
        file.abandon()
        made.unlink(missing_ok=True)
        lines.unlink(missing_ok=True)
        raise
    whole = BuiltShard(checked, rows, str(made), str(lines))
    if any(finding.severity == "error" for finding in checked.findings):
        whole.discard()
        return BuiltShard(checked, 0, None, None)
    return whole
