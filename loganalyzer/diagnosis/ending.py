"""Ending: how one run went, from its start to its failure or its end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from loganalyzer.diagnosis.binds import choose_bind, find_assigned_port, find_binds
from loganalyzer.diagnosis.case import Case, is_one_off, is_web
from loganalyzer.diagnosis.probing import SHORTEST_TIMEOUT_S, answers_again, died_first, find_cut_short
from loganalyzer.diagnosis.runs import Run, find_own_exit, seconds_between
from loganalyzer.diagnosis.uncaught import find_uncaught
from loganalyzer.summary import Sighting, minute_of

__all__ = ["Failure", "RunFacts"]

TIMEOUTS = ("boot-timeout", "probe-never-passed", "port-scan-timeout", "deploy-timeout")
SURE_UNANSWERED = 2
"""So many scans without an HTTP answer, about a minute apart, are more than a server that is just about to answer."""

NEAR_LINES = 200
LATE_S = 6.0
DIED_NEAR_S = 60.0
SETTLED_S = 45.0
"""A process that has been up for so long was not failing to boot."""

PLATFORM_KILLS = (137, 22)
"""Exit statuses after the platform's own SIGKILL; 22 is that of a launcher that lost its child."""

START_ERRORS = ("worker-boot-failed", "dependency-missing", "config-missing", "config-invalid", "loading-frame")
"""Errors of an app that is loading, hardly ever of one that has been serving."""

ONE_OFF_ENDS = (0, 128, 129, 130, 143)


@dataclass(frozen=True, slots=True)
class Failure:
    """How a run failed.

    Attributes:
        kind: `boot-timeout` (the platform stopped waiting for the port), `exited` (the process ended), `crashed` (the
            platform says so and shows no exit), `waiting` (the platform has not seen the port yet and the log ends),
            `unhealthy` (a running instance failed its check), `supervised` (a supervisor holds a crashed app).
        sighting: the line that says so.
    """

    kind: str
    sighting: Sighting


@dataclass
class RunFacts:
    """How one run of a case went.

    Attributes:
        case: the whole log.
        run: the run.
        last: whether it is the last run of its process.
        symptoms: router sightings that no other run explains.
        siblings: other runs of the process that did not come up; a platform starts the same thing again, so what
            one of them says about its port holds for the others.
    """

    case: Case
    run: Run
    last: bool = True
    symptoms: Sequence[Sighting] = field(default_factory=tuple)
    siblings: Sequence[Run] = field(default_factory=tuple)

    @property
    def platform(self) -> str:
        """Give the platform of the log."""
        return self.case.platform

    @property
    def is_web(self) -> bool:
        """Say whether the run is one of a web process."""
        return is_web(self.run.process)

    @property
    def is_one_off(self) -> bool:
        """Say whether the process was meant to end."""
        return is_one_off(self.run.process)

    @cached_property
    def assigned_port(self) -> int | None:
        """Give the port that the platform expects, as far as the log shows it."""
        return find_assigned_port(self.run.sightings, self.platform)

    # --- how the run went -------------------------------------------------------------------------------------------

    @cached_property
    def up(self) -> Sighting | None:
        """Give the line in which the platform says that the process takes traffic."""
        for one in self.run.sightings:
            if one.statement == "became-up":
                return one
            if one.statement == "state-changed" and one.values.get("to_state") == "up":
                return one
        return None

    @cached_property
    def was_up(self) -> bool:
        """Say whether the run took traffic before it failed."""
        if self.up is not None or self.run.has("became-unhealthy"):
            return True
        return any(
            one.statement == "state-changed"
            and one.values.get("from_state") == "up"
            and one.values.get("to_state") in ("crashed", "down")
            for one in self.run.sightings
        )

    @cached_property
    def was_settled(self) -> bool:
        """Say whether the process ran well before it failed, so that the failure is no failure to boot."""
        failed = self.failure.sighting if self.failure else None
        if self.is_one_off:
            return False  # it is to end, and well; how long it works says nothing
        if not self.run.started and not self.run.has("worker-boot-failed") and self._died_serving():
            return True
        if not self.run.started and self.up is None and (self.run.has(*START_ERRORS) or not self._has_worked()):
            return False  # a worker, and a web server that loads the app behind its bind, is "up" at once
        if not self.was_up:
            return not self.run.started and self.run.has("request-served") and not self.run.has("boot-timeout")
        waited = seconds_between(self.up, failed)
        if waited is None:
            return self.up is None or self._served(failed)
        worked = self._served(failed) if self.is_web else self._has_worked()
        return waited > SETTLED_S or (waited > LATE_S and worked)

    def _has_worked(self) -> bool:
        """Say whether a process did its work before it failed; of a web process the platform knows by itself."""
        return self.is_web or self.run.has("bot-running", "request-served", "app-ready", "job-done")

    def _served(self, failed: Sighting | None) -> bool:
        """Say whether requests were answered between the start of the traffic and the failure."""
        if self.run.has("request-served"):
            return True
        traffic = self.case.summary.traffic
        if traffic.requests <= traffic.errors:
            return False
        if self.up is None or failed is None or self.up.at is None or failed.at is None:
            return True
        first, last = minute_of(self.up.at), minute_of(failed.at)
        return any(
            first <= minute <= last and counts["requests"] > counts["errors"]
            for minute, counts in traffic.minutes.items()
        )

    def _died_serving(self) -> bool:
        """Say whether the router lost a request in the moment in which the process ended."""
        if self.failure is None or self.failure.kind not in ("exited", "crashed"):
            return False
        for one in self.case.sightings:
            if one.values.get("error_code") in ("H13", "H18") and one.source == "router":
                waited = seconds_between(one, self.failure.sighting)
                if (
                    abs(waited) <= DIED_NEAR_S
                    if waited is not None
                    else abs(one.number - self.failure.sighting.number) <= NEAR_LINES
                ):
                    return True
        return False

    @cached_property
    def stop(self) -> Sighting | None:
        """Give the line that asked for the end of the run."""
        return self.run.last(
            "stopping", "stop-requested", "restarting", "rescheduled", "idling", "primary-port-changed"
        )

    @cached_property
    def exit(self) -> Sighting | None:
        """Give the line in which the process ended by itself, or was killed for a failure."""
        return find_own_exit(self.run)

    @cached_property
    def exit_status(self) -> int | None:
        """Give the exit status that counts for the run."""
        if self.exit is not None:
            status = self.exit.values.get("exit_status")
            if isinstance(status, int) and status >= 0:
                return status
        return None

    @cached_property
    def timeout(self) -> Sighting | None:
        """Give the line in which the platform stopped waiting for the port."""
        if self._cut_short is not None:
            return None
        return self.run.first(*TIMEOUTS) or self._silent_timeout

    @cached_property
    def _cut_short(self) -> Sighting | None:
        """Give the end of a probe that ended because the process did."""
        return find_cut_short(self.run.first(*TIMEOUTS), self.run) if self.platform == "cloudfoundry" else None

    @cached_property
    def _silent_timeout(self) -> Sighting | None:
        """Give the end of a run that the platform killed after its limit without saying so."""
        if self.platform != "heroku" or self.was_up or not self.is_web:
            return None
        killed = self.run.first("killed")
        crashed = next(
            (
                one
                for one in self.run.sightings
                if one.statement == "state-changed" and one.values.get("to_state") == "crashed"
            ),
            None,
        )
        end = crashed or killed
        if (
            end is None
            or self.exit_status not in (None, *PLATFORM_KILLS)
            or self.run.has("memory-kill", "platform-error")
        ):
            return None
        first = next((one for one in self.run.sightings if one.at is not None), None)
        waited = seconds_between(first, end)
        if waited is not None and waited >= SHORTEST_TIMEOUT_S:
            return end
        return end if killed is not None and self.exit_status in PLATFORM_KILLS else None

    @cached_property
    def failure(self) -> Failure | None:
        """Give how the run failed; None when it did not."""
        run = self.run
        if self.timeout is not None and not self._healed(self.timeout):
            return Failure("boot-timeout", self.timeout)
        unhealthy = run.first("became-unhealthy")
        if unhealthy is not None:
            if self.exit is not None and died_first(self.exit, unhealthy, run):
                return Failure("exited", self.exit)
            return Failure("unhealthy", unhealthy)
        memory = run.first("memory-kill")
        if memory is not None:
            return Failure("exited", self.exit or memory)
        ended_well = self.is_one_off and self.exit_status in ONE_OFF_ENDS
        if self.exit is not None and not ended_well and not self._healed(self.exit):
            return Failure("exited", self.exit)
        crashed = self._crash_line() or self._cut_short or (find_uncaught(run) if self.up is not None else None)
        if crashed is not None:
            return Failure("crashed", crashed)
        supervised = run.first("app-crashed-waiting")
        if supervised is not None and self.up is None:
            return Failure("supervised", supervised)
        waiting = run.last("port-scan-waiting", "loopback-suspected", "loopback-open", "not-http")
        if waiting is not None and self.last and self.up is None and not self._may_still_come(waiting):
            return Failure("waiting", waiting)
        probe = run.last("probe-failed", "proxy-failed", "readiness-failed")
        if probe is not None and self.last and not self._healed(probe) and not answers_again(probe, run):
            return Failure(
                "unhealthy" if self.was_up or probe.statement == "readiness-failed" else "boot-timeout", probe
            )
        if self.symptoms and self.up is None:
            booting = [one for one in self.symptoms if one.values.get("error_code") == "H20"]
            return Failure("boot-timeout", booting[0]) if booting else Failure("crashed", self.symptoms[0])
        return None

    def _may_still_come(self, waiting: Sighting) -> bool:
        """Say whether the app seems to listen as it should, so that a line of waiting alone is no failure."""
        after = [one for one in self.run.sightings if one.statement == "request-served" and one.number > waiting.number]
        if after:
            return True
        bind = choose_bind(find_binds(self.run.sightings), self.assigned_port)
        if (
            bind is None
            or bind.loopback
            or (bind.loopback is None and self.run.has("loopback-suspected", "loopback-open"))
        ):
            return False
        if self.assigned_port is not None and bind.port != self.assigned_port:
            return False
        place = self.run.sightings.index(bind.sighting)
        unanswered = [one for one in self.run.sightings[place:] if one.statement == "not-http"]
        return len(unanswered) < SURE_UNANSWERED

    def _crash_line(self) -> Sighting | None:
        """Give the platform's word that the run crashed, where it shows no exit."""
        for one in self.run.sightings:
            if one.statement == "crashed":
                return one
            if one.statement == "state-changed" and one.values.get("to_state") == "crashed":
                return one
        return None

    def _healed(self, failure: Sighting) -> bool:
        """Say whether the same run came up after all."""
        ups = self.run.of("became-up")
        if not ups or self.platform == "heroku":
            return False
        position = {id(one): place for place, one in enumerate(self.run.sightings)}
        return position[id(ups[-1])] > position[id(failure)]
