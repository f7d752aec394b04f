"""What the same bytes cost before anything is checked: reading, parsing, writing, each alone."""

from pathlib import Path

from benchmarks.performance.registry import Work, contestant, files, lines, load
from onrecord.model.tables import TABLES


@contestant
def reading_alone(corpus: str) -> Work:
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


@contestant
def orjson_alone(corpus: str) -> Work:
    """orjson.loads of every line, the values let go: what a validator of Python objects has to pay first."""
    import orjson

    def work() -> int:
        count = 0
        for _, line in lines(corpus):
            orjson.loads(line)
            count += 1
        return count

    return work


@contestant
def simdjson_alone(corpus: str) -> Work:
    """Simdjson on every line, nothing made Python of: about the fastest that a parser can be on one core."""
    import simdjson

    parser = simdjson.Parser()

    def work() -> int:
        count = 0
        for _, line in lines(corpus):
            parser.parse(line)
            count += 1
        return count

    return work


@contestant
def arrow_alone(corpus: str) -> Work:
    """pyarrow.json of every shard with the schema known, on all cores: parsing straight to columns."""
    import pyarrow.json as pj

    load()
    from onrecord.corpus.fields import reading_schema

    def work() -> int:
        count = 0
        for table in TABLES:
            how = pj.ParseOptions(explicit_schema=reading_schema(table), unexpected_field_behavior="error")
            for file in files(corpus, table):
                count += pj.read_json(file, pj.ReadOptions(block_size=1 << 20), how).num_rows
        return count

    return work


@contestant
def arrow_to_parquet_alone(corpus: str, out: str) -> Work:
    """What a build cannot do without: pyarrow.json on all cores, Parquet and SHA-256, nothing checked."""
    import hashlib

    import pyarrow as pa
    import pyarrow.json as pj
    import pyarrow.parquet as pq

    from onrecord.corpus.fields import reading_schema
    from onrecord.corpus.run import on_threads
    from onrecord.corpus.shards import PIECE_BYTES, Batches, Piece, find_shards, open_shard, pieces

    load()

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
                for part in on_threads(parsed, pieces(shard)):
                    for content, rows in part:
                        digest.update(content)
                        writer.write_table(rows)
                        count += rows.num_rows
        return count

    return work
