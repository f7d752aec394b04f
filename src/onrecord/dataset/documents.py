"""The documents of a records folder or of built tables, each with its records: for agreement and exchange.

A document's records are in memory together. `onrecord validate` lists what is wrong with them; here the first
error that would make them meaningless refuses the input.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from onrecord.dataset.load import iter_rows
from onrecord.exceptions import SourceError, UnusableInputError
from onrecord.model.findings import Finding, hint
from onrecord.model.paths import home
from onrecord.reading.article import articles_folder, find_article, read_article, sha256
from onrecord.reading.files import display, is_there
from onrecord.reading.layouts import ANNOTATORS_FILE, DocumentFolder, not_records
from onrecord.reading.layouts import documents as document_folders
from onrecord.reading.layouts import speakers as speakers_in
from onrecord.reading.located import annotator_of
from onrecord.reading.records import read_records
from onrecord.rules.document import owner_of
from onrecord.rules.schema import schema_findings
from onrecord.validation.inputs import Files, RecordsFolder, open_file, open_folder
from onrecord.validation.validate import validate

Row = dict[str, Any]

_TABLES = ("segments", "claims", "relations", "annotations")

_UNFINISHED = frozenset(
    {
        "altered-annotation",
        "claim-not-annotated",
        "found-mismatch",
        "idle-adjudication",
        "undecided-label",
        "unknown-annotator",
        "unused-annotator",
        "unused-speaker",
    }
)
"""Rules that records break while people still label them; the labels can be compared all the same."""


@dataclass(frozen=True, slots=True)
class Document:
    """A document with its records."""

    record: Row
    segments: Sequence[Row]
    claims: Sequence[Row]
    relations: Sequence[Row]
    annotations: Sequence[Row]
    folder: Path | None
    """The document's folder; built tables have none."""

    @property
    def document_id(self) -> str:
        """The id of the document."""
        return str(self.record["document_id"])

    def text(self, articles: str | Path | None = None) -> str:
        """The text, from the document's folder, its segments, `articles` or $ONRECORD_ARTICLES.

        Raises SourceError if it is in none of them, or is not the text that the document was made from.
        """
        joined = self._joined() if self.folder is None else None
        if joined is not None and sha256(joined) == self.record["sha256"]:
            return joined
        path = find_article(self.record["source_file"], self.folder, articles_folder(articles))
        text = read_article(path)
        if sha256(text) != self.record["sha256"]:
            raise SourceError(
                f"{display(path)}: not the text of {self.document_id}: expected {self.record['length']:,} "
                f"code points with SHA-256 {self.record['sha256']}, found {len(text):,} with {sha256(text)}"
            )
        return text

    def _joined(self) -> str | None:
        """The sentences that built tables hold, with the blanks and line ends that are likely between them.

        None where they hold none. Only the hash says whether it is the text.
        """
        text, paragraph = "", 0
        for segment in self.segments:
            if segment.get("text") is None:
                return None
            gap = int(segment["start"]) - len(text)
            between = " " if segment["paragraph"] == paragraph else "\n"
            text += between * gap + str(segment["text"])
            paragraph = segment["paragraph"]
        rest = int(self.record["length"]) - len(text)
        return text + "\n" * rest


@dataclass(frozen=True, slots=True)
class Documents:
    """All documents, in the order of their ids, with the speakers and annotators that they share."""

    documents: Sequence[Document]
    speakers: Mapping[str, Row]
    annotators: Mapping[str, Row] = field(default_factory=dict)
    """The annotators that annotators.jsonl describes."""


def read_documents(
    records: str | Path | None = None, *, ids: Iterable[str] = (), holds_held_out: bool = False
) -> Documents:
    """The documents of a records folder (default: the shipped one) or of a folder of built tables.

    `ids` keeps only these documents. With `holds_held_out` the labels that had no part in the making of the
    records count as annotations. Raises UnusableInputError if it is neither, a record is not valid, or there
    is no document of such an id.
    """
    path = home() / "records" if records is None else Path(records)
    source = open_folder(path)
    _refuse(validate(path, level=3), path)
    if isinstance(source, RecordsFolder):
        found = _from_records(source.path, holds_held_out=holds_held_out)
    elif isinstance(source, Files) and all(part.form == "rows" for part in source.parts):
        found = _from_tables(path)
    else:
        raise UnusableInputError(not_records(path, "built tables"))
    return _chosen(found, list(ids), path)


def read_annotations(path: str | Path, claims: Set[str]) -> list[Row]:
    """The rows of a file of annotations, all of them about one of the claims.

    Raises UnusableInputError with the first row that is not valid, and where the file cannot be read.
    """
    part = open_file(path, "annotations")
    rows = []
    for one in read_records(Path(part.path), "annotations"):
        _refuse([*one.findings, *([] if one.findings else schema_findings(one))], Path(path))
        if one.value["claim_id"] not in claims:
            raise UnusableInputError(
                f"{one.file}:{one.line}: claim_id is {one.value['claim_id']}, expected a claim of the records"
            )
        rows.append(one.value)
    return rows


def _refuse(findings: Iterable[Finding], path: Path) -> None:
    """Raise UnusableInputError with the first error that is more than work in progress."""
    for finding in findings:
        if finding.severity == "error" and finding.rule not in _UNFINISHED:
            place = f"{finding.file}{f':{finding.line}' if finding.line else ''}"
            raise UnusableInputError(
                f"{place}: {finding.as_sentence()}; `onrecord validate {display(path)}` lists all findings"
            )


def _from_records(folder: Path, *, holds_held_out: bool) -> Documents:
    file = folder / ANNOTATORS_FILE
    annotators = read_records(file, "annotators") if is_there(file) else ()
    return Documents(
        [_document(one, holds_held_out=holds_held_out) for one in document_folders(folder)],
        {one.value["speaker_id"]: one.value for one in speakers_in(folder)},
        {one.value["annotator_id"]: one.value for one in annotators},
    )


def _document(folder: DocumentFolder, *, holds_held_out: bool) -> Document:
    tables = {name: [one.value for one in folder.records(name)] for name in ("documents", *_TABLES)}
    if holds_held_out:
        known = {claim["claim_id"] for claim in tables["claims"]}
        for path in folder.held_out():
            tables["annotations"] += [row for row in _held_out(path) if row["claim_id"] in known]
    return _as_document(tables, folder.path)


def _held_out(path: Path) -> Iterator[Row]:
    """The rows of a file of labels that were kept apart: as annotations, or raw, without the annotator."""
    name = annotator_of(path.as_posix())
    for one in read_records(path, "labellings"):
        table = "annotations" if "annotator_id" in one.value else "labellings"
        _refuse([*one.findings, *schema_findings(replace(one, table=table))], path)
        yield {"annotator_id": name, "found": None, **one.value}


def _from_tables(folder: Path) -> Documents:
    by_document: dict[str, dict[str, list[Row]]] = {}
    for name in ("documents", *_TABLES):
        for row in iter_rows(name, folder, split=None):
            own = row.get("document_id") or owner_of(row.get("claim_id") or row["source_id"])
            by_document.setdefault(own, {}).setdefault(name, []).append(row)
    found = [_as_document(tables, None) for _, tables in sorted(by_document.items())]
    return Documents(found, {row["speaker_id"]: row for row in iter_rows("speakers", folder, split=None)})


def _as_document(tables: Mapping[str, list[Row]], folder: Path | None) -> Document:
    segments, claims, relations, annotations = (tables.get(name, []) for name in _TABLES)
    return Document(tables["documents"][0], segments, claims, relations, annotations, folder)


def _chosen(found: Documents, ids: list[str], path: Path) -> Documents:
    known = {one.document_id: one for one in found.documents}
    for name in ids:
        if name not in known:
            raise UnusableInputError(
                f"{display(path)}: there is no document {name!r}; {hint(name, sorted(known))}"
            )
    chosen = [one for one in found.documents if not ids or one.document_id in ids]
    return Documents(chosen, found.speakers, found.annotators)
