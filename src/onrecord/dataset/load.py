"""The built tables, read back: as a `datasets.Dataset` or as plain dicts.

Where the Parquet files are and how they are read is decided here; what is in them, by the schemas and the
build.
"""

import warnings
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, overload

from onrecord.building.readme import stale_configs
from onrecord.extras import extra
from onrecord.model.arrow import arrow_schema, as_declared, is_compatible
from onrecord.model.digest import read_identity
from onrecord.model.paths import home
from onrecord.model.table_files import SPLIT, Folder, table_files

if TYPE_CHECKING:
    import pyarrow as pa
    from datasets import Dataset

    from onrecord.row_types import Annotation, Claim, Contrast, Document, Relation, Segment, Speaker

Row = dict[str, Any]
__all__ = ["Folder", "Row", "iter_fields", "iter_rows", "iter_values", "load", "path", "rows", "table_files"]

_FEW = 4
"""If values repeat at least this often on average, each distinct value is converted once."""


def path() -> str:
    """The dataset's folder, absolute and as a string, as `datasets.load_dataset` takes it."""
    return str(home())


def load(table: str = "claims", data: Folder | None = None, *, split: str = SPLIT) -> "Dataset":
    """A table as a `datasets.Dataset`, held in memory: the rows of one split.

    The files are read again on every call and no cache is written: `load_dataset` keys its cache on the card
    alone and can return rows that no longer exist. So there is a warning if the card next to the tables
    states another content than they have, as after a build that was interrupted. `data` is a folder of built
    tables, by default the dataset's own. Raises ValueError for an unknown table or split and
    FileNotFoundError if it was never built.
    """
    with extra("datasets", "loading as a Dataset"):
        import datasets

    _warn_of_stale_card(Path(data or home() / "data"))
    return datasets.Dataset(_read_table(table, data, split), split=datasets.Split(split))


@overload
def rows(
    table: Literal["claims"] = "claims", data: Folder | None = None, *, split: str | None = SPLIT
) -> "list[Claim]": ...
@overload
def rows(
    table: Literal["segments"], data: Folder | None = None, *, split: str | None = SPLIT
) -> "list[Segment]": ...
@overload
def rows(
    table: Literal["documents"], data: Folder | None = None, *, split: str | None = SPLIT
) -> "list[Document]": ...
@overload
def rows(
    table: Literal["relations"], data: Folder | None = None, *, split: str | None = SPLIT
) -> "list[Relation]": ...
@overload
def rows(
    table: Literal["annotations"], data: Folder | None = None, *, split: str | None = SPLIT
) -> "list[Annotation]": ...
@overload
def rows(
    table: Literal["speakers"], data: Folder | None = None, *, split: str | None = SPLIT
) -> "list[Speaker]": ...
@overload
def rows(
    table: Literal["contrasts"], data: Folder | None = None, *, split: str | None = SPLIT
) -> "list[Contrast]": ...
@overload
def rows(table: str, data: Folder | None = None, *, split: str | None = SPLIT) -> list[Any]: ...
def rows(table: str = "claims", data: Folder | None = None, *, split: str | None = SPLIT) -> list[Any]:
    """A table as a list of dicts, dates as `datetime.date`: the values that `load` gives, without `datasets`.

    A row is a TypedDict of `onrecord.row_types`, where its fields are explained. `data` is a folder of built
    tables, by default the dataset's own. `split` is the split whose rows are wanted; None is all of them,
    each speaker once. Raises ValueError for an unknown table or split and FileNotFoundError if it was never
    built.
    """
    return list(iter_rows(table, data, split=split))


def iter_rows(
    table: str = "claims", data: Folder | None = None, *, split: str | None = SPLIT
) -> Iterator[Row]:
    """Like `rows`, but one after another, with at most one batch of them in memory."""
    found = _rows_of(table, table_files(table, data, split))
    return _each_once(found) if table == "speakers" and split is None else found


def iter_fields(
    table: str, fields: Sequence[str], data: Folder | None = None, *, split: str | None = SPLIT
) -> Iterator[Row]:
    """Like `iter_rows`, but with these fields of each row only; fewer fields take less time."""
    return _rows_of(table, table_files(table, data, split), list(fields))


def iter_values(
    table: str, fields: Sequence[str], data: Folder | None = None, *, split: str | None = SPLIT
) -> Iterator[tuple[Any, ...]]:
    """The values of these fields in that order, row by row; cheaper than a dict for each row."""
    for columns in _columns_of(table, table_files(table, data, split), list(fields)):
        yield from zip(*(_values(columns[name]) for name in fields), strict=True)


def _each_once(speakers: Iterator[Row]) -> Iterator[Row]:
    """Each speaker once, who may be in several splits."""
    seen: set[str] = set()
    for row in speakers:
        if row["speaker_id"] not in seen:
            seen.add(row["speaker_id"])
            yield row


def _warn_of_stale_card(folder: Path) -> None:
    # Tables that do not come from one build have no identity to compare with.
    with suppress(FileNotFoundError, ValueError):
        if stale := stale_configs(folder, read_identity(folder)):
            warnings.warn(
                f"the dataset card of {folder} states another content of {', '.join(stale)} than the tables "
                "have, so `load_dataset` may return old rows: run `onrecord build` again",
                stacklevel=3,
            )


def _read_table(table: str, data: Folder | None, split: str) -> "pa.Table":
    import pyarrow as pa

    return pa.concat_tables([_read_file(table, shard) for shard in table_files(table, data, split)])


def _read_file(table: str, shard: Path) -> "pa.Table":
    import pyarrow.parquet as pq

    # `pq.read_table` would import pandas.
    with pq.ParquetFile(shard) as file:
        return _as_declared(file.read(), table, shard)


def _as_declared(found: "pa.Table", table: str, shard: Path) -> "pa.Table":
    """The table with the columns in the order and of the types that the schema declares.

    Other programs write the same values as large strings or dictionaries, or order columns otherwise. What
    the schema does not know stays as it is, behind the others. Raises ValueError if a type does not fit.
    """
    import pyarrow as pa

    declared = arrow_schema(table)
    if len(set(found.column_names)) < len(found.column_names):
        repeated = next(name for name in found.column_names if found.column_names.count(name) > 1)
        raise ValueError(f"{shard}: the column {repeated} is given twice, expected one column per field")
    names = [name for name in declared.names if name in found.column_names]
    found = found.select([*names, *(name for name in found.column_names if name not in names)])
    for index, name in enumerate(names):
        column, field = found.column(index), declared.field(name)
        if column.type != field.type:
            wrong = f"{shard}: the column {name} is {column.type}, expected {field.type}"
            if not is_compatible(column.type, field.type):
                raise ValueError(wrong)
            try:
                found = found.set_column(index, field, as_declared(column, field.type))
            except (pa.ArrowException, ValueError) as error:
                raise ValueError(f"{wrong}: {error}") from error
    return found


def _rows_of(table: str, shards: list[Path], fields: list[str] | None = None) -> Iterator[Row]:
    for columns in _columns_of(table, shards, fields):
        for values in zip(*map(_values, columns.values()), strict=True):
            yield dict(zip(columns, values, strict=True))


def _columns_of(table: str, shards: list[Path], fields: list[str] | None) -> Iterator[dict[str, "pa.Array"]]:
    import pyarrow as pa
    import pyarrow.parquet as pq

    for shard in shards:
        with pq.ParquetFile(shard) as file:
            for read in file.iter_batches(columns=fields):
                for batch in _as_declared(pa.Table.from_batches([read]), table, shard).to_batches():
                    yield dict(zip(batch.schema.names, batch.columns, strict=True))


def _values(column: "pa.Array") -> list[Any]:
    """What `to_pylist` gives; a column of few distinct values converts each of them once."""
    import pyarrow as pa

    if not column.null_count and (pa.types.is_string(column.type) or pa.types.is_date(column.type)):
        encoded = column.dictionary_encode()
        if _FEW * len(encoded.dictionary) <= len(column):
            known = encoded.dictionary.to_pylist()
            # Converting the codes with NumPy would import pandas.
            codes = memoryview(encoded.indices.buffers()[1]).cast("i")[: len(column)]
            return [known[code] for code in codes]
    plain: list[Any] = column.to_pylist()
    return plain
