"""Two snapshots of the dataset compared: records by table, id and field, and the shape of the tables.

Each difference demands a smallest bump of the version: a changed, withdrawn or relabelled record is MAJOR;
new records, fields or tables are MINOR; all else is PATCH. `snapshot` reads, `schema_changes` compares the
shape, `formats` words the result.
"""

import json
import re
from collections import defaultdict
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest
from os import PathLike
from typing import Any

from onrecord.dataset.comparison.schema_changes import Bump, SchemaChange, column_changes, schema_changes
from onrecord.dataset.comparison.snapshot import Content, Row, Snapshot, read_snapshot
from onrecord.exceptions import UnusableEdition
from onrecord.model import tables as schemas
from onrecord.model.annotations import annotated_fields
from onrecord.model.short_repr import ShortRepr

__all__ = ["Change", "Diff", "TableDiff", "UnusableEdition", "diff", "is_high_enough", "smallest_version"]

_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True, repr=False)
class Change(ShortRepr):
    """A field of a record with another value; values are plain JSON, dates as ISO strings."""

    record_id: str
    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True, repr=False)
class TableDiff(ShortRepr):
    """The differences of a table that both snapshots have; the parts of an id are joined by blanks."""

    table: str
    added: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    changed: tuple[Change, ...] = ()
    is_reordered: bool = False
    """Whether records that both have are in another order; nothing may depend on the order."""

    @property
    def bump(self) -> Bump | None:
        """The smallest bump that this demands."""
        if self.withdrawn or self.changed:
            return Bump.MAJOR
        if self.added:
            return Bump.MINOR
        return Bump.PATCH if self.is_reordered else None


@dataclass(frozen=True, slots=True, repr=False)
class Diff:
    """All differences between two snapshots; truth value: whether there are any."""

    old: Snapshot
    new: Snapshot
    tables: tuple[TableDiff, ...]
    """Only tables with a difference."""
    schema: tuple[SchemaChange, ...]
    notes: tuple[str, ...]
    """What a reader must know about the comparison, such as records without a usable key."""

    def __repr__(self) -> str:
        found = f"{len(self.tables)} tables with differences, {len(self.schema)} changes of the schema"
        return f"<Diff {self.old.version} to {self.new.version}: {found}>"

    def __bool__(self) -> bool:
        return bool(self.tables or self.schema)

    @property
    def bump(self) -> Bump | None:
        """The smallest bump allowed; None if data and schema are the same."""
        found = [*(one.bump for one in self.tables), *(one.bump for one in self.schema)]
        return max((bump for bump in found if bump is not None), default=None)

    @property
    def smallest_version(self) -> str | None:
        """The smallest version that the new snapshot may have; None if the old one states none."""
        return smallest_version(self.old.version, self.bump)


def diff(old: str | PathLike[str], new: str | PathLike[str]) -> Diff:
    """Compare two snapshots: checkouts, wheels (not installed), folders of built tables, or records folders.

    Checkouts and wheels are compared by their tables, and by their records as well, so that an edit is seen
    before it is built. Where only one of the two has tables, records are compared, without derived fields.
    Records are matched by key, never by position. Raises UnusableEdition if one cannot be read.
    """
    before, after = _both(old, new)
    notes: list[str] = []
    if before.built is not None and after.built is not None:
        tables = _compare(before.built, after.built, notes)
        shape = list(column_changes(before.built, after.built))
        if before.authored is not None and after.authored is not None:
            tables = _with_unbuilt(tables, _compare(before.authored, after.authored, []), notes)
    else:
        left, right = _authored(before), _authored(after)
        tables, shape = _compare(left, right, notes), list(column_changes(left, right))
    # If both have JSON Schemas, these say more than the columns of the tables.
    shape = schema_changes(before.schemas, after.schemas, shape)
    found = tuple(one for one in tables if one.bump is not None)
    return Diff(before, after, found, tuple(shape), tuple(notes))


def smallest_version(old: str | None, bump: Bump | None) -> str | None:
    """The version that follows `old` after a bump; PATCH if data and schema are the same."""
    parts = _VERSION.fullmatch(old or "")
    if parts is None:
        return None
    major, minor, patch = map(int, parts.groups())
    if bump is Bump.MAJOR:
        return f"{major + 1}.0.0"
    return f"{major}.{minor + 1}.0" if bump is Bump.MINOR else f"{major}.{minor}.{patch + 1}"


def is_high_enough(version: str, smallest: str) -> bool:
    """Whether a version is not below another. Raises ValueError unless both are three numbers."""
    found = [_VERSION.fullmatch(one) for one in (version, smallest)]
    if None in found:
        raise ValueError(f"{version} and {smallest} are not both versions of three numbers")
    mine, least = ([int(part) for part in one.groups()] for one in found if one)
    return mine >= least


def _both(old: str | PathLike[str], new: str | PathLike[str]) -> tuple[Snapshot, Snapshot]:
    """Both snapshots. Raises UnusableEdition with the errors of both if they cannot be read."""
    snapshots, errors = [], []
    for path in (old, new):
        try:
            snapshots.append(read_snapshot(path))
        except UnusableEdition as error:
            errors.append(str(error))
    if errors:
        raise UnusableEdition("\n".join(errors))
    return snapshots[0], snapshots[1]


def _authored(snapshot: Snapshot) -> Mapping[str, Content]:
    """The tables without the fields that a build derives."""
    if snapshot.authored is not None:
        return snapshot.authored
    tables: dict[str, Content] = {}
    for table, content in (snapshot.built or {}).items():
        derived = schemas.read_only_fields(table) if table in schemas.TABLES else frozenset()
        kept = [name for name in content.columns if name not in derived]
        rows = [
            {name: _as_written(row[name]) for name in kept if _was_written(row, name)} for row in content.rows
        ]

        # What no annotator labelled is in no record.
        kept = [name for name in kept if not rows or any(name in row for row in rows)]
        # Authored records have no column types, so the types of built tables are left out.
        tables[table] = Content(dict.fromkeys(kept, ""), rows)
    return tables


def _was_written(row: Row, name: str) -> bool:
    """Whether a field of a built row is in the authored record as well: what nobody gave is not."""
    if "labelled" not in row:
        return True
    if name in annotated_fields():
        return name in row["labelled"]
    return row[name] is not None or name in schemas.authored_schema("annotations")["required"]


def _as_written(value: Any) -> Any:
    """A value of a built row without the keys that the build adds to an object."""
    return (
        {key: part for key, part in value.items() if part is not None} if isinstance(value, dict) else value
    )


def _compare(old: Mapping[str, Content], new: Mapping[str, Content], notes: list[str]) -> list[TableDiff]:
    both = [table for table in old if table in new]
    order = {table: index for index, table in enumerate(schemas.TABLES)}
    ordered = sorted(both, key=lambda table: order.get(table, len(order)))
    return [_compare_table(table, old[table], new[table], notes) for table in ordered]


def _compare_table(table: str, old: Content, new: Content, notes: list[str]) -> TableDiff:
    key = _key(table, old, new, notes)
    left, right = _by_key(old.rows, key), _by_key(new.rows, key)
    for name, found in (("old", left), ("new", right)):
        doubles = [_shown(one) for one, rows in found.items() if len(rows) > 1]
        if doubles and key:
            notes.append(f"{table}: the {name} snapshot has more than one record of {', '.join(doubles)}")
    fields = [name for name in new.columns if name in old.columns]
    added: list[str] = []
    withdrawn: list[str] = []
    changed: list[Change] = []
    for one in dict.fromkeys((*left, *right)):
        shown = _shown(one)
        # An id occurs twice only in an invalid snapshot: pair what can be paired, the rest was added or
        # withdrawn.
        for before, after in zip_longest(*_apart(left.get(one, []), right.get(one, []), fields)):
            if before is None:
                added.append(shown)
            elif after is None:
                withdrawn.append(shown)
            else:
                changed += _changes(shown, before, after, fields)
    order = [[one for one in side if one in other] for side, other in ((left, right), (right, left))]
    return TableDiff(table, tuple(added), tuple(withdrawn), tuple(changed), order[0] != order[1])


def _key(table: str, old: Content, new: Content, notes: list[str]) -> tuple[str, ...]:
    """The fields that identify a record; () if whole rows must be compared."""
    key = schemas.key_fields(table) if table in schemas.TABLES else ()
    missing = [name for name in key if name not in old.columns or name not in new.columns]
    # If one side has no records there is nothing to match, and an authored table has no columns.
    is_matched = bool(old.rows and new.rows)
    if is_matched and (missing or not key):
        why = f"{' and '.join(missing)} is not in both" if missing else "the table has no known key"
        notes.append(f"{table}: records are compared as whole rows, because {why}")
    return () if is_matched and missing else key


def _by_key(rows: Iterable[Row], key: Sequence[str]) -> Mapping[Hashable, list[Row]]:
    found: dict[Hashable, list[Row]] = defaultdict(list)
    for row in rows:
        one = tuple(str(row.get(name)) for name in key) if key else _line(row)
        found[one].append(row)
    return found


def _apart(old: list[Row], new: list[Row], fields: Sequence[str]) -> tuple[list[Row], list[Row]]:
    """The rows of one id without those that are the same in both snapshots."""
    if len(old) == len(new) == 1:
        return old, new
    seen = defaultdict(list)
    for row in new:
        seen[_line({name: row.get(name) for name in fields})].append(row)
    left = []
    for row in old:
        if same := seen[_line({name: row.get(name) for name in fields})]:
            same.pop()
        else:
            left.append(row)
    return left, [row for rows in seen.values() for row in rows]


def _line(row: Row) -> str:
    return json.dumps(row, sort_keys=True, ensure_ascii=False)


def _changes(record_id: str, old: Row, new: Row, fields: Sequence[str]) -> Iterator[Change]:
    for name in fields:
        before, after = old.get(name), new.get(name)
        # 1 and 1.0 are one value, but True and 1 are two.
        if before != after or isinstance(before, bool) != isinstance(after, bool):
            yield Change(record_id, name, before, after)


def _shown(key: Hashable) -> str:
    return " ".join(key) if isinstance(key, tuple) else str(key)


def _with_unbuilt(built: list[TableDiff], authored: list[TableDiff], notes: list[str]) -> list[TableDiff]:
    """The differences of the tables, and those of the records that are not built yet."""
    merged = {one.table: one for one in built}
    unbuilt = 0
    for one in authored:
        have = merged.get(one.table, TableDiff(one.table))
        known = {(change.record_id, change.field) for change in have.changed}
        added = _others(one.added, have.added)
        withdrawn = _others(one.withdrawn, have.withdrawn)
        changed = [change for change in one.changed if (change.record_id, change.field) not in known]
        unbuilt += len(added) + len(withdrawn) + len(changed)
        merged[one.table] = TableDiff(
            one.table,
            (*have.added, *added),
            (*have.withdrawn, *withdrawn),
            (*have.changed, *changed),
            have.is_reordered or one.is_reordered,
        )
    if unbuilt:
        notes.append(
            f"{unbuilt:,} differences are in records/ but not in data/: one of the snapshots was not built "
            "after its last change"
        )
    return list(merged.values())


def _others(names: Iterable[str], known: Iterable[str]) -> list[str]:
    seen = set(known)
    return [name for name in names if name not in seen]
