"""Complaints: lines that tell in plain words of a failure that no other pattern knows anything about."""

from __future__ import annotations

from collections.abc import Sequence

from loganalyzer.summary import Sighting

__all__ = ["COMPLAINT", "find_complaint", "without_known"]

COMPLAINT = "failure-worded"
NO_MORE = (COMPLAINT, "error-logged", "platform-seen", "framework-seen")
"""Statements that leave such a line as unknown as it was."""

GOOD = frozenset(
    {
        "became-up",
        "request-served",
        "app-ready",
        "listening",
        "port-detected",
        "bot-running",
        "job-done",
        "build-succeeded",
        "release-succeeded",
    }
)
"""Statements behind which what was complained of before is over, or was no matter."""


def without_known(sightings: Sequence[Sighting]) -> list[Sighting]:
    """Leave out the complaints whose lines state something more."""
    if not any(one.statement == COMPLAINT for one in sightings):
        return list(sightings)
    known = {(one.input, one.number) for one in sightings if one.statement not in NO_MORE}
    return [one for one in sightings if one.statement != COMPLAINT or (one.input, one.number) not in known]


def find_complaint(sightings: Sequence[Sighting]) -> Sighting | None:
    """Give the first complaint behind everything good; None without one.

    Such words alone prove nothing: an app that is seen to take traffic is well whatever it complains of.

    Args:
        sightings: in the order of time, as `without_known` leaves them.
    """
    good = max((place for place, one in enumerate(sightings) if one.statement in GOOD), default=-1)
    return next((one for one in sightings[good + 1 :] if one.statement == COMPLAINT), None)
