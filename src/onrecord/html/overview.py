"""The first screen as records: what the page is about, a claim of each label, the numbers, how to cite.

Every number is counted. What is known only about the dataset's own tables is shown for them alone.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from onrecord.dataset.load import Row
from onrecord.html.data import PageData
from onrecord.model.labels import definitions
from onrecord.model.tables import label_names

_MOST_CLAIMS = 3
"""Claims of the sentence with which the page opens: what fits on a first screen."""
_TELLING = 45
"""Letters that a claim needs to be an example."""


@dataclass(frozen=True, slots=True)
class Example:
    """A verifiability label: what it means, how many claims have it, and one of them."""

    label: str
    definition: str
    n: int
    claim: Row | None


@dataclass(frozen=True, slots=True)
class Opening:
    """A sentence with its claims: what a newcomer sees first."""

    text: str
    """In the source's words if they may be shown, else in the dataset's."""
    is_source: bool
    language: str
    claims: Sequence[Row]


@dataclass(frozen=True, slots=True)
class Overview:
    """The first screen."""

    opening: Opening | None
    examples: Sequence[Example]
    counts: Sequence[tuple[int, str]]
    """Numbers with what they count, in the singular where there is one."""
    cite: str
    """How to cite the dataset."""


def overview_of(page_data: PageData) -> Overview:
    """Count, choose the examples, and put the citation together."""
    labels = Counter(claim["verifiability"] for claim in page_data.claims)
    meanings = definitions()["claims"]["verifiability"]
    examples = [
        Example(
            label,
            meanings[label]["definition"],
            labels[label],
            _example(page_data, label),
        )
        for label in label_names("verifiability")
    ]
    layers = Counter(claim["layer"] for claim in page_data.claims)
    found = (
        (len(page_data.claims), "claim"),
        *((layers[layer], f"claim of {layer}") for layer in label_names("layer")),
        (len(page_data.segments), "sentence"),
        (len({claim["speaker_id"] for claim in page_data.claims}), "speaker"),
        (len(page_data.relations), "link between claims"),
        (len(page_data.annotators), "annotation pass"),
    )
    counts = [(n, noun if n == 1 else _plural(noun)) for n, noun in found if n]
    cite = page_data.identity.about.cite(page_data.identity.dataset)
    return Overview(_opening(page_data), examples, counts, cite)


def _opening(page_data: PageData) -> Opening | None:
    """A sentence in which several speak, with as different labels as possible and without a flag."""
    by_segment: dict[str, list[Row]] = defaultdict(list)
    for claim in page_data.claims:
        by_segment[claim["segment_id"]].append(claim)
    languages = {row["document_id"]: row["language"] for row in page_data.documents}
    found = [
        Opening(text, is_source, languages[segment["document_id"]], own)
        for segment in page_data.segments
        for is_source in (segment["segment_id"] in page_data.sentences,)
        if (text := page_data.sentences.get(segment["segment_id"]) or segment["gloss"])
        and (own := by_segment[segment["segment_id"]])
    ]

    def how_plain(opening: Opening) -> tuple[bool | int, ...]:
        speakers = {claim["speaker_id"] for claim in opening.claims}
        labels = {claim["verifiability"] for claim in opening.claims}
        return (
            not 2 <= len(opening.claims) <= _MOST_CLAIMS,
            len(speakers) < 2,
            len(labels) < 2,
            any(claim["flags"] or claim["via"] for claim in opening.claims),
            not opening.is_source,
            all(page_data.speakers[name]["type"] != "person" for name in speakers),
            len(opening.text) < _TELLING,
            len(opening.text),
        )

    return min(found, key=how_plain, default=None)


def _plural(noun: str) -> str:
    first, blank, rest = noun.partition(" ")
    if blank and not rest.startswith(("between", "of")):
        return f"{first} {rest}es" if rest.endswith("s") else f"{first} {rest}s"
    return f"{first}s{blank}{rest}"


def _example(page_data: PageData, label: str) -> Row | None:
    """A claim that needs no explanation: short, by a person, without flags and without relays."""
    own = [claim for claim in page_data.claims if claim["verifiability"] == label]

    def how_plain(claim: Row) -> tuple[bool, bool, bool, int]:
        is_person = page_data.speakers[claim["speaker_id"]]["type"] == "person"
        is_flagged = bool(claim["flags"] or claim["via"])
        return (not is_person, is_flagged, len(claim["text"]) < _TELLING, len(claim["text"]))

    return min(own, key=how_plain, default=None)
