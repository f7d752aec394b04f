"""The records that sheets are made from: documents with sentences, claims and labels, from JSON Lines.

Only levels 1 and 2 are checked, so that claims can be labelled while their records are still being written.
Which of the records a sheet may show is decided in `label_sheet` and `adjudication_sheet`.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onrecord.exceptions import SheetRefused
from onrecord.model.findings import hint
from onrecord.reading import layouts
from onrecord.reading.article import ARTICLE_FILE, find_article, read_article, sha256
from onrecord.reading.files import NOWHERE, display, reason
from onrecord.reading.located import Located, Row
from onrecord.rules.schema import schema_findings

_MOST = 20
"""Errors that are listed; `onrecord validate` lists all of them."""


@dataclass(frozen=True, slots=True)
class SheetDocument:
    """A document with the records that its folder holds, and the text that the sheet may show."""

    row: Row
    segments: Sequence[Row]
    claims: Sequence[Row]
    annotations: Sequence[Row]
    adjudications: Sequence[Row]
    text: str | None
    """The source text; None where it is neither included nor asked for."""

    @property
    def document_id(self) -> str:
        """The id of the document."""
        return str(self.row["document_id"])

    @property
    def has_foreign_text(self) -> bool:
        """Whether the text is one that may not be passed on."""
        return self.text is not None and not self.row["text_included"]


@dataclass(frozen=True, slots=True)
class SheetRecords:
    """The chosen documents of a records folder, and the speakers by id."""

    documents: Sequence[SheetDocument]
    speakers: dict[str, Row]


def read_sheet_records(
    records: Path,
    document_ids: Collection[str] = (),
    splits: Collection[str] = (),
    articles: Path | None = None,
) -> SheetRecords:
    """The documents of a records folder, all or those chosen by id and split.

    The text of a document that does not include it is read from the folder `articles` only: the environment
    names no folder here, because a sheet is a file that people pass on. Raises SheetRefused where records are
    invalid or nothing is chosen, SourceError and OSError.
    """
    if not (records / layouts.SPEAKERS_FILE).is_file():
        raise SheetRefused(
            layouts.not_records(records) if records.exists() else f"{display(records)}: {NOWHERE}"
        )
    folders = {folder.document_id: folder for folder in layouts.documents(records)}
    for name in document_ids:
        if name not in folders:
            raise SheetRefused(f"there is no document {name!r}; {hint(name, folders)}")
    errors: list[str] = []
    speakers = {row["speaker_id"]: row for row in _valid(layouts.speakers(records), errors)}
    found = []
    for name, folder in folders.items():
        if document_ids and name not in document_ids:
            continue
        document = _read_document(folder, splits, articles, errors)
        if document is not None:
            found.append(document)
    if errors:
        more = f"and {len(errors) - _MOST:,} more; `onrecord validate` lists them"
        raise SheetRefused("\n".join([*errors[:_MOST], *([more] if len(errors) > _MOST else [])]))
    if not found:
        chosen = f" of the split {' or '.join(splits)}" if splits else ""
        raise SheetRefused(f"{display(records)} has no document{chosen}")
    return SheetRecords(found, speakers)


def _read_document(
    folder: layouts.DocumentFolder, splits: Collection[str], articles: Path | None, errors: list[str]
) -> SheetDocument | None:
    rows = {
        table: _valid(_records(folder, table), errors)
        for table in ("documents", "segments", "claims", "annotations", "adjudications")
    }
    if not rows["documents"]:
        if not errors:
            errors.append(f"{display(folder.path)}: there is no document.json")
        return None
    row = rows["documents"][0]
    if splits and row["split"] not in splits:
        return None
    known = {segment["segment_id"] for segment in rows["segments"]}
    for claim in rows["claims"]:
        places = [claim["segment_id"], *(anchor["segment_id"] for anchor in claim["anchors"])]
        lost = next((place for place in places if place not in known), None)
        if lost is not None:
            errors.append(f"{display(folder.path)}: {claim['claim_id']} names {lost}, which is no segment")
    text = _text_of(row, folder.path, articles)
    if text is not None and sha256(text) != row["sha256"]:
        errors.append(f"{display(folder.path)}: its text is not the one that the records were made from")
    return SheetDocument(
        row, rows["segments"], rows["claims"], rows["annotations"], rows["adjudications"], text
    )


def _records(folder: layouts.DocumentFolder, table: str) -> Iterator[Located]:
    try:
        yield from folder.records(table)
    except OSError as error:
        raise SheetRefused(f"{display(folder.path)}: {table} cannot be read: {reason(error)}") from error


def _text_of(row: Row, folder: Path, articles: Path | None) -> str | None:
    """The text that a sheet may hold: one that is included, or one that the reader has asked for."""
    if row["text_included"]:
        return read_article(folder / ARTICLE_FILE)
    return read_article(find_article(row["source_file"], folder, articles)) if articles else None


def _valid(records: Iterable[Located], errors: list[str]) -> list[dict[str, Any]]:
    """The values of valid records; what is wrong with the others goes to `errors`."""
    found = []
    for record in records:
        findings = record.findings or schema_findings(record)
        errors += [str(finding) for finding in findings]
        if not findings:
            found.append(record.value)
    return found
