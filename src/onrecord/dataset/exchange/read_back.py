"""Labels back from an annotation tool: as the annotations of one annotator, all of them or none.

The formats read files into `Returned`; here that becomes rows of the table `annotations`, which are checked
like any others and written next to those of the other annotators.
"""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from onrecord.dataset.documents import Document, Documents, Row, read_documents
from onrecord.dataset.exchange import label_studio
from onrecord.dataset.exchange.formats import FORMATS, READABLE
from onrecord.dataset.exchange.items import Returned, from_words
from onrecord.dataset.json_values import json_text
from onrecord.exceptions import OutputRefused, UnusableExchange, UnusableInputError
from onrecord.execution.leftovers import marked_path, remove_leftovers
from onrecord.model.annotations import annotated_fields
from onrecord.model.findings import hint, nearest
from onrecord.reading.batches import Batch
from onrecord.reading.files import display, is_there
from onrecord.reading.layouts import DocumentFolder, not_records
from onrecord.reading.located import Located
from onrecord.reading.records import read_records
from onrecord.rules.document import Document as CheckedDocument
from onrecord.rules.document import Table, owner_of
from onrecord.rules.schema import schema_findings
from onrecord.validation.levels import document_findings
from onrecord.validation.speakers import FewSpeakers
from onrecord.validation.summary import Summary

OWN = "annotations"
"""The table's own format: JSON Lines of `annotations`, such as a labelling sheet saves, of any documents."""

SOURCES = (*READABLE, OWN)
"""What labels can be read from."""


@dataclass(frozen=True, slots=True)
class Imported:
    """What was written, and what was in the files and was not."""

    files: tuple[Path, ...]
    claims: int
    unlabelled: int
    """Records about a claim of which nothing is said."""
    unnamed: int
    """Records that name no claim, such as spans that somebody added in the tool."""
    moved: tuple[str, ...]
    """Claims whose anchors are others in the tool; annotations have no place for anchors."""
    is_described: bool
    """Whether annotators.jsonl describes the annotator, or does not exist."""


def import_annotations(
    form: str,
    path: str | Path,
    records: str | Path,
    annotator: str,
    *,
    completed_by: str | None = None,
    is_held_out: bool = False,
) -> Imported:
    """Write what an annotation tool gave back as annotations of one annotator, in a records folder.

    `form` is `web-annotation`, `label-studio`, `brat` or `annotations` (rows of the table itself), `path` a
    file or folder of that format, `annotator` the id that the labels get. `completed_by` names the user of
    Label Studio where several have annotated the same tasks. Each document gets the file
    annotations/<annotator>.jsonl, or with `is_held_out` one in annotations/held-out: all of them or none.
    Raises ValueError for an unknown format, UnusableExchange with every error in the files,
    UnusableInputError where the records are not valid, OutputRefused where the annotator has a file already,
    and OSError.
    """
    if form not in SOURCES:
        raise ValueError(f"{form!r} cannot be imported; {hint(form, SOURCES)}")
    _check_annotator(annotator)
    found = read_documents(records)
    if any(document.folder is None for document in found.documents):
        raise UnusableInputError(not_records(records))
    placed, unnamed, moved = _placed(form, Path(path), found, annotator, completed_by)
    labelled = {place: row for place, row in placed.items() if _says_something(row)}
    if errors := list(_errors(labelled, found)):
        raise UnusableExchange(errors)
    if not labelled:
        raise UnusableExchange([f"{display(path)}: no claim has a label"])
    files = _write(labelled, found, annotator, is_held_out=is_held_out)
    return Imported(
        files=tuple(files),
        claims=len(labelled),
        unlabelled=len(placed) - len(labelled),
        unnamed=unnamed,
        moved=tuple(moved),
        is_described=not found.annotators or annotator in found.annotators,
    )


def _check_annotator(annotator: str) -> None:
    """Raise UnusableExchange for an id that no annotator can have; a file will be named after it."""
    row = {"annotator_id": annotator, "claim_id": "document-c001", "found": None}
    if wrong := schema_findings(Located(OWN, row, "", None)):
        raise UnusableExchange([finding.as_sentence() for finding in wrong])


def _placed(
    form: str, path: Path, found: Documents, annotator: str, completed_by: str | None
) -> tuple[dict[str, Row], int, list[str]]:
    """The rows by their place, the number of records without a claim, and the claims with other anchors."""
    if form == OWN:
        return dict(_own_rows(path, annotator)), 0, []
    read = partial(label_studio.read, completed_by=completed_by) if completed_by else FORMATS[form].read
    returned = list(read(path)) if read else []
    anchors = {
        claim["claim_id"]: [(anchor["start"], anchor["end"]) for anchor in claim["anchors"]]
        for document in found.documents
        for claim in document.claims
    }
    moved = [
        str(one.claim_id)
        for one in returned
        if one.spans and sorted(one.spans) != sorted(anchors.get(str(one.claim_id), one.spans))
    ]
    named = {one.place: _row(one, annotator) for one in returned if one.claim_id is not None}
    return named, len(returned) - len(named), moved


def _own_rows(path: Path, annotator: str) -> Iterator[tuple[str, Row]]:
    """The rows of a file of annotations; what is wrong with one is found with the others."""
    if not path.is_file():
        raise UnusableExchange([f"{display(path)}: expected a file of annotations"])
    for one in read_records(path, OWN):
        place = f"{one.file}:{one.line}" if one.line else one.file
        if one.findings:
            raise UnusableExchange([f"{place}: {finding.as_sentence()}" for finding in one.findings])
        if one.value.get("annotator_id") != annotator:
            given = one.value.get("annotator_id")
            raise UnusableExchange([f"{place}: annotator_id is {given!r}, expected {annotator!r}"])
        yield place, one.value


def _row(one: Returned, annotator: str) -> Row:
    """The row of the table `annotations` that a record becomes."""
    row: Row = {"annotator_id": annotator, "claim_id": one.claim_id, "found": None}
    row |= {name: from_words(name, one.labels[name]) for name in annotated_fields() if name in one.labels}
    if one.undecided:
        row["undecided"] = dict(one.undecided)
    if one.seconds is not None:
        row["seconds"] = one.seconds
    return row


def _says_something(row: Mapping[str, Any]) -> bool:
    return any(name in row for name in (*annotated_fields(), "undecided"))


def _errors(rows: Mapping[str, Row], found: Documents) -> Iterator[str]:
    """What is wrong with the rows, each by itself and all of them together."""
    valid: dict[str, Row] = {}
    for place, row in rows.items():
        wrong = schema_findings(Located(OWN, row, place, None))
        if wrong:
            yield from (f"{place}: {finding.record_id}: {finding.as_sentence()}" for finding in wrong)
        else:
            valid[place] = row
    first: dict[str, str] = {}
    for place, row in valid.items():
        other = first.setdefault(row["claim_id"], place)
        if other != place:
            yield f"{place}: {row['claim_id']} is labelled again, first in {other}; expected one record"
    by_document: dict[str, dict[str, Row]] = {}
    for place in first.values():
        by_document.setdefault(owner_of(valid[place]["claim_id"]), {})[place] = valid[place]
    documents = {one.document_id: one for one in found.documents}
    for document_id, own in by_document.items():
        if document_id in documents:
            yield from _errors_in(documents[document_id], own, found)
        else:
            place, row = next(iter(own.items()))
            near = nearest(document_id, documents) or ", ".join(documents)
            yield f"{place}: {row['claim_id']} is a claim of no document of the records (expected {near})"


def _errors_in(document: Document, rows: Mapping[str, Row], found: Documents) -> Iterator[str]:
    """What rows contradict in the records of their document."""
    tables = {
        "documents": [document.record],
        "segments": document.segments,
        "claims": document.claims,
    }
    whole = CheckedDocument(
        document.document_id,
        {name: Table(name, [_batch(name, document.document_id, own)]) for name, own in tables.items()}
        | {OWN: Table(OWN, [_batch(OWN, place, [row]) for place, row in rows.items()])},
        speakers=FewSpeakers(True, {name: row["name"] for name, row in found.speakers.items()}),
    )
    for finding in document_findings(whole, 3, None, Summary()):
        if finding.file in rows:
            yield f"{finding.file}: {finding.record_id}: {finding.as_sentence()}"


def _batch(table: str, file: str, rows: Sequence[Row]) -> Batch:
    return Batch(table, file, list(rows), list(range(1, len(rows) + 1)))


def _write(rows: Mapping[str, Row], found: Documents, annotator: str, *, is_held_out: bool) -> list[Path]:
    """Write the rows of each document into its folder, in the order of the claims: all files or none."""
    by_claim = {row["claim_id"]: row for row in rows.values()}
    texts: dict[Path, str] = {}
    for document in found.documents:
        own = [by_claim[claim["claim_id"]] for claim in document.claims if claim["claim_id"] in by_claim]
        if own and document.folder is not None:
            file = DocumentFolder(document.folder).annotator_file(annotator, is_held_out=is_held_out)
            if is_there(file):
                raise OutputRefused(f"{display(file)} is there already: annotations are never overwritten")
            texts[file] = "".join(f"{json_text(row)}\n" for row in own)
    with ExitStack() as stack:
        written: list[tuple[Path, Path]] = []
        for file, text in texts.items():
            file.parent.mkdir(parents=True, exist_ok=True)
            prefix = f".{file.name[:32]}"
            remove_leftovers(file.parent, prefix)
            new = stack.enter_context(marked_path(file.parent, prefix))
            new.write_text(text, encoding="utf-8", newline="\n")
            written.append((new, file))
        done: list[Path] = []
        try:
            for new, file in written:
                new.rename(file)
                done.append(file)
        except BaseException:
            for file in done:
                file.unlink(missing_ok=True)
            raise
    return [*texts]
