"""The public `validate`: paths to one iterator of findings, and the summary of what was checked.

Every layout goes the same way: its documents are gathered into tasks, an executor runs the tasks, and their
findings come in one order: the folder or files, the speakers, then document by document.
"""

from collections.abc import Collection, Iterable, Iterator
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from onrecord.exceptions import UnusableInputError
from onrecord.execution.executor import Executor
from onrecord.model.findings import LEVELS, Finding, hint
from onrecord.model.tables import KNOWN_TABLES
from onrecord.reading.files import STANDARD_INPUT, display, is_url
from onrecord.rules import RULES
from onrecord.validation.inputs import (
    Files,
    RecordsFolder,
    open_file,
    open_folder,
)
from onrecord.validation.run import TASK_RECORDS, Run, Work
from onrecord.validation.summary import Summary

if TYPE_CHECKING:
    from onrecord.reading.batches import Part

__all__ = ["HIGHEST_LEVEL", "Summary", "UnusableInputError", "Validation", "validate"]

HIGHEST_LEVEL = max(LEVELS)


class Validation(Iterator[Finding]):
    """The findings of one run, computed as they are asked for, and the summary of what was checked."""

    def __init__(self, findings: Iterator[Finding], summary: Summary, ignore: Collection[str] = ()) -> None:
        self.summary = summary
        self._findings = findings
        self._ignore = frozenset(ignore)

    def __repr__(self) -> str:
        return f"<Validation: {self.summary.findings:,} findings so far>"

    def __next__(self) -> Finding:
        for found in self._findings:
            if found.rule not in self._ignore:
                self.summary.count_finding(found)
                return found
            self.summary.count_ignored(found)
        raise StopIteration


def validate(
    path: str | Path,
    *others: str | Path,
    table: str | None = None,
    level: int = HIGHEST_LEVEL,
    articles: str | Path | None = None,
    ignore: Collection[str] = (),
    summary: Summary | None = None,
    executor: Executor | None = None,
    max_findings: int | None = None,
    task_records: int = TASK_RECORDS,
    built: bool = False,
) -> Validation:
    """Check folders and files of records; several single files are checked against each other.

    A path is a records folder, one document's folder, a corpus (one folder of JSONL shards per table), a
    folder of built tables, a JSON Lines or Parquet file, or '-' (standard input). The table of a file is
    given by its name (claims.jsonl, data/claims/….parquet) or its Parquet footer; `table` names it for
    standard input, for files that do not say, and for a file given alone. `level` is the last level to check:
    1 file, 2 schema, 3 table, 4 source. A document's text is article.txt in its folder, else the file of its
    name in `articles` (default: $ONRECORD_ARTICLES); a text that is not there is no finding, but a note in
    the summary. Findings of the rules in `ignore` are left out and counted. Runs may
    share a `summary`. Findings beyond `max_findings` may be only counted, by rule, in the summary. `executor`
    runs the tasks: by default this process, or processes of this machine for large inputs;
    `onrecord.execution.dask` has others. A task takes the documents of about `task_records` records. Neither
    changes the findings or their order. `built` says that JSON Lines are built rows, as `load_dataset`,
    pandas and others write them: their derived fields are required, and compared with the other fields.

    Raises UnusableInputError where there is nothing that can be checked.
    """
    if level not in LEVELS:
        raise UnusableInputError(f"there is no level {level}; {hint(level, LEVELS)}")
    for rule in ignore:
        _check_known("rule", rule, RULES)
    if table is not None:
        _check_known("table", table, KNOWN_TABLES)
    summary = Summary() if summary is None else summary
    summary.level = level
    paths = (path, *others)
    if sum(str(one) == STANDARD_INPUT for one in paths) > 1:
        raise UnusableInputError("standard input (-) can be read only once")
    paths = tuple(_each_once(paths, summary))
    work = Work(task_records)
    run = Run(level, articles, summary, executor, work, ignored=frozenset(ignore), most=max_findings)
    findings: list[Iterator[Finding]] = []
    files: list[Part] = []
    for one in paths:
        folder = None if str(one) == STANDARD_INPUT else open_folder(one)
        if folder is None:
            is_alone = len(paths) == 1
            files.append(open_file(one, table=table if is_alone else None, otherwise=table))
        elif isinstance(folder, Files):
            findings.append(run.check_files(folder.as_built() if built else folder))
        elif built:
            what = "a records folder" if isinstance(folder, RecordsFolder) else "a document's folder"
            raise UnusableInputError(f"{display(one)} is {what}; built rows are in files by table")
        elif isinstance(folder, RecordsFolder):
            findings.append(run.check_records(folder.path))
        else:
            findings.append(run.check_document(folder))
    if table is not None and all(file.table != table for file in files):
        raise UnusableInputError(f"--table {table} has no effect: every path already names its table")
    if files:
        # In the order of a folder, so that it does not matter in which order they are named.
        files.sort(key=lambda file: (KNOWN_TABLES.index(file.table), file.file))
        given = Files(tuple(files))
        findings.append(run.check_files(given.as_built() if built else given, is_alone=len(files) == 1))
    return Validation(chain.from_iterable(findings), summary, ignore)


def _each_once(paths: Iterable[str | Path], summary: Summary) -> Iterator[str | Path]:
    """The paths without the folders that were given already, each of which is a note.

    A file that is given again is left to the rules: its records have the ids of others.
    """
    seen: set[str | Path] = set()
    for path in paths:
        place = str(path) if is_url(path) else Path(path).absolute()
        if place in seen and (is_url(path) or Path(path).is_dir()):
            summary.note(f"{display(path)} a second time, because it was given more than once")
        else:
            seen.add(place)
            yield path


def _check_known(what: str, name: str, known: Collection[str]) -> None:
    if name not in known:
        raise UnusableInputError(f"there is no {what} {name!r}; {hint(name, known)}")
