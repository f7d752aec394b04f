"""Doubtful documents read again and given to the rules, record by record: the findings of levels 3 and 4.

Owns how a document's lines are fetched from all shards and made a `Document`, and how speakers, who belong to
all documents, are laid beside it. Memory: a few thousand records.
"""

import io
import json
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import BinaryIO

from onrecord.corpus.crossing import Crossing, Mention
from onrecord.corpus.exact import documents_of
from onrecord.corpus.shards import Shard, open_shard
from onrecord.findings import Finding
from onrecord.folders import named_speakers
from onrecord.levels import findings_between_records, identity_findings, take_in
from onrecord.records import Located, read_stream
from onrecord.rules.document import Document, Table, owner_of
from onrecord.rules.relations import unused_speakers
from onrecord.schemas import TABLES
from onrecord.summary import Summary

_AT_ONCE = 2000
"""Records of documents that are looked at together, so that their speakers are asked for together."""

_OPEN_FILES = 64


@dataclass(slots=True)
class Rereading:
    """Lines of shards by their place; a compressed shard is unpacked, once, into the folder."""

    shards: Sequence[Shard]
    folder: Path
    _open: dict[int, BinaryIO] = field(default_factory=dict)
    _unpacked: dict[int, Path] = field(default_factory=dict)

    def read(self, shard: int, start: int, end: int) -> bytes:
        """The bytes of a shard from `start` to `end`. Raises OSError."""
        stream = self._stream(shard)
        stream.seek(start)
        return stream.read(end - start)

    def close(self) -> None:
        """Close every file that is open."""
        for stream in self._open.values():
            stream.close()
        self._open.clear()

    def _stream(self, number: int) -> BinaryIO:
        if number not in self._open:
            if len(self._open) >= _OPEN_FILES:
                self._open.pop(next(iter(self._open))).close()
            shard = self.shards[number]
            self._open[number] = self._plain(number).open("rb") if shard.compression else open_shard(shard)
        return self._open[number]

    def _plain(self, number: int) -> Path:
        if number not in self._unpacked:
            path = self.folder / f"unpacked-{number}"
            with open_shard(self.shards[number]) as packed, path.open("wb") as out:
                while chunk := packed.read(1 << 20):
                    out.write(chunk)
            self._unpacked[number] = path
        return self._unpacked[number]


def findings_of_speakers(crossing: Crossing, shards: Sequence[Shard]) -> Iterator[Finding]:
    """Speaker ids that are taken twice; then no id that is missing counts as unknown."""
    for group in crossing.repeated_speakers():
        table = Table()
        for speaker_id, shard, line, is_sound in group:
            record = Located("speakers", {"speaker_id": speaker_id}, shards[shard].name, line + 1)
            table.add(record, is_sound=is_sound)
        for finding in identity_findings(Document("", {"speakers": table})):
            crossing.unnamed.add("speakers")
            yield finding


def findings_of_unused_speakers(crossing: Crossing, shards: Sequence[Shard]) -> Iterator[Finding]:
    """The speakers whom no record names."""
    for speaker_id, shard, line in crossing.unused_speakers():
        record = Located("speakers", {"speaker_id": speaker_id}, shards[shard].name, line + 1)
        yield from unused_speakers([record], set())


def findings_of_documents(
    crossing: Crossing, rereading: Rereading, level: int, articles: Path, summary: Summary
) -> Iterator[Finding]:
    """What the rules of levels 3 and 4 say of the doubtful documents, by document id."""
    waiting: list[Document] = []
    records = 0
    for document in _documents(crossing, rereading, level):
        waiting.append(document)
        records += sum(len(table.records) for table in document.tables.values())
        if records >= _AT_ONCE:
            yield from _judged(waiting, crossing, level, articles, summary)
            waiting, records = [], 0
    yield from _judged(waiting, crossing, level, articles, summary)


def _judged(
    documents: Sequence[Document], crossing: Crossing, level: int, articles: Path, summary: Summary
) -> Iterator[Finding]:
    has_speakers = "speakers" in crossing.given
    named = [set(named_speakers(document)) for document in documents]
    known = crossing.known_speakers(set().union(*named)) if has_speakers else []
    lookup = set(known)
    for document, names in zip(documents, named, strict=True):
        speakers = _speakers(known, lookup, names, crossing) if has_speakers else None
        # What is noted of one document among thousands is told for all of them together.
        own = Summary()
        yield from findings_between_records(document, speakers, level, articles, own)
        summary.documents_with_source += own.documents_with_source


def _speakers(known: Sequence[str], lookup: set[str], named: set[str], crossing: Crossing) -> Table:
    """As much of the speakers as the document has to do with: those it names, and ids that may be meant."""
    meant = set(named)
    for lost in named - lookup:
        alike = [n for n in known if owner_of(n) == owner_of(lost) and n[-1].isdigit()]
        # Of ids that are numbered a hint gives the first and the last.
        meant.update((alike[0], alike[-1]) if len(alike) > 1 else known)
    table = Table(has_unnamed="speakers" in crossing.unnamed)
    shown = known if len(meant) > len(known) else [name for name in known if name in meant]
    for name in shown:
        table.first_with[(name,)] = Located("speakers", {"speaker_id": name}, "", None)
    return table


def _documents(crossing: Crossing, rereading: Rereading, level: int) -> Iterator[Document]:
    """The doubtful documents with their records, by id; those that share a record come together."""
    groups = _groups(crossing.links())
    kept: dict[str, list[Mention]] = {}
    for document, found in groupby(crossing.mentions(), lambda mention: mention.document):
        group = groups.get(document)
        if group is None:
            yield from _assembled(list(found), crossing, rereading, level)
            continue
        kept[document] = list(found)
        if document == max(group):
            # All of the group has gone by.
            together = [mention for name in sorted(group) for mention in kept.pop(name, [])]
            yield from _assembled(together, crossing, rereading, level)


def _assembled(
    mentions: Sequence[Mention], crossing: Crossing, rereading: Rereading, level: int
) -> Iterator[Document]:
    rows = list(_rows(mentions, rereading))
    names = sorted({mention.document for mention in mentions})
    # A wrong `document_id` makes no document: most rows know better.
    votes = Counter(name for record, _ in rows for name in documents_of(record)) if len(names) > 1 else {}
    whole = {table for mention in mentions for table in mention.tables}
    present = [
        t for t in TABLES if t in crossing.given and (t in whole or any(t == m.table for m in mentions))
    ]
    # Of a table that is not looked at whole nothing can be missing.
    tables = {
        name: {
            t: Table(has_unnamed=t in crossing.unnamed or t not in whole) for t in present if t != "speakers"
        }
        for name in names
    }
    for record, is_sound in rows:
        owner = max(documents_of(record) or names, key=lambda name: votes[name]) if votes else names[0]
        table = tables[owner][record.table]
        if is_sound:
            table.add(record, is_sound=True)
        else:
            # Its faults were told when its piece was checked.
            for _ in take_in(iter([record]), record.table, table, level, Summary()):
                pass
    for name in names:
        yield Document(name, tables[name])


def _rows(mentions: Sequence[Mention], rereading: Rereading) -> Iterator[tuple[Located, bool]]:
    """The records of the mentions in the order of their lines, each once, and whether they are sound."""
    names = {mention.document for mention in mentions}
    odd = {(m.shard, m.line): m.is_sound for m in mentions if m.is_extra and not m.is_alone}
    seen: set[tuple[int, int]] = set()
    for mention in sorted(mentions, key=lambda m: (TABLES.index(m.table), m.shard, m.line)):
        content = rereading.read(mention.shard, mention.start, mention.end)
        name = rereading.shards[mention.shard].name
        for line, text in enumerate(io.BytesIO(content), mention.line):
            place = (mention.shard, line)
            if place in seen:
                continue
            seen.add(place)
            if place in odd:
                for record in read_stream(io.BytesIO(text), name, mention.table, line + 1):
                    yield record, odd[place]
                continue
            record = Located(mention.table, json.loads(text), name, line + 1)
            # A stretch may run around odd lines of other documents, which are theirs to tell.
            if not names.isdisjoint(documents_of(record)):
                yield record, True


def _groups(links: Sequence[tuple[str, str]]) -> Mapping[str, set[str]]:
    """Documents that are linked, directly or through others, each with its whole group."""
    groups: dict[str, set[str]] = {}
    for left, right in links:
        together = groups.get(left, {left}) | groups.get(right, {right})
        for name in together:
            groups[name] = together
    return groups
