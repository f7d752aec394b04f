"""A profile of EDTF (ISO 8601-2): year, month, day, and intervals closed or open at one end.

Turns such a string into its first and last day, and checks the calendar and the order. The JSON Schemas
describe the same forms as a `pattern`, which cannot know leap years.
"""

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

from onrecord.exceptions import EdtfError, ImpossibleDate, MalformedEdtf, ReversedInterval

OPEN = ".."
_DATE = re.compile(r"([0-9]{4})(?:-([0-9]{2})(?:-([0-9]{2}))?)?\Z")


@dataclass(frozen=True, slots=True)
class Bounds:
    """First and last day that an EDTF string admits; None is an open end."""

    lower: date | None
    upper: date | None


@lru_cache(maxsize=4096)
def parse(text: str) -> Bounds:
    """The bounds of `2024`, `2024-02`, `2024-02-14`, `X/Y`, `../X` or `X/..`.

    Raises MalformedEdtf, ImpossibleDate or ReversedInterval, each with a message for the author.
    """
    start, slash, end = text.partition("/")
    if not slash:
        return _date_bounds(text)
    if start == end == OPEN:
        raise MalformedEdtf("the interval is open at both ends")
    lower = None if start == OPEN else _date_bounds(start).lower
    upper = None if end == OPEN else _date_bounds(end).upper
    if lower and upper and lower > upper:
        raise ReversedInterval(f"the interval starts on {lower} but ends on {upper}")
    return Bounds(lower, upper)


def is_calendar_date(text: str) -> bool:
    """Whether the string is a day YYYY-MM-DD that exists."""
    try:
        parse(text)
    except EdtfError:
        return False
    return len(text) == len("2024-02-14")


def bounds(text: str | None) -> Bounds:
    """Like `parse`; None means that no time is known, so both ends are open."""
    return Bounds(None, None) if text is None else parse(text)


@lru_cache(maxsize=4096)
def iso_bounds(text: str | None) -> tuple[str | None, str | None]:
    """The bounds as strings YYYY-MM-DD, which compare as their days do; raises as `parse` does."""
    found = bounds(text)
    lower, upper = (day.isoformat() if day else None for day in (found.lower, found.upper))
    return lower, upper


def _date_bounds(text: str) -> Bounds:
    found = _DATE.match(text)
    if not found:
        raise MalformedEdtf(f"{text!r} is not a year, a month (YYYY-MM) or a day (YYYY-MM-DD)")
    year, month, day = (int(part) if part else None for part in found.groups())
    if not year:
        raise ImpossibleDate("years are counted from 0001")
    if month is None:
        return Bounds(date(year, 1, 1), date(year, 12, 31))
    if not 1 <= month <= 12:
        raise ImpossibleDate(f"there is no month {month:02d}")
    last = monthrange(year, month)[1]
    if day is None:
        return Bounds(date(year, month, 1), date(year, month, last))
    if not 1 <= day <= last:
        raise ImpossibleDate(f"{text[:7]} has no day {day:02d}: it has {last} days")
    return Bounds(date(year, month, day), date(year, month, day))
