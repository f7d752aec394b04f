"""What a text says beyond its words: negation, numbers, dates, names and their order, hedges, reports.

All of it is read by plain rules on English words. `likeness` decides what a difference of two texts means.
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from types import MappingProxyType

from onrecord.benchmark.opposites import poles


def _set(words: str) -> frozenset[str]:
    return frozenset(words.split())


_NEGATIONS = _set("""
    not no never nobody none nothing nowhere neither nor without cannot hardly scarcely barely false
    untrue refuse refuses refused refusal fail fails failed failure lack lacks lacked miss misses missed
    lie lied untruth mistaken incorrect unjustified unfounded baseless deny denies denied denying
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
_CALLED_WRONG = re.compile(r"\b(?:which|that|this) (?:is|was) wrong\b|\bwrong that\b")
_YEAR = re.compile(r"1[7-9]\d\d|20\d\d")

_STEM = 5
"""The letters of a word that count; cutting words off does as well as a stemmer (F5 of Can et al. 2008)."""
_OTHER_STEMS = MappingProxyType({"us": "unite", "usa": "unite", "american": "unite", "states": "unite"})


@dataclass(frozen=True, slots=True)
class Wording:
    """What the checks compare of one text."""

    stems: tuple[str, ...]
    """Its words in order, each cut off after its first letters."""
    is_negative: bool
    """Whether an odd number of words negate, because two negations cancel each other."""
    poles: frozenset[tuple[int, bool]]
    """The pairs of opposites of which it has one side only: see `opposites`."""
    numbers: frozenset[str]
    dates: frozenset[str]
    """The parts of dates: `day 3`, `month 5`, `year 2019`, `weekday friday`."""
    years: frozenset[str]
    """Those parts that are years."""
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
        # A contrast pair may offer a speaker of the table, without its aliases.
        known = forms.setdefault(str(row["speaker_id"]), [])
        known += [str(row["name"]), *(aliases if isinstance(aliases, list) else ())]
    return _names_with(tuple((name_id, tuple(given)) for name_id, given in forms.items()))


@lru_cache(maxsize=16)
def _names_with(forms: tuple[tuple[str, tuple[str, ...]], ...]) -> Names:
    """The same names as the same object, because what was read with them is kept by it."""
    return Names(dict(forms))


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
        is_negative=_negations(text, lower) % 2 == 1,
        poles=poles(lower),
        numbers=numbers,
        dates=dates,
        years=frozenset(part for part in dates if part.startswith("year ")),
        names=tuple(dict.fromkeys(name_id for _, _, name_id in found)),
        capitalised=frozenset(_capitalised(words, lower, found)),
        is_passive="by" in lower and any(map(_is_participle, pairwise(lower))),
        is_hedged=not _HEDGES.isdisjoint(plain),
        is_report=not _REPORTING.isdisjoint(plain),
        is_universal=not _UNIVERSALS.isdisjoint(lower),
    )


def _negations(text: str, lower: list[str]) -> int:
    # `wrong` alone often means what should not be done.
    phrases = len(_CALLED_WRONG.findall(text))
    return phrases + sum(word in _NEGATIONS or word.endswith("n't") for word in lower)


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
