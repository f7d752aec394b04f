"""Damaged built tables and predictions for `scripts.fuzz`, and what must hold of the answers."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

import onrecord
from onrecord.dataset.load import iter_rows
from onrecord.exceptions import InvalidPredictions, OnRecordError
from scripts.fuzz_targets import Disagreement, Target, agree, brief, exact
from scripts.mutants import Dice, as_line, mutated_bytes, mutated_json
from tests.helpers import answers, sample


class Parquet(Target):
    """Built tables with damage in the bytes, in the columns or in the values of one of them."""

    name = "built tables"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.data = folder / "data"
        onrecord.build(sample.write_sample(folder / "checkout"), self.data, articles=self.articles)

    def _try(self, dice: Dice) -> None:
        path = dice.choice(sorted(self.data.glob("*/*.parquet")))
        table, original = path.parent.name, path.read_bytes()
        if dice.random() < 0.5:
            content, what = mutated_bytes(original, dice)
            path.write_bytes(content)
        else:
            what = _rewrite(path, dice)
        self.what = f"{table}: {what}"
        try:
            self._ask(table)
        finally:
            path.write_bytes(original)

    def _ask(self, table: str) -> None:
        findings = self.validated(self.data)
        try:
            rows = onrecord.rows(table, self.data)
        except (OnRecordError, OSError, ValueError) as error:
            # Damaged bytes are an error of Arrow's, a type that does not fit one of ours.
            if not findings:
                raise Disagreement(f"no finding, but rows raises {type(error).__name__}: {error}") from error
        else:
            if not findings and (found := list(iter_rows(table, self.data))) != rows:
                raise Disagreement(f"rows and iter_rows differ: {found[:1]}, {rows[:1]}")


def _rewrite(path: Path, dice: Dice) -> str:
    """Write a table again with other columns, types or values."""
    with pq.ParquetFile(path) as file:
        table = file.read()
    name, change = dice.choice(_COLUMN_CHANGES)
    column = dice.choice(table.column_names)
    try:
        changed = change(table, column, dice)
    except pa.ArrowException:
        # Not every change fits every type.
        changed, name = table.drop_columns([column]), "drop"
    pq.write_table(changed, path, row_group_size=dice.choice((1, 2, 100)))
    return f"{name} {column}"


def _replaced(table: pa.Table, name: str, column: Any) -> pa.Table:
    return table.set_column(table.column_names.index(name), name, column)


def _cast(table: pa.Table, name: str, dice: Dice) -> pa.Table:
    kinds = (
        pa.large_string(), pa.string(), pa.int32(), pa.int16(), pa.uint64(), pa.float32(), pa.float64(),
        pa.date64(), pa.timestamp("us"), pa.timestamp("ns", "UTC"), pa.bool_(), pa.binary(),
        pa.dictionary(pa.int32(), pa.string()), pa.large_list(pa.string()), pa.list_(pa.large_string()),
        pa.string_view(), pa.decimal128(20, 2),
    )  # fmt: skip
    return _replaced(table, name, table[name].cast(dice.choice(kinds)))


def _nulls(table: pa.Table, name: str, dice: Dice) -> pa.Table:
    kind = dice.choice((pa.null(), table.schema.field(name).type))
    return _replaced(table, name, pa.nulls(len(table), kind))


def _one_null(table: pa.Table, name: str, dice: Dice) -> pa.Table:
    values = table[name].to_pylist()
    values[dice.randrange(len(values))] = None
    return _replaced(table, name, pa.array(values, table.schema.field(name).type))


def _empty_lists(table: pa.Table, name: str, dice: Dice) -> pa.Table:
    del dice
    return _replaced(table, name, pa.array([[]] * len(table), pa.list_(pa.null())))


def _permuted(table: pa.Table, name: str, dice: Dice) -> pa.Table:
    del name
    return table.select(dice.sample(table.column_names, len(table.column_names)))


def _rows_changed(table: pa.Table, name: str, dice: Dice) -> pa.Table:
    order = [dice.randrange(len(table)) for _ in range(len(table) + dice.randint(-1, 1))]
    return table.take(pa.array(order, pa.int64())) if dice.random() < 0.5 else _values_swapped(table, name)


def _values_swapped(table: pa.Table, name: str) -> pa.Table:
    return _replaced(table, name, pa.array(table[name].to_pylist()[::-1], table.schema.field(name).type))


def _misspelt(table: pa.Table, name: str, dice: Dice) -> pa.Table:
    del dice
    return table.rename_columns([f"{other}s" if other == name else other for other in table.column_names])


_COLUMN_CHANGES: Sequence[tuple[str, Callable[[pa.Table, str, Dice], pa.Table]]] = (
    ("cast", _cast),
    ("cast", _cast),
    ("cast", _cast),
    ("nulls in", _nulls),
    ("one null in", _one_null),
    ("lists without items in", _empty_lists),
    ("columns in another order,", _permuted),
    ("other rows,", _rows_changed),
    ("drop", lambda table, name, _: table.drop_columns([name])),
    (
        "misspell",
        lambda table, name, _: table.rename_columns([n + "s" * (n == name) for n in table.column_names]),
    ),
    ("repeat", lambda table, name, _: table.append_column(name, table[name])),
    ("add to", lambda table, *_: table.append_column("extra", pa.nulls(len(table)))),
    ("no rows,", lambda table, *_: table.slice(0, 0)),
    ("no columns,", lambda table, *_: table.select([])),
)


class Predictions(Target):
    """Predictions for each task: as a file, and its lines given as mappings."""

    name = "predictions"

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self.data = folder / "data"
        onrecord.build(sample.write_sample(folder / "checkout"), self.data, articles=self.articles)
        self.path = folder / "answers.jsonl"
        self.lines = {task: answers.gold(task, self.data) for task in sorted(onrecord.TASKS)}

    def _try(self, dice: Dice) -> None:
        task = dice.choice(sorted(self.lines))
        rows = [{**line, "confidence": 0.5} for line in self.lines[task]] if dice.random() < 0.5 else None
        rows = rows if rows and task != "extraction" else self.lines[task]
        is_json = dice.random() < 0.6
        if is_json:
            lines, what = mutated_json(rows, dice)
            content = b"".join(line + b"\n" for line in lines)
        else:
            content, what = mutated_bytes(b"".join(as_line(row) + b"\n" for row in rows), dice)
        self.what = f"{task}: {what}"
        self.path.write_bytes(content)
        found = onrecord.check(task, self.path, self.data)
        self.findings = len(found)
        try:
            onrecord.score(task, self.path, self.data)
        except InvalidPredictions as error:
            agree("check and score", exact(found), exact(error.findings))
        except OnRecordError as error:
            if found:
                raise Disagreement(f"check has {brief(found)}, score raises {error}") from error
        else:
            if found:
                raise Disagreement(f"scored in spite of {brief(found)}")
