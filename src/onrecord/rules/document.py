"""What the checks of levels 3 and 4 look at: the records of one document, table by table.

Owns which records are still in the running, which ids are known, and when a table's ids can be relied on,
so that one fault does not set off findings all over the document. Knows no rule.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

from onrecord.model.tables import key_fields
from onrecord.reading.article import Source
from onrecord.reading.records import DocumentFolder, Key, Located

_WHOLE = "*"


@dataclass(slots=True)
class Table:
    """The records of one table: those that may be checked further, and every id that can be read."""

    records: list[Located] = field(default_factory=list)
    first_with: dict[Key, Located] = field(default_factory=dict)
    repeated: list[Located] = field(default_factory=list)
    has_unnamed: bool = False
    """Whether some line has no readable id: then an id that is not found may be the one on that line."""

    def add(self, record: Located, *, is_sound: bool, has_id: bool = True) -> None:
        """Take in a record; one that failed an earlier level lends the table its id only, if it has one."""
        if record.key is None or not has_id:
            self.has_unnamed = True
        elif record.key in self.first_with:
            if is_sound:
                self.repeated.append(record)
        else:
            self.first_with[record.key] = record
        if is_sound:
            self.records.append(record)

    def ids(self) -> list[str]:
        """Every readable id, in file order, of a table whose key is one field."""
        return [key[0] for key in self.first_with]


@dataclass(slots=True)
class Document:
    """One document as far as its tables are at hand; `speakers` is shared by all documents."""

    document_id: str
    tables: dict[str, Table]
    folder: DocumentFolder | None = None
    source: Source | None = None
    distrusted: set[str] = field(default_factory=set)
    """Tables in which an id is wrong: what seems to be missing there may only be misnamed."""
    _blamed: dict[tuple[str, int | None], set[str]] = field(default_factory=dict)

    def records(self, table: str) -> list[Located]:
        """The records of a table that passed the earlier levels, in file order."""
        return self.tables[table].records if table in self.tables else []

    def sound(self, table: str, *fields: str) -> Iterator[Located]:
        """The records of a table in which no check has found a fault that touches the given fields.

        Without fields: those in which no fault has been found at all.
        """
        records, blamed = self.records(table), self._blamed
        if not blamed:
            return iter(records)
        # Of a document with a fault nearly every record is sound, and every check asks.
        return (
            record
            for record in records
            if (record.file, record.line) not in blamed or not self.is_blamed(record, *fields)
        )

    def by_id(self, table: str, *fields: str) -> dict[str, Located]:
        """The same records, by their id; none where one of the ids is wrong."""
        if table in self.distrusted:
            return {}
        return {record.key[0]: record for record in self.sound(table, *fields) if record.key}

    def trusts(self, table: str) -> bool:
        """Whether an id that is not in the table is truly unknown."""
        return table in self.tables and not self.tables[table].has_unnamed and table not in self.distrusted

    def blame(self, record: Located, field_name: str | None) -> None:
        """Note a fault in a field, or in the whole record, for the checks that come after."""
        self._blamed.setdefault((record.file, record.line), set()).add(field_name or _WHOLE)

    def distrust_blamed_tables(self) -> None:
        """No longer take what is missing from a table with a wrong id for truly missing."""
        for name, table in self.tables.items():
            if any(self.is_blamed(record, *key_fields(name), "position") for record in table.records):
                self.distrusted.add(name)

    def blame_whole_records(self) -> None:
        """Leave every record with a fault out of all that comes after."""
        for fields in self._blamed.values():
            fields.add(_WHOLE)

    def is_blamed(self, record: Located, *fields: str) -> bool:
        """Whether a fault has been found in the record, or in those fields of it."""
        # Nearly every record is sound, and this is asked of each by every check.
        found = self._blamed.get((record.file, record.line)) if self._blamed else None
        return bool(found and (not fields or not found.isdisjoint((_WHOLE, *fields))))

    @property
    def record(self) -> Located | None:
        """The document's own record, where it passed the earlier levels."""
        return next(iter(self.records("documents")), None)


def number_of(record_id: str) -> int:
    """The number at the end of a claim's or segment's id."""
    return int(record_id.rpartition("-")[2][1:])


def owner_of(record_id: str) -> str:
    """The id of the document that a claim's or segment's id starts with."""
    return record_id.rpartition("-")[0]
