"""Probing: whether a health probe failed by itself, or only because the process had ended."""

from __future__ import annotations

from loganalyzer.diagnosis.runs import Run, seconds_between
from loganalyzer.summary import Sighting

__all__ = ["SHORTEST_TIMEOUT_S", "answers_again", "died_first", "find_cut_short"]

SHORTEST_TIMEOUT_S = 45.0
TRACE_AT_END_S = 3.0
"""An error so close before the end of a probe ended the process, and the probe with it."""

ENDED_BY_STOP = (0, 22, 130, 137, 143)
REFUSED_NEAR_S = 6.0
FEW = 2
"""A probe of Render's that fails alone takes nothing out of service."""


def find_cut_short(told: Sighting | None, run: Run) -> Sighting | None:
    """Give the end of a probe that ended because the process did, on Cloud Foundry's first runtime.

    It says that an instance accepts no connections also when the instance has ended by itself.

    Args:
        told: the line that says so; None when there is none.
        run: the run that was probed.

    Returns:
        The same line; None when the time was over, as far as can be told.
    """
    if told is None or told.statement != "boot-timeout":
        return None
    statuses = [one.values["exit_status"] for one in run.of("crashed") if "exit_status" in one.values]
    if statuses:
        return told if all(isinstance(status, int) and status >= 0 for status in statuses) else None
    waited = seconds_between(run.first("container-created"), told)
    if waited is not None:
        return told if waited < SHORTEST_TIMEOUT_S else None
    late = seconds_between(run.last("exception", "traceback"), told)
    return told if late is not None and 0 <= late <= TRACE_AT_END_S else None


def died_first(own_exit: Sighting, unhealthy: Sighting, run: Run) -> bool:
    """Say whether a check was refused because the process was ending by itself, with a status of its own."""
    if own_exit.values.get("exit_status", 0) in ENDED_BY_STOP:
        return False
    refused = any(one.values.get("probe_reason") == "refused" for one in run.of("probe-failed"))
    waited = seconds_between(unhealthy, own_exit)
    return refused and waited is not None and abs(waited) <= REFUSED_NEAR_S


def answers_again(probe: Sighting, run: Run) -> bool:
    """Say whether a failed probe that the app itself logged is no matter: it is alone, or a good answer follows.

    Args:
        probe: the last one that failed.
        run: the run that was probed.
    """
    if probe.source != "app":
        return False
    if len(run.of("probe-failed")) < FEW:
        return True
    place = run.sightings.index(probe)
    return any(
        one.statement == "request-served" and 0 < int(one.values.get("http_status", 0) or 0) < 400
        for one in run.sightings[place:]
    )
