"""The columns of a page's data block, read as its scripts do."""

from collections.abc import Mapping, Sequence
from typing import Any

from onrecord.html.columns import ALPHABET


def cells(column: Mapping[str, Any]) -> list[Any]:
    """The values of a column, row by row."""
    if "starts" in column:
        pairs = zip(column["numbers"][::2], column["numbers"][1::2], strict=True)
        return [f"{column['starts'][start]}{number:03d}" for start, number in pairs]
    codes = column.get("codes", range(len(column["values"])))
    numbers = [ALPHABET.index(code) for code in codes] if isinstance(codes, str) else codes
    return [column["values"][number] for number in numbers]


def records(table: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The rows of a table."""
    columns: Sequence[list[Any]] = [cells(column) for column in table["columns"]]
    rows = zip(*columns, strict=True)
    return [dict(zip(table["fields"], values, strict=True)) for values in rows]
