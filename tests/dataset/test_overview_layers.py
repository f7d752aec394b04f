"""The overview on the terminal counts the claims by layer."""

from pathlib import Path

from onrecord.dataset.load import iter_rows
from onrecord.dataset.overview import overview


def test_the_overview_counts_claims_by_layer(sample_data: Path) -> None:
    text = overview(lambda table: iter_rows(table, sample_data, split=None))
    table = text.partition("Claims by layer and verifiability")[2].partition("Claims by speaker")[0]

    assert [line.split() for line in table.strip().splitlines()[2:]] == [
        ["content", "1", "1", "1", "3"],
        ["attribution", "1", "0", "0", "1"],
        ["all", "2", "1", "1", "4"],
    ]
