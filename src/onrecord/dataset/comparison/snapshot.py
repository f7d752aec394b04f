"""One edition of the dataset, read from where it lies: a checkout, a wheel, a folder of tables or records.

Owns what a path may be and the reading of everything that two editions are compared by. The comparison is
`diff`'s.
"""

import json
import math
import tempfile
import zipfile
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from os import PathLike, fspath
from pathlib import Path
from typing import Any

from onrecord.exceptions import UnusableEdition
from onrecord.model.digest import DATASET_KEY, VERSION_KEY
from onrecord.reading import layouts as layout
from onrecord.reading.files import display, entries, reason

Row = Mapping[str, Any]
Schema = Mapping[str, Any]

_IN_WHEEL = "onrecord/_dataset/"
_PARQUET = ".parquet"
_SCHEMA_SUFFIX = ".schema.json"
_BROKEN_ARCHIVE = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError)


@dataclass(frozen=True, slots=True)
class Content:
    """The rows of a table as plain JSON values, and its columns with their types ("" where nothing says)."""

    columns: Mapping[str, str]
    rows: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Edition:
    """What two editions are compared by; `built` or `authored` is None where the edition has no such part."""

    path: str
    version: str | None
    sha256: str | None
    """Digest of the whole, as the footers of the tables state it."""
    built: Mapping[str, Content] | None
    """The tables of data/, by name."""
    authored: Mapping[str, Content] | None
    """The tables of records/, by name, without the fields that a build derives."""
    schemas: Mapping[str, Schema]
    """The JSON Schemas beside them, by table."""


def read_edition(path: str | PathLike[str]) -> Edition:
    """Read a checkout, a wheel (.whl, not installed), a folder of built tables, or a records folder.

    Raises UnusableEdition where it is none of these, or where any of its files cannot be read.
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
    what = "neither a folder nor a wheel" if given.exists() else "there is no such file or folder"
    raise UnusableEdition(f"{shown}: {what}")


def _read_wheel(wheel: Path, shown: str) -> Edition:
    with tempfile.TemporaryDirectory() as folder, zipfile.ZipFile(wheel) as archive:
        members = [name for name in archive.namelist() if name.startswith(_IN_WHEEL)]
        if not members:
            raise UnusableEdition(f"{shown}: a wheel without {_IN_WHEEL}, so it is none of OnRecord")
        archive.extractall(folder, members)
        try:
            return _read_folder(Path(folder) / _IN_WHEEL, shown)
        except UnusableEdition as error:
            # A path inside the folder says nothing once the folder is gone.
            raise UnusableEdition(str(error).replace(f"{display(Path(folder))}/", f"{shown}: ")) from error


def _read_folder(folder: Path, shown: str) -> Edition:
    if (folder / layout.SPEAKERS_FILE).is_file():
        return Edition(shown, None, None, None, _read_records(folder), {})
    if any(_shards(folder)):
        built, footer = _read_tables(folder)
        return _edition(shown, built, footer, None, {})
    has_tables = any(_shards(folder / "data"))
    has_records = (folder / "records" / layout.SPEAKERS_FILE).is_file()
    if not (has_tables or has_records):
        raise UnusableEdition(
            f"{shown}: no edition of the dataset: it has neither data/ with Parquet tables nor records/ with "
            f"{layout.SPEAKERS_FILE}, nor is it one of the two"
        )
    authored = _read_records(folder / "records") if has_records else None
    schemas = _read_schemas(folder / "schema")
    if not has_tables:
        return _edition(shown, None, {}, authored, schemas)
    built, footer = _read_tables(folder / "data")
    return _edition(shown, built, footer, authored, schemas)


def _edition(
    shown: str,
    built: Mapping[str, Content] | None,
    footer: Mapping[str, str],
    authored: Mapping[str, Content] | None,
    schemas: Mapping[str, Schema],
) -> Edition:
    return Edition(shown, footer.get(VERSION_KEY), footer.get(DATASET_KEY), built, authored, schemas)


def _shards(folder: Path) -> Iterator[tuple[str, Path]]:
    """The Parquet files of a folder of tables, each with its table: <table>/*.parquet or <table>.parquet."""
    for entry in entries(folder) if folder.is_dir() else ():
        if entry.suffix == _PARQUET and entry.is_file():
            yield entry.stem, entry
        elif entry.is_dir():
            yield from ((entry.name, shard) for shard in entries(entry) if shard.suffix == _PARQUET)


def _read_tables(folder: Path) -> tuple[Mapping[str, Content], Mapping[str, str]]:
    """Every table of a folder, and the footer of the first; shards of a table are read as one."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    columns: dict[str, Mapping[str, str]] = {}
    rows: dict[str, list[Row]] = {}
    footer: dict[str, str] = {}
    faults = []
    for table, shard in _shards(folder):
        try:
            with pq.ParquetFile(shard) as file:
                found = {field.name: str(field.type) for field in file.schema_arrow}
                pairs = file.metadata.metadata or {}
                rows.setdefault(table, []).extend(map(_plain, file.read().to_pylist()))
        except (pa.ArrowException, OSError, ValueError, OverflowError) as error:
            faults.append(f"{display(shard)}: not readable as Parquet: {_reason(error)}")
            continue
        if columns.setdefault(table, found) != found:
            faults.append(f"{display(shard)}: its columns are not those of the other shards of {table}")
        footer = footer or {_text(key): _text(value) for key, value in pairs.items()}
    if faults:
        raise UnusableEdition("\n".join(faults))
    return {table: Content(columns[table], rows[table]) for table in columns}, footer


def _read_records(folder: Path) -> Mapping[str, Content]:
    """Every table of a records folder; only what cannot be read is refused, all else is for `validate`."""
    rows: dict[str, list[Row]] = {"speakers": []}
    faults = []
    files = [layout.speakers(folder)]
    for document in layout.documents(folder):
        tables = (*layout.DOCUMENT_FILES.values(), "annotations")
        files += [document.records(table) for table in tables]
    for file in files:
        for record in file:
            faults += [
                f"{found.file}{f':{found.line}' if found.line else ''}: {found.message}"
                for found in record.findings
            ]
            rows.setdefault(record.table, []).append(record.value)
    if faults:
        raise UnusableEdition("\n".join(faults))
    return {table: Content(_fields(found), found) for table, found in rows.items()}


def _fields(rows: Sequence[Row]) -> Mapping[str, str]:
    """Every field that some row has; authored records do not say its type."""
    return dict.fromkeys((name for row in rows for name in row), "")


def _read_schemas(folder: Path) -> Mapping[str, Schema]:
    schemas: dict[str, Schema] = {}
    for file in entries(folder) if folder.is_dir() else ():
        if file.name.endswith(_SCHEMA_SUFFIX):
            try:
                schemas[file.name.removesuffix(_SCHEMA_SUFFIX)] = json.loads(file.read_bytes())
            except ValueError as error:
                raise UnusableEdition(f"{display(file)}: not readable as JSON: {error}") from error
    return schemas


def _plain(value: Any) -> Any:
    """The value as JSON has it: dates as ISO strings, and all that JSON lacks as text."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    if isinstance(value, date):
        return value.isoformat()
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
