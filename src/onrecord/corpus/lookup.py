"""What the derived fields of a table's rows need to know of other tables, from their stretches on disk.

Owns the questions, asked for a few thousand rows at a time; what is made of the answers is for `deriving`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pac
import pyarrow.parquet as pq

from onrecord.corpus.encoding import encoded


@dataclass(frozen=True, slots=True)
class Names:
    """The names of all speakers, by id."""

    ids: np.ndarray[Any, Any]
    names: pa.Array

    def of(self, speakers: pa.Array) -> pa.Array:
        """The name of each speaker; null for an id that is unknown."""
        asked = encoded(speakers)
        wanted = asked.dictionary.to_numpy(zero_copy_only=False).astype(np.bytes_)
        places = np.minimum(np.searchsorted(self.ids, wanted), max(len(self.ids) - 1, 0))
        known = self.ids[places] == wanted if len(self.ids) else np.zeros(len(wanted), np.bool_)
        return self.names.take(pa.array(places, mask=~known)).take(asked.indices)


@dataclass(frozen=True, slots=True)
class Lookup:
    """The answers for some rows: `labels` and `anchors` have a row a stretch of one of their documents.

    `labels` holds document, claim_numbers and labels (lists, an entry an annotation), `anchors` document and
    anchor_segments (a list, an entry an anchor).
    """

    names: Names | None = None
    labels: pa.Table | None = None
    anchors: pa.Table | None = None


@dataclass(frozen=True, slots=True)
class Sources:
    """The files with the stretches of the tables that a table's derived fields are worked out from."""

    speakers: str | None = None
    annotations: str | None = None
    claims: str | None = None

    def look_up(self, rows: pa.RecordBatch) -> Lookup:
        """What they say of the documents of the rows, and of all speakers."""
        if not len(rows) or self == Sources():
            return Lookup()
        documents = encoded(rows.column("document_id")).dictionary
        return Lookup(
            names=_names(self.speakers) if self.speakers else None,
            labels=_asked(self.annotations, ("claim_numbers", "labels"), documents),
            anchors=_asked(self.claims, ("anchor_segments",), documents),
        )


def forget() -> None:
    """Let go of what is kept of the files that were asked, which grows with them."""
    _spans.cache_clear()
    _names.cache_clear()


def _asked(file: str | None, columns: Sequence[str], documents: pa.Array) -> pa.Table | None:
    """The columns of the stretches of some documents, read only where these may be."""
    if file is None:
        return None
    metadata, spans = _spans(file)
    ends = pac.min_max(documents)
    low, high = ends["min"].as_py(), ends["max"].as_py()
    with pq.ParquetFile(Path(file), metadata=metadata) as parquet:
        found = [parquet.schema_arrow.empty_table().select(["document", *columns])]
        for group, span in enumerate(spans):
            if span and low <= span[1] and span[0] <= high:
                rows = parquet.read_row_group(group, ["document", "is_extra", *columns])
                is_wanted = pac.is_in(rows.column("document"), value_set=documents)
                wanted = rows.filter(pac.and_not(is_wanted, rows.column("is_extra")))
                found.append(wanted.drop_columns("is_extra"))
    return pa.concat_tables(found).combine_chunks()


@lru_cache(maxsize=4)
def _spans(file: str) -> tuple[pq.FileMetaData, Sequence[tuple[str, str] | None]]:
    """The footer of a file of stretches, and first and last document of each row group that has any."""
    metadata = pq.read_metadata(file)
    place = metadata.schema.names.index("document")
    columns = [metadata.row_group(number).column(place) for number in range(metadata.num_row_groups)]
    stats = [column.statistics for column in columns]
    return metadata, [(one.min, one.max) if one is not None and one.has_min_max else None for one in stats]


@lru_cache(maxsize=1)
def _names(file: str) -> Names:
    with pq.ParquetFile(Path(file)) as parquet:
        found = parquet.read(["speaker_id", "name"]).combine_chunks()
    ids = found.column("speaker_id").to_numpy(zero_copy_only=False).astype(np.bytes_)
    order = np.argsort(ids, kind="stable")
    return Names(ids[order], found.column("name").combine_chunks().take(pa.array(order)))
