"""The first pass over files that hold many documents: which lines belong to which document.

A run is a stretch of consecutive lines of one file that name the same document. One task finds the runs of
one chunk of a file; `index` collects them. Levels 1 and 2 of a block are checked on the way, where one look
at all of its lines says that nothing is wrong with them: a task reads them again only to compare records.
Of other blocks the ids are decoded line by line. A line that cannot be decoded in this way is read by the
reference reader, so both passes agree on what a line says.
"""

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from io import BytesIO
from itertools import accumulate, groupby
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from onrecord.model.tables import load_schema
from onrecord.reading.batches import Part
from onrecord.reading.blocks import CACHE_BYTES, Block, iter_blocks, skip_line
from onrecord.reading.file_rules import LONGEST_LINE
from onrecord.reading.jsonl import ends_reading
from onrecord.reading.records import read_record, read_stream
from onrecord.validation.scan_json import accept

_LETTERS = ("c", "s")
"""How the last part of the id of a claim or segment starts."""

NOBODY = ""
"""The document of lines that cannot be read: they may be records of any document."""

_MOST_LINES = 100_000
"""Lines that name no document and form one run, because each of them becomes a finding."""


class LineRun(NamedTuple):
    """Consecutive lines that name the same document: bytes `start` to `end` of the file, or rows of Parquet.

    `document` is None for records that name none: they follow the record before them. `other` is a second
    document that each of the lines names.
    """

    document: str | None
    other: str | None
    start: int
    end: int
    lines: int
    votes: int
    """How often these lines name their document."""
    is_valid: bool = False
    """Whether certainly none of the lines has a finding of level 1 or 2."""


@dataclass(frozen=True, slots=True)
class ChunkRuns:
    """The runs of one chunk in the order of the file."""

    runs: tuple[LineRun, ...]
    ends_reading: bool
    """Whether the rest of the file holds no records."""


class _Ids(msgspec.Struct, gc=False):
    """The document of a record, and ids that start with the id of their document."""

    document_id: str | None = None
    claim_id: str | None = None
    source_id: str | None = None
    segment_id: str | None = None
    target_id: str | None = None


_decode = msgspec.json.Decoder(_Ids).decode

Candidates = tuple[str | None, str | None, int]
"""The document that a record names, another that it names as well, and how often it names the first."""

_UNREADABLE: Candidates = (NOBODY, None, 0)


def find_runs(chunk: Part) -> ChunkRuns:
    """The runs of the lines that start in a chunk. Raises OSError."""
    if chunk.form == "record":
        content = chunk.read()
        document, other, votes = candidates(read_record(content, chunk.file, chunk.table).value)
        return ChunkRuns((LineRun(document, other, 0, len(content), 1, votes),), ends_reading=False)
    if chunk.form == "rows":
        # Loads Arrow, which JSON does without.
        from onrecord.reading.parquet_rows import iter_ids

        rows = iter_ids(Path(chunk.path), _Ids.__struct_fields__)
        return ChunkRuns(tuple(_row_runs(_of_table(map(candidates, rows), chunk.table))), ends_reading=False)
    runs: list[LineRun] = []
    with chunk.open_file() as stream:
        start = chunk.start
        if start:
            # The line that is under way here belongs to the chunk before.
            stream.seek(start - 1)
            start += skip_line(stream) - 1
        for block in iter_blocks(stream, start, chunk.end, CACHE_BYTES):
            lines = block.content.split(b"\n")
            if not lines[-1]:
                lines.pop()
            records = accept(block.content, chunk.table, is_built=chunk.is_built)
            if records is not None:
                found, ends_reading = [_named(record) for record in records], False
            else:
                found, ends_reading = _candidates_of(lines, block, chunk)
            runs += _runs(_of_table(found, chunk.table), block, lines, is_valid=records is not None)
            if ends_reading:
                return ChunkRuns(tuple(runs), ends_reading=True)
    return ChunkRuns(tuple(runs), ends_reading=False)


def _row_runs(named: Iterable[Candidates]) -> Iterator[LineRun]:
    start = 0
    for (document, other, votes), group in groupby(named):
        size = sum(1 for _ in group)
        yield LineRun(document, other, start, start + size, size, votes * size)
        start += size


def candidates(value: Mapping[str, Any]) -> Candidates:
    """The documents that a record may belong to, as far as it says so; NOBODY's where nothing can be read."""
    if not value:
        return _UNREADABLE
    return _named({field: name for field, name in value.items() if isinstance(name, str)})


def _of_table(found: Iterable[Candidates], table: str) -> Iterable[Candidates]:
    """The same, except that a document never follows the one before it: it may be any that is missing."""
    return (_UNREADABLE if one[0] is None else one for one in found) if table == "documents" else found


def _candidates_of(lines: list[bytes], block: Block, chunk: Part) -> tuple[list[Candidates], bool]:
    """What each line names; fewer entries than lines where the rest of the file holds no records."""
    found: list[Candidates] = []
    for text in lines:
        try:
            row = _decode(text) if len(text) <= LONGEST_LINE else None
        except (msgspec.MsgspecError, UnicodeDecodeError, RecursionError):
            row = None
        if row:
            found.append(_named(msgspec.structs.asdict(row)))
        elif not text.strip():
            # Damage can make millions of them.
            found.append(_UNREADABLE)
        else:
            is_start = block.start == 0 and not found
            [located] = read_stream(BytesIO(text + b"\n"), chunk.file, chunk.table, is_start=is_start)
            found.append(candidates(located.value))
            if ends_reading(located.findings, text, is_start=is_start):
                return found, True
    return found, False


def _named(row: Mapping[str, Any]) -> Candidates:
    """What a record names by its document's id and its own; else by the id of the other claim."""
    get = row.get
    name = get("claim_id") or get("source_id") or get("segment_id") or ""
    target = get("target_id") or ""
    # Without its number, an id is the same for all records of a document.
    return _between(get("document_id"), name[: name.rfind("-") + 2], target[: target.rfind("-") + 2])


@lru_cache(maxsize=4096)
def _between(own: str | None, name: str, target: str) -> Candidates:
    """The same by the document's id and the starts of the other two, such as `doc-c`.

    A malformed id names no document: it would be one that nothing else belongs to.
    """
    first = own if own and _is_document_id(own) else ""
    owner = _document_of(name)
    if own is None and target:
        first, owner = owner, _document_of(target)
    if not first or not owner:
        return (first or owner, None, 1) if first or owner else (None, None, 0)
    return (first, None, 2) if first == owner else (first, owner, 1)


def _document_of(start: str) -> str:
    """The document that the id of a claim or segment starts with; "" where the id is malformed."""
    owner, _, letter = start.rpartition("-")
    return owner if letter in _LETTERS and _is_document_id(owner) else ""


def _is_document_id(text: str) -> bool:
    pattern = load_schema("documents")["$defs"]["document_id"]["pattern"]
    return re.search(pattern, text, re.ASCII) is not None and "\n" not in text


def _runs(
    found: Iterable[Candidates], block: Block, lines: list[bytes], *, is_valid: bool
) -> Iterator[LineRun]:
    ends = list(accumulate((len(line) + 1 for line in lines), initial=block.start))
    # A last line may lack its line break, or be cut off.
    ends[len(lines)] = block.end
    first = 0
    for (document, other, votes), group in groupby(found):
        stop = first + sum(1 for _ in group)
        while first < stop:
            last = stop if document else min(first + _MOST_LINES, stop)
            size = last - first
            yield LineRun(document, other, ends[first], ends[last], size, votes * size, is_valid)
            first = last
