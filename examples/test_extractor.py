"""A claim extractor tested with the fixtures, which come with `onrecord` and need no import.

Run it with `pytest examples/test_extractor.py`.
"""

import re
from collections.abc import Callable
from typing import Any

import pytest

Row = dict[str, Any]


def extract(sentence: str) -> list[str]:
    """The system under test: replace it with yours. This one takes each clause for a claim."""
    return [clause.strip() for clause in re.split(r"[;:]| and (?=\w+ (?:said|was|is)\b)", sentence) if clause]


def test_no_sentence_that_has_claims_goes_without_one(onrecord_segments: list[Row]) -> None:
    missed = [
        segment["segment_id"]
        for segment in onrecord_segments
        if segment["has_claims"] and segment["gloss"] and not extract(segment["gloss"])
    ]
    assert missed == []


@pytest.mark.onrecord_claims(speaker_id=["joe-biden", "donald-trump"], layer="content")
def test_a_claim_that_stands_alone_is_not_taken_apart(onrecord_claim: Row) -> None:
    assert extract(onrecord_claim["text"]) == [onrecord_claim["text"]]


def test_what_the_extractor_writes_is_a_valid_record(
    onrecord_claims: list[Row], onrecord_validate: Callable[..., None]
) -> None:
    written = {**onrecord_claims[0], "text": "A claim in the extractor's own words."}
    onrecord_validate(written)
