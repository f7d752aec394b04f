"""Web Annotation (W3C Recommendation, 2017): one AnnotationPage per document, one annotation per claim.

Anchors are TextPositionSelectors, which count code points, and where the text may be written
TextQuoteSelectors as well. The claim is a describing body; each label is a tag such as `kind=event`, one per
item of a list.
"""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from onrecord.dataset.exchange.items import Export, ExportedDocument, Item, Returned, pair_of
from onrecord.dataset.exchange.json_files import json_file, json_files
from onrecord.exceptions import UnusableExchange

CONTEXT = ["http://www.w3.org/ns/anno.jsonld", {"schema": "https://schema.org/"}]
SUFFIX = ".jsonld"
_AROUND = 32
"""Code points before and after a quotation that distinguish it from the same words elsewhere."""
_CLAIM = "claim_id"


def files(export: Export) -> Iterator[tuple[str, str]]:
    """The files of an export: names and texts."""
    for document in export.documents:
        yield f"{document.document_id}{SUFFIX}", json_file(_page(document, export))


def read(path: Path) -> Iterator[Returned]:
    """What each annotation of a file or folder says of its claim. Raises UnusableExchange and OSError.

    A page, a collection with its pages inside, a list of annotations and a single one are read.
    """
    for file, content in json_files(path, (SUFFIX, ".json")):
        for number, annotation in enumerate(_annotations(content), 1):
            place = f"{file}: annotation {annotation.get('id', number)}"
            if _is_about_a_claim(annotation):
                yield _returned(annotation, place)


def _page(document: ExportedDocument, export: Export) -> dict[str, Any]:
    items = [_annotation(item, document, export) for item in document.items]
    return {
        "@context": CONTEXT,
        "id": f"urn:onrecord:annotations:{document.document_id}",
        "type": "AnnotationPage",
        "items": [*items, *map(_relation, document.relations)],
    }


def _annotation(item: Item, document: ExportedDocument, export: Export) -> dict[str, Any]:
    tags = [
        f"{_CLAIM}={item.claim_id}",
        *(f"{name}={word}" for name, words in item.words() for word in words),
    ]
    record = document.document.record
    text = {
        "type": "TextualBody",
        "purpose": "describing",
        "value": item.claim["text"],
        "format": "text/plain",
    }
    found: dict[str, Any] = {"id": _claim_urn(item.claim_id), "type": "Annotation", "motivation": "tagging"}
    if export.annotator is not None:
        kind = "Person" if export.annotator["kind"] == "person" else "Software"
        found["creator"] = {"id": f"urn:onrecord:annotator:{export.labels}", "type": kind}
    return found | {
        "body": [
            text,
            *({"type": "TextualBody", "purpose": "tagging", "value": tag} for tag in tags),
            *(
                {"type": "TextualBody", "purpose": "questioning", "value": f"{name}: {reason}"}
                for name, reason in item.undecided.items()
            ),
        ],
        "target": [
            {"source": _source(record), "selector": _selectors(start, end, document.text)}
            for start, end in item.spans
        ],
    }


def _source(record: Mapping[str, Any]) -> dict[str, Any]:
    """The text that the positions are in: no web page, but the text of this hash."""
    return {
        "id": f"urn:onrecord:document:{record['document_id']}",
        "type": "Text",
        "format": "text/plain",
        "language": record["language"],
        "schema:sha256": record["sha256"],
    }


def _selectors(start: int, end: int, text: str | None) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = [{"type": "TextPositionSelector", "start": start, "end": end}]
    if text is not None:
        found.append(
            {
                "type": "TextQuoteSelector",
                "exact": text[start:end],
                "prefix": text[max(start - _AROUND, 0) : start],
                "suffix": text[end : end + _AROUND],
            }
        )
    return found


def _relation(row: Mapping[str, Any]) -> dict[str, Any]:
    """A relation as a link from the annotation of one claim to that of the other."""
    return {
        "id": f"urn:onrecord:relation:{row['source_id']}:{row['type']}:{row['target_id']}",
        "type": "Annotation",
        "motivation": "linking",
        "body": [
            {"id": _claim_urn(row["target_id"]), "purpose": "linking"},
            {"type": "TextualBody", "purpose": "tagging", "value": row["type"]},
        ],
        "target": _claim_urn(row["source_id"]),
    }


def _claim_urn(claim_id: str) -> str:
    return f"urn:onrecord:claim:{claim_id}"


def _annotations(content: Any) -> Iterator[dict[str, Any]]:
    """The annotations in a value: a list, a page, a collection, or an annotation."""
    if isinstance(content, list):
        for one in content:
            yield from _annotations(one)
    elif isinstance(content, dict):
        if "items" in content or "first" in content:
            yield from _annotations(content.get("items", content.get("first")))
            yield from _annotations(content.get("next"))
        elif "body" in content or "target" in content:
            yield content


def _is_about_a_claim(annotation: Mapping[str, Any]) -> bool:
    return annotation.get("motivation") != "linking"


def _returned(annotation: dict[str, Any], place: str) -> Returned:
    bodies = [one for one in _as_list(annotation.get("body")) if isinstance(one, dict)]
    tags = [str(one.get("value", "")) for one in bodies if one.get("purpose") == "tagging"]
    labels: dict[str, list[str]] = {}
    for name, word in filter(None, map(pair_of, tags)):
        labels.setdefault(name, []).append(word)
    reasons = [str(one.get("value", "")) for one in bodies if one.get("purpose") == "questioning"]
    undecided = dict(filter(None, (pair_of(reason, ":") for reason in reasons)))
    named = [tag.removeprefix(f"{_CLAIM}=") for tag in tags if tag.startswith(f"{_CLAIM}=")]
    urn = str(annotation.get("id", ""))
    if not named and urn.startswith(_claim_urn("")):
        named = [urn.removeprefix(_claim_urn(""))]
    return Returned(place, named[0] if named else None, labels, list(_spans(annotation, place)), undecided)


def _spans(annotation: Mapping[str, Any], place: str) -> Iterator[tuple[int, int]]:
    for target in _as_list(annotation.get("target")):
        selectors = _as_list(target.get("selector")) if isinstance(target, dict) else []
        for selector in selectors:
            if isinstance(selector, dict) and selector.get("type") == "TextPositionSelector":
                start, end = selector.get("start"), selector.get("end")
                if not (type(start) is type(end) is int):
                    raise UnusableExchange(
                        [f"{place}: start is {start!r} and end is {end!r}, expected two whole numbers"]
                    )
                yield start, end


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value is None else [value]
