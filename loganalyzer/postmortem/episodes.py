"""Episodes: each finding of a report becomes an incident with its stations, durations and cost."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from loganalyzer.outcome import Finding, Report
from loganalyzer.postmortem.figures import ProcessShare
from loganalyzer.postmortem.points import ROUTER_FINDINGS, Point, points_by_finding
from loganalyzer.postmortem.record import Cost, Incident, Occurrence
from loganalyzer.postmortem.releases import Release, release_before
from loganalyzer.postmortem.slots import Slot, Slots, percentile
from loganalyzer.postmortem.stations import EARLIEST, View, find_moments
from loganalyzer.postmortem.windows import Window, cut_windows

__all__ = ["find_incidents", "process_shares", "seconds_between"]

SAME_FAILURE = timedelta(seconds=30)


def find_incidents(
    report: Report, slots: Slots, releases: Sequence[Release]
) -> tuple[tuple[Incident, ...], list[Point]]:
    """Make the incidents of a report.

    Args:
        report: of one app.
        slots: its requests by time.
        releases: what was released, in the order of the log.

    Returns:
        The incidents, the earliest first, and the signs of trouble that no finding explains. The same cause
        at several times is one incident.
    """
    owned, loose = points_by_finding(report, slots)
    groups = _by_cause(report, owned)
    made = [_occurrences(View(report, alike, slots), points) for alike, points in groups]
    owners = [_owner(index, groups, made) for index in range(len(groups))]
    for index, owner in enumerate(owners):
        if owner is not None:
            groups[owner][1].extend(groups[index][1])
    for owner in {one for one in owners if one is not None}:
        alike, points = groups[owner]
        made[owner] = _occurrences(View(report, alike, slots), sorted(points, key=lambda one: one.order))
    order = sorted(
        range(len(groups)), key=lambda index: (made[index][0].start is None, made[index][0].start or EARLIEST)
    )
    numbers = {index: number for number, index in enumerate(order, start=1)}
    incidents = []
    for index in order:
        owner = owners[index]
        release = release_before(releases, made[index][0].start)
        incidents.append(
            Incident(
                numbers[index], groups[index][0][0], made[index], release, None if owner is None else numbers[owner]
            )
        )
    return tuple(incidents), loose


Group = tuple[tuple[Finding, ...], list[Point]]
"""Findings of one cause with their points."""


def _occurrences(view: View, points: Sequence[Point]) -> tuple[Occurrence, ...]:
    """Make the occurrences of the findings of one cause."""
    windows = cut_windows(points, view.report.timeline, view.slots) or [Window(())]
    return tuple(_occurrence(view, window) for window in windows)


def _owner(index: int, groups: Sequence[Group], made: Sequence[tuple[Occurrence, ...]]) -> int | None:
    """Give the group whose consequence one is: what the router sees of a process that failed is no fault of its own."""
    if groups[index][0][0].cause not in ROUTER_FINDINGS:
        return None
    for other, (alike, _) in enumerate(groups):
        if alike[0].cause not in ROUTER_FINDINGS and all(
            any(_lies_in(one, whole) for whole in made[other]) for one in made[index]
        ):
            return other
    return None


def _lies_in(one: Occurrence, whole: Occurrence) -> bool:
    """Say whether one occurrence lies in another, give or take the seconds in which a failure shows itself."""
    if one.start is None or whole.start is None:
        return False
    last, whole_last = one.end or one.last_seen, whole.end or whole.last_seen
    begins = whole.start - SAME_FAILURE <= one.start
    return begins and (
        whole.end is None or (last is not None and whole_last is not None and last <= whole_last + SAME_FAILURE)
    )


def _by_cause(report: Report, owned: Sequence[list[Point]]) -> list[Group]:
    """Put findings of one cause together, with their points; the one that tells most stands first."""
    grouped: dict[str, list[int]] = {}
    for index, finding in enumerate(report.incidents):
        grouped.setdefault(finding.cause, []).append(index)
    groups = []
    for indexes in grouped.values():
        findings = sorted(
            (report.incidents[index] for index in indexes),
            key=lambda one: (one is not report.verdict, one.status != "incident", -one.confidence),
        )
        points = sorted((point for index in indexes for point in owned[index]), key=lambda one: one.order)
        groups.append((tuple(findings), points))
    return groups


def seconds_between(start: datetime | None, end: datetime | None) -> int | None:
    """Give whole seconds between two times; None when one is missing."""
    return None if start is None or end is None else round((end - start).total_seconds())


def _occurrence(view: View, window: Window) -> Occurrence:
    """Make one occurrence."""
    moments = find_moments(view, window)
    times = {one.name: one.at for one in moments}
    start, last, end = window.start, window.last, times.get("recovery")
    if start is None:
        start, last = view.finding.start, view.finding.end
    slots = view.slots
    step = timedelta(seconds=slots.width)
    border = end or last
    before = slots.between(None, start - step) if start is not None else Slot()
    during = slots.between(start, border) if start is not None else Slot()
    after = slots.between(end + step, window.until) if end is not None else Slot()
    return Occurrence(
        start,
        end,
        last,
        moments,
        _cost(during),
        seconds_between(start, times.get("detection")),
        seconds_between(start, times.get("mitigation")),
        seconds_between(start, end),
        *(percentile(slot.latency, 0.95) for slot in (before, during, after)),
    )


def _cost(slot: Slot) -> Cost:
    """Add up what failed."""
    return Cost(slot.requests, slot.errors, slot.failures(), process_shares(slot))


def process_shares(slot: Slot) -> tuple[ProcessShare, ...]:
    """Give the requests of each process, the most failed first."""
    failed = slot.processes(failed=True)
    shares = [ProcessShare(name, count, failed[name]) for name, count in slot.processes().items()]
    return tuple(sorted(shares, key=lambda one: (-one.failed, -one.requests, one.process)))
