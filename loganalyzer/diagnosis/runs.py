"""Runs: the sightings of one process, cut into its lives.

A run begins at a start line. What follows an exit without a new start still belongs to the run that ended: traces are
often logged behind the exit line. An exit that was asked for (deploy, restart, stop) belongs to the run before the new
start, even when it is logged behind it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import timedelta

from loganalyzer.model import UNDATED_YEAR
from loganalyzer.summary import Sighting

__all__ = ["Run", "find_own_exit", "find_runs", "seconds_between"]

STARTS = frozenset({"process-starting", "container-created"})
STOPS = frozenset({"stopping", "stop-requested", "restarting", "rescheduled", "idling", "primary-port-changed"})
QUIET = (
    STARTS
    | STOPS
    | {"platform-seen", "framework-seen", "failure-worded"}
    | {"deploy-started", "deploy-created", "port-scan-waiting", "app-stopping"}
)
"""Statements that a run may hold without having begun to do anything."""

REPORTED = frozenset(
    {
        "exited",
        "crashed",
        "probe-never-passed",
        "probe-failed",
        "became-unhealthy",
        "memory-kill",
        "exit-timeout",
        "platform-error",
    }
)
"""Statements that a late report of a crash makes about the run that is over."""

END_OF_STOP = frozenset({0, 15, 130, 137, 143})
"""Exit statuses with which a process ends that was told to stop."""

ENDS_ASKED = (
    "stopping",
    "stop-requested",
    "restarting",
    "rescheduled",
    "idling",
    "app-stopping",
    "exit-timeout",
    "primary-port-changed",
)
TERMINATED = 143
"""128 and SIGTERM: a process that was told to stop."""

LONGEST_GRACE_S = 60.0
STOPPED = (0, 15, 130, 137, 143)

GRACE = timedelta(seconds=45)
"""How long behind a stop an exit still belongs to it: 30 s of grace and the platform's own delay."""


@dataclass
class Run:
    """One life of one process.

    Attributes:
        process: its name.
        sightings: what was seen of it, in the order of time.
        started: whether the log shows its start.
    """

    process: str
    sightings: list[Sighting] = field(default_factory=list)
    started: bool = False

    def of(self, *statements: str) -> list[Sighting]:
        """Give the sightings that make one of the statements."""
        return [one for one in self.sightings if one.statement in statements]

    def first(self, *statements: str) -> Sighting | None:
        """Give the first of them, or None."""
        return next((one for one in self.sightings if one.statement in statements), None)

    def last(self, *statements: str) -> Sighting | None:
        """Give the last of them, or None."""
        return next((one for one in reversed(self.sightings) if one.statement in statements), None)

    def has(self, *statements: str) -> bool:
        """Say whether one of the statements was made."""
        return self.first(*statements) is not None


def find_runs(sightings: Iterable[Sighting]) -> list[Run]:
    """Cut the sightings of all processes into runs.

    Args:
        sightings: in the order of time; those of no process and of the build are left out.

    Returns:
        The runs in the order in which they begin.
    """
    runs: list[Run] = []
    current: dict[str, Run] = {}
    earlier: dict[str, Run] = {}
    for one in sightings:
        if one.process is None or one.source in ("build", "router", "addon"):
            continue
        run = current.get(one.process)
        if run is None or (_begins(one) and _is_over(run)):
            if run is not None:
                earlier[one.process] = run
            run = current[one.process] = Run(one.process)
            runs.append(run)
        before = earlier.get(one.process)
        if before is not None and _belongs_to_stop(one, before, run):
            before.sightings.append(one)
            continue
        run.sightings.append(one)
        run.started = run.started or _begins(one)
    return [run for run in runs if run.sightings]


def _begins(one: Sighting) -> bool:
    """Say whether a line begins a run."""
    return one.statement in STARTS or (one.statement == "state-changed" and one.values.get("to_state") == "starting")


def _is_over(run: Run) -> bool:
    """Say whether a run has done anything, so that a start line cannot still be its own."""
    for one in run.sightings:
        if one.statement == "state-changed":
            if one.values.get("to_state") != "starting":
                return True
        elif one.statement not in QUIET:
            return True
    return False


def _belongs_to_stop(one: Sighting, before: Run, run: Run) -> bool:
    """Say whether an exit or a shutdown line is the end of the run before."""
    if one.source == "api" and one.statement in REPORTED and not run.has(*REPORTED):
        return before.has(
            *REPORTED
        )  # Cloud Controller reports a crash seconds later, often behind the next container's first lines
    if (
        one.source == "app"
        and _left_up(run) is not None
        and not run.has("process-starting")
        and not run.has("became-up")
    ):
        return True  # the new process has not been launched yet, so these are the last words of the old one
    if one.statement == "app-stopping":
        return any(stop.statement in STOPS for stop in before.sightings[-6:]) and not run.has("listening", "became-up")
    if one.statement not in ("exited", "killed", "stopping", "exit-timeout", "container-destroyed"):
        return False
    if before.has("exited") and one.statement == "exited":
        return False
    if one.statement == "exited" and any(_sent(other, "crashed") for other in before.sightings):
        return not run.has("process-starting", "exited")  # nothing new has run yet that could have ended
    asked = before.last(*STOPS) or run.first("stopping", "app-stopping") or _left_up(before) or _left_up(run)
    if asked is None or any(other.statement == "exited" for other in run.sightings):
        return False
    status = one.values.get("exit_status", 0)
    waited = seconds_between(asked, one)
    return status in END_OF_STOP and (waited is None or waited <= GRACE.total_seconds())


def _left_up(run: Run) -> Sighting | None:
    """Give the line in which a running process was sent to start anew."""
    for one in run.sightings:
        if (
            one.statement == "state-changed"
            and one.values.get("from_state") == "up"
            and one.values.get("to_state") == "starting"
        ):
            return one
    return None


def seconds_between(earlier: Sighting | None, later: Sighting | None) -> float | None:
    """Give the seconds between two sightings; None when one of them has no time or only one has a date."""
    if earlier is None or later is None or earlier.at is None or later.at is None:
        return None
    if (earlier.at.year == UNDATED_YEAR) != (later.at.year == UNDATED_YEAR):
        return None
    return (later.at - earlier.at).total_seconds()


def find_own_exit(run: Run) -> Sighting | None:
    """Give the line in which a process ended by itself, or was killed for a failure.

    A stop that was asked for explains the first exit behind it and no other; what was asked before a start concerned
    the process before.
    """
    failed = run.has("crashed", "boot-timeout", "memory-kill") or any(_sent(one, "crashed") for one in run.sightings)
    asked: Sighting | None = None
    for one in run.sightings:
        if one.statement in ENDS_ASKED or _sent_down(one):
            asked = one
        elif one.statement == "process-starting":
            asked = None
        elif one.statement == "exited" or (one.statement == "crashed" and "exit_status" in one.values):
            status = one.values.get("exit_status", 0)
            if failed and status == TERMINATED and _was_signalled(run, asked, one) and _ends_again(run, one):
                asked = None  # a restart stopped the process before, and the failure is the next one's
                continue
            if failed or (status not in STOPPED and not _was_signalled(run, asked, one)):
                return one
            if status != TERMINATED and (asked is None or not _in_grace(asked, one)):
                return one
            asked = None
    return None


def _ends_again(run: Run, exit_line: Sighting) -> bool:
    """Say whether the process ends in another way behind an exit."""
    exits = run.of("exited")
    return any(one.values.get("exit_status", 0) not in END_OF_STOP for one in exits[exits.index(exit_line) + 1 :])


def _was_signalled(run: Run, asked: Sighting | None, exit_line: Sighting) -> bool:
    """Say whether Heroku's own SIGTERM ended a process; what status it then ends with says nothing about it."""
    signalled = any(one.statement == "stopping" and one.source == "platform" for one in run.sightings)
    return exit_line.platform == "heroku" and asked is not None and signalled and _in_grace(asked, exit_line)


def _sent(one: Sighting, state: str) -> bool:
    """Say whether the platform moves the process to a state."""
    return one.statement == "state-changed" and one.values.get("to_state") == state


def _sent_down(one: Sighting) -> bool:
    """Say whether the platform moves a running process to another state on purpose."""
    return (
        one.statement == "state-changed"
        and one.values.get("from_state") == "up"
        and one.values.get("to_state") in ("down", "starting", "complete")
    )


def _in_grace(asked: Sighting, exit_line: Sighting) -> bool:
    """Say whether an exit comes soon enough behind what asked for it."""
    waited = seconds_between(asked, exit_line)
    return waited is None or waited <= LONGEST_GRACE_S
