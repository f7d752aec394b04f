"""What the same bytes cost with nothing checked: reading, parsing, writing, without any code of OnRecord."""

from pathlib import Path

from benchmarks.corpus.shards import TABLES
from benchmarks.performance.registry import Work, case, files, load, records


@case
def reading_only(corpus: str) -> Work:
    """The bytes, read and let go; from memory where the system keeps them there."""

    def work() -> int:
        count = 0
        for table in TABLES:
            for file in files(corpus, table):
                with file.open("rb") as stream:
                    while chunk := stream.read(1 << 20):
                        count += chunk.count(b"\n")
        return count

    return work


@case
def orjson_only(corpus: str) -> Work:
    """orjson.loads of every line: the least that a validator of Python objects has to pay, on one core."""
    import orjson

    def work() -> int:
        count = 0
        for _, line in records(corpus):
            orjson.loads(line)
            count += 1
        return count

    return work


@case
def simdjson_only(corpus: str) -> Work:
    """Simdjson on every line, without Python objects: about the fastest parser on one core."""
    import simdjson

    parser = simdjson.Parser()

    def work() -> int:
        count = 0
        for _, line in records(corpus):
            parser.parse(line)
            count += 1
        return count

    return work


@case
def arrow_only(corpus: str) -> Work:
    """pyarrow.json of every shard, on all cores: parsing straight to columns."""
    import pyarrow.json as pj

    # pyarrow loads it with the first array.
    load("pandas")
    blocks = pj.ReadOptions(block_size=1 << 20)

    def work() -> int:
        return sum(pj.read_json(file, blocks).num_rows for table in TABLES for file in files(corpus, table))

    return work


@case
def arrow_to_parquet_only(corpus: str, out: str) -> Work:
    """What a build cannot do without: parsing (pyarrow.json), SHA-256 and Parquet, shards on all cores."""
    import hashlib
    from concurrent.futures import ThreadPoolExecutor

    import pyarrow as pa
    import pyarrow.json as pj
    import pyarrow.parquet as pq

    load("pandas")
    blocks = pj.ReadOptions(block_size=1 << 20)

    def convert(file: Path) -> int:
        content = file.read_bytes()
        hashlib.sha256(content)
        rows = pj.read_json(pa.BufferReader(content), blocks)
        pq.write_table(rows, f"{out}/{file.parent.name}-{file.stem}.parquet", compression="zstd")
        return int(rows.num_rows)

    def work() -> int:
        with ThreadPoolExecutor() as threads:
            return sum(threads.map(convert, [file for table in TABLES for file in files(corpus, table)]))

    return work
