"""Level 4: the records against the article's own text, if it is available.

Checks that offsets and hashes still fit the source, and that its wording was not copied.
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
    why="Every offset depends on the exact text. With another text, none of them is valid.",
    fix="Get the text that was annotated. If this is certainly the text, correct `sha256`.",
)
def source_hash_mismatch(document: Document) -> Iterator[Problem]:
    for record, source in _with_source(document, "documents"):
        if source.sha256 != record["sha256"]:
            message = "the article has a different hash, so the other source checks were skipped"
            yield Problem(record, message, ("sha256",), source.sha256)


@check(
    "documents",
    level=4,
    summary="A document whose `length` is not the number of code points in the article.",
    why="The length is the upper limit of every offset.",
    fix="Write the expected number.",
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
    why="An offset has moved, or the hash belongs to another text.",
    fix="Correct `start` or `end`; if both are right, write the expected hash.",
)
def segment_hash_mismatch(document: Document) -> Iterator[Problem]:
    for record, source in _with_source(document, "segments", "start", "end", "sha256"):
        start, end = record["start"], record["end"]
        found = sha256(source.slice(start, end))
        if found != record["sha256"]:
            message = f"the text from {start} to {end} has a different hash: start, end or sha256 is wrong"
            yield Problem(record, message, ("sha256",), found)


@check(
    "segments",
    level=4,
    summary="A segment whose paragraph number does not match its place in the article.",
    why="Scores are resampled by paragraph, so paragraphs must be those of the text.",
    fix="Write the expected number. Non-blank lines are counted, from 1.",
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
    why="Segments leave out only white space. Text outside the segments has not been read for claims.",
    fix="Add a segment for the expected span, or extend one.",
)
def uncovered_text(document: Document) -> Iterator[Problem]:
    segments = document.rows("segments")
    is_whole = document.is_complete("segments") and len(segments) == len(document.tables["segments"].by_key)
    if not is_whole or document.has_faulty(segments, "start", "end", "sha256"):
        return
    for record, source in _with_source(document, "documents", "sha256"):
        for start, end in source.uncovered((s["start"], s["end"]) for s in segments):
            message = f"no segment covers the text from {start} to {end}"
            yield Problem(record, message, expected=f"a segment from {start} to {end}")


@check(
    level=4,
    summary="A segment or anchor that starts or ends on white space.",
    why="The white space belongs to neither side; an offset is off by one.",
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
    why="No claim rests on half a word; an offset is wrong.",
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
    why="An anchor runs from its first to its last letter, digit or symbol such as %. A text then has only "
    "one possible anchor, and an offset that is off by one is visible.",
    fix="Leave full stops, commas and quotation marks at the edges out of the anchor.",
)
def edge_on_punctuation(document: Document) -> Iterator[Problem]:
    for record, source, path, start, end in _spans(document):
        if not path:
            continue
        first, last = source.text[start], source.text[end - 1]
        for name, edge, character in (("start", start, first), ("end", end, last)):
            if is_punctuation(character):
                message = f"{name_of((*path, name))} is {edge}, and {quoted(character)} there is punctuation"
                yield Problem(record, message, (*path, name), "a letter or digit at the edge")
                break


@check(
    "documents",
    level=4,
    summary=f"A text that shares more than {LONGEST_SHARED_RUN} words in a row with an article not included.",
    why="The article's wording belongs to its publisher; the dataset uses its own words.",
    fix="Say the same in other words.",
)
def copied_words(document: Document) -> Iterator[Problem]:
    if document.record is None or document.record["text_included"]:
        return
    for table in ("documents", "segments", "claims", "annotations", *SIDE_TABLES):
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
"""Whether the article and the segments are those that were annotated. The other checks depend on it."""

CHECKS = (
    source_length_mismatch,
    uncovered_text,
    edge_on_space,
    edge_inside_word,
    edge_on_punctuation,
    copied_words,
)
