"""A run over one input of any layout: its documents in tasks, and their findings in one order.

The order is: the folder or the files, the speakers, the annotators, the contrast pairs, then document by
document. It depends neither on the layout nor on what runs the tasks.
"""

import os
import sqlite3
import tempfile
from collections import Counter
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence, Set
from contextlib import closing, contextmanager, nullcontext, suppress
from functools import partial
from operator import attrgetter
from pathlib import Path
from typing import Any

from onrecord.execution.executor import Executor, Serial, in_tasks
from onrecord.execution.leftovers import temporary_folder
from onrecord.execution.processes import local_executor
from onrecord.model.findings import Finding
from onrecord.model.tables import KNOWN_TABLES, STANDALONE_TABLES, TABLES
from onrecord.reading.about import read_dataset_file
from onrecord.reading.article import articles_folder
from onrecord.reading.batches import Batch, Part, in_blocks
from onrecord.reading.file_rules import CARRIAGE_RETURN, EMPTY_FILE, UNREADABLE_FILE
from onrecord.reading.files import is_there
from onrecord.reading.layouts import (
    ANNOTATORS_FILE,
    CONTRASTS_FILE,
    SPEAKERS_FILE,
    DocumentFolder,
    documents,
    part_of,
    records_findings,
)
from onrecord.reading.located import Located
from onrecord.rules.schema import schema_findings
from onrecord.validation.annotators import AnnotatorTable
from onrecord.validation.assemble import Given
from onrecord.validation.contrasts import ContrastTable
from onrecord.validation.documents import Checked, Source, check_documents
from onrecord.validation.index import DocumentIndex
from onrecord.validation.inputs import Files, Readable, spooled
from onrecord.validation.remote_tasks import absolute_part, shown_in, with_content
from onrecord.validation.scan import scan
from onrecord.validation.speakers import SpeakerTable
from onrecord.validation.summary import Summary

_SMALL = 8 << 20
"""Bytes of input whose index is kept in memory."""

_SMALL_TABLE = 256 << 10
"""Bytes of speakers that are kept in memory."""

_BYTES_PER_RECORD = 400
"""What a record of a document's folder takes on average, to cut folders into tasks of equal size."""

TASK_RECORDS = 4_000
"""Records from which the documents gathered so far are one task of a validation."""


class Work:
    """What a run does with the documents: check them. A build does more with them in the same tasks."""

    def __init__(self, task_records: int = TASK_RECORDS) -> None:
        self.task_records = task_records

    def task(self, given: Given, articles: Path | None) -> Callable[[Sequence[Source]], Checked]:
        """The function that runs a task."""
        return partial(check_documents, given=given, articles=articles)

    def take(self, checked: Checked) -> None:
        """Take what a task came to, in the order of the tasks."""

    def take_speakers(self, part: Part, named: Callable[[], Mapping[str, Set[str]]]) -> None:
        """Take a part of the speakers after all documents; `named` gives the splits that name each."""

    def take_contrasts(self, part: Part) -> None:
        """Take a part of the contrast pairs, after the speakers."""


class Run:
    """What the inputs of one call share. Each input becomes findings in one order."""

    def __init__(
        self,
        level: int,
        articles: str | Path | None,
        summary: Summary,
        executor: Executor | None,
        work: Work | None = None,
        *,
        ignored: Set[str] = frozenset(),
        most: int | None = None,
    ) -> None:
        self._work = work or Work()
        self._ignored = ignored
        self._most = most
        self._level = level
        self._articles = articles
        self._summary = summary
        self._executor = executor
        self._files_with_cr: set[str] = set()
        self._speaker_parts: list[Part] = []
        self._contrast_parts: list[Part] = []

    def check_records(self, folder: Path) -> Iterator[Finding]:
        """A records folder: its files, the speakers, then document by document."""
        yield from records_findings(folder)
        yield from self.check_dataset(read_dataset_file(folder))
        file = folder / SPEAKERS_FILE
        parts = [part_of(file, "speakers")] if is_there(file) else []
        annotators = AnnotatorTable()
        found = documents(folder)
        sizes = {one: _size_of(one) for one in found}
        most = self._work.task_records * _BYTES_PER_RECORD
        tasks: Iterable[Sequence[DocumentFolder]] = in_tasks(found, sizes.__getitem__, most)
        speakers_size = sum(path.stat().st_size for path in [file] if path.is_file())
        with (
            _workspace(speakers_size, _SMALL_TABLE) as place,
            closing(SpeakerTable(place)) as speakers,
            self._running(sum(sizes.values())) as executor,
        ):
            yield from self.read_speakers(speakers, parts)
            yield from self.read_annotators(annotators, folder)
            pairs = folder / CONTRASTS_FILE
            yield from self.read_contrasts([part_of(pairs, "contrasts")] if is_there(pairs) else [])
            known = speakers.lookup(is_shared=not executor.is_remote) if parts else None
            given = self._given(speakers=known, annotators=annotators.known())
            articles = articles_folder(self._articles)
            if executor.is_remote:
                # Workers may have another current folder; findings show the path as it was given.
                tasks = (tuple(DocumentFolder(one.path.absolute()) for one in task) for task in tasks)
            base = folder if executor.is_remote else None
            is_clean = yield from self._check(
                tasks, given, articles, speakers, executor, annotators=annotators, base=base
            )
            if self._level >= 3 and is_clean:
                yield from annotators.unused()
            if parts and self._level >= 3 and is_clean and speakers.is_complete:
                yield from speakers.unused()

    def check_document(self, folder: DocumentFolder) -> Iterator[Finding]:
        """One document's folder; the speakers are taken from next to it, where they are."""
        parent = folder.path.absolute().parent
        file = parent / SPEAKERS_FILE
        with _workspace(0) as place, closing(SpeakerTable(place)) as speakers:
            if is_there(file):
                # Their own findings are for a check of the whole folder.
                for _ in Run(self._level, None, Summary(), None).read_speakers(
                    speakers, [part_of(file, "speakers")]
                ):
                    pass
            else:
                self._summary.note(f"speaker ids, because there is no {SPEAKERS_FILE} next to the folder")
            annotators = AnnotatorTable()
            for _ in Run(self._level, None, Summary(), None).read_annotators(annotators, parent):
                pass
            given = self._given(
                speakers=speakers.lookup() if is_there(file) else None, annotators=annotators.known()
            )
            yield from self._check([[folder]], given, articles_folder(self._articles), speakers, Serial())

    def check_files(self, files: Files, *, is_alone: bool = False) -> Iterator[Finding]:
        """Files of many documents: what concerns them as files, the speakers, then document by document."""
        yield from files.findings
        yield from self.check_dataset(files.dataset)
        self._note_tables(files, is_alone=is_alone)
        with (
            _workspace(files.size, 0 if files.is_spooled else _SMALL) as place,
            closing(SpeakerTable(place)) as speakers,
            self._running(files.size) as executor,
        ):
            readable = spooled(files, place) if place else Readable(list(files.parts))
            readable.parts = [absolute_part(part) for part in readable.parts]
            _check_built_files(readable, executor, self._summary)
            yield from readable.findings
            parts = readable.parts
            own = [part for part in parts if part.table == "speakers"]
            yield from self.read_speakers(speakers, own)
            pairs = [part for part in parts if part.table in STANDALONE_TABLES]
            yield from self.read_contrasts(pairs)
            others = [part for part in parts if part not in own and part not in pairs]
            with closing(DocumentIndex(place, others)) as index:
                index.fill(Serial() if executor.is_remote and files.is_spooled else executor)
                tables = tuple(
                    name for name in KNOWN_TABLES if name in files.tables - {"speakers", *STANDALONE_TABLES}
                )
                known = speakers.lookup(is_shared=not executor.is_remote) if own else None
                given = self._given(
                    level=min(self._level, 3) if is_alone else self._level,
                    tables=tables,
                    incomplete=frozenset(tables) if is_alone else index.unnamed_tables | readable.lost,
                    speakers=known,
                )
                tasks: Iterable[Sequence[Source]] = in_tasks(
                    index.documents(), attrgetter("records"), self._work.task_records
                )
                if executor.is_remote and place and files.is_spooled:
                    tasks = map(partial(with_content, place=place), tasks)
                articles = articles_folder(self._articles)
                is_clean = yield from self._check(
                    tasks, given, articles, speakers, executor, is_counted=not is_alone
                )
            # A speaker may be named in a file that cannot be read.
            is_whole = {"speakers", "claims", "annotations"} <= files.tables and not readable.lost
            if is_whole and self._level >= 3:
                yield from speakers.unused() if is_clean and speakers.is_complete else ()

    def _check(
        self,
        tasks: Iterable[Sequence[Source]],
        given: Given,
        articles: Path | None,
        speakers: SpeakerTable,
        executor: Executor,
        *,
        annotators: AnnotatorTable | None = None,
        is_counted: bool = True,
        base: Path | None = None,
    ) -> Generator[Finding, None, bool]:
        """The findings of all documents; the value is whether there are none.

        `base` is the folder whose absolute path the tasks have.
        """
        is_clean = True
        # Workers may have another current folder.
        articles = articles.absolute() if articles and executor.is_remote else articles
        for checked in executor(self._work.task(given, articles), tasks):
            if base:
                checked.findings = [shown_in(base, finding) for finding in checked.findings]
            self._work.take(checked)
            self._summary.take(checked.records, checked.unlisted, checked.ignored, checked.skipped)
            self._summary.documents += checked.documents if is_counted else 0
            self._summary.documents_with_source += checked.documents_with_source
            for split, names in checked.speakers.items():
                speakers.use(names, split)
            if annotators:
                annotators.use(checked.annotators)
            is_clean &= checked.is_clean
            yield from self._once_per_file(checked.findings)
        for part in self._speaker_parts:
            self._work.take_speakers(part, speakers.splits)
        for part in self._contrast_parts:
            self._work.take_contrasts(part)
        return is_clean

    def check_dataset(self, located: Located | None) -> Iterator[Finding]:
        """Levels 1 and 2 of dataset.json, where there is one."""
        if located is not None:
            yield from located.findings
            if self._level >= 2 and not located.findings:
                yield from schema_findings(located)

    def read_speakers(self, speakers: SpeakerTable, parts: Sequence[Part]) -> Iterator[Finding]:
        """Check the speakers and keep them in their table."""
        yield from self._read("speakers", parts, speakers.add, self._speaker_parts)
        if self._level >= 3:
            yield from speakers.findings()

    def read_contrasts(self, parts: Sequence[Part]) -> Iterator[Finding]:
        """Check the contrast pairs, which share nothing with the documents."""
        pairs = ContrastTable()
        yield from self._read("contrasts", parts, pairs.add, self._contrast_parts)
        if self._level >= 3:
            yield from pairs.findings()

    def read_annotators(self, annotators: AnnotatorTable, folder: Path) -> Iterator[Finding]:
        """Check the annotators that a records folder describes, where it does, and keep them."""
        file = folder / ANNOTATORS_FILE
        if not is_there(file):
            return
        yield from self._read("annotators", [part_of(file, "annotators")], annotators.add, [])
        if self._level >= 3:
            yield from annotators.findings()

    def _read(
        self, table: str, parts: Sequence[Part], add: Callable[[Batch], None], read: list[Part]
    ) -> Iterator[Finding]:
        """Levels 1 and 2 of a table that belongs to no document, block by block; `read` gets the blocks."""
        for part in parts:
            for block in in_blocks(part):
                batch = scan(block, self._level, self._most)
                self._summary.take(Counter({table: batch.records}), batch.unlisted, {})
                yield from self._once_per_file(finding for one in batch.rejected for finding in one.findings)
                add(batch)
                read.append(block)
                if batch.ends_reading:
                    break

    def _given(self, **shared: Any) -> Given:
        """What the documents of an input share, with the settings of the run."""
        return Given(**{"level": self._level, "ignored": self._ignored, "most": self._most, **shared})

    def _once_per_file(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The findings, with carriage returns reported once per file."""
        for finding in findings:
            if finding.rule == CARRIAGE_RETURN.id:
                if finding.file in self._files_with_cr:
                    continue
                self._files_with_cr.add(finding.file)
            yield finding

    def _note_tables(self, files: Files, *, is_alone: bool) -> None:
        if files.tables <= set(STANDALONE_TABLES):
            return
        if is_alone:
            [table] = files.tables
            self._summary.note(f"cross-table rules, because only {table} was given")
        elif absent := [table for table in TABLES if table not in files.tables | STANDALONE_TABLES]:
            self._summary.note(
                f"cross-table rules that need {', '.join(absent)}, because these were not given"
            )

    @contextmanager
    def _running(self, size: int) -> Iterator[Executor]:
        if self._executor is not None:
            yield self._executor
        else:
            with local_executor(size) as executor:
                yield executor


@contextmanager
def _workspace(size: int, small: int = _SMALL) -> Iterator[Path | None]:
    """A temporary folder for the length of a block; None where so many bytes of input fit into memory.

    Raises OSError where the disk refuses.
    """
    try:
        with nullcontext() if size < small else temporary_folder() as folder:
            yield folder
    except sqlite3.Error as error:
        raise OSError(f"temporary files in {tempfile.gettempdir()} could not be used: {error}") from error


def _size_of(folder: DocumentFolder) -> int:
    """Bytes of the tables of a document's folder, as far as they can be listed."""
    with suppress(OSError), os.scandir(folder.path) as found:
        return sum(entry.stat().st_size for entry in found if entry.is_file())
    return 0


def _check_built_files(readable: Readable, executor: Executor, summary: Summary) -> None:
    """Check Parquet files as a whole; those without the columns of a build are not read row by row."""
    built = [part for part in readable.parts if part.form == "rows"]
    if not built:
        return
    # Loads Arrow, which JSON does without.
    from onrecord.validation.scan_parquet import check_file

    for part, checked in zip(built, executor(check_file, built), strict=True):
        readable.findings += checked.findings
        if any(finding.rule in (EMPTY_FILE.id, UNREADABLE_FILE.id) for finding in checked.findings):
            readable.lost.add(part.table)
        if not checked.has_columns:
            readable.parts.remove(part)
            readable.lost.add(part.table)
            summary.note(f"the rows of {part.file}, because its columns are not those of a build")
