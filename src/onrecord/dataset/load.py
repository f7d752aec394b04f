"""The built tables, read back: as a `datasets.Dataset` or as plain dicts.

Owns where the Parquet files are and how they are read. What is in them is decided in `schemas` and `build`.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onrecord.model.paths import home
from onrecord.model.table_files import SPLIT, Folder, table_files

if TYPE_CHECKING:
    import pyarrow as pa
    from datasets import Dataset

Row = dict[str, Any]
__all__ = ["Folder", "Row", "iter_fields", "iter_rows", "iter_values", "load", "path", "rows", "table_files"]

_FEW = 4
"""A value that comes up so often, on average, is worth the search for those that are alike."""


def path() -> str:
    """The dataset's folder, absolute and as a string, as `datasets.load_dataset` takes it."""
    return str(home())


def load(table: str = "claims", data: Folder | None = None) -> "Dataset":
    """A table as a `datasets.Dataset`, held in memory.

    The files are read afresh on every call and no cache is written: `load_dataset` keys its cache on the
    card alone and can return rows that are no longer there. `data` is a folder of built tables, by default
    the dataset's own. Raises ValueError for an unknown table and FileNotFoundError where it was never built.
    """
    import datasets

    return datasets.Dataset(_read_table(table, data), split=datasets.Split(SPLIT))


def rows(table: str = "claims", data: Folder | None = None) -> list[Row]:
    """A table as a list of dicts, dates as `datetime.date`: the values that `load` gives, without `datasets`.

    `data` is a folder of built tables, by default the dataset's own. Raises ValueError for an unknown table
    and FileNotFoundError where it was never built.
    """
    plain: list[Row] = _read_table(table, data).to_pylist()
    return plain


def iter_rows(table: str = "claims", data: Folder | None = None) -> Iterator[Row]:
    """Like `rows`, but one after another, with no more than a batch of them in memory."""
    return _rows_of(table_files(table, data))


def iter_fields(table: str, fields: Sequence[str], data: Folder | None = None) -> Iterator[Row]:
    """Like `iter_rows`, but with these fields of each row only, which takes less time the fewer they are."""
    return _rows_of(table_files(table, data), list(fields))


def iter_values(table: str, fields: Sequence[str], data: Folder | None = None) -> Iterator[tuple[Any, ...]]:
    """The values of these fields in that order, row by row: less to make than a dict for each row."""
    for columns in _columns_of(table_files(table, data), list(fields)):
        yield from zip(*(_values(columns[name]) for name in fields), strict=True)


def _read_table(table: str, data: Folder | None) -> "pa.Table":
    import pyarrow as pa

    return pa.concat_tables([_read_file(shard) for shard in table_files(table, data)])


def _read_file(shard: Path) -> "pa.Table":
    import pyarrow.parquet as pq

    # `pq.read_table` would import pandas on the way.
    with pq.ParquetFile(shard) as file:
        return file.read()


def _rows_of(shards: list[Path], fields: list[str] | None = None) -> Iterator[Row]:
    for columns in _columns_of(shards, fields):
        for values in zip(*map(_values, columns.values()), strict=True):
            yield dict(zip(columns, values, strict=True))


def _columns_of(shards: list[Path], fields: list[str] | None) -> Iterator[dict[str, "pa.Array"]]:
    import pyarrow.parquet as pq

    for shard in shards:
        with pq.ParquetFile(shard) as file:
            for batch in file.iter_batches(columns=fields):
                yield dict(zip(batch.schema.names, batch.columns, strict=True))


def _values(column: "pa.Array") -> list[Any]:
    """What `to_pylist` gives, each different value made only once where few of them stand for many."""
    import pyarrow as pa

    if not column.null_count and (pa.types.is_string(column.type) or pa.types.is_date(column.type)):
        encoded = column.dictionary_encode()
        if _FEW * len(encoded.dictionary) <= len(column):
            known = encoded.dictionary.to_pylist()
            # To make NumPy's numbers of the codes would import pandas on the way.
            codes = memoryview(encoded.indices.buffers()[1]).cast("i")[: len(column)]
            return [known[code] for code in codes]
    plain: list[Any] = column.to_pylist()
    return plain
