"""Windows: the points of one finding, cut where the app was well in between."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from loganalyzer.outcome import TimelineEntry
from loganalyzer.postmortem.kinds import is_recovery
from loganalyzer.postmortem.points import Point
from loganalyzer.postmortem.slots import Slots

__all__ = ["Window", "cut_windows", "first_good_after"]

EARLIEST = datetime.min.replace(tzinfo=UTC)
QUIET = timedelta(minutes=5)
"""Trouble that is less far apart belongs together, whatever happens between: apps flap."""


@dataclass(frozen=True, slots=True)
class Window:
    """Points that belong together.

    Attributes:
        points: in the order of time.
        until: start of the next window of the same finding; None for the last one.
    """

    points: tuple[Point, ...]
    until: datetime | None = None

    @property
    def start(self) -> datetime | None:
        """Give the time of the first point."""
        return min((one.at for one in self.points if one.at is not None), default=None)

    @property
    def last(self) -> datetime | None:
        """Give the time of the last point."""
        times = [one.at for one in self.points if one.at is not None]
        folded = [one.last for one in self.points if one.last is not None]
        inside = [one for one in folded if self.until is None or one < self.until]
        return max(times + inside, default=None)


def cut_windows(points: Sequence[Point], timeline: Sequence[TimelineEntry], slots: Slots) -> list[Window]:
    """Cut the points of a finding into windows.

    Args:
        points: of one finding.
        timeline: of its app.
        slots: its requests.

    Returns:
        Windows in the order of time; one window with all points for a log without times.
    """
    dated = sorted(
        (one for one in _unfolded(points) if one.at is not None),
        key=lambda one: (one.at or EARLIEST, one.order, one.line or 0),
    )
    if not dated:
        return [Window(tuple(points))] if points else []
    groups = [[dated[0]]]
    last = dated[0].at
    for point in dated[1:]:
        at = point.at
        assert at is not None
        assert last is not None
        if at - last >= QUIET and _was_well(last, at, timeline, slots):
            groups.append([])
        groups[-1].append(point)
        last = max(last, at)
    starts = [group[0].at for group in groups]
    return [Window(tuple(group), until) for group, until in zip(groups, [*starts[1:], None], strict=True)]


def _unfolded(points: Sequence[Point]) -> list[Point]:
    """Give folded points at their first and at their last time."""
    unfolded = []
    for one in points:
        unfolded.append(Point(one.at, one.order, one.line, one.input, one.kind, one.process, one.text))
        if one.last is not None and one.last != one.at:
            unfolded.append(Point(one.last, one.order, None, one.input, one.kind, one.process, one.text))
    return unfolded


def _was_well(after: datetime, before: datetime, timeline: Sequence[TimelineEntry], slots: Slots) -> bool:
    """Say whether a platform or a request says that the app was well between two times."""
    if any(is_recovery(entry) and entry.at is not None and after < entry.at < before for entry in timeline):
        return True
    good = first_good_after(after, slots)
    return good is not None and good < before


def first_good_after(at: datetime, slots: Slots) -> datetime | None:
    """Give the time of the first good request after a time behind which none fails for a while."""
    for start, slot in slots:
        if start + timedelta(seconds=slots.width) <= at or slot.good_after is None:
            continue
        if slot.good_after > at:
            return slot.good_after
    return None
