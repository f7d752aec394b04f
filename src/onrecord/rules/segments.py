"""Segments compared with each other: spans, order, paragraphs, repetitions.

Checks what does not need the source text; the rest is in `sources`.
"""

from collections.abc import Iterator

from onrecord.rules.check import Problem, check
from onrecord.rules.document import Document
from onrecord.rules.order import out_of_order


@check(
    summary="A span that is empty or ends before it starts.",
    why="Spans are half-open: `end` is one past the last code point, so it is always larger than `start`.",
    fix="Correct the wrong offset.",
)
def empty_span(document: Document) -> Iterator[Problem]:
    for record in document.eligible("segments", "start", "end", "sha256"):
        start, end = record["start"], record["end"]
        if end <= start:
            yield Problem(record, f"start is {start} and end is {end}", ("end",), f"more than {start}")
    for record in document.eligible("claims", "anchors"):
        for index, anchor in enumerate(record["anchors"]):
            start, end = anchor["start"], anchor["end"]
            if end <= start:
                message = f"anchors[{index}]: start is {start} and end is {end}"
                yield Problem(record, message, ("anchors", index, "end"), f"more than {start}")


@check(
    "segments",
    "documents",
    summary="A segment that ends after the end of the document's text.",
    why="There is no text at that offset.",
    fix="Correct the offset, or the document's `length`.",
)
def segment_beyond_document(document: Document) -> Iterator[Problem]:
    if document.record is None:
        return
    length = document.record["length"]
    for record in document.eligible("segments", "start", "end", "sha256"):
        if record["end"] > length:
            message = f"end is {record['end']}, but the document has {length} code points"
            yield Problem(record, message, ("end",), f"at most {length}")


@check(
    "segments",
    summary="A segment that starts before the previous segment ends.",
    why="Each character belongs to at most one segment. Segments may touch: not every script has spaces.",
    fix="Correct the wrong offset: `start` here, or `end` of the previous segment.",
)
def segment_overlap(document: Document) -> Iterator[Problem]:
    before = None
    for record in document.eligible("segments", "segment_id", "start", "end", "sha256"):
        start = record["start"]
        if before is not None and start < before["end"]:
            message = f"start is {start}, but {before['segment_id']} ends at {before['end']}"
            yield Problem(record, message, ("start",), f"{before['end']} or more")
        if before is None or record["end"] > before["end"]:
            before = record


@check(
    "segments",
    summary="A paragraph number that is lower than the previous one, or skips one.",
    why="Paragraphs are counted from 1 in the order of the text, and each has at least one segment.",
    fix="Count the non-blank lines of the source.",
)
def paragraph_out_of_order(document: Document) -> Iterator[Problem]:
    records = document.eligible("segments")
    if not document.is_complete("segments") or len(records) < len(document.tables["segments"].by_key):
        return
    wrong = out_of_order([record["paragraph"] for record in records], strictly=False)
    before = 0
    for index, record in enumerate(records):
        paragraph = record["paragraph"]
        if index in wrong or paragraph > before + 1:
            context = f"after paragraph {before}" if before else "but the first segment is in paragraph 1"
            allowed = f"{before} or {before + 1}" if before else "1"
            yield Problem(record, f"paragraph is {paragraph}, {context}", ("paragraph",), allowed)
        if index not in wrong:
            before = paragraph


@check(
    "segments",
    summary="A `duplicate_of` that does not name the first earlier segment with the same hash.",
    why="A user who leaves out repetitions must keep one copy of each text.",
    fix="Name the expected segment, or write null.",
)
def false_duplicate(document: Document) -> Iterator[Problem]:
    first_with: dict[str, str] = {}
    records = document.eligible("segments", "segment_id", "duplicate_of", "sha256")
    if {record["duplicate_of"] for record in records} <= {None}:
        return
    known = document.by_id("segments", "segment_id", "sha256")
    for record in records:
        segment_id, named = record["segment_id"], record["duplicate_of"]
        first = first_with.setdefault(record["sha256"], segment_id)
        if named == segment_id:
            yield Problem(record, "duplicate_of names the segment itself", ("duplicate_of",), "null")
        elif named in known and named != first:
            expected = "null" if first == segment_id else first
            yield Problem(
                record, f"{named} is not an earlier copy of this segment", ("duplicate_of",), expected
            )


@check(
    "segments",
    summary="A segment with the hash of an earlier one, but without `duplicate_of`.",
    why="A repeated headline would be counted twice.",
    fix="Name the expected segment.",
)
def unmarked_duplicate(document: Document) -> Iterator[Problem]:
    first_with: dict[str, str] = {}
    for record in document.eligible("segments", "segment_id", "duplicate_of", "sha256"):
        segment_id = record["segment_id"]
        first = first_with.setdefault(record["sha256"], segment_id)
        if first != segment_id and record["duplicate_of"] is None:
            message = f"the segment has the same sha256 as {first}"
            yield Problem(record, message, ("duplicate_of",), first)


CHECKS = (
    empty_span,
    segment_beyond_document,
    segment_overlap,
    paragraph_out_of_order,
    false_duplicate,
    unmarked_duplicate,
)
