"""The records of figures: traffic, routes, and what differs from a good log.

Times are aware UTC; durations are milliseconds where their name says so, None where the log does not show them.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

__all__ = ["Comparison", "Difference", "ProcessShare", "Route", "Span", "TrafficReview"]


@dataclass(frozen=True, slots=True)
class ProcessShare:
    """Requests of one process."""

    process: str
    requests: int
    failed: int


@dataclass(frozen=True, slots=True)
class Span:
    """Requests of a stretch of time.

    Attributes:
        at: its start.
        seconds: its length.
        by_class: `2xx` … `5xx`, `other` → requests.
        by_code: router's code → requests.
        p50_ms, p95_ms, p99_ms: times to answer; None without any.
    """

    at: datetime
    seconds: int
    requests: int
    errors: int
    by_class: Mapping[str, int]
    by_code: Mapping[str, int]
    p50_ms: int | None = None
    p95_ms: int | None = None
    p99_ms: int | None = None


@dataclass(frozen=True, slots=True)
class Route:
    """Requests of one method and path, ids in the path folded."""

    method: str
    path: str
    requests: int
    errors: int
    p50_ms: int | None = None
    p95_ms: int | None = None


@dataclass(frozen=True, slots=True)
class TrafficReview:
    """What the requests add up to.

    Attributes:
        by_status, by_code: HTTP status and router's code → requests.
        spans: the whole log in stretches of one length, those without requests left out.
        failing, slowest: the routes with the most failed requests, and with the longest times.
        by_process: requests by process, the most failed first.
        closer: the time around the main incident, or around an end of a long one, in shorter stretches; empty when
            `spans` shows it as well.
        closer_part: what `closer` is about: `incident`, `beginning` or `end`; empty without it.
    """

    requests: int = 0
    errors: int = 0
    by_status: Mapping[str, int] = field(default_factory=dict)
    by_code: Mapping[str, int] = field(default_factory=dict)
    p50_ms: int | None = None
    p95_ms: int | None = None
    p99_ms: int | None = None
    spans: tuple[Span, ...] = ()
    failing: tuple[Route, ...] = ()
    slowest: tuple[Route, ...] = ()
    by_process: tuple[ProcessShare, ...] = ()
    closer: tuple[Span, ...] = ()
    closer_part: str = ""


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is not as in the good log.

    Attributes:
        what: `new message`, `message gone`, `port`, `address`, `time to answer`, `time to start`, `failed requests`.
        before: in the good log; empty when it is not there.
        now: in this log.
        line: number of the first line that shows it; None where none does.
        count: how often.
        input: name of the input that has the line; empty without one.
    """

    what: str
    before: str
    now: str
    line: int | None = None
    count: int = 1
    input: str = ""


@dataclass(frozen=True, slots=True)
class Comparison:
    """This log against a good one of the same app."""

    inputs: tuple[str, ...]
    differences: tuple[Difference, ...]
    left_out: int = 0
