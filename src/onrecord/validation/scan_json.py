r"""Levels 1 and 2 of JSON: a part of a file to a batch of valid rows and rejected records.

`accept` takes whole blocks of lines at once and says yes or no. It may refuse what is valid, never the other
way round. The lines of a block that it refuses go one by one to the reference reader and the reference
validator, which write the findings.

Why an accepted block has no finding of level 1 or 2:

- Each line is one object, because each is decoded by itself.
- No key is repeated: the text has as many keys as the decoded records. A key ends in `":` in the text, and
  `\":` inside a string does not count.
- msgspec rejects what RFC 8259 rejects: other encodings, control characters, NaN, lone surrogates.
- jsonschema-rs checks the schema. What JSON Schema cannot say is checked here: 5.0 is not how an integer is
  written, and the calendar has no 30 February.
"""

import errno
import os
import stat
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cache, partial
from io import BytesIO
from itertools import islice
from typing import Any

import msgspec

from onrecord.exceptions import EdtfError
from onrecord.model import edtf
from onrecord.model.findings import Finding
from onrecord.model.tables import Field, authored_schema, built_schema, edtf_fields, integer_fields
from onrecord.model.validators import fast_validator_of_many
from onrecord.reading.batches import Batch, Part
from onrecord.reading.blocks import iter_blocks
from onrecord.reading.file_rules import BLANK_LINE, LARGEST_DOCUMENT, LARGEST_INTEGER, LONGEST_LINE
from onrecord.reading.files import is_url, reason
from onrecord.reading.jsonl import ends_reading
from onrecord.reading.located import Located, Row
from onrecord.reading.records import read_record, read_stream, unreadable
from onrecord.rules.schema import check_record, has_readable_id
from onrecord.validation.repeated import RepeatedLines

_FEW = 64
"""Lines that are accepted or refused together, after a block was refused."""

_decoder = msgspec.json.Decoder(dict[str, Any])


def scan_json(part: Part, level: int, most: int | None = None) -> Batch:
    """The records of a part, checked up to level 2 (or 1); below level 2 no record counts as valid.

    Keep at most `most` findings per rule and count the others, so that memory does not grow with them.
    """
    batch = Batch(part.table, part.file, [], [], is_built=part.is_built)
    if most is not None:
        batch.most = most
    try:
        part = _sized(part)
        if part.form == "record":
            _scan_record(part, level, batch)
        else:
            _scan_lines(part, level, batch)
    except OSError as error:
        found = unreadable(part.table, part.file, f"the file cannot be read: {reason(error)}")
        batch.reject(found, found.findings, has_id=False)
    return batch


def _sized(part: Part) -> Part:
    """The part with its end, where it is a whole local file.

    Raises OSError where it is a folder, pipe or device: opening a pipe would block for ever.
    """
    if part.end is not None or part.content is not None or is_url(part.path):
        return part
    found = os.stat(part.path)  # noqa: PTH116 - a Path costs more than the call
    if not stat.S_ISREG(found.st_mode):
        what = "folder" if stat.S_ISDIR(found.st_mode) else "device or pipe"
        raise OSError(errno.EINVAL, f"expected a file of {part.table}, found a {what}")
    # A file of the system may give no size and have content all the same.
    end = found.st_size or None
    return part._replace(end=end)


def _scan_record(part: Part, level: int, batch: Batch) -> None:
    """A file with one record over several lines."""
    with part.open() as stream:
        located = read_record(stream.read(LARGEST_DOCUMENT + 1), part.file, part.table)
    batch.field_lines = located.field_lines
    _take(batch, located, level)


def _scan_lines(part: Part, level: int, batch: Batch) -> None:
    """Lines block by block; a block that is refused, by fewer lines and then one by one."""
    line, is_empty, repeated = part.line, True, RepeatedLines()
    read = decode_valid if part.is_valid else partial(accept, table=part.table, is_built=part.is_built)
    with part.open() as stream:
        for block in iter_blocks(stream, part.start, part.end):
            is_empty = False
            if (rows := read(block.content)) is not None:
                batch.add(rows, line, level)
                line += len(rows)
                continue
            for few in _few_lines(block.content):
                if _count_blanks(few, batch):
                    line += len(few)
                    continue
                rows = accept(b"".join(few), part.table, is_built=part.is_built) if len(few) > 1 else None
                if rows is not None:
                    batch.add(rows, line, level)
                else:
                    _look_at_each(few, line, part, level, batch, repeated)
                if batch.ends_reading:
                    return
                line += len(few)
    if is_empty:
        for located in read_stream(BytesIO(), part.file, part.table):
            _take(batch, located, level)


def _look_at_each(
    lines: list[bytes], first: int, part: Part, level: int, batch: Batch, repeated: RepeatedLines
) -> None:
    """Read lines one by one, until the rest of the file is no text."""
    for number, text in enumerate(lines, first):
        if _count_blanks([text], batch) or repeated.reject(text, number, batch):
            continue
        if (rows := accept(text, part.table, is_built=part.is_built)) is not None:
            batch.add(rows, number, level)
            continue
        is_start = number == 1
        [located] = read_stream(BytesIO(text), part.file, part.table, number, is_start=is_start)
        findings, has_id = _take(batch, located, level)
        if located.findings and ends_reading(located.findings, text, is_start=is_start):
            batch.ends_reading = True
            return
        if findings:
            repeated.add(text, located, findings, has_id=has_id)


def _count_blanks(lines: list[bytes], batch: Batch) -> bool:
    """Count lines that are blank, once enough of them are kept: reading millions of them takes minutes."""
    if not batch.is_full(BLANK_LINE.id) or b"".join(lines).strip(b" \n"):
        return False
    batch.records += len(lines)
    batch.unlisted[BLANK_LINE.id] += len(lines)
    return True


def _few_lines(content: bytes) -> Iterator[list[bytes]]:
    lines = BytesIO(content)
    while few := list(islice(lines, _FEW)):
        yield few


def _take(batch: Batch, located: Located, level: int) -> tuple[list[Finding], bool]:
    """Add a record as the reference reader sees it: valid, or rejected.

    Returns its findings, and whether others may refer to its id.
    """
    if batch.is_built:
        located = replace(located, is_built=True)
    batch.records += located.line is not None
    if located.findings or level < 2:
        findings = list(located.findings)
        has_id = level >= 2 and located.line is not None and has_readable_id(located)
    else:
        findings, has_id = check_record(located)
    if findings or level < 2:
        batch.reject(located, findings, has_id=has_id)
    else:
        batch.rows.append(located.value)
        batch.lines.append(located.line or 1)
    return findings, has_id


def accept(content: bytes, table: str, *, is_built: bool = False) -> list[Row] | None:
    """The records of whole lines where certainly none has a finding of level 1 or 2, else None."""
    lines = content.split(b"\n")
    # Without a last line break, the file may have been cut short.
    if lines.pop() or b"\r" in content or max(map(len, lines), default=0) > LONGEST_LINE:
        return None
    try:
        rows = list(map(_decoder.decode, lines))
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None
    is_valid = satisfies(rows, table, is_built=is_built)
    return rows if is_valid and _has_no_repeated_key(content, rows, table) else None


def decode_valid(content: bytes) -> list[Row] | None:
    """The records of lines that were accepted before; None where the file has changed since."""
    try:
        return _decoder.decode_lines(content)
    except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
        return None


def satisfies(rows: list[Row], table: str, *, is_built: bool = False) -> bool:
    """Whether certainly all of the records satisfy their schema, and what JSON Schema cannot say."""
    return (
        fast_validator_of_many(table, is_built=is_built).is_valid(rows)
        and all(_are_plain_integers(field.column(rows)) for field in integer_fields(table))
        and all(_are_doubles([row.get(name) for row in rows]) for name in _numbers(table))
        and all(_POSSIBLE[value] for field in _dates(table, is_built) for value in set(field.column(rows)))
    )


def _has_no_repeated_key(content: bytes, rows: list[Row], table: str) -> bool:
    r"""Whether the text has as many keys as the valid records that were decoded from it.

    For example, `{"a":"\":"}` has `":` twice, after the key and inside the string, and `\":` once. That makes
    2 - 1 = 1 key in the text, as in the record. `{"a":1,"a":1}` has 2 in the text and 1 in the record.
    """
    keys = sum(map(len, rows))
    for name, size in _lists_of_objects(table):
        keys += size * sum([len(row[name]) for row in rows])
    for name in _objects(table):
        keys += sum([len(row[name]) for row in rows if row.get(name)])
    written = content.count(b'":')
    return written == keys or written - content.count(b'\\":') == keys


@cache
def _lists_of_objects(table: str) -> tuple[tuple[str, int], ...]:
    """The fields that hold a list of objects, with the number of keys of each object."""
    properties = authored_schema(table)["properties"].items()
    return tuple(
        (name, len(sub["items"]["properties"]))
        for name, sub in properties
        if "properties" in sub.get("items", {})
    )


@cache
def _objects(table: str) -> tuple[str, ...]:
    """The fields that hold one object, whose keys are all optional."""
    properties = authored_schema(table)["properties"].items()
    return tuple(name for name, sub in properties if "properties" in sub)


def _are_plain_integers(values: Sequence[Any]) -> bool:
    """Whether no value is written with a decimal point or too large for a double."""
    return not values or (
        {*map(type, values)} == {int} and min(values) >= -LARGEST_INTEGER and max(values) <= LARGEST_INTEGER
    )


def _are_doubles(values: Sequence[Any]) -> bool:
    """Whether no whole number is too large for a double; any other number is one."""
    return all(abs(value) <= LARGEST_INTEGER for value in values if isinstance(value, int))


@cache
def _numbers(table: str) -> tuple[str, ...]:
    """The authored fields that hold a number, whole or not."""
    properties = authored_schema(table)["properties"].items()
    return tuple(name for name, sub in properties if "number" in sub.get("type", ()))


class _Possible(dict[str | None, bool]):
    """Whether a date or EDTF string exists in the calendar, asked once per string; bounded."""

    def __missing__(self, text: str) -> bool:
        if len(self) > 100_000:
            self.clear()
            self[None] = True
        try:
            edtf.parse(text)
        except EdtfError:
            self[text] = False
        else:
            self[text] = True
        return self[text]


_POSSIBLE = _Possible({None: True})


@cache
def _dates(table: str, is_built: bool) -> tuple[Field, ...]:
    schema = built_schema(table) if is_built else authored_schema(table)
    days = [
        Field((name,), "date") for name, sub in schema["properties"].items() if sub.get("format") == "date"
    ]
    return (*edtf_fields(table), *days)
