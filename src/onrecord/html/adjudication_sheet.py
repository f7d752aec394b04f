"""The adjudication sheet: labels on which annotators differ, next to each other, to be decided with a reason.

The labels of the claims themselves are in the file only if they are asked for. Claims, sentences and
questions are those of the labelling sheet.
"""

import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onrecord.exceptions import NothingToDecide, SheetRefused
from onrecord.extras import check_extra
from onrecord.html.sheet_fields import fields_asked
from onrecord.html.sheet_parts import NEEDED, Json, WrittenSheet, document_part, sheet_part, write_sheet
from onrecord.html.sheet_records import SheetDocument, read_sheet_records
from onrecord.html.single_file import check_writable
from onrecord.model.annotations import has_labelled, label_of, undecided_fields
from onrecord.model.findings import hint
from onrecord.model.paths import home

_TEMPLATE = "adjudication_sheet.html"
_SCRIPTS = ("adjudicate.js",)


@dataclass(frozen=True, slots=True)
class Dispute:
    """Which disagreements a sheet has; empty means all."""

    documents: Sequence[str] = ()
    splits: Sequence[str] = ()
    annotators: Sequence[str] = ()
    fields: Sequence[str] = ()
    has_gold: bool = False
    """Whether the claim's own labels are shown, and what differs from them counts as well."""
    has_decided: bool = False
    """Whether labels are included that have an adjudication."""


def adjudication_sheet(
    out: str | os.PathLike[str],
    records: str | os.PathLike[str] | None = None,
    dispute: Dispute | None = None,
    articles: str | os.PathLike[str] | None = None,
) -> WrittenSheet:
    """Write a sheet of the disagreements in a records folder (default: the dataset's own).

    Texts are shown as in `label_sheet`, and the same is raised.
    """
    dispute = dispute or Dispute()
    check_extra("page", "an adjudication sheet", NEEDED)
    target = Path(out)
    check_writable(target)
    asked = fields_asked(dispute.fields)
    found = read_sheet_records(
        Path(records or home() / "records"),
        dispute.documents,
        dispute.splits,
        Path(articles) if articles else None,
    )
    known = sorted({row["annotator_id"] for document in found.documents for row in document.annotations})
    for name in dispute.annotators:
        if name not in known:
            raise SheetRefused(f"there is no annotator {name!r}; {hint(name, known)}")
    fields = [field["name"] for field in asked]
    items = [item for document in found.documents for item in _disputes(document, dispute, fields)]
    if not items:
        raise NothingToDecide("there is nothing to decide: the annotators agree, or each label is decided")
    chosen = {item["claim_id"] for item in items}
    data = sheet_part(
        [document_part(document, chosen) for document in found.documents],
        found,
        fields=asked,
        items=items,
    )
    return write_sheet(target, _TEMPLATE, _SCRIPTS, data, len(items), found)


def _disputes(document: SheetDocument, dispute: Dispute, fields: Sequence[str]) -> Iterator[Json]:
    """Each label to be decided, with what every annotator said."""
    reasons = {(row["claim_id"], row["field"]): row["reason"] for row in document.adjudications}
    rows: dict[str, list[Mapping[str, Any]]] = {}
    for row in document.annotations:
        if not dispute.annotators or row["annotator_id"] in dispute.annotators:
            rows.setdefault(row["claim_id"], []).append(row)
    for claim in document.claims:
        for field in fields:
            own = sorted(rows.get(claim["claim_id"], []), key=lambda row: str(row["annotator_id"]))
            labels = {label_of(row, field) for row in own if has_labelled(row, field)}
            if dispute.has_gold and labels:
                labels.add(label_of(claim, field))
            reason = reasons.get((claim["claim_id"], field))
            if len(labels) < 2 or (reason and not dispute.has_decided):
                continue
            item: Json = {
                "claim_id": claim["claim_id"],
                "field": field,
                "given": [_given(row, field) for row in own],
            }
            if dispute.has_gold:
                item |= {"gold": claim[field], "reason": reason}
            yield item


def _given(annotation: Mapping[str, Any], field: str) -> Json:
    """What an annotator said of a field: a label, why none could be decided, or nothing."""
    given: Json = {"annotator": annotation["annotator_id"]}
    if has_labelled(annotation, field):
        given["value"] = annotation[field]
    elif why := undecided_fields(annotation).get(field):
        given["reason"] = why
    return given
