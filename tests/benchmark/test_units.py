"""The units of resampling: how many documents make documents, paragraphs or groups the unit."""

import pytest

from onrecord.benchmark.tasks.declaration import Item
from onrecord.benchmark.units import units_of


def items_of(documents: int) -> list[Item]:
    """One item in each of two paragraphs per document, all of one split."""
    return [
        Item(f"{number}-{paragraph}", f"d{number}", paragraph, {}, "yes", {})
        for number in range(documents)
        for paragraph in (1, 2)
    ]


@pytest.mark.parametrize(
    ("documents", "unit", "count"),
    [
        (9, "paragraph", 18),
        (10, "document", 10),
        (2_000, "document", 2_000),
        (2_001, "document-group", 2_000),
        (2_050, "document-group", 2_000),
    ],
)
def test_the_number_of_documents_decides_what_is_resampled(documents: int, unit: str, count: int) -> None:
    found = units_of(items_of(documents))

    assert found.unit == unit
    assert len(found.names) == len(set(found.names)) == count
    assert set(found.places) == set(range(count))
    assert (found.documents, found.paragraphs) == (documents, 2 * documents)


def test_both_paragraphs_of_a_document_are_in_one_group() -> None:
    places = units_of(items_of(2_050)).places

    assert places[::2] == places[1::2]
