"""The public `build`: records to a folder of Parquet tables, replaced whole or not at all.

One path for every layout: the run of a validation, whose tasks also write Parquet. The driver gathers their
files in the order of the documents and hashes their content.
"""

from collections.abc import Callable, Mapping, Sequence, Set
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePosixPath

from onrecord.building.card import table_sizes
from onrecord.building.documents import (
    Built,
    BuiltFile,
    Target,
    build_contrasts,
    build_documents,
    build_speakers,
    has_errors,
)
from onrecord.building.readme import check_cards, renew_next_to, write_card
from onrecord.building.replace import check_replaceable, staged
from onrecord.building.temporary import folder_next_to
from onrecord.building.writer import ROW_GROUP, ShardFile, stamp
from onrecord.exceptions import InvalidRecords, OutputRefused, UnusableInputError
from onrecord.execution.executor import Executor
from onrecord.model.about import About, name_from
from onrecord.model.digest import Identity, TableDigest, dataset_digest, table_digest
from onrecord.model.findings import LEVELS, Finding
from onrecord.model.short_repr import ShortRepr
from onrecord.model.table_files import SPLIT, file_name
from onrecord.model.tables import OPTIONAL_TABLES, SPLITS, TABLES
from onrecord.reading.about import DATASET_FILE, about_from, read_dataset_file
from onrecord.reading.batches import Part
from onrecord.reading.files import is_url
from onrecord.reading.layouts import DocumentFolder, not_records
from onrecord.rules.schema import schema_findings
from onrecord.validation.assemble import Given
from onrecord.validation.documents import Checked, Source
from onrecord.validation.inputs import Files, RecordsFolder, open_folder
from onrecord.validation.run import Run, Work
from onrecord.validation.summary import Summary

TASK_RECORDS = 50_000
"""Records per task, and so per file of the output."""

NO_VERSION = "0.0.0"
"""The version of records that have no dataset.json."""


@dataclass(frozen=True, slots=True, repr=False)
class BuildReport(ShortRepr):
    """What a build wrote: where, rows and digest of each table, the digest of the whole, warnings.

    A speaker whom several splits name has a row in each of them.
    """

    out: Path
    name: str
    version: str
    rows: Mapping[str, int]
    digests: Mapping[str, str]
    dataset_sha256: str
    warnings: tuple[Finding, ...]
    notes: tuple[str, ...] = ()
    """What the user should know besides: names that were chosen, cards that were renewed or left alone."""


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
    `out` is replaced whole when everything is written, and is left as it was when anything fails. It gets a
    dataset card (README.md), so that `load_dataset` takes it; a README.md of the user's in it is kept. Only
    what stands between the marks of onrecord is renewed, on a card in `out` or next to it (`readme` has the
    marks).

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
    check_cards(target)
    source = _opened(records, target)
    about, notes = _about(records, source)
    work = BuildWork(about, task_records, row_group, on_document)
    summary = Summary(on_record=on_records)
    with staged(target) as folder, folder_next_to(target, "parts") as place:
        work.folder = place
        run = Run(max(LEVELS), articles, summary, executor, work)
        findings = run.check_files(source) if isinstance(source, Files) else run.check_records(source.path)
        found = tuple(findings)
        if summary.left_out or any(finding.severity == "error" for finding in found):
            raise InvalidRecords(found)
        identity = work.finish(folder)
        sizes = table_sizes(folder)
        notes += write_card(target, folder, identity, sizes)
    notes += renew_next_to(target, identity, sizes)
    return BuildReport(
        target,
        identity.name,
        identity.version,
        work.rows,
        identity.tables,
        identity.dataset,
        found,
        tuple(notes),
    )


def _opened(records: str | Path, target: Path) -> RecordsFolder | Files:
    if not is_url(records) and target.resolve().is_relative_to(Path(records).resolve()):
        raise OutputRefused(f"{target} lies inside the records folder {records}")
    source = open_folder(records)
    if isinstance(source, DocumentFolder):
        raise UnusableInputError(
            f"{records} is one document's folder; a build takes the whole records folder"
        )
    if source is None or (isinstance(source, Files) and any(part.form == "rows" for part in source.parts)):
        raise UnusableInputError(not_records(records, "a corpus of shards"))
    tables = source.tables if isinstance(source, Files) else frozenset(TABLES)
    if missing := [table for table in TABLES if table not in OPTIONAL_TABLES | tables]:
        raise UnusableInputError(f"{records} has no {' and no '.join(missing)}; a build needs them")
    return source


def _about(records: str | Path, source: RecordsFolder | Files) -> tuple[About, list[str]]:
    """What dataset.json says; without one, a name from the folder and version 0.0.0, and a note about that.

    With a wrong dataset.json the build ends in its findings, so what stands in for it is not seen.
    """
    located = source.dataset if isinstance(source, Files) else read_dataset_file(source.path)
    findings = located.findings or schema_findings(located) if located else ()
    if about := about_from(located, findings):
        return about, []
    about = default_about(records)
    note = (
        f"{records} has no {DATASET_FILE}, so the dataset is called {about.name} and has the version "
        f"{about.version}: `onrecord schema dataset` prints what {DATASET_FILE} holds"
    )
    return about, [note]


def default_about(records: str | Path) -> About:
    """A name for records without dataset.json: that of their folder, or of the one around `records`."""
    place = PurePosixPath(str(records)) if is_url(records) else Path(records).resolve()
    title = place.parent.name if place.name == "records" and place.parent.name else place.name
    name = name_from(title)
    return About(name, NO_VERSION, title or name, f"Claims of {title or name}.")


class BuildWork(Work):
    """Gathers the files that tasks write, in the order of the documents."""

    def __init__(
        self, about: About, task_records: int, row_group: int, on_document: Callable[[str], object] | None
    ) -> None:
        super().__init__(task_records)
        self.folder = Path()
        self.rows: dict[str, int] = dict.fromkeys(TABLES, 0)
        self._about = about
        self._row_group = row_group
        self._on_document = on_document
        self._files: dict[tuple[str, str], list[Path]] = {}
        self._digests: dict[tuple[str, str], TableDigest] = {}
        self._has_errors = False

    def task(self, given: Given, articles: Path | None) -> Callable[[Sequence[Source]], Checked]:
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

    def take_contrasts(self, part: Part) -> None:
        """Write a part of the contrast pairs, each into its own split."""
        for file in build_contrasts(part, self._target):
            self._take_file(file)

    def finish(self, out: Path) -> Identity:
        """Put all files in their places, with the digests in their footers. Raises OSError."""
        splits, nothing = self._splits(), TableDigest().hexdigest()
        own = {place: digest.hexdigest() for place, digest in self._digests.items()}
        digests = {
            table: table_digest({s: own[table, s] for s in splits if (table, s) in own} or {SPLIT: nothing})
            for table in TABLES
        }
        identity = Identity(self._about, digests, dataset_digest(digests))
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
        return Target(str(self.folder), self._about, self._row_group)

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
        ShardFile(path, table, self._about, self._row_group, split).close()
        return path
