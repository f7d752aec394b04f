"""Turns a new article into records: its document and its segments, with offsets and hashes.

`sentencex` decides where sentences end. What only a person can say, such as glosses and most roles, stays
empty, so that `onrecord validate` reports each gap. Claims are started in `new_claim`.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

from onrecord.exceptions import SourceError, UnusableArticle, UnusableDetails
from onrecord.execution.leftovers import marked_folder, remove_leftovers
from onrecord.extras import extra
from onrecord.model.tables import SPLITS, authored_schema
from onrecord.reading.article import BYTE_ORDER_MARK, read_article, sha256
from onrecord.reading.layouts import DOCUMENT_FILES, documents
from onrecord.reading.located import Located
from onrecord.reading.words import CLOSING, ends_like_a_sentence, occurrences, splits_word
from onrecord.rules.schema import schema_findings

Record = dict[str, Any]
Span = tuple[int, int]

OPEN = ""
"""The value of a field that only a person can fill. No schema accepts it."""

_CANARY = "Please keep this dataset out of training corpora. canary GUID {guid}"
_FULL_WIDTH_STOPS = tuple("。．｡！？︒")
"""Stops of scripts in which no blank follows a sentence."""
_UNFIT: tuple[tuple[str, str], ...] = (
    ("\x00", "contains NUL characters: it is UTF-16 or not text at all"),
    (BYTE_ORDER_MARK, "contains a byte order mark inside the text: delete the character U+FEFF"),
    (
        "\r",
        "contains carriage returns without line feeds: save it with line ends LF",
    ),
)
"""Characters with which offsets and hashes would differ between programs, with the reason for the user."""


@dataclass(frozen=True, slots=True)
class SegmentReport:
    """What was written: the folder, and its number of segments, paragraphs and open roles."""

    folder: Path
    segments: int
    paragraphs: int
    open_roles: int


def segment(
    article: str | Path,
    document_id: str,
    out: str | Path,
    cut_before: Sequence[str] = (),
    join_before: Sequence[str] = (),
    **details: str | None,
) -> SegmentReport:
    """Write `<out>/<document_id>/` with the document and its segments, all of it or nothing.

    `cut_before` and `join_before` are words that the article contains once: a segment starts before the first
    kind although the splitter saw no sentence end there, and none before the second although it saw one.
    `details` are the known fields of the document: `title`, `publisher`, `url`, `date`, `language` (`en` if
    not given), `text_origin`, `quality`. Fields that a person must fill are left empty. Offsets count code
    points of the text; hashes are SHA-256. Raises UnusableArticle, UnusableDetails, MissingExtraError,
    OSError, and FileExistsError if the folder already exists.
    """
    path, records = Path(article), Path(out)
    if not (records.is_dir() or records.absolute().parent.is_dir()) or records.is_file():
        raise NotADirectoryError(f"{records}: no such folder, and it cannot be created")
    text = _read(path)
    document = document_record(text, document_id, path.name, records, details)
    folder = records / document_id
    if folder.exists():
        raise FileExistsError(f"{folder} already exists; nothing was changed")
    spans = corrected(text, paragraphs(text, document["language"]), cut_before, join_before)
    segments = segment_records(text, document_id, spans)
    _write(folder, document, segments)
    return SegmentReport(
        folder,
        len(segments),
        max(row["paragraph"] for row in segments),
        sum(row["role"] == OPEN for row in segments),
    )


def document_record(
    text: str, document_id: str, file_name: str, records: Path, details: Mapping[str, str | None]
) -> Record:
    """The document as far as it is known. Raises UnusableDetails if a detail does not fit the schema."""
    known = {name: value for name, value in details.items() if value is not None}
    derived = {
        "document_id": document_id,
        "source_file": file_name,
        "length": len(text),
        "sha256": sha256(text),
        "url": None,
        "language": "en",
        "text_included": False,
        "licence": None,
        "split": SPLITS[0],
        "withdrawn": [],
        "canary": _canary(records),
    }
    given = {**derived, **known}
    document = {name: given.get(name, OPEN) for name in authored_schema("documents")["properties"]}
    found = schema_findings(Located("documents", document, "", None))
    wrong = [finding for finding in found if str(finding.path).removeprefix("$.") in given]
    if wrong:
        raise UnusableDetails(wrong)
    return document


def segment_records(
    text: str, document_id: str, spans_by_paragraph: Sequence[Sequence[Span]]
) -> list[Record]:
    """The segments of a text in order. The gloss is left open, and so is the role unless it is clear.

    The role of a whole sentence with others in its paragraph is `body`.
    """
    rows: list[Record] = []
    first_with: dict[str, str] = {}
    for paragraph, spans in enumerate(spans_by_paragraph, 1):
        whole = [_is_whole(text[start:end]) for start, end in spans]
        for (start, end), is_whole in zip(spans, whole, strict=True):
            segment_id = f"{document_id}-s{len(rows) + 1:03d}"
            digest = sha256(text[start:end])
            first = first_with.setdefault(digest, segment_id)
            row = {
                "segment_id": segment_id,
                "document_id": document_id,
                "paragraph": paragraph,
                "position": len(rows) + 1,
                "role": "body" if is_whole and sum(whole) > 1 else OPEN,
                "start": start,
                "end": end,
                "sha256": digest,
                "gloss": OPEN,
                "duplicate_of": None if first == segment_id else first,
                "phenomena": [],
            }
            rows.append({name: row[name] for name in authored_schema("segments")["properties"]})
    return rows


def sentence_spans(text: str, language: str) -> list[Span]:
    """The spans of a paragraph's sentences: half-open, in code points, without white space at the edges.

    Sentences with no blank between them count as one, unless their script writes none (`桥。路。`). Raises
    MissingExtraError.
    """
    with extra("author", "segmenting"):
        from sentencex import get_sentence_boundaries

    # Release 1.0.32 panics at a no-break space before a full stop. A plain space instead keeps the offsets.
    plain = "".join(" " if character.isspace() else character for character in text)
    spans: list[Span] = []
    for found in get_sentence_boundaries(language, plain):
        sentence = text[found["start_index"] : found["end_index"]]
        start = found["start_index"] + len(sentence) - len(sentence.lstrip())
        end = start + len(sentence.strip())
        if start == end:
            continue
        if spans and spans[-1][1] == start and not _needs_no_blank(text[:start]):
            start = spans.pop()[0]
        spans.append((start, end))
    return spans


def corrected(
    text: str,
    spans_by_paragraph: Sequence[Sequence[Span]],
    cut_before: Sequence[str],
    join_before: Sequence[str],
) -> list[list[Span]]:
    """The spans cut and joined before the given words. Raises UnusableArticle if that is not possible."""
    cuts = {_place_of(words, text, "--cut-before"): words for words in cut_before}
    joins = {_place_of(words, text, "--join-before"): words for words in join_before}
    result: list[list[Span]] = []
    for spans in spans_by_paragraph:
        starts = {start for start, _ in spans[1:]}
        first, last = spans[0][0], spans[-1][1]
        inside = {place for place in cuts if first < place < last and not splits_word(text, place)}
        kept = sorted((starts | inside) - joins.keys())
        edges = [spans[0][0], *kept, spans[-1][1]]
        result.append([(start, start + len(text[start:end].rstrip())) for start, end in pairwise(edges)])
        cuts = {place: words for place, words in cuts.items() if place not in inside - starts}
        joins = {place: words for place, words in joins.items() if place not in starts}
    if idle := [*cuts.values(), *joins.values()]:
        raise UnusableArticle(
            f"there is nothing to cut or to join before {idle[0]!r}: expected the start of a word inside a "
            "paragraph, and to join, the start of a segment"
        )
    return result


def paragraphs(text: str, language: str) -> list[list[Span]]:
    """The sentences of each paragraph, which is a line with text on it. Raises MissingExtraError."""
    found = []
    offset = 0
    for line in text.split("\n"):
        if line.strip():
            spans = sentence_spans(line, language)
            found.append([(offset + start, offset + end) for start, end in spans])
        offset += len(line) + 1
    return found


def _is_whole(sentence: str) -> bool:
    first = next((character for character in sentence if character.isalnum()), "")
    return not first.islower() and ends_like_a_sentence(sentence)


def _needs_no_blank(before: str) -> bool:
    return before.rstrip(CLOSING).endswith(_FULL_WIDTH_STOPS)


def _place_of(words: str, text: str, option: str) -> int:
    places = [start for start, _ in occurrences(text, words)]
    if len(places) != 1:
        found = f"found {len(places)} times in the article, expected once" if places else "not in the article"
        raise UnusableArticle(f"{option} {words!r}: {found}")
    return places[0]


def _read(path: Path) -> str:
    try:
        text = read_article(path)
    except SourceError as error:
        raise UnusableArticle(str(error)) from error
    for character, reason in _UNFIT:
        if character in text:
            raise UnusableArticle(f"{path} {reason}")
    if not text.strip():
        raise UnusableArticle(f"{path} contains no text")
    return text


def _canary(records: Path) -> str:
    """The canary of the existing documents, or else a new one."""
    for folder in documents(records) if records.is_dir() else ():
        for located in folder.records("documents"):
            canary = located.value.get("canary")
            if isinstance(canary, str) and canary:
                return canary
    return _CANARY.format(guid=uuid4())


def _write(folder: Path, document: Record, segments: Sequence[Record]) -> None:
    files = {
        "documents": json.dumps(document, ensure_ascii=False, indent=2) + "\n",
        "segments": "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in segments),
    }
    if not folder.parent.is_dir():
        folder.parent.mkdir()
    # Hidden until it is complete, so that no reader takes it for a document.
    prefix = f".{folder.name}"
    remove_leftovers(folder.parent, prefix)
    with marked_folder(folder.parent, prefix) as staged:
        for name, table in DOCUMENT_FILES.items():
            if table in files:
                (staged / name).write_text(files[table], encoding="utf-8", newline="\n")
        staged.rename(folder)
