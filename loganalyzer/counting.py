"""Counts the lines and requests of a block in bulk, without making an object of each line.

An ingester may offer `HEADS`, a regex over bytes that matches the prefix of every well-formed line of its main
shapes, and
`REQUESTS`, one that matches its router's request lines. Lines that no `HEADS` matches are parsed one by one, so
that odd shapes are counted the same way, only slower.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import Any

from loganalyzer.ingesters import INGESTERS, parse
from loganalyzer.model import Claim, Event, Line
from loganalyzer.summary import Summary, minute_of
from loganalyzer.text import parse_timestamp
from loganalyzer.traffic import Request

__all__ = ["count_block", "line_spans", "request_of"]

HEADS: tuple[tuple[Any, re.Pattern[bytes]], ...] = tuple(
    (ingester, ingester.HEADS) for ingester in INGESTERS if hasattr(ingester, "HEADS")
)
REQUESTS: tuple[tuple[Any, re.Pattern[bytes]], ...] = tuple(
    (ingester, ingester.REQUESTS) for ingester in INGESTERS if getattr(ingester, "REQUESTS", None) is not None
)


def count_block(data: bytes, lines: int, summary: Summary, platform: str | None = None) -> dict[int, Event]:
    """Count every line and request of a block.

    Args:
        data: whole lines.
        lines: how many.
        summary: where the counts go.
        platform: the platform that the user named, or None.

    Returns:
        The events of the lines that had to be parsed one by one, by 0-based line number in the block.
    """
    claimed = 0
    for ingester, heads in HEADS:
        if platform is not None and platform != ingester.PLATFORM:
            continue
        claimed += _count_heads(ingester, heads, data, summary)
    for ingester, requests in REQUESTS:
        if platform is None or platform == ingester.PLATFORM:
            _count_requests(ingester, requests, data, summary)
    if claimed >= lines:
        return {}
    return _count_rest(data, summary, platform)


def _count_heads(ingester: Any, heads: re.Pattern[bytes], data: bytes, summary: Summary) -> int:
    """Count the lines of one ingester's main shapes; give how many there are."""
    claim = getattr(ingester, "HEADS_CLAIM", Claim.HEADED)
    total = 0
    for found, count in Counter(heads.findall(data)).items():
        *moment, tag = found
        source, process = ingester.origin(tag)
        total += count
        summary.app(None).count_lines(source, process or "", _minute(moment), count)
    if total:
        summary.claims[ingester.PLATFORM, claim] += total
    return total


def _count_requests(ingester: Any, pattern: re.Pattern[bytes], data: bytes, summary: Summary) -> None:
    """Count the requests of one ingester's main shapes."""
    unit = ingester.REQUEST_UNIT_MS
    prefix = getattr(ingester, "REQUEST_PROCESS", "")
    requests: list[Request] = []
    minutes: dict[tuple[bytes, ...], int | None] = {}
    for *moment, code, process, _connect, service, status in pattern.findall(data):
        when = tuple(moment)
        if when not in minutes:
            minutes[when] = _minute(moment)
        requests.append(
            Request(
                minutes[when],
                code.decode("ascii", "replace"),
                prefix + process.decode("utf-8", "replace") if process else "",
                int(status) if status.isdigit() else 0,
                _milliseconds(service, unit),
            )
        )
    if requests:
        summary.app(None).traffic.add(requests)


def _count_rest(data: bytes, summary: Summary, platform: str | None) -> dict[int, Event]:
    """Parse and count the lines that no HEADS matches."""
    events: dict[int, Event] = {}
    heads = [pattern for ingester, pattern in HEADS if platform is None or platform == ingester.PLATFORM]
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
        int(status) if status.isdigit() else 0,
        _milliseconds(service.encode(), unit),
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


def _minute(moment: list[bytes]) -> int | None:
    """Turn `2026-05-01T10:00` and an optional zone into minutes since 1970."""
    zone = moment[1].decode() if len(moment) > 1 else ""
    at: datetime | None = parse_timestamp(f"{moment[0].decode('ascii', 'replace')}:00{zone}")
    return minute_of(at) if at else None


def _milliseconds(text: bytes, unit: int) -> int | None:
    """Read a duration; None when there is none."""
    try:
        return max(0, round(float(text) * unit)) if text else None
    except (ValueError, OverflowError):
        return None
