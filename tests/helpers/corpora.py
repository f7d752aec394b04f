"""Corpora of several small documents: the sample's records, renamed."""

import json
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa

from tests.helpers import sample

Record = dict[str, Any]
Tables = dict[str, list[Any]]
"""The lines of each table: records, or bytes that stand in the place of one."""

DOCUMENTS = 3


def tables(documents: int = DOCUMENTS) -> Tables:
    """The records of a valid corpus. Only the last document has a withdrawn claim."""
    found: Tables = {
        name: [] for name in ("claims", "segments", "documents", "relations", "annotations", "speakers")
    }
    for number in range(documents):
        own = {
            "claims": sample.claims(),
            "segments": sample.segments(),
            "documents": [sample.document()],
            "relations": sample.relations(),
            "annotations": [
                {**row, "annotator_id": name}
                for name in ("annotator-1", "annotator-2")
                for row in sample.annotations()
            ],
        }
        for table, rows in own.items():
            found[table] += _renamed(rows, number, is_last=number == documents - 1)
    found["speakers"] = sample.speakers()
    found["contrasts"] = sample.contrasts()
    return found


def document_id(number: int) -> str:
    return f"paper-{number}"


def write(found: Mapping[str, Iterable[Any]], folder: Path, shards: int = 2, compression: str = "") -> Path:
    """The tables as a corpus folder, each cut into so many shards, or one per line."""
    for table, rows in found.items():
        lines = [row if isinstance(row, bytes) else json.dumps(row).encode() for row in rows]
        count = max(min(shards, len(lines)), 1)
        cuts = [len(lines) * shard // count for shard in range(count + 1)]
        for shard in range(count):
            content = b"".join(line + b"\n" for line in lines[cuts[shard] : cuts[shard + 1]])
            write_shard(folder / table / f"part-{shard:05d}.jsonl", content, compression)
    (folder / "dataset.json").write_text(json.dumps(sample.dataset()) + "\n", encoding="utf-8")
    return folder


def write_shard(path: Path, content: bytes, compression: str = "") -> None:
    """One shard; `compression` is "gzip", "zstd" or nothing."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if not compression:
        path.write_bytes(content)
        return
    packed = path.with_name(path.name + {"gzip": ".gz", "zstd": ".zst"}[compression])
    with pa.output_stream(str(packed), compression=compression) as stream:
        stream.write(content)


def as_corpus(records: Path, folder: Path) -> Path:
    """A records folder as a corpus, byte for byte where that is possible: a shard per file."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in sorted(records.rglob("*.json*")):
        if path.name == "dataset.json":
            shutil.copy(path, folder)
            continue
        *_, parent = path.relative_to(records).parts[:-1] or ("",)
        if parent in ("extraction", "labelling", "raw") or path.stem == "adjudications":
            continue
        table = {"document": "documents"}.get(path.stem, parent if parent == "annotations" else path.stem)
        content = path.read_bytes()
        if path.suffix == ".json":
            content = json.dumps(json.loads(content)).encode() + b"\n"
        name = "-".join(path.relative_to(records).with_suffix(".jsonl").parts)
        write_shard(folder / table / name, content)
    return folder


def _renamed(rows: list[Record], number: int, *, is_last: bool) -> list[Record]:
    text = json.dumps(rows).replace(sample.DOCUMENT_ID, document_id(number))
    if not is_last:
        # The sample's fourth claim is withdrawn; here the numbers run on.
        withdrawn, last = (f"{document_id(number)}-c00{digit}" for digit in (4, 5))
        text = text.replace(last, withdrawn)
    renamed: list[Record] = json.loads(text)
    return (
        renamed if is_last else [{**row, "withdrawn": []} if "withdrawn" in row else row for row in renamed]
    )
