"""Counts the lines and requests of a block in bulk, without making an object of each line.

An ingester may offer `HEADS`, a regex over bytes that matches every well-formed line of its main shapes and captures
the minute and who wrote it, and `REQUESTS`, one that matches its router's request lines of all eras. Lines that no
`HEADS` matches are parsed one by one, so that odd shapes are counted the same way, only slower.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from loganalyzer.ingesters import INGESTERS, parse
from loganalyzer.model import Claim, Event, Line
from loganalyzer.moments import milliseconds_of, minute_of_stamp
from loganalyzer.request_lines import RequestCounts
from loganalyzer.summary import Summary, minute_of
from loganalyzer.traffic import Request

__all__ = ["count_lines", "count_requests", "heads_of", "line_spans", "request_of"]

LONGEST_STATUS = 3


def heads_of(platform: str | None) -> tuple[tuple[Any, re.Pattern[bytes]], ...]:
    """Give the ingesters that offer HEADS, each with it; only the one of the platform that the user named."""
    return tuple(
        (ingester, ingester.HEADS)
        for ingester in INGESTERS
        if hasattr(ingester, "HEADS") and platform in (None, ingester.PLATFORM)
    )


def count_lines(data: bytes, lines: int, summary: Summary, platform: str | None = None) -> dict[int, Event]:
    """Count every line, and every request that was not taken out before.

    Args:
        data: whole lines.
        lines: how many.
        summary: where the counts go.
        platform: the platform that the user named, or None.

    Returns:
        The events of the lines that had to be parsed one by one, by 0-based line number in *data*.
    """
    if not data:
        return {}
    ingesters = heads_of(platform)
    claimed = sum(_count_heads(ingester, heads, data, summary) for ingester, heads in ingesters)
    for ingester, _ in ingesters:
        if getattr(ingester, "REQUESTS", None) is not None:
            _count_requests(ingester, data, summary)
    return {} if claimed >= lines else _count_rest(data, summary, platform)


def count_requests(requests: RequestCounts, summary: Summary) -> None:
    """Count request lines that were taken out of a block."""
    part = summary.app(None)
    counts = requests.requests()
    part.traffic.add_counts(counts, requests.latencies)
    minutes: Counter[int | None] = Counter()
    for request, count in counts.items():
        minutes[request.minute] += count
    for minute, count in minutes.items():
        part.count_lines("router", "", minute, count)
    summary.claims[requests.form.platform, requests.form.claim] += counts.total()


def _count_heads(ingester: Any, heads: re.Pattern[bytes], data: bytes, summary: Summary) -> int:  # noqa: ANN401
    """Count the lines of one ingester's main shapes; give how many there are."""
    total = 0
    for found, count in Counter(heads.findall(data)).items():
        *moment, tag = found
        source, process = ingester.origin(tag)
        total += count
        summary.app(None).count_lines(source, process or "", minute_of_stamp(*moment), count)
    if total:
        summary.claims[ingester.PLATFORM, getattr(ingester, "HEADS_CLAIM", Claim.HEADED)] += total
    return total


def _count_requests(ingester: Any, data: bytes, summary: Summary) -> None:  # noqa: ANN401
    """Count the requests of one ingester's router."""
    prefix = getattr(ingester, "REQUEST_PROCESS", "")
    requests = [
        Request(
            minute_of_stamp(*moment),
            code.decode("ascii", "replace"),
            prefix + process.decode("utf-8", "replace") if process else "",
            int(status) if status.isdigit() else 0,
            milliseconds_of(service, ingester.REQUEST_UNIT_MS),
        )
        for *moment, code, process, _connect, service, status in ingester.REQUESTS.findall(data)
    ]
    if requests:
        summary.app(None).traffic.add(requests)


def _count_rest(data: bytes, summary: Summary, platform: str | None) -> dict[int, Event]:
    """Parse and count the lines that no HEADS matches."""
    events: dict[int, Event] = {}
    heads = [pattern for _, pattern in heads_of(platform)]
    for number, (start, end) in enumerate(line_spans(data)):
        if any(pattern.match(data, start, end) for pattern in heads):
            continue
        event = parse(Line(number + 1, data[start:end].decode("utf-8", "replace")), platform)
        events[number] = event
        summary.claims[event.platform, event.claim] += 1
        part = summary.app(event.app)
        part.count_lines(event.source, event.process or "", minute_of(event.at) if event.at else None, 1)
        request = request_of(event)
        if request is not None:
            part.traffic.add([request])
    return events


def request_of(event: Event) -> Request | None:
    """Read the request out of a router event; None when it is none."""
    if event.source != "router":
        return None
    fields = event.fields
    status = fields.get("status") or fields.get("statusCode") or ""
    code = fields.get("code") or fields.get("x_cf_routererror", "").partition(" ")[0]
    if not status.isdigit() and not code and "requestID" not in fields:
        return None
    service = fields.get("service", "").removesuffix("ms") or fields.get("responseTimeMS", "")
    unit = 1
    if not service and fields.get("response_time"):
        service, unit = fields["response_time"], 1000
    process = fields.get("dyno") or event.process or ""
    return Request(
        minute_of(event.at) if event.at else None,
        "" if code == "-" else code,
        process,
        int(status) if status.isdecimal() and len(status) == LONGEST_STATUS else 0,
        milliseconds_of(service.encode(), unit),
    )


def line_spans(data: bytes) -> Iterator[tuple[int, int]]:
    """Give start and end of each line, the line end not counted."""
    start = 0
    while start < len(data):
        end = data.find(b"\n", start)
        if end < 0:
            end = len(data)
        yield start, end
        start = end + 1
