"""Doubtful documents read again: the findings of levels 3 and 4.

Owns how their lines are fetched from all shards, and the tasks that they are given to the rules in; what a
task comes to is for `judging`. Memory: a few thousand records, and as many for each task on its way.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import chain, groupby
from pathlib import Path
from typing import BinaryIO

from onrecord.corpus.crossing import Crossing, Mention
from onrecord.corpus.judging import Doubtful, Passage, Terms, judge
from onrecord.corpus.run import Mapper
from onrecord.corpus.shards import Shard, open_shard
from onrecord.model.findings import Finding
from onrecord.reading.records import Located
from onrecord.rules.document import Document, Table
from onrecord.rules.relations import unused_speakers
from onrecord.validation.folders import speakers_in
from onrecord.validation.levels import identity_findings
from onrecord.validation.summary import Summary

_AT_ONCE = 5000
"""Records of documents that are one task, so that their speakers are asked for together."""

_OPEN_FILES = 64


@dataclass(slots=True)
class Rereading:
    """Lines of shards by their place; a compressed shard is unpacked, once, into the folder."""

    shards: Sequence[Shard]
    folder: Path
    _open: dict[int, BinaryIO] = field(default_factory=dict)
    _unpacked: dict[int, Path] = field(default_factory=dict)
    _names: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self._names = [shard.name for shard in self.shards]

    def name(self, shard: int) -> str:
        """The path of a shard as findings show it."""
        return self._names[shard]

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
    crossing: Crossing, rereading: Rereading, terms: Terms, summary: Summary, mapper: Mapper
) -> Iterator[Finding]:
    """What the rules of levels 3 and 4 say of the doubtful documents, by document id."""
    for judged in mapper(partial(judge, terms=terms), _tasks(crossing, rereading)):
        summary.documents_with_source += judged.documents_with_source
        yield from judged.findings


def _tasks(crossing: Crossing, rereading: Rereading) -> Iterator[Doubtful]:
    """The documents in tasks of some thousand records."""
    waiting: list[Sequence[Mention]] = []
    records = 0
    for group in _together(crossing):
        waiting.append(group)
        records += sum(mention.lines for mention in group)
        if records >= _AT_ONCE:
            yield _task(waiting, crossing, rereading)
            waiting, records = [], 0
    if waiting:
        yield _task(waiting, crossing, rereading)


def _task(groups: Sequence[Sequence[Mention]], crossing: Crossing, rereading: Rereading) -> Doubtful:
    passages = [[_passage(mention, rereading) for mention in group] for group in groups]
    if "speakers" not in crossing.given:
        return Doubtful(passages, ())
    named = {name for group in groups for mention in group for name in mention.speakers}
    for passage in chain.from_iterable(passages):
        if passage.is_extra and passage.is_sound:
            # Of a line that is told apart the stretches do not say whom it names.
            named.update(speakers_in(passage.table, json.loads(passage.content)))
    return Doubtful(passages, crossing.known_speakers(named))


def _passage(mention: Mention, rereading: Rereading) -> Passage:
    return Passage(
        mention.document,
        mention.table,
        mention.shard,
        rereading.name(mention.shard),
        mention.line,
        rereading.read(mention.shard, mention.start, mention.end),
        mention.is_extra,
        mention.is_sound,
        mention.is_alone,
        mention.tables,
    )


def _together(crossing: Crossing) -> Iterator[Sequence[Mention]]:
    """The mentions of each doubtful document, by id; those of documents that share a record together."""
    groups = _groups(crossing.links())
    kept: dict[str, list[Mention]] = {}
    for document, found in groupby(crossing.mentions(), lambda mention: mention.document):
        group = groups.get(document)
        if group is None:
            yield list(found)
            continue
        kept[document] = list(found)
        if document == max(group):
            # All of the group has gone by.
            yield [mention for name in sorted(group) for mention in kept.pop(name, [])]


def _groups(links: Sequence[tuple[str, str]]) -> Mapping[str, set[str]]:
    """Documents that are linked, directly or through others, each with its whole group."""
    groups: dict[str, set[str]] = {}
    for left, right in links:
        together = groups.get(left, {left}) | groups.get(right, {right})
        for name in together:
            groups[name] = together
    return groups
