"""The dataset in the format of an annotation tool: which documents, which labels, which texts.

The formats make the files from an `Export`; what the formats share is in `items`.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from onrecord.dataset.documents import Document, Documents, read_documents
from onrecord.dataset.exchange.formats import FORMATS, Format
from onrecord.dataset.exchange.items import GOLD, NO_LABELS, Export, ExportedDocument, items_of
from onrecord.dataset.folders import new_folder
from onrecord.exceptions import SourceError, UnusableInputError
from onrecord.model.about import About
from onrecord.model.findings import hint
from onrecord.model.paths import home
from onrecord.model.tables import SPLITS
from onrecord.reading.about import about_from, read_dataset_file
from onrecord.reading.files import display


@dataclass(frozen=True, slots=True)
class ExportedFormat:
    """What was written: the folder, its files, and how many documents and claims are in them."""

    out: Path
    files: int
    documents: int
    claims: int
    protected: tuple[str, ...]
    """Documents whose text was written although the dataset may not pass it on."""


def export_to(
    form: str,
    out: str | Path,
    records: str | Path | None = None,
    *,
    documents: Iterable[str] = (),
    split: str | None = None,
    labels: str = GOLD,
    articles: str | Path | None = None,
) -> ExportedFormat:
    """Write records (default: the shipped ones) into the new folder `out`, in the format of another tool.

    `form` is one of `web-annotation`, `label-studio`, `brat`, `conll` and `schema-org`. `documents` are the
    ids of those that are wanted, by default all, or all of a `split`. `labels` are the adjudicated ones
    (`gold`), those of an annotator, by its id, or `none`. A text that the dataset does not include is written
    only if `articles` names the folder that holds it. `out` is written whole or not at all. Raises ValueError
    for an unknown format or split, UnusableInputError, SourceError where a format needs a text that is not
    there, OutputRefused and OSError.
    """
    if form not in FORMATS:
        raise ValueError(f"there is no format {form!r}; {hint(form, FORMATS)}")
    source = home() / "records" if records is None else Path(records)
    if split is not None and split not in SPLITS:
        raise ValueError(f"there is no split {split!r}; {hint(split, SPLITS)}")
    found = read_documents(source, ids=documents)
    _check_annotator(found, labels)
    chosen = [one for one in found.documents if split in (None, one.record["split"])]
    found = Documents(chosen, found.speakers, found.annotators)
    export = gather(found, form, labels, articles, about_from(read_dataset_file(source), ()))
    if not export.documents:
        where = f" in the split {split}" if split else ""
        raise UnusableInputError(f"{display(source)}: there is no claim to export{where}")
    count = 0
    with new_folder(Path(out)) as folder:
        for name, text in FORMATS[form].files(export):
            (folder / name).write_text(text, encoding="utf-8", newline="")
            count += 1
    return ExportedFormat(
        out=Path(out),
        files=count,
        documents=len(export.documents),
        claims=sum(len(one.items) for one in export.documents),
        protected=tuple(
            one.document_id
            for one in export.documents
            if one.text is not None and not one.document.record["text_included"]
        ),
    )


def gather(
    found: Documents, form: str, labels: str, articles: str | Path | None, about: About | None
) -> Export:
    """What is written: the documents that have something to export, with their texts. Raises SourceError."""
    exported = [_exported(one, FORMATS[form], labels, articles) for one in found.documents]
    return Export(
        documents=[one for one in exported if one.items],
        speakers=found.speakers,
        labels=labels,
        annotator=found.annotators.get(labels),
        about=about,
    )


def _exported(document: Document, form: Format, labels: str, articles: str | Path | None) -> ExportedDocument:
    items = items_of(document, labels)
    ids = {item.claim_id for item in items} if labels == GOLD else set()
    relations = [row for row in document.relations if {row["source_id"], row["target_id"]} <= ids]
    return ExportedDocument(document, items, _text(document, form, articles), relations)


def _check_annotator(found: Documents, labels: str) -> None:
    known = {row["annotator_id"] for one in found.documents for row in one.annotations}
    if labels not in (GOLD, NO_LABELS, *known):
        offered = hint(labels, [GOLD, NO_LABELS, *sorted(known)])
        raise UnusableInputError(f"there are no labels of {labels!r}; {offered}")


def _text(document: Document, form: Format, articles: str | Path | None) -> str | None:
    """The text where it may be written: the dataset includes it, or the caller names its folder."""
    if not form.writes_text:
        return None
    if not document.record["text_included"] and articles is None:
        if form.needs_text:
            raise SourceError(
                f"{form.title} needs the text of {document.document_id}, which the dataset does not include: "
                "name the folder that holds it with --articles, or choose other documents with --document or "
                "--split"
            )
        return None
    try:
        return document.text(articles)
    except SourceError:
        if form.needs_text or articles is not None:
            raise
        return None
