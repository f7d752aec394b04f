"""A new article as records: its document and its segments, with offsets, hashes, and gaps left for a person.

Owns what can be known from the text alone. Where sentences end is asked of `sentencex`; what a segment says
and mostly what it is stays open, so that `onrecord validate` names each gap. Claims are for `new_claim`.
"""

import json
import secrets
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any
from uuid import uuid4

from onrecord.exceptions import MissingExtraError, SourceError, UnusableArticle, UnusableDetails
from onrecord.model.findings import Finding
from onrecord.model.tables import authored_schema
from onrecord.reading.article import BYTE_ORDER_MARK, read_exactly, sha256
from onrecord.reading.layouts import DOCUMENT_FILES, documents
from onrecord.reading.located import Located
from onrecord.rules.schema import schema_findings

Record = dict[str, Any]
Span = tuple[int, int]

OPEN = ""
"""What stands in a field that only a person can fill: no schema lets it pass."""

_CANARY = "Please keep this dataset out of training corpora. canary GUID {guid}"
_CLOSING = "\"'”’»)]"
_STOPS = (".", "!", "?", "…", "。", "！", "？")
_UNFIT: tuple[tuple[str, str], ...] = (
    ("\x00", "has NUL characters in it: it is UTF-16 or no text at all"),
    (BYTE_ORDER_MARK, "has a byte order mark: save it as UTF-8 without one"),
    ("\r", "has carriage returns (Windows line ends): save it with LF line ends"),
)
"""What would make offsets and hashes mean another thing in another program."""


@dataclass(frozen=True, slots=True)
class SegmentReport:
    """What was written: the folder, and how many segments, paragraphs and open roles are in it."""

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

    `cut_before` and `join_before` are words of the article, each found once: where a segment starts although
    the splitter saw no end before it, and where none starts although it saw one. `details` are fields of the
    document that are known: `title`, `publisher`, `url`, `date`, `language` (`en` if not given),
    `text_origin`, `quality`. Fields that a person must fill are left empty. Offsets are code points of the
    text; hashes are SHA-256. Raises UnusableArticle, UnusableDetails, MissingExtraError, OSError, and
    FileExistsError where the folder exists already.
    """
    path, records = Path(article), Path(out)
    if not (records.is_dir() or records.absolute().parent.is_dir()) or records.is_file():
        raise NotADirectoryError(f"{records}: there is no such folder, and none can be made in its place")
    text = _read(path)
    document = document_record(text, document_id, path.name, records, details)
    folder = records / document_id
    if folder.exists():
        raise FileExistsError(f"{folder} is there already; nothing was changed")
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
    """The document as far as it is known. Raises UnusableDetails where a detail does not fit the schema."""
    known = {name: value for name, value in details.items() if value is not None}
    worked_out = {
        "document_id": document_id,
        "source_file": file_name,
        "length": len(text),
        "sha256": sha256(text),
        "url": None,
        "language": "en",
        "withdrawn": [],
        "canary": _canary(records),
    }
    given = {**worked_out, **known}
    document = {name: given.get(name, OPEN) for name in authored_schema("documents")["properties"]}
    found = schema_findings(Located("documents", document, "", None))
    wrong = [finding for finding in found if str(finding.path).removeprefix("$.") in given]
    if wrong:
        raise UnusableDetails(wrong)
    return document


def segment_records(
    text: str, document_id: str, spans_by_paragraph: Sequence[Sequence[Span]]
) -> list[Record]:
    """The segments of a text in order, gloss left open, and the role too unless it is plain.

    A role is `body` where a whole sentence stands among others in its paragraph.
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
            }
            rows.append({name: row[name] for name in authored_schema("segments")["properties"]})
    return rows


def sentence_spans(text: str, language: str) -> list[Span]:
    """Where the sentences of one paragraph are: half-open, in code points, without white space at the edges.

    Sentences with nothing between them count as one, for segments are apart. Raises MissingExtraError.
    """
    try:
        from sentencex import get_sentence_boundaries
    except ImportError as error:
        raise MissingExtraError("segmenting", error.name, "author") from error

    # Release 1.0.32 panics at a no-break space before a full stop; one blank for another keeps the offsets.
    plain = "".join(" " if sign.isspace() else sign for sign in text)
    spans: list[Span] = []
    for found in get_sentence_boundaries(language, plain):
        sentence = text[found["start_index"] : found["end_index"]]
        start = found["start_index"] + len(sentence) - len(sentence.lstrip())
        end = start + len(sentence.strip())
        if start == end:
            continue
        if spans and spans[-1][1] == start:
            start = spans.pop()[0]
        spans.append((start, end))
    return spans


def corrected(
    text: str,
    spans_by_paragraph: Sequence[Sequence[Span]],
    cut_before: Sequence[str],
    join_before: Sequence[str],
) -> list[list[Span]]:
    """The spans with more starts, or fewer, at the words given; raises UnusableArticle where none are."""
    cuts = {_place_of(words, text): words for words in cut_before}
    joins = {_place_of(words, text): words for words in join_before}
    result: list[list[Span]] = []
    for spans in spans_by_paragraph:
        starts = {start for start, _ in spans[1:]}
        inside = {place for place in cuts if spans[0][0] < place < spans[-1][1] and text[place - 1].isspace()}
        kept = sorted((starts | inside) - joins.keys())
        edges = [spans[0][0], *kept, spans[-1][1]]
        result.append([(start, start + len(text[start:end].rstrip())) for start, end in pairwise(edges)])
        cuts = {place: words for place, words in cuts.items() if place not in inside - starts}
        joins = {place: words for place, words in joins.items() if place not in starts}
    if idle := [*cuts.values(), *joins.values()]:
        raise UnusableArticle(f"before {idle[0]!r} there is nothing to cut or to join")
    return result


def paragraphs(text: str, language: str) -> list[list[Span]]:
    """The sentences of each paragraph, a line with something on it. Raises MissingExtraError."""
    found = []
    offset = 0
    for line in text.split("\n"):
        if line.strip():
            spans = sentence_spans(line, language)
            found.append([(offset + start, offset + end) for start, end in spans])
        offset += len(line) + 1
    return found


def _is_whole(sentence: str) -> bool:
    first = next((sign for sign in sentence if sign.isalnum()), "")
    return not first.islower() and sentence.rstrip(_CLOSING).endswith(_STOPS)


def _place_of(words: str, text: str) -> int:
    if not words.strip() or text.count(words) != 1:
        raise UnusableArticle(f"{words!r} stands {text.count(words)} times in the article, and not once")
    return text.index(words)


def _read(path: Path) -> str:
    try:
        text = read_exactly(path)
    except SourceError as error:
        raise UnusableArticle(str(error)) from error
    for sign, fault in _UNFIT:
        if sign in text:
            raise UnusableArticle(f"{path} {fault}")
    if not text.strip():
        raise UnusableArticle(f"{path} has no text in it")
    return text


def _canary(records: Path) -> str:
    """The canary of the documents that are there already, or else a new one."""
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
    # Hidden while it is filled, so that no reader takes it for a document.
    staged = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    staged.mkdir()
    try:
        for name, table in DOCUMENT_FILES.items():
            if table in files:
                (staged / name).write_text(files[table], encoding="utf-8", newline="\n")
        staged.rename(folder)
    finally:
        shutil.rmtree(staged, ignore_errors=True)


def _told(finding: Finding) -> str:
    expected = f" (expected {finding.expected})" if finding.expected else ""
    return f"{finding.message}{expected}"
