"""From a folder of records to a folder of Parquet tables, whole or not at all.

Owns the order of the steps: validate, derive, write, replace. Each step is a room of its own (`validate`,
`derive`, `parquet`, `replace`); memory holds the speakers, one document and one batch of rows a table.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from onrecord.building.card import renew_card
from onrecord.building.replace import check_replaceable, staged
from onrecord.corpus.run import Mapper, on_threads
from onrecord.corpus.shards import find_shards, is_corpus, is_url
from onrecord.exceptions import InvalidRecords, OutputRefused, UnusableInputError
from onrecord.model.derive import DocumentRecords, Record, document_rows, speaker_row
from onrecord.model.digest import Identity
from onrecord.model.findings import Finding
from onrecord.model.tables import TABLES
from onrecord.reading import records as layout
from onrecord.reading.article import default_articles_folder
from onrecord.reading.layouts import corpus_findings
from onrecord.validation.validate import validate

_OPTIONAL = frozenset({"relations", "annotations"})
"""Tables that a corpus may be without: there are documents to which nothing is related, or not annotated."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build wrote: where, rows and content digest of each table, the digest of the whole, warnings."""

    out: Path
    version: str
    rows: Mapping[str, int]
    digests: Mapping[str, str]
    dataset_sha256: str
    warnings: tuple[Finding, ...]


def build(
    records: str | Path,
    out: str | Path,
    *,
    articles: str | Path | None = None,
    on_document: Callable[[str], object] | None = None,
    on_records: Callable[[int], object] | None = None,
    mapper: Mapper = on_threads,
) -> BuildReport:
    """Validate a records folder and write its tables to `out`, one Parquet file a table.

    `out` is replaced whole when everything is written, and is left as it was when anything fails. A dataset
    card beside it (README.md) gets the new version and digests in its configs; else `load_dataset` would go
    on reading the old rows from its cache.
    `articles` is the folder of source texts for the checks of level 4; `on_document` is told each
    document's id once it is written.

    The records may be a corpus too, a folder or URL with a folder of JSONL shards for each table; then there
    is one Parquet file a shard. `mapper` runs its tasks, on the threads of this process or on a cluster
    (`onrecord.corpus.cluster`), whose workers must see the folder that `out` lies in; `on_records` is told
    how many records were taken in. The bytes are the same wherever they are made.

    Raises InvalidRecords where validation finds errors,
    UnusableInputError where there is no records folder, OutputRefused where `out` holds anything but built
    tables, and OSError where the disk refuses.
    """
    target = Path(out)
    check_replaceable(target.resolve())
    if is_url(records):
        return _built_corpus(str(records), target, articles, on_records or _ignore, mapper)
    source = Path(records)
    if target.resolve().is_relative_to(source.resolve()):
        raise OutputRefused(f"{target} lies inside the records folder {source}")
    if any((source / name).exists() for name in layout.DOCUMENT_FILES):
        raise UnusableInputError(f"{source} is one document's folder; a build takes the whole records folder")
    if is_corpus(source):
        return _built_corpus(source, target, articles, on_records or _ignore, mapper)
    if mapper is not on_threads:
        raise UnusableInputError(f"{source}: workers are for a corpus, a folder of shards for each table")
    warnings = _validated(source, articles)
    with staged(target) as folder:
        rows, identity = _write(source, folder, on_document or _ignore)
    renew_card(target, identity)
    return BuildReport(target, identity.version, rows, identity.tables, identity.dataset, warnings)


def _built_corpus(
    source: str | Path,
    target: Path,
    articles: str | Path | None,
    on_records: Callable[[int], object],
    mapper: Mapper,
) -> BuildReport:
    # Loads Arrow and DuckDB.
    from onrecord.corpus.building import build_corpus

    try:
        shards = find_shards(source)
    except OSError as error:
        raise UnusableInputError(f"{source}: {error}") from error
    if missing := [table for table in TABLES if table not in _OPTIONAL | {shard.table for shard in shards}]:
        raise UnusableInputError(f"{source} has no {' and no '.join(missing)}; a build needs them")
    beside = target if is_url(source) else Path(source)
    texts = Path(articles) if articles else default_articles_folder(beside)
    with staged(target) as folder:
        early = () if is_url(source) else corpus_findings(Path(source))
        made = build_corpus(shards, folder, version("onrecord"), texts, on_records, mapper, early)
        if made.identity is None:
            raise InvalidRecords(made.findings)
    renew_card(target, made.identity)
    return BuildReport(
        target, made.identity.version, made.rows, made.identity.tables, made.identity.dataset, made.findings
    )


def _validated(source: Path, articles: str | Path | None) -> tuple[Finding, ...]:
    found = tuple(validate(source, articles=articles))
    if any(finding.severity == "error" for finding in found):
        raise InvalidRecords(found)
    return found


def _write(
    source: Path, folder: Path, on_document: Callable[[str], object]
) -> tuple[Mapping[str, int], Identity]:
    from onrecord.building.parquet import DatasetWriter

    with DatasetWriter(folder, version("onrecord")) as writer:
        names = {}
        for speaker in layout.speakers(source):
            names[speaker.value["speaker_id"]] = speaker.value["name"]
            writer.add("speakers", speaker_row(speaker.value))
        for document in _documents(source):
            for table, row in document_rows(document, names):
                writer.add(table, row)
            on_document(document.document["document_id"])
        identity = writer.finish()
        return writer.counts, identity


def _documents(source: Path) -> Iterator[DocumentRecords]:
    for folder in layout.documents(source):
        document, *_ = _values(folder, "documents")
        yield DocumentRecords(
            document=document,
            segments=_values(folder, "segments"),
            claims=_values(folder, "claims"),
            relations=_values(folder, "relations"),
            annotations=_values(folder, "annotations"),
        )


def _values(folder: layout.DocumentFolder, table: str) -> list[Record]:
    return [record.value for record in folder.records(table)]


def _ignore(_: object) -> None:
    pass
