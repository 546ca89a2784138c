"""Wording: one thing that happened, in words that fit on a line of a terminal, and whether it is good or bad."""

from __future__ import annotations

import re

from loganalyzer.diagnosis.timeline import describe
from loganalyzer.screen import fit, plain_message
from loganalyzer.summary import Sighting
from loganalyzer.text import clean

__all__ = ["event_words", "mood", "span_words"]

ROUTER_WORDS = re.compile(r'\bdesc="([^"]{1,80})"')

BAD = frozenset(
    {
        "address-unavailable",
        "bad-bind",
        "became-unhealthy",
        "boot-timeout",
        "build-error",
        "build-failed",
        "command-missing",
        "config-invalid",
        "config-missing",
        "crashed",
        "dependency-missing",
        "deploy-failed",
        "deploy-timeout",
        "disk-full",
        "endpoint-failed",
        "error-caught",
        "error-logged",
        "exception",
        "exit-timeout",
        "killed",
        "loopback-open",
        "memory-kill",
        "memory-over-quota",
        "not-http",
        "out-of-memory",
        "placement-failed",
        "platform-error",
        "port-denied",
        "port-in-use",
        "port-invalid",
        "port-scan-timeout",
        "probe-failed",
        "probe-never-passed",
        "process-killed",
        "quota-exhausted",
        "release-failed",
        "router-error",
        "service-refused",
        "service-unreachable",
        "suspended",
        "tool-failed",
        "traceback",
        "worker-boot-failed",
        "worker-timeout",
    }
)
GOOD = frozenset({"became-up", "build-succeeded", "listening", "port-detected", "release-succeeded"})
NORMAL_ENDS = (0, 143)


def mood(one: Sighting) -> str:
    """Say whether something that happened is `bad`, `good`, or neither (empty)."""
    if one.statement == "state-changed":
        return {"up": "good", "crashed": "bad"}.get(str(one.values.get("to_state")), "")
    if one.statement == "exited":
        return "" if one.values.get("exit_status") in NORMAL_ENDS else "bad"
    return "bad" if one.statement in BAD else "good" if one.statement in GOOD else ""


def event_words(one: Sighting, width: int) -> tuple[str, str]:
    """Give time and process, and the words, which together are at most so many columns wide."""
    at = one.at.strftime("%H:%M:%S") if one.at else "        "
    head = f"{at}  {clean(one.process or '-'):<9.9} "
    return head, fit(_words(one), width - len(head))


def _words(one: Sighting) -> str:
    """Give the words of an event."""
    if one.statement == "router-error":
        found = ROUTER_WORDS.search(one.message)
        return describe(one) + (f" ({found[1]})" if found else "")
    return plain_message(one.message)


def span_words(seconds: float) -> str:
    """Write a stretch of time for people.

    >>> span_words(42.4), span_words(300), span_words(10_000)
    ('42 s', '5 min', '2 h 46 min')
    """
    whole = int(seconds)
    if whole < 120:
        return f"{whole} s"
    minutes = whole // 60
    if minutes < 120:
        return f"{minutes} min"
    hours = minutes // 60
    return f"{hours} h {minutes % 60} min" if hours < 72 else f"{hours // 24} days"
