"""Lone errors: how an error is told of which the log shows neither what was before nor what came of it."""

from __future__ import annotations

from loganalyzer.diagnosis.facts import Facts
from loganalyzer.diagnosis.uncaught import find_uncaught

__all__ = ["ALONE", "is_alone", "say_end"]

ALONE = (
    "The app reports an error. The log shows neither a start nor an end around it: the process may have ended with it, "
    "or a request or a job alone has failed. The lines behind it would tell."
)


def is_alone(facts: Facts) -> bool:
    """Say whether a run shows an error and neither that it was being started nor that it ended."""
    if facts.failure is not None or facts.run.started:
        return False
    return not facts.run.has("tool-failed", "worker-boot-failed", "loading-frame") and find_uncaught(facts.run) is None


def say_end(facts: Facts) -> str:
    """Say that the process ends with an error, or has one, where the log shows no end of it."""
    if facts.is_one_off:
        return f"The one-off process {facts.run.process} ends with an error"
    if is_alone(facts):
        return "The app fails with an error"
    unknown = facts.was_up and not facts.run.started and not facts.run.has("loading-frame")
    return f"The app ends with an error{'' if unknown else ' while it starts'}"
