"""A corpus with its documents in another order in each table; the lines of a document stay together."""

import random
import re
import shutil
from collections.abc import Iterator
from itertools import groupby
from pathlib import Path
from typing import NamedTuple

from benchmarks.corpus.shards import CORPUS, TABLES, Corpus

_DOCUMENT = re.compile(rb"synthetic-\d+")
"""The first id in a line of any table except `speakers` names the document."""


class _Lines(NamedTuple):
    """The lines of one document in a shard."""

    shard: Path
    start: int
    end: int


def shuffled(made: Corpus, seed: int) -> Path:
    """The reordered corpus next to the one in order, which must be plain and without faults; made once."""
    folder = made.folder.with_name(f"{made.folder.name}-shuffled-{seed}")
    if not folder.exists():
        unfinished = folder.with_name(f"{folder.name}-unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        for table in TABLES:
            target = unfinished / CORPUS / table
            target.mkdir(parents=True)
            _write_table(sorted((made.path / table).iterdir()), target, random.Random(f"{seed} {table}"))
        unfinished.rename(folder)
    return folder / CORPUS


def _write_table(shards: list[Path], target: Path, rng: random.Random) -> None:
    documents = [lines for shard in shards for lines in _documents(shard)]
    # `random()` gives the same numbers in every version of Python; `shuffle` may not.
    documents.sort(key=lambda _: rng.random())
    opened = {shard: shard.open("rb") for shard in shards}
    try:
        for number, shard in enumerate(shards):
            start, end = (len(documents) * place // len(shards) for place in (number, number + 1))
            with (target / shard.name).open("wb") as out:
                for lines in documents[start:end]:
                    stream = opened[lines.shard]
                    stream.seek(lines.start)
                    out.write(stream.read(lines.end - lines.start))
    finally:
        for stream in opened.values():
            stream.close()


def _documents(shard: Path) -> Iterator[_Lines]:
    """The lines of each document in a shard; each speaker is taken by itself."""
    start = 0
    with shard.open("rb") as stream:
        for _, lines in groupby(stream, _document_of):
            end = start + sum(map(len, lines))
            yield _Lines(shard, start, end)
            start = end


def _document_of(line: bytes) -> bytes:
    found = _DOCUMENT.search(line)
    return found[0] if found else line
