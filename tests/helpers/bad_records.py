"""The examples under tests/bad_records/, laid over the sample so that they can be validated."""

import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq

from onrecord.model.arrow import arrow_schema
from onrecord.model.digest import CONTENT_KEY
from tests.helpers.parquet import record_batch
from tests.helpers.sample import write_sample

EXAMPLES = Path(__file__).parents[1] / "bad_records"
ABSENT = ".absent"


def overlay(example: Path, records: Path) -> None:
    """Replace files of the sample by those of an example; `name.absent` removes a file or folder."""
    for path in sorted(example.rglob("*")):
        target = records / path.relative_to(example)
        if path.is_dir():
            if target.is_file():
                target.unlink()
            target.mkdir(exist_ok=True)
        elif path.suffix == ABSENT:
            removed = target.with_suffix("")
            shutil.rmtree(removed) if removed.is_dir() else removed.unlink()
        else:
            shutil.copyfile(path, target)


def write_tables(example: Path, data: Path) -> None:
    """Write the built rows of an example as Parquet; `table.sha256` holds the digest for the footer."""
    data.mkdir()
    for path in sorted(example.glob("*.jsonl")):
        schema = arrow_schema(path.stem)
        rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
        digest = path.with_suffix(".sha256")
        with pq.ParquetWriter(data / f"{path.stem}.parquet", schema) as writer:
            writer.write_batch(record_batch(rows, schema))
            if digest.exists():
                writer.add_key_value_metadata({CONTENT_KEY: digest.read_text(encoding="utf-8").strip()})


def lay_out(example: Path, folder: Path) -> Path:
    """An example, ready to be validated: the sample with the example's files, or tables of its rows."""
    if (example / "data").is_dir():
        write_tables(example / "data", folder / "data")
        return folder / "data"
    records = write_sample(folder / "repo")
    overlay(example, records)
    return records
