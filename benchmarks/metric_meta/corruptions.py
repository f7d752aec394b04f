"""One change per claim that makes it another claim: made by plain rules, None where a rule does not apply.

Each corruption leaves nearly all letters as they are. Which of two possible changes is made follows from the
text alone, so that every run makes the same ones.
"""

import re
from collections.abc import Callable, Mapping
from hashlib import sha256
from types import MappingProxyType

from onrecord.benchmark.opposites import opposite

Corruption = Callable[[str, tuple[str, ...]], str | None]
"""A text and the names that may occur in it, longest first; the changed text, or None."""

_AUXILIARY = re.compile(
    r"\b(is|are|was|were|has|have|had|will|would|can|could|may|might|must|should|do|does|did)\b(?! not\b)"
)
_NEGATION = re.compile(r"\b(not|never|no longer) |(?<=\w)n't\b")
_HEDGE = re.compile(r"\b(reportedly|allegedly|apparently|possibly|perhaps|probably|likely) ")
_MODAL = re.compile(r"\b(may|might|could) (have )?(\w+)")
_REPORT = re.compile(
    r"^.*?\b(?:said|told|stated|wrote|announced|claimed|remarked|replied|denied|argued|declared)\b"
    r"[^,]*? that (.+)$"
)
_NUMBER = re.compile(r"\b(two|three|four|five|six|seven|eight|nine|ten|twelve|\d+(?:[.,]\d+)?)\b")
_WORDS = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "twelve")
_NAMES_OF_MONTHS = "January February March April May June July August September October November December"
_MONTH = tuple(_NAMES_OF_MONTHS.split())
_MONTHS = re.compile(rf"\b({'|'.join(_MONTH)})\b")
_DAY = re.compile(rf"\b(\d\d?) (?={'|'.join(_MONTH)})")
_YEAR = re.compile(r"\b(1[89]\d\d|20\d\d)\b")
_DETAILS = (
    "on a Tuesday in 1987",
    "in Geneva",
    "by 40 per cent",
    "in front of Anna Lindqvist",
    "for three hours",
)


def negated(text: str, _names: tuple[str, ...]) -> str | None:
    """A negation added to the first auxiliary, or taken out where there is one."""
    if found := _NEGATION.search(text):
        return text[: found.start()] + text[found.end() :]
    if found := _AUXILIARY.search(text):
        return f"{text[: found.end()]} not{text[found.end() :]}"
    return f"It is not true that {text}"


def denied(text: str, _names: tuple[str, ...]) -> str | None:
    """A phrase around the claim that denies it without `not`."""
    phrases = (f"It is a lie that {text}", f"{text.rstrip('.')}, which is wrong.")
    return phrases[_draw(text, len(phrases))]


def opposite_word(text: str, _names: tuple[str, ...]) -> str | None:
    """The first word that has an opposite replaced by it."""
    for found in re.finditer(r"\b[a-z]+\b", text):
        if new := opposite(found[0]):
            return text[: found.start()] + new + text[found.end() :]
    return None


def roles_swapped(text: str, names: tuple[str, ...]) -> str | None:
    """The first two names in each other's place."""
    places = _named(text, names)
    if len(places) < 2:
        return None
    (a, b), (c, d) = places[:2]
    return text[:a] + text[c:d] + text[b:c] + text[a:b] + text[d:]


def name_changed(text: str, names: tuple[str, ...]) -> str | None:
    """The first name replaced by another one of the same document."""
    places = _named(text, names)
    others = [name for name in names if name not in text and " " in name]
    if not places or not others:
        return None
    start, end = places[0]
    return text[:start] + others[_draw(text, len(others))] + text[end:]


def number_changed(text: str, _names: tuple[str, ...]) -> str | None:
    """The first number that is no date, changed."""
    for found in _NUMBER.finditer(text):
        if _in_date(text, found):
            continue
        given = found[1]
        if given in _WORDS:
            new = _WORDS[(_WORDS.index(given) + 1) % len(_WORDS)]
        else:
            new = given[:-1] + str((int(given[-1]) + 3) % 10)
        return text[: found.start()] + new + text[found.end() :]
    return None


def date_changed(text: str, _names: tuple[str, ...]) -> str | None:
    """The day, else the month, else the year, moved."""
    if found := _DAY.search(text):
        return text[: found.start(1)] + str(int(found[1]) % 27 + 1) + text[found.end(1) :]
    if found := _MONTHS.search(text):
        new = _MONTH[(_MONTH.index(found[1]) + 2) % 12]
        return text[: found.start()] + new + text[found.end() :]
    if found := _YEAR.search(text):
        return text[: found.start()] + str(int(found[1]) - 1) + text[found.end() :]
    return None


def hedge_dropped(text: str, _names: tuple[str, ...]) -> str | None:
    """The first hedge left out."""
    if found := _HEDGE.search(text):
        return text[: found.start()] + text[found.end() :]
    if found := _MODAL.search(text):
        return text[: found.start()] + ("has " if found[2] else "does ") + found[3] + text[found.end() :]
    return None


def attribution_dropped(text: str, _names: tuple[str, ...]) -> str | None:
    """What was said, in place of that it was said."""
    found = _REPORT.match(text)
    return found[1][0].upper() + found[1][1:] if found else None


def made_general(text: str, names: tuple[str, ...]) -> str | None:
    """The first name replaced by people in general, else a number by 'many'."""
    if places := _named(text, names):
        start, end = places[0]
        new = "people" if start else "People"
        rest = re.sub(r"^'s|^’s", "'s", text[end:])
        return text[:start] + new + rest
    for found in _NUMBER.finditer(text):
        if not _in_date(text, found):
            return f"{text[: found.start()]}many{text[found.end() :]}"
    return None


def made_specific(text: str, _names: tuple[str, ...]) -> str | None:
    """A detail added that nobody gave."""
    return f"{text.rstrip('.')} {_DETAILS[_draw(text, len(_DETAILS))]}."


def known_detail_added(text: str, names: tuple[str, ...]) -> str | None:
    """A detail added that the document gives elsewhere: somebody whom it names."""
    others = [name for name in names if name not in text and " " in name]
    return f"{text.rstrip('.')} in front of {others[_draw(text, len(others))]}." if others else None


CORRUPTIONS: Mapping[str, Corruption] = MappingProxyType(
    {
        corruption.__name__: corruption
        for corruption in (
            negated,
            denied,
            opposite_word,
            roles_swapped,
            name_changed,
            number_changed,
            date_changed,
            hedge_dropped,
            attribution_dropped,
            made_general,
            made_specific,
            known_detail_added,
        )
    }
)


def _named(text: str, names: tuple[str, ...]) -> list[tuple[int, int]]:
    """The places of the names, each name once, in order."""
    places: dict[str, tuple[int, int]] = {}
    taken: set[int] = set()
    for name in names:
        found = re.search(rf"\b{re.escape(name)}\b", text)
        if found and taken.isdisjoint(range(*found.span())):
            places[name] = found.span()
            taken |= set(range(*found.span()))
    return sorted(places.values())


def _in_date(text: str, found: "re.Match[str]") -> bool:
    after = text[found.end() :].lstrip()
    before = text[: found.start()].rstrip()
    near_month = bool(_MONTHS.match(after)) or bool(re.search(rf"(?:{'|'.join(_MONTH)})$", before))
    return near_month or bool(_YEAR.fullmatch(found[1]))


def _draw(text: str, count: int) -> int:
    return int.from_bytes(sha256(text.encode()).digest()[:4]) % count
