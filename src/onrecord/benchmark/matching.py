"""Two sets of claims matched one to one within each paragraph, and the scores that follow from it.

Compares found with expected claims, for the agreement of annotators and for the scores of systems. `likeness`
measures whether two texts are the same claim; the assignment comes from SciPy.
"""

from collections.abc import Hashable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from onrecord.benchmark.likeness import likeness
from onrecord.benchmark.sources import Source
from onrecord.benchmark.wording import NO_NAMES, Names
from onrecord.extras import extra

if TYPE_CHECKING:
    from numpy import float64
    from numpy.typing import NDArray

    Likenesses = NDArray[float64]

THRESHOLD = 0.4
"""Two claims of at least this likeness count as the same one; docs/extraction-metric.md says why."""
MATCHER = "words/2"
"""The name and version of the measure of likeness, for signatures."""


@dataclass(frozen=True, slots=True)
class PlacedClaim:
    """The text of a claim with its id and paragraph."""

    claim_id: Hashable
    paragraph: int
    text: str


@dataclass(frozen=True, slots=True)
class Match:
    """An expected and a found claim that were assigned to each other, likeness from 0 to 1."""

    expected: PlacedClaim
    found: PlacedClaim
    likeness: float


@dataclass(frozen=True, slots=True)
class Overlap:
    """Sums over one or more paragraphs, from which every score follows; overlaps add up."""

    expected: int
    found: int
    likeness: float
    """Sum over the pairs of the assignment that maximises it."""
    hits: int
    """Pairs at or above the threshold, in the assignment that maximises those alone."""

    def __add__(self, other: "Overlap") -> "Overlap":
        """The sums of the two together."""
        return Overlap(
            self.expected + other.expected,
            self.found + other.found,
            self.likeness + other.likeness,
            self.hits + other.hits,
        )

    @property
    def soft_f1(self) -> float:
        """Harmonic mean of likeness over found and over expected claims; 1.0 where there are no claims."""
        return _f1(self.likeness, self.expected, self.found)

    @property
    def f1(self) -> float:
        """F1 of the pairs at or above the threshold; 1.0 where there are no claims."""
        return _f1(self.hits, self.expected, self.found)


@dataclass(frozen=True, slots=True)
class Paragraph:
    """One paragraph matched: its sums, its pairs, and how many found claims nothing supports."""

    overlap: Overlap
    pairs: tuple[Match, ...]
    unsupported: int
    """Found claims that are like no expected claim of the paragraph, whichever they were assigned to."""


def match_paragraphs(
    expected: Iterable[PlacedClaim],
    found: Iterable[PlacedClaim],
    names: Names = NO_NAMES,
    source: Source | None = None,
) -> dict[int, Paragraph]:
    """Each paragraph that has a claim on either side, by its number.

    The pairs are 1:1, with the largest sum of the likenesses that reach the threshold. `names` are the people
    and bodies whose names and order are compared, `source` is what the document of the paragraphs gives.
    """
    return {
        (ours or theirs)[0].paragraph: _match(ours, theirs, names, source)
        for ours, theirs in _sides(expected, found)
    }


def overlaps(
    expected: Iterable[PlacedClaim],
    found: Iterable[PlacedClaim],
    names: Names = NO_NAMES,
    source: Source | None = None,
) -> dict[int, Overlap]:
    """The sums of each paragraph that has a claim on either side, by its number."""
    return {number: one.overlap for number, one in match_paragraphs(expected, found, names, source).items()}


def _match(
    ours: Sequence[PlacedClaim], theirs: Sequence[PlacedClaim], names: Names, source: Source | None
) -> Paragraph:
    values = _likenesses([claim.text for claim in ours], [claim.text for claim in theirs], names, source)
    soft = sum(float(values[pair]) for pair in _assign(values))
    pairs = tuple(
        Match(ours[row], theirs[column], float(values[row, column]))
        for row, column in _assign(values * (values >= THRESHOLD))
        if values[row, column] >= THRESHOLD
    )
    supported = int((values >= THRESHOLD).any(axis=0).sum()) if ours else 0
    return Paragraph(Overlap(len(ours), len(theirs), soft, len(pairs)), pairs, len(theirs) - supported)


def _likenesses(
    expected: Sequence[str], found: Sequence[str], names: Names, source: Source | None
) -> "Likenesses":
    """The likeness of every pair, as an array of shape (expected, found)."""
    with extra("score", "matching claims"):
        import numpy as np

    values = np.zeros((len(expected), len(found)))
    for row, ours in enumerate(expected):
        for column, theirs in enumerate(found):
            values[row, column] = _likeness(ours, theirs, names, source)
    return values


def _sides(
    expected: Iterable[PlacedClaim], found: Iterable[PlacedClaim]
) -> Iterator[tuple[list[PlacedClaim], list[PlacedClaim]]]:
    sides: dict[int, tuple[list[PlacedClaim], list[PlacedClaim]]] = {}
    for side, claims in enumerate((expected, found)):
        for claim in claims:
            sides.setdefault(claim.paragraph, ([], []))[side].append(claim)
    yield from (sides[paragraph] for paragraph in sorted(sides))


def _assign(values: "Likenesses") -> list[tuple[int, int]]:
    with extra("score", "matching claims"):
        from scipy.optimize import linear_sum_assignment

    rows, columns = linear_sum_assignment(values, maximize=True)
    return list(zip(rows.tolist(), columns.tolist(), strict=True))


def _f1(agreed: float, expected: int, found: int) -> float:
    return 2 * agreed / (expected + found) if expected + found else 1.0


# A constant answer repeats the same pairs in every paragraph.
_likeness = lru_cache(maxsize=65_536)(likeness)
