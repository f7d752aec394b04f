"""Ids that are wrong in themselves: duplicated, of another document, misnumbered, in the wrong file.

These checks run first. A table in which one of them finds an error no longer counts as a full list of ids, so
that a misnamed record is one finding and not one per reference to it.
"""

from collections import Counter
from collections.abc import Iterable, Iterator

from onrecord.model.tables import key_fields
from onrecord.reading.located import Row, annotator_of
from onrecord.rules.check import Problem, check
from onrecord.rules.document import Document, Table, number_of, owner_of

_NUMBERED = ("segments", "claims")


@check(
    "documents",
    summary="A document whose `document_id` is not the name of its folder.",
    why="Folders are found by name and records by id; both must identify the same document.",
    fix="Rename the folder, or correct the id.",
)
def folder_name_mismatch(document: Document) -> Iterator[Problem]:
    if document.folder is None:
        return
    name = document.folder.document_id
    for record in document.eligible("documents"):
        found = record["document_id"]
        if found != name:
            yield Problem(
                record, f"document_id is {found}, but the folder is called {name}", ("document_id",), name
            )


@check(
    summary="A record of another document than that of its folder, or of a document that is not given.",
    why="A document's folder is self-contained. A misplaced record would be built into the wrong article.",
    fix="Correct `document_id`, move the record, or add the document.",
)
def unknown_document(document: Document) -> Iterator[Problem]:
    for table in _NUMBERED:
        for record in document.eligible(table):
            found = record["document_id"]
            if found != document.document_id:
                message = f"document_id is {found}, but the records here belong to {document.document_id}"
                yield Problem(record, message, ("document_id",), document.document_id)
    # In a folder, a missing document is a missing file; among tables given together, it is a missing row.
    if (
        document.folder is None
        and document.is_complete("documents")
        and not document.tables["documents"].by_key
    ):
        for record in [record for table in document.tables for record in document.eligible(table)][:1]:
            message = f"the documents given do not include {document.document_id}"
            yield Problem(record, message, expected=f"a document {document.document_id}")


@check(
    summary="A claim id, segment id or withdrawn id that does not start with its document's id.",
    why="Ids must stay unique when documents are combined.",
    fix="Start the id with the document's id.",
)
def id_outside_document(document: Document) -> Iterator[Problem]:
    for table in _NUMBERED:
        field = key_fields(table)[0]
        for record in document.eligible(table):
            found = record[field]
            if owner_of(found) != document.document_id:
                message = f"{field} is {found}, which is an id of {owner_of(found)}"
                expected = f"{document.document_id}-{found.rpartition('-')[2]}"
                yield Problem(record, message, (field,), expected)
    for record in document.eligible("documents"):
        for index, withdrawn in enumerate(record["withdrawn"]):
            found = withdrawn["claim_id"]
            if owner_of(found) != document.document_id:
                message = f"withdrawn has {found}, which is an id of {owner_of(found)}"
                at = ("withdrawn", index, "claim_id")
                yield Problem(record, message, at, f"an id of {document.document_id}")


@check(
    summary="An id that two records of a table share.",
    why="Tables are joined on ids; a shared id makes every join ambiguous.",
    fix="Give the newer record a unique id, or delete the copy.",
)
def duplicate_id(document: Document) -> Iterator[Problem]:
    for name, table in document.tables.items():
        if len(key_fields(name)) > 1:
            continue
        for repeated in table.repeated:
            first = table.by_key[table.key(repeated)]
            # A record whose id is wrong for another reason is the one to fix.
            if document.is_faulty(repeated) or document.is_faulty(first):
                continue
            record, other = (first, repeated) if _fits_before(first, table) else (repeated, first)
            place, other_place = table.place(record), table.place(other)
            is_same_file = other_place.file == place.file
            where = f"on line {other_place.line}" if is_same_file else f"in {other_place.file}"
            message = f"the id {table.key(record)} is also used {where}"
            yield Problem(record, message, key_fields(name)[:1], "a unique id")


def _fits_before(first: Row, table: Table) -> bool:
    """Whether the previous number is free, so that the first of two records with an id is misnumbered."""
    if table.name != "claims":
        return False
    number, known = number_of(first["claim_id"]), {number_of(other) for other in table.ids()}
    return number - 1 not in known and (number == 2 or number - 2 in known)


@check(
    "claims",
    summary="A claim number that is 0, or has more leading zeros than three digits need.",
    why="c7, c007 and c0007 would be three ids for one number.",
    fix="Write a number from 1 up, in three digits, or in more if three are not enough.",
)
def malformed_number(document: Document) -> Iterator[Problem]:
    for record in document.eligible("claims"):
        found = record["claim_id"]
        document_id, _, number_part = found.rpartition("-")
        if len(number_part) == len("c001") and number_part != "c000":
            continue
        number = number_of(found)
        expected = f"{document_id}-c{max(number, 1):03d}"
        if found != expected:
            yield Problem(record, f"claim_id is {found}", ("claim_id",), expected)


@check(
    "segments",
    summary="A segment whose id does not end in its position.",
    why="The number in the id is the position. If they differ, one of them is wrong.",
    fix="Make `position` and the number in the id, in three digits, agree.",
)
def segment_id_mismatch(document: Document) -> Iterator[Problem]:
    for record in document.eligible("segments"):
        found, position = record["segment_id"], record["position"]
        if found != (expected := f"{owner_of(found)}-s{position:03d}"):
            message = f"segment_id is {found}, but position is {position}"
            is_same_number = number_of(found) == position
            at = "segment_id" if is_same_number else "position"
            yield Problem(
                record, message, (at,), expected if is_same_number else f"one number in both: {expected}"
            )


@check(
    "documents",
    "claims",
    summary="A claim whose id the document lists as withdrawn.",
    why="A published id always stands for the same claim.",
    fix="Give the claim a new number.",
)
def withdrawn_id_reused(document: Document) -> Iterator[Problem]:
    withdrawn = set(document.withdrawn)
    for record in document.eligible("claims"):
        if record["claim_id"] in withdrawn:
            message = f"the id {record['claim_id']} was withdrawn and must not be used again"
            yield Problem(record, message, ("claim_id",), "a number never used before")


@check(
    "annotations",
    summary="An annotation whose `annotator_id` is not the name of its file.",
    why="One file holds the work of one annotator, and agreement is computed per annotator.",
    fix="Correct the id, or move the row to that annotator's file.",
)
def annotator_file_mismatch(document: Document) -> Iterator[Problem]:
    if document.folder is None:
        return
    for batch in document.tables["annotations"].batches:
        name = annotator_of(batch.file)
        for record in batch.rows:
            if (found := record["annotator_id"]) != name and not document.is_faulty(record):
                message = f"annotator_id is {found}, but the file is {name}.jsonl"
                yield Problem(record, message, ("annotator_id",), name)


@check(
    "annotations",
    summary="Two annotations of one claim by one annotator.",
    why="Each annotator has one vote per claim.",
    fix="Keep the correct one of the two.",
)
def claim_annotated_twice(document: Document) -> Iterator[Problem]:
    table = document.tables["annotations"]
    for repeated in table.repeated:
        if document.is_faulty(repeated):
            continue
        annotator, claim = key = table.key(repeated)
        first = table.by_key[key]
        # If the previous claim has no row, the first of the two is most likely its row under a wrong id.
        before = f"{owner_of(claim)}-c{number_of(claim) - 1:03d}"
        is_first = number_of(claim) > 1 and (annotator, before) not in table.by_key
        record, other = (first, repeated) if is_first else (repeated, first)
        # Neither of the two rows is reliable for this claim.
        document.mark_faulty(other, "claim_id")
        message = f"{annotator} has labelled this claim twice, also on line {table.place(other).line}"
        yield Problem(record, message, ("claim_id",), "one row per claim")


def own_id(name: str, records: Iterable[str]) -> str:
    """The id of a document, from the name of its folder and the ids that its records give.

    It is the folder's name, unless no record gives that: then the folder is misnamed, and the most common id
    is the document's.
    """
    votes = Counter(records)
    return name if not votes or votes[name] else votes.most_common(1)[0][0]


CHECKS = (
    folder_name_mismatch,
    unknown_document,
    id_outside_document,
    malformed_number,
    segment_id_mismatch,
    duplicate_id,
    withdrawn_id_reused,
    annotator_file_mismatch,
    claim_annotated_twice,
)
