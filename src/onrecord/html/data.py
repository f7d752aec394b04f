"""The data of a page, read once: the tables of a folder, their identity, the article if there is one.

What is shown of it is decided in `views`, `charts` and `columns`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from os import PathLike
from pathlib import Path

from onrecord.dataset.hydrate import hydrate
from onrecord.dataset.load import Folder, Row, rows, table_files
from onrecord.model.arrow import arrow_schema
from onrecord.model.digest import Identity, read_identity
from onrecord.model.paths import home
from onrecord.model.tables import TABLES

Article = str | PathLike[str]


@dataclass(frozen=True, slots=True)
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
    """The source's text of each segment, by `segment_id`; empty without the article."""
    passages: Mapping[str, Sequence[str]] = field(default_factory=dict)
    """The source's text of each claim's anchors, by `claim_id`; empty without the article."""

    @property
    def annotators(self) -> list[str]:
        """The names of the annotators, in order."""
        return sorted({row["annotator_id"] for row in self.annotations})


def read_page_data(data: Folder | None, article: Article | None) -> PageData:
    """Everything in a folder of built tables (default: the dataset's own), and the article joined to it.

    Raises FileNotFoundError and ValueError if the folder is not a build, and what `hydrate` raises if the
    article is not the text of one of its documents.
    """
    sentences: dict[str, str] = {}
    passages: dict[str, list[str]] = {}
    if article is not None:
        # First, because no part of the page may be made with another text.
        for segment in hydrate(article, data=data):
            sentences[segment["segment_id"]] = segment["source_text"]
        for claim in hydrate(article, table="claims", data=data):
            passages[claim["claim_id"]] = [anchor["source_text"] for anchor in claim["anchors"]]
    own = home() / "data"
    folder = Path(data or own)
    for table in TABLES:
        _check_columns(table, folder)
    return PageData(
        identity=read_identity(folder),
        is_shipped=folder.resolve() == own.resolve(),
        documents=rows("documents", folder, split=None),
        segments=rows("segments", folder, split=None),
        claims=rows("claims", folder, split=None),
        relations=rows("relations", folder, split=None),
        annotations=rows("annotations", folder, split=None),
        speakers={row["speaker_id"]: row for row in rows("speakers", folder, split=None)},
        sentences=sentences,
        passages=passages,
    )


def _check_columns(table: str, folder: Path) -> None:
    """Raise ValueError if a table of another version lacks a column that a page shows."""
    import pyarrow.parquet as pq

    for shard in table_files(table, folder):
        lacking = sorted(set(arrow_schema(table).names) - set(pq.read_schema(shard).names))
        if lacking:
            raise ValueError(f"{shard} has no column {', '.join(lacking)}; build the tables again")
