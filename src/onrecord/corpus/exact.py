"""Single lines as the reference reads them: for what `columns` left out and `accepting` did not accept.

Owns the way from such a line to its findings of levels 1 and 2, and what can still be made of the record.
"""

import io
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from onrecord.corpus.signs import Lines
from onrecord.model.findings import Finding
from onrecord.reading.file_rules import CARRIAGE_RETURN, NOT_UTF8
from onrecord.reading.jsonl import is_not_text
from onrecord.reading.records import Located, read_stream
from onrecord.rules.schema import has_readable_id, verdict


@dataclass(frozen=True, slots=True)
class Odd:
    """A line that was looked at by itself: its index among the lines, its record, and what is wrong."""

    index: int
    record: Located
    findings: tuple[Finding, ...]
    is_sound: bool
    has_id: bool
    ends_reading: bool
    """Whether nothing after it can be read as text."""


def look_at(
    lines: Lines, indices: Iterable[int], file: str, table: str, first: int, level: int, *, has_told_cr: bool
) -> Iterator[Odd]:
    """Levels 1 and 2 of the lines; `first` is the number that line 0 has in its file.

    Carriage returns are told once a file, so that `has_told_cr` says whether they have been.
    """
    for index in indices:
        content = lines.line(int(index))
        for record in read_stream(io.BytesIO(content), file, table, first + int(index)):
            found = tuple(f for f in record.findings if f.rule != CARRIAGE_RETURN.id or not has_told_cr)
            has_told_cr |= len(found) == len(record.findings) and has_carriage_return(found)
            yield _judged(int(index), replace(record, findings=found), content, level)


def has_carriage_return(findings: Iterable[Finding]) -> bool:
    """Whether one of the findings is of a carriage return."""
    return any(finding.rule == CARRIAGE_RETURN.id for finding in findings)


def canonical(records: Iterable[Located]) -> bytes:
    """Sound records as the lines that `columns` reads best."""
    return "".join(json.dumps(record.value, ensure_ascii=False) + "\n" for record in records).encode()


def _judged(index: int, record: Located, content: bytes, level: int) -> Odd:
    wrong = list(record.findings)
    has_id = False
    if level >= 2 and record.line is not None:
        wrong, has_id = (wrong, has_readable_id(record)) if wrong else verdict(record)
    is_sound = not wrong and level >= 2 and record.line is not None
    is_over = any(finding.rule == NOT_UTF8.id for finding in wrong) and is_not_text(content)
    return Odd(index, record, tuple(wrong), is_sound, has_id, is_over)
