"""How far two texts make the same claim: the share of common words, times checks of what each says.

Two texts that differ in one `not`, in one number, or in two names that changed places share nearly all their
words, so no measure of common words separates them. The checks do. docs/extraction-metric.md says how the
measure, the checks and their factors were chosen, and how often each is right.
"""

from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType

from onrecord.benchmark.sources import Source
from onrecord.benchmark.wording import NO_NAMES, Names, Wording, read_wording

ONE_SIDED = 0.6
"""The factor for a name that only one of two texts has."""
UNLIKE = 0.25
"""The factor for a difference that makes it another claim about the same thing."""


def likeness(expected: str, found: str, names: Names = NO_NAMES, source: Source | None = None) -> float:
    """How far the text found makes the expected claim, from 0 to 1: token F1 times the checks.

    Token F1 is that of SQuAD (Rajpurkar et al. 2016), on words cut off after five letters. Without a source,
    the check `details` is left out.
    """
    ours, theirs = read_wording(expected, names), read_wording(found, names)
    factor = agreement(ours, theirs, source)
    return factor * token_f1(ours, theirs) if factor else 0.0


def token_f1(one: Wording, other: Wording) -> float:
    """Twice the common words over all words of both; 1.0 where neither has any."""
    if not one.stems and not other.stems:
        return 1.0
    left = list(one.stems)
    common = 0
    for stem in other.stems:
        if stem in left:
            left.remove(stem)
            common += 1
    return 2 * common / (len(one.stems) + len(other.stems))


def agreement(
    expected: Wording, found: Wording, source: Source | None = None, checks: Iterable[str] | None = None
) -> float:
    """The product of the checks, all of them unless some are named."""
    product = 1.0
    for name in CHECKS if checks is None else checks:
        product *= CHECKS[name](expected, found, source)
    return product


Check = Callable[[Wording, Wording, Source | None], float]
"""The wordings of an expected claim and of a found one and their document in, a factor from 0 to 1 out."""


def polarity(expected: Wording, found: Wording, _source: Source | None) -> float:
    """0 where one text negates and the other does not."""
    return float(expected.is_negative == found.is_negative)


def opposites(expected: Wording, found: Wording, _source: Source | None) -> float:
    """0 where one text has a word and the other its opposite in place of it."""
    return float(not any((pair, not side) in found.poles for pair, side in expected.poles))


def numbers(expected: Wording, found: Wording, _source: Source | None) -> float:
    """0 where each text has a number that the other lacks, less where only one has."""
    return _shared(expected.numbers, found.numbers, UNLIKE)


def dates(expected: Wording, found: Wording, _source: Source | None) -> float:
    """0 where each text has a day, month, year or weekday that the other lacks."""
    return _shared(expected.dates, found.dates, 1.0)


def names(expected: Wording, found: Wording, _source: Source | None) -> float:
    """0 where each text names somebody whom the other does not, less where only one does."""
    return _shared(frozenset(expected.names), frozenset(found.names), ONE_SIDED)


def roles(expected: Wording, found: Wording, _source: Source | None) -> float:
    """0 where the people and bodies that both name stand in another order; a passive may turn them round."""
    ours = [name for name in expected.names if name in found.names]
    theirs = [name for name in found.names if name in expected.names]
    return 1.0 if expected.is_passive != found.is_passive else float(ours == theirs)


def details(expected: Wording, found: Wording, source: Source | None) -> float:
    """0 where the claim found has a number, year or capitalised word that its document does not give.

    What the expected claim has may be found, whether the document gives it or not. Days, months and weekdays
    do not count, because a claim that stands alone names the date that its document calls 'Tuesday'.
    """
    if source is None:
        return 1.0
    invented = (
        found.numbers - expected.numbers - source.numbers
        or found.capitalised.difference(expected.stems) - source.stems
        or found.years - expected.dates - source.years
    )
    return float(not invented)


def hedges(expected: Wording, found: Wording, _source: Source | None) -> float:
    """Less where only one text is hedged."""
    return 1.0 if expected.is_hedged == found.is_hedged else UNLIKE


def reports(expected: Wording, found: Wording, _source: Source | None) -> float:
    """Less where only one text says that something was said."""
    return 1.0 if expected.is_report == found.is_report else UNLIKE


def universals(expected: Wording, found: Wording, _source: Source | None) -> float:
    """Less where only one text speaks of all, every or always."""
    return 1.0 if expected.is_universal == found.is_universal else UNLIKE


def _shared(one: frozenset[str], other: frozenset[str], one_sided: float) -> float:
    if one == other:
        return 1.0
    return one_sided if one <= other or other <= one else 0.0


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        check.__name__: check
        for check in (polarity, opposites, numbers, dates, names, roles, details, hedges, reports, universals)
    }
)
"""Every check by its name."""
