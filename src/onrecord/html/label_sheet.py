"""The labelling sheet: claims with their sentences and no labels, as one HTML file that works from disk.

Nothing that derives from a label is in the file. A test makes two sheets from records with different labels
and compares bytes.
"""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from onrecord.exceptions import SheetRefused
from onrecord.extras import check_extra
from onrecord.html.sample import sampled
from onrecord.html.sheet_fields import fields_asked
from onrecord.html.sheet_parts import NEEDED, WrittenSheet, document_part, sheet_part, write_sheet
from onrecord.html.sheet_records import SheetRecords, read_sheet_records
from onrecord.html.single_file import check_writable
from onrecord.model.annotations import annotated_fields
from onrecord.model.paths import home

_TEMPLATE = "label_sheet.html"
_SCRIPTS = ("answers.js", "label.js")


@dataclass(frozen=True, slots=True)
class Choice:
    """Which claims and fields a sheet has; empty means all."""

    documents: Sequence[str] = ()
    splits: Sequence[str] = ()
    layer: str | None = None
    fields: Sequence[str] = ()
    sample: int | None = None
    seed: int = 1


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
    asked = fields_asked(choice.fields, choice.layer)
    found = read_sheet_records(
        Path(records or home() / "records"),
        choice.documents,
        choice.splits,
        Path(articles) if articles else None,
    )
    chosen = _chosen_claims(found, choice)
    data = sheet_part(
        [document_part(document, chosen) for document in found.documents],
        found,
        fields=asked,
        annotated=list(annotated_fields()),
        layer=choice.layer,
    )
    is_sample = choice.sample is not None
    return write_sheet(target, _TEMPLATE, _SCRIPTS, data, len(chosen), found, is_sample=is_sample)


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
