"""Drawing: specifications of Vega-Lite become SVG that stands in the page (docs/decisions tells why).

Colours of the drawing are stand-ins that become CSS variables, so that one drawing serves light, dark and paper.
Every chart exists wide and narrow, because text in a drawing does not grow when the drawing shrinks.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from typing import Any

from loganalyzer.postmortem.figures import Span
from loganalyzer.postmortem.record import AppReview

__all__ = ["COLORS", "Chart", "Plan", "Spec", "draw", "log_ticks", "milliseconds", "time_axis", "whole_ticks"]

WIDE, NARROW = 860, 270
HEIGHT = 170
LABELS = 30
"""Room for the labels of the upright axis, so that the charts of one app stand in line."""

MOST_MARKS = 60
THINNEST_BAND = 0.005
MARKED = ("deploy-created", "deploy-started", "rolled-back", "config-changed", "scaled")


COLORS = {
    "2xx": "#010101",
    "3xx": "#010102",
    "4xx": "#010103",
    "5xx": "#010104",
    "other": "#010105",
    "ink": "#010106",
    "grid": "#010107",
    "band": "#010108",
    "mark": "#010109",
    "p50": "#01010a",
    "p95": "#01010b",
    "p99": "#01010c",
    **{f"code{number}": f"#0102{number:02x}" for number in range(7)},
}
"""Stand-ins; the style sheet has a variable `--chart-<name>` for each."""


Spec = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Chart:
    """One chart.

    Attributes:
        id: unique in the page.
        title: what it shows.
        description: what a reader who does not see it needs to know.
        wide, narrow: SVG; empty when the converter is not installed.
        heads, rows: the same figures as a table.
        legend: (name of the colour, words).
    """

    id: str
    title: str
    description: str
    wide: str
    narrow: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    legend: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Plan:
    """A chart that is not drawn yet.

    Attributes:
        title: what it shows.
        description: what a reader who does not see it needs to know.
        spans: the stretches of time that it shows.
        layer: its marks.
        heads, rows: the same figures as a table.
        legend: (name of the colour, words).
    """

    title: str
    description: str
    spans: Sequence[Span]
    layer: Spec
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    legend: tuple[tuple[str, str], ...]


def draw(plan: Plan, review: AppReview, name: str) -> Chart:
    """Draw a chart in both widths, with the incidents and the releases in it.

    Args:
        plan: what to draw.
        review: whose incidents and changes are marked.
        name: id of the chart, unique in the page.
    """
    bands, lines = _bands(review, plan.spans), _lines(review, plan.spans)
    convert = _converter()
    drawn = {"wide": "", "narrow": ""}
    if convert is not None:
        layers = [*_mark_layers(bands, lines, plan.spans), plan.layer]
        for suffix, width in (("wide", WIDE), ("narrow", NARROW)):
            drawn[suffix] = _tidy(convert(_spec(layers, width)), f"{name}-{suffix}", plan.title, plan.description)
    legend = [*plan.legend]
    legend += [("band", "incident")] if bands else []
    legend += [("mark", "release or change")] if lines else []
    return Chart(
        name, plan.title, plan.description, drawn["wide"], drawn["narrow"], plan.heads, plan.rows, tuple(legend)
    )


def _converter() -> Callable[[Spec], str] | None:
    """Give the converter; None where it cannot be loaded on this system."""
    try:
        from vl_convert import vegalite_to_svg  # noqa: PLC0415
    except ImportError:
        return None
    return lambda spec: str(vegalite_to_svg(spec, vl_version="5.20"))


def _spec(layers: Sequence[Spec], width: int) -> Spec:
    """Put layers into a drawing."""
    axis = {
        "labelColor": COLORS["ink"],
        "titleColor": COLORS["ink"],
        "gridColor": COLORS["grid"],
        "domainColor": COLORS["grid"],
        "tickColor": COLORS["grid"],
        "labelFontSize": 11,
        "titleFontSize": 11,
        "labelFont": "sans-serif",
        "titleFont": "sans-serif",
    }
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": width,
        "height": HEIGHT,
        "padding": {"left": 2, "right": 12, "top": 6, "bottom": 2},
        "background": None,
        "layer": list(layers),
        "config": {"axis": axis, "axisY": {"minExtent": LABELS}, "view": {"stroke": None}},
    }


def time_axis(field: str, spans: Sequence[Span]) -> Spec:
    """Describe the axis of time, the same for all charts of an app."""
    domain = list(_borders(spans))
    return {
        "field": field,
        "type": "temporal",
        "scale": {"type": "utc", "domain": domain, "nice": False},
        "axis": {
            "title": None,
            "labelOverlap": "greedy",
            "labelSeparation": 8,
            "grid": False,
            "tickCount": 6,
            "format": _time_format(domain[1] - domain[0]),
        },
    }


def _time_format(milliseconds: int) -> str:
    """Give the form of the labels for a length of time."""
    minutes = milliseconds // 60_000
    if minutes <= 10:
        return "%H:%M:%S"
    if minutes <= 24 * 60:
        return "%H:%M"
    return "%d %b %H:%M" if minutes <= 4 * 24 * 60 else "%d %b"


def whole_ticks(most: int) -> list[int]:
    """Give about four whole numbers that reach over a count."""
    step = max(1, most / 4)
    size = 10 ** math.floor(math.log10(step))
    nice = next(int(one * size) for one in (1, 2, 5, 10) if one * size >= step)
    return list(range(0, most + nice, nice))


def log_ticks(values: Sequence[int]) -> list[int]:
    """Give 1, 3, 10, 30 … around values."""
    marks = [factor * 10**power for power in range(10) for factor in (1, 3)]
    low = max((one for one in marks if one <= min(values)), default=1)
    high = min((one for one in marks if one >= max(values)), default=marks[-1])
    return [one for one in marks if low <= one <= max(high, low * 3)]


def _bands(review: AppReview, spans: Sequence[Span]) -> list[Spec]:
    """Give the stretches of the incidents, as far as they lie in the charted time."""
    first, last = _borders(spans)
    bands = []
    for one in (occurrence for incident in review.incidents for occurrence in incident.occurrences):
        if one.start is None:
            continue
        start = one.start.timestamp() * 1000
        end = one.end.timestamp() * 1000 if one.end is not None else last
        if start < last and end > first:
            bands.append({"t": max(first, start), "u": min(last, max(end, start + (last - first) * THINNEST_BAND))})
    return bands[:MOST_MARKS]


def _lines(review: AppReview, spans: Sequence[Span]) -> list[Spec]:
    """Give the times of releases and changes, as far as they lie in the charted time."""
    first, last = _borders(spans)
    times = [one.entry.at.timestamp() * 1000 for one in review.changes if one.entry.at and one.entry.kind in MARKED]
    return [{"t": at} for at in times if first <= at <= last][:MOST_MARKS]


def _mark_layers(bands: list[Spec], lines: list[Spec], spans: Sequence[Span]) -> list[Spec]:
    """Describe incidents as bands and changes as dashed lines."""
    axis = time_axis("t", spans)
    layers: list[Spec] = []
    if bands:
        encoding = {"x": axis, "x2": {"field": "u"}}
        layers.append(
            {"data": {"values": bands}, "mark": {"type": "rect", "color": COLORS["band"]}, "encoding": encoding}
        )
    if lines:
        rule = {"type": "rule", "color": COLORS["mark"], "strokeDash": [4, 3], "strokeWidth": 1.5}
        layers.append({"data": {"values": lines}, "mark": rule, "encoding": {"x": axis}})
    return layers


def _borders(spans: Sequence[Span]) -> tuple[int, int]:
    """Give the first and the last moment of the charted time."""
    return milliseconds(spans[0]), milliseconds(spans[-1]) + spans[-1].seconds * 1000


def _tidy(svg: str, name: str, title: str, description: str) -> str:
    """Make a drawing one image for screen readers, with colours of the style sheet and ids of its own."""
    svg = re.sub(r' (?:aria-[a-z]+|role|xmlns:xlink)="[^"]*"', "", svg)
    svg = re.sub(r'\b(id="|url\(#|href="#)', rf"\g<1>{name}-", svg)
    for color, value in COLORS.items():
        svg = svg.replace(f'"{value}"', f'"var(--chart-{color})"')
    words = f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-words">{escape(description)}</desc>'
    head, _, rest = svg.partition(">")
    return f'{head} role="img" aria-labelledby="{name}-title {name}-words">{words}{rest}'


def milliseconds(span: Span) -> int:
    """Give the start of a stretch as JavaScript counts."""
    return int(span.at.timestamp() * 1000)
