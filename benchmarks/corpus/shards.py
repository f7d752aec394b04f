"""Write the files of a synthetic corpus: one folder per table with JSONL shards, plain or compressed.

Decides the shard of each document. Also writes a list of the faults with file and line, and the number of
records. One process per core makes the shards in parallel.
"""

import gzip
import json
import os
import shutil
from collections.abc import Iterator, Mapping
from concurrent.futures import ProcessPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import IO, cast

import pyarrow as pa

from benchmarks.corpus.documents import Contents
from benchmarks.corpus.faults import NO_FAULTS, Fault, Faults, Share, line_of, lines_of, plant
from benchmarks.corpus.speakers import speaker

TABLES = ("documents", "segments", "claims", "relations", "annotations", "speakers")
CORPUS, ARTICLES, FAULTS, ABOUT = "corpus", "articles", "faults.jsonl", "about.json"
_LARGE = 125_000
"""Claims per shard if the plan does not give a number of shards."""


@dataclass(frozen=True, slots=True)
class Plan:
    """The plan of a corpus: its contents, its faults, its number of shards and their compression."""

    contents: Contents
    faults: Faults = NO_FAULTS
    shards: int = 0
    """0 means one shard per 125,000 claims, and at least two."""
    compression: str = ""
    """Empty, `gz` or `zst`."""
    has_articles: bool = False

    @property
    def shard_count(self) -> int:
        """The number of shards per table."""
        return self.shards or max(2, -(-self.contents.claims // _LARGE))

    @property
    def name(self) -> str:
        """The name of the folder; plans that differ have different names."""
        what = f"share-{self.faults.share:g}" if isinstance(self.faults, Share) else "cross-shard"
        parts = (self.contents.name, what, f"shards-{self.shard_count}")
        extra = [part for part in (self.compression, "articles" if self.has_articles else "") if part]
        return "-".join((*parts, *extra))

    def shard(self, table: str, index: int) -> str:
        """The path of a shard, relative to the corpus folder."""
        return f"{table}/part-{index:05d}.jsonl{self.compression and '.' + self.compression}"


@dataclass(frozen=True, slots=True)
class Corpus:
    """A corpus on disk: its folder, its faults as `file`, `line` and `rule`, and its record counts."""

    folder: Path
    faults: tuple[Mapping[str, object], ...]
    records: Mapping[str, int]

    @property
    def path(self) -> Path:
        """The folder to validate, with one folder per table."""
        return self.folder / CORPUS

    @property
    def articles(self) -> Path:
        """The folder of the articles' texts, if the plan has them."""
        return self.folder / ARTICLES


def corpus(plan: Plan, scratch: Path) -> Corpus:
    """The corpus of a plan, in the scratch folder; made there unless it exists."""
    folder = scratch / plan.name
    if not (folder / ABOUT).exists():
        _make(plan, folder)
    about = json.loads((folder / ABOUT).read_text(encoding="utf-8"))
    with (folder / FAULTS).open(encoding="utf-8") as stream:
        return Corpus(folder, tuple(json.loads(line) for line in stream), about["records"])


def _make(plan: Plan, folder: Path) -> None:
    plan.faults.count(plan.contents)
    shutil.rmtree(folder, ignore_errors=True)
    for table in TABLES:
        (folder / CORPUS / table).mkdir(parents=True)
    if plan.has_articles:
        (folder / ARTICLES).mkdir()
    shards = range(plan.shard_count)
    processes = min(os.cpu_count() or 1, len(shards))
    if processes == 1 or plan.contents.claims < _LARGE:
        made = [write_shard(plan, folder, index) for index in shards]
    else:
        with ProcessPoolExecutor(processes) as pool:
            made = list(pool.map(partial(write_shard, plan, folder), shards))
    with (folder / FAULTS).open("w", encoding="utf-8") as stream:
        for found, _ in made:
            stream.writelines(json.dumps(fault) + "\n" for fault in found)
    records = {table: sum(counts[table] for _, counts in made) for table in TABLES}
    # Written last, because a corpus without it is incomplete.
    (folder / ABOUT).write_text(json.dumps({"records": records}, indent=2) + "\n", encoding="utf-8")


def write_shard(plan: Plan, folder: Path, index: int) -> tuple[list[dict[str, object]], dict[str, int]]:
    """Write one shard of every table; return its faults and its number of records by table."""
    paths = {table: folder / CORPUS / plan.shard(table, index) for table in TABLES}
    counts = dict.fromkeys(TABLES, 0)
    found = []
    with ExitStack() as opened:
        streams = {table: opened.enter_context(_written(path)) for table, path in paths.items()}
        for number in _part(plan.contents.documents, plan.shard_count, index):
            made = plan.contents.document(number)
            kind = plan.faults.kind_in(number, plan.contents)
            lines, fault = plant(kind, made, plan.contents, number) if kind else (lines_of(made), None)
            if fault:
                found.append(_located(fault, plan, index, counts))
            for table, own in lines.items():
                streams[table].writelines(own)
                counts[table] += len(own)
            if plan.has_articles:
                name = made.tables["documents"][0]["source_file"]
                (folder / ARTICLES / name).write_text(made.article, encoding="utf-8", newline="\n")
        for number in _part(plan.contents.speakers, plan.shard_count, index):
            streams["speakers"].write(line_of(speaker(number)))
            counts["speakers"] += 1
    for table, path in paths.items():
        if not counts[table]:
            # A file without records would be a finding.
            path.unlink()
    return found, counts


def _located(fault: Fault, plan: Plan, index: int, before: Mapping[str, int]) -> dict[str, object]:
    place = {"file": plan.shard(fault.table, index), "line": before[fault.table] + fault.line}
    return {**place, **{name: value for name, value in asdict(fault).items() if name in ("rule", "kind")}}


def _part(count: int, shards: int, index: int) -> range:
    return range(count * index // shards, count * (index + 1) // shards)


@contextmanager
def _written(path: Path) -> Iterator[IO[bytes]]:
    with path.open("wb") as plain:
        if path.suffix == ".gz":
            # Without a time and a name in its header, so that every run writes the same bytes.
            with gzip.GzipFile("", "wb", 6, plain, mtime=0) as compressed:
                yield cast("IO[bytes]", compressed)
        elif path.suffix == ".zst":
            with pa.CompressedOutputStream(plain, "zstd") as compressed:
                yield compressed
        else:
            yield plain
