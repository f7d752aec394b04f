"""Predictions in a data frame, as rows.

pandas, Polars and PyArrow are recognised by their methods; none of them is imported.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol, runtime_checkable


@runtime_checkable
class PandasFrame(Protocol):
    """A frame of pandas, or of a library that has its interface."""

    columns: Any

    def to_dict(self, orient: Any, /) -> Any:
        """The rows, for the orientation "records"."""


@runtime_checkable
class PolarsFrame(Protocol):
    """A frame of Polars."""

    def to_dicts(self) -> list[dict[str, Any]]:
        """The rows."""


@runtime_checkable
class ArrowTable(Protocol):
    """A table of PyArrow."""

    def to_pylist(self) -> list[dict[str, Any]]:
        """The rows."""


DataFrame = PandasFrame | PolarsFrame | ArrowTable


def rows_of_frame(given: object) -> Sequence[Mapping[str, Any]] | None:
    """The rows of a data frame, without the cells that are empty; None for anything else.

    A prediction that is empty stays, as null: it is an abstention, where a line without it would be an error.
    """
    # A frame of Polars has `to_dict` as well, with another meaning.
    if isinstance(given, PolarsFrame):
        rows = given.to_dicts()
    elif isinstance(given, ArrowTable):
        rows = given.to_pylist()
    elif isinstance(given, PandasFrame):
        rows = given.to_dict("records")
    else:
        return None
    return [_without_gaps(row) for row in rows]


def _without_gaps(row: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: None if _is_missing(value) else value
        for name, value in row.items()
        if name == "prediction" or not _is_missing(value)
    }


def _is_missing(value: object) -> bool:
    """Whether a cell is None, NaN, NaT or NA."""
    if value is None:
        return True
    try:
        # What is not equal to itself is no value.
        return bool(value != value)
    except (TypeError, ValueError):
        # The NA of pandas has no truth value; neither has an array, which is one.
        return type(value).__name__ == "NAType"
