"""The work of each contestant, one function each: what it is given in, the number of records dealt with out.

Owns nothing but the work; what a function imports is its own, and is imported before the clock starts.
`python -m benchmarks.performance.contestants NAME ARGUMENTS…` runs one and prints what it came to as JSON.
"""

import json
import shutil
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import redirect_stdout
from importlib import import_module
from io import StringIO
from pathlib import Path
from typing import Any

import psutil

from onrecord.schemas import TABLES, authored_schema

Work = Callable[[], int]
"""What the clock runs over; it gives the number of records."""

_CONTESTANTS: dict[str, Callable[..., Work]] = {}


def _contestant(prepare: Callable[..., Work]) -> Callable[..., Work]:
    """Note a contestant under its function's name; the function imports and prepares, and gives the work."""
    _CONTESTANTS[prepare.__name__] = prepare
    return prepare


def _import(*modules: str) -> None:
    """Load modules before the clock starts, with pandas, which pyarrow loads when it first makes an array."""
    for module in ("pandas", *modules):
        import_module(module)


def _files(corpus: str, table: str) -> list[Path]:
    return sorted((Path(corpus) / table).iterdir())


def _lines(corpus: str) -> Iterator[tuple[str, bytes]]:
    for table in TABLES:
        for file in _files(corpus, table):
            with file.open("rb") as stream:
                for line in stream:
                    yield table, line


@_contestant
def onrecord_validate(corpus: str, articles: str | None = None) -> Work:
    """All levels, level 4 where articles are given; the findings are made, not printed."""
    from onrecord import validate

    _import("onrecord.corpus.crossing")

    def work() -> int:
        run = validate(corpus, articles=articles)
        for finding in run:
            raise SystemExit(str(finding))
        return sum(run.summary.records.values())

    return work


@_contestant
def jsonschema_loop(corpus: str) -> Work:
    """json.loads and iter_errors, record by record, with the date format checked."""
    from onrecord.schemas import authored_validator

    validators = {table: authored_validator(table) for table in TABLES}

    def work() -> int:
        count = 0
        for table, line in _lines(corpus):
            count += 1
            for error in validators[table].iter_errors(json.loads(line)):
                raise SystemExit(error.message)
        return count

    return work


@_contestant
def fastjsonschema_loop(corpus: str) -> Work:
    """The same, compiled; it knows drafts up to 7, where a `$ref` hides what stands beside it."""
    import fastjsonschema

    validators = {}
    for table in TABLES:
        schema = json.loads(json.dumps(authored_schema(table)))
        schema["$schema"] = "http://json-schema.org/draft-07/schema#"
        del schema["$id"]
        validators[table] = fastjsonschema.compile(schema)

    def work() -> int:
        count = 0
        for table, line in _lines(corpus):
            count += 1
            validators[table](json.loads(line))
        return count

    return work


@_contestant
def check_jsonschema(corpus: str) -> Work:
    """The command, on one file a table that holds the records as a list: it does not read JSON Lines."""
    program = str(Path(sysconfig.get_path("scripts")) / "check-jsonschema")
    folder = Path(tempfile.mkdtemp(prefix="onrecord-benchmark-"))
    count = 0
    for table in TABLES:
        rows = [json.loads(line) for file in _files(corpus, table) for line in file.open("rb")]
        count += len(rows)
        (folder / f"{table}.json").write_text(json.dumps(rows), encoding="utf-8")
        dialect = "https://json-schema.org/draft/2020-12/schema"
        schema = {"$schema": dialect, "type": "array", "items": authored_schema(table)}
        (folder / f"{table}.schema.json").write_text(json.dumps(schema), encoding="utf-8")

    def work() -> int:
        try:
            for table in TABLES:
                files = [str(folder / f"{table}.schema.json"), str(folder / f"{table}.json")]
                command = [program, "--quiet", "--schemafile", *files]
                subprocess.run(command, check=True, capture_output=True)
        finally:
            shutil.rmtree(folder)
        return count

    return work


@_contestant
def onrecord_build(corpus: str, out: str) -> Work:
    """Validated at all levels, six tables, zstd, with the digest of the content."""
    from onrecord import build

    _import("onrecord.corpus.building")

    def work() -> int:
        report = build(corpus, Path(out) / "data")
        return sum(report.rows.values())

    return work


@_contestant
def datasets_convert(corpus: str, out: str) -> Work:
    """Dataset.from_json and to_parquet, table by table, nothing checked; it chooses the compression."""
    import datasets

    datasets.disable_progress_bars()

    def work() -> int:
        count = 0
        for table in TABLES:
            files = [str(file) for file in _files(corpus, table)]
            found = datasets.Dataset.from_json(files, cache_dir=f"{out}/cache", keep_in_memory=False)
            found.to_parquet(f"{out}/{table}.parquet")
            count += found.num_rows
        return count

    return work


@_contestant
def duckdb_convert(corpus: str, out: str) -> Work:
    """COPY (read_ndjson) TO parquet, table by table, nothing checked."""
    import duckdb

    def work() -> int:
        database = duckdb.connect()
        for table in TABLES:
            database.execute(
                f"copy (from read_ndjson('{corpus}/{table}/*')) to '{out}/{table}.parquet' "
                "(format parquet, compression zstd)"
            )
        return _rows_in(out)

    return work


@_contestant
def polars_convert(corpus: str, out: str) -> Work:
    """scan_ndjson and sink_parquet, table by table, nothing checked."""
    import polars

    def work() -> int:
        for table in TABLES:
            found = polars.scan_ndjson(_files(corpus, table), infer_schema_length=10_000)
            found.sink_parquet(f"{out}/{table}.parquet", compression="zstd")
        return _rows_in(out)

    return work


def _rows_in(out: str) -> int:
    import pyarrow.parquet as pq

    return sum(pq.read_metadata(file).num_rows for file in Path(out).glob("*.parquet"))


@_contestant
def reading_alone(corpus: str) -> Work:
    """The bytes, read and let go; from memory where the system keeps them there."""

    def work() -> int:
        count = 0
        for table in TABLES:
            for file in _files(corpus, table):
                with file.open("rb") as stream:
                    while chunk := stream.read(1 << 20):
                        count += chunk.count(b"\n")
        return count

    return work


@_contestant
def orjson_alone(corpus: str) -> Work:
    """orjson.loads of every line, the values let go: what a validator of Python objects has to pay first."""
    import orjson

    def work() -> int:
        count = 0
        for _, line in _lines(corpus):
            orjson.loads(line)
            count += 1
        return count

    return work


@_contestant
def simdjson_alone(corpus: str) -> Work:
    """Simdjson on every line, nothing made Python of: about the fastest that a parser can be on one core."""
    import simdjson

    parser = simdjson.Parser()

    def work() -> int:
        count = 0
        for _, line in _lines(corpus):
            parser.parse(line)
            count += 1
        return count

    return work


@_contestant
def arrow_alone(corpus: str) -> Work:
    """pyarrow.json of every shard with the schema known, on all cores: parsing straight to columns."""
    import pyarrow.json as pj

    _import()
    from onrecord.corpus.fields import reading_schema

    def work() -> int:
        count = 0
        for table in TABLES:
            how = pj.ParseOptions(explicit_schema=reading_schema(table), unexpected_field_behavior="error")
            for file in _files(corpus, table):
                count += pj.read_json(file, pj.ReadOptions(block_size=1 << 20), how).num_rows
        return count

    return work


@_contestant
def arrow_to_parquet_alone(corpus: str, out: str) -> Work:
    """What a build cannot do without: pyarrow.json on all cores, Parquet and SHA-256, nothing checked."""
    import hashlib

    import pyarrow as pa
    import pyarrow.json as pj
    import pyarrow.parquet as pq

    from onrecord.corpus.building import PIECE_BYTES
    from onrecord.corpus.fields import reading_schema
    from onrecord.corpus.run import on_threads
    from onrecord.corpus.shards import Batches, Piece, find_shards, open_shard, pieces

    _import()

    def parsed(piece: Piece) -> list[tuple[bytes, pa.Table]]:
        how = pj.ParseOptions(explicit_schema=reading_schema(piece.shard.table))
        with open_shard(piece.shard) as stream:
            found = [batch.content for batch in iter(Batches(piece, stream).take, None)]
        whole = pj.ReadOptions(use_threads=False, block_size=2 * PIECE_BYTES)
        return [(content, pj.read_json(pa.BufferReader(content), whole, how)) for content in found]

    def work() -> int:
        count = 0
        digest = hashlib.sha256()
        for number, shard in enumerate(find_shards(corpus)):
            file = Path(out) / f"{number}.parquet"
            with pq.ParquetWriter(file, reading_schema(shard.table), compression="zstd") as writer:
                for part in on_threads(parsed, pieces(shard, PIECE_BYTES)):
                    for content, rows in part:
                        digest.update(content)
                        writer.write_table(rows)
                        count += rows.num_rows
        return count

    return work


@_contestant
def cluster_validate(corpus: str, workers: str) -> Work:
    """The validation of `onrecord_validate` on worker processes; they are started before the clock is."""
    return _on_cluster(int(workers), lambda mapper: _validated(corpus, mapper))


@_contestant
def cluster_build(corpus: str, out: str, workers: str) -> Work:
    """The build of `onrecord_build` on worker processes."""
    from onrecord import build

    def built(mapper: Any) -> int:
        return sum(build(corpus, Path(out) / "data", mapper=mapper).rows.values())

    return _on_cluster(int(workers), built)


def _validated(corpus: str, mapper: Any) -> int:
    from onrecord import validate

    run = validate(corpus, mapper=mapper)
    for finding in run:
        raise SystemExit(str(finding))
    return sum(run.summary.records.values())


def _on_cluster(workers: int, use: Callable[[Any], int]) -> Work:
    from onrecord.corpus.cluster import local_cluster

    opened = local_cluster(workers)
    mapper = opened.__enter__()
    # Every worker has imported what it needs before the clock starts.
    for _ in mapper(import_module, ["onrecord.corpus.building"] * 8 * workers):
        pass

    own = psutil.Process()
    parts = {"driver and scheduler": [own], "workers": own.children(recursive=True)}
    before = {name: _cpu_seconds(found) for name, found in parts.items()}

    def work() -> int:
        return use(mapper)

    def close() -> dict[str, float]:
        spent = {name: _cpu_seconds(found) - before[name] for name, found in parts.items()}
        opened.__exit__(None, None, None)
        return spent

    work.close = close  # type: ignore[attr-defined]  # Read by `main`.
    return work


def _cpu_seconds(processes: Sequence[psutil.Process]) -> float:
    return sum(sum(process.cpu_times()[:2]) for process in processes)


@_contestant
def score(data: str, predictions: str) -> Work:
    """The whole score: gold read, predictions read and checked, 9,999 resamples, the baseline beside it."""
    import onrecord

    import_module("scipy.stats")

    def work() -> int:
        return onrecord.score("verifiability", predictions, data).n

    return work


@_contestant
def resampling(data: str, predictions: str) -> Work:
    """The intervals of the score alone."""
    import onrecord
    from onrecord.scoring.intervals import intervals
    from onrecord.scoring.measures import metrics_of

    tally = onrecord.score("verifiability", predictions, data).tally
    metrics = metrics_of("labels", tally.columns)

    def work() -> int:
        intervals(tally.units, tally.columns, metrics)
        return len(tally.outcomes)

    return work


def main() -> int:
    """Run one contestant and print what it came to."""
    name, *arguments = sys.argv[1:]
    # Nothing that a library prints may stand before the result.
    with redirect_stdout(StringIO()):
        work = _CONTESTANTS[name](*arguments)
        start = time.perf_counter()
        records = work()
        seconds = time.perf_counter() - start
        spent: dict[str, float] = getattr(work, "close", dict)()
    told = {"records": records, "seconds": seconds}
    print(json.dumps({**told, "cpu": spent} if spent else told))
    return 0


if __name__ == "__main__":
    sys.exit(main())
