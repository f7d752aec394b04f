"""Pairs of claim texts with the answer whether they make the same claim.

Positives are texts that two annotators wrote for one claim of the final list, each alone. Negatives are the
same pairs with one change in the second text (`corruptions`) of something that the first has too, and texts
of two claims of one paragraph. What the documents give, and whose names are compared, is as in a score of the
task `extraction`.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from itertools import combinations
from typing import Any

from benchmarks.metric_meta.corruptions import CORRUPTIONS
from onrecord.benchmark.sources import Source, document_sources
from onrecord.benchmark.tasks import find_task, items
from onrecord.benchmark.tasks.declaration import tables
from onrecord.benchmark.wording import Names, names_of
from onrecord.model.paths import home
from onrecord.model.tables import SPLITS
from onrecord.reading.layouts import DocumentFolder, documents
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
def sources() -> dict[str, Source]:
    """What each document gives, by its id."""
    return {
        document_id: source
        for split in SPLITS
        for document_id, source in document_sources(items(find_task("extraction"), split=split)).items()
    }


@cache
def split_of() -> dict[str, str]:
    """The split of each document, by its id."""
    return {document_id: split for split in SPLITS for document_id in tables(split=split).documents}


def speakers_in(split: str) -> tuple[Row, ...]:
    """The speakers of a split."""
    return tuple(tables(split=split).speakers.values())


@cache
def names_in(split: str) -> Names:
    """The names that a score on the split compares."""
    return names_of(speakers_in(split))


def _name_forms(folder: DocumentFolder) -> tuple[str, ...]:
    """The names of the speakers of a document that start with a capital letter, longest first."""
    rows = tables(split=split_of()[folder.document_id]).speakers
    ids = {name for row in _rows(folder, "claims") for name in (row["speaker_id"], *row["via"])}
    forms = {form for name in ids for form in (rows[name]["name"], *rows[name]["aliases"])}
    return tuple(sorted((form for form in forms if form[:1].isupper()), key=lambda form: (-len(form), form)))


def _of_document(folder: DocumentFolder) -> Iterator[TextPair]:
    claims = _by_claim(folder)
    names = _name_forms(folder)
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
                # Where only the second text has a hedge, leaving it out brings the two nearer to each other.
                if corrupt(one, names) is None:
                    continue
                if (changed := corrupt(other, names)) is not None:
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
