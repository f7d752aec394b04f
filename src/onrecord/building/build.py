"""The public `build`: records to a folder of Parquet tables, replaced whole or not at all.

One path for every layout: the run of a validation, whose tasks also write Parquet. The driver gathers their
files in the order of the documents and hashes their content.
"""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version
from pathlib import Path

from onrecord.building.card import check_card, renew_card
from onrecord.building.documents import Built, BuiltFile, Target, build_documents, build_speakers, has_errors
from onrecord.building.replace import check_replaceable, staged
from onrecord.building.temporary import parts_folder
from onrecord.building.writer import ROW_GROUP, ShardFile, stamp
from onrecord.exceptions import InvalidRecords, OutputRefused, UnusableInputError
from onrecord.execution.executor import Executor
from onrecord.model.digest import Identity, TableDigest, dataset_digest, table_digest
from onrecord.model.findings import LEVELS, Finding
from onrecord.model.table_files import SPLIT, file_name
from onrecord.model.tables import OPTIONAL_TABLES, SPLITS, TABLES
from onrecord.reading.batches import Part
from onrecord.reading.files import is_url
from onrecord.reading.layouts import DocumentFolder
from onrecord.validation.assemble import Given
from onrecord.validation.documents import Checked, Source
from onrecord.validation.inputs import Files, RecordsFolder, open_folder
from onrecord.validation.run import Run, Work
from onrecord.validation.summary import Summary

TASK_RECORDS = 50_000
"""Records per task, and so per file of the output."""


@dataclass(frozen=True, slots=True)
class BuildReport:
    """What a build wrote: where, rows and digest of each table, the digest of the whole, warnings.

    A speaker whom several splits name has a row in each of them.
    """

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
    executor: Executor | None = None,
    task_records: int = TASK_RECORDS,
    row_group: int = ROW_GROUP,
) -> BuildReport:
    """Validate records and write their tables to `out`, one folder per table.

    The records are a records folder, or a corpus: a folder or URL with one folder of JSONL shards per table.
    `out` is replaced whole when everything is written, and is left as it was when anything fails. A dataset
    card next to it (README.md) gets the new version and digests in its configs, because otherwise
    `load_dataset` would go on reading the old rows from its cache.

    `articles` is the folder of source texts for the checks of level 4. `on_document` is called with each
    document's id once its rows are written, `on_records` with numbers of records read. `executor` runs the
    tasks (`onrecord.execution.dask` has one for a cluster, whose workers must see the folder that `out` lies
    in). A task takes the documents of about `task_records` records and writes one file per table with row
    groups of `row_group` rows, so that the bytes do not depend on where they are made.

    Raises InvalidRecords where validation finds errors, UnusableInputError where there are no records,
    OutputRefused where `out` holds anything but built tables, and OSError where the disk refuses.
    """
    target = Path(out)
    check_replaceable(target.resolve())
    check_card(target)
    source = _opened(records, target)
    work = BuildWork(version("onrecord"), task_records, row_group, on_document)
    summary = Summary(on_record=on_records)
    with staged(target) as folder, parts_folder(target) as place:
        work.folder = place
        run = Run(max(LEVELS), articles, summary, executor, work)
        findings = run.check_files(source) if isinstance(source, Files) else run.check_records(source.path)
        found = tuple(findings)
        if summary.left_out or any(finding.severity == "error" for finding in found):
            raise InvalidRecords(found)
        identity = work.finish(folder)
    renew_card(target, identity)
    return BuildReport(target, identity.version, work.rows, identity.tables, identity.dataset, found)


def _opened(records: str | Path, target: Path) -> RecordsFolder | Files:
    if not is_url(records) and target.resolve().is_relative_to(Path(records).resolve()):
        raise OutputRefused(f"{target} lies inside the records folder {records}")
    source = open_folder(records)
    if isinstance(source, DocumentFolder):
        raise UnusableInputError(
            f"{records} is one document's folder; a build takes the whole records folder"
        )
    if source is None or (isinstance(source, Files) and any(part.form == "rows" for part in source.parts)):
        raise UnusableInputError(f"{records}: a build takes a records folder or a corpus")
    tables = source.tables if isinstance(source, Files) else frozenset(TABLES)
    if missing := [table for table in TABLES if table not in OPTIONAL_TABLES | tables]:
        raise UnusableInputError(f"{records} has no {' and no '.join(missing)}; a build needs them")
    return source


class BuildWork(Work):
    """Gathers the files that tasks write, in the order of the documents."""

    def __init__(
        self, version: str, task_records: int, row_group: int, on_document: Callable[[str], object] | None
    ) -> None:
        super().__init__(task_records)
        self.folder = Path()
        self.rows: dict[str, int] = dict.fromkeys(TABLES, 0)
        self._version = version
        self._row_group = row_group
        self._on_document = on_document
        self._files: dict[tuple[str, str], list[Path]] = {}
        self._digests: dict[tuple[str, str], TableDigest] = {}
        self._has_errors = False

    def task(self, given: Given, articles: Path) -> Callable[[Sequence[Source]], Checked]:
        """The function that checks and writes documents."""
        return partial(build_documents, given=given, articles=articles, target=self._target)

    def take(self, checked: Checked) -> None:
        """Take the files of a task; with the first error no more is kept."""
        assert isinstance(checked, Built)
        self._has_errors |= has_errors(checked)
        for file in checked.files:
            self._take_file(file)
        if self._on_document and not self._has_errors:
            for document_id in checked.document_ids:
                self._on_document(document_id)

    def take_speakers(self, part: Part, named: Callable[[], Mapping[str, Set[str]]]) -> None:
        """Write a part of the speakers, after the documents that name them."""
        splits = self._splits()
        for file in build_speakers(part, self._target, splits, named() if len(splits) > 1 else {}):
            self._take_file(file)

    def finish(self, out: Path) -> Identity:
        """Put all files in their places, with the digests in their footers. Raises OSError."""
        splits, nothing = self._splits(), TableDigest().hexdigest()
        own = {place: digest.hexdigest() for place, digest in self._digests.items()}
        digests = {
            table: table_digest({s: own[table, s] for s in splits if (table, s) in own} or {SPLIT: nothing})
            for table in TABLES
        }
        identity = Identity(self._version, digests, dataset_digest(digests))
        for table in TABLES:
            (out / table).mkdir()
            for split in splits:
                files = self._files.get((table, split)) or [self._empty(table, split)]
                for number, file in enumerate(files):
                    place = out / table / file_name(split, number, len(files))
                    file.rename(place)
                    stamp(place, table, identity, own.get((table, split), nothing))
        return identity

    def _splits(self) -> list[str]:
        """The splits of the documents in order; a build without documents has the first one."""
        found = [split for split in SPLITS if any(split == of for _, of in self._files)]
        return found or [SPLIT]

    @property
    def _target(self) -> Target:
        return Target(str(self.folder), self._version, self._row_group)

    def _take_file(self, file: BuiltFile) -> None:
        if self._has_errors:
            file.discard()
            return
        place = (file.table, file.split)
        with file.lines.open("rb") as lines:
            while chunk := lines.read(1 << 20):
                self._digests.setdefault(place, TableDigest()).add(chunk)
        file.lines.unlink()
        self.rows[file.table] += file.rows
        self._files.setdefault(place, []).append(file.parquet)

    def _empty(self, table: str, split: str) -> Path:
        path = self.folder / f"{table}-{split}-empty.parquet"
        ShardFile(path, table, self._version, self._row_group, split).close()
        return path
