"""A comparison of two editions as people and programs read it.

Owns the wording and the keys of the JSON, which are stable within a MAJOR version. What differs is `diff`'s.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from types import MappingProxyType
from typing import Any

from onrecord.dataset.comparison.diff import Diff, TableDiff
from onrecord.dataset.comparison.schema_changes import SchemaChange
from onrecord.dataset.comparison.snapshot import Edition
from onrecord.model.findings import printable

_RULES = MappingProxyType(
    {
        "MAJOR": "a record was changed, withdrawn or relabelled, or a table's shape no longer holds",
        "MINOR": "there are new records, fields, tables or labels, and all that was there stayed as it was",
        "PATCH": "no record and no rule changed",
    }
)


def text_report(diff: Diff) -> Iterator[str]:
    """One difference a line, each line saying of which table and record, and the verdict at the end."""
    yield f"old: {_edition_line(diff.old)}"
    yield f"new: {_edition_line(diff.new)}"
    for change in diff.schema:
        yield _schema_line(change)
    for table in diff.tables:
        yield from _table_lines(table)
    yield from (f"note: {printable(note)}" for note in diff.notes)
    yield from _verdict(diff)


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
        "old": _edition(diff.old),
        "new": _edition(diff.new),
        "bump": None if diff.bump is None else diff.bump.name.lower(),
        "smallest_version": diff.smallest_version,
        "tables": tables,
        "schema": schema,
        "notes": diff.notes,
    }
    yield json.dumps(whole, ensure_ascii=False, indent=2)


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
        yield f"reordered: {name}: records stand in another order"


def _schema_line(change: SchemaChange) -> str:
    place = printable(change.table if change.field is None else f"{change.table}.{change.field}")
    old, new = change.old, change.new
    if old is None and new is None:
        return f"schema: {place}: {change.what}"
    if old is None or new is None:
        return f"schema: {place}: {change.what}: {_value(new if old is None else old)}"
    return f"schema: {place}: {change.what}: {_value(old)} -> {_value(new)}"


def _verdict(diff: Diff) -> Iterator[str]:
    after = f", after {diff.old.version} at least {diff.smallest_version}" if diff.smallest_version else ""
    if diff.bump is None:
        yield f"same data and schema: a PATCH is enough for whatever else changed{after}"
        return
    yield f"{diff.bump.name}: {_counted(diff)}{after}"
    yield f"({_RULES[diff.bump.name]})"


def _counted(diff: Diff) -> str:
    counts: Counter[str] = Counter()
    for table in diff.tables:
        counts["withdrawn"] += len(table.withdrawn)
        counts["changed"] += len({change.record_id for change in table.changed})
        counts["added"] += len(table.added)
    told = [
        f"{number:,} record{'' if number == 1 else 's'} {what}" for what, number in counts.items() if number
    ]
    if diff.schema:
        told.append(f"{len(diff.schema):,} change{'' if len(diff.schema) == 1 else 's'} of the schema")
    moved = [table.table for table in diff.tables if table.is_reordered]
    return ", ".join([*told, *(f"{printable(table)} reordered" for table in moved)])


def _number(count: int, noun: str) -> str:
    return f"{count:,} {noun}{'' if count == 1 else 's'}"


def _edition(edition: Edition) -> Mapping[str, Any]:
    return {"path": edition.path, "version": edition.version, "sha256": edition.sha256}


def _edition_line(edition: Edition) -> str:
    known = [edition.version, edition.sha256 and f"sha256:{edition.sha256}"]
    stated = ", ".join(printable(one) for one in known if one)
    return f"{edition.path} ({stated})" if stated else f"{edition.path} (states no version)"


def _value(value: Any) -> str:
    return printable(json.dumps(value, ensure_ascii=False))
