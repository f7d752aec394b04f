"""How the page words labels, dates and speakers: names for readers instead of identifiers, from the data."""

from datetime import date

from onrecord.model.edtf import OPEN, parse

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "June", "July", "Aug", "Sept", "Oct", "Nov", "Dec")


def words(label: str) -> str:
    """A label as words: 'partially_verifiable' is 'partially verifiable'."""
    return label.replace("_", " ")


def day(value: date) -> str:
    """A day as '14 Feb 2024'."""
    return f"{value.day} {_MONTHS[value.month - 1]} {value.year}"


def time_words(edtf: str | None) -> str:
    """A time of the EDTF profile in words: '../2024-02-14' is 'up to 14 Feb 2024'; None is 'no time'."""
    if edtf is None:
        return "no time"
    start, slash, end = edtf.partition("/")
    if not slash:
        return _date_words(start)
    if start == OPEN:
        return f"up to {_date_words(end)}"
    if end == OPEN:
        return f"from {_date_words(start)}"
    bounds = parse(edtf)
    lower, upper = bounds.lower, bounds.upper
    both_days = len(start) == len(end) == len("2024-02-14")
    if both_days and lower and upper and (lower.year, lower.month) == (upper.year, upper.month):
        return f"{lower.day} to {day(upper)}"
    return f"{_date_words(start)} to {_date_words(end)}"


def _date_words(text: str) -> str:
    parts = text.split("-")
    if len(parts) == 1:
        return text
    month = _MONTHS[int(parts[1]) - 1]
    return f"{month} {parts[0]}" if len(parts) == 2 else f"{int(parts[2])} {month} {parts[0]}"
