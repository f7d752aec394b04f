"""The colours and sizes of all charts, and their conversion from an Altair chart to SVG or PNG.

`charts` and `timeline` decide what a chart shows. On the page, colours are names of CSS properties, so that
one drawing serves the light and the dark theme; in print they are plain values.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias
from xml.etree import ElementTree

from onrecord.extras import extra

if TYPE_CHECKING:
    import altair as alt

Drawing: TypeAlias = "alt.FacetChart | alt.HConcatChart | alt.LayerChart | alt.VConcatChart"

FONT = "Liberation Sans"
"""Comes with the renderer, so that text is measured alike, and an SVG is the same, on every machine.

A PNG is not: a system font of this name, of another version, is drawn with other pixels.
"""
_PNG_SCALE = 1.25
_SVG = "http://www.w3.org/2000/svg"
_FONT = "font-family"
_INITIAL = frozenset({("opacity", "1"), ("text-anchor", "start")})
"""Attributes whose value is the one that SVG gives to an element without them."""
_NEEDLESS = frozenset({"class", "pointer-events", "role"})
_UNDRAWABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufdd0-\ufdef\ufffe\uffff\ud800-\udfff]")
"""What XML or the renderer cannot hold; on some of these the renderer ends the process."""
ElementTree.register_namespace("", _SVG)


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of a chart."""

    labels: Mapping[str, str]
    """The colour of each verifiability, distinct with any colour vision, and never a label's only mark."""
    text: str
    quiet: str
    line: str
    mark: str
    """The colour of marks that belong to no label."""
    ground: str | None


PAGE_THEME = Theme(
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
PRINT_THEME = Theme(
    labels={"verifiable": "#1d5fa8", "partially_verifiable": "#b35900", "unverifiable": "#6a7280"},
    text="#1b1f24",
    quiet="#57606a",
    line="#d5d9de",
    mark="#33475b",
    ground="#ffffff",
)


def as_svg(chart: Drawing, theme: Theme) -> str:
    """The chart as SVG, which refers to nothing outside of it."""
    with extra("page", "a page"):
        import altair as alt
    with extra("page", "a page"):
        import vl_convert

    version = alt.SCHEMA_VERSION.removeprefix("v").rpartition(".")[0]
    return _plain(vl_convert.vegalite_to_svg(_spec(chart, theme), vl_version=version, allowed_base_urls=[]))


def with_title(svg: str, title: str) -> str:
    """An SVG with its description as title, for a file of its own."""
    root = ElementTree.fromstring(svg)
    root.set("role", "img")
    element = ElementTree.Element(f"{{{_SVG}}}title")
    element.text = title
    root.insert(0, element)
    return ElementTree.tostring(root, encoding="unicode")


def as_png(svg: str) -> bytes:
    """An SVG as PNG, scaled for screens with small pixels."""
    with extra("page", "a page"):
        import vl_convert

    drawn: bytes = vl_convert.svg_to_png(svg, scale=_PNG_SCALE)
    return drawn


def _plain(svg: str) -> str:
    """The SVG without the renderer's roles for groups of marks, and without what every mark repeats.

    One description covers the roles; initial values need not be said, and the root says the font for all.
    """
    root = ElementTree.fromstring(svg)
    families = {element.get(_FONT) for element in root.iter()} - {None}
    shared = families.pop() if len(families) == 1 else None
    for element in root.iter():
        for name, value in list(element.attrib.items()):
            is_said = (name, value) in _INITIAL or (name, value) == (_FONT, shared)
            if name.startswith("aria-") or name in _NEEDLESS or is_said:
                del element.attrib[name]
    if shared:
        root.set(_FONT, shared)
    return ElementTree.tostring(root, encoding="unicode")


def _spec(chart: Drawing, theme: Theme) -> dict[str, Any]:
    axis = {
        "labelColor": theme.quiet,
        "titleColor": theme.quiet,
        "gridColor": theme.line,
        "domainColor": theme.line,
        "tickColor": theme.line,
        "labelFontSize": 12,
        "titleFontSize": 12,
        "titleFontWeight": "normal",
    }
    config = {
        # Each chart has one description; a hundred more for its marks would hide it.
        "aria": False,
        "background": theme.ground,
        "font": FONT,
        "view": {"stroke": None},
        "axis": axis,
        "axisY": {
            "domain": False,
            "ticks": False,
            "grid": False,
            "labelPadding": 8,
            "labelColor": theme.text,
        },
        "header": {
            "labelColor": theme.text,
            "labelFontSize": 12,
            "labelFontWeight": "bold",
            "labelAnchor": "start",
            "labelPadding": 4,
        },
        "title": {"anchor": "start", "color": theme.text, "fontSize": 12, "frame": "group"},
        "text": {"color": theme.text, "fontSize": 12},
    }
    # Altair checked each part when it was made; checking the whole again takes as long as drawing it.
    spec: dict[str, Any] = _drawable({**chart.to_dict(validate=False), "config": config})
    return spec


def _drawable(value: Any) -> Any:
    """The specification with a replacement character for every character that cannot be drawn."""
    if isinstance(value, str):
        return _UNDRAWABLE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_drawable(item) for item in value]
    return {key: _drawable(item) for key, item in value.items()} if isinstance(value, dict) else value
