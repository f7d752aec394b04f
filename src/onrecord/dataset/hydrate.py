"""The article's text joined back to the dataset, for those who have the article.

Checks segment by segment that it is the right text, and says what differs if it is not. Needs the built
tables only, so that the installed package can do it.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from os import PathLike, fspath
from pathlib import Path
from typing import Literal
from unicodedata import normalize

from onrecord.dataset.load import Folder, Row, iter_rows
from onrecord.exceptions import AlteredArticle, UnknownArticle
from onrecord.model.findings import hint
from onrecord.reading.article import read_article, sha256

_REACH = 64
"""Maximum distance, in code points, at which the text of a moved segment is searched for."""

_UNSEEN = re.compile("[\u00ad\u200b-\u200f\u2060\ufeff]")
_SPECIAL_BLANK = re.compile("[\u00a0\u2000-\u200a\u202f\u205f\u3000]")
_LINE_END = "one line end more or less at the end"
_REPAIRS: tuple[tuple[str, Callable[[str], str]], ...] = (
    ("old Macintosh line ends (CR)", lambda text: text.replace("\r", "\n")),
    ("soft hyphens or other characters that are not seen", lambda text: _UNSEEN.sub("", text)),
    ("no-break spaces or other special blanks", lambda text: _SPECIAL_BLANK.sub(" ", text)),
    ("blanks in a row", lambda text: re.sub("  +", " ", text)),
    ("blanks at the ends of lines", lambda text: re.sub(r"[ \t]+$", "", text, flags=re.MULTILINE)),
    ("letters with separate accents (not Unicode form NFC)", lambda text: normalize("NFC", text)),
    ("letters with their accents in one (not Unicode form NFD)", lambda text: normalize("NFD", text)),
)
"""Differences that come from copying or saving a text, each with what undoes it, in order of application."""


@dataclass(frozen=True, slots=True)
class Mismatch:
    """A segment whose text is not in its place: moved by a number of code points, or changed (None)."""

    segment_id: str
    start: int
    end: int
    moved_by: int | None


def hydrate(
    article: str | PathLike[str],
    document_id: str | None = None,
    table: Literal["segments", "claims"] = "segments",
    data: Folder | None = None,
) -> list[Row]:
    """The segments (or claims) of a document with the article's text as `source_text`.

    `article` is the path of the text. Without `document_id` the document is found by the text's hash. A
    segment gets one `source_text`, a claim one in each of its anchors. Nothing is joined unless the hashes of
    the document and of each of its segments agree. `data` is a folder of built tables, by default the
    dataset's own. Raises AlteredArticle if a hash differs, UnknownArticle if there is no document to compare
    with, and SourceError if the file cannot be read as UTF-8.
    """
    path = Path(fspath(article))
    text = read_article(path)
    document = _find_document(text, path, document_id, list(iter_rows("documents", data, split=None)))
    segments = list(_rows_of(document, "segments", data))
    mismatches = tuple(_mismatches(segments, text, len(text) - document["length"]))
    if mismatches or sha256(text) != document["sha256"]:
        raise altered_article(document, text, mismatches, len(segments))
    if table == "segments":
        return [_with_text(segment, text) for segment in segments]
    return [
        {**claim, "anchors": [_with_text(anchor, text) for anchor in claim["anchors"]]}
        for claim in _rows_of(document, "claims", data)
    ]


def altered_article(
    document: Row, text: str, mismatches: Sequence[Mismatch], segments: int
) -> AlteredArticle:
    """The error that says how a text differs from the document's."""
    message = (
        f"not the text of {document['document_id']}: expected {document['length']:,} code points with "
        f"SHA-256 {document['sha256']}, found {len(text):,} with {sha256(text)}"
    )
    differences = _differences(text, document["sha256"])
    return AlteredArticle(message, document["document_id"], mismatches, segments, differences)


def _find_document(text: str, path: Path, document_id: str | None, documents: list[Row]) -> Row:
    if document_id is not None:
        named = [document for document in documents if document["document_id"] == document_id]
        if not named:
            known = [document["document_id"] for document in documents]
            raise UnknownArticle(f"there is no document {document_id!r}; {hint(document_id, known)}")
        return named[0]
    by_hash = [document for document in documents if document["sha256"] == sha256(text)]
    by_file_name = [document for document in documents if document["source_file"] == path.name]
    found = by_hash or by_file_name or documents
    if len(found) != 1:
        raise UnknownArticle(
            f"{path} is not the text of any of the {len(documents)} documents; give the id of the one to "
            "compare it with"
        )
    return found[0]


def _mismatches(segments: list[Row], text: str, growth: int) -> Iterator[Mismatch]:
    """Segments that are not in their place: moved if their text is found nearby, else changed."""
    last = 0
    for segment in segments:
        if _is_at(segment, text, 0):
            last = 0
            continue
        # A segment has most likely moved as far as the one before it, or as the whole text has grown.
        nearby = (last + step * way for step in range(1, _REACH) for way in (1, -1))
        shift = next((shift for shift in (last, growth, *nearby) if _is_at(segment, text, shift)), None)
        last = last if shift is None else shift
        yield Mismatch(segment["segment_id"], segment["start"], segment["end"], shift)


def _is_at(segment: Row, text: str, shift: int) -> bool:
    start, end = segment["start"] + shift, segment["end"] + shift
    return start >= 0 and bool(sha256(text[start:end]) == segment["sha256"])


def _differences(text: str, expected: str) -> tuple[str, ...]:
    """The differences of form between the text and the one with the expected hash; () if there are others."""
    found = []
    for name, repair in _REPAIRS:
        repaired = repair(text)
        if repaired != text:
            found.append(name)
            text = repaired
        if sha256(text) == expected:
            return tuple(found)
        if expected in (sha256(text + "\n"), sha256(text.removesuffix("\n"))):
            return (*found, _LINE_END)
    return ()


def _repaired(text: str, repairs: Sequence[Callable[[str], str]]) -> str | None:
    """The text after all repairs, or None if one of them changes nothing."""
    for repair in repairs:
        before, text = text, repair(text)
        if text == before:
            return None
    return text


def _rows_of(document: Row, table: str, data: Folder | None) -> Iterator[Row]:
    return (
        row for row in iter_rows(table, data, split=None) if row["document_id"] == document["document_id"]
    )


def _with_text(span: Row, text: str) -> Row:
    return {**span, "source_text": text[span["start"] : span["end"]]}
