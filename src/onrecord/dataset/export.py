"""Built tables back to authored records: the records folder that a build would make these tables from.

Derived fields are left out. What tables do not hold is not given back: adjudications, who the annotators are,
their own lists, and the texts of articles.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from itertools import groupby
from pathlib import Path
from typing import Any

from onrecord.dataset.folders import new_folder
from onrecord.exceptions import UnusableInputError
from onrecord.model.annotations import as_written
from onrecord.model.digest import read_identity
from onrecord.model.findings import Finding
from onrecord.model.tables import DATASET, SPLITS, TABLES, read_only_fields
from onrecord.model.validators import fast_authored_validator
from onrecord.reading.about import DATASET_FILE
from onrecord.reading.batches import Part
from onrecord.reading.file_rules import CONTENT_HASH_MISMATCH
from onrecord.reading.files import display
from onrecord.reading.layouts import ANNOTATOR_FOLDERS, CONTRASTS_FILE, DOCUMENT_FILES, SPEAKERS_FILE
from onrecord.rules.document import owner_of
from onrecord.validation.inputs import Files, open_folder
from onrecord.validation.scan import scan

Record = dict[str, Any]
_FILES: Mapping[str, str] = {table: name for name, table in DOCUMENT_FILES.items()}
_ROWS = 32_768
"""Rows that are held in memory together."""

_LEVEL = 2
"""Rows are checked one by one, because a row becomes a file that is named after it."""


@dataclass(frozen=True, slots=True)
class Exported:
    """What was written: the folder, and the records of each table; notes say what tables do not hold."""

    out: Path
    records: Mapping[str, int]
    notes: tuple[str, ...]


def export_records(tables: str | Path, out: str | Path) -> Exported:
    """Write the records folder `out` from a folder of built tables, Parquet of a build or of another program.

    A table is a folder of Parquet files or one file, such as claims.parquet. Files, order and form are those
    of records that are written by hand. `out` must be empty or absent; it is written whole or not at all.
    Raises UnusableInputError where there are no tables or a row is not valid, OutputRefused and OSError.
    """
    target = Path(out)
    source = open_folder(tables)
    if not isinstance(source, Files) or any(part.form != "rows" for part in source.parts):
        raise UnusableInputError(
            f"{display(tables)}: not a folder of built tables (expected Parquet files per table)"
        )
    with new_folder(target) as staged:
        notes = list(_write_dataset(Path(tables), staged))
        counts = dict.fromkeys(TABLES, 0)
        speakers: set[str] = set()
        for part in sorted(source.parts, key=_split_order):
            counts[part.table] += _write_part(part, staged, speakers)
        for folder in (path for path in staged.iterdir() if path.is_dir()):
            # A document without relations has the file all the same.
            (folder / _FILES["relations"]).touch()
    if counts["annotations"]:
        notes.append(
            "tables hold no adjudications, no errata, no lists of annotators and not who the annotators are: "
            "take these files from the records that the tables were built from"
        )
    return Exported(target, counts, tuple(notes))


def _write_dataset(tables: Path, out: Path) -> Iterator[str]:
    record = None
    # Footers that other programs wrote say nothing about the dataset.
    with suppress(FileNotFoundError, ValueError):
        record = read_identity(tables).about.as_record()
    if record is not None and fast_authored_validator(DATASET).is_valid(record):
        _append(out / DATASET_FILE, json.dumps(record, ensure_ascii=False, indent=2) + "\n")
    else:
        yield f"the tables do not say what the dataset is called, so there is no {DATASET_FILE}"


def _split_order(part: Part) -> int:
    """The place of a file's split among all splits; files of other programs come first."""
    named = Path(part.path).name.partition("-")[0]
    return SPLITS.index(named) if named in SPLITS else -1


def _write_part(part: Part, out: Path, speakers: set[str]) -> int:
    """Write the records of one file of a table; the value is their number.

    A speaker is in every split that names them, and is written once: `speakers` holds those that are.
    """
    from onrecord.validation.scan_parquet import check_file

    # Rows that were edited after the build are what this is for.
    _refuse([found for found in check_file(part).findings if found.rule != CONTENT_HASH_MISMATCH.id])
    hidden = read_only_fields(part.table)
    count = 0
    for some in _row_ranges(part):
        batch = scan(some, _LEVEL)
        _refuse([found for one in batch.rejected for found in one.findings])
        rows = map(as_written, batch.rows) if part.table == "annotations" else iter(batch.rows)
        records = [{key: value for key, value in row.items() if key not in hidden} for row in rows]
        if part.table == "speakers":
            records = [record for record in records if record["speaker_id"] not in speakers]
            speakers.update(record["speaker_id"] for record in records)
        for place, group in groupby(records, key=partial(_place, part.table)):
            own = list(group)
            if part.table == "documents" and (len(own) > 1 or (out / place).exists()):
                raise UnusableInputError(f"{part.file}: {own[0]['document_id']} is given more than once")
            _append(out / place, _text(part.table, own))
        count += len(records)
    return count


def _row_ranges(part: Part) -> Iterator[Part]:
    """Ranges of the rows of a file, so that memory does not grow with their number."""
    import pyarrow.parquet as pq

    total = pq.read_metadata(part.path).num_rows
    for start in range(0, total, _ROWS):
        yield part._replace(start=start, end=min(start + _ROWS, total), line=start + 1)


def _refuse(findings: Sequence[Finding]) -> None:
    """Raise UnusableInputError with the first of the findings."""
    if findings:
        first = findings[0]
        place = f"{first.file}{f':{first.line}' if first.line else ''}"
        raise UnusableInputError(f"{place}: {first.as_sentence()}; `onrecord validate` lists all findings")


def _place(table: str, record: Record) -> str:
    """The file that a record is written in, relative to the records folder."""
    if table == "speakers":
        return SPEAKERS_FILE
    if table == "contrasts":
        return CONTRASTS_FILE
    if table == "annotations":
        [folder] = [name for name, of in ANNOTATOR_FOLDERS.items() if of == table]
        return f"{owner_of(record['claim_id'])}/{folder}/{record['annotator_id']}.jsonl"
    document = record["document_id"] if "document_id" in record else owner_of(record["source_id"])
    return f"{document}/{_FILES[table]}"


def _text(table: str, records: list[Record]) -> str:
    if table == "documents":
        return "".join(json.dumps(record, ensure_ascii=False, indent=2) + "\n" for record in records)
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


def _append(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("a", encoding="utf-8", newline="\n") as stream:
        stream.write(text)
