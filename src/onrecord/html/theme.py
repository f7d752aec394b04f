"""The colours and measures of all charts, and their way from an Altair chart to SVG or PNG.

Owns how charts look; `charts` and `timeline` say what is in them. On the page colours are names of CSS
properties, so that one drawing serves light and dark; on paper they are plain values.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias
from xml.etree import ElementTree

if TYPE_CHECKING:
    import altair as alt

Drawing: TypeAlias = "alt.FacetChart | alt.HConcatChart | alt.LayerChart | alt.VConcatChart"

FONT = "Liberation Sans"
"""Comes with the renderer, so that text is measured, and drawn on paper, alike on every machine."""
_PNG_SCALE = 1.5
_SVG = "http://www.w3.org/2000/svg"
_NEEDLESS = frozenset({"class", "pointer-events", "role"})
ElementTree.register_namespace("", _SVG)


@dataclass(frozen=True, slots=True)
class Ink:
    """What a chart is drawn with."""

    labels: Mapping[str, str]
    """Verifiability to its colour: told apart by people with any colour vision, and never the only sign."""
    text: str
    quiet: str
    line: str
    mark: str
    """What is neither of the labels."""
    ground: str | None


PAGE = Ink(
    labels={
        "verifiable": "var(--verifiable)",
        "partially_verifiable": "var(--partially)",
        "unverifiable": "var(--unverifiable)",
    },
    text="var(--text)",
    quiet="var(--quiet)",
    line="var(--line)",
    mark="var(--mark)",
    ground=None,
)
PAPER = Ink(
    labels={"verifiable": "#1d5fa8", "partially_verifiable": "#b35900", "unverifiable": "#6a7280"},
    text="#1b1f24",
    quiet="#57606a",
    line="#d5d9de",
    mark="#33475b",
    ground="#ffffff",
)


def as_svg(chart: Drawing, ink: Ink) -> str:
    """The chart as SVG, without anything that would have to be fetched."""
    import altair as alt
    import vl_convert

    version = alt.SCHEMA_VERSION.removeprefix("v").rpartition(".")[0]
    return _plain(vl_convert.vegalite_to_svg(_spec(chart, ink), vl_version=version, allowed_base_urls=[]))


def with_title(svg: str, title: str) -> str:
    """An SVG that says what it shows: for one that stands alone as a file."""
    root = ElementTree.fromstring(svg)
    root.set("role", "img")
    told = ElementTree.Element(f"{{{_SVG}}}title")
    told.text = title
    root.insert(0, told)
    return ElementTree.tostring(root, encoding="unicode")


def as_png(svg: str) -> bytes:
    """An SVG as PNG, half as large again, for screens with small pixels."""
    import vl_convert

    drawn: bytes = vl_convert.svg_to_png(svg, scale=_PNG_SCALE)
    return drawn


def _plain(svg: str) -> str:
    """Without the roles that the renderer gives to groups of marks, for one description tells it all."""
    root = ElementTree.fromstring(svg)
    for element in root.iter():
        for name in [name for name in element.attrib if name.startswith("aria-") or name in _NEEDLESS]:
            del element.attrib[name]
    return ElementTree.tostring(root, encoding="unicode")


def _spec(chart: Drawing, ink: Ink) -> dict[str, Any]:
    axis = {
        "labelColor": ink.quiet,
        "titleColor": ink.quiet,
        "gridColor": ink.line,
        "domainColor": ink.line,
        "tickColor": ink.line,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    }
    config = {
        # One description stands beside each chart; a hundred for its marks would drown it.
        "aria": False,
        "background": ink.ground,
        "font": FONT,
        "view": {"stroke": None},
        "axis": axis,
        "axisY": {"domain": False, "ticks": False, "grid": False, "labelPadding": 8, "labelColor": ink.text},
        "header": {
            "labelColor": ink.text,
            "labelFontSize": 12,
            "labelFontWeight": "bold",
            "labelAnchor": "start",
            "labelPadding": 4,
        },
        "title": {"anchor": "start", "color": ink.text, "fontSize": 12, "frame": "group"},
        "text": {"color": ink.text, "fontSize": 12},
    }
    # Each part was checked when it was made; to check the whole once more takes as long as to draw it.
    return {**chart.to_dict(validate=False), "config": config}
