"""Traffic: router fields in bulk become counts per minute and latency histograms that can be merged.

A latency histogram has buckets that grow by a quarter octave (19 % wide), so that a percentile is right within 10 %
and two histograms are added by adding their buckets.
"""

from __future__ import annotations

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from loganalyzer.bounds import keep_smallest
from loganalyzer.minutes import MOST_SLOTS as MOST_BUCKETS
from loganalyzer.minutes import Minutes

__all__ = [
    "MOST_BUCKETS",
    "Minutes",
    "Request",
    "Traffic",
    "bucket_middle",
    "bucket_of",
    "is_error",
    "percentile",
    "starts_of_buckets",
]

MOST_PROCESSES = 256
MOST_CODES = 256
SLACK = 2
"""How many times more there may be while requests are added: to choose each time would take long."""
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


def bucket_of(milliseconds: int) -> int:
    """Give the histogram bucket of a duration."""
    return 0 if milliseconds < 1 else 1 + int(math.log2(milliseconds) * STEPS_PER_OCTAVE + 1e-9)


def starts_of_buckets(limit: int) -> list[int]:
    """Give the shortest duration in each bucket from bucket 1 on, up to a limit, in milliseconds."""
    starts: list[int] = []
    start = 1
    while start < limit:
        starts += [start] * (bucket_of(start) - len(starts))  # a bucket that has no whole number is skipped
        start = max(start + 1, math.ceil(2 ** (len(starts) / STEPS_PER_OCTAVE) - 1e-6))
    return starts


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

    def add(self, requests: Iterable[Request] | Mapping[Request, int]) -> None:
        """Count requests, given one by one or as how many are alike."""
        counts = Counter(requests)
        latencies: Counter[tuple[int | None, int]] = Counter()
        for request, count in counts.items():
            if request.service_ms is not None:
                latencies[request.minute, bucket_of(request.service_ms)] += count
        self.add_counts(counts, latencies)

    def add_counts(self, requests: Mapping[Request, int], latencies: Mapping[tuple[int | None, int], int]) -> None:
        """Count requests that were counted together.

        Args:
            requests: how many are alike; their `service_ms` is not looked at.
            latencies: how many of them, by minute and histogram bucket.
        """
        minutes: defaultdict[int, Counter[str]] = defaultdict(Counter)
        for request, count in requests.items():
            self.requests += count
            if request.status:
                self.by_status[str(request.status)] += count
            if request.code:
                self.by_code[request.code] += count
            if request.process:
                self.by_process[request.process] += count
            failed = count if is_error(request) else 0
            self.errors += failed
            if request.minute is not None:
                counts = minutes[request.minute]
                counts["requests"] += count
                if failed:
                    counts["errors"] += failed
        for (minute, bucket), count in latencies.items():
            self.latency[bucket] += count
            if minute is not None:
                minutes[minute][f"b{bucket}"] += count
        for minute, counts in minutes.items():
            self.minutes.add(minute, counts)
        self._bound(SLACK)

    def merge(self, other: Traffic) -> None:
        """Add another one's counts."""
        self.requests += other.requests
        self.errors += other.errors
        self.by_status.update(other.by_status)
        self.by_code.update(other.by_code)
        self.by_process.update(other.by_process)
        self.latency.update(other.latency)
        self.minutes.merge(other.minutes)
        self._bound(SLACK)

    def close(self) -> None:
        """Bring the codes and processes down to their bounds."""
        self._bound(1)

    def _bound(self, slack: int) -> None:
        """Forget the codes and processes when there are too many by some factor."""
        if len(self.by_process) > slack * MOST_PROCESSES:
            self.by_process = Counter(keep_smallest(self.by_process, MOST_PROCESSES))
        if len(self.by_code) > slack * MOST_CODES:
            self.by_code = Counter(keep_smallest(self.by_code, MOST_CODES))


CLIENT_CODES = frozenset({"H26", "H27", "H28", "H31"})
"""Codes with which Heroku's router reports a fault of the client."""


def is_error(request: Request) -> bool:
    """Say whether a request counts as failed on the side of the app or the platform."""
    if request.status >= 500:
        return True
    return request.code.startswith("H") and request.code not in CLIENT_CODES
