"""The places in a text that name an answer: a label, a speaker or a date.

What looks like an answer but is not one of those possible is a mention without a value, so that it cannot be
read by half: `2024/02/14` is not the year 2024, `non-verifiable` is not `verifiable`.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from onrecord.exceptions import EdtfError
from onrecord.model import edtf


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a text names an answer; `value` is the answer, None if it is not a possible one.

    `meaning` says which mentions agree: `14 February 2024` has no value, but the meaning 2024-02-14.
    """

    start: int
    end: int
    value: str | None
    meaning: str


_QUALIFIER = 40
"""The most characters that a word or two in front of a mention have."""
_OTHER_DEGREE_BEFORE = re.compile(
    r"\b(?:mostly|largely|mainly|partly|partially|somewhat|semi|half|hardly|barely|scarcely|nearly|almost|quasi|un|non|"
    r"more|less|very)\s*$",
    re.IGNORECASE,
)
_OTHER_DEGREE_AFTER = re.compile(
    r"\s*(?:but |only |just )?(?:in part|partly|partially(?![\s_-]*\w*verifiable)|"
    r"to (?:some|a) (?:extent|degree))\b",
    re.IGNORECASE,
)
_POSSESSED = re.compile(r"'s\s+\w")
"""As in "Ada Lind's spokesman"."""
_MONTHS = (
    "jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sep(?:t(?:ember)?)?|"
    "oct(?:ober)?|nov(?:ember)?|dec(?:ember)?"
)
_MONTH_STARTS = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
_ORDINAL = r"(\d{1,2})(?:st|nd|rd|th)?"
_WORDED = re.compile(
    rf"\b(?:{_ORDINAL}\s+(?:of\s+)?)?({_MONTHS})\b\.?(?:\s+{_ORDINAL}\b)?,?\s+(\d{{4}})\b", re.IGNORECASE
)
_YEAR_FIRST = re.compile(rf"\b\d{{4}},?\s+(?:{_MONTHS})\b(?:\s+{_ORDINAL}\b)?", re.IGNORECASE)
_PART = r"(?:\.\.|[^\W_]*\d[\w~%-]*(?:[.:]\d[\w-]*)*)"
_NUMERIC = re.compile(rf"(?<![\w./-]){_PART}(?:\s*/\s*{_PART})*(?:\s*/)?")
_LIKE_A_DATE = re.compile(r"\d{4}|\d[/.-]\d+[/.-]\d")
_OPEN_BEFORE = re.compile(
    r"\b(?:before|after|until|till|since|by|from|prior to|up to|(?:no|not) later than|(?:earlier|later) than|"
    r"around|about|circa|ca?\.?|approximately|roughly|early|late|mid|week of|beginning|starting|ending)"
    r"[\s-]*$",
    re.IGNORECASE,
)
_OPEN_AFTER = re.compile(
    r",?\s*(?:(?:or|and) (?:earlier|before|later|after|so|thereabouts)|onwards?|at the (?:latest|earliest)|"
    r"(?:to|until) \.\.)(?!\w)|\.\.(?!\.)|\s+\d",
    re.IGNORECASE,
)


def find_choices(text: str, choices: tuple[str, ...], *, has_degrees: bool = False) -> list[Mention]:
    """The choices in a text, written with hyphens, blanks or underscores.

    With `has_degrees` a choice is another one if a word such as 'mostly' qualifies it.
    """
    longest_first = sorted(choices, key=len, reverse=True)
    forms = {r"[\s_-]{1,3}".join(map(re.escape, re.split(r"[\s_-]+", c))): c for c in longest_first}
    alternatives = "|".join(f"({form})" for form in forms)
    # Part of a longer word, such as 'non-verifiable', is not the choice.
    pattern = rf"(?<![^\W_])((?:[^\W_]+[-_]){{0,4}}?)(?:{alternatives})((?:[-_][^\W_]+)*)(?![^\W_])"
    found = []
    for match in re.finditer(pattern, text, re.IGNORECASE):
        choice = longest_first[next(at for at, form in enumerate(match.groups()[1:-1]) if form)]
        is_other = bool(match[1] or match[match.re.groups] or _POSSESSED.match(text, match.end()))
        if has_degrees:
            is_other |= bool(_OTHER_DEGREE_BEFORE.search(_just_before(text, match)))
            is_other |= bool(_OTHER_DEGREE_AFTER.match(text, match.end()))
        value = None if is_other else choice
        found.append(Mention(match.start(), match.end(), value, value or match[0].lower()))
    return found


def find_dates(text: str) -> list[Mention]:
    """The dates in a text; only those in EDTF have a value, blanks around the slash of an interval aside."""
    worded = [*_worded_dates(text)]
    taken = {at for mention in worded for at in range(mention.start, mention.end)}
    numeric = [mention for mention in _numeric_dates(text) if mention.start not in taken]
    return sorted(worded + numeric, key=lambda mention: mention.start)


def _worded_dates(text: str) -> Iterator[Mention]:
    ends = 0
    for match in sorted(
        [*_WORDED.finditer(text), *_YEAR_FIRST.finditer(text)], key=lambda match: match.start()
    ):
        if match.start() < ends:
            continue
        ends = match.end()
        meaning = match[0].lower()
        if match.re is _WORDED:
            month, day = _MONTH_STARTS.index(match[2][:3].lower()) + 1, match[1] or match[3]
            meaning = f"{match[4]}-{month:02d}" + (f"-{int(day):02d}" if day else "")
        yield Mention(match.start(), match.end(), None, meaning)


def _numeric_dates(text: str) -> Iterator[Mention]:
    for match in _NUMERIC.finditer(text):
        written = re.sub(r"\s*/\s*", "/", match[0].rstrip())
        if _LIKE_A_DATE.search(written):
            is_open = _OPEN_BEFORE.search(_just_before(text, match)) or _OPEN_AFTER.match(text, match.end())
            value = None if is_open or not _is_edtf(written) else written
            meaning = f"{written}, open" if is_open else written
            yield Mention(match.start(), match.end(), value, meaning)


def _just_before(text: str, match: re.Match[str]) -> str:
    """The words that can qualify a mention; looking further back would take quadratic time."""
    return text[max(0, match.start() - _QUALIFIER) : match.start()]


def _is_edtf(text: str) -> bool:
    try:
        edtf.parse(text)
    except EdtfError:
        return False
    return True
