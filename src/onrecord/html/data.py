"""The data of a page, read once: the tables of a folder, their identity, the article if there is one.

What is shown of it is decided in `views`, `charts` and `columns`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from os import PathLike
from pathlib import Path

from onrecord.dataset.hydrate import hydrate
from onrecord.dataset.load import Folder, Row, iter_rows, table_files
from onrecord.model.arrow import arrow_schema
from onrecord.model.digest import Identity, read_identity
from onrecord.model.paths import home
from onrecord.model.tables import TABLES

Article = str | PathLike[str]


@dataclass(frozen=True)
class PageData:
    """The rows of all tables, and which content they are."""

    identity: Identity
    is_shipped: bool
    """Whether these are the dataset's own tables, about which more is known than the tables say."""
    documents: Sequence[Row]
    segments: Sequence[Row]
    claims: Sequence[Row]
    relations: Sequence[Row]
    annotations: Sequence[Row]
    speakers: Mapping[str, Row]
    """By `speaker_id`."""
    sentences: Mapping[str, str] = field(default_factory=dict)
    """The source's text of each segment, by `segment_id`, where it is included or its article given."""
    has_foreign_text: bool = False
    """Whether some of it belongs to its publisher."""

    @property
    def annotators(self) -> list[str]:
        """The names of the annotators, in order."""
        return sorted({row["annotator_id"] for row in self.annotations})

    @cached_property
    def names(self) -> Mapping[str, str]:
        """The name of each speaker by `speaker_id`; the article's own voice has that of its publisher."""
        voices = {f"article-{row['document_id']}": row["publisher"] for row in self.documents}
        return {
            name: f"{voices[name]} (the article)" if name in voices else row["name"]
            for name, row in self.speakers.items()
        }


def read_page_data(data: Folder | None, articles: Iterable[Article] = ()) -> PageData:
    """Everything in a folder of built tables (default: the dataset's own), and the articles joined to it.

    Raises FileNotFoundError and ValueError if the folder is not a build, and what `hydrate` raises if an
    article is not the text of one of its documents.
    """
    given: dict[str, str] = {}
    for article in articles:
        # First, because no part of the page may be made with another text.
        for segment in hydrate(article, data=data):
            given[segment["segment_id"]] = segment["source_text"]
    own = home() / "data"
    folder = Path(data or own)
    for table in TABLES:
        _check_columns(table, folder)
    segments = list(iter_rows("segments", folder, split=None))
    included = {row["segment_id"]: row["text"] for row in segments if row["text"] is not None}
    return PageData(
        identity=read_identity(folder),
        is_shipped=folder.resolve() == own.resolve(),
        documents=list(iter_rows("documents", folder, split=None)),
        segments=segments,
        claims=list(iter_rows("claims", folder, split=None)),
        relations=list(iter_rows("relations", folder, split=None)),
        annotations=list(iter_rows("annotations", folder, split=None)),
        speakers={row["speaker_id"]: row for row in iter_rows("speakers", folder, split=None)},
        sentences={**given, **included},
        has_foreign_text=not given.keys() <= included.keys(),
    )


def _check_columns(table: str, folder: Path) -> None:
    """Raise ValueError if a table of another version lacks a column that a page shows."""
    import pyarrow.parquet as pq

    for shard in table_files(table, folder):
        lacking = sorted(set(arrow_schema(table).names) - set(pq.read_schema(shard).names))
        if lacking:
            raise ValueError(f"{shard} has no column {', '.join(lacking)}; build the tables again")
