"""Requests by time, fine enough to be cut at an incident's start and end, and bounded.

A slot is one second wide; when there are too many, slots are joined two by two. Each keeps the exact times of its
first and last failed request and of the first good one after it, so that joining costs no precision where it matters.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple, TypeVar

from loganalyzer.traffic import Request, is_error

__all__ = ["Kind", "Slot", "Slots", "duration_bucket", "kind_of", "percentile"]

MOST_SLOTS = 8192
EXACT_MS = 1000
"""Shorter durations are counted by the millisecond, longer ones with three digits: a percentile is right within 0.5
%."""

Key = TypeVar("Key", int, str)


class Kind(NamedTuple):
    """What the router says about a request, but for its time.

    Attributes:
        code: the router's error code; empty when the app answered.
        process: who answered; empty when nobody did or the line does not say.
        status: HTTP status; 0 when the line does not say.
        failed: whether it counts as failed.
    """

    code: str
    process: str
    status: int
    failed: bool


@lru_cache(maxsize=4096)
def kind_of(code: str, process: str, status: int) -> Kind:
    """Give the kind of a request."""
    return Kind(code, process, status, is_error(Request(None, code, process, status, None)))


class Slot:
    """Requests of one stretch of time.

    Attributes:
        requests, errors: how many.
        first_error, last_error: times of failed requests.
        good_after: time of the first good request after the last failed one.
        kinds: kind → requests.
        latency: bucket → requests.
    """

    __slots__ = ("errors", "first_error", "good_after", "kinds", "last_error", "latency", "requests")

    def __init__(self) -> None:
        """Start empty."""
        self.requests = 0
        self.errors = 0
        self.first_error: datetime | None = None
        self.last_error: datetime | None = None
        self.good_after: datetime | None = None
        self.kinds: dict[Kind, int] = {}
        self.latency: Counter[int] = Counter()

    def add(self, at: datetime | None, kind: Kind, milliseconds: int | None) -> None:
        """Count a request."""
        failed = kind.failed
        self.requests += 1
        self.kinds[kind] = self.kinds.get(kind, 0) + 1
        if milliseconds is not None:
            bucket = milliseconds if 0 <= milliseconds < EXACT_MS else duration_bucket(milliseconds)
            self.latency[bucket] = self.latency.get(bucket, 0) + 1
        if failed:
            self.errors += 1
        if at is None:
            return
        if not failed:
            if (self.last_error is None or at >= self.last_error) and (self.good_after is None or at < self.good_after):
                self.good_after = at
            return
        self.first_error = at if self.first_error is None else min(self.first_error, at)
        self.last_error = at if self.last_error is None else max(self.last_error, at)
        if self.good_after is not None and self.good_after < self.last_error:
            self.good_after = None

    def merge(self, other: Slot) -> None:
        """Add another one's counts."""
        self.requests += other.requests
        self.errors += other.errors
        for kind, count in other.kinds.items():
            self.kinds[kind] = self.kinds.get(kind, 0) + count
        self.latency.update(other.latency)
        goods = [one for one in (self.good_after, other.good_after) if one]
        errors = [one for one in (self.first_error, self.last_error, other.first_error, other.last_error) if one]
        self.first_error, self.last_error = min(errors, default=None), max(errors, default=None)
        last = self.last_error
        self.good_after = min((one for one in goods if last is None or one >= last), default=None)

    def statuses(self) -> Counter[int]:
        """Count by HTTP status, where lines give one."""
        return self._sum((kind.status, count) for kind, count in self.kinds.items() if kind.status)

    def codes(self) -> Counter[str]:
        """Count by the router's code, where lines give one."""
        return self._sum((kind.code, count) for kind, count in self.kinds.items() if kind.code)

    def failures(self) -> Counter[str]:
        """Count the failed ones by the router's code, or by status where it gives none."""
        failed = ((kind, count) for kind, count in self.kinds.items() if kind.failed)
        return self._sum((kind.code or str(kind.status), count) for kind, count in failed)

    def processes(self, *, failed: bool = False) -> Counter[str]:
        """Count by process, where lines name one; all requests, or the failed ones alone."""
        named = ((kind, count) for kind, count in self.kinds.items() if kind.process)
        return self._sum((kind.process, count) for kind, count in named if kind.failed or not failed)

    @staticmethod
    def _sum(counts: Iterable[tuple[Key, int]]) -> Counter[Key]:
        """Add up counts."""
        total: Counter[Key] = Counter()
        for key, count in counts:
            total[key] += count
        return Counter(dict(sorted(total.items())))


class Slots:
    """Slots by time; the width depends on the set of seconds alone."""

    def __init__(self) -> None:
        """Start empty, one second wide."""
        self.width = 1
        self.slots: dict[int, Slot] = {}

    def at(self, second: int) -> Slot:
        """Give the slot of a second since 1970, made when it is new."""
        key = second // self.width
        found = self.slots.get(key)
        if found is None:
            found = self.slots[key] = Slot()
            if len(self.slots) > MOST_SLOTS:
                self._widen(self.width * 2)
                return self.slots[second // self.width]
        return found

    def merge(self, other: Slots) -> None:
        """Add another one's counts."""
        if other.width > self.width:
            self._widen(other.width)
        for key, slot in other.slots.items():
            self.at(key * other.width).merge(slot)

    def __iter__(self) -> Iterator[tuple[datetime, Slot]]:
        """Give start and slot, the earliest first."""
        for key in sorted(self.slots):
            yield datetime.fromtimestamp(key * self.width, UTC), self.slots[key]

    def between(self, start: datetime | None, end: datetime | None) -> Slot:
        """Add up the slots that lie in a stretch of time, both ends counted; None is open."""
        total = Slot()
        for at, slot in self:
            if (start is None or at + timedelta(seconds=self.width) > start) and (end is None or at <= end):
                total.merge(slot)
        return total

    def _widen(self, width: int) -> None:
        """Make the slots wider, until few enough are left."""
        while True:
            slots: dict[int, Slot] = {}
            for key, slot in self.slots.items():
                slots.setdefault(key * self.width // width, Slot()).merge(slot)
            self.slots, self.width = slots, width
            if len(slots) <= MOST_SLOTS:
                return
            width *= 2


def duration_bucket(milliseconds: int) -> int:
    """Give the bucket of a duration: the duration itself, with three digits.

    Examples:
        >>> duration_bucket(412), duration_bucket(30004)
        (412, 30000)
    """
    if milliseconds < EXACT_MS:
        return max(0, milliseconds)
    return int(round(milliseconds, 3 - len(str(milliseconds))))


def percentile(histogram: Counter[int], share: float) -> int | None:
    """Give the duration in milliseconds within which a share of the requests was answered; None for an empty one."""
    rank = math.ceil(sum(histogram.values()) * share)
    for bucket in sorted(histogram):
        rank -= histogram[bucket]
        if rank <= 0:
            return bucket
    return None
