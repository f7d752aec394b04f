"""Level 4: the records against the article's own text, where it is at hand.

Owns the proof that offsets and hashes still fit the source, and that nothing of its wording was copied.
"""

from collections.abc import Iterator

from onrecord.model.findings import quoted
from onrecord.model.tables import SIDE_TABLES, prose_fields
from onrecord.reading.article import LONGEST_SHARED_RUN, Source, sha256
from onrecord.reading.located import Row
from onrecord.reading.words import is_punctuation
from onrecord.rules.check import Problem, check
from onrecord.rules.document import Document
from onrecord.rules.messages import name_of


@check(
    "documents",
    level=4,
    summary="An article whose hash is not the document's `sha256`.",
    why="Every offset counts on the exact text; with another text none of them means anything.",
    fix="Fetch the text that was annotated, or correct `sha256` if the text is certain.",
)
def source_hash_mismatch(document: Document) -> Iterator[Problem]:
    for record, source in _with_source(document, "documents"):
        if source.sha256 != record["sha256"]:
            message = "the article at hand has another hash, so the other source checks were left out"
            yield Problem(record, message, ("sha256",), source.sha256)


@check(
    "documents",
    level=4,
    summary="A document whose `length` is not the article's number of code points.",
    why="The length bounds every offset.",
    fix="Write the number given.",
)
def source_length_mismatch(document: Document) -> Iterator[Problem]:
    for record, source in _with_source(document, "documents"):
        if len(source.text) != record["length"]:
            message = f"length is {record['length']}, but the article has {len(source.text)} code points"
            yield Problem(record, message, ("length",), str(len(source.text)))


@check(
    "segments",
    level=4,
    summary="A segment whose text in the article does not hash to its `sha256`.",
    why="An offset has moved, or the hash is of another text.",
    fix="Correct `start` or `end`; if both are right, write the hash given.",
)
def segment_hash_mismatch(document: Document) -> Iterator[Problem]:
    for record, source in _with_source(document, "segments", "start", "end", "sha256"):
        start, end = record["start"], record["end"]
        found = sha256(source.slice(start, end))
        if found != record["sha256"]:
            message = f"the text from {start} to {end} has another hash: start, end or sha256 is wrong"
            yield Problem(record, message, ("sha256",), found)


@check(
    "segments",
    level=4,
    summary="A segment with another paragraph number than its place in the article gives.",
    why="Scores are resampled by paragraph, so paragraphs must be those of the text.",
    fix="Write the number given: lines with something on them, counted from 1.",
)
def paragraph_mismatch(document: Document) -> Iterator[Problem]:
    for record, source in _with_source(document, "segments", "start", "end", "sha256"):
        found = source.paragraph_at(record["start"])
        if found != record["paragraph"]:
            message = f"paragraph is {record['paragraph']}, but the segment is in paragraph {found}"
            yield Problem(record, message, ("paragraph",), str(found))


@check(
    "segments",
    "documents",
    level=4,
    summary="Text of the article that no segment covers.",
    why="Segments leave out nothing but white space: what nobody segmented, nobody has read for claims.",
    fix="Add a segment for the stretch given, or extend one.",
)
def uncovered_text(document: Document) -> Iterator[Problem]:
    segments = document.rows("segments")
    is_whole = document.is_complete("segments") and len(segments) == len(document.tables["segments"].ids())
    if not is_whole or any(document.is_faulty(segment, "start", "end", "sha256") for segment in segments):
        return
    for record, source in _with_source(document, "documents", "sha256"):
        for start, end in source.uncovered((s["start"], s["end"]) for s in segments):
            message = f"no segment covers the text from {start} to {end}"
            yield Problem(record, message, expected=f"a segment from {start} to {end}")


@check(
    level=4,
    summary="A segment or anchor that starts or ends on white space.",
    why="The blank belongs to neither side; an offset has slipped by one.",
    fix="Move the offset to the edge of the text.",
)
def edge_on_space(document: Document) -> Iterator[Problem]:
    for record, source, path, start, end in _spans(document):
        text = source.slice(start, end)
        if not text.strip():
            continue
        if text[:1].isspace():
            right = start + len(text) - len(text.lstrip())
            yield Problem(
                record, f"{name_of((*path, 'start'))} is on white space", (*path, "start"), str(right)
            )
        elif text[-1:].isspace():
            right = start + len(text.rstrip())
            yield Problem(
                record, f"{name_of((*path, 'end'))} is after white space", (*path, "end"), str(right)
            )


@check(
    level=4,
    summary="A segment or anchor that starts or ends inside a word.",
    why="Nobody claims half a word; an offset has slipped.",
    fix="Move the offset to the start or the end of the word.",
)
def edge_inside_word(document: Document) -> Iterator[Problem]:
    for record, source, path, start, end in _spans(document):
        for name, edge in (("start", start), ("end", end)):
            if source.splits_word(edge):
                message = f"{name_of((*path, name))} is {edge}, inside a word"
                yield Problem(record, message, (*path, name), "the edge of a word")
                break


@check(
    "claims",
    level=4,
    summary="An anchor that starts or ends on a punctuation mark.",
    why="From its first to its last letter, digit or sign such as %, a span can be marked in one way only, "
    "and an offset that is off by one shows.",
    fix="Leave full stops, commas and quotation marks at the edges out of the anchor.",
)
def edge_on_punctuation(document: Document) -> Iterator[Problem]:
    for record, source, path, start, end in _spans(document):
        if not path:
            continue
        for name, edge, sign in (("start", start, source.text[start]), ("end", end, source.text[end - 1])):
            if is_punctuation(sign):
                message = f"{name_of((*path, name))} is {edge}, and {quoted(sign)} there is punctuation"
                yield Problem(record, message, (*path, name), "a letter or digit at the edge")
                break


@check(
    level=4,
    summary=f"A text that shares more than {LONGEST_SHARED_RUN} words in a row with the article.",
    why="The article's wording belongs to its publisher; the dataset speaks in its own words.",
    fix="Say the same in other words.",
)
def copied_words(document: Document) -> Iterator[Problem]:
    for table in ("documents", "segments", "claims", *SIDE_TABLES):
        fields = prose_fields(table)
        for record, source in _with_source(document, table, *(field.path[0] for field in fields)):
            for field in fields:
                for path, value in field.values(record):
                    if isinstance(value, str) and (run := source.shared_run(value)):
                        message = f"{name_of(path)} has {len(run)} words in a row from the article: "
                        message += quoted(" ".join(run))
                        yield Problem(record, message, path, f"at most {LONGEST_SHARED_RUN}")


def _with_source(document: Document, table: str, *fields: str) -> Iterator[tuple[Row, Source]]:
    if document.source is not None:
        for record in document.eligible(table, *fields):
            yield record, document.source


def _spans(document: Document) -> Iterator[tuple[Row, Source, tuple[str | int, ...], int, int]]:
    for record, source in _with_source(document, "segments", "start", "end", "sha256"):
        yield record, source, (), record["start"], record["end"]
    for record, source in _with_source(document, "claims", "anchors"):
        for index, anchor in enumerate(record["anchors"]):
            yield record, source, ("anchors", index), anchor["start"], anchor["end"]


INTEGRITY_CHECKS = (source_hash_mismatch, segment_hash_mismatch, paragraph_mismatch)
"""Whether article and segments are those that were annotated: what else is asked of them depends on it."""

CHECKS = (
    source_length_mismatch,
    uncovered_text,
    edge_on_space,
    edge_inside_word,
    edge_on_punctuation,
    copied_words,
)
