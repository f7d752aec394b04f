"""Pieces of a shard, wherever they are cut: together they hold every line once."""

from pathlib import Path

import pytest

from onrecord.corpus.shards import Shard, pieces, read_batches

LINES = [b"one\n", b"\n", b"three, which is longer\n", b"4\n", b"five\n", b"the last"]


@pytest.mark.parametrize("batch", [1, 3, 7, 1000])
@pytest.mark.parametrize("ending", [b"", b"\n"], ids=["cut short", "with a line end"])
def test_every_line_is_in_one_piece_once(tmp_path: Path, batch: int, ending: bytes) -> None:
    content = b"".join(LINES) + ending
    path = tmp_path / "part-0.jsonl"
    path.write_bytes(content)
    shard = Shard("claims", str(path), "", len(content))
    for size in range(1, len(content) + 2):
        read = [part for piece in pieces(shard, size) for part in read_batches(piece, batch)]
        assert b"".join(part.content for part in read) == content, size
        assert [part.start for part in read[1:]] == [part.end for part in read[:-1]], size
        assert all(part.content.endswith(b"\n") for part in read[:-1]), size
