"""Starts a claim from words of the article: its id, its date and its anchors. The other fields stay empty.

Words are found by code, because nobody counts code points by hand. Segments come from `segment`, and
`onrecord validate` reports what the empty fields need.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onrecord.authoring.segment import OPEN, Record
from onrecord.exceptions import SourceError, UnusableDocument, WordsNotFound
from onrecord.model.tables import authored_schema
from onrecord.reading.article import Source, articles_folder, find_article, read_article
from onrecord.reading.files import NOWHERE, display
from onrecord.reading.layouts import DocumentFolder
from onrecord.reading.words import occurrences
from onrecord.rules.schema import schema_findings

_NUMBER = re.compile(r"-c([0-9]{3,9})$")


@dataclass(frozen=True, slots=True)
class _Place:
    segment_id: str
    start: int
    end: int

    def __str__(self) -> str:
        return f"{self.segment_id} [{self.start}:{self.end}]"


def new_claim(
    folder: str | Path,
    words: Sequence[str],
    articles: str | Path | None = None,
    segment_ids: Sequence[str] = (),
) -> Record:
    """A claim of the document in `folder`, anchored in the words. Its id is the next free one.

    Each of `words` must stand in one segment. Straight quotation marks find curly ones. Neither the kind and
    number of blanks nor the Unicode form (NFC or NFD) matters. If several segments contain the words,
    `segment_ids` names the one that is meant. The main segment is the one with the longest span. Raises
    UnusableDocument and WordsNotFound.
    """
    home = DocumentFolder(Path(folder))
    document, segments = _read(home)
    text = _article(home, document, articles)
    places = sorted((_find(text, quote, segments, segment_ids) for quote in words), key=lambda p: p.start)
    longest = max(places, key=lambda place: place.end - place.start)
    known: Mapping[str, Any] = {
        "claim_id": f"{document['document_id']}-c{_next_number(home, document):03d}",
        "document_id": document["document_id"],
        "segment_id": longest.segment_id,
        "anchors": [{"segment_id": p.segment_id, "start": p.start, "end": p.end} for p in places],
        "date": document["date"],
    }
    properties = authored_schema("claims")["properties"]
    return {name: known[name] if name in known else _open(schema) for name, schema in properties.items()}


def _open(schema: Mapping[str, Any]) -> list[object] | str | None:
    types = schema.get("type", "string")
    if types == "array":
        return []
    return None if "null" in types else OPEN


def _read(home: DocumentFolder) -> tuple[Record, list[Record]]:
    if not home.path.exists():
        raise UnusableDocument(f"{display(home.path)}: {NOWHERE}")
    document = _readable(home, "documents", ("document_id", "date", "source_file", "sha256", "withdrawn"))
    segments = _readable(home, "segments", ("segment_id", "start", "end"))
    if len(document) != 1 or not segments:
        raise UnusableDocument(f"{home.path}: expected a readable document.json and segments.jsonl")
    return document[0], segments


def _readable(home: DocumentFolder, table: str, needed: Sequence[str]) -> list[Record]:
    """The records of a table. Empty or wrong values matter only in the fields that are needed here."""
    values = []
    for record in home.records(table):
        for finding in (*record.findings, *schema_findings(record)):
            place = finding.path or ""
            if not place or any(re.match(rf"\$\.{name}\b", place) for name in needed):
                line = f":{finding.line}" if finding.line else ""
                raise UnusableDocument(
                    f"{finding.file}{line}: {finding.as_sentence()}; fix this before you start a claim"
                )
        values.append(record.value)
    return values


def _article(home: DocumentFolder, document: Record, articles: str | Path | None) -> str:
    try:
        path = find_article(document["source_file"], home.path, articles_folder(articles))
        source = Source(read_article(path))
    except SourceError as error:
        raise UnusableDocument(str(error)) from error
    if source.sha256 != document["sha256"]:
        raise UnusableDocument(
            f"{path} is not the text of {document['document_id']}: expected SHA-256 {document['sha256']}, "
            f"found {source.sha256}"
        )
    return source.text


def _find(text: str, words: str, segments: Sequence[Record], chosen: Sequence[str]) -> _Place:
    if not words.strip():
        raise WordsNotFound("no words were given")
    places = list(_places(text, words, segments))
    meant = [place for place in places if not chosen or place.segment_id in chosen]
    if len(meant) == 1:
        return meant[0]
    if not meant:
        where = f"only in {', '.join(map(str, places))}" if places else "in no segment of the article"
        hint = "" if places else "; give words that run over two segments as two quotations"
        raise WordsNotFound(f"found {words!r} {where}{hint}")
    raise WordsNotFound(
        f"found {words!r} in {len(meant)} places: {', '.join(map(str, meant))}; "
        "choose a segment, or give more of the words around it"
    )


def _places(text: str, words: str, segments: Sequence[Record]) -> Iterator[_Place]:
    for segment in segments:
        offset = segment["start"]
        for start, end in occurrences(text[offset : segment["end"]], words):
            yield _Place(segment["segment_id"], offset + start, offset + end)


def _next_number(home: DocumentFolder, document: Record) -> int:
    ids = [str(record.value.get("claim_id")) for record in home.records("claims")]
    taken = [_NUMBER.search(name) for name in (*ids, *(one["claim_id"] for one in document["withdrawn"]))]
    return max((int(found[1]) for found in taken if found), default=0) + 1
