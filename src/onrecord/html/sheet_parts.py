"""What the two sheets share: documents, sentences, claims and speakers for the scripts, and the file.

Nothing here derives from a label. Which claims a sheet has, and what it asks about them, is decided in
`label_sheet` and `adjudication_sheet`.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onrecord.building.replace_file import replacing
from onrecord.html.sample import rank
from onrecord.html.sheet_fields import annotator_pattern, edtf_pattern
from onrecord.html.sheet_records import SheetDocument, SheetRecords
from onrecord.html.single_file import asset, environment, policy
from onrecord.html.wording import time_words
from onrecord.model.short_repr import ShortRepr

Json = dict[str, Any]

NEEDED = ("jinja2",)
_STYLES = ("page.css", "sheet.css")
_SCRIPTS = ("theme.js", "elements.js", "sample.js", "dates.js", "files.js", "passage.js", "fields.js")
_NO_SEED = 0
"""The seed of the order of claims within a sentence, which no option changes."""


@dataclass(frozen=True, slots=True, repr=False)
class WrittenSheet(ShortRepr):
    """What was written."""

    out: Path
    size: int
    """In bytes."""
    items: int
    """Claims to label, or labels to decide."""
    documents: int
    has_foreign_text: bool
    """Whether the file holds a text that may not be passed on."""


def document_part(document: SheetDocument, chosen: Collection[str]) -> Json:
    """A document with its sentences, its speakers and the chosen claims.

    Claims are in the order of their sentences and, within one, of a hash of their ids: their numbers show
    which of them was written down first, and who said something comes before what was said.
    """
    row = document.row
    places = {segment["segment_id"]: at for at, segment in enumerate(document.segments)}
    claims = sorted(
        (claim for claim in document.claims if claim["claim_id"] in chosen),
        key=lambda claim: (places[claim["segment_id"]], rank(_NO_SEED, claim["claim_id"])),
    )
    # The whole document's speakers, in the order of their ids: a sample must not give away who is meant.
    speakers = {
        name
        for claim in document.claims
        for name in (claim["speaker_id"], *claim["via"], *claim["speaker_alternatives"])
    }
    return {
        "document_id": document.document_id,
        "title": row["title"],
        "publisher": row["publisher"],
        "date": row["date"],
        "day": time_words(row["date"]),
        "language": row["language"],
        "split": row["split"],
        "is_source": document.text is not None,
        "speakers": sorted(speakers),
        "sentences": [_sentence(document, segment) for segment in document.segments],
        "claims": [
            {
                "claim_id": claim["claim_id"],
                "text": claim["text"],
                "sentence": places[claim["segment_id"]],
                "marks": _marks(document, claim, places),
            }
            for claim in claims
        ],
    }


def sheet_part(documents: Sequence[Json], records: SheetRecords, **others: Any) -> Json:
    """The data block: the documents that have claims, the speakers that they name, and what else is given."""
    shown = [document for document in documents if document["claims"]]
    named = sorted({name for document in shown for name in document["speakers"]})
    data = {
        **others,
        "speakers": {name: _speaker(name, records.speakers) for name in named},
        "documents": shown,
    }
    # What a browser keeps answers under, so that two sheets do not mix.
    text = json.dumps(data, sort_keys=True, ensure_ascii=False)
    return {"sheet": hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16], **data}


def write_sheet(
    target: Path,
    template: str,
    scripts: Sequence[str],
    data: Json,
    items: int,
    records: SheetRecords,
    **others: Any,
) -> WrittenSheet:
    """Write the file from its template, which may use `others`, whole or not at all. Raises OSError."""
    style = "\n".join(map(asset, _STYLES))
    texts = [asset(name) for name in (*_SCRIPTS, *scripts)]
    shown = {document["document_id"] for document in data["documents"]}
    has_foreign_text = any(
        document.has_foreign_text for document in records.documents if document.document_id in shown
    )
    text = (
        environment()
        .get_template(template)
        .render(
            data=data,
            items=items,
            splits=list(dict.fromkeys(document["split"] for document in data["documents"])),
            has_foreign_text=has_foreign_text,
            annotator_pattern=annotator_pattern(),
            edtf_pattern=edtf_pattern(),
            style=style,
            scripts=texts,
            policy=policy(style, texts),
            **others,
        )
    )
    encoded = text.encode()
    with replacing(target) as stream:
        stream.write(encoded)
    return WrittenSheet(target, len(encoded), items, len(shown), has_foreign_text)


def _sentence(document: SheetDocument, segment: Mapping[str, Any]) -> Json:
    text = document.text
    shown = segment["gloss"] if text is None else text[segment["start"] : segment["end"]]
    return {"paragraph": segment["paragraph"], "text": shown or ""}


def _marks(document: SheetDocument, claim: Mapping[str, Any], places: Mapping[str, int]) -> list[list[int]]:
    """Where in the sentences the claim rests, in code points of each sentence; nothing without the text."""
    if document.text is None:
        return []
    starts = [segment["start"] for segment in document.segments]
    found = []
    for anchor in claim["anchors"]:
        at = places[anchor["segment_id"]]
        found.append([at, anchor["start"] - starts[at], anchor["end"] - starts[at]])
    return found


def _speaker(name: str, speakers: Mapping[str, Mapping[str, Any]]) -> Json:
    # Records that are still being written may lack a speaker.
    row = speakers.get(name, {"name": name, "type": "", "description": ""})
    return {field: row[field] for field in ("name", "type", "description")}
