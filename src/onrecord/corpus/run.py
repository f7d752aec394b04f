"""The validation of a corpus: every piece by itself, in parallel, then what the pieces say of each other.

Owns the order of the steps and of the findings: levels 1 and 2 by table, shard and line, then level 3 of the
speakers, then levels 3 and 4 by document.
"""

import tempfile
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing
from dataclasses import dataclass, replace
from functools import partial
from itertools import chain
from os import cpu_count
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, TypeVar

from onrecord.corpus.shards import Shard, find_shards, is_url, pieces, pieces_to_send
from onrecord.model.findings import Finding
from onrecord.model.tables import TABLES
from onrecord.reading.file_rules import CARRIAGE_RETURN
from onrecord.reading.layouts import corpus_findings
from onrecord.reading.records import entries
from onrecord.validation.summary import Summary

if TYPE_CHECKING:
    from onrecord.corpus.crossing import Crossing
    from onrecord.corpus.stretch_files import Stretches

Task = TypeVar("Task")
Result = TypeVar("Result")


class Pause:
    """Stands among tasks where the next one needs the results of those before: one of them is due first."""


PAUSE = Pause()


class Mapper(Protocol):
    """How tasks are run: `map` in the order of the tasks, whatever runs them and wherever.

    The tasks are asked for one by one; who takes a result before the next is asked for never sees a pause.
    """

    def __call__(self, function: Callable[[Task], Result], tasks: Iterable[Task | Pause]) -> Iterator[Result]:
        """The results in the order of the tasks, a bounded number of them worked out ahead."""


class Awaited(Protocol):
    """A task under way, as Python's futures and Dask's are."""

    def cancel(self) -> object:
        """Do not begin with it, if it has not begun."""


Handle = TypeVar("Handle", bound=Awaited)


def on_threads(function: Callable[[Task], Result], tasks: Iterable[Task | Pause]) -> Iterator[Result]:
    """Tasks on as many threads as there are cores: Arrow and NumPy let go of Python's lock."""
    workers = cpu_count() or 1
    with ThreadPoolExecutor(workers) as pool:
        # Few ahead, for what a build has ready is in memory until it is written.
        yield from in_order(
            lambda task: pool.submit(function, task), tasks, lambda: workers + 1, Future[Result].result
        )


def in_order(
    submit: Callable[[Task], Handle],
    tasks: Iterable[Task | Pause],
    most: Callable[[], int],
    result: Callable[[Handle], Result],
) -> Iterator[Result]:
    """The results in the order of the tasks, of which so many are submitted ahead at most."""
    running: deque[Handle] = deque()
    try:
        for task in tasks:
            if not isinstance(task, Pause):
                running.append(submit(task))
            if running and (isinstance(task, Pause) or len(running) > most()):
                yield result(running.popleft())
        while running:
            yield result(running.popleft())
    finally:
        # Nobody asks for the others; what is under way ends soon.
        for future in running:
            future.cancel()


def check_corpus(
    folder: str | Path, level: int, articles: Path, summary: Summary, mapper: Mapper = on_threads
) -> Iterator[Finding]:
    """Check a corpus folder, or one at a URL; the same findings in the same order for every `mapper`."""
    strange = () if is_url(folder) else corpus_findings(Path(folder))
    yield from check_shards(find_shards(folder), level, articles, summary, mapper, strange)


def check_shards(
    shards: Sequence[Shard],
    level: int,
    articles: Path,
    summary: Summary,
    mapper: Mapper = on_threads,
    early: Iterable[Finding] = (),
) -> Iterator[Finding]:
    """Check shards with each other, wherever they lie; `early` are findings that were there before."""
    # Loads Arrow, which small files do without.
    from onrecord.corpus.crossing import refusals
    from onrecord.corpus.stretch_files import Stretches

    given = {shard.table for shard in shards}
    if absent := [table for table in TABLES if table not in given]:
        summary.note(f"not given: {', '.join(absent)}; what records must share with them was not checked")
    with tempfile.TemporaryDirectory(prefix="onrecord-") as place, ExitStack() as opened:
        stretches = Stretches(Path(place), shards)
        opened.callback(stretches.abandon)
        is_doubtful = False
        for finding in chain(early, _by_piece(shards, level, stretches, summary, mapper)):
            is_doubtful = True
            yield finding
        if level >= 3:
            with refusals(), closing(stretches.close()) as crossing:
                yield from between(
                    crossing, shards, Path(place), level, articles, summary, is_doubtful, mapper
                )


def _by_piece(
    shards: Sequence[Shard], level: int, stretches: "Stretches", summary: Summary, mapper: Mapper
) -> Iterator[Finding]:
    """Levels 1 and 2, the stretches written down on the way."""
    from onrecord.corpus.checking import check_piece

    cut = pieces if mapper is on_threads else pieces_to_send
    tasks = [(number, piece) for number, shard in enumerate(shards) for piece in cut(shard)]
    results = mapper(partial(check_piece, level=level), (piece for _, piece in tasks))
    reading = Reading()
    for (number, piece), checked in zip(tasks, results, strict=True):
        if number != reading.shard:
            reading = Reading(number)
        if reading.is_over:
            continue
        summary.count_records(piece.shard.table, checked.records)
        yield from reading.placed(checked.findings)
        stretches.add(piece.shard.table, number, reading.lines, checked)
        reading.lines += checked.records
        reading.is_over = checked.ends_reading


@dataclass(slots=True)
class Reading:
    """How far a shard has been read."""

    shard: int = -1
    lines: int = 0
    has_told_cr: bool = False
    is_over: bool = False

    def placed(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """The findings of the next piece with the lines that they are on; carriage returns once a file."""
        for finding in findings:
            if finding.rule == CARRIAGE_RETURN.id:
                if self.has_told_cr:
                    continue
                self.has_told_cr = True
            yield finding if finding.line is None else replace(finding, line=finding.line + self.lines)


def between(
    crossing: "Crossing",
    shards: Sequence[Shard],
    place: Path,
    level: int,
    articles: Path,
    summary: Summary,
    is_doubtful: bool,
    mapper: Mapper = on_threads,
) -> Iterator[Finding]:
    """Level 3, and 4 where articles are at hand."""
    from onrecord.corpus import doubtful
    from onrecord.corpus.judging import Terms
    from onrecord.corpus.processes import for_documents

    documents = crossing.count_documents()
    summary.documents += documents
    if "speakers" in crossing.given:
        for finding in doubtful.findings_of_speakers(crossing, shards):
            is_doubtful = True
            yield finding
    texts = {path.name for path in entries(articles)} if level >= 4 else set()
    crossing.find_doubtful(texts)
    rereading = doubtful.Rereading(shards, place)
    try:
        # Where there is no article at all, none is looked for beside every document.
        last = level if texts else min(level, 3)
        terms = Terms(last, articles, crossing.given, frozenset(crossing.unnamed))
        judges = for_documents(crossing.count_doubtful(), documents, mapper)
        for finding in doubtful.findings_of_documents(crossing, rereading, terms, summary, judges):
            is_doubtful = True
            yield finding
    finally:
        rereading.close()
    if {"speakers", "claims", "annotations"} <= crossing.given and not is_doubtful:
        yield from doubtful.findings_of_unused_speakers(crossing, shards)
    missing = summary.documents - summary.documents_with_source
    if level >= 4 and missing and "documents" in crossing.given:
        summary.note(
            f"source checks did not run for {missing:,} documents, whose articles are not in {articles}"
        )
