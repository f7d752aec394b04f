"""Dangling ids, and gaps in numbers.

Checks the lists of ids of a document. Which fields of a record hold ids is read from the schemas.
"""

from collections.abc import Callable, Iterator, Mapping, Set
from functools import cache

from onrecord.model.findings import nearest
from onrecord.model.tables import EACH, Field, key_fields
from onrecord.reading.located import Row
from onrecord.rules.check import Problem, check
from onrecord.rules.document import Document, Table, fields_of, number_of, owner_of
from onrecord.rules.messages import name_of
from onrecord.rules.order import out_of_order

_Path = tuple[str | int, ...]

_WITHDRAWN = ("documents", ("withdrawn", EACH, "claim_id"))
"""The one place of a document that names claims of which there is no record any more."""

_HISTORY = frozenset({"errata", "extraction_matches", "labellings"})
"""The tables about claims as they once were: they may name claims that were withdrawn since."""


@check(
    "claims",
    "documents",
    summary="A number that no claim has, below the highest one.",
    why="A missing claim shows as a gap; a claim removed on purpose is listed in the document's `withdrawn`.",
    fix="Restore the claim, list its id as withdrawn, or close the gap before the first release.",
)
def claim_number_gap(document: Document) -> Iterator[Problem]:
    if document.record is not None:
        yield from _gaps(document, "claims", document.withdrawn)


@check(
    "segments",
    "documents",
    summary="A number that no segment has, below the highest one.",
    why="Segments are numbered by position; a gap is a missing segment.",
    fix="Restore the segment, or renumber.",
)
def segment_number_gap(document: Document) -> Iterator[Problem]:
    yield from _gaps(document, "segments", [])


@check(
    summary="A claim or segment whose place in the file does not follow the order of the numbers.",
    why="Records in the order of their numbers are easier to read, compare and merge.",
    fix="Move the line, or correct the number.",
)
def record_out_of_order(document: Document) -> Iterator[Problem]:
    for table in ("segments", "claims"):
        if document.is_numbered(table) or not document.is_complete(table):
            continue
        for name, before, after in _out_of_order(document.tables[table]):
            place = f"after {before}" if before else f"first, before {after}"
            message = f"the record comes {place}"
            yield Problem(
                document.tables[table].by_key[name],
                message,
                key_fields(table)[:1],
                "records in the order of their numbers",
            )


@check(
    "segments",
    summary="A segment id that no segment of the document has.",
    why="A claim must name the place in the source that it rests on.",
    fix="Use the expected id, or add the segment.",
)
def unknown_segment(document: Document) -> Iterator[Problem]:
    yield from _unknown(document, "segments", lambda wanted: f"there is no segment {wanted} in this document")


@check(
    "claims",
    summary="A claim id that no claim of the document has.",
    why="Relations and annotations mean nothing without the claims that they are about.",
    fix="Use the expected id, or add the claim.",
)
def unknown_claim(document: Document) -> Iterator[Problem]:
    withdrawn = set(document.withdrawn)

    def message(wanted: str) -> str:
        if wanted in withdrawn:
            return f"the claim {wanted} was withdrawn"
        return f"there is no claim {wanted} in this document"

    yield from _unknown(document, "claims", message)


@check(
    summary="A speaker id that `speakers.jsonl` does not have.",
    why="Who made a claim is half of what the dataset records.",
    fix="Use the expected id, or add the speaker.",
)
def unknown_speaker(document: Document) -> Iterator[Problem]:
    if document.speakers is None or not document.speakers.is_complete:
        return
    wanted = document.named("speaker_id", document.tables)
    known = document.speakers.names(wanted)
    if len(known) == len(wanted):
        return
    fields = {table: _fields(table, "speaker_id") for table in document.tables}
    for unknown, places in _unknown_ids(document, fields, dict.fromkeys(fields, known.keys())).items():
        message = f"there is no speaker {unknown} in speakers.jsonl"
        yield _dangling(document, places, message, document.speakers.nearest(unknown))


def _unknown(document: Document, target: str, message: Callable[[str], str]) -> Iterator[Problem]:
    """The ids of claims or segments that the document's own table does not have."""
    if not document.is_complete(target):
        return
    known = document.tables[target].by_key
    definition = key_fields(target)[0]
    withdrawn = document.withdrawn if target == "claims" else []
    of_history = known.keys() | set(withdrawn)
    ids = {table: of_history if table in _HISTORY else known.keys() for table in document.tables}
    if all(_named(document, table, definition) <= ids[table] for table in document.tables):
        return
    # An id that the finding about a gap names is not reported again for every record that refers to it.
    missing = _missing(document, target, withdrawn)
    fields = {table: _fields(table, definition) for table in document.tables}
    for unknown, places in _unknown_ids(document, fields, ids).items():
        if unknown not in missing:
            yield _dangling(document, places, message(unknown), nearest_id(unknown, list(known)))


@cache
def _fields(table: str, definition: str) -> tuple[Field, ...]:
    """The places of a table's records that hold ids of this kind, and of which there must be a record."""
    return tuple(field for field in fields_of(table, definition) if (table, field.path) != _WITHDRAWN)


def _named(document: Document, table: str, definition: str) -> Set[str]:
    """The ids at these places in the valid records of a table."""
    if table != _WITHDRAWN[0]:
        return document.tables[table].named(definition)
    rows = document.rows(table)
    return {name for field in _fields(table, definition) for name in field.column(rows) if name is not None}


def _unknown_ids(
    document: Document, fields: Mapping[str, tuple[Field, ...]], known: Mapping[str, Set[str]]
) -> dict[str, list[tuple[Row, _Path]]]:
    """The unknown ids with the places that name them: a missing record is one cause, however often named."""
    unknown: dict[str, list[tuple[Row, _Path]]] = {}
    for table, of_table in fields.items():
        for record in document.eligible(table, *(field.path[0] for field in of_table)) if of_table else ():
            for field in of_table:
                for path, wanted in field.values(record):
                    if wanted is not None and wanted not in known[table]:
                        unknown.setdefault(wanted, []).append((record, path))
    return unknown


def _dangling(document: Document, places: list[tuple[Row, _Path]], message: str, hint: str | None) -> Problem:
    """The problem of an unknown id, reported at the first place that names it."""
    (record, path), *others = places
    for other, other_path in others:
        document.mark_faulty(other, str(other_path[0]))
    more = f" (and {len(others)} more reference{'s' if len(others) > 1 else ''})" if others else ""
    return Problem(record, f"{name_of(path)}: {message}{more}", path, hint)


def nearest_id(wanted: str, known: list[str]) -> str | None:
    """The range of the numbered ids, because each of them is equally likely; else the most similar id."""
    numbered = [other for other in known if owner_of(other) == owner_of(wanted) and other[-1].isdigit()]
    return f"an id from {numbered[0]} to {numbered[-1]}" if len(numbered) > 1 else nearest(wanted, known)


def _missing(document: Document, table: str, withdrawn: list[str]) -> dict[str, str]:
    """The ids whose numbers are skipped, each with the known id that comes next."""
    if not withdrawn and document.is_numbered(table):
        return {}
    numbers = {number_of(known): known for known in (*withdrawn, *document.tables[table].by_key)}
    letter = table[0]
    missing: dict[str, str] = {}
    last = 0
    for number in sorted(numbers):
        # Cap the gap: a far-off number is a typo, not a million missing ids.
        for skipped in range(last + 1, min(number, last + 1000)):
            missing[f"{document.document_id}-{letter}{skipped:03d}"] = numbers[number]
        last = number
    return missing


def _gaps(document: Document, table: str, withdrawn: list[str]) -> Iterator[Problem]:
    if not document.is_complete(table):
        return
    records = document.tables[table].by_key
    if not document.is_numbered(table) and next(_out_of_order(document.tables[table]), None):
        return
    by_next: dict[str, list[str]] = {}
    for skipped, after in _missing(document, table, withdrawn).items():
        by_next.setdefault(after, []).append(skipped)
    for after, skipped_ids in by_next.items():
        first, last = skipped_ids[0], skipped_ids[-1]
        what = f"{first} is missing" if first == last else f"{first} to {last} are missing"
        record = records.get(after)
        if record is not None:
            yield Problem(record, f"{what}: this is the next {table[:-1]}", key_fields(table)[:1], first)
        elif document.record is not None:
            at: _Path = ("withdrawn", withdrawn.index(after), "claim_id")
            yield Problem(document.record, f"{what}, before the withdrawn {after}", at, first)


def _out_of_order(table: Table) -> Iterator[tuple[str, str | None, str]]:
    """The fewest ids that are out of order, each with the one before it, if any, and the one after."""
    ids = table.ids()
    wrong = out_of_order([number_of(name) for name in ids], strictly=True)
    for index in sorted(wrong):
        after = ids[min(index + 1, len(ids) - 1)]
        yield ids[index], ids[index - 1] if index else None, after


CHECKS = (
    record_out_of_order,
    claim_number_gap,
    segment_number_gap,
    unknown_segment,
    unknown_claim,
    unknown_speaker,
)
