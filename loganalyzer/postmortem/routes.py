"""Routes: paths of requests with the ids in them folded, so that one route is one row."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from functools import lru_cache

from loganalyzer.postmortem.figures import Route
from loganalyzer.postmortem.slots import duration_bucket, percentile

__all__ = ["Routes", "fold_path"]

MOST_ROUTES = 2000
MOST_SHOWN = 10
LONGEST_PATH = 200
LONGEST_METHOD = 16
FEWEST_FOR_SLOWEST = 3
OTHERS = ("", "(other paths)")

FOLDS = (
    (re.compile(r"[0-9a-f]{8}-?(?:[0-9a-f]{4}-?){3}[0-9a-f]{12}", re.IGNORECASE), "{uuid}"),
    (re.compile(r"\d{4}-\d{2}-\d{2}(?:[T_]?[\d:.Z+-]*)?"), "{date}"),
    (re.compile(r"\d+"), "{id}"),
    (re.compile(r"(?=[^/]*\d)[0-9a-f]{7,}", re.IGNORECASE), "{hash}"),
    (re.compile(r"(?=[^/]*\d)[\w.=-]{20,}|[\w=-]{32,}|\d[\d.,_:-]*"), "{id}"),
    (re.compile(r"[^/]*(?:@|%40)[^/]*"), "{address}"),
)
PLAIN = re.compile(r"[^\d@%]*")
SHORTEST_WITHOUT_DIGIT = 32
"""Shorter segments of PLAIN are of no form that is folded."""

HASHED_NAME = re.compile(r"(?<=[.-])(?=[0-9a-f]*\d)[0-9a-f]{6,}(?=\.\w+$)", re.IGNORECASE)


def fold_path(path: str) -> str:
    """Fold the ids of a path and leave out its query.

    Examples:
        >>> fold_path("/users/4711/orders/0f8fad5b-d9cb-469f-a165-70867728950e?page=2")
        '/users/{id}/orders/{uuid}'
        >>> fold_path("/static/app.4c1f09ab.js")
        '/static/app.{hash}.js'
    """
    return _fold_bare(path[:2000].partition("?")[0].partition("#")[0])


@lru_cache(maxsize=8192)
def _fold_bare(bare: str) -> str:
    """Fold the ids of a path without a query; a busy app is asked for the same ones again and again."""
    return "/".join(_fold(segment) for segment in bare.split("/"))[:LONGEST_PATH] or "/"


def _fold(segment: str) -> str:
    """Fold one segment of a path."""
    if len(segment) < SHORTEST_WITHOUT_DIGIT and PLAIN.fullmatch(segment):
        return segment
    for form, name in FOLDS:
        if form.fullmatch(segment):
            return name
    return HASHED_NAME.sub("{hash}", segment)


@dataclass
class RouteCount:
    """Requests of one route."""

    requests: int = 0
    errors: int = 0
    latency: Counter[int] = field(default_factory=Counter)


class Routes:
    """Counts by route, bounded: the rarest go together when there are too many."""

    def __init__(self) -> None:
        """Start empty."""
        self.counts: dict[tuple[str, str], RouteCount] = {}

    def add(self, method: str, path: str, *, failed: bool, milliseconds: int | None) -> None:
        """Count a request."""
        key = (method[:LONGEST_METHOD], fold_path(path))
        count = self.counts.get(key)
        if count is None:
            count = self.counts[key] = RouteCount()
            if len(self.counts) > 2 * MOST_ROUTES:
                self._fold_rarest()
                count = self.counts.setdefault(key, RouteCount())
        count.requests += 1
        count.errors += failed
        if milliseconds is not None:
            bucket = duration_bucket(milliseconds)
            count.latency[bucket] = count.latency.get(bucket, 0) + 1

    def merge(self, other: Routes) -> None:
        """Add another one's counts."""
        for key, count in other.counts.items():
            own = self.counts.setdefault(key, RouteCount())
            own.requests += count.requests
            own.errors += count.errors
            own.latency.update(count.latency)
        if len(self.counts) > MOST_ROUTES:
            self._fold_rarest()

    def failing(self) -> tuple[Route, ...]:
        """Give the routes with the most failed requests."""
        chosen = sorted((one for one in self.counts.items() if one[1].errors), key=lambda one: (-one[1].errors, one[0]))
        return tuple(_route(key, count) for key, count in chosen[:MOST_SHOWN])

    def slowest(self) -> tuple[Route, ...]:
        """Give the routes that take longest for one request in twenty; seldom used ones where there are no others."""
        timed = [(key, count) for key, count in self.counts.items() if count.latency and key != OTHERS]
        often = [one for one in timed if one[1].requests >= FEWEST_FOR_SLOWEST]
        chosen = sorted(often or timed, key=lambda one: (-(percentile(one[1].latency, 0.95) or 0), one[0]))
        return tuple(_route(key, count) for key, count in chosen[:MOST_SHOWN])

    def _fold_rarest(self) -> None:
        """Put the routes with the fewest requests together."""
        ordered = sorted(self.counts.items(), key=lambda one: (-one[1].errors, -one[1].requests, one[0]))
        rest = RouteCount()
        for _, count in ordered[MOST_ROUTES:]:
            rest.requests += count.requests
            rest.errors += count.errors
            rest.latency.update(count.latency)
        self.counts = dict(ordered[:MOST_ROUTES])
        others = self.counts.setdefault(OTHERS, RouteCount())
        others.requests += rest.requests
        others.errors += rest.errors
        others.latency.update(rest.latency)


def _route(key: tuple[str, str], count: RouteCount) -> Route:
    """Make the record of a route."""
    return Route(
        key[0], key[1], count.requests, count.errors, percentile(count.latency, 0.5), percentile(count.latency, 0.95)
    )
