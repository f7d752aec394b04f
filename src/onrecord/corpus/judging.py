"""Doubtful documents given to the rules, record by record: a task that runs in any process, on any machine.

Owns how lines become a `Document`, and how speakers, who belong to all documents, are laid beside it. Which
documents those are, and where their lines come from, is for `doubtful`. Loads neither Arrow nor DuckDB, so
that a process that does nothing else starts soon and stays small.
"""

import io
import json
from collections import Counter
from collections.abc import Collection, Iterator, Sequence, Set
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from onrecord.corpus.owners import documents_of, is_of
from onrecord.model.findings import Finding
from onrecord.model.tables import TABLES
from onrecord.reading.records import Located, read_stream
from onrecord.rules.document import Document, Table, owner_of
from onrecord.validation.folders import named_speakers
from onrecord.validation.levels import findings_between_records, take_in
from onrecord.validation.summary import Summary


@dataclass(frozen=True, slots=True)
class Passage:
    """Lines of a doubtful document: their bytes, where they stand, and what is known of them."""

    document: str
    table: str
    shard: int
    file: str
    line: int
    """The first of them, from 0."""
    content: bytes
    is_extra: bool
    is_sound: bool
    is_alone: bool
    tables: Sequence[str]
    """The tables that must be looked at for this document."""


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A task: passages by document, those of documents that share a record together."""

    groups: Sequence[Sequence[Passage]]
    known: Sequence[str]
    """Those of the speakers whom the documents name, or may mean, that there are."""


@dataclass(frozen=True, slots=True)
class Terms:
    """What holds for all documents: the tables that are given, and those where any id may be missing."""

    level: int
    articles: Path
    given: Set[str]
    unnamed: Set[str]


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of a task."""

    findings: Sequence[Finding]
    documents_with_source: int


def judge(task: Doubtful, terms: Terms) -> Judged:
    """What the rules of levels 3 and 4 say of the documents, in their order."""
    lookup = set(task.known)
    found: list[Finding] = []
    # What is noted of one document among thousands is told for all of them together.
    own = Summary()
    for group in task.groups:
        for document in _assembled(group, terms):
            speakers = None
            if "speakers" in terms.given:
                named = set(named_speakers(document))
                speakers = _speakers(task.known, lookup, named, "speakers" in terms.unnamed)
            found += findings_between_records(document, speakers, terms.level, terms.articles, own)
    return Judged(tuple(found), own.documents_with_source)


def _speakers(known: Sequence[str], lookup: set[str], named: set[str], has_unnamed: bool) -> Table:
    """As much of the speakers as the document has to do with: those it names, and ids that may be meant."""
    meant = set(named)
    for lost in named - lookup:
        alike = [n for n in known if owner_of(n) == owner_of(lost) and n[-1].isdigit()]
        # Of ids that are numbered a hint gives the first and the last.
        meant.update((alike[0], alike[-1]) if len(alike) > 1 else known)
    table = Table(has_unnamed=has_unnamed)
    shown = known if len(meant) > len(known) else [name for name in known if name in meant]
    for name in shown:
        table.first_with[(name,)] = Located("speakers", {"speaker_id": name}, "", None)
    return table


def _assembled(passages: Sequence[Passage], terms: Terms) -> Iterator[Document]:
    """The documents that the passages are of, with their records."""
    rows = list(_rows(passages))
    names = sorted({passage.document for passage in passages})
    # A wrong `document_id` makes no document: most rows know better.
    votes = Counter(name for record, _ in rows for name in documents_of(record)) if len(names) > 1 else {}
    whole = {table for passage in passages for table in passage.tables}
    present = [t for t in TABLES if t in terms.given and (t in whole or any(t == p.table for p in passages))]
    # Of a table that is not looked at whole nothing can be missing.
    tables = {
        name: {t: Table(has_unnamed=t in terms.unnamed or t not in whole) for t in present if t != "speakers"}
        for name in names
    }
    for record, is_sound in rows:
        owner = max(documents_of(record) or names, key=lambda name: votes[name]) if votes else names[0]
        table = tables[owner][record.table]
        if is_sound:
            table.add(record, is_sound=True)
        else:
            # Its faults were told when its piece was checked.
            for _ in take_in(iter([record]), record.table, table, terms.level, Summary()):
                pass
    for name in names:
        yield Document(name, tables[name])


def _rows(passages: Sequence[Passage]) -> Iterator[tuple[Located, bool]]:
    """The records of the passages in the order of their lines, each once, and whether they are sound."""
    names = {passage.document for passage in passages}
    odd = {(p.shard, p.line): p.is_sound for p in passages if p.is_extra and not p.is_alone}
    seen: set[tuple[int, int]] = set()
    for passage in sorted(passages, key=lambda p: (TABLES.index(p.table), p.shard, p.line)):
        for line, value in enumerate(_values(passage, odd), passage.line):
            place = (passage.shard, line)
            if place in seen:
                continue
            seen.add(place)
            if isinstance(value, bytes):
                for record in read_stream(io.BytesIO(value), passage.file, passage.table, line + 1):
                    yield record, odd[place]
                continue
            record = Located(passage.table, value, passage.file, line + 1)
            # A stretch may run around odd lines of other documents, which are theirs to tell.
            if is_of(record, names):
                yield record, True


def _values(passage: Passage, odd: Collection[tuple[int, int]]) -> list[Any]:
    """The value of each line of a passage; of an odd one its bytes."""
    if odd:
        lines = enumerate(io.BytesIO(passage.content), passage.line)
        return [text if (passage.shard, line) in odd else json.loads(text.decode()) for line, text in lines]
    # In JSON a line break stands between values only, and commas make a list of them, read in one go.
    found: list[Any] = json.loads(f"[{passage.content.decode().rstrip().replace(chr(10), ',')}]")
    return found
