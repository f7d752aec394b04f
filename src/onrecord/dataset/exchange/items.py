"""What every format writes and reads: claims with their anchors and labels, labels as words.

A label that was not given is missing everywhere. `none` is an empty list, `null` is 'tied to no time'.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from onrecord.dataset.documents import Document, Row
from onrecord.model.about import About
from onrecord.model.annotations import NO_TIME, annotated_fields, has_labelled, undecided_fields
from onrecord.model.tables import load_schema

GOLD = "gold"
"""The adjudicated labels, where the name of an annotator could be."""
NO_LABELS = "none"
"""No labels at all, for those who are to label the claims anew."""

NONE = "none"
"""The word for an empty list of labels."""

LISTS = frozenset(
    name for name, sub in load_schema("annotations")["properties"].items() if "array" in sub.get("type", ())
)
"""The fields whose label is a list."""


@dataclass(frozen=True, slots=True)
class Item:
    """A claim with the labels that are exported."""

    claim: Row
    labels: Mapping[str, Any]
    """By field; what has no label is missing."""
    undecided: Mapping[str, str] = field(default_factory=dict)
    """The reason for each field that the annotator could not decide."""

    @property
    def claim_id(self) -> str:
        """The id of the claim."""
        return str(self.claim["claim_id"])

    @property
    def spans(self) -> list[tuple[int, int]]:
        """The anchors: half-open spans of the document's text, in code points."""
        return [(anchor["start"], anchor["end"]) for anchor in self.claim["anchors"]]

    def words(self) -> Iterator[tuple[str, list[str]]]:
        """Each label as words, in the order of the fields."""
        for name in annotated_fields():
            if name in self.labels:
                yield name, as_words(self.labels[name])


@dataclass(frozen=True, slots=True)
class ExportedDocument:
    """A document with the claims to be exported, and its text where that may be written."""

    document: Document
    items: Sequence[Item]
    text: str | None
    relations: Sequence[Row] = ()
    """Those between the claims; they are adjudicated too, so they come with gold only."""

    @property
    def document_id(self) -> str:
        """The id of the document."""
        return self.document.document_id


@dataclass(frozen=True, slots=True)
class Export:
    """Everything that an export writes."""

    documents: Sequence[ExportedDocument]
    speakers: Mapping[str, Row]
    labels: str
    """GOLD, NO_LABELS or the id of an annotator."""
    annotator: Row | None
    """Who the annotator is, where annotators.jsonl says so."""
    about: About | None
    """What the dataset is called, where that is known."""


@dataclass(frozen=True, slots=True)
class Returned:
    """What an annotation tool says of a claim."""

    place: str
    """The file and the record in it, for messages."""
    claim_id: str | None
    """None where the record names no claim."""
    labels: Mapping[str, Sequence[str]]
    """By field, as words."""
    spans: Sequence[tuple[int, int]]
    undecided: Mapping[str, str] = field(default_factory=dict)
    seconds: float | None = None


def items_of(document: Document, labels: str) -> list[Item]:
    """The claims of a document with the labels of gold, of an annotator, or without labels.

    Claims that the annotator did not label are left out.
    """
    if labels == GOLD:
        return [Item(claim, {name: claim[name] for name in annotated_fields()}) for claim in document.claims]
    if labels == NO_LABELS:
        return [Item(claim, {}) for claim in document.claims]
    rows = {row["claim_id"]: row for row in document.annotations if row["annotator_id"] == labels}
    return [
        Item(claim, _labels_in(rows[claim["claim_id"]]), undecided_fields(rows[claim["claim_id"]]))
        for claim in document.claims
        if claim["claim_id"] in rows
    ]


def _labels_in(row: Row) -> dict[str, Any]:
    return {name: row[name] for name in annotated_fields() if has_labelled(row, name)}


def as_words(label: Any) -> list[str]:
    """A label as words: those of a list in their order, NONE for an empty one."""
    if isinstance(label, list):
        return list(label) or [NONE]
    return [{None: NO_TIME, True: "true", False: "false"}.get(label, label)]


def from_words(name: str, words: Sequence[str]) -> Any:
    """The label of a field that the words say; what they do not say is for the schema to refuse."""
    if name in LISTS:
        return [] if list(words) == [NONE] else list(words)
    if len(words) != 1:
        return list(words)
    [word] = words
    if name == "check_worthy":
        return {"true": True, "false": False}.get(word, word)
    return None if word == NO_TIME and name == "about_time" else word


@cache
def label_sets() -> Mapping[str, tuple[str, ...]]:
    """The fields with a closed set of labels: `true` and `false` among them, and NONE for lists."""
    found: dict[str, tuple[str, ...]] = {}
    for name in annotated_fields():
        sub = load_schema("annotations")["properties"][name]
        if labels := sub.get("enum") or sub.get("items", {}).get("enum"):
            known = tuple(label for label in labels if label is not None)
            found[name] = (*known, NONE) if name in LISTS else known
        elif "boolean" in sub["type"]:
            found[name] = ("true", "false")
    return found


def pair_of(text: str, separator: str = "=") -> tuple[str, str] | None:
    """A field and what is said of it, from text such as `kind=event`; None for other text."""
    name, found, word = text.partition(separator)
    name, word = name.strip(), word.strip()
    return (name, word) if found and name in annotated_fields() and word else None
