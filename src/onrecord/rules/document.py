"""The input of the checks of levels 3 and 4: the records of one document, table by table.

A record is a plain dict; its place is looked up only to report a finding about it. The document tracks which
records are still eligible for checks, and which tables may be incomplete, so that one cause is one finding
(cascade suppression). The rules are in the modules next to this one.
"""

from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from functools import cache, cached_property
from operator import attrgetter, itemgetter
from typing import NamedTuple, Protocol

from onrecord.model.findings import Finding, Rule, json_path
from onrecord.model.tables import Field, key_fields, reference_fields
from onrecord.reading.article import Source
from onrecord.reading.batches import Batch
from onrecord.reading.file_rules import NO_FINAL_NEWLINE
from onrecord.reading.layouts import DocumentFolder
from onrecord.reading.located import NAMED_BY_FILE, Key, Row, annotator_of, key_of, record_id

_WHOLE = "*"


class Place(NamedTuple):
    """Where a record is."""

    table: str
    file: str
    line: int | None
    field_lines: Mapping[str, int]


class KnownSpeakers(Protocol):
    """The speakers that all documents share."""

    @property
    def is_complete(self) -> bool:
        """Whether an id that is not among them is truly unknown."""

    def names(self, ids: Iterable[str]) -> Mapping[str, str]:
        """The names of the known ids among those given, by id."""

    def nearest(self, unknown: str) -> str | None:
        """What was expected instead of an unknown id, in words, if its spelling suggests it."""


class Table:
    """The records of one table of a document: the valid rows, and the ids of the rejected records."""

    def __init__(self, name: str, batches: Sequence[Batch], *, is_incomplete: bool = False) -> None:
        self.name = name
        self.batches = batches
        self.rows: list[Row] = (
            batches[0].rows if len(batches) == 1 else [row for batch in batches for row in batch.rows]
        )
        self.is_built = any(map(attrgetter("is_built"), batches))
        self.rejected = [(batch, one) for batch in batches for one in batch.rejected]
        self.has_unnamed = is_incomplete or any(map(_has_unnamed, batches))
        """Whether a line has no readable id, or lines may be missing. An unknown id may then be theirs."""
        self._named: dict[str, set[str]] = {}

    @cached_property
    def by_key(self) -> dict[Key, Row]:
        """The first record with each readable key, rejected ones included, in file order."""
        if not self.rejected and len(self.batches) <= 1:
            keys = self._keys()
            found = dict(zip(keys, self.rows, strict=True))
            if len(found) == len(keys):
                return found
        first: dict[Key, Row] = {}
        for key, row, _ in self._keyed():
            first.setdefault(key, row)
        return first

    @cached_property
    def repeated(self) -> list[Row]:
        """The valid rows whose key an earlier record has."""
        if len(self.by_key) == len(self.rows) and not self.rejected:
            return []
        return [row for key, row, is_valid in self._keyed() if is_valid and self.by_key[key] is not row]

    def named(self, definition: str) -> set[str]:
        """The ids of one kind that the valid rows name, such as those of speakers."""
        if definition not in self._named:
            found = {name for field in fields_of(self.name, definition) for name in field.column(self.rows)}
            found.discard(None)
            self._named[definition] = found
        return self._named[definition]

    def key(self, row: Row) -> Key:
        """The key of a record of this table."""
        return key_of(self.name, row, self.place(row).file if self.name in NAMED_BY_FILE else "")

    def ids(self) -> list[Key]:
        """Every readable key, in file order."""
        return list(self.by_key)

    def place(self, row: Row) -> Place:
        """Where a record is. Raises KeyError if it is not in this table."""
        return self._places[id(row)]

    def has(self, row: Row) -> bool:
        """Whether this table holds this very record, and not only an equal one."""
        return id(row) in self._places

    def annotator(self, row: Row) -> str:
        """The annotator whose file a record is in, for tables with one file per annotator."""
        return annotator_of(self.place(row).file)

    @cached_property
    def _places(self) -> dict[int, Place]:
        found = {}
        for batch in self.batches:
            for row, line in zip(batch.rows, batch.lines, strict=True):
                found[id(row)] = Place(self.name, batch.file, line, batch.field_lines)
            for one in batch.rejected:
                found[id(one.located.value)] = Place(
                    self.name, batch.file, one.located.line, one.located.field_lines
                )
        return found

    def _keys(self) -> list[Key]:
        keys = list(map(itemgetter(*key_fields(self.name)), self.rows))
        if self.name in NAMED_BY_FILE and self.batches:
            annotator = annotator_of(self.batches[0].file)
            return [(annotator, key) for key in keys]
        return keys

    def _keyed(self) -> Iterable[tuple[Key, Row, bool]]:
        """Every record with a readable key, and whether it is valid, in file order."""
        for batch in self.batches:
            found = [(line, row, True) for row, line in zip(batch.rows, batch.lines, strict=True)]
            found += [
                (one.located.line or 0, one.located.value, False) for one in batch.rejected if one.has_id
            ]
            for _, row, is_valid in sorted(found, key=itemgetter(0)):
                if (key := key_of(self.name, row, batch.file)) is not None:
                    yield key, row, is_valid


@dataclass(slots=True)
class Document:
    """One document as far as its tables are given; all documents share the speakers and annotators."""

    document_id: str
    tables: dict[str, Table]
    folder: DocumentFolder | None = None
    source: Source | None = None
    speakers: KnownSpeakers | None = None
    annotators: Set[str] | None = None
    """The ids of the described annotators; None where nobody is described, or not every line can be read."""
    incomplete: set[str] = field(default_factory=set)
    """Tables with a wrong id. A record that seems to be missing from them may only be misnamed."""
    _faulty: dict[int, set[str]] = field(default_factory=dict)
    _numbered: dict[str, bool] = field(default_factory=dict)

    def rows(self, table: str) -> list[Row]:
        """The records of a table that passed the earlier levels, in file order."""
        return self.tables[table].rows if table in self.tables else []

    def eligible(self, table: str, *fields: str) -> Sequence[Row]:
        """The valid rows of a table in which no check has found an error that touches the given fields.

        Without fields, the rows in which no check has found any error.
        """
        rows = self.rows(table)
        if not self._faulty:
            return rows
        return [row for row in rows if id(row) not in self._faulty or not self.is_faulty(row, *fields)]

    def by_id(self, table: str, *fields: str) -> Mapping[Key, Row]:
        """The eligible rows by id; none if one of the table's ids is wrong."""
        if table in self.incomplete:
            return {}
        whole = self.tables[table]
        if not self._faulty and not whole.rejected and len(whole.rows) == len(whole.by_key):
            return whole.by_key
        rows = self.eligible(table, *fields)
        return dict(zip(map(itemgetter(*key_fields(table)), rows), rows, strict=True))

    def is_numbered(self, table: str) -> bool:
        """Whether the claims or segments are the document's, numbered 1, 2, 3 … in the order of the file.

        They nearly always are, and then no id is wrong in itself.
        """
        if table not in self._numbered:
            start = f"{self.document_id}-{table[0]}"
            ids = [row[key_fields(table)[0]] for row in self.rows(table)]
            is_whole = table in self.tables and not self.tables[table].rejected
            self._numbered[table] = is_whole and ids == [
                f"{start}{number:03d}" for number in range(1, len(ids) + 1)
            ]
        return self._numbered[table]

    def named(self, definition: str, tables: Iterable[str]) -> set[str]:
        """The ids of one kind, such as those of speakers, that the valid rows of some tables name."""
        return set().union(*[self.tables[table].named(definition) for table in tables])

    def is_complete(self, table: str) -> bool:
        """Whether an id that is not in the table is truly unknown."""
        return table in self.tables and not self.tables[table].has_unnamed and table not in self.incomplete

    def mark_faulty(self, row: Row, field_name: str | None) -> None:
        """Mark a field, or the whole record, as faulty for the checks that follow."""
        self._faulty.setdefault(id(row), set()).add(field_name or _WHOLE)

    def mark_incomplete_tables(self) -> None:
        """Treat every table with a wrong id as incomplete."""
        if not self._faulty:
            return
        for name, table in self.tables.items():
            if self.has_faulty(table.rows, *key_fields(name), "position"):
                self.incomplete.add(name)

    def mark_faulty_as_whole(self) -> None:
        """Leave every record with an error out of all further checks."""
        for fields in self._faulty.values():
            fields.add(_WHOLE)

    def is_faulty(self, row: Row, *fields: str) -> bool:
        """Whether a check has found an error in the record, or in those fields of it."""
        found = self._faulty.get(id(row))
        return bool(found and (not fields or not found.isdisjoint((_WHOLE, *fields))))

    def has_faulty(self, rows: Iterable[Row], *fields: str) -> bool:
        """Whether a check has found an error in one of the records, or in those fields of one."""
        return bool(self._faulty) and any(self.is_faulty(row, *fields) for row in rows)

    @property
    def record(self) -> Row | None:
        """The document's own record, if it passed the earlier levels."""
        return next(iter(self.rows("documents")), None)

    @property
    def withdrawn(self) -> list[str]:
        """The ids of the claims that the document lists as withdrawn, in that order."""
        return [claim["claim_id"] for claim in self.record["withdrawn"]] if self.record else []

    def place(self, row: Row) -> Place:
        """Where a record of the document is."""
        return next(table.place(row) for table in self.tables.values() if table.has(row))

    def record_id(self, row: Row) -> str | None:
        """The key of a record as people write it."""
        place = self.place(row)
        return record_id(place.table, row, place.file)

    def finding(
        self, row: Row, rule: Rule, message: str, at: tuple[str | int, ...] = (), expected: str | None = None
    ) -> Finding:
        """A finding about a record; `at` is the path to the field concerned."""
        place = self.place(row)
        line = place.field_lines.get(str(at[0]), place.line) if at else place.line
        return rule.finding(
            message,
            file=place.file,
            line=line,
            record_id=record_id(place.table, row, place.file),
            path=json_path(at) if at else None,
            expected=expected,
        )


def _has_unnamed(batch: Batch) -> bool:
    return bool(batch.unlisted) or any(
        not one.has_id or any(finding.rule == NO_FINAL_NEWLINE.id for finding in one.findings)
        for one in batch.rejected
    )


@cache
def fields_of(table: str, definition: str) -> tuple[Field, ...]:
    """The places of a table's records that hold ids of one kind, except the table's own key."""
    return tuple(field for field in reference_fields(table) if field.definition == definition)


def number_of(record_id: str) -> int:
    """The number at the end of a claim's or segment's id."""
    return int(record_id.rpartition("-")[2][1:])


def owner_of(record_id: str) -> str:
    """The id of the document that a claim's or segment's id starts with."""
    return record_id.rpartition("-")[0]
