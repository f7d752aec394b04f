"""From paths to findings: what a path is, who checks it, and the one iterator that comes of it.

Owns the choice between a records folder, one document's folder, built tables and single files. Folders are
checked in `folders`, files in `tables`.
"""

from collections.abc import Collection, Iterator, Sequence
from itertools import chain
from pathlib import Path

from onrecord.corpus.run import Mapper, check_corpus, check_shards, on_threads
from onrecord.corpus.shards import Shard, is_corpus, is_url
from onrecord.exceptions import UnusableInputError
from onrecord.model.findings import LEVELS, Finding, nearest
from onrecord.model.tables import TABLES
from onrecord.reading.article import default_articles_folder
from onrecord.reading.open_table import KNOWN_TABLES, PARQUET, STANDARD_INPUT, TableFile, open_table
from onrecord.reading.records import (
    DOCUMENT_FILES,
    SPEAKERS_FILE,
    DocumentFolder,
    display,
    documents,
    entries,
    is_there,
    reason,
)
from onrecord.rules import RULES
from onrecord.validation.folders import FolderRun
from onrecord.validation.summary import Summary
from onrecord.validation.tables import check_one, check_together

__all__ = ["HIGHEST_LEVEL", "Summary", "UnusableInputError", "Validation", "validate"]

HIGHEST_LEVEL = max(LEVELS)

_LARGE = 16 << 20
"""Bytes from which single files are checked as a corpus is: piece by piece, with what they share on disk."""


class Validation(Iterator[Finding]):
    """The findings of one run, worked out as they are asked for, and the summary of what was checked."""

    def __init__(self, findings: Iterator[Finding], summary: Summary, ignore: Collection[str] = ()) -> None:
        self.summary = summary
        self._findings = findings
        self._ignore = frozenset(ignore)

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
    mapper: Mapper = on_threads,
) -> Validation:
    """Check folders and files of records; several single files are checked against each other.

    A path is a records folder, one document's folder, a corpus (a folder of JSONL shards for each table), a
    folder of built tables, a JSON Lines or Parquet file, or '-' (standard input). Which table a file holds,
    its name says (claims.jsonl, data/claims/….parquet), or its Parquet footer; `table` says it of standard
    input, of files that do not say, and of a file given alone. `level` is the last level to check: 1 file,
    2 schema, 3 table, 4 source. `articles` is the folder of the articles' texts (default: $ONRECORD_ARTICLES,
    else ../shared/article beside the checkout); an article that is not there is no finding, but a note in the
    summary. Findings of the rules in `ignore` are left out and counted. Runs may share a `summary`.
    `mapper` runs the tasks that a corpus is cut into, on the threads of this process or on a cluster
    (`onrecord.corpus.cluster`); the findings are the same.

    Raises UnusableInputError where there is nothing that can be checked.
    """
    if level not in LEVELS:
        raise UnusableInputError(f"there is no level {level}: it is one of {', '.join(map(str, LEVELS))}")
    for rule in ignore:
        _check_known("rule", rule, RULES)
    if table is not None:
        _check_known("table", table, KNOWN_TABLES)
    summary = Summary() if summary is None else summary
    summary.level = level
    paths = (path, *others)
    if sum(str(one) == STANDARD_INPUT for one in paths) > 1:
        raise UnusableInputError("standard input (-) can be read only once")
    runs: list[Iterator[Finding]] = []
    files: list[TableFile] = []
    for one in paths:
        kind = "file" if str(one) == STANDARD_INPUT else _kind_of(one)
        if mapper is not on_threads and kind != "corpus":
            shown = display(Path(one))
            raise UnusableInputError(f"{shown}: workers are for a corpus, a folder of shards for each table")
        if kind == "file":
            is_alone = len(paths) == 1
            files.append(open_table(one, summary, table=table if is_alone else None, otherwise=table))
        elif kind == "built":
            tables = [open_table(shard, summary) for shard in _shards(Path(one))]
            runs.append(check_together(tables, level, _articles(articles, Path(one)), summary))
        elif kind == "corpus":
            texts = _articles(articles, Path() if is_url(one) else Path(one))
            runs.append(check_corpus(one, level, texts, summary, mapper))
        else:
            runs.append(_check_folder(Path(one), kind, level, articles, summary))
    if table is not None and all(file.table != table for file in files):
        raise UnusableInputError(f"--table {table} names nothing: every path says itself what it holds")
    texts = _articles(articles, Path("records"))
    if shards := _large_shards(paths, files):
        runs.append(check_shards(shards, level, texts, summary))
    elif len(files) == 1:
        runs.append(check_one(files[0], level, summary))
    elif files:
        runs.append(check_together(files, level, texts, summary))
    return Validation(chain.from_iterable(runs), summary, ignore)


def _large_shards(paths: Sequence[str | Path], files: Sequence[TableFile]) -> list[Shard]:
    """The files as shards, where they are JSON Lines of tables and too large to be held in memory."""
    shards = [
        Shard(file.table, str(path), "", Path(path).stat().st_size)
        for path, file in zip(paths, files, strict=False)
        if file.table in TABLES and Path(path).is_file() and Path(path).suffix == ".jsonl"
    ]
    # Folders have runs of their own, and standard input cannot be entered in the middle.
    is_all = len(shards) == len(paths) and STANDARD_INPUT not in map(str, paths)
    return shards if is_all and sum(shard.size for shard in shards) >= _LARGE else []


def _check_known(what: str, name: str, known: Collection[str]) -> None:
    if name not in known:
        near = nearest(name, known)
        hint = f"did you mean {near!r}?" if near else f"it is one of {', '.join(known)}"
        raise UnusableInputError(f"there is no {what} {name!r}: {hint}")


def _check_folder(
    folder: Path, kind: str, level: int, articles: str | Path | None, summary: Summary
) -> Iterator[Finding]:
    if kind == "document":
        folder = folder.resolve() if not folder.name or folder.name == ".." else folder
        run = FolderRun(level, _articles(articles, folder.absolute().parent), summary)
        return run.check_document_alone(DocumentFolder(folder))
    return FolderRun(level, _articles(articles, folder), summary).check_all(folder)


def _articles(given: str | Path | None, records: Path) -> Path:
    return Path(given) if given else default_articles_folder(records)


def _kind_of(given: str | Path) -> str:
    if is_url(given):
        return _kind_at_url(str(given))
    path = Path(given)
    shown = display(path)
    try:
        if path.is_symlink() and not path.exists():
            raise UnusableInputError(f"{shown}: the symbolic link leads nowhere")
        if not path.exists():
            raise UnusableInputError(f"{shown}: there is no such file or folder")
        if not path.is_dir():
            return "file"
        names = {entry.name for entry in path.iterdir()}
        if names & set(DOCUMENT_FILES):
            return "document"
        if SPEAKERS_FILE in names:
            return "records"
        if _shards(path):
            return "built"
        if is_corpus(path):
            return "corpus"
        if any(is_there(folder.path / name) for folder in documents(path) for name in DOCUMENT_FILES):
            return "records"
    except (OSError, ValueError) as error:
        why = reason(error) if isinstance(error, OSError) else str(error)
        raise UnusableInputError(f"{shown}: {why}") from error
    wanted = f"a {SPEAKERS_FILE} and one folder a document"
    raise UnusableInputError(f"{shown}: no records here; a records folder holds {wanted}")


def _kind_at_url(url: str) -> str:
    """Elsewhere there is nothing but corpora."""
    try:
        if is_corpus(url):
            return "corpus"
    except OSError as error:
        raise UnusableInputError(f"{url}: {reason(error) if error.strerror else error}") from error
    raise UnusableInputError(f"{url}: no corpus here; it holds a folder of JSONL shards for each table")


def _shards(folder: Path) -> list[Path]:
    """The Parquet files of a folder of built tables, in the order of the tables."""
    return [
        path
        for table in TABLES
        for path in (*entries(folder / table), folder / f"{table}{PARQUET}")
        if path.suffix == PARQUET and path.is_file()
    ]
