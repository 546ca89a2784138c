"""What is being waited for and how long the platform will wait; and which repetitions are not worth a line."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime

from loganalyzer.model import UNDATED_YEAR
from loganalyzer.summary import Sighting
from loganalyzer.watching.wording import span_words

__all__ = ["MOST_ALIKE", "Repeats", "Waiting"]

LIMITS: Mapping[str, tuple[tuple[int, str], ...]] = {
    "heroku": ((60, "Heroku waits 60 s"),),
    "render": ((300, "Render looks for 5 min"), (900, "Render ends the deploy after 15 min")),
    "cloudfoundry": ((60, "Cloud Foundry waits 60 s"),),
}
"""For each platform how long it waits for the port, in seconds since the start, and how that is said."""

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
    "deploy-failed": "a new deploy",
    "deploy-timeout": "a new deploy",
    "restarting": "the restart",
    "idling": "a request that wakes it",
}
BY_STATE = {"up": "became-up", "crashed": "crashed", "starting": "restarting"}
OTHER_PROCESSES = ("release", "run", "worker", "CELL/SSHD")

MOST_ALIKE = 5
ALIKE_S = 60.0
MOST_KINDS = 1000


class Repeats:
    """Lets a few lines of one kind through each minute, so that a storm of router errors does not hide the rest.

    Of a stack trace only its first line is let through.
    """

    def __init__(self) -> None:
        """Remember nothing."""
        self._seen: dict[tuple[str, str | None, str], tuple[float, int]] = {}
        self._last: tuple[str | None, str] = (None, "")

    def count(self, one: Sighting) -> int:
        """Give its number among the lines of its kind in this minute, from 1; 0 when it is never worth showing."""
        before, self._last = self._last, (one.process, one.statement)
        if one.statement == "traceback" and before in ((one.process, "traceback"), (one.process, "exception")):
            return 0
        now = time.monotonic()
        key = (one.pattern, one.process, str(one.values.get("error_code", "")))
        start, count = self._seen.get(key, (now, 0))
        if now - start >= ALIKE_S:
            start, count = now, 0
        if len(self._seen) >= MOST_KINDS:
            self._seen.clear()
        self._seen[key] = (start, count + 1)
        return count + 1


class Waiting:
    """Follows the sightings and says what comes next."""

    def __init__(self) -> None:
        """Start before the first line."""
        self._state = "the first line"
        self._since = time.monotonic()
        self._platform = ""
        self._process = "the app"
        self._port = ""

    def note(self, one: Sighting) -> None:
        """Take in what was seen."""
        if self._state == "the first line":
            self._state = "something to happen"
        statement = one.statement
        if statement == "state-changed":
            statement = BY_STATE.get(str(one.values.get("to_state")), "")
        if (one.process or "web").startswith(OTHER_PROCESSES):
            return
        if statement == "listening" and self._state == "port":
            self._port = str(one.values.get("bound_port", ""))
        state = STATES.get(statement)
        if state is None:
            return
        if state != self._state or statement in ("process-starting", "container-created"):
            # A stream begins with lines of the past: its own times say how long something has been going on.
            self._since = time.monotonic() - _age(one.at)
            self._port = ""
        self._state = state
        self._platform = one.platform
        self._process = one.process or self._process

    def describe(self) -> str:
        """Say it in one line."""
        passed = time.monotonic() - self._since
        if self._state == "port":
            if self._port:
                return f"{self._process} says that it listens on {self._port}; {self._patience(passed)}"
            return f"waiting for {self._process} to open its port: {self._patience(passed)}"
        if self._state == "traffic":
            return f"{self._process} is up since {span_words(passed)}; watching"
        return f"waiting for {self._state}, {span_words(passed)}"

    def _patience(self, passed: float) -> str:
        """Say how long the platform will wait."""
        limits = LIMITS.get(self._platform)
        if limits is None:
            return "the platform's limit is not known"
        for limit, words in limits:
            if passed < limit:
                return f"{words}, {span_words(limit - passed)} left"
        return f"{limits[-1][1]}, which is over"


def _age(at: datetime | None) -> float:
    """Give how many seconds ago something happened; 0 without a full date, and when the other clock is ahead."""
    if at is None or at.year == UNDATED_YEAR:
        return 0.0
    return max(0.0, (datetime.now(UTC) - at).total_seconds())
