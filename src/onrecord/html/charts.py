"""The charts of labels and of scores: bars of claims by verifiability, dots with intervals.

Each chart is an Altair chart made from plain rows. Colours and rendering are in `theme`, descriptions in
`alt_texts`.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from onrecord.dataset.load import Row
from onrecord.extras import extra
from onrecord.html.theme import Theme
from onrecord.html.wording import words
from onrecord.model.tables import label_names

if TYPE_CHECKING:
    import altair as alt

MOST_ROWS = 14
"""Rows of a chart; the values after them are added up in the last one."""
WIDE, NARROW = 600, 288
"""Widths in CSS pixels: one of two columns, and a telephone of 320 pixels without its margins."""
_STEP = 24
_HEADING = 130
"""Pixels that the longest heading of a panel takes."""
_LETTER = 7
"""Approximate width of a letter in an axis label."""


@dataclass(frozen=True, slots=True)
class CrossTable:
    """Claims by one field and verifiability, the most frequent value first."""

    field: str
    rows: tuple[tuple[str, Mapping[str, int]], ...]
    """A value in words, and how many claims it has of each label."""
    keys: tuple[str | None, ...]
    """The value in the data by which the claims of each row are found; None for the row of all the others."""


@dataclass(frozen=True, slots=True)
class Dot:
    """A value with its interval, under a heading."""

    heading: str
    name: str
    value: float
    low: float | None
    high: float | None


def cross_table(claims: Sequence[Row], field: str, names: Mapping[str, str]) -> CrossTable:
    """Count claims by a field and verifiability; `names` puts values into words where it knows them."""
    cells = Counter((claim[field], claim["verifiability"]) for claim in claims)
    totals = Counter(claim[field] for claim in claims)
    order = sorted(totals, key=lambda value: (-totals[value], str(value)))
    labels = label_names("verifiability")
    kept = order if len(order) <= MOST_ROWS else order[: MOST_ROWS - 1]
    rows = [(names.get(v, words(str(v))), {label: cells[v, label] for label in labels}) for v in kept]
    keys: list[str | None] = [str(value) for value in kept]
    if rest := order[len(kept) :]:
        sums = {label: sum(cells[value, label] for value in rest) for label in labels}
        rows.append((f"{len(rest):,} others", sums))
        keys.append(None)
    return CrossTable(field, tuple(rows), tuple(keys))


def bars(table: CrossTable, theme: Theme, width: int) -> "alt.FacetChart":
    """One panel of bars per label, side by side, so that position identifies the label as well as colour."""
    with extra("page", "a page"):
        import altair as alt

    labels = label_names("verifiability")
    heads = [f"{name} ({sum(counts.values()):,})" for name, counts in table.rows]
    data = [
        {"row": head, "label": label, "n": counts[label]}
        for head, (_, counts) in zip(heads, table.rows, strict=True)
        for label in labels
    ]
    most = max(counts[label] for _, counts in table.rows for label in labels) or 1
    gutter = min(240 if width > NARROW else 118, _LETTER * max(map(len, heads)) + 20)
    panel = (width - gutter) // len(labels) - 10
    y = alt.Y("row:N", scale=alt.Scale(domain=heads), title=None, axis=alt.Axis(labelLimit=gutter - 12))
    # The scale leaves space for the number next to the longest bar.
    # Not stacked: stacks are drawn with clips, whose ids count on from one drawing to the next.
    x = alt.X("n:Q", axis=None, stack=None, scale=alt.Scale(domain=[0, most * (1 + 34 / panel)]))
    base = alt.Chart({"values": data}).encode(y=y, x=x)
    colour = alt.Color(
        "label:N",
        legend=None,
        scale=alt.Scale(domain=list(labels), range=[theme.labels[label] for label in labels]),
    )
    bar = base.mark_bar(height={"band": 0.66}, cornerRadiusEnd=2).encode(color=colour)
    number = base.mark_text(align="left", baseline="middle", dx=4).encode(
        text=alt.Text("n:Q", format=","),
        color=alt.condition("datum.n > 0", alt.value(theme.text), alt.value(theme.quiet)),
    )
    # A heading wider than its panel would run into the next.
    blank = " verifiable" if panel > _HEADING else ""
    head = f"replace(datum.label, '_verifiable', '{blank}')"
    return (
        alt.layer(bar, number)
        .properties(width=panel, height=alt.Step(_STEP))
        .facet(
            column=alt.Column(
                "label:N",
                sort=list(labels),
                title=None,
                header=alt.Header(labelExpr=head, labelFontSize=12 if width > NARROW else 11),
            ),
            spacing=10,
        )
    )


def dots(rows: Sequence[Dot], theme: Theme, width: int) -> "alt.VConcatChart":
    """Values between 0 and 1 as dots on their intervals, one panel per heading, all on one scale."""
    with extra("page", "a page"):
        import altair as alt

    gutter = 118 if width > NARROW else 92
    value_width = 160 if width > NARROW else 44
    panel = width - gutter - value_width
    headings = list(dict.fromkeys(row.heading for row in rows))
    # A correlation may be below 0; its interval must not cover the names.
    lowest = min(0.0, *(row.value if row.low is None else row.low for row in rows))
    scale = alt.Scale(domain=[lowest, 1])
    parts = []
    for heading in headings:
        own = [row for row in rows if row.heading == heading]
        data = [
            {
                "row": words(row.name),
                "value": row.value,
                "low": row.value if row.low is None else row.low,
                "high": row.value if row.high is None else row.high,
                "text": _value_text(row, width),
            }
            for row in own
        ]
        is_last = heading == headings[-1]
        axis = alt.Axis(
            values=[0, 0.25, 0.5, 0.75, 1],
            format=".2~f",
            labels=is_last,
            ticks=is_last,
            domain=False,
            title=None,
        )
        base = alt.Chart({"values": data}).encode(
            y=alt.Y(
                "row:N",
                scale=alt.Scale(domain=[words(row.name) for row in own]),
                title=None,
                axis=alt.Axis(labelLimit=gutter - 12, minExtent=gutter - 12),
            )
        )
        x = alt.X("value:Q", axis=axis, scale=scale)
        interval = base.mark_rule(strokeWidth=5, opacity=0.35, color=theme.mark, strokeCap="round").encode(
            x=alt.X("low:Q", axis=axis, scale=scale), x2="high:Q"
        )
        dot = base.mark_circle(size=60, opacity=1, color=theme.mark).encode(x=x)
        number = base.mark_text(align="left", baseline="middle").encode(
            x=alt.value(panel + 12), text="text:N"
        )
        part = alt.layer(interval, dot, number).properties(width=panel, height=alt.Step(_STEP))
        parts.append(part.properties(title=heading) if heading else part)
    return alt.vconcat(*parts, spacing=12)


def _value_text(row: Dot, width: int) -> str:
    if row.low is None or row.high is None or width <= NARROW:
        return f"{row.value:.3f}"
    return f"{row.value:.3f}  ({row.low:.3f} to {row.high:.3f})"
