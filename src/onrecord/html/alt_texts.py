"""What each chart shows, in a sentence or two: for those who cannot see it, and for its place on the card.

Every number in these texts is counted from the rows that the chart is drawn from.
"""

from collections import Counter
from collections.abc import Mapping, Sequence

from onrecord.dataset.load import Row
from onrecord.html.charts import CrossTable, Dot
from onrecord.html.timeline import Times
from onrecord.html.wording import time_words, words
from onrecord.model.edtf import OPEN
from onrecord.model.tables import label_names

_MENTIONED = 3


def describe_bars(table: CrossTable, by: str) -> str:
    """The totals of each label, and the most frequent rows with their counts."""
    labels = label_names("verifiability")
    totals = {label: sum(counts[label] for _, counts in table.rows) for label in labels}
    first = "; ".join(f"{name} {_counts(counts)}" for name, counts in table.rows[:_MENTIONED])
    rest = len(table.rows) - _MENTIONED
    more = f"; and {_number(rest, 'row')} more" if rest > 0 else ""
    return f"Bars of claims by {by}, in a panel for each label: {_counts(totals)}. {first}{more}."


def describe_timeline(times: Times, what: str) -> str:
    """How many times there are, of which shapes, and the most frequent ones."""
    shapes = {"open": 0, "interval": 0, "date": 0}
    for edtf, _ in times.rows:
        shapes["open" if OPEN in edtf.split("/") else "interval" if "/" in edtf else "date"] += 1
    ranked = sorted(times.rows, key=lambda row: (-row[1], row[0]))[:_MENTIONED]
    first = ", ".join(f"{time_words(edtf)} ({_number(n, 'claim')})" for edtf, n in ranked)
    untimed = f" {_number(times.untimed, 'claim')} without a time." if times.untimed else ""
    return (
        f"Timeline of {what}: {_number(len(times.rows), 'distinct time')}, of them "
        f"{_number(shapes['date'], 'single day, month or year', 'single days, months or years')}, "
        f"{_number(shapes['interval'], 'closed interval')} and {shapes['open']:,} open at an end. "
        f"Most frequent: {first}.{untimed}"
    )


def describe_dots(rows: Sequence[Dot], what: str) -> str:
    """Every value, under its heading."""
    headings = list(dict.fromkeys(row.heading for row in rows))
    parts = []
    for heading in headings:
        own = ", ".join(f"{words(row.name)} {row.value:.3f}" for row in rows if row.heading == heading)
        parts.append(f"{heading}: {own}" if heading else own)
    return f"{what}, as dots on their 95 % intervals between 0 and 1. {'; '.join(parts)}."


def describe_order(claims: Sequence[Row]) -> str:
    """How many claims of each label the row of symbols has."""
    labels = Counter(claim["verifiability"] for claim in claims)
    counts = _counts({label: labels[label] for label in label_names("verifiability")})
    return f"{_number(len(claims), 'claim')} in the order of the article: {counts}."


def _counts(counts: Mapping[str, int]) -> str:
    return ", ".join(f"{n:,} {words(label)}" for label, n in counts.items())


def _number(n: int, one: str, several: str | None = None) -> str:
    return f"{n:,} {one if n == 1 else several or one + 's'}"
