"""What a dataset card says of built tables: front matter for `load_dataset` and the Hub, and a short text.

`load_dataset` keys its cache on the card and not on the files, so each config states version and digest of
its table: rows that were built again are then read again. Where a card is, and which of its lines may be
written, is decided in `readme`.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from onrecord.building.yaml_lines import yaml_lines
from onrecord.model.arrow import arrow_schema
from onrecord.model.digest import Identity
from onrecord.model.table_files import splits_of, table_files
from onrecord.model.tables import STANDALONE_TABLES, TABLES, load_schema

if TYPE_CHECKING:
    import pyarrow as pa

HERE = "."
"""The folder of the tables, for a card inside it."""

SIZES = ((1_000, "n<1K"), (10_000, "1K<n<10K"), (100_000, "10K<n<100K"), (1_000_000, "100K<n<1M"))
"""The size categories of the Hub, each with the number of rows that it must stay below."""


@dataclass(frozen=True, slots=True)
class SplitSize:
    """Rows of a table in one split, their bytes before compression, and the bytes of their files."""

    rows: int
    bytes: int
    stored: int


Sizes = Mapping[str, Mapping[str, SplitSize]]
"""By table, and within it by split."""


def table_sizes(data: Path) -> Sizes:
    """The size of each table and split in a folder, from the footers of its files. Raises OSError."""
    splits = splits_of(data)
    return {table: {split: _size(table_files(table, data, split)) for split in splits} for table in TABLES}


def _size(files: Sequence[Path]) -> SplitSize:
    import pyarrow.parquet as pq

    footers = [pq.read_metadata(file) for file in files]
    groups = [footer.row_group(at) for footer in footers for at in range(footer.num_row_groups)]
    return SplitSize(
        sum(footer.num_rows for footer in footers),
        sum(group.total_byte_size for group in groups),
        sum(file.stat().st_size for file in files),
    )


def _configs(sizes: Sizes) -> Sizes:
    """The tables and splits that the card offers to `load_dataset`, which refuses a split without rows.

    An empty split is left out where another one has rows. So is an empty table that shares nothing with the
    others: most datasets have none of it.
    """
    found = {}
    for table, splits in sizes.items():
        filled = {split: size for split, size in splits.items() if size.rows}
        if filled or table not in STANDALONE_TABLES:
            found[table] = filled or splits
    return found


def _rows(sizes: Sizes, table: str) -> int:
    return sum(size.rows for size in sizes[table].values())


def front_matter(
    identity: Identity, sizes: Sizes, folder: str = HERE, without: Collection[str] = ()
) -> list[str]:
    """The lines of the front matter, for tables in `folder` as seen from the card; some keys left out."""
    about, offered = identity.about, _configs(sizes)
    keys: dict[str, Any] = {
        "pretty_name": about.title,
        # The Hub has the identifiers of SPDX in lower case.
        "license": about.license and about.license.lower(),
        "language": list(about.languages),
        "size_categories": [size_category(_rows(sizes, TABLES[0]))],
        "configs": [_config(identity, table, folder, of_table) for table, of_table in offered.items()],
        "dataset_info": [_info(identity, table, of_table) for table, of_table in offered.items()],
    }
    return yaml_lines({key: value for key, value in keys.items() if value and key not in without})


def size_category(rows: int) -> str:
    """The Hub's name for a number of rows."""
    return next((name for limit, name in SIZES if rows < limit), "n>1M")


def config_lines(identity: Identity, table: str) -> list[str]:
    """The two lines of a table's config that change with its content."""
    return [f"  {line}" for line in yaml_lines(_content(identity, table))]


def text(identity: Identity, sizes: Sizes) -> list[str]:
    """The lines of a short card: what the dataset is, its tables, how to load and how to cite it."""
    about, offered = identity.about, _configs(sizes)
    split = next(iter(offered[TABLES[0]]))
    facts = [f"Version {about.version}, content `sha256:{identity.dataset}`."]
    facts.append(f"Licence: {about.license}." if about.license else "No licence is stated.")
    if about.maintainers:
        facts.append(f"Maintained by {', '.join(about.maintainers)}.")
    if about.homepage:
        facts.append(f"Homepage: <{about.homepage}>.")
    tables = [
        f"| `{table}` | {_rows(sizes, table):,} | {load_schema(table)['description']} |" for table in offered
    ]
    return [
        f"# {about.title}",
        "",
        about.description,
        "",
        " ".join(facts),
        "",
        "| table | rows | a row is |",
        "|---|---|---|",
        *tables,
        "",
        *_empty_tables(offered),
        "```python",
        "from datasets import load_dataset",
        "",
        f'claims = load_dataset("/path/to/this/folder", split="{split}")',
        f'segments = load_dataset("/path/to/this/folder", "segments", split="{split}")',
        "```",
        "",
        "`load_dataset` takes the absolute path of this folder as a string.",
        "",
        "```bibtex" if not about.citation else "```text",
        *about.cite(identity.dataset).split("\n"),
        "```",
    ]


def _empty_tables(sizes: Sizes) -> list[str]:
    empty = [f"`{table}`" for table in sizes if not _rows(sizes, table)]
    if not empty:
        return []
    what = f"{' and '.join(empty)} {'has' if len(empty) == 1 else 'have'} no rows"
    return [f"{what}: `load_dataset` takes such a table with `streaming=True` only.", ""]


def _config(identity: Identity, table: str, folder: str, splits: Mapping[str, SplitSize]) -> dict[str, Any]:
    place = table if folder == HERE else f"{folder}/{table}"
    default = {"default": True} if table == TABLES[0] else {}
    files = [{"split": split, "path": f"{place}/{split}-*.parquet"} for split in splits]
    return {"config_name": table, **default, **_content(identity, table), "data_files": files}


def _content(identity: Identity, table: str) -> dict[str, str]:
    return {"version": identity.version, "description": f"sha256:{identity.tables[table]}"}


def _info(identity: Identity, table: str, splits: Mapping[str, SplitSize]) -> dict[str, Any]:
    about = identity.about
    stated = {
        "description": about.description,
        "license": about.license,
        "homepage": about.homepage,
        "citation": about.cite(identity.dataset),
    }
    return {
        "config_name": table,
        **{name: value for name, value in stated.items() if value},
        "features": [_feature(field.name, field.type) for field in arrow_schema(table)],
        "splits": [
            {"name": split, "num_bytes": size.bytes, "num_examples": size.rows}
            for split, size in splits.items()
        ],
        "download_size": sum(size.stored for size in splits.values()),
        "dataset_size": sum(size.bytes for size in splits.values()),
    }


def _feature(name: str, kind: "pa.DataType") -> dict[str, Any]:
    """A column as `datasets` writes it in a card; its release 2 and all later ones read this form."""
    import pyarrow as pa

    if pa.types.is_struct(kind):
        return {"name": name, "struct": _features(kind)}
    if pa.types.is_list(kind):
        inner = kind.value_type
        return {"name": name, "list": _features(inner) if pa.types.is_struct(inner) else _dtype(inner)}
    return {"name": name, "dtype": _dtype(kind)}


def _features(struct: "pa.DataType") -> list[dict[str, Any]]:
    fields: Sequence[pa.Field] = [struct.field(at) for at in range(struct.num_fields)]
    return [_feature(field.name, field.type) for field in fields]


def _dtype(kind: "pa.DataType") -> str:
    names = {"date32[day]": "date32", "double": "float64"}
    return names.get(str(kind), str(kind))
