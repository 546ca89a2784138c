"""Points of trouble: which lines and requests show that something was wrong, and to which finding each belongs."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from loganalyzer.outcome import Finding, Report, TimelineEntry
from loganalyzer.postmortem.kinds import NOTICES, TROUBLE, WEAK_TROUBLE, may_be_symptom
from loganalyzer.postmortem.slots import Slots
from loganalyzer.traffic import CLIENT_CODES

__all__ = ["ROUTER_FINDINGS", "Point", "mask", "points_by_finding"]

JUST_BEFORE = timedelta(seconds=60)
NEAR = timedelta(minutes=5)
NOTABLE_SHARE = 0.02
"""A stretch of time in which a smaller share of the requests fails is not trouble by itself."""

ROUTER_FINDINGS = frozenset(
    {
        "request-timeout",
        "connection-dropped",
        "no-web-process",
        "route-unknown",
        "overload",
        "platform-limit",
        "platform-fault",
        "health-check-failing",
    }
)
"""Causes that are told from requests and health checks: where a process failed at that time, they are its
consequence."""

NORMAL_EXIT = re.compile(r"status (?:0|143)\b|exited with 0\b")


@dataclass(frozen=True, slots=True)
class Point:
    """One sign of trouble.

    Attributes:
        at: when; None without times.
        order: place in the timeline, for logs without times.
        line: number of the line; None for a count of requests.
        input: name of the input.
        kind: statement, or `requests`.
        process: who it is about.
        text: what the line says.
        last: time of the last one alike, where several are folded.
    """

    at: datetime | None
    order: int
    line: int | None
    input: str
    kind: str
    process: str | None
    text: str
    last: datetime | None = None


def mask(text: str) -> str:
    """Take the numbers out of a text, so that the same message of another run is the same."""
    return re.sub(r"[0-9a-f]*\d[0-9a-f]*", "#", text.strip().lower())


def points_by_finding(report: Report, slots: Slots) -> tuple[list[list[Point]], list[Point]]:
    """Sort the signs of trouble.

    Args:
        report: of one app.
        slots: its requests by time.

    Returns:
        The points of each of the report's incidents, in the order of the timeline, and those that belong to none.
    """
    marks = [_Marks(finding, report.timeline) for finding in report.incidents]
    owned: list[list[Point]] = [[] for _ in marks]
    loose: list[Point] = []
    normal = _normal_exits(report.timeline)
    for order, entry in enumerate(report.timeline):
        if entry.kind not in TROUBLE and not any(one.cites(entry) for one in marks):
            continue
        if order in normal or not may_be_symptom(entry.kind) or CLIENT_CODES & set(_codes(entry.text)):
            continue
        point = Point(entry.at, order, entry.line, entry.input, entry.kind, entry.process, entry.text, entry.until)
        owner = _owner(entry, marks)
        if owner is not None:
            owned[owner].append(point)
        else:
            loose.append(point)
    for points, finding in zip(owned, report.incidents, strict=True):
        points.extend(_evidence_points(finding, points, report.timeline))
        points.sort(key=lambda one: one.order)
    loose = _adopt(loose, owned)
    _add_requests(report, slots, owned, loose)
    return owned, loose


class _Marks:
    """What marks the lines of a finding."""

    def __init__(self, finding: Finding, timeline: Sequence[TimelineEntry]) -> None:
        """Note the finding's lines, their texts and their kinds."""
        cited = [one for one in finding.evidence if one.role in ("cause", "symptom")]
        self.finding = finding
        self.lines = {(one.input, one.line) for one in cited}
        self.texts = {mask(one.text) for one in cited}
        self.kinds = {entry.kind for entry in timeline if (entry.input, entry.line) in self.lines}
        self.codes = set(_codes(" ".join(one.text for one in cited if one.source == "router")))
        self.first = min((one.at for one in cited if one.at is not None), default=None)

    def cites(self, entry: TimelineEntry) -> bool:
        """Say whether an entry is one of the finding's lines, or says the same as one of them."""
        if (entry.input, entry.line) in self.lines:
            return True
        text = mask(entry.text)
        return len(text) > 8 and any(text in other for other in self.texts)


def _codes(text: str) -> list[str]:
    """Give the error codes in a router's line."""
    return re.findall(r"\b[HRL]\d\d\b|\b(?:endpoint_failure|no_endpoints|unknown_route|backend_\w+|route_\w+)\b", text)


def _owner(entry: TimelineEntry, marks: Sequence[_Marks]) -> int | None:
    """Give the finding to which an entry belongs; None when it belongs to none, or only by being near."""
    for index, one in enumerate(marks):
        if one.cites(entry):
            return index
    if entry.kind in WEAK_TROUBLE:
        return None
    if entry.kind == "router-error":
        by_code = [index for index, one in enumerate(marks) if one.codes & set(_codes(entry.text))]
        if by_code:
            return _nearest(entry, marks, by_code)
    by_kind = [index for index, one in enumerate(marks) if entry.kind in one.kinds]
    if by_kind:
        return _nearest(entry, marks, by_kind)
    return None


def _nearest(entry: TimelineEntry, marks: Sequence[_Marks], chosen: Sequence[int]) -> int:
    """Give the finding whose first line is the last one before an entry; else the first."""
    at = entry.at
    if at is None:
        return chosen[0]
    before = [(first, -index) for index in chosen if (first := marks[index].first) is not None and first <= at]
    return -max(before)[1] if before else chosen[0]


def _evidence_points(finding: Finding, points: Sequence[Point], timeline: Sequence[TimelineEntry]) -> list[Point]:
    """Make points of symptoms that the timeline has folded away; their order is that of the point before them."""
    known = {(one.input, one.line) for one in timeline}
    orders = {one.line: one.order for one in points}
    extra = []
    for one in finding.evidence:
        shows = one.role == "symptom" or (one.role == "cause" and one.source in ("platform", "router", "health"))
        if shows and (one.input, one.line) not in known and one.at is not None:
            order = max((order for line, order in orders.items() if line is not None and line <= one.line), default=0)
            extra.append(
                Point(
                    one.at,
                    order,
                    one.line,
                    one.input,
                    "requests" if one.source == "router" else "cited",
                    one.process,
                    one.text,
                )
            )
    return extra


def _normal_exits(timeline: Sequence[TimelineEntry]) -> set[int]:
    """Give the places of exits and kills that are part of a stop that someone asked for."""
    normal: set[int] = set()
    stopped: dict[str | None, TimelineEntry] = {}
    for order, entry in enumerate(timeline):
        if entry.kind in ("stop-requested", "restarting", "stopping", "rescheduled", "idling"):
            stopped[entry.process] = entry
        elif entry.kind in ("process-starting", "became-up"):
            stopped.pop(entry.process, None)
        elif entry.kind in ("exited", "killed") and (entry.process in stopped or NORMAL_EXIT.search(entry.text)):
            normal.add(order)
    return normal


def _adopt(loose: Sequence[Point], owned: list[list[Point]]) -> list[Point]:
    """Give points near a finding's own to it: weak ones that come just before or within, strong ones within reach.

    Returns:
        The points that stay without a finding.
    """
    rest = []
    for point in sorted(loose, key=lambda one: one.order, reverse=True):
        reach = JUST_BEFORE if point.kind in WEAK_TROUBLE else NEAR
        places = [
            (distance, index)
            for index, points in enumerate(owned)
            if (distance := _distance(point, points)) is not None and distance <= reach
        ]
        if places:
            owned[min(places)[1]].append(point)
        elif point.kind in NOTICES and point.kind not in WEAK_TROUBLE:
            rest.append(point)
    for points in owned:
        points.sort(key=lambda one: (one.order, one.at is None))
    return sorted(rest, key=lambda one: one.order)


def _distance(point: Point, points: Sequence[Point]) -> timedelta | None:
    """Give how far a point is from the nearest of others; without times, points of the same log are near."""
    if not points:
        return None
    if point.at is None:
        return timedelta(0)
    spans = [(one.at, one.last or one.at) for one in points if one.at is not None]
    distances = [max(start - point.at, point.at - end, timedelta(0)) for start, end in spans]
    return min(distances, default=None)


def _add_requests(report: Report, slots: Slots, owned: list[list[Point]], loose: list[Point]) -> None:
    """Add the requests that failed, as points at their first and last time in each slot."""
    ends = [[one for point in points for one in (point.at, point.last) if one is not None] for points in owned]
    routers = [index for index, finding in enumerate(report.incidents) if finding.cause in ROUTER_FINDINGS]
    for _, slot in slots:
        if not slot.errors or slot.first_error is None or slot.last_error is None:
            continue
        owner = _owner_of_requests(slot.first_error, ends, routers)
        for at in dict.fromkeys((slot.first_error, slot.last_error)):
            point = Point(
                at,
                len(report.timeline),
                None,
                "",
                "requests",
                None,
                f"{slot.errors} request{'s' if slot.errors > 1 else ''} failed",
            )
            if owner is not None:
                owned[owner].append(point)
                ends[owner].append(at)
            elif slot.errors / slot.requests >= NOTABLE_SHARE:
                loose.append(point)


def _owner_of_requests(at: datetime, ends: Sequence[Sequence[datetime]], routers: Sequence[int]) -> int | None:
    """Give the finding near whose points a request failed; of several the one that the router complains of."""
    near = [index for index, times in enumerate(ends) if any(abs(one - at) <= NEAR for one in times)]
    return next((index for index in near if index in routers), near[0] if near else None)
