"""Spans: the requests by time in stretches of one length, few enough for a chart; the whole log, and one incident."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from loganalyzer.postmortem.figures import Span
from loganalyzer.postmortem.record import Incident, Occurrence
from loganalyzer.postmortem.slots import Slot, Slots, percentile

__all__ = ["CloserLook", "closer_look", "whole_spans"]

MOST_SPANS = 120
FEWEST_SPANS = 12
WIDTHS = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400)
"""Lengths in seconds that people count in."""

MARGIN = timedelta(seconds=60)
"""Shown at least before and after an incident."""

MARGIN_SHARE = 0.3
WORTHWHILE = 1 / 3
"""Of an incident that takes up more of the log than this, only an end is looked at."""

FINEST_WHOLE = 60
"""Seconds: where the whole is drawn in stretches of that length, the ends of an incident are seen well enough."""

REQUESTS_A_SPAN = 3
SLOTS_A_SPAN = 8
"""Slots do not begin where spans do; with so many of them the difference is not seen."""


def whole_spans(slots: Slots) -> tuple[Span, ...]:
    """Join the slots to stretches of whole minutes; those without requests are left out."""
    moments = [at for at, _ in slots]
    if not moments:
        return ()
    least = (moments[-1] - moments[0]).total_seconds() / MOST_SPANS
    return _join(list(slots), max(60, _width(least)))


class CloserLook(NamedTuple):
    """The requests around an incident, or around one end of a long one.

    Attributes:
        part: `incident`, `beginning` or `end`; empty when nothing is looked at.
        spans: in shorter stretches than the whole.
    """

    part: str = ""
    spans: tuple[Span, ...] = ()


def closer_look(slots: Slots, whole: Sequence[Span], incident: Incident | None) -> CloserLook:
    """Join the slots of the costliest time of an incident, and a little before and after it, to shorter stretches.

    Args:
        slots: requests by time.
        whole: what `whole_spans` made of them.
        incident: the one to look at; None when there is none.

    Returns:
        No spans when they would show no more than the whole does.
    """
    dated = [one for one in incident.occurrences if one.start is not None] if incident is not None else []
    if not dated or not whole:
        return CloserLook()
    first, last = whole[0].at, whole[-1].at + timedelta(seconds=whole[-1].seconds)
    one = max(dated, key=lambda one: one.cost.failed)
    start, end = _surroundings(one, first, last)
    part = "incident"
    if end - start > (last - first) * WORTHWHILE:
        if whole[0].seconds <= FINEST_WHOLE:
            return CloserLook()
        part, start, end = _edge(one, first, last)
    spans = _shorter(slots, whole, start, end) if start < end else ()
    return CloserLook(part, spans) if spans else CloserLook()


def _edge(one: Occurrence, first: datetime, last: datetime) -> tuple[str, datetime, datetime]:
    """Give the stretch around the beginning of a long incident; around its end where the log begins within it."""
    length = (last - first) * WORTHWHILE
    margin = max(MARGIN, length * MARGIN_SHARE)
    if one.start is not None and one.start - first > MARGIN:
        start = max(first, one.start - margin)
        return "beginning", start, min(last, start + length)
    if one.end is not None and last - one.end > MARGIN:
        end = min(last, one.end + margin)
        return "end", max(first, end - length), end
    return "", last, first


def _shorter(slots: Slots, whole: Sequence[Span], start: datetime, end: datetime) -> tuple[Span, ...]:
    """Join the slots of a part of the log; nothing when the stretches are not much shorter than those of the whole."""
    inside = [(at, slot) for at, slot in slots if start <= at < end]
    most = min(MOST_SPANS, max(FEWEST_SPANS, sum(slot.requests for _, slot in inside) // REQUESTS_A_SPAN))
    coarsest = SLOTS_A_SPAN * slots.width if slots.width > 1 else 1
    width = _width(max(coarsest, (end - start).total_seconds() / most))
    return _join(inside, width) if inside and 2 * width <= whole[0].seconds else ()


def _surroundings(one: Occurrence, first: datetime, last: datetime) -> tuple[datetime, datetime]:
    """Give the stretch of the log around an incident."""
    start = one.start or first
    end = one.end or last
    margin = max(MARGIN, (end - start) * MARGIN_SHARE)
    return max(first, start - margin), min(last, end + margin)


def _width(least: float) -> int:
    """Give the next length that people count in, whole days for the longest ones."""
    return next((one for one in WIDTHS if one >= least), -int(-least // WIDTHS[-1]) * WIDTHS[-1])


def _join(slots: Sequence[tuple[datetime, Slot]], width: int) -> tuple[Span, ...]:
    """Join slots to stretches of one length."""
    joined: dict[int, Slot] = {}
    for at, slot in slots:
        joined.setdefault(int(at.timestamp()) // width, Slot()).merge(slot)
    return tuple(_span(datetime.fromtimestamp(key * width, UTC), width, slot) for key, slot in sorted(joined.items()))


def _span(at: datetime, width: int, slot: Slot) -> Span:
    """Make one stretch."""
    classes: dict[str, int] = {}
    for status, count in slot.statuses().items():
        name = f"{status // 100}xx" if status // 100 in (2, 3, 4, 5) else "other"
        classes[name] = classes.get(name, 0) + count
    bare = slot.requests - sum(classes.values())
    if bare > 0:
        classes["other"] = classes.get("other", 0) + bare
    return Span(
        at,
        width,
        slot.requests,
        slot.errors,
        dict(sorted(classes.items())),
        slot.codes(),
        percentile(slot.latency, 0.5),
        percentile(slot.latency, 0.95),
        percentile(slot.latency, 0.99),
    )
