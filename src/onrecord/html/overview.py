"""The first screen as records: what the page is about, a claim of each label, the numbers, how to cite.

Every number is counted. What is known only about the dataset's own tables is shown for them alone.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import metadata

from onrecord.dataset.load import Row
from onrecord.html.data import PageData
from onrecord.model.labels import definitions
from onrecord.model.tables import label_names

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
class Overview:
    """The first screen."""

    examples: Sequence[Example]
    counts: Sequence[tuple[int, str]]
    """Numbers with what they count, in the singular where there is one."""
    cite: str | None
    """BibTeX; None where the tables are somebody's own."""


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
    return Overview(examples, counts, _bibtex(page_data) if page_data.is_shipped else None)


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


def _bibtex(page_data: PageData) -> str:
    about = metadata("onrecord")
    identity = page_data.identity
    return "\n".join(
        [
            f"@misc{{{about['Name']},",
            f"  author  = {{{{{about['Author']}}}}},",
            f"  title   = {{OnRecord: {about['Summary'].partition(':')[0]}}},",
            f"  version = {{{identity.version}}},",
            f"  note    = {{Dataset; content sha256:{identity.dataset}}},",
            "}",
        ]
    )
