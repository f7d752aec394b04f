"""Cue words and date expressions of the rule baselines, with the search for them.

The lists follow the definitions of the labels and the English language, not the shipped claims.
"""

import re
from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

SAYING = re.compile(
    r"\b(sa(?:id|ys?|ying)|told|tells|stated?s?|announced?|claim(?:ed|s)|contend(?:ed|s)|argue[ds]|maintain(?:s|ed)|"
    r"declare[ds]|added|asked|answered|replied|reported|reports|observed|granted|denounced|accuse[ds]|"
    r"criticized|criticised|reproached|mention(?:ed|s)|called|warn(?:ed|s)|insist(?:ed|s)|vow(?:ed|s)|"
    r"promise[ds]|remarked|commented|explained|in [\w.]+'s (?:words|account))\b",
    re.IGNORECASE,
)
PRESCRIBING = re.compile(r"\b(should|ought|must|needs? to|have to|it is for)\b", re.IGNORECASE)
FORETELLING = re.compile(
    r"\b(will|would|shall|is going to|are going to|may|might|could|plans? to|intends? to)\b", re.IGNORECASE
)
MINDING = re.compile(
    r"\b(wants?|wanted|believe[ds]?|thinks?|thought|prefer(?:s|red)?|hope[ds]?|likes?|liked|fear(?:s|ed)|feels?|felt|"
    r"expect(?:s|ed)|regret(?:s|ted)|wish(?:es|ed)|knows?|knew|sees?|considers?|sorry|ready)\b",
    re.IGNORECASE,
)
VALUING = re.compile(
    r"\b(good|great|bad|better|best|worse|worst|wrong|right|fair|unfair|important|unimportant|dangerous|"
    r"appalling|disgraceful|proper|improper|reasonable|serious|strong|weak|decent|experienced|dependable|"
    r"predictabl[ey]|difficult|nice|fine|sense|deeply|gravely|harsh|justified)\b",
    re.IGNORECASE,
)
COUNTING = re.compile(r"\d|\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|percent)\b|%")
QUOTING = re.compile(r"[\"“”]|'\w[^']*'")
PAST = re.compile(
    r"\b(once|earlier|previously|often|before|long|recently|recent|in the past|has|had)\b", re.IGNORECASE
)
VERB = re.compile(r"\b(is|are|was|were|has|have|had|will|would|did|does|\w{3,}ed|\w{3,}s)\b")


def forms_of_name(choice: Mapping[str, Any]) -> tuple[str, ...]:
    """The forms by which a text names a speaker: name, aliases, and the last name of a person."""
    forms = [choice["name"], *choice["aliases"]]
    last = choice["name"].split()[-1]
    # A description, such as 'The clerk', has no last name.
    if choice["type"] == "person" and last[:1].isupper():
        forms.append(last)
    return tuple(dict.fromkeys(forms))


_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_MONTHS = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
]
_WEEKDAY = re.compile(rf"\b({'|'.join(_DAYS)})\b", re.IGNORECASE)
_MONTH = re.compile(
    rf"\b(?:(\d{{1,2}}) )?({'|'.join(_MONTHS)})(?: (\d{{1,2}})\b,?)?(?: (\d{{4}}))?\b", re.IGNORECASE
)


def time_named(text: str, dateline: date) -> str | None:
    """The EDTF string of the first time that a sentence names, seen from the dateline; None if it names none.

    A weekday is the last one up to the dateline, 'last week' the seven days from Monday before its week.
    """
    lowered = text.lower()
    if "yesterday" in lowered:
        return (dateline - timedelta(days=1)).isoformat()
    if "last week" in lowered:
        monday = dateline - timedelta(days=dateline.weekday() + 7)
        return f"{monday.isoformat()}/{(monday + timedelta(days=6)).isoformat()}"
    if named := _WEEKDAY.search(text):
        back = (dateline.weekday() - _DAYS.index(named[1].lower())) % 7
        return (dateline - timedelta(days=back)).isoformat()
    for named in _MONTH.finditer(text):
        if found := _month(named, dateline):
            return found
    return None


def _month(named: re.Match[str], dateline: date) -> str | None:
    day, year = named[1] or named[3], named[4]
    if not (day or year):
        # 'may' and 'march' are words as well.
        return None
    month = _MONTHS.index(named[2].lower()) + 1
    if not day:
        return f"{year}-{month:02d}"
    try:
        found = date(int(year or dateline.year), month, int(day))
    except ValueError:
        return None
    if not year and found > dateline:
        found = found.replace(year=dateline.year - 1)
    return found.isoformat()
