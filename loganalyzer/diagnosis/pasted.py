"""Pasted: words of Heroku's platform under a tag that is not the platform's.

Some copies carry one tag on every line. What the app itself prints must change nothing, so such words count in two
cases alone: under `app[api]`, where no app can write, and where no line of the whole log has a tag of the platform.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace

from loganalyzer.summary import Sighting

__all__ = ["give_back"]

PLATFORMS_OWN = frozenset({"platform", "router"})
WORDS = "platform-words"
CODES = {
    "R10": "boot-timeout",
    "R12": "exit-timeout",
    "R13": "attach-failed",
    "R14": "memory-over-quota",
    "R15": "memory-kill",
}
"""Codes of the dyno manager and what they state; the others are faults of the platform."""

SIGNALS = {"SIGKILL": "killed", "SIGTERM": "stopping"}
BY_VALUE = {"exit_status": "exited", "to_state": "state-changed", "command": "process-starting"}


def give_back(sightings: Sequence[Sighting], sources: Collection[str]) -> list[Sighting]:
    """Give words of the platform back to it where nobody else can have written them; leave the others out.

    Args:
        sightings: all of a log.
        sources: who wrote lines in it, as the tags say.
    """
    is_copy = PLATFORMS_OWN.isdisjoint(sources)
    kept: list[Sighting] = []
    for one in sightings:
        if one.statement != WORDS:
            kept.append(one)
        elif is_copy or one.source == "api":
            kept.append(_restate(one))
    return kept


def _restate(one: Sighting) -> Sighting:
    """Make of a line what it states where its writer is the platform."""
    code = str(one.values.get("error_code", ""))
    if code.startswith("H"):
        return replace(one, statement="router-error", source="router", process=None)
    if code:
        return replace(one, statement=CODES.get(code, "platform-error"), source="platform")
    if "signal" in one.values:
        return replace(one, statement=SIGNALS[str(one.values["signal"])], source="platform")
    statement = next(statement for value, statement in BY_VALUE.items() if value in one.values)
    return replace(one, statement=statement, source="platform")
