"""Two sets of claims matched one to one within each paragraph, and the scores that follow from it.

Compares found with expected claims, for the agreement of annotators and for the scores of systems. Similarity
comes from sacreBLEU, the assignment from SciPy.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

from onrecord.extras import extra

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Similarities = NDArray[float64]

HARD_THRESHOLD = 0.5
"""Two claims with at least this similarity count as the same one."""


@dataclass(frozen=True, slots=True)
class PlacedClaim:
    """The text of a claim with its id and paragraph."""

    claim_id: Hashable
    paragraph: int
    text: str


@dataclass(frozen=True, slots=True)
class Match:
    """An expected and a found claim that were assigned to each other, similarity from 0 to 1."""

    expected: PlacedClaim
    found: PlacedClaim
    similarity: float


@dataclass(frozen=True, slots=True)
class Overlap:
    """Sums over one or more paragraphs, from which every score follows; overlaps add up."""

    expected: int
    found: int
    similarity: float
    """Sum over the pairs of the assignment that maximises it."""
    hits: int
    """Pairs at or above the threshold, in the assignment that maximises those alone."""

    def __add__(self, other: "Overlap") -> "Overlap":
        """The sums of the two together."""
        return Overlap(
            self.expected + other.expected,
            self.found + other.found,
            self.similarity + other.similarity,
            self.hits + other.hits,
        )

    @property
    def soft_f1(self) -> float:
        """Harmonic mean of similarity over found and over expected claims; 1.0 where there are no claims."""
        return _f1(self.similarity, self.expected, self.found)

    @property
    def hard_f1(self) -> float:
        """F1 of the pairs at or above the threshold; 1.0 where there are no claims."""
        return _f1(self.hits, self.expected, self.found)


def similarities(expected: Sequence[str], found: Sequence[str]) -> "Similarities":
    """chrF2 of every pair, as an array of shape (expected, found) with values from 0 to 1.

    chrF2, case-folded: character n-grams up to 6, recall weighted twice (Popović 2015, 2016), as sacreBLEU
    computes it for a sentence.
    """
    with extra("score", "matching claims"):
        import numpy as np

    values = np.zeros((len(expected), len(found)))
    for row, reference in enumerate(expected):
        for column, hypothesis in enumerate(found):
            values[row, column] = _similarity(reference, hypothesis)
    return values


def matches(
    expected: Iterable[PlacedClaim], found: Iterable[PlacedClaim], *, threshold: float = HARD_THRESHOLD
) -> list[Match]:
    """The pairs of the hard assignment: 1:1 in a paragraph, the largest sum of similarities >= threshold."""
    pairs: list[Match] = []
    for ours, theirs in _by_paragraph(expected, found):
        values = similarities([claim.text for claim in ours], [claim.text for claim in theirs])
        for row, column in _assign(values * (values >= threshold)):
            if values[row, column] >= threshold:
                pairs.append(Match(ours[row], theirs[column], float(values[row, column])))
    return pairs


def overlaps(
    expected: Iterable[PlacedClaim], found: Iterable[PlacedClaim], *, threshold: float = HARD_THRESHOLD
) -> dict[int, Overlap]:
    """The sums of each paragraph that has a claim on either side, keyed by its number."""
    sums: dict[int, Overlap] = {}
    for ours, theirs in _by_paragraph(expected, found):
        values = similarities([claim.text for claim in ours], [claim.text for claim in theirs])
        likeness = sum(float(values[pair]) for pair in _assign(values))
        hits = sum(values[pair] >= threshold for pair in _assign(values * (values >= threshold)))
        sums[(ours or theirs)[0].paragraph] = Overlap(len(ours), len(theirs), likeness, int(hits))
    return sums


def similarity_signature() -> str:
    """SacreBLEU's signature of the similarity, commas for its bars; it names the version of sacreBLEU."""
    _chrf().sentence_score("", [""])
    return "chrF2:" + str(_chrf().get_signature()).replace("|", ",")


def _by_paragraph(
    expected: Iterable[PlacedClaim], found: Iterable[PlacedClaim]
) -> Iterator[tuple[list[PlacedClaim], list[PlacedClaim]]]:
    sides: dict[int, tuple[list[PlacedClaim], list[PlacedClaim]]] = {}
    for side, claims in enumerate((expected, found)):
        for claim in claims:
            sides.setdefault(claim.paragraph, ([], []))[side].append(claim)
    yield from (sides[paragraph] for paragraph in sorted(sides))


def _assign(values: "Similarities") -> list[tuple[int, int]]:
    with extra("score", "matching claims"):
        from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(values, maximize=True)
    return list(zip(rows.tolist(), columns.tolist(), strict=True))


def _f1(agreed: float, expected: int, found: int) -> float:
    return 2 * agreed / (expected + found) if expected + found else 1.0


# The soft and the hard assignment need the same pairs, and a constant answer repeats them in every paragraph.
@lru_cache(maxsize=65_536)
def _similarity(reference: str, hypothesis: str) -> float:
    return float(_chrf().sentence_score(hypothesis, [reference]).score) / 100


@cache
def _chrf() -> Any:
    with extra("score", "matching claims"):
        from sacrebleu.metrics.chrf import CHRF

    return CHRF(lowercase=True)
