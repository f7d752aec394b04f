"""Ids that lead nowhere, and numbers that do not run on.

Owns what follows from the lists of ids of a document; which places of a record hold ids is read from
the schemas.
"""

from collections.abc import Callable, Iterator

from onrecord.model.findings import nearest
from onrecord.model.tables import key_fields, reference_fields
from onrecord.reading.records import Located
from onrecord.rules.check import Problem, check
from onrecord.rules.document import Document, number_of, owner_of
from onrecord.rules.messages import name_of
from onrecord.rules.order import misplaced

_Path = tuple[str | int, ...]


@check(
    "claims",
    "documents",
    summary="A number that no claim has, before the highest one.",
    why="A lost claim shows as a gap; a claim taken out on purpose is listed in the document's `withdrawn`.",
    mend="Put the claim back, list its id as withdrawn, or close the gap before the first release.",
)
def claim_number_gap(document: Document) -> Iterator[Problem]:
    withdrawn = document.record.value["withdrawn"] if document.record else []
    if document.record is not None:
        yield from _gaps(document, "claims", withdrawn)


@check(
    "segments",
    "documents",
    summary="A number that no segment has, before the highest one.",
    why="Segments are numbered by position; a gap is a lost segment.",
    mend="Put the segment back, or renumber.",
)
def segment_number_gap(document: Document) -> Iterator[Problem]:
    yield from _gaps(document, "segments", [])


@check(
    summary="A claim or segment that does not stand where its number says.",
    why="Records in order of their numbers are read, compared and merged without surprises.",
    mend="Move the line, or correct the number.",
)
def record_out_of_order(document: Document) -> Iterator[Problem]:
    for table in ("segments", "claims"):
        if not document.trusts(table):
            continue
        records = list(document.tables[table].first_with.values())
        for record, before, after in _misplaced(records):
            place = f"after {before.record_id}" if before else f"first, before {after.record_id}"
            message = f"the record stands {place}"
            yield Problem(record, message, key_fields(table)[:1], "records in the order of their numbers")


@check(
    "segments",
    summary="A segment id that no segment of the document has.",
    why="A claim must lead to the place in the source that it rests on.",
    mend="Use the id given, or add the segment.",
)
def unknown_segment(document: Document) -> Iterator[Problem]:
    yield from _unknown(document, "segments", lambda wanted: f"there is no segment {wanted} in this document")


@check(
    "claims",
    summary="A claim id that no claim of the document has.",
    why="Relations and annotations are nothing without the claims that they are about.",
    mend="Use the id given, or add the claim.",
)
def unknown_claim(document: Document) -> Iterator[Problem]:
    withdrawn = set(document.record.value["withdrawn"]) if document.record else set()

    def message(wanted: str) -> str:
        if wanted in withdrawn:
            return f"the claim {wanted} was withdrawn"
        return f"there is no claim {wanted} in this document"

    yield from _unknown(document, "claims", message)


@check(
    "speakers",
    summary="A speaker id that `speakers.jsonl` does not have.",
    why="Who said it is half of what the dataset records.",
    mend="Use the id given, or add the speaker.",
)
def unknown_speaker(document: Document) -> Iterator[Problem]:
    yield from _unknown(
        document, "speakers", lambda wanted: f"there is no speaker {wanted} in speakers.jsonl"
    )


def _unknown(document: Document, target: str, message: Callable[[str], str]) -> Iterator[Problem]:
    if not document.trusts(target):
        return
    definition = key_fields(target)[0]
    known = document.tables[target].ids()
    known_or_none = {None, *known}
    # One missing record is one cause, however many mentions it has.
    lost: dict[str, list[tuple[Located, _Path]]] = {}
    for table in document.tables:
        # A document names claims only to say that they are gone.
        fields = [f for f in reference_fields(table) if f.definition == definition and table != "documents"]
        for record in document.sound(table, *(field.path[0] for field in fields)):
            for field in fields:
                # Nearly always all of them are known.
                if known_or_none.issuperset(field.named(record.value)):
                    continue
                for path, wanted in field.values(record.value):
                    if wanted not in known_or_none:
                        lost.setdefault(wanted, []).append((record, path))
    # A number that a gap finding names is not told again by every record that refers to it.
    withdrawn = document.record.value["withdrawn"] if document.record and target == "claims" else []
    has_gaps = bool(lost) and target in ("claims", "segments")
    skipped = _missing(document, target, withdrawn) if has_gaps else {}
    for wanted, places in lost.items():
        if wanted in skipped:
            continue
        record, path = places[0]
        others = f" (and {len(places) - 1} more mentions)" if len(places) > 2 else ""
        others = " (and 1 more mention)" if len(places) == 2 else others
        for other, other_path in places[1:]:
            document.blame(other, str(other_path[0]))
        where = f"{name_of(path)}: {message(wanted)}{others}"
        yield Problem(record, where, path, _hint(wanted, known))


def _hint(wanted: str, known: list[str]) -> str | None:
    """The id that was meant, where the spelling can tell; among numbered ids any number is as likely."""
    numbered = [other for other in known if owner_of(other) == owner_of(wanted) and other[-1].isdigit()]
    return f"an id from {numbered[0]} to {numbered[-1]}" if len(numbered) > 1 else nearest(wanted, known)


def _missing(document: Document, table: str, withdrawn: list[str]) -> dict[str, str]:
    """The ids whose numbers are skipped, each with the known id that comes next."""
    numbers = {number_of(known): known for known in (*withdrawn, *document.tables[table].ids())}
    letter = table[0]
    missing: dict[str, str] = {}
    last = 0
    for number in sorted(numbers):
        # A number far off is a slip of the pen, and not worth a million missing ids.
        for skipped in range(last + 1, min(number, last + 1000)):
            missing[f"{document.document_id}-{letter}{skipped:03d}"] = numbers[number]
        last = number
    return missing


def _gaps(document: Document, table: str, withdrawn: list[str]) -> Iterator[Problem]:
    if not document.trusts(table):
        return
    records = document.tables[table].first_with
    ordered = list(records.values())
    if next(_misplaced(ordered), None):
        return
    by_next: dict[str, list[str]] = {}
    for skipped, after in _missing(document, table, withdrawn).items():
        by_next.setdefault(after, []).append(skipped)
    for after, skipped_ids in by_next.items():
        first, last = skipped_ids[0], skipped_ids[-1]
        what = f"{first} is missing" if first == last else f"{first} to {last} are missing"
        record = records.get((after,))
        if record is not None:
            yield Problem(record, f"{what}: this is the next {table[:-1]}", key_fields(table)[:1], first)
        elif document.record is not None:
            at: _Path = ("withdrawn", withdrawn.index(after))
            yield Problem(document.record, f"{what}, before the withdrawn {after}", at, first)


def _misplaced(records: list[Located]) -> Iterator[tuple[Located, Located | None, Located]]:
    """The fewest records that are out of order, each with the one before it, if any, and the one after."""
    numbers = [number_of(record.key[0]) for record in records if record.key]
    for index in sorted(misplaced(numbers, strictly=True)):
        after = records[min(index + 1, len(records) - 1)]
        yield records[index], records[index - 1] if index else None, after


CHECKS = (
    record_out_of_order,
    claim_number_gap,
    segment_number_gap,
    unknown_segment,
    unknown_claim,
    unknown_speaker,
)
