"""A comparison of two snapshots as people and programs read it.

The keys of the JSON are stable within a MAJOR version. `diff` finds the differences.
"""

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from onrecord.dataset.comparison.diff import Diff, TableDiff
from onrecord.dataset.comparison.schema_changes import SchemaChange
from onrecord.dataset.comparison.snapshot import Snapshot
from onrecord.dataset.json_values import json_text
from onrecord.model.findings import printable

_RULES = MappingProxyType(
    {
        "MAJOR": "a record was changed, withdrawn or relabelled, or the shape of a table changed",
        "MINOR": "there are new records, fields, tables or labels; existing ones did not change",
        "PATCH": "no record and no rule changed",
    }
)


def text_report(diff: Diff) -> Iterator[str]:
    """One difference per line, with its table and record, and the smallest bump at the end."""
    yield f"old: {_snapshot_line(diff.old)}"
    yield f"new: {_snapshot_line(diff.new)}"
    for change in diff.schema:
        yield _schema_line(change)
    for table in diff.tables:
        yield from _table_lines(table)
    yield from (f"note: {printable(note)}" for note in diff.notes)
    yield from _bump_lines(diff)


def json_report(diff: Diff) -> Iterator[str]:
    """One object: old, new, bump, smallest_version, tables, schema, notes."""
    tables: dict[str, Any] = {
        table.table: {
            "added": table.added,
            "changed": [
                {"id": change.record_id, "field": change.field, "old": change.old, "new": change.new}
                for change in table.changed
            ],
            "withdrawn": table.withdrawn,
            "reordered": table.is_reordered,
        }
        for table in diff.tables
    }
    schema = [
        {
            "table": change.table,
            "field": change.field,
            "what": change.what,
            "old": change.old,
            "new": change.new,
            "bump": change.bump.name.lower(),
        }
        for change in diff.schema
    ]
    whole = {
        "old": _snapshot(diff.old),
        "new": _snapshot(diff.new),
        "bump": None if diff.bump is None else diff.bump.name.lower(),
        "smallest_version": diff.smallest_version,
        "tables": tables,
        "schema": schema,
        "notes": diff.notes,
    }
    yield json_text(whole, indent=2)


DIFF_FORMATS: Mapping[str, Callable[[Diff], Iterator[str]]] = MappingProxyType(
    {"text": text_report, "json": json_report}
)
"""Every format by the name that `--format` takes."""


def _table_lines(table: TableDiff) -> Iterator[str]:
    name = printable(table.table)
    yield from (f"withdrawn: {name} {printable(record)}" for record in table.withdrawn)
    for change in table.changed:
        place = f"{name} {printable(change.record_id)} {printable(change.field)}"
        yield f"changed: {place}: {_value(change.old)} -> {_value(change.new)}"
    yield from (f"added: {name} {printable(record)}" for record in table.added)
    if table.is_reordered:
        yield f"reordered: {name}: the records are in another order"


def _schema_line(change: SchemaChange) -> str:
    place = printable(change.table if change.field is None else f"{change.table}.{change.field}")
    old, new = change.old, change.new
    if old is None and new is None:
        return f"schema: {place}: {change.what}"
    if old is None or new is None:
        return f"schema: {place}: {change.what}: {_value(new if old is None else old)}"
    return f"schema: {place}: {change.what}: {_value(old)} -> {_value(new)}"


def _bump_lines(diff: Diff) -> Iterator[str]:
    after = f", after {diff.old.version} at least {diff.smallest_version}" if diff.smallest_version else ""
    if diff.bump is None:
        yield f"same data and schema: a PATCH is enough for all other changes{after}"
        return
    yield f"{diff.bump.name}: {_counted(diff)}{after}"
    yield f"({_RULES[diff.bump.name]})"


def _counted(diff: Diff) -> str:
    counts: Counter[str] = Counter()
    for table in diff.tables:
        counts["withdrawn"] += len(table.withdrawn)
        counts["changed"] += len({change.record_id for change in table.changed})
        counts["added"] += len(table.added)
    parts = [f"{_number(number, 'record')} {what}" for what, number in counts.items() if number]
    if diff.schema:
        parts.append(f"{_number(len(diff.schema), 'change')} of the schema")
    moved = [table.table for table in diff.tables if table.is_reordered]
    return ", ".join([*parts, *(f"{printable(table)} reordered" for table in moved)])


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _snapshot(snapshot: Snapshot) -> Mapping[str, Any]:
    return {"path": snapshot.path, "version": snapshot.version, "sha256": snapshot.sha256}


def _snapshot_line(snapshot: Snapshot) -> str:
    known = [snapshot.version, snapshot.sha256 and f"sha256:{snapshot.sha256}"]
    stated = ", ".join(printable(one) for one in known if one)
    return f"{printable(snapshot.path)} ({stated or 'states no version'})"


def _value(value: Any) -> str:
    return printable(json_text(value))
