"""What is being waited for and how long the platform will wait; and which repetitions are not worth a line."""

from __future__ import annotations

import time
from collections.abc import Mapping

from loganalyzer.summary import Sighting

__all__ = ["Repeats", "Waiting"]

LIMITS: Mapping[str, tuple[int, str]] = {
    "heroku": (60, "Heroku waits 60 s"),
    "render": (900, "Render looks for a port for 5 min and gives the deploy 15 min"),
    "cloudfoundry": (60, "Cloud Foundry waits 60 s"),
}
STATES: Mapping[str, str] = {
    "build-started": "the build",
    "release-started": "the release command",
    "build-succeeded": "the start of the new version",
    "deploy-started": "the start of the new version",
    "deploy-created": "the start of the new version",
    "process-starting": "port",
    "container-created": "port",
    "became-up": "traffic",
    "exited": "a new start by the platform",
    "crashed": "a new start by the platform",
    "boot-timeout": "a new start by the platform",
    "build-failed": "a new build",
    "release-failed": "a new release",
    "restarting": "the restart",
    "idling": "a request that wakes it",
}


MOST_ALIKE = 5
ALIKE_S = 60.0
MOST_KINDS = 1000


class Repeats:
    """Lets a few lines of one kind through each minute, so that a storm of router errors does not hide the rest."""

    def __init__(self) -> None:
        """Remember nothing."""
        self._seen: dict[tuple[str, str | None, str], tuple[float, int]] = {}

    def lets_through(self, one: Sighting) -> bool:
        """Say whether a line is to be shown, and count it."""
        now = time.monotonic()
        key = (one.pattern, one.process, str(one.values.get("error_code", "")))
        start, count = self._seen.get(key, (now, 0))
        if now - start >= ALIKE_S:
            start, count = now, 0
        if len(self._seen) >= MOST_KINDS:
            self._seen.clear()
        self._seen[key] = (start, count + 1)
        return count < MOST_ALIKE


class Waiting:
    """Follows the sightings and says what comes next."""

    def __init__(self) -> None:
        """Start before the first line."""
        self._state = "the first line"
        self._since = time.monotonic()
        self._platform = ""
        self._process = "the app"

    def note(self, one: Sighting) -> None:
        """Take in what was seen."""
        statement = one.statement
        if statement == "state-changed":
            statement = {"up": "became-up", "crashed": "crashed", "starting": "restarting"}.get(
                str(one.values.get("to_state")), ""
            )
        state = STATES.get(statement)
        if self._state == "the first line":
            self._state = "something to happen"
        if state is None or (one.process or "web").startswith(("release", "run", "worker", "CELL/SSHD")):
            return
        if state != self._state or statement in ("process-starting", "container-created"):
            self._since = time.monotonic()
        self._state = state
        self._platform = one.platform
        self._process = one.process or self._process

    def describe(self) -> str:
        """Say it in one line."""
        passed = time.monotonic() - self._since
        if self._state == "port":
            limit, words = LIMITS.get(self._platform, (0, "the platform's limit is not known"))
            left = f", {max(0, limit - passed):.0f} s are left" if limit else ""
            return f"waiting for {self._process} to open its port: {words}{left}"
        if self._state == "traffic":
            return f"{self._process} is up since {passed:.0f} s; watching"
        return f"waiting for {self._state}, {passed:.0f} s"
