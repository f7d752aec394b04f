"""Two editions of the dataset compared: records by table, id and field, and the shape of the tables.

Owns what counts as a difference and the smallest bump of the version that it demands: a changed, withdrawn
or relabelled record is MAJOR; new records, fields or tables are MINOR; all else is PATCH. `editions` reads,
`schema_changes` compares the shape, `diff_formats` words it.
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
from onrecord.dataset.comparison.snapshot import Content, Edition, Row, read_edition
from onrecord.exceptions import UnusableEdition
from onrecord.model import tables as schemas

__all__ = ["Change", "Diff", "TableDiff", "UnusableEdition", "diff", "is_high_enough", "smallest_version"]

_VERSION = re.compile(r"(\d+)\.(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True)
class Change:
    """A field of a record with another value; values are plain JSON, dates as ISO strings."""

    record_id: str
    field: str
    old: Any
    new: Any


@dataclass(frozen=True, slots=True)
class TableDiff:
    """What became of the records of a table that both have; the parts of an id are joined by blanks."""

    table: str
    added: tuple[str, ...] = ()
    withdrawn: tuple[str, ...] = ()
    changed: tuple[Change, ...] = ()
    is_reordered: bool = False
    """Whether records that both have stand in another order; nothing may depend on it."""

    @property
    def bump(self) -> Bump | None:
        """The smallest bump that this demands."""
        if self.withdrawn or self.changed:
            return Bump.MAJOR
        if self.added:
            return Bump.MINOR
        return Bump.PATCH if self.is_reordered else None


@dataclass(frozen=True, slots=True)
class Diff:
    """All differences between two editions; truth value: whether there are any."""

    old: Edition
    new: Edition
    tables: tuple[TableDiff, ...]
    """Only tables with a difference."""
    schema: tuple[SchemaChange, ...]
    notes: tuple[str, ...]
    """What a reader must know of the comparison, such as records that could not be told apart."""

    def __bool__(self) -> bool:
        return bool(self.tables or self.schema)

    @property
    def bump(self) -> Bump | None:
        """The smallest bump allowed; None where data and schema are the same."""
        found = [*(one.bump for one in self.tables), *(one.bump for one in self.schema)]
        return max((bump for bump in found if bump is not None), default=None)

    @property
    def smallest_version(self) -> str | None:
        """The smallest version that the new edition may have; None where the old one states none."""
        return smallest_version(self.old.version, self.bump)


def diff(old: str | PathLike[str], new: str | PathLike[str]) -> Diff:
    """Compare two editions: checkouts, wheels (not installed), folders of built tables, or records folders.

    Checkouts and wheels are compared by their tables, and by their records as well, so that an edit is seen
    before it is built. Where only one of the two has tables, records are compared, without derived fields.
    Records are matched by key, never by position. Raises UnusableEdition where one cannot be read.
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
    # Where both have JSON Schemas, these say more than the columns of the tables.
    shape = schema_changes(before.schemas, after.schemas, shape)
    found = tuple(one for one in tables if one.bump is not None)
    return Diff(before, after, found, tuple(shape), tuple(notes))


def smallest_version(old: str | None, bump: Bump | None) -> str | None:
    """The version that follows `old` after a bump, PATCH where data and schema are the same."""
    parts = _VERSION.fullmatch(old or "")
    if parts is None:
        return None
    major, minor, patch = map(int, parts.groups())
    if bump is Bump.MAJOR:
        return f"{major + 1}.0.0"
    return f"{major}.{minor + 1}.0" if bump is Bump.MINOR else f"{major}.{minor}.{patch + 1}"


def is_high_enough(version: str, smallest: str) -> bool:
    """Whether a version is not below another; both are three numbers. Raises ValueError where one is not."""
    found = [_VERSION.fullmatch(one) for one in (version, smallest)]
    if None in found:
        raise ValueError(f"{version} and {smallest} are not both versions of three numbers")
    mine, least = ([int(part) for part in one.groups()] for one in found if one)
    return mine >= least


def _both(old: str | PathLike[str], new: str | PathLike[str]) -> tuple[Edition, Edition]:
    """Both editions; the faults of both where they cannot be read."""
    editions, faults = [], []
    for path in (old, new):
        try:
            editions.append(read_edition(path))
        except UnusableEdition as error:
            faults.append(str(error))
    if faults:
        raise UnusableEdition("\n".join(faults))
    return editions[0], editions[1]


def _authored(edition: Edition) -> Mapping[str, Content]:
    """The tables without the fields that a build derives."""
    if edition.authored is not None:
        return edition.authored
    tables: dict[str, Content] = {}
    for table, content in (edition.built or {}).items():
        derived = schemas.read_only_fields(table) if table in schemas.TABLES else frozenset()
        kept = [name for name in content.columns if name not in derived]
        rows = [{name: row[name] for name in kept} for row in content.rows]
        # What wrote a column's type in one edition, nothing wrote in the other.
        tables[table] = Content(dict.fromkeys(kept, ""), rows)
    return tables


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
            notes.append(f"{table}: the {name} edition has more than one record of {', '.join(doubles)}")
    fields = [name for name in new.columns if name in old.columns]
    added: list[str] = []
    withdrawn: list[str] = []
    changed: list[Change] = []
    for one in dict.fromkeys((*left, *right)):
        shown = _shown(one)
        # The same id twice is a fault of the edition; what can be paired is, the rest came or went.
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
    """The fields that name a record; () where whole rows have to stand for it."""
    key = schemas.key_fields(table) if table in schemas.TABLES else ()
    missing = [name for name in key if name not in old.columns or name not in new.columns]
    # Where one side has no records there is nothing to match, and authored tables have no columns then.
    is_matched = bool(old.rows and new.rows)
    if is_matched and (missing or not key):
        why = f"{' and '.join(missing)} is not in both" if missing else "no key is known for it"
        notes.append(f"{table}: records are told apart by all that they hold, for {why}")
    return () if is_matched and missing else key


def _by_key(rows: Iterable[Row], key: Sequence[str]) -> Mapping[Hashable, list[Row]]:
    found: dict[Hashable, list[Row]] = defaultdict(list)
    for row in rows:
        one = tuple(str(row.get(name)) for name in key) if key else _line(row)
        found[one].append(row)
    return found


def _apart(old: list[Row], new: list[Row], fields: Sequence[str]) -> tuple[list[Row], list[Row]]:
    """The rows of one id without those that are the same in both editions."""
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
    """The differences of the tables, and those of the records that did not reach the tables."""
    merged = {one.table: one for one in built}
    unbuilt = 0
    for one in authored:
        have = merged.get(one.table, TableDiff(one.table))
        told = {(change.record_id, change.field) for change in have.changed}
        added = _others(one.added, have.added)
        withdrawn = _others(one.withdrawn, have.withdrawn)
        changed = [change for change in one.changed if (change.record_id, change.field) not in told]
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
            f"differences that records/ has and data/ has not: {unbuilt:,}; "
            "one of the editions was not built after its last change"
        )
    return list(merged.values())


def _others(names: Iterable[str], told: Iterable[str]) -> list[str]:
    known = set(told)
    return [name for name in names if name not in known]
