"""The speakers that all documents share: read once, kept in SQLite, looked up by every task.

Duplicates and unused speakers are found by SQL; the findings are the rules'. Memory does not grow with the
number of speakers, except where they are few.
"""

import sqlite3
from collections.abc import Iterable, Iterator, Mapping, Set
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from operator import itemgetter
from pathlib import Path

from onrecord.model.findings import Finding
from onrecord.reading.batches import Batch, Rejected
from onrecord.reading.located import Located
from onrecord.rules import SPEAKER_CHECKS
from onrecord.rules.document import Document, KnownSpeakers, Table
from onrecord.rules.references import nearest_id
from onrecord.rules.speakers import name_key, unused_speaker
from onrecord.validation.levels import identity_findings

_FEW = 1_000
"""Speakers that travel with every task; more of them stay on disk."""

_MOST_COMPARED = 1_000
"""Ids that an unknown one is compared with. Where there are more, only those that start alike: what a finding
expects depends on the speakers alone, and not on where they are kept."""

_HEAD = 4
"""Characters with which those start."""

_AT_ONCE = 500
"""Values per query, below the limit of any SQLite."""


class SpeakerTable:
    """The speakers of one run, in a database of their own."""

    def __init__(self, folder: Path | None) -> None:
        """Keep the speakers in a folder, or in memory where there is none."""
        self.is_complete = True
        self._splits: set[str] = set()
        self._path = folder and folder / "speakers.sqlite"
        self._db = sqlite3.connect(self._path or ":memory:", isolation_level=None)
        self._db.executescript(
            "pragma journal_mode = off; pragma synchronous = off;"
            "create table speakers (number integer primary key, id text, name text, kind text, item text, "
            "name_key text, file text, line integer, is_valid integer);"
        )
        # In a file of its own, because tasks read the other one meanwhile.
        self._db.execute("attach ? as uses", (str(folder / "used.sqlite") if folder else ":memory:",))
        self._db.executescript(
            "pragma uses.journal_mode = off; pragma uses.synchronous = off;"
            "create table uses.used (id text, split text, primary key (id, split)) without rowid;"
        )

    def add(self, batch: Batch) -> None:
        """Take the next speakers; of a rejected one the id counts, where it can be read."""
        copies = self._copies(batch) if batch.is_built else frozenset()
        rows: list[tuple[str | int | None, ...]] = [
            (row["speaker_id"], row["name"], row["type"], row["wikidata_id"], name_key(row["name"]), line, 1)
            for row, line in zip(batch.rows, batch.lines, strict=True)
            if row["speaker_id"] not in copies
        ]
        for one in batch.rejected:
            if one.has_id:
                name = one.located.value["speaker_id"]
                rows.append((name, None, None, None, None, one.located.line, 0))
        # The order of the file decides which of two speakers with one id is reported.
        rows.sort(key=itemgetter(5))
        self.is_complete &= not Table("speakers", [batch]).has_unnamed
        self._db.execute("begin")
        self._db.executemany(
            "insert into speakers (id, name, kind, item, name_key, line, is_valid, file) "
            "values (?, ?, ?, ?, ?, ?, ?, ?)",
            ((*row, batch.file) for row in rows),
        )
        self._db.execute("commit")

    def _copies(self, batch: Batch) -> frozenset[str]:
        """The speakers whom another split has as well, because each split has the speakers that it names."""
        split = Path(batch.file).name.partition("-")[0]
        self._splits.add(split)
        if len(self._splits) == 1:
            return frozenset()
        found = self._db.execute("select file, id, name, kind, item from speakers")
        known = {tuple(row) for file, *row in found if Path(file).name.partition("-")[0] != split}
        return frozenset(
            row["speaker_id"]
            for row in batch.rows
            if (row["speaker_id"], row["name"], row["type"], row["wikidata_id"]) in known
        )

    def findings(self) -> Iterator[Finding]:
        """Level 3 of the speakers; an id that is wrong in itself makes their list incomplete."""
        self._db.executescript(
            "create index by_id on speakers (id); create index by_item on speakers (item);"
            "create index by_name on speakers (name_key, kind);"
        )
        # The rules look only at speakers that have something in common.
        rows = self._db.execute(
            "select id, name, kind, item, file, line, is_valid from speakers "
            "where id in (select id from speakers group by id having count(*) > 1) "
            "or item in (select item from speakers group by item having count(*) > 1) "
            "or (name_key, kind) in "
            "(select name_key, kind from speakers group by name_key, kind having count(*) > 1) "
            "order by (select min(number) from speakers as first where first.id = speakers.id), number"
        ).fetchall()
        document = Document("", {"speakers": _table_of(rows)})
        for finding in identity_findings(document):
            self.is_complete = False
            yield finding
        for check in SPEAKER_CHECKS:
            yield from check.findings(document)

    def use(self, ids: Iterable[str], split: str) -> None:
        """Note speakers whom documents of a split name."""
        self._db.execute("begin")
        self._db.executemany("insert or ignore into used values (?, ?)", ((name, split) for name in ids))
        self._db.execute("commit")

    def splits(self) -> Mapping[str, Set[str]]:
        """The splits that name each speaker."""
        found: dict[str, set[str]] = {}
        for name, split in self._db.execute("select id, split from used"):
            found.setdefault(name, set()).add(split)
        return found

    def unused(self) -> Iterator[Finding]:
        """The valid speakers whom no document names."""
        rows = self._db.execute(
            "select id, file, line from speakers where is_valid and id not in (select id from used) "
            "order by number"
        )
        for name, file, line in rows:
            yield unused_speaker(Located("speakers", {"speaker_id": name}, file, line))

    def lookup(self, *, is_shared: bool = True) -> KnownSpeakers:
        """The known speakers as tasks look them up; not from disk where tasks may run on another machine."""
        [count] = self._db.execute("select count(*) from speakers").fetchone()
        if self._path is None or count <= _FEW or not is_shared:
            query = "select id, coalesce(name, '') from speakers order by number desc"
            names = dict(reversed(self._db.execute(query).fetchall()))
            return FewSpeakers(self.is_complete, names)
        [distinct] = self._db.execute("select count(distinct id) from speakers").fetchone()
        return ManySpeakers(self.is_complete, str(self._path), distinct)

    def close(self) -> None:
        """Close the database."""
        self._db.close()


def _table_of(rows: Iterable[tuple[str, str, str, str | None, str, int, int]]) -> Table:
    """Speakers from several files as one table, in the order of the rows."""
    batches = []
    for name, label, kind, item, file, line, is_valid in rows:
        value = {"speaker_id": name, "name": label, "type": kind, "wikidata_id": item}
        if is_valid:
            batches.append(Batch("speakers", file, [value], [line]))
        else:
            rejected = Rejected(Located("speakers", value, file, line), (), has_id=True)
            batches.append(Batch("speakers", file, [], [], [rejected]))
    return Table("speakers", batches)


@dataclass(frozen=True, slots=True)
class FewSpeakers:
    """Speakers in memory."""

    is_complete: bool
    all_names: Mapping[str, str] = field(repr=False)

    def names(self, ids: Iterable[str]) -> Mapping[str, str]:
        """The names of those of the ids that are known, by id."""
        return {name: self.all_names[name] for name in ids if name in self.all_names}

    def nearest(self, lost: str) -> str | None:
        """What was expected instead of an unknown id."""
        if len(self.all_names) <= _MOST_COMPARED:
            return nearest_id(lost, list(self.all_names))
        alike = (name for name in self.all_names if name.startswith(lost[:_HEAD]))
        return nearest_id(lost, list(islice(alike, _MOST_COMPARED)))


@dataclass(frozen=True, slots=True)
class ManySpeakers:
    """Speakers on disk, asked for as they are needed."""

    is_complete: bool
    path: str
    distinct: int
    """The number of ids."""

    def names(self, ids: Iterable[str]) -> Mapping[str, str]:
        """The names of those of the ids that are known, by id."""
        known = _known(self.path)
        wanted = list(ids)
        missing = [name for name in wanted if name not in known]
        if len(known) > _MOST_KNOWN:
            known.clear()
            missing = wanted
        asked = iter(missing)
        while some := list(islice(asked, _AT_ONCE)):
            marks = ",".join("?" * len(some))
            query = f"select id, coalesce(name, '') from speakers where id in ({marks}) order by number desc"
            known.update(_database(self.path).execute(query, some))
        return {name: known[name] for name in wanted if name in known}

    def nearest(self, lost: str) -> str | None:
        """What was expected instead of an unknown id."""
        head = lost[:_HEAD]
        which, given = (
            ("", ())
            if self.distinct <= _MOST_COMPARED
            else ("where id >= ? and id < ? ", (head, head[:-1] + chr(ord(head[-1]) + 1)))
        )
        query = f"select id from speakers {which}group by id order by min(number) limit {_MOST_COMPARED}"
        found = _database(self.path).execute(query, given)
        return nearest_id(lost, [name for (name,) in found])


_MOST_KNOWN = 20_000
"""Speakers that a process remembers."""


@lru_cache(maxsize=1)
def _known(_path: str) -> dict[str, str]:
    """What this process has looked up in a database."""
    return {}


@lru_cache(maxsize=1)
def _database(path: str) -> sqlite3.Connection:
    return sqlite3.connect(f"file:{path}?mode=ro&immutable=1", uri=True, check_same_thread=False)
