"""The files that the stretches of a corpus are written to, one a table, as pieces come in.

Owns what only the order of pieces tells: the shard, its lines before, and the document that a nameless line
follows. What the stretches say of each other is asked in `crossing`.
"""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.compute as pac
import pyarrow.parquet as pq

from onrecord.corpus.checking import Checked, stretch_schema
from onrecord.corpus.crossing import Crossing
from onrecord.corpus.shards import Shard

_SHARD = pa.field("shard", pa.int64())


class Stretches:
    """The stretches of a corpus, written down as they come in and asked for when all are there."""

    def __init__(self, folder: Path, shards: Sequence[Shard]) -> None:
        self.folder = folder
        self._tables = {shard.table for shard in shards}
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._last: dict[str, str | None] = {}
        self._unnamed: set[str] = set()

    def add(self, table: str, shard: int, line: int, checked: Checked) -> None:
        """Take in a piece, given the number of its shard and the lines before it in that shard."""
        if checked.has_unnamed:
            self._unnamed.add(table)
        found = checked.stretches
        if found is None:
            return
        if table != "speakers":
            found = self._with_documents_before(table, found)
        at = found.schema.get_field_index("line")
        found = found.set_column(at, "line", pac.add(found.column("line"), line))
        found = found.append_column(_SHARD, pa.array(np.full(len(found), shard, np.int64)))
        if table not in self._writers:
            self._writers[table] = pq.ParquetWriter(
                self.folder / f"{table}.parquet",
                found.schema,
                # Written once and read a few times: speed tells, not size.
                compression="lz4",
                use_dictionary=False,
                write_statistics=["document"],
            )
        self._writers[table].write_table(found)

    def close_table(self, table: str) -> Path:
        """No more stretches of a table: the file that they are in."""
        path = self.folder / f"{table}.parquet"
        if table not in self._writers:
            self._writers[table] = pq.ParquetWriter(path, stretch_schema(table).append(_SHARD))
        self._writers[table].close()
        return path

    def abandon(self) -> None:
        """Close the files of a run that failed; they will be deleted."""
        for writer in self._writers.values():
            # A full disk refuses the footer as well, which is not the error to report.
            with suppress(OSError):
                writer.close()
            # Or the writer would try once more when it is collected.
            writer.is_open = False

    def close(self) -> Crossing:
        """No more stretches: they can be asked now."""
        for table in self._tables:
            self.close_table(table)
        # What Arrow holds for the next piece that never comes is more than the database takes.
        pa.default_memory_pool().release_unused()
        return Crossing(self.folder, frozenset(self._tables), frozenset(self._unnamed))

    def _with_documents_before(self, table: str, found: pa.Table) -> pa.Table:
        """A line that names no document follows the one before it, be it in another piece."""
        documents = found.column("document").combine_chunks()
        named = np.flatnonzero(np.asarray(documents.is_valid()))
        last = self._last.get(table)
        if documents.null_count:
            lines = np.asarray(found.column("line"))
            named = named[np.argsort(lines[named], kind="stable")]
            names = pa.concat_arrays([pa.array([last], pa.string()), documents.take(pa.array(named))])
            places = np.searchsorted(lines[named], lines, side="right")
            followed = names.take(pa.array(places))
            documents = pac.coalesce(documents, followed)
            if documents.null_count:
                # Nothing comes before: it may be about any document.
                self._unnamed.add(table)
            found = found.set_column(0, "document", documents)
        if len(named):
            lines = np.asarray(found.column("line"))
            self._last[table] = documents[int(named[np.argmax(lines[named])])].as_py()
        return found
