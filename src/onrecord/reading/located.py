"""Located: a record as the reference reader returns it, with its file, its line and its level 1 findings."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from onrecord.model.findings import Finding, Rule, json_path, printable
from onrecord.model.tables import key_fields

NAMED_BY_FILE = frozenset({"extractions", "labellings"})
"""Tables whose annotator is the name of the file."""

Row = dict[str, Any]
Key = Any
"""The value of a table's key field, or a tuple where the key has several parts."""


def annotator_of(file: str) -> str:
    """The annotator that a file of annotations is named after."""
    return file.rpartition("/")[2].rpartition(".")[0]


def key_of(table: str, value: Mapping[str, Any], file: str) -> Key | None:
    """The key of a record, or None if a part of it is missing or neither a string nor a number."""
    parts = [value.get(name) for name in key_fields(table)]
    if any(type(part) not in (str, int) for part in parts):
        return None
    if table in NAMED_BY_FILE:
        return (annotator_of(file), *parts)
    return parts[0] if len(parts) == 1 else tuple(parts)


def record_id(table: str, value: Mapping[str, Any], file: str) -> str | None:
    """The key as people write it, its parts joined by spaces; None if no part can be read."""
    parts = [value.get(name) for name in key_fields(table)]
    known = [str(part) for part in parts if type(part) in (str, int)]
    annotator = [annotator_of(file)] if table in NAMED_BY_FILE else []
    return printable(" ".join([*annotator, *known])) if known else None


@dataclass(frozen=True, slots=True)
class Located:
    """A record, its place, and its findings of level 1.

    `value` holds what could be read: {} for a line that is not a record, and then `findings` says why.
    """

    table: str
    value: Row
    file: str
    line: int | None
    findings: tuple[Finding, ...] = ()
    field_lines: Mapping[str, int] = field(default_factory=dict)
    is_built: bool = False
    """Whether it is a row of a built table, with derived fields; `line` is then the number of the row."""

    @property
    def key(self) -> Key | None:
        """What identifies the record in its table, or None if a part of it cannot be read."""
        return key_of(self.table, self.value, self.file)

    @property
    def record_id(self) -> str | None:
        """The key as people write it."""
        return record_id(self.table, self.value, self.file)

    @property
    def annotator(self) -> str:
        """The annotator whose file the record is in, for tables with one file per annotator."""
        return annotator_of(self.file)

    def finding(
        self, rule: Rule, message: str, *, at: tuple[str | int, ...] = (), expected: str | None = None
    ) -> Finding:
        """A finding about this record; `at` is the path to the field concerned."""
        line = self.field_lines.get(str(at[0]), self.line) if at else self.line
        path = json_path(at) if at else None
        return rule.finding(
            message, file=self.file, line=line, record_id=self.record_id, path=path, expected=expected
        )
