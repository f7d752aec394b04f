"""One snapshot of the dataset, read from a checkout, a wheel, a folder of tables or a folder of records.

Reads everything that two snapshots are compared by; `diff` compares them.
"""

import json
import math
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onrecord.dataset.json_values import iso_date
from onrecord.exceptions import UnusableEdition
from onrecord.model.arrow import arrow_schema, is_compatible
from onrecord.model.digest import DATASET_KEY, VERSION_KEY
from onrecord.model.table_files import PARQUET
from onrecord.model.tables import SCHEMA_SUFFIX, TABLES
from onrecord.reading import layouts as layout
from onrecord.reading.about import read_dataset_file
from onrecord.reading.files import NOWHERE, display, entries, reason

if TYPE_CHECKING:
    import pyarrow as pa

Row = Mapping[str, Any]
Schema = Mapping[str, Any]

_IN_WHEEL = "onrecord/_dataset/"
_BROKEN_ARCHIVE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Content:
    """The rows of a table as plain JSON values, and its columns with their types ("" if unknown)."""

    columns: Mapping[str, str]
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Snapshot:
    """What two snapshots are compared by; `built` or `authored` is None if the snapshot has no such part."""

    path: str
    version: str | None
    sha256: str | None
    """Digest of the whole, as the footers of the tables state it."""
    built: Mapping[str, Content] | None
    """The tables of data/, by name."""
    authored: Mapping[str, Content] | None
    """The tables of records/, by name, without the fields that a build derives."""
    schemas: Mapping[str, Schema]
    """The JSON Schemas of the snapshot, by table."""


def read_snapshot(path: str | PathLike[str]) -> Snapshot:
    """Read a checkout, a wheel (.whl, not installed), a folder of built tables, or a records folder.

    Raises UnusableEdition, with one line per error, if it is none of these or a file of it cannot be read.
    """
    given = Path(fspath(path))
    shown = display(given)
    try:
        if given.is_dir():
            return _read_folder(given, shown)
        if given.suffix == ".whl" and given.is_file():
            return _read_wheel(given, shown)
    except (OSError, *_BROKEN_ARCHIVE) as error:
        raise UnusableEdition(f"{shown}: {_reason(error)}") from error
    what = (
        "neither a folder nor a wheel (expected a checkout, a wheel, a folder of tables or of records)"
        if given.exists()
        else NOWHERE
    )
    raise UnusableEdition(f"{shown}: {what}")


def _read_wheel(wheel: Path, shown: str) -> Snapshot:
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(wheel) as archive:
        members = [name for name in archive.namelist() if name.startswith(_IN_WHEEL)]
        if not members:
            raise UnusableEdition(f"{shown}: the wheel has no {_IN_WHEEL} (expected a wheel of OnRecord)")
        archive.extractall(folder, members)
        try:
            return _read_folder(Path(folder) / _IN_WHEEL, shown)
        except UnusableEdition as error:
            # A path into the temporary folder means nothing once that is deleted.
            raise UnusableEdition(str(error).replace(f"{display(Path(folder))}/", f"{shown}: ")) from error


def _read_folder(folder: Path, shown: str) -> Snapshot:
    if (folder / layout.SPEAKERS_FILE).is_file():
        return Snapshot(shown, _version_of(folder), None, None, _read_records(folder), {})
    if any(_shards(folder)):
        built, footer = _read_tables(folder)
        return _snapshot(shown, built, footer, None, {})
    has_tables = any(_shards(folder / "data"))
    has_records = (folder / "records" / layout.SPEAKERS_FILE).is_file()
    if not (has_tables or has_records):
        raise UnusableEdition(
            f"{shown}: not a snapshot of the dataset (expected data/ with Parquet tables, records/ with "
            f"{layout.SPEAKERS_FILE}, or one of these two folders)"
        )
    authored = _read_records(folder / "records") if has_records else None
    schemas = _read_schemas(folder / "schema")
    if not has_tables:
        return _snapshot(shown, None, {}, authored, schemas)
    built, footer = _read_tables(folder / "data")
    return _snapshot(shown, built, footer, authored, schemas)


def _snapshot(
    shown: str,
    built: Mapping[str, Content] | None,
    footer: Mapping[str, str],
    authored: Mapping[str, Content] | None,
    schemas: Mapping[str, Schema],
) -> Snapshot:
    return Snapshot(shown, footer.get(VERSION_KEY), footer.get(DATASET_KEY), built, authored, schemas)


def _shards(folder: Path) -> Iterator[tuple[str, Path]]:
    """The Parquet files of a folder of tables, each with its table: <table>/*.parquet or <table>.parquet."""
    for entry in entries(folder) if folder.is_dir() else ():
        if entry.suffix == PARQUET and entry.is_file():
            yield entry.stem, entry
        elif entry.is_dir():
            yield from ((entry.name, shard) for shard in entries(entry) if shard.suffix == PARQUET)


def _read_tables(folder: Path) -> tuple[Mapping[str, Content], Mapping[str, str]]:
    """Every table of a folder, and the footer of the first; shards of a table are read as one."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns: dict[str, Mapping[str, str]] = {}
    rows: dict[str, list[Row]] = {}
    footer: dict[str, str] = {}
    errors = []
    for table, shard in _shards(folder):
        try:
            with pq.ParquetFile(shard) as file:
                found = {field.name: _type_name(field, table) for field in file.schema_arrow}
                pairs = file.metadata.metadata or {}
                rows.setdefault(table, []).extend(map(_as_json, file.read().to_pylist()))
        except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
            errors.append(f"{display(shard)}: not readable as Parquet: {_reason(error)}")
            continue
        if columns.setdefault(table, found) != found:
            errors.append(f"{display(shard)}: its columns differ from those of the other shards of {table}")
        footer = footer or {_text(key): _text(value) for key, value in pairs.items()}
    if errors:
        raise UnusableEdition("\n".join(errors))
    if "speakers" in rows:
        # Each split has the speakers that it names.
        rows["speakers"] = list({json.dumps(row): row for row in rows["speakers"]}.values())
    return {table: Content(columns[table], rows[table]) for table in columns}, footer


def _type_name(found: "pa.Field", table: str) -> str:
    """The name of a column's type; types that hold the same values as the declared one have its name."""
    declared = arrow_schema(table) if table in TABLES else ()
    wanted = next((field.type for field in declared if field.name == found.name), found.type)
    return str(wanted if is_compatible(found.type, wanted) else found.type)


def _read_records(folder: Path) -> Mapping[str, Content]:
    """Every table of a records folder; only unreadable lines are errors, `validate` finds all others."""
    rows: dict[str, list[Row]] = {"speakers": []}
    errors = []
    files = [layout.speakers(folder), layout.contrasts(folder)]
    for document in layout.documents(folder):
        tables = (*layout.DOCUMENT_FILES.values(), "annotations")
        files += [document.records(table) for table in tables]
    for file in files:
        for record in file:
            errors += [
                f"{found.file}{f':{found.line}' if found.line else ''}: {found.message}"
                for found in record.findings
            ]
            rows.setdefault(record.table, []).append(record.value)
    if errors:
        raise UnusableEdition("\n".join(errors))
    return {table: Content(_fields(found), found) for table, found in rows.items()}


def _version_of(records: Path) -> str | None:
    """The version that dataset.json states, if it states one."""
    located = read_dataset_file(records)
    version = located.value.get("version") if located else None
    return version if isinstance(version, str) else None


def _fields(rows: Sequence[Row]) -> Mapping[str, str]:
    """Every field of any row; authored records have no types."""
    return dict.fromkeys((name for row in rows for name in row), "")


def _read_schemas(folder: Path) -> Mapping[str, Schema]:
    schemas: dict[str, Schema] = {}
    for file in entries(folder) if folder.is_dir() else ():
        if file.name.endswith(SCHEMA_SUFFIX):
            try:
                schemas[file.name.removesuffix(SCHEMA_SUFFIX)] = json.loads(file.read_bytes())
            except ValueError as error:
                raise UnusableEdition(f"{display(file)}: not readable as JSON: {error}") from error
    return schemas


def _as_json(value: Any) -> Any:
    """The value as JSON has it: dates as ISO strings, and everything else that JSON lacks as text."""
    if isinstance(value, dict):
        return {key: _as_json(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_as_json(inner) for inner in value]
    value = iso_date(value)
    is_json = (
        value is None or isinstance(value, str | int) or (isinstance(value, float) and math.isfinite(value))
    )
    return value if is_json else str(value)


def _text(raw: bytes) -> str:
    return raw.decode(errors="replace")


def _reason(error: Exception) -> str:
    if isinstance(error, OSError):
        return reason(error)
    return str(error).partition("\n")[0] or type(error).__name__
