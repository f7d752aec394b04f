"""The figures: each chart with its name, its description, its drawing, and the rows that it is made from.

The same figures are on the page and, in plain colours, on the dataset's card.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from onrecord.benchmark.published import PublishedScore, published_scores
from onrecord.dataset.agreement import Agreement, agreements
from onrecord.html.alt_texts import describe_bars, describe_dots, describe_timeline
from onrecord.html.charts import CrossTable, Dot, bars, cross_table, dots
from onrecord.html.data import PageData
from onrecord.html.theme import Drawing, Theme, as_svg
from onrecord.html.timeline import Times, timeline, times_of
from onrecord.html.wording import words


@dataclass(frozen=True, slots=True)
class Figure:
    """A chart, ready to be drawn at a width."""

    name: str
    alt: str
    chart: Callable[[Theme, int], Drawing]

    def svg(self, theme: Theme, width: int) -> str:
        """The drawing."""
        return as_svg(self.chart(theme, width), theme)


@dataclass(frozen=True, slots=True)
class Facts:
    """The numbers that the figures are made from, for those who prefer to read them."""

    by_speaker: CrossTable
    by_kind: CrossTable
    stated: Times
    about: Times
    agreements: Sequence[Agreement]
    scores: Sequence[PublishedScore]


def facts_of(page_data: PageData) -> Facts:
    """Count everything once."""
    return Facts(
        by_speaker=cross_table(page_data.claims, "speaker_id", page_data.names),
        by_kind=cross_table(page_data.claims, "kind", {}),
        stated=times_of(page_data.claims, page_data.documents, "stated_on"),
        about=times_of(page_data.claims, page_data.documents, "about_time"),
        agreements=agreements(page_data.claims, page_data.segments, page_data.annotations),
        scores=published_scores(page_data.identity.dataset),
    )


def figures_of(facts: Facts) -> Mapping[str, Figure]:
    """The figures that these facts can fill, by name."""
    return {figure.name: figure for figure in _figures(facts)}


def _figures(facts: Facts) -> Iterator[Figure]:
    for name, table, by in (("speakers", facts.by_speaker, "speaker"), ("kinds", facts.by_kind, "kind")):
        if table.rows:
            yield Figure(name, describe_bars(table, by), _bars_of(table))
    for name, times, what in (
        ("stated", facts.stated, "when the claims were stated"),
        ("about", facts.about, "the times that the claims are about"),
    ):
        if times.rows:
            yield Figure(name, describe_timeline(times, what), _timeline_of(times))
    agreed = [
        Dot("", found.field.removesuffix("_id"), found.alpha, *(found.interval or (None, None)))
        for found in facts.agreements
        if found.alpha is not None
    ]
    if agreed:
        yield Figure(
            "agreement", describe_dots(agreed, "Krippendorff's alpha of each label"), _dots_of(agreed)
        )
    # The figure shows the largest split alone; the numbers of the others are in the table.
    shown = max(facts.scores, key=lambda found: found.n).split if facts.scores else None
    scored = [
        Dot(
            f"{found.task}, {found.split}: {words(found.primary)}, n = {found.n:,}",
            found.system,
            found.result.value,
            found.result.low,
            found.result.high,
        )
        for found in facts.scores
        if found.split == shown
    ]
    if scored:
        yield Figure("baselines", describe_dots(scored, "Scores of the baselines"), _dots_of(scored))


def _bars_of(table: CrossTable) -> Callable[[Theme, int], Drawing]:
    return lambda theme, width: bars(table, theme, width)


def _timeline_of(times: Times) -> Callable[[Theme, int], Drawing]:
    return lambda theme, width: timeline(times, theme, width)


def _dots_of(rows: Sequence[Dot]) -> Callable[[Theme, int], Drawing]:
    return lambda theme, width: dots(rows, theme, width)
