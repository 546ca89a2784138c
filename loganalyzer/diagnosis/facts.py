"""Facts: what is true of one run, put together from its sightings.

Causes judge these facts and never see a line's text.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cached_property

from loganalyzer.diagnosis.binds import DEFAULT_PORTS, Bind, choose_bind, find_binds
from loganalyzer.diagnosis.ending import LATE_S, NEAR_LINES, Failure, RunFacts
from loganalyzer.diagnosis.frameworks import choose_framework
from loganalyzer.diagnosis.runs import seconds_between
from loganalyzer.late import late_regex
from loganalyzer.model import Value
from loganalyzer.summary import Sighting

__all__ = ["ERRORS", "Facts", "Failure"]

ERRORS = (
    "dependency-missing",
    "command-missing",
    "config-missing",
    "config-invalid",
    "service-unreachable",
    "service-refused",
    "exception",
    "traceback",
    "worker-boot-failed",
    "build-error",
    "error-logged",
)
"""Statements that say why an app failed, the most specific first."""

SERVER_ERROR = 500
BY_ROUTER = frozenset({"502", "503", "504"})
"""Statuses that a router answers with by itself."""

BUSY_LINES = 8
OBJECT_LINES = 8
TLS = late_regex(r"\b(?:https|ssl|tls)\b", re.IGNORECASE)
NEAR_S = 25.0
CF_PORT = 8080


@dataclass
class Facts(RunFacts):
    """The facts of one run: how it went, where it listens, and what it says about why it failed."""

    # --- the port ---------------------------------------------------------------------------------------------------

    @cached_property
    def expected_port(self) -> int | None:
        """Give the assigned port, or the one that the platform uses when nothing else is set."""
        if self.assigned_port is not None:
            return self.assigned_port
        return CF_PORT if self.platform == "cloudfoundry" and not self.is_dea else None

    @cached_property
    def is_dea(self) -> bool:
        """Say whether the log is of Cloud Foundry's old runtime, which assigned random ports."""
        return any(one.tag.startswith(("DEA", "App/")) for one in self.case.sightings)

    @cached_property
    def binds(self) -> list[Bind]:
        """Give what the app said about where it listens."""
        own = find_binds(self.run.sightings)
        waits = self.failure is not None and self.failure.kind in ("boot-timeout", "waiting")
        if own or not waits or not self.run.sightings:
            return own
        return next((found for run in self.siblings if (found := find_binds(run.sightings))), [])

    @cached_property
    def bind(self) -> Bind | None:
        """Give the bind of the web server."""
        return choose_bind(self.binds, self.assigned_port)

    @cached_property
    def named_port(self) -> Sighting | None:
        """Give the last line that names a port that people choose, where no line tells a listener."""
        named = self.run.last("port-named")
        return named if named is not None and named.values.get("bound_port") != self.expected_port else None

    @cached_property
    def detected_port(self) -> int | None:
        """Give the port on which the platform saw the app."""
        for one in (self.run.last("primary-port-changed"), self.run.last("port-detected")):
            port = one.values.get("bound_port") if one is not None else None
            if isinstance(port, int):
                return port
        return None

    @cached_property
    def speaks_tls(self) -> bool:
        """Say whether the server says that it listens with TLS, or a probe saw it."""
        return self.run.has("tls-seen") or (
            self.bind is not None and TLS.search(self.bind.sighting.message) is not None
        )

    @property
    def waits(self) -> bool:
        """Say whether the platform waited in vain for the port."""
        return self.failure is not None and self.failure.kind in ("boot-timeout", "waiting")

    @cached_property
    def connects_out(self) -> bool:
        """Say whether the stack shows an outgoing connection and no listening call."""
        return self.run.has("connect-frame") and not self.run.has("listen-frame")

    @cached_property
    def unknown_bind_name(self) -> Sighting | None:
        """Give the line that says that a name is unknown, where the call that failed was the server's own bind."""
        if self.run.has("connect-frame") or not self.run.has("listen-frame"):
            return None
        return next((one for one in self.run.of("service-unreachable") if one.pattern == "host-unknown"), None)

    @cached_property
    def listen_error(self) -> dict[str, Value]:
        """Give the fields of an error object whose failing call was listen; a runtime prints them one a line."""
        frame = self.run.first("listen-frame")
        if frame is None:
            return {}
        fields: dict[str, Value] = {}
        for one in self.run.of("error-field"):
            if abs(one.number - frame.number) <= OBJECT_LINES:
                fields.update(one.values)
        return {**fields, "line": frame.number} if fields else {}

    # --- why --------------------------------------------------------------------------------------------------------

    @cached_property
    def errors(self) -> list[Sighting]:
        """Give the errors of the app that can have ended the run, the most specific first."""
        found = [one for one in self.run.of(*ERRORS) if self._is_near(one)]
        return sorted(found, key=lambda one: ERRORS.index(one.statement))

    def error(self, *statements: str) -> Sighting | None:
        """Give the last error of one of the kinds that can have ended the run."""
        fitting = [one for one in self.errors if one.statement in statements]
        return fitting[-1] if fitting else None

    def _is_near(self, one: Sighting) -> bool:
        """Say whether an error is close enough to the end of the run to be its reason."""
        if self.failure is None:
            return True
        if self.failure.kind in ("boot-timeout", "waiting", "supervised"):
            return True
        waited = seconds_between(one, self.failure.sighting)
        if waited is not None:
            return -LATE_S <= waited <= NEAR_S or not self.was_up
        return abs(one.number - self.failure.sighting.number) <= NEAR_LINES

    @cached_property
    def served_well(self) -> bool:
        """Say whether a request was answered without an error of the app."""
        served = self.run.of("request-served")
        return any(int(one.values.get("http_status", 0) or 0) < SERVER_ERROR for one in served)

    @cached_property
    def is_answering(self) -> bool:
        """Say whether the router saw answers of the app, where the log shows neither a start nor an end of the run."""
        own = [status for status in self.case.summary.traffic.by_status if status not in BY_ROUTER]
        return bool(own) and self.is_web and self.failure is None and not self.run.started

    @cached_property
    def ends_in_error(self) -> bool:
        """Say whether an error is the last word of the run."""
        aside = (
            *("framework-seen", "platform-seen", "failure-worded"),
            *("loading-frame", "service-frame", "connect-frame"),
        )
        lasting = [one for one in self.run.sightings if one.statement not in aside]
        return bool(lasting) and lasting[-1].statement in ("exception", "traceback")

    @cached_property
    def memory(self) -> Sighting | None:
        """Give the first line that shows that memory ran out."""
        return self.run.first("memory-kill", "out-of-memory") or self.run.first("memory-over-quota")

    @cached_property
    def command(self) -> str | None:
        """Give the start command."""
        for one in reversed(self.run.of("process-starting")):
            command = one.values.get("command")
            if command:
                return str(command)
        return None

    @cached_property
    def app_lines(self) -> int:
        """Give how many lines the app wrote in the whole log."""
        return sum(activity.lines for (source, _), activity in self.case.summary.activity.items() if source == "app")

    @cached_property
    def is_busy(self) -> bool:
        """Say whether the app kept writing lines, in most minutes of the log, that the library has no word for."""
        lines = sum(activity.lines for (source, _), activity in self.case.summary.activity.items() if source == "app")
        known = sum(1 for one in self.case.sightings if one.source == "app")
        return lines - known >= BUSY_LINES

    @cached_property
    def framework(self) -> str | None:
        """Give the framework of the app: the one of the bind, else the most specific one seen."""
        return choose_framework(self.run.sightings, self.case.sightings, self.bind)

    @cached_property
    def is_default_port(self) -> bool:
        """Say whether programs come with the bound port or the app's script sets it: no platform assigned it."""
        own = {one.values.get("bound_port") for one in self.run.of("port-overridden")}
        return self.bind is not None and (self.bind.port in DEFAULT_PORTS or self.bind.port in own)
