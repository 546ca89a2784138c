"""Counts lines and requests that were read out of a block in bulk, and those that had to be parsed one by one."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable

from loganalyzer.model import Event
from loganalyzer.summarizing.headed import Headed, Odd, Shape
from loganalyzer.summarizing.moments import milliseconds_of, minute_of_stamp
from loganalyzer.summarizing.request_lines import RequestCounts
from loganalyzer.summary import Summary, minute_of
from loganalyzer.traffic import Request

__all__ = ["count_headed", "count_odd", "count_old_requests", "count_requests", "request_of"]

LONGEST_STATUS = 3


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


def count_headed(headed: Headed, summary: Summary) -> None:
    """Count the lines of one of the main shapes."""
    part = summary.app(None)
    counts = headed.counts()
    for (minute, tag), count in counts.items():
        source, process = headed.shape.origin(tag)
        part.count_lines(source, process or "", minute, count)
    summary.claims[headed.shape.platform, headed.shape.claim] += counts.total()


def count_old_requests(data: bytes, shape: Shape, summary: Summary) -> None:
    """Count the requests among lines of the main shapes that were not taken out: those of other eras, and cut ones."""
    requests = [
        Request(
            minute_of_stamp(*moment),
            code.decode("ascii", "replace"),
            shape.process_prefix + process.decode("utf-8", "replace") if process else "",
            int(status) if status.isdigit() else 0,
            milliseconds_of(service, shape.unit_ms),
        )
        for *moment, code, process, _connect, service, status in shape.requests.findall(data)
    ]
    if requests:
        summary.app(None).traffic.add(requests)


def count_odd(lines: Iterable[Odd], summary: Summary) -> None:
    """Count lines, and requests among them, that were parsed one by one."""
    writers: Counter[tuple[str | None, str, str, int | None]] = Counter()
    requests: defaultdict[str | None, Counter[Request]] = defaultdict(Counter)
    for event, numbers in lines:
        count = len(numbers)
        summary.claims[event.platform, event.claim] += count
        minute = minute_of(event.at) if event.at else None
        writers[event.app, event.source, event.process or "", minute] += count
        request = request_of(event)
        if request is not None:
            requests[event.app][request] += count
    for (app, source, process, minute), count in writers.items():
        summary.app(app).count_lines(source, process, minute, count)
    for app, counts in requests.items():
        summary.app(app).traffic.add(counts)


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
