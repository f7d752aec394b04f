"""The reading view as records: documents, their paragraphs and sentences in order, and the claims of each.

Where each claim is shown is decided here. The template only lays it out, and the scripts add what is shown on
demand: all fields of a claim, its links, and the labels of every annotator.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby

from onrecord.dataset.agreement import labels_by_claim
from onrecord.dataset.load import Row
from onrecord.html.data import PageData
from onrecord.model.annotations import annotated_fields, has_labelled, label_of

CONVERSE: Mapping[str, str] = {
    "restates": "restated by",
    "contradicts": "contradicted by",
    "elaborates": "elaborated by",
    "responds_to": "answered by",
    "reports": "reported by",
}
_HEADING = 60
"""Letters of a paragraph's first sentence that stand for it where it is folded."""


@dataclass(frozen=True, slots=True)
class Difference:
    """A label on which the annotators differ, with what each of them gave."""

    claim: Row
    field: str
    given: tuple[tuple[str, object], ...]


@dataclass(frozen=True, slots=True)
class ShownClaim:
    """A claim with what a reader sees of it at once."""

    row: Row
    speaker: str
    is_contradicted: bool
    """Whether another claim contradicts it, or it contradicts one."""
    differs: bool
    """Whether annotators differ on one of its labels."""


@dataclass(frozen=True, slots=True)
class ShownSegment:
    """A sentence in the source's words, if they are available, or in the dataset's, and its claims."""

    row: Row
    sentence: str | None
    repeats: Row | None
    claims: tuple[ShownClaim, ...]


@dataclass(frozen=True, slots=True)
class ShownParagraph:
    """A paragraph with its sentences."""

    number: int
    segments: tuple[ShownSegment, ...]

    @property
    def claims(self) -> int:
        """The number of its claims."""
        return sum(len(segment.claims) for segment in self.segments)

    @property
    def heading(self) -> str:
        """The start of its first sentence, cut at a word."""
        first = self.segments[0]
        text = first.sentence or first.row["gloss"] or ""
        if len(text) <= _HEADING:
            return text
        return f"{text[:_HEADING].rpartition(' ')[0] or text[:_HEADING]} …"


@dataclass(frozen=True, slots=True)
class ShownDocument:
    """A document and its paragraphs in order."""

    row: Row
    paragraphs: tuple[ShownParagraph, ...]
    has_sentences: bool

    @property
    def segments(self) -> list[ShownSegment]:
        """All its sentences."""
        return [segment for paragraph in self.paragraphs for segment in paragraph.segments]

    @property
    def claims(self) -> int:
        """The number of its claims."""
        return sum(paragraph.claims for paragraph in self.paragraphs)


def shown_documents(page_data: PageData, limit: int) -> Iterator[ShownDocument]:
    """The first documents, as many as have at most `limit` claims together."""
    by_segment = _grouped(page_data.claims, "segment_id")
    by_document = _grouped(page_data.segments, "document_id")
    segments = {row["segment_id"]: row for row in page_data.segments}
    context = _Context(page_data)
    left = limit
    for document in page_data.documents:
        own = by_document[document["document_id"]]
        left -= sum(len(by_segment[row["segment_id"]]) for row in own)
        if left < 0:
            return
        shown = [
            ShownSegment(
                row=row,
                sentence=page_data.sentences.get(row["segment_id"]),
                repeats=segments.get(row["duplicate_of"]),
                claims=tuple(context.shown(claim) for claim in by_segment[row["segment_id"]]),
            )
            for row in own
        ]
        paragraphs = tuple(
            ShownParagraph(number, tuple(inner))
            for number, inner in groupby(shown, key=lambda segment: int(segment.row["paragraph"]))
        )
        yield ShownDocument(document, paragraphs, any(segment.sentence for segment in shown))


def differences(page_data: PageData) -> list[Difference]:
    """Every label on which annotators differ, in the order of the claims."""
    labels = labels_by_claim(page_data.annotations)
    found = []
    for claim in page_data.claims:
        rows = labels.get(claim["claim_id"], [])
        for field in annotated_fields():
            given = [(row["annotator_id"], label_of(row, field)) for row in rows if has_labelled(row, field)]
            if len({label for _, label in given}) > 1:
                found.append(Difference(claim, field, tuple(given)))
    return found


class _Context:
    """What is known of claims from the other tables."""

    def __init__(self, page_data: PageData) -> None:
        self._names = page_data.names
        self._contradicted = {
            claim
            for relation in page_data.relations
            if relation["type"] == "contradicts"
            for claim in (relation["source_id"], relation["target_id"])
        }
        self._differing = {difference.claim["claim_id"] for difference in differences(page_data)}

    def shown(self, claim: Row) -> ShownClaim:
        name = claim["claim_id"]
        return ShownClaim(
            row=claim,
            speaker=self._names[claim["speaker_id"]],
            is_contradicted=name in self._contradicted,
            differs=name in self._differing,
        )


def _grouped(rows: Sequence[Row], field: str) -> Mapping[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[field]].append(row)
    return found
