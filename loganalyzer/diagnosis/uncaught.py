"""Uncaught: an error that nothing caught, as the last word of a run whose end the log does not show."""

from __future__ import annotations

from loganalyzer.diagnosis.runs import Run
from loganalyzer.summary import Sighting

__all__ = ["find_uncaught"]

POSITIONS = ("node-source-position", "node-fatal-banner")
"""Node.js prints these for an error that ends the process, and for no other."""

UNHANDLED = "throw er; // Unhandled 'error' event"
"""Node's own source, which it prints for an event that nothing listened to."""

ERROR_LINES = frozenset(
    {
        "traceback",
        "framework-seen",
        "platform-seen",
        "failure-worded",
        "error-field",
        "connect-frame",
        "listen-frame",
        "loading-frame",
        "service-frame",
    }
)
ERRORS = ("exception", "dependency-missing", "service-unreachable", "service-refused", "config-missing")


def find_uncaught(run: Run) -> Sighting | None:
    """Give the error that ended a run.

    Args:
        run: one life of one process.

    Returns:
        The line with the error; None when the run went on behind it, or its runtime does not say that nothing caught
        it.
    """
    positions = [
        place for place, one in enumerate(run.sightings) if one.pattern in POSITIONS or UNHANDLED in one.message
    ]
    if not positions:
        return None
    behind = run.sightings[positions[-1] :]
    if any(one.statement not in ERROR_LINES and one.statement not in ERRORS for one in behind):
        return None
    return next((one for one in behind if one.statement in ERRORS), behind[0])
