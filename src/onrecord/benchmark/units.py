"""The units of resampling of a set of items: documents, or paragraphs where there are few documents.

Claims of one document are alike, so whole documents are drawn. `counts` counts in each unit, `bootstrap`
draws units.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from onrecord.benchmark.tasks.declaration import Item
from onrecord.dataset.resampling import MIN_DOCUMENTS
from onrecord.extras import extra

with extra("score", "a score"):
    pass


MOST_DOCUMENTS = 2_000
"""With more documents, so many groups of them are the unit, so that a million claims take seconds."""
Unit = Literal["document", "paragraph", "document-group", "pair"]


@dataclass(frozen=True, slots=True)
class Units:
    """The units of resampling of a set of items, and the place of each item among them."""

    unit: Unit
    names: tuple[str, ...]
    places: list[int]
    paragraphs: int
    documents: int


def _places(items: Sequence[Item]) -> tuple[dict[tuple[str, int], int], list[int]]:
    places: dict[tuple[str, int], int] = {}
    # Item.cluster, a property, would double the time for a million items.
    found = [places.setdefault((item.document_id, item.paragraph), len(places)) for item in items]
    return places, found


def units_of(items: Sequence[Item]) -> Units:
    """Documents where there are at least ten, because their claims are alike; paragraphs otherwise.

    If there are very many documents, those of each split are dealt out to groups, whose resamples vary as
    those of documents.
    """
    paragraphs, found = _places(items)
    splits = {item.document_id: item.split for item in items}
    documents = {document_id: at for at, document_id in enumerate(splits)}
    if len(documents) < MIN_DOCUMENTS:
        names = tuple(f"{document_id}/{paragraph}" for document_id, paragraph in paragraphs)
        return Units("paragraph", names, found, len(paragraphs), len(documents))
    if len(documents) > MOST_DOCUMENTS:
        return _groups_of(items, splits, len(paragraphs))
    places = [documents[item.document_id] for item in items]
    return Units("document", tuple(documents), places, len(paragraphs), len(documents))


def _groups_of(items: Sequence[Item], splits: Mapping[str, str], paragraphs: int) -> Units:
    groups: dict[tuple[str, int], int] = {}
    of = {
        document_id: groups.setdefault((split, number % MOST_DOCUMENTS), len(groups))
        for number, (document_id, split) in enumerate(splits.items())
    }
    names = tuple(f"{split}/group-{number + 1}" for split, number in groups)
    places = [of[item.document_id] for item in items]
    return Units("document-group", names, places, paragraphs, len(splits))
