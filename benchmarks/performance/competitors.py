"""The work of other programs, each on the files that it reads."""

import json
import shutil
import subprocess
import sysconfig
import tempfile
from pathlib import Path

from benchmarks.corpus.shards import TABLES
from benchmarks.performance.registry import Work, case, files, records
from onrecord.model.tables import authored_schema


@case
def jsonschema_loop(folder: str) -> Work:
    """json.loads and iter_errors, record by record, with the date format checked."""
    from onrecord.model.validators import authored_validator

    validators = {table: authored_validator(table) for table in TABLES}

    def work() -> int:
        count = 0
        for table, record in records(folder):
            count += 1
            for error in validators[table].iter_errors(json.loads(record)):
                raise SystemExit(error.message)
        return count

    return work


@case
def fastjsonschema_loop(folder: str) -> Work:
    """The same, compiled; it knows drafts up to 7, where a `$ref` hides the keywords next to it."""
    import fastjsonschema

    validators = {}
    for table in TABLES:
        schema = json.loads(json.dumps(authored_schema(table)))
        schema["$schema"] = "http://json-schema.org/draft-07/schema#"
        del schema["$id"]
        validators[table] = fastjsonschema.compile(schema)

    def work() -> int:
        count = 0
        for table, record in records(folder):
            count += 1
            validators[table](json.loads(record))
        return count

    return work


@case
def check_jsonschema(corpus: str) -> Work:
    """The command, on one file per table that holds a list, because it does not read JSON Lines."""
    program = str(Path(sysconfig.get_path("scripts")) / "check-jsonschema")
    folder = Path(tempfile.mkdtemp(prefix="onrecord-benchmark-"))
    count = 0
    for table in TABLES:
        rows = [json.loads(line) for file in files(corpus, table) for line in file.open("rb")]
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


@case
def datasets_convert(corpus: str, out: str) -> Work:
    """Dataset.from_json and to_parquet, table by table, nothing checked; it chooses the compression."""
    import datasets

    datasets.disable_progress_bars()

    def work() -> int:
        count = 0
        for table in TABLES:
            shards = [str(file) for file in files(corpus, table)]
            found = datasets.Dataset.from_json(shards, cache_dir=f"{out}/cache", keep_in_memory=False)
            found.to_parquet(f"{out}/{table}.parquet")
            count += found.num_rows
        return count

    return work


@case
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


@case
def polars_convert(corpus: str, out: str) -> Work:
    """scan_ndjson and sink_parquet, table by table, nothing checked."""
    import polars

    def work() -> int:
        for table in TABLES:
            found = polars.scan_ndjson(files(corpus, table), infer_schema_length=10_000)
            found.sink_parquet(f"{out}/{table}.parquet", compression="zstd")
        return _rows_in(out)

    return work


def _rows_in(out: str) -> int:
    import pyarrow.parquet as pq

    return sum(pq.read_metadata(file).num_rows for file in Path(out).glob("*.parquet"))
