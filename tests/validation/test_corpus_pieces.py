"""Pieces of a shard, wherever they are cut: together they hold every line once."""

import gzip
from collections.abc import Iterator
from pathlib import Path

import pytest

from onrecord.corpus.shards import Batch, Batches, Piece, Shard, open_shard, pieces

LINES = [b"one\n", b"\n", b"three, which is longer\n", b"4\n", b"five\n", b"the last"]


@pytest.mark.parametrize("batch", [1, 3, 7, 1000])
@pytest.mark.parametrize("ending", [b"", b"\n"], ids=["cut short", "with a line end"])
def test_every_line_is_in_one_piece_once(tmp_path: Path, batch: int, ending: bytes) -> None:
    content = b"".join(LINES) + ending
    path = tmp_path / "part-0.jsonl"
    path.write_bytes(content)
    shard = Shard("claims", str(path), "", len(content))
    for size in range(1, len(content) + 2):
        read = [part for piece in pieces(shard, size) for part in batches_of(piece, batch)]
        assert b"".join(part.content for part in read) == content, size
        assert [part.start for part in read[1:]] == [part.end for part in read[:-1]], size
        assert all(part.content.endswith(b"\n") for part in read[:-1]), size


@pytest.mark.parametrize("batch", [1, 7, 1000])
@pytest.mark.parametrize("compression", ["", "gzip"])
def test_a_batch_may_start_before_the_end_of_the_last_one(
    tmp_path: Path, batch: int, compression: str
) -> None:
    content = b"".join(LINES)
    path = tmp_path / "part-0.jsonl"
    path.write_bytes(gzip.compress(content) if compression else content)
    piece = Piece(Shard("claims", str(path), compression, path.stat().st_size), 0, None)
    with open_shard(piece.shard) as stream:
        batches = Batches(piece, stream, batch)
        first = batches.take()
        assert first is not None
        batches.go_back(first, 1)
        assert b"".join(part.content for part in iter(batches.take, None)) == content[1:]


def batches_of(piece: Piece, size: int) -> Iterator[Batch]:
    """The batches of a piece, one after another."""
    with open_shard(piece.shard) as stream:
        yield from iter(Batches(piece, stream, size).take, None)
