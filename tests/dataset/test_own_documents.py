"""The documents of our own writing: how many, how varied, and how far a constant answer gets."""

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator
from pathlib import Path

import pytest

import onrecord
from onrecord.row_types import Claim, Segment

SPLITS = ("challenge", "validation")
NAMES = Path(__file__).with_name("own_documents_names.txt")
WORD = re.compile(r"[^\W\d_]+(?:[’'-][^\W\d_]+)*")


def of_own(table: str) -> list[dict[str, object]]:
    return [row for split in SPLITS for row in onrecord.rows(table, split=split)]


def claims(split: str | None = None) -> list[Claim]:
    return [row for one in ([split] if split else SPLITS) for row in onrecord.rows("claims", split=one)]


def segments(split: str | None = None) -> list[Segment]:
    return [row for one in ([split] if split else SPLITS) for row in onrecord.rows("segments", split=one)]


def most_common_share(values: Iterable[Hashable]) -> float:
    counts = Counter(values)
    return counts.most_common(1)[0][1] / counts.total()


def test_the_documents_are_many_and_of_the_length_of_a_short_article() -> None:
    sizes = Counter(row["document_id"] for row in segments() if row["role"] in ("lead", "body"))
    documents = Counter(str(row["split"]) for row in of_own("documents"))
    assert documents["challenge"] >= 10
    assert documents["validation"] == 4
    assert all(25 <= size <= 45 for size in sizes.values()), sizes
    assert len(segments()) >= 450
    assert len(claims()) >= 700


def test_every_text_is_included_and_of_our_own_writing() -> None:
    for row in of_own("documents"):
        assert (row["text_included"], row["text_origin"]) == (True, "written_for_this_dataset")
    assert all(segment["text"] for segment in segments())
    assert {segment["text"] for segment in onrecord.rows("segments", split="test")} == {None}


def test_each_phenomenon_is_shown_by_eight_sentences_of_four_documents() -> None:
    found = defaultdict(list)
    for segment in segments():
        for phenomenon in segment["phenomena"]:
            found[phenomenon].append(segment["document_id"])
    assert len(found) >= 35
    assert {name: len(own) for name, own in found.items() if len(own) < 8 or len(set(own)) < 4} == {}


def test_a_third_of_the_sentences_make_no_claim() -> None:
    used = {anchor["segment_id"] for claim in claims() for anchor in claim["anchors"]}
    assert len(used) <= 2 / 3 * len(segments())


def test_claims_are_varied() -> None:
    content = Counter(claim["verifiability"] for claim in claims() if claim["layer"] == "content")
    assert all(count / content.total() >= 0.2 for count in content.values()), content
    assert len(content) == 3
    assert len({claim["speaker_id"] for claim in claims()}) >= 30
    assert len({claim["stated_on"] for claim in claims()}) >= 40
    assert "explicit" in {claim["stated_on_basis"] for claim in claims()}


def test_no_speaker_is_in_two_splits() -> None:
    speakers = [
        {row["speaker_id"] for row in onrecord.rows("speakers", split=split)} for split in ("test", *SPLITS)
    ]
    assert set.union(*(one & other for one in speakers for other in speakers if one is not other)) <= {
        "unidentified-speakers"
    }


def is_others(claim: Claim) -> bool:
    """Whether somebody other than the document makes the claim."""
    return not claim["speaker_id"].startswith("article-")


def makes_claim(split: str) -> list[bool]:
    """Whether each sentence of a split makes a claim."""
    used = {anchor["segment_id"] for claim in claims(split) for anchor in claim["anchors"]}
    return [segment["segment_id"] in used for segment in segments(split)]


MAJORITY: dict[str, tuple[Callable[[], Iterable[Hashable]], float]] = {
    "detection": (lambda: makes_claim("challenge"), 0.68),
    "date": (lambda: [claim["stated_on"] for claim in claims("challenge") if is_others(claim)], 0.15),
    "speaker": (lambda: [claim["speaker_id"] for claim in claims("challenge")], 0.20),
    "verifiability": (
        lambda: [claim["verifiability"] for claim in claims("challenge") if claim["layer"] == "content"],
        0.45,
    ),
}


@pytest.mark.parametrize("task", MAJORITY)
def test_a_constant_answer_does_not_get_far_on_the_challenge(task: str) -> None:
    answers, most = MAJORITY[task]
    assert most_common_share(answers()) <= most


def names() -> Iterator[str]:
    """Every word of the texts that has a capital without beginning a sentence."""
    for segment in segments():
        text = segment["text"] or ""
        for number, found in enumerate(WORD.finditer(text)):
            before = text[: found.start()].rstrip(" \"“‘'(")
            if number and found[0][0].isupper() and before and before[-1] not in ".:?!–-":
                yield re.sub(r"[’']s$", "", found[0])


def test_no_name_is_in_the_texts_but_those_listed() -> None:
    """The list was read for real people and bodies; a new name is read before it is added."""
    assert set(names()) == set(NAMES.read_text(encoding="utf-8").split())
