"""The labelling sheet: claims with their sentences and no labels, as one HTML file that works from disk.

Nothing that derives from a label is in the file: the data block holds the fields listed here and no others,
and claims of one sentence come in an order that their ids decide. A test makes two sheets from records with
different labels and compares bytes.
"""

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onrecord.building.replace_file import replacing
from onrecord.exceptions import SheetRefused
from onrecord.extras import check_extra
from onrecord.html.sample import rank, sampled
from onrecord.html.sheet_fields import annotator_pattern, edtf_pattern, fields_asked
from onrecord.html.sheet_records import SheetDocument, SheetRecords, read_sheet_records
from onrecord.html.single_file import asset, check_writable, environment, policy
from onrecord.html.wording import time_words
from onrecord.model.annotations import annotated_fields
from onrecord.model.paths import home
from onrecord.model.short_repr import ShortRepr

NEEDED = ("jinja2",)
_STYLES = ("page.css", "sheet.css")
_SCRIPTS = (
    "theme.js",
    "elements.js",
    "sample.js",
    "dates.js",
    "files.js",
    "passage.js",
    "fields.js",
    "answers.js",
    "label.js",
)
_PROPOSED = 20
"""The claims of the sample that the sheet proposes: about ten minutes of work with a few questions."""
_NO_SEED = 0
"""The seed of the order of claims within a sentence, which no option changes."""

Json = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Choice:
    """Which claims and fields a sheet has; empty means all."""

    documents: Sequence[str] = ()
    splits: Sequence[str] = ()
    layer: str | None = None
    fields: Sequence[str] = ()
    sample: int | None = None
    seed: int = 1


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


def label_sheet(
    out: str | os.PathLike[str],
    records: str | os.PathLike[str] | None = None,
    choice: Choice | None = None,
    articles: str | os.PathLike[str] | None = None,
) -> WrittenSheet:
    """Write a sheet for the claims of a records folder (default: the dataset's own).

    A document without an included text is shown by its glosses, or, with `articles`, by its text: such a
    sheet holds copyrighted text. Raises MissingExtraError, PageRefused, SheetRefused, SourceError and
    OSError.
    """
    choice = choice or Choice()
    check_extra("page", "a labelling sheet", NEEDED)
    target = Path(out)
    check_writable(target)
    found = read_sheet_records(
        Path(records or home() / "records"),
        choice.documents,
        choice.splits,
        Path(articles) if articles else None,
    )
    data = sheet_data(found, choice)
    encoded = render_sheet(data, found).encode()
    with replacing(target) as stream:
        stream.write(encoded)
    shown = [document for document in data["documents"] if document["claims"]]
    return WrittenSheet(
        target,
        len(encoded),
        sum(len(document["claims"]) for document in shown),
        len(shown),
        any(document.has_foreign_text for document in found.documents),
    )


def sheet_data(records: SheetRecords, choice: Choice) -> Json:
    """The data block: documents, sentences, claims, speakers and the questions. Raises SheetRefused."""
    asked = fields_asked(choice.fields, choice.layer)
    chosen = _chosen_claims(records, choice)
    documents = [_document(document, chosen) for document in records.documents]
    documents = [document for document in documents if document["claims"]]
    named = sorted({name for document in documents for name in document["speakers"]})
    data: Json = {
        "fields": asked,
        "annotated": list(annotated_fields()),
        "layer": choice.layer,
        "speakers": {name: _speaker(name, records.speakers) for name in named},
        "documents": documents,
    }
    return {"sheet": _digest(data), **data}


def render_sheet(data: Json, records: SheetRecords) -> str:
    """The sheet as text."""
    style = "\n".join(map(asset, _STYLES))
    scripts = [asset(name) for name in _SCRIPTS]
    return (
        environment()
        .get_template("label_sheet.html")
        .render(
            data=data,
            proposed=_PROPOSED,
            claims=sum(len(document["claims"]) for document in data["documents"]),
            splits=list(dict.fromkeys(document["split"] for document in data["documents"])),
            has_foreign_text=any(document.has_foreign_text for document in records.documents),
            annotator_pattern=annotator_pattern(),
            edtf_pattern=edtf_pattern(),
            style=style,
            scripts=scripts,
            policy=policy(style, scripts),
        )
    )


def _chosen_claims(records: SheetRecords, choice: Choice) -> set[str]:
    names = {
        claim["claim_id"]
        for document in records.documents
        for claim in document.claims
        if choice.layer in (None, claim["layer"])
    }
    if not names:
        raise SheetRefused(f"no claim of the layer {choice.layer}" if choice.layer else "there are no claims")
    return names if choice.sample is None else sampled(names, choice.sample, choice.seed)


def _document(document: SheetDocument, chosen: set[str]) -> Json:
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
        "origin": row["text_origin"],
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
    row = speakers.get(name)
    # Records that are still being written may lack a speaker.
    return {
        "name": row["name"] if row else name,
        "type": row["type"] if row else "",
        "description": row["description"] if row else "",
    }


def _digest(data: Json) -> str:
    """What a browser keeps answers under, so that two sheets do not mix."""
    text = json.dumps(data, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:16]
