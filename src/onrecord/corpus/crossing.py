"""What the stretches of a corpus say of each other, asked out of core with DuckDB.

Owns the database over the files of stretches, with its memory limit, and its answers. A document that passes
all tests (`suspicion`) has no finding of level 3; what the others have is for `doubtful`.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from onrecord.corpus.stretches import ADDED
from onrecord.corpus.suspicion import BESIDE, has_misplaced, mask, of_documents, tests
from onrecord.model.tables import TABLES

if TYPE_CHECKING:
    import duckdb

MEMORY = 64_000_000
"""Bytes that DuckDB may hold; the rest it keeps on disk."""

MOST_MEMORY = 1_024_000_000
"""Bytes that it may hold at last, where a question cannot be answered with less."""

_FEW = 500
"""Speakers among whom a misspelt id is looked for even if it starts with other letters."""

ALIKE = 8
"""Letters that ids which look alike have in common at their start."""

_HEAD = f"left({{}}, {ALIKE})"
_OWNER = "regexp_extract({}, '^(.*)-[^-]*$', 1)"
"""What ids that look alike, or are numbered together, have in common."""

_AT_ONCE = 4096
"""Documents whose anchors are compared together."""

_JOINED = 40_000
"""Stretches of segments that are laid beside those of claims at a time."""


@contextmanager
def refusals() -> Iterator[None]:
    """Have what the database cannot do, mostly for want of room on the disk, come as an OSError."""
    import duckdb

    try:
        yield
    except duckdb.Error as error:
        reason = str(error).partition("\n")[0]
        raise OSError(f"the tables could not be compared: {reason}") from error


@dataclass(frozen=True, slots=True)
class Mention:
    """Where lines of a doubtful document stand: in which table and shard, and from which line and byte on."""

    document: str
    table: str
    shard: int
    line: int
    start: int
    end: int
    is_extra: bool
    is_sound: bool
    is_alone: bool
    tables: Sequence[str]
    """The tables that must be looked at for this document."""
    lines: int
    speakers: Sequence[str]
    """Whom the sound records of a stretch name; nobody for a line that is told apart."""


class Crossing:
    """What stretches say of each other."""

    def __init__(self, folder: Path, given: frozenset[str], unnamed: frozenset[str]) -> None:
        import duckdb

        self.given = given
        self.unnamed = set(unnamed)
        """Tables with a line that may be a record of any id."""
        spill = folder / "spill"
        self._db: duckdb.DuckDBPyConnection = duckdb.connect(
            config={
                "memory_limit": f"{MEMORY}B",
                "temp_directory": str(spill),
                "threads": 2,
                "preserve_insertion_order": False,
                "autoinstall_known_extensions": False,
                "autoload_known_extensions": False,
            }
        )
        for table in given:
            path = str(folder / f"{table}.parquet").replace("'", "''")
            self._db.execute(f"create view {table} as from read_parquet('{path}')")
        self._db.execute("create table doubtful (document varchar, tables integer)")
        self._near = ""
        """The query for ids that look like one that is lost, as soon as one was."""
        self._memory = MEMORY

    def close(self) -> None:
        """Let go of the database."""
        self._db.close()

    def count_documents(self) -> int:
        """How many documents records name."""
        if not (own := of_documents(self.given)):
            return 0
        every = " union ".join(f"select document from {table} where partner is null" for table in own)
        [found] = self._rows(f"select count(*) from ({every}) where document is not null")
        return int(found[0])

    def repeated_speakers(self) -> Iterator[list[tuple[str, int, int, bool]]]:
        """The records of each speaker id that is taken twice: id, shard, line (from 0), is it sound."""
        twice = "select speaker_id from speakers group by speaker_id having count(*) > 1"
        rows = self._rows(
            f"select speaker_id, shard, line, is_sound from speakers where speaker_id in ({twice}) "
            "order by speaker_id, shard, line"
        )
        group: list[tuple[str, int, int, bool]] = []
        for row in rows:
            if group and group[0][0] != row[0]:
                yield group
                group = []
            group.append((row[0], row[1], row[2], row[3]))
        if group:
            yield group

    def unused_speakers(self) -> Iterator[tuple[str, int, int]]:
        """The sound speakers whom nobody names: id, shard, line."""
        named = " union ".join(
            f"select unnest(speakers) from {table}"
            for table in ("claims", "annotations")
            if table in self.given
        )
        yield from self._rows(
            f"select speaker_id, shard, line from speakers where is_sound and speaker_id not in ({named}) "
            "order by shard, line"
        )

    def known_speakers(self, wanted: set[str]) -> list[str]:
        """Those of the ids that are a speaker's, and ids that may be meant by the others, in file order."""
        self._db.register("asked", pa.table({"wanted": pa.array(sorted(wanted), pa.string())}))
        try:
            if not self._near:
                found = self._db.execute(
                    "select speaker_id from speakers semi join asked on speaker_id = wanted "
                    "group by speaker_id order by min((shard, line))"
                ).fetchall()
                if len(found) == len(wanted):
                    return [row[0] for row in found]
            return self._and_meant()
        finally:
            self._db.unregister("asked")

    def _and_meant(self) -> list[str]:
        """The same, where some id may be that of no speaker."""
        if not self._near:
            self._ask(
                "create table known as select speaker_id, min((shard, line)) as place, "
                f"{_OWNER.format('speaker_id')} as owner, {_HEAD.format('speaker_id')} as head, "
                "regexp_matches(speaker_id, '[0-9]$') as is_numbered "
                "from speakers where speaker_id is not null group by speaker_id"
            )
            self._ask(
                "create table numbered as select owner, arg_min(speaker_id, place) as first_id, "
                "arg_max(speaker_id, place) as last_id from known where is_numbered group by owner"
            )
            [known] = self._rows("select count(*) from known")
            few = "from known where exists (from lost)"
            self._near = few if known[0] <= _FEW else "from known semi join lost using (head)"
        rows = self._db.execute(
            f"with lost as (select {_OWNER.format('wanted')} as owner, {_HEAD.format('wanted')} as head "
            "from asked anti join known on speaker_id = wanted), "
            f"near as ({self._near}), ends as (from numbered semi join lost using (owner)), "
            "meant as (select wanted as speaker_id from asked union select first_id from ends "
            "union select last_id from ends union select speaker_id from near) "
            "select speaker_id from known semi join meant using (speaker_id) order by place"
        ).fetchall()
        return [row[0] for row in rows]

    def find_doubtful(self, articles: set[str]) -> None:
        """Note every document that may break a rule, and the tables that the rule looks at.

        `articles` are the names of the texts at hand: their documents are looked at whole.
        """
        for query in tests(self.given, self.unnamed):
            self._ask(f"insert into doubtful {query}")
        if {"claims", "segments"} <= self.given:
            self._note(self._with_misplaced_anchors(), mask(BESIDE["claims"]))
        if articles and "documents" in self.given:
            self._db.register("articles", pa.table({"name": pa.array(sorted(articles), pa.string())}))
            self._db.execute(
                f"insert into doubtful select document, {mask(TABLES)} from documents "
                "join articles on source_file = name"
            )
            self._db.unregister("articles")
        self._ask(
            "create or replace table doubtful as select document, bit_or(tables) as tables from doubtful "
            "where document is not null group by document"
        )

    def count_doubtful(self) -> int:
        """How many documents may break a rule."""
        [found] = self._rows("select count(*) from doubtful")
        return int(found[0])

    def links(self) -> list[tuple[str, str]]:
        """Pairs of documents that some record may belong to both of."""
        own = of_documents(self.given)
        every = " union ".join(f"select document, partner from {t} where partner is not null" for t in own)
        return [(row[0], row[1]) for row in self._rows(every)] if every else []

    def mentions(self) -> Iterator[Mention]:
        """The stretches of all doubtful documents, by document, table, shard and line."""
        parts = [
            f"select document, '{table}' as of_table, {TABLES.index(table)} as place, shard, line, start, "
            f'"end", is_extra, is_sound, is_alone, tables, lines, '
            f"{'speakers' if 'speakers' in ADDED[table].names else 'null'} as speakers "
            f"from {table} join doubtful using (document) "
            f"where tables & {mask((table,))} <> 0 or is_alone"
            for table in of_documents(self.given)
        ]
        if parts:
            ordered = f"{' union all '.join(parts)} order by document, place, shard, line, is_extra"
            for row in self._rows(ordered):
                looked_at = tuple(name for name in TABLES if row[10] & mask((name,)))
                document, table, _, shard, line, start, end, is_extra, is_sound, is_alone, *_ = row
                place = (shard, line, start, end)
                lines, named = row[11], row[12] or ()
                yield Mention(document, table, *place, is_extra, is_sound, is_alone, looked_at, lines, named)

    def _rows(self, query: str) -> Iterator[tuple[Any, ...]]:
        cursor = self._ask(query)
        while rows := cursor.fetchmany(1024):
            yield from rows

    def _ask(self, query: str) -> "duckdb.DuckDBPyConnection":
        """The answer, worked out with more memory where it takes that."""
        import duckdb

        while True:
            try:
                # A cursor of its own, so that one answer may be read while another question is asked.
                return self._db.cursor().execute(query)
            except duckdb.OutOfMemoryException:
                if self._memory >= MOST_MEMORY:
                    raise
                self._memory *= 2
                self._db.execute(f"set memory_limit = '{self._memory}B'")

    def _note(self, documents: Iterator[pa.Array], tables: int) -> None:
        for found in documents:
            if len(found):
                self._db.register("noted", pa.table({"document": found}))
                self._db.execute(f"insert into doubtful select document, {tables} from noted")
                self._db.unregister("noted")

    def _with_misplaced_anchors(self) -> Iterator[pa.Array]:
        [stretches] = next(self._rows("select count(*) from segments"))
        parts = stretches // _JOINED + 1
        for part in range(parts):
            # The lists of all documents beside each other would not fit.
            chosen = " and ".join(f"hash({table}.document) % {parts} = {part}" for table in "cs")
            query = (
                "select c.document, main_segments, anchor_segments, anchor_starts, anchor_ends, "
                "numbers, starts, ends, without_gloss from claims c join segments s using (document) "
                f"where not (c.is_extra or s.is_extra or c.is_broken or s.is_broken) and {chosen}"
            )
            for batch in self._db.cursor().sql(query).to_arrow_reader(_AT_ONCE):
                yield batch.column("document").filter(pa.array(has_misplaced(batch)))
