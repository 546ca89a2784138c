"""Traffic: router fields in bulk become counts per minute and latency histograms that can be merged.

A latency histogram has buckets that grow by a quarter octave (19 % wide), so that a percentile is right within 10 %
and two histograms are added by adding their buckets.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import NamedTuple

__all__ = ["Minutes", "Request", "Traffic", "bucket_middle", "bucket_of", "percentile"]

MOST_BUCKETS = 2048
MOST_PROCESSES = 256
STEPS_PER_OCTAVE = 4


class Request(NamedTuple):
    """One request as the router saw it.

    Attributes:
        minute: minutes since 1970 in UTC; None when the line has no date and time.
        code: the router's error code; empty when the app answered.
        process: who answered; empty when nobody did or the line does not say.
        status: HTTP status; 0 when the line does not say.
        service_ms: time to answer; None when the line does not say.
    """

    minute: int | None
    code: str
    process: str
    status: int
    service_ms: int | None


class Minutes:
    """Counters by minute, coarser when there are too many minutes.

    The width of a slot is the smallest power of two minutes that leaves at most MOST_BUCKETS slots. It depends on the
    set of minutes alone, so adding in any grouping gives the same.
    """

    __slots__ = ("slots", "width")

    def __init__(self) -> None:
        """Start empty, one minute wide."""
        self.width = 1
        self.slots: dict[int, Counter[str]] = {}

    def add(self, minute: int, counts: Counter[str]) -> None:
        """Add counts to a minute."""
        slot = self.slots.get(minute // self.width)
        if slot is None:
            self.slots[minute // self.width] = counts.copy()
            if len(self.slots) > MOST_BUCKETS:
                self._widen(self.width * 2)
        else:
            slot.update(counts)

    def merge(self, other: Minutes) -> None:
        """Add another one's counts."""
        if other.width > self.width:
            self._widen(other.width)
        for slot, counts in other.slots.items():
            self.add(slot * other.width, counts)

    def items(self) -> list[tuple[int, Counter[str]]]:
        """Give (first minute of the slot, counts), the earliest first."""
        return [(slot * self.width, self.slots[slot]) for slot in sorted(self.slots)]

    def _widen(self, width: int) -> None:
        """Make the slots wider, until few enough are left."""
        while True:
            slots: dict[int, Counter[str]] = {}
            for slot, counts in self.slots.items():
                slots.setdefault(slot * self.width // width, Counter()).update(counts)
            self.slots, self.width = slots, width
            if len(slots) <= MOST_BUCKETS:
                return
            width *= 2

    def __eq__(self, other: object) -> bool:
        """Compare by what was counted."""
        return isinstance(other, Minutes) and (self.width, self.slots) == (other.width, other.slots)

    __hash__ = None  # type: ignore[assignment]


def bucket_of(milliseconds: int) -> int:
    """Give the histogram bucket of a duration."""
    return 0 if milliseconds < 1 else 1 + int(math.log2(milliseconds) * STEPS_PER_OCTAVE + 1e-9)


def bucket_middle(bucket: int) -> int:
    """Give the duration that stands for a bucket, in milliseconds."""
    return 0 if bucket == 0 else round(2 ** ((bucket - 0.5) / STEPS_PER_OCTAVE))


def percentile(histogram: Counter[int], share: float) -> int | None:
    """Give the duration below which a share of the requests lies; None for an empty histogram."""
    total = sum(histogram.values())
    if not total:
        return None
    rank = math.ceil(total * share)
    for bucket in sorted(histogram):
        rank -= histogram[bucket]
        if rank <= 0:
            return bucket_middle(bucket)
    return None


@dataclass
class Traffic:
    """Counts of requests, mergeable.

    Attributes:
        requests: how many.
        errors: of them answered 5xx or with an error code of the router (codes of the client's side not counted).
        by_status: HTTP status → requests.
        by_code: router's code → requests.
        by_process: process → requests.
        latency: histogram bucket → requests.
        minutes: per minute: `requests`, `errors` and `b<bucket>` of the histogram.
    """

    requests: int = 0
    errors: int = 0
    by_status: Counter[str] = field(default_factory=Counter)
    by_code: Counter[str] = field(default_factory=Counter)
    by_process: Counter[str] = field(default_factory=Counter)
    latency: Counter[int] = field(default_factory=Counter)
    minutes: Minutes = field(default_factory=Minutes)

    def add(self, requests: Iterable[Request]) -> None:
        """Count requests."""
        for request, count in Counter(requests).items():
            self._count(request, count)

    def _count(self, request: Request, count: int) -> None:
        """Count several requests that are alike."""
        failed = count if is_error(request) else 0
        self.requests += count
        self.errors += failed
        if request.status:
            self.by_status[str(request.status)] += count
        if request.code:
            self.by_code[request.code] += count
        if request.process and (request.process in self.by_process or len(self.by_process) < MOST_PROCESSES):
            self.by_process[request.process] += count
        counts = Counter(requests=count)
        if failed:
            counts["errors"] = failed
        if request.service_ms is not None:
            bucket = bucket_of(request.service_ms)
            self.latency[bucket] += count
            counts[f"b{bucket}"] = count
        if request.minute is not None:
            self.minutes.add(request.minute, counts)

    def merge(self, other: Traffic) -> None:
        """Add another one's counts."""
        self.requests += other.requests
        self.errors += other.errors
        self.by_status.update(other.by_status)
        self.by_code.update(other.by_code)
        for process, count in other.by_process.items():
            if process in self.by_process or len(self.by_process) < MOST_PROCESSES:
                self.by_process[process] += count
        self.latency.update(other.latency)
        self.minutes.merge(other.minutes)


CLIENT_CODES = frozenset({"H26", "H27", "H28", "H31"})
"""Codes with which Heroku's router reports a fault of the client."""


def is_error(request: Request) -> bool:
    """Say whether a request counts as failed on the side of the app or the platform."""
    if request.status >= 500:
        return True
    return request.code.startswith("H") and request.code not in CLIENT_CODES
