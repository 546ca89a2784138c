"""Charts: what of the traffic is drawn, and the same figures as tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from loganalyzer.postmortem.drawing import (
    COLORS,
    Chart,
    Plan,
    Spec,
    draw,
    log_ticks,
    milliseconds,
    time_axis,
    whole_ticks,
)
from loganalyzer.postmortem.figures import Span
from loganalyzer.postmortem.record import AppReview

__all__ = ["Chart", "draw_charts"]

MOST_CODES = 6
FEWEST_POINTS = 5
"""With fewer a line from near shows nothing."""

NEAR = {
    "incident": "The main incident",
    "beginning": "The beginning of the main incident",
    "end": "The end of the main incident",
}
DASHES = {"p50": [1, 0], "p95": [6, 3], "p99": [2, 3]}
CLASS_WORDS = {
    "2xx": "2xx answered",
    "3xx": "3xx redirected",
    "4xx": "4xx client's fault",
    "5xx": "5xx failed",
    "other": "without a status",
}


def draw_charts(review: AppReview, prefix: str) -> tuple[Chart, ...]:
    """Draw the charts of one app; none without dated requests.

    Args:
        review: of the app.
        prefix: makes the ids of its charts unique in the page.
    """
    traffic = review.traffic
    if not traffic.spans:
        return ()
    plans = [("status", _plan_statuses(traffic.spans))]
    if traffic.closer:
        plans.append(("closer", _plan_statuses(traffic.closer, f"{NEAR[traffic.closer_part]} from near: r")))
    if traffic.by_code:
        plans.append(("codes", _plan_codes(review)))
    if any(one.p95_ms is not None for one in traffic.spans):
        plans.append(("latency", _plan_latency(traffic.spans)))
    if len([one for one in traffic.closer if one.p95_ms is not None]) >= FEWEST_POINTS:
        plans.append(("closer-latency", _plan_latency(traffic.closer, f"{NEAR[traffic.closer_part]} from near: t")))
    return tuple(draw(plan, review, f"{prefix}-{name}") for name, plan in plans)


def _plan_statuses(spans: Sequence[Span], front: str = "R") -> Plan:
    """Plan requests by class of status; the front of the title has the first letter of what follows."""
    classes = sorted({one for span in spans for one in span.by_class})
    worst = max(spans, key=lambda one: (one.errors, -one.at.timestamp()))
    description = f"{sum(one.requests for one in spans)} requests, {sum(one.errors for one in spans)} failed."
    if worst.errors:
        description += f" Most failed from {_start(worst)} UTC: {worst.errors} of {worst.requests}."
    values = [_value(span, one, count) for span in spans for one, count in span.by_class.items()]
    rows = [
        (_start(span), str(span.requests), str(span.errors), *(str(span.by_class.get(one, 0)) for one in classes))
        for span in spans
    ]
    return Plan(
        f"{front}equests per {_width_words(spans[0])} by status",
        description,
        spans,
        _bars(values, {one: COLORS[one] for one in classes}, spans),
        ("from (UTC)", "requests", "failed", *classes),
        tuple(rows),
        tuple((one, CLASS_WORDS[one]) for one in classes),
    )


def _plan_codes(review: AppReview) -> Plan:
    """Plan requests by code of the router, the rarest codes together."""
    spans, by_code = review.traffic.spans, review.traffic.by_code
    ordered = sorted(by_code, key=lambda code: (-by_code[code], code))
    shown = ordered[:MOST_CODES]
    names = [*shown, *(["others"] if len(ordered) > MOST_CODES else [])]
    values: list[Spec] = []
    rows = []
    for span in spans:
        counts = {code: span.by_code.get(code, 0) for code in shown}
        if len(names) > len(shown):
            counts["others"] = sum(span.by_code.values()) - sum(counts.values())
        values += [_value(span, code, count) for code, count in counts.items() if count]
        rows.append((_start(span), *(str(counts[code]) for code in names)))
    return Plan(
        f"Requests per {_width_words(spans[0])} by the router's error code",
        "; ".join(f"{code}: {by_code[code]} requests" for code in shown) + ".",
        spans,
        _bars(values, {code: COLORS[f"code{number}"] for number, code in enumerate(names)}, spans),
        ("from (UTC)", *names),
        tuple(rows),
        tuple((f"code{number}", code) for number, code in enumerate(names)),
    )


def _plan_latency(spans: Sequence[Span], front: str = "T") -> Plan:
    """Plan percentiles of the time to answer; the front of the title has the first letter of what follows."""
    values = [
        {"t": milliseconds(span) + span.seconds * 500, "k": name, "n": max(1, value), "g": group}
        for group, span in _unbroken(spans)
        for name, value in (("p50", span.p50_ms), ("p95", span.p95_ms), ("p99", span.p99_ms))
        if value is not None
    ]
    ticks = log_ticks([_integer(one["n"]) for one in values])
    encoding = {
        "x": time_axis("t", spans),
        "y": {
            "field": "n",
            "type": "quantitative",
            "scale": {"type": "log", "nice": False, "domain": [ticks[0], ticks[-1]]},
            "axis": {"title": None, "values": ticks, "format": "~s"},
        },
        "detail": {"field": "g"},
        "color": _by_name({name: COLORS[name] for name in DASHES}),
        "strokeDash": _by_name(DASHES),
    }
    mark = {"type": "line", "point": {"size": 14}, "strokeWidth": 1.8}
    rows = [
        (_start(span), *("" if one is None else str(one) for one in (span.p50_ms, span.p95_ms, span.p99_ms)))
        for span in spans
    ]
    worst = max(
        (one for one in spans if one.p95_ms is not None), key=lambda one: (one.p95_ms or 0, -one.at.timestamp())
    )
    return Plan(
        f"{front}ime to answer per {_width_words(spans[0])} (ms, logarithmic)",
        f"Slowest from {_start(worst)} UTC: half within {worst.p50_ms} ms, 95 % within {worst.p95_ms} ms, "
        f"99 % within {worst.p99_ms} ms.",
        spans,
        {"data": {"values": values}, "mark": mark, "encoding": encoding},
        ("from (UTC)", "p50", "p95", "p99"),
        tuple(rows),
        (("p50", "p50: half are faster"), ("p95", "p95"), ("p99", "p99")),
    )


def _bars(values: list[Spec], colors: Mapping[str, str], spans: Sequence[Span]) -> Spec:
    """Describe stacked bars."""
    totals: Counter[int] = Counter()
    for one in values:
        totals[one["t"]] += one["n"]
    ticks = whole_ticks(max(totals.values(), default=1))
    encoding = {
        "x": time_axis("t", spans),
        "x2": {"field": "u"},
        "y": {
            "field": "n",
            "type": "quantitative",
            "aggregate": "sum",
            "stack": "zero",
            "scale": {"domain": [0, ticks[-1]]},
            "axis": {"title": None, "values": ticks, "format": "~s"},
        },
        "color": _by_name(colors),
    }
    return {"data": {"values": values}, "mark": {"type": "bar"}, "encoding": encoding}


def _by_name(values: Mapping[str, Any]) -> Spec:
    """Describe what depends on the name of a series."""
    scale = {"domain": list(values), "range": list(values.values())}
    return {"field": "k", "type": "nominal", "legend": None, "scale": scale}


def _unbroken(spans: Sequence[Span]) -> list[tuple[int, Span]]:
    """Number the stretches that follow one another with times to answer, so that no line is drawn over a gap."""
    group, last = 0, -1
    numbered = []
    for span in spans:
        if span.p50_ms is None:
            continue
        at = milliseconds(span)
        if at != last:
            group += 1
        numbered.append((group, span))
        last = at + span.seconds * 1000
    return numbered


def _value(span: Span, name: str, count: int) -> Spec:
    """Give one value of a bar chart; a bar ends a little before the next begins."""
    start = milliseconds(span)
    return {"t": start, "u": start + span.seconds * 960, "k": name, "n": count}


def _integer(value: object) -> int:
    """Give a value that is known to be a whole number."""
    assert isinstance(value, int)
    return value


def _start(span: Span) -> str:
    """Write the start of a stretch, with seconds where its length is no whole minutes."""
    return span.at.strftime("%Y-%m-%d %H:%M" if span.seconds % 60 == 0 else "%Y-%m-%d %H:%M:%S")


def _width_words(span: Span) -> str:
    """Write the length of a stretch."""
    units = ((86_400, "day"), (3600, "hour"), (60, "minute"), (1, "second"))
    size, name = next((size, name) for size, name in units if span.seconds % size == 0)
    count = span.seconds // size
    return name if count == 1 else f"{count} {name}s"
