"""Texts that the dataset includes: their licence, their file, and the sentences of built segments.

Which offsets and hashes must agree with a text is in `sources`.
"""

import re
from collections.abc import Iterator

from onrecord.model.findings import quoted
from onrecord.reading.article import ARTICLE_FILE, sha256
from onrecord.rules.check import Problem, check
from onrecord.rules.document import Document

_FREE = re.compile(r"CC0-1\.0|CC-BY(?:-SA)?-[1-4]\.0")
"""The licences under which others may pass on a text, and what they make of it."""


@check(
    "documents",
    summary="A document that includes its text without a free licence.",
    why="Everybody who has the dataset has the text, and passes it on.",
    fix="State the licence, such as CC-BY-4.0, or leave the text out and set `text_included` to false.",
)
def text_without_licence(document: Document) -> Iterator[Problem]:
    for record in document.eligible("documents", "text_included", "licence"):
        if record["text_included"] and not _FREE.fullmatch(record["licence"] or ""):
            message = f"text_included is true, but licence is {quoted(record['licence'])}"
            yield Problem(record, message, ("licence",), "CC0-1.0, CC-BY or CC-BY-SA with its version")


@check(
    "documents",
    level=4,
    summary="A document that includes its text, but the text is not available.",
    why="The build takes the sentences of the segments from it.",
    fix=f"Put the text into the document's folder as {ARTICLE_FILE}, or set `text_included` to false.",
)
def missing_text(document: Document) -> Iterator[Problem]:
    if document.tables["documents"].is_built or document.source is not None:
        return
    for record in document.eligible("documents", "text_included"):
        if record["text_included"]:
            place = ARTICLE_FILE if document.folder else f"{record['source_file']} in the folder of articles"
            yield Problem(
                record, "text_included is true, but the text was not found", ("text_included",), place
            )


@check(
    "segments",
    summary="A sentence in a built row that is not the segment's text, or that should not be there.",
    why="Readers take the sentence from the row, and a text that is not included belongs to its publisher.",
    fix="Build the table again from the records.",
)
def segment_text_mismatch(document: Document) -> Iterator[Problem]:
    if not document.tables["segments"].is_built:
        return
    is_included = document.record["text_included"] if document.record else None
    for record in document.eligible("segments", "sha256"):
        text = record["text"]
        if text is None and is_included:
            yield Problem(
                record, "text is null, but the document includes its text", ("text",), "the sentence"
            )
        elif text is not None and is_included is False:
            message = "text is given, but the document does not include its text"
            yield Problem(record, message, ("text",), "null")
        elif text is not None and sha256(text) != record["sha256"]:
            message = f"text is {quoted(text)}, which does not have the segment's sha256"
            yield Problem(record, message, ("text",), record["sha256"])


CHECKS = (text_without_licence, segment_text_mismatch)
AVAILABILITY_CHECKS = (missing_text,)
"""Run at level 4 once the text was looked up."""
