"""The chart of times: every distinct time of a field as a day, an interval, or one that is open at an end.

One panel shows them all. If all documents have one date, a second panel shows the fortnight before it, in
which most of an article's times lie.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

from onrecord.dataset.load import Row
from onrecord.extras import extra
from onrecord.html.charts import NARROW
from onrecord.html.theme import Theme
from onrecord.html.wording import time_words
from onrecord.model.edtf import Bounds, parse

if TYPE_CHECKING:
    import altair as alt

MOST_TIMES = 24
"""Rows of the chart; the less frequent times beyond them are counted in its caption."""
_STEP = 22
_FORTNIGHT = timedelta(days=13)
_DAY = timedelta(days=1)
_WORTH_A_SECOND_PANEL = timedelta(days=120)


@dataclass(frozen=True, slots=True)
class Times:
    """The distinct times of a field with their claims, the earliest first."""

    field: str
    rows: tuple[tuple[str, int], ...]
    left_out: int
    """Claims whose times are too rare to be drawn."""
    untimed: int
    """Claims without a time."""
    dateline: date | None
    """The date of the documents, where all have the same."""


def times_of(claims: Sequence[Row], documents: Sequence[Row], field: str) -> Times:
    """Count the claims of each distinct time in an EDTF field."""
    counts = Counter(claim[field] for claim in claims)
    untimed = counts.pop(None, 0)
    kept = sorted(counts, key=lambda edtf: (-counts[edtf], edtf))[:MOST_TIMES]
    dates = {document["date"] for document in documents}
    return Times(
        field=field,
        rows=tuple((edtf, counts[edtf]) for edtf in sorted(kept, key=_chronological)),
        left_out=sum(counts.values()) - sum(counts[edtf] for edtf in kept),
        untimed=untimed,
        dateline=dates.pop() if len(dates) == 1 else None,
    )


def timeline(times: Times, theme: Theme, width: int) -> "alt.HConcatChart":
    """The times as an Altair chart; needs one row."""
    with extra("page", "a page"):
        import altair as alt

    gutter, value_width = (170, 46) if width > NARROW else (112, 28)
    windows = _windows(times)
    available = width - gutter - value_width - 16 * (len(windows) - 1)
    # The fortnight gets a little less than half: its days need fewer labels than years.
    widths = [available] if len(windows) == 1 else [available - int(available * 0.46), int(available * 0.46)]
    panels = [
        _panel(
            times, window, theme, wide, gutter, is_first=window is windows[0], is_last=window is windows[-1]
        )
        for window, wide in zip(windows, widths, strict=True)
    ]
    return alt.hconcat(*panels, spacing=16)


def _windows(times: Times) -> list[tuple[date, date]]:
    ends = [end for edtf, _ in times.rows for end in _ends(parse(edtf))]
    if times.dateline:
        ends.append(times.dateline)
    first, last = min(ends), max(ends) + _DAY
    # Margins at both ends, for arrows of open intervals to point into.
    margin = max((last - first) // 12, _DAY)
    whole = (first - margin, last + margin)
    if times.dateline is None or last - first < _WORTH_A_SECOND_PANEL:
        return [whole]
    return [whole, (times.dateline - _FORTNIGHT, times.dateline + 2 * _DAY)]


def _panel(
    times: Times,
    window: tuple[date, date],
    theme: Theme,
    width: int,
    gutter: int,
    *,
    is_first: bool,
    is_last: bool,
) -> "alt.LayerChart":
    with extra("page", "a page"):
        import altair as alt

    data = [_drawn(edtf, n, window) for edtf, n in times.rows]
    labels = alt.Axis(labelLimit=gutter - 12, minExtent=gutter - 12) if is_first else None
    # Each layer gets only some of the rows: without a given order, each would have its own.
    y = alt.Y(
        "row:N", scale=alt.Scale(domain=[time_words(edtf) for edtf, _ in times.rows]), title=None, axis=labels
    )
    ticks = alt.Axis(title=None, labelOverlap=True, labelFlush=True, **_ticks(window, times.dateline, width))
    scale = alt.Scale(type="utc", domain=[day.isoformat() for day in window], nice=False)
    x = alt.X("from:T", scale=scale, axis=ticks)
    base = alt.Chart({"values": data}).encode(y=y)
    shown = base.transform_filter("datum.shape != 'none'")
    span = shown.transform_filter("datum.shape == 'closed'").mark_bar(
        height=8, color=theme.mark, cornerRadius=2
    )
    half_open = shown.transform_filter("datum.shape == 'open'").mark_rule(
        strokeWidth=2, strokeDash=[5, 3], color=theme.mark
    )
    cap = shown.transform_filter("datum.cap != null").mark_tick(
        height=14, thickness=3, color=theme.mark, orient="vertical"
    )
    day = shown.transform_filter("datum.shape == 'day'").mark_circle(size=70, opacity=1, color=theme.mark)
    left = shown.transform_filter("datum.arrow == 'left'").mark_point(
        shape="triangle-left", size=50, filled=True, opacity=1, color=theme.mark
    )
    right = shown.transform_filter("datum.arrow == 'right'").mark_point(
        shape="triangle-right", size=50, filled=True, opacity=1, color=theme.mark
    )
    layers: list[Any] = [
        span.encode(x=x, x2="until:T"),
        half_open.encode(x=x, x2="until:T"),
        cap.encode(x=alt.X("cap:T", scale=scale, axis=ticks)),
        day.encode(x=alt.X("middle:T", scale=scale, axis=ticks)),
        left.encode(x=alt.value(4)),
        right.encode(x=alt.value(width - 4)),
    ]
    if times.dateline and window[0] <= times.dateline < window[1]:
        noon = {"day": times.dateline.isoformat()}
        line = alt.Chart({"values": [noon]}).mark_rule(color=theme.quiet, strokeDash=[1, 3])
        layers.insert(0, line.encode(x=alt.X("day:T", scale=scale, axis=ticks)))
    if is_last:
        number = base.mark_text(align="left", baseline="middle").encode(
            x=alt.value(width + 12), text=alt.Text("n:Q", format=",")
        )
        layers.append(number)
    return alt.LayerChart(layer=layers, width=width, height=alt.Step(_STEP))


def _ticks(window: tuple[date, date], dateline: date | None, width: int) -> dict[str, Any]:
    if dateline is None or window[1] - window[0] > 3 * _FORTNIGHT:
        return {"format": "%Y", "tickCount": max(2, width // 70)}
    every = 3 if width > NARROW // 2 else 6
    days = [dateline - timedelta(days=back) for back in range(0, 14, every)]
    return {"format": "%-d %b", "values": [_milliseconds(day) for day in days if window[0] <= day]}


def _milliseconds(day: date) -> int:
    return (day - date(1970, 1, 1)).days * 86_400_000


def _drawn(edtf: str, n: int, window: tuple[date, date]) -> dict[str, object]:
    """A time as the marks of a panel: which part of it lies in the window, and which of its ends are open."""
    bounds = parse(edtf)
    first, last = window
    lower, upper = bounds.lower or first, (bounds.upper + _DAY if bounds.upper else last)
    row: dict[str, object] = {"row": time_words(edtf), "n": n, "shape": "none", "cap": None, "arrow": None}
    if upper <= first or lower >= last:
        return row
    start, end = max(lower, first), min(upper, last)
    row |= {"from": start.isoformat(), "until": end.isoformat(), "middle": _middle(lower, upper)}
    if bounds.lower is None:
        return row | {"shape": "open", "arrow": "left", "cap": end.isoformat() if end == upper else None}
    if bounds.upper is None:
        return row | {"shape": "open", "arrow": "right", "cap": start.isoformat() if start == lower else None}
    # A bar too thin to be seen is drawn as a dot.
    is_thin = (upper - lower) / (last - first) < 0.02
    return row | {"shape": "day" if is_thin else "closed"}


def _middle(lower: date, upper: date) -> str:
    hours = (upper - lower).days * 12
    return f"{(lower + timedelta(days=hours // 24)).isoformat()}T{hours % 24:02d}:00:00Z"


def _ends(bounds: Bounds) -> list[date]:
    return [end for end in (bounds.lower, bounds.upper) if end]


def _chronological(edtf: str) -> tuple[date, date]:
    bounds = parse(edtf)
    return (bounds.lower or date.min, bounds.upper or date.max)
