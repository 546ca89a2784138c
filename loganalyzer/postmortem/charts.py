"""Charts: traffic as SVG that stands in the page, drawn by Vega-Lite's converter (docs/decisions tells why).

Colours of the drawing are stand-ins that become CSS variables, so that one drawing serves light, dark and paper. Every chart
exists wide and narrow, because text in a drawing does not grow when the drawing shrinks.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from loganalyzer.postmortem.record import AppReview, Span

__all__ = ["Chart", "draw_charts"]

WIDE, NARROW = 860, 270
HEIGHT = 170
COLORS = {
    "2xx": "#010101", "3xx": "#010102", "4xx": "#010103", "5xx": "#010104", "other": "#010105", "ink": "#010106", "grid": "#010107",
    "band": "#010108", "mark": "#010109", "p50": "#01010a", "p95": "#01010b", "p99": "#01010c",
    **{f"code{number}": f"#0102{number:02x}" for number in range(7)},
}  # fmt: skip
"""Stand-ins; the style sheet has a variable `--chart-<name>` for each."""

MOST_CODES = 6
DASHES = {"p50": [1, 0], "p95": [6, 3], "p99": [2, 3]}

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


def draw_charts(review: AppReview, prefix: str) -> tuple[Chart, ...]:
    """Draw the charts of one app; none without dated requests."""
    spans = review.traffic.spans
    if not spans:
        return ()
    draw = _converter()
    charts = [_status_chart(review, f"{prefix}-status", draw)]
    if review.traffic.by_code:
        charts.append(_code_chart(review, f"{prefix}-codes", draw))
    if any(one.p95_ms is not None for one in spans):
        charts.append(_latency_chart(review, f"{prefix}-latency", draw))
    return tuple(charts)


def _converter() -> Callable[[Spec], str] | None:
    """Give the converter; None where it cannot be loaded on this system."""
    try:
        from vl_convert import vegalite_to_svg  # noqa: PLC0415 (start-up time)
    except ImportError:
        return None
    return lambda spec: str(vegalite_to_svg(spec, vl_version="5.20"))


def _status_chart(review: AppReview, name: str, draw: Callable[[Spec], str] | None) -> Chart:
    """Draw requests by class of status."""
    spans = review.traffic.spans
    classes = sorted({one for span in spans for one in span.by_class})
    worst = max(spans, key=lambda one: (one.errors, -one.at.timestamp()))
    description = f"{review.traffic.requests} requests, {review.traffic.errors} failed."
    if worst.errors:
        description += f" Most failed from {worst.at:%Y-%m-%d %H:%M} UTC: {worst.errors} of {worst.requests}."
    values = [_point(span, one, count) for span in spans for one, count in span.by_class.items()]
    colors = {one: COLORS[one] for one in classes}
    rows = tuple((f"{span.at:%Y-%m-%d %H:%M}", str(span.requests), str(span.errors), *(str(span.by_class.get(one, 0)) for one in classes)) for span in spans)
    title = f"Requests per {_width_words(spans[0].seconds)} by status"
    words = {"2xx": "2xx answered", "3xx": "3xx redirected", "4xx": "4xx client's fault", "5xx": "5xx failed", "other": "without a status"}
    return _chart(name, title, description, _bars(values, colors, spans), review, draw, ("from (UTC)", "requests", "failed", *classes), rows, tuple((one, words[one]) for one in classes))


def _code_chart(review: AppReview, name: str, draw: Callable[[Spec], str] | None) -> Chart:
    """Draw requests by code of the router, the rarest codes together."""
    spans = review.traffic.spans
    ordered = sorted(review.traffic.by_code, key=lambda code: (-review.traffic.by_code[code], code))
    shown = ordered[:MOST_CODES]
    names = [*shown, *(["others"] if len(ordered) > MOST_CODES else [])]
    values = []
    rows = []
    for span in spans:
        counts = {code: span.by_code.get(code, 0) for code in shown}
        if len(ordered) > MOST_CODES:
            counts["others"] = sum(span.by_code.values()) - sum(counts.values())
        values += [_point(span, code, count) for code, count in counts.items() if count]
        rows.append((f"{span.at:%Y-%m-%d %H:%M}", *(str(counts[code]) for code in names)))
    colors = {code: COLORS[f"code{number}"] for number, code in enumerate(names)}
    description = "; ".join(f"{code}: {review.traffic.by_code[code]} requests" for code in shown) + "."
    legend = tuple((f"code{number}", code) for number, code in enumerate(names))
    title = f"Requests per {_width_words(spans[0].seconds)} by the router's error code"
    return _chart(name, title, description, _bars(values, colors, spans), review, draw, ("from (UTC)", *names), tuple(rows), legend)


def _latency_chart(review: AppReview, name: str, draw: Callable[[Spec], str] | None) -> Chart:
    """Draw percentiles of the time to answer."""
    spans = review.traffic.spans
    values = [
        {"t": _milliseconds(span) + span.seconds * 500, "k": one, "n": max(1, value), "g": group}
        for group, span in _unbroken(spans)
        for one, value in (("p50", span.p50_ms), ("p95", span.p95_ms), ("p99", span.p99_ms))
        if value is not None
    ]
    traffic = review.traffic
    description = f"Over the whole log half were answered within {traffic.p50_ms} ms, 95 % within {traffic.p95_ms} ms, 99 % within {traffic.p99_ms} ms."
    ticks = _log_ticks([one["n"] for one in values])
    encoding = {
        "x": _time_axis("t", spans),
        "y": {"field": "n", "type": "quantitative", "scale": {"type": "log", "nice": False, "domain": [ticks[0], ticks[-1]]}, "axis": {"title": None, "values": ticks, "format": "~s"}},
        "detail": {"field": "g"},
        "color": {"field": "k", "type": "nominal", "legend": None, "scale": {"domain": list(DASHES), "range": [COLORS[one] for one in DASHES]}},
        "strokeDash": {"field": "k", "type": "nominal", "legend": None, "scale": {"domain": list(DASHES), "range": list(DASHES.values())}},
    }
    layer = {"data": {"values": values}, "mark": {"type": "line", "point": {"size": 14}, "strokeWidth": 1.8}, "encoding": encoding}
    rows = tuple((f"{span.at:%Y-%m-%d %H:%M}", *("" if one is None else str(one) for one in (span.p50_ms, span.p95_ms, span.p99_ms))) for span in spans)
    legend = (("p50", "p50: half are faster"), ("p95", "p95"), ("p99", "p99"))
    return _chart(name, "Time to answer (ms, logarithmic)", description, layer, review, draw, ("from (UTC)", "p50", "p95", "p99"), rows, legend)


def _bars(values: list[Spec], colors: Mapping[str, str], spans: Sequence[Span]) -> Spec:
    """Describe stacked bars."""
    totals: Counter[int] = Counter()
    for one in values:
        totals[one["t"]] += one["n"]
    ticks = _whole_ticks(max(totals.values(), default=1))
    encoding = {
        "x": _time_axis("t", spans),
        "x2": {"field": "u"},
        "y": {"field": "n", "type": "quantitative", "aggregate": "sum", "stack": "zero", "scale": {"domain": [0, ticks[-1]]}, "axis": {"title": None, "values": ticks, "format": "~s"}},
        "color": {"field": "k", "type": "nominal", "legend": None, "scale": {"domain": list(colors), "range": list(colors.values())}},
    }
    return {"data": {"values": values}, "mark": {"type": "bar"}, "encoding": encoding}


def _chart(
    name: str, title: str, description: str, layer: Spec, review: AppReview, draw: Callable[[Spec], str] | None,
    heads: tuple[str, ...], rows: tuple[tuple[str, ...], ...], legend: tuple[tuple[str, str], ...],
) -> Chart:  # fmt: skip  # noqa: PLR0913 (the parts of a chart)
    """Draw a layer in both widths, with the incidents and deploys in it."""
    marks = _marks(review)
    wide = narrow = ""
    if draw is not None:
        wide, narrow = (
            _tidy(draw(_spec([*marks, layer], width)), f"{name}-{suffix}", title, description) for width, suffix in ((WIDE, "wide"), (NARROW, "narrow"))
        )
    shown = (*legend, *((("band", "incident"),) if any("x2" in one["encoding"] for one in marks) else ()), *((("mark", "release or change"),) if any("x2" not in one["encoding"] for one in marks) else ()))
    return Chart(name, title, description, wide, narrow, heads, rows, shown)


def _spec(layers: Sequence[Spec], width: int) -> Spec:
    """Put layers into a drawing."""
    axis = {
        "labelColor": COLORS["ink"], "titleColor": COLORS["ink"], "gridColor": COLORS["grid"], "domainColor": COLORS["grid"],
        "tickColor": COLORS["grid"], "labelFontSize": 11, "titleFontSize": 11, "labelFont": "sans-serif", "titleFont": "sans-serif",
    }  # fmt: skip
    return {
        "$schema": "https://vega.github.io/schema/vega-lite/v5.json",
        "width": width, "height": HEIGHT, "padding": {"left": 2, "right": 12, "top": 6, "bottom": 2}, "background": None,
        "layer": list(layers), "config": {"axis": axis, "view": {"stroke": None}},
    }  # fmt: skip


def _time_axis(field: str, spans: Sequence[Span]) -> Spec:
    """Describe the axis of time, the same for all charts of an app."""
    domain = [_milliseconds(spans[0]), _milliseconds(spans[-1]) + spans[-1].seconds * 1000]
    return {
        "field": field, "type": "temporal", "scale": {"type": "utc", "domain": domain, "nice": False},
        "axis": {"title": None, "labelOverlap": True, "grid": False, "tickCount": 6, "format": _time_format(domain[1] - domain[0])},
    }  # fmt: skip


def _time_format(milliseconds: int) -> str:
    """Give the form of the labels for a length of time."""
    minutes = milliseconds // 60_000
    if minutes <= 5:  # noqa: PLR2004 (few enough for ticks between the minutes)
        return "%H:%M:%S"
    if minutes <= 24 * 60:
        return "%H:%M"
    return "%d %b %H:%M" if minutes <= 4 * 24 * 60 else "%d %b"


def _unbroken(spans: Sequence[Span]) -> list[tuple[int, Span]]:
    """Number the stretches that follow one another with times to answer, so that no line is drawn over a gap."""
    group, last, numbered = 0, -1, []
    for span in spans:
        if span.p50_ms is None:
            continue
        at = _milliseconds(span)
        if at != last:
            group += 1
        numbered.append((group, span))
        last = at + span.seconds * 1000
    return numbered


def _whole_ticks(most: int) -> list[int]:
    """Give about four whole numbers that reach over a count."""
    step = max(1, most / 4)
    size = 10 ** math.floor(math.log10(step))
    nice = next(int(one * size) for one in (1, 2, 5, 10) if one * size >= step)
    return list(range(0, most + nice, nice))


def _log_ticks(values: Sequence[int]) -> list[int]:
    """Give 1, 3, 10, 30 … around values."""
    marks = [factor * 10**power for power in range(10) for factor in (1, 3)]
    low = max((one for one in marks if one <= min(values)), default=1)
    high = min((one for one in marks if one >= max(values)), default=marks[-1])
    return [one for one in marks if low <= one <= max(high, low * 3)]


def _marks(review: AppReview) -> list[Spec]:
    """Describe the incidents as bands and the changes before and in them as lines, as far as they lie in the charted time."""
    spans = review.traffic.spans
    first, last = _milliseconds(spans[0]), _milliseconds(spans[-1]) + spans[-1].seconds * 1000
    bands, lines = [], []
    for incident in review.incidents:
        for one in incident.occurrences:
            if one.start is None:
                continue
            start = one.start.timestamp() * 1000
            end = one.end.timestamp() * 1000 if one.end is not None else last
            if start < last and end > first:
                bands.append({"t": max(first, start), "u": min(last, max(end, start + (last - first) / 200))})
    for change in review.changes:
        at = change.entry.at
        if at is not None and first <= at.timestamp() * 1000 <= last and change.entry.kind in ("deploy-created", "deploy-started", "rolled-back", "config-changed", "scaled"):
            lines.append({"t": at.timestamp() * 1000})
    layers: list[Spec] = []
    if bands:
        layers.append({"data": {"values": bands}, "mark": {"type": "rect", "color": COLORS["band"]}, "encoding": {"x": _time_axis("t", spans), "x2": {"field": "u"}}})
    if lines:
        layers.append({"data": {"values": lines[:60]}, "mark": {"type": "rule", "color": COLORS["mark"], "strokeDash": [4, 3], "strokeWidth": 1.5}, "encoding": {"x": _time_axis("t", spans)}})
    return layers


def _tidy(svg: str, name: str, title: str, description: str) -> str:
    """Make a drawing one image for screen readers, with colours of the style sheet and ids of its own."""
    from html import escape  # noqa: PLC0415 (start-up time)

    svg = re.sub(r' (?:aria-[a-z]+|role|xmlns:xlink)="[^"]*"', "", svg)
    svg = re.sub(r'\b(id="|url\(#|href="#)', rf"\g<1>{name}-", svg)
    for color, value in COLORS.items():
        svg = svg.replace(f'"{value}"', f'"var(--chart-{color})"')
    words = f'<title id="{name}-title">{escape(title)}</title><desc id="{name}-words">{escape(description)}</desc>'
    head, _, rest = svg.partition(">")
    return f'{head} role="img" aria-labelledby="{name}-title {name}-words">{words}{rest}'


def _point(span: Span, name: str, count: int) -> Spec:
    """Give one value of a bar chart."""
    start = _milliseconds(span)
    return {"t": start, "u": start + span.seconds * 960, "k": name, "n": count}


def _milliseconds(span: Span) -> int:
    """Give the start of a stretch as JavaScript counts."""
    return int(span.at.timestamp() * 1000)


def _width_words(seconds: int) -> str:
    """Write the length of a stretch."""
    minutes = seconds // 60
    return "minute" if minutes == 1 else f"{minutes} minutes"
