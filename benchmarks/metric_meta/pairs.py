"""Pairs of claim texts with the answer whether they make the same claim.

Positives are texts that two annotators wrote for one claim of the final list, each alone. Negatives are the
same pairs with one change in the second text (`corruptions`), and texts of two claims of one paragraph.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any

from benchmarks.metric_meta.corruptions import CORRUPTIONS
from onrecord.model.paths import home
from onrecord.reading.layouts import DocumentFolder, documents, speakers
from onrecord.reading.located import annotator_of

Row = Mapping[str, Any]

SAME = "same"
"""The kind of the positives."""
NEIGHBOUR = "neighbour"
"""The kind of two claims of one paragraph."""


@dataclass(frozen=True, slots=True)
class TextPair:
    """Two texts: of the same claim where the kind is SAME, and otherwise of two."""

    one: str
    other: str
    kind: str
    paragraph: tuple[str, int]
    """The document and paragraph of the first text; pairs that share it are not independent."""


def text_pairs() -> list[TextPair]:
    """All pairs, in an order that follows from the records."""
    return [pair for folder in documents(home() / "records") for pair in _of_document(folder)]


@cache
def name_forms() -> tuple[str, ...]:
    """The names and aliases of all speakers that start with a capital letter, longest first."""
    forms = {form for row in speaker_rows() for form in (row["name"], *row["aliases"]) if form[:1].isupper()}
    return tuple(sorted(forms, key=lambda form: (-len(form), form)))


@cache
def speaker_rows() -> tuple[Row, ...]:
    """The rows of the table `speakers`."""
    return tuple(record.value for record in speakers(home() / "records"))


def _of_document(folder: DocumentFolder) -> Iterator[TextPair]:
    claims = _by_claim(folder)
    paragraphs = {row["segment_id"]: row["paragraph"] for row in _rows(folder, "segments")}
    place = {
        row["claim_id"]: (row["document_id"], paragraphs[row["segment_id"]])
        for row in _rows(folder, "claims")
    }
    claims = {claim_id: texts for claim_id, texts in claims.items() if claim_id in place}
    for claim_id, texts in claims.items():
        for one, other in combinations(texts.values(), 2):
            yield TextPair(one, other, SAME, place[claim_id])
            for kind, corrupt in CORRUPTIONS.items():
                changed = corrupt(other, name_forms())
                if changed is not None:
                    yield TextPair(one, changed, kind, place[claim_id])
    for one_id, other_id in combinations(claims, 2):
        if place[one_id] == place[other_id]:
            # One pair per pair of claims: the first text of one with the last of the other.
            yield TextPair(
                next(iter(claims[one_id].values())),
                [*claims[other_id].values()][-1],
                NEIGHBOUR,
                place[one_id],
            )


def _by_claim(folder: DocumentFolder) -> dict[str, dict[str, str]]:
    """The text of each annotator for each claim; none where an annotator has it in several parts."""
    texts = {
        (annotator_of(record.file), record.value["number"]): record.value["text"]
        for record in folder.records("extractions")
    }
    found: defaultdict[str, defaultdict[str, list[str]]] = defaultdict(lambda: defaultdict(list))
    for row in _rows(folder, "extraction_matches"):
        if row["claim_id"] is not None:
            found[row["claim_id"]][row["annotator_id"]].append(texts[row["annotator_id"], row["number"]])
    return {
        claim_id: {annotator: own[0] for annotator, own in by_annotator.items() if len(own) == 1}
        for claim_id, by_annotator in found.items()
        if any(len(own) == 1 for own in by_annotator.values())
    }


def _rows(folder: DocumentFolder, table: str) -> Iterator[Row]:
    return (record.value for record in folder.records(table))
