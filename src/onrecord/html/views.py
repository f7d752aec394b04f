"""The reading view as records: documents, their sentences in order, and the claims of each sentence.

Where each claim is shown and what it is linked to is decided here. The template only lays it out.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from onrecord.dataset.agreement import labels_by_claim
from onrecord.dataset.load import Row
from onrecord.html.data import PageData
from onrecord.html.wording import mark_of
from onrecord.model.annotations import annotated_fields, has_labelled, label_of

PROMINENT = frozenset({"restates", "contradicts"})
"""Links that a reader must not miss; the others are shown on demand."""
CONVERSE: Mapping[str, str] = {
    "restates": "restated by",
    "contradicts": "contradicted by",
    "elaborates": "elaborated by",
    "responds_to": "answered by",
    "reports": "reported by",
}


@dataclass(frozen=True, slots=True)
class Link:
    """What another claim does to this one, or this one to it."""

    type: str
    phrase: str
    claim: Row
    """The claim at the other end."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A label on which the annotators differ: what each of them gave, and the adjudicated label."""

    claim: Row
    field: str
    given: tuple[tuple[str, object], ...]
    settled: object


@dataclass(frozen=True, slots=True)
class ShownClaim:
    """A claim with everything that is shown with it."""

    row: Row
    mark: str
    speaker_type: str
    via: tuple[str, ...]
    links: tuple[Link, ...]
    asides: tuple[Link, ...]
    """Links of the types that are shown on demand."""
    differences: tuple[Difference, ...]
    passages: tuple[str, ...]
    """The source's text, if the article is available."""


@dataclass(frozen=True, slots=True)
class ShownSegment:
    """A sentence in the dataset's words, in the source's if the article is available, and its claims."""

    row: Row
    sentence: str | None
    repeats: Row | None
    claims: tuple[ShownClaim, ...]


@dataclass(frozen=True, slots=True)
class ShownDocument:
    """A document and its sentences in order."""

    row: Row
    segments: tuple[ShownSegment, ...]
    claims: int
    has_sentences: bool


def shown_documents(page_data: PageData, limit: int) -> Iterator[ShownDocument]:
    """The first documents, as many as have at most `limit` claims together."""
    by_segment = _grouped(page_data.claims, "segment_id")
    by_document = _grouped(page_data.segments, "document_id")
    segments = {row["segment_id"]: row for row in page_data.segments}
    context = _Context(page_data)
    left = limit
    for document in page_data.documents:
        own = by_document[document["document_id"]]
        count = sum(len(by_segment[row["segment_id"]]) for row in own)
        left -= count
        if left < 0:
            return
        shown = tuple(
            ShownSegment(
                row=row,
                sentence=page_data.sentences.get(row["segment_id"]),
                repeats=segments.get(row["duplicate_of"]),
                claims=tuple(context.shown(claim) for claim in by_segment[row["segment_id"]]),
            )
            for row in own
        )
        yield ShownDocument(document, shown, count, any(segment.sentence for segment in shown))


def differences(page_data: PageData) -> list[Difference]:
    """Every label on which annotators differ, in the order of the claims."""
    labels = labels_by_claim(page_data.annotations)
    found = []
    for claim in page_data.claims:
        rows = labels.get(claim["claim_id"], [])
        for field in annotated_fields():
            given = [(row["annotator_id"], label_of(row, field)) for row in rows if has_labelled(row, field)]
            if len({label for _, label in given}) > 1:
                found.append(Difference(claim, field, tuple(given), label_of(claim, field)))
    return found


class _Context:
    """Links, annotations and speakers of a claim, looked up by its id."""

    def __init__(self, page_data: PageData) -> None:
        self._material = page_data
        claims = {row["claim_id"]: row for row in page_data.claims}
        self._links: dict[str, list[Link]] = defaultdict(list)
        for relation in page_data.relations:
            source, target, kind = relation["source_id"], relation["target_id"], relation["type"]
            self._links[source].append(Link(kind, kind.replace("_", " "), claims[target]))
            self._links[target].append(Link(kind, CONVERSE[kind], claims[source]))
        self._differences: dict[str, list[Difference]] = defaultdict(list)
        for difference in differences(page_data):
            self._differences[difference.claim["claim_id"]].append(difference)

    def shown(self, claim: Row) -> ShownClaim:
        name, speakers = claim["claim_id"], self._material.speakers
        links = self._links.get(name, [])
        return ShownClaim(
            row=claim,
            mark=mark_of(claim["speaker"]),
            speaker_type=speakers[claim["speaker_id"]]["type"],
            via=tuple(speakers[relay]["name"] for relay in claim["via"]),
            links=tuple(link for link in links if link.type in PROMINENT),
            asides=tuple(link for link in links if link.type not in PROMINENT),
            differences=tuple(self._differences.get(name, [])),
            passages=tuple(self._material.passages.get(name, ())),
        )


def _grouped(rows: Sequence[Row], field: str) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[field]].append(row)
    return found
