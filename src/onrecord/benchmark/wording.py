"""What a claim's words say beyond their likeness: negation, numbers, dates, names and their order, hedges.

Two texts that differ in one `not`, in one number, or in two names that changed places share nearly all their
words, so no measure of likeness separates them. The checks here do, by plain rules on English words.
`likeness` multiplies the share of common words by them. How often each is right:
benchmarks/metric_meta.
"""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_NEGATIONS = _set("""
    not no never nobody none nothing nowhere neither nor without cannot hardly scarcely barely false
    untrue refuse refuses refused refusal fail fails failed failure lack lacks lacked miss misses missed
""")
_HEDGES = _set("""
    may might could perhaps possible possibly probably apparently alleged allegedly reportedly
    supposedly likely seem seems seemed
""")
_UNIVERSALS = _set("""
    all every everyone everybody everything always each any anyone anybody ever people generally
""")
_REPORTING = _set("""
    said says say told tells tell asked asks ask wrote writes write announced announces declared
    declares claimed claims stated states added denied denies promised promises warned warns urged urges
    argued argues called calls described describes reported reports remarked stressed mentioned
    commented replied answered accused accuses vowed threatened condemned praised criticised criticized
    quoted insisted asserted noted explained confirmed withdrew retracted advised ordered forecast
    predicted testified objected admitted
""")
_SCALES = _set("hundred thousand million billion trillion dozen half third quarter twice")
_FORMS_OF_BE = _set("is are was were be been being")
_WEEKDAYS = _set("monday tuesday wednesday thursday friday saturday sunday")
_MONTH_NAMES = "january february march april may june july august september october november december"
_MONTHS = MappingProxyType(
    {
        form: number
        for number, name in enumerate(_MONTH_NAMES.split(), 1)
        for form in {name, name[:3], name[:4] if name == "september" else name}
    }
)
_UNITS = (
    "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen"
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety"
_NUMERALS = MappingProxyType(
    dict(zip(_UNITS.split(), map(str, range(2, 20)), strict=True))
    | dict(zip(_TENS.split(), map(str, range(20, 100, 10)), strict=True))
)
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|\w+(?:['’]\w+)*")
_INITIALS = re.compile(r"\b(?:\w\.){2,}")
_YEAR = re.compile(r"1[7-9]\d\d|20\d\d")

_STEM = 5
"""The letters of a word that count; cutting words off does as well as a stemmer (F5 of Can et al. 2008)."""
_OTHER_STEMS = MappingProxyType({"us": "unite", "usa": "unite", "american": "unite", "states": "unite"})

ONE_SIDED = 0.8
"""What a name costs that only one of two texts has."""
NOT_SHARED = 0.7
"""What another capitalised word costs that only one of them has."""
UNLIKE = 0.45
"""What a difference costs that makes it another claim about the same thing."""


@dataclass(frozen=True, slots=True)
class Wording:
    """What the checks compare of one text."""

    stems: tuple[str, ...]
    """Its words in order, each cut off after its first letters."""
    is_negative: bool
    """Whether an odd number of words negate, because two negations cancel each other."""
    numbers: frozenset[str]
    dates: frozenset[str]
    """The parts of dates: `day 3`, `month 5`, `year 2019`, `weekday friday`."""
    names: tuple[str, ...]
    """The ids of the people and bodies that it names, in order, each once."""
    capitalised: frozenset[str]
    """The stems of other words with a capital letter, the first word aside."""
    is_passive: bool
    is_hedged: bool
    is_report: bool
    is_universal: bool


class Names:
    """People and bodies with the forms of their names; a form is found as whole words, the longest first."""

    def __init__(self, forms: Mapping[str, Iterable[str]]) -> None:
        """Take the forms of each id; forms that start with a small letter are descriptions, and left out."""
        self._ids = {
            " ".join(_words(form)): name_id
            for name_id, given in forms.items()
            for form in given
            if form[:1].isupper()
        }
        ordered = sorted(map(re.escape, self._ids), key=len, reverse=True)
        self._pattern = re.compile(rf"\b(?:{'|'.join(ordered)})\b") if ordered else None

    def found_in(self, words: str) -> list[tuple[int, int, str]]:
        """Start, end and id of each name in a text whose words are joined by single blanks."""
        matches = self._pattern.finditer(words) if self._pattern else ()
        return [(match.start(), match.end(), self._ids[match[0]]) for match in matches]


NO_NAMES = Names({})


def names_of(speakers: Iterable[Mapping[str, object]]) -> Names:
    """The names and aliases in the rows of the table `speakers`."""
    forms: dict[str, list[str]] = {}
    for row in speakers:
        aliases = row["aliases"]
        forms[str(row["speaker_id"])] = [str(row["name"]), *(aliases if isinstance(aliases, list) else ())]
    return _names_with(tuple((name_id, tuple(given)) for name_id, given in forms.items()))


@lru_cache(maxsize=16)
def _names_with(forms: tuple[tuple[str, tuple[str, ...]], ...]) -> Names:
    """The same names as the same object, because what was read with them is kept by it."""
    return Names(dict(forms))


def likeness(one: str, other: str, names: Names = NO_NAMES) -> float:
    """How far two texts make the same claim, from 0 to 1: token F1 times the checks.

    Token F1 is that of SQuAD (Rajpurkar et al. 2016), on words cut off after five letters.
    """
    ours, theirs = read_wording(one, names), read_wording(other, names)
    factor = agreement(ours, theirs)
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


def agreement(one: Wording, other: Wording, checks: Iterable[str] | None = None) -> float:
    """The product of the checks, all of them unless some are named."""
    product = 1.0
    for name in CHECKS if checks is None else checks:
        product *= CHECKS[name](one, other)
    return product


@lru_cache(maxsize=65_536)
def read_wording(text: str, names: Names = NO_NAMES) -> Wording:
    """What the checks compare of a text."""
    words = _words(text)
    lower = [word.casefold().replace("’", "'") for word in words]
    found = names.found_in(" ".join(words))
    dates, numbers = _dates_and_numbers(words, lower)
    plain = [low for word, low in zip(words, lower, strict=True) if word.islower()]
    return Wording(
        stems=tuple(map(_stem, lower)),
        is_negative=sum(word in _NEGATIONS or word.endswith("n't") for word in lower) % 2 == 1,
        numbers=numbers,
        dates=dates,
        names=tuple(dict.fromkeys(name_id for _, _, name_id in found)),
        capitalised=frozenset(_capitalised(words, lower, found)),
        is_passive="by" in lower and any(map(_is_participle, pairwise(lower))),
        is_hedged=not _HEDGES.isdisjoint(plain),
        is_report=not _REPORTING.isdisjoint(plain),
        is_universal=not _UNIVERSALS.isdisjoint(lower),
    )


def _words(text: str) -> list[str]:
    """Words and numbers, initials without their stops, names without their possessive."""
    plain = _INITIALS.sub(lambda match: match[0].replace(".", ""), text)
    return [token[:-2] if token[-2:] in ("'s", "’s") else token for token in _TOKEN.findall(plain)]


def _stem(word: str) -> str:
    return _OTHER_STEMS.get(word, word[:_STEM])


def _is_participle(pair: tuple[str, str]) -> bool:
    return pair[0] in _FORMS_OF_BE and pair[1].endswith(("ed", "en", "wn", "ld"))


def _capitalised(words: list[str], lower: list[str], found: list[tuple[int, int, str]]) -> Iterable[str]:
    place = 0
    for index, (word, low) in enumerate(zip(words, lower, strict=True)):
        is_named = any(start <= place < end for start, end, _ in found)
        if index and word[:1].isupper() and not is_named and low not in _MONTHS and low not in _WEEKDAYS:
            yield _stem(low)
        place += len(word) + 1


def _dates_and_numbers(words: list[str], lower: list[str]) -> tuple[frozenset[str], frozenset[str]]:
    dates, numbers = set(), set()
    is_month = [low in _MONTHS and word[0].isupper() for word, low in zip(words, lower, strict=True)]
    for index, low in enumerate(lower):
        if is_month[index]:
            dates.add(f"month {_MONTHS[low]}")
        elif low in _WEEKDAYS:
            dates.add(f"weekday {low}")
        elif low[0].isdigit():
            number = low.replace(",", "")
            if len(number) <= 2 and number.isdigit() and _is_by_month(lower, is_month, index):
                dates.add(f"day {int(number)}")
            elif _YEAR.fullmatch(number):
                dates.add(f"year {number}")
            else:
                numbers.add(number)
        elif low in _NUMERALS:
            numbers.add(_NUMERALS[low])
        elif low in _SCALES:
            numbers.add(low)
    return frozenset(dates), frozenset(numbers)


def _is_by_month(lower: list[str], is_month: list[bool], index: int) -> bool:
    """Whether a number is next to a month, or starts a range of days: '5 to 11 February'."""
    starts_range = index + 3 < len(lower) and lower[index + 1] in ("to", "and", "or") and is_month[index + 3]
    return starts_range or any(is_month[max(index - 1, 0) : index + 2])


Check = Callable[[Wording, Wording], float]
"""Two wordings in, a factor from 0 to 1 out."""


def polarity(one: Wording, other: Wording) -> float:
    """0 where one text negates and the other does not."""
    return float(one.is_negative == other.is_negative)


def numbers(one: Wording, other: Wording) -> float:
    """0 where each text has a number that the other lacks, less where only one has."""
    return _shared(one.numbers, other.numbers, UNLIKE)


def dates(one: Wording, other: Wording) -> float:
    """0 where each text has a day, month, year or weekday that the other lacks."""
    return _shared(one.dates, other.dates, 1.0)


def names(one: Wording, other: Wording) -> float:
    """0 where each text names somebody whom the other does not, less where only one does."""
    return _shared(frozenset(one.names), frozenset(other.names), ONE_SIDED)


def capitalised(one: Wording, other: Wording) -> float:
    """Less where a text has a capitalised word that the other has in no form."""
    missing = [not a.capitalised <= frozenset(b.stems) for a, b in ((one, other), (other, one))]
    return UNLIKE if all(missing) else NOT_SHARED if any(missing) else 1.0


def roles(one: Wording, other: Wording) -> float:
    """0 where the people and bodies that both name stand in another order; a passive may turn them round."""
    ours = [name for name in one.names if name in other.names]
    theirs = [name for name in other.names if name in one.names]
    return 1.0 if one.is_passive != other.is_passive else float(ours == theirs)


def hedges(one: Wording, other: Wording) -> float:
    """Less where only one text is hedged."""
    return 1.0 if one.is_hedged == other.is_hedged else UNLIKE


def reports(one: Wording, other: Wording) -> float:
    """Less where only one text says that something was said."""
    return 1.0 if one.is_report == other.is_report else UNLIKE


def universals(one: Wording, other: Wording) -> float:
    """Less where only one text speaks of all, every or always."""
    return 1.0 if one.is_universal == other.is_universal else UNLIKE


def _shared(one: frozenset[str], other: frozenset[str], one_sided: float) -> float:
    if one == other:
        return 1.0
    return one_sided if one <= other or other <= one else 0.0


CHECKS: Mapping[str, Check] = MappingProxyType(
    {
        check.__name__: check
        for check in (polarity, numbers, dates, names, capitalised, roles, hedges, reports, universals)
    }
)
"""Every check by its name."""
