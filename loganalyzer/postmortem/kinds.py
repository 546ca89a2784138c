"""What the statements of the timeline mean for an incident: trouble, notice, change, recovery."""

from __future__ import annotations

import re

from loganalyzer.outcome import TimelineEntry

__all__ = [
    "AUTOMATIC",
    "CHANGES",
    "HUMAN",
    "NOTICES",
    "TROUBLE",
    "WEAK_TROUBLE",
    "is_recovery",
    "is_trouble",
    "may_be_symptom",
]

NOTICES = frozenset(
    {
        "router-error",
        "boot-timeout",
        "bad-bind",
        "port-scan-waiting",
        "loopback-open",
        "loopback-suspected",
        "not-http",
        "port-scan-timeout",
        "deploy-timeout",
        "probe-failed",
        "probe-never-passed",
        "became-unhealthy",
        "readiness-failed",
        "proxy-failed",
        "crashed",
        "memory-over-quota",
        "memory-kill",
        "build-failed",
        "release-failed",
        "deploy-failed",
        "platform-error",
        "placement-failed",
        "quota-exhausted",
        "suspended",
        "no-route",
        "rate-limited",
        "endpoint-failed",
        "app-crashed-waiting",
        "killed",
        "exit-timeout",
    }
)
"""Statements with which the platform itself notices trouble."""

WEAK_TROUBLE = frozenset(
    {
        "traceback",
        "exception",
        "error-caught",
        "error-logged",
        "tool-failed",
        "request-slow",
        "worker-timeout",
        "worker-boot-failed",
        "dependency-missing",
        "command-missing",
        "config-missing",
        "config-invalid",
        "service-unreachable",
        "service-refused",
        "out-of-memory",
        "disk-full",
        "build-error",
        "port-in-use",
        "port-denied",
        "address-unavailable",
        "port-invalid",
        "exited",
        "port-scan-waiting",
        "killed",
        "exit-timeout",
        "proxy-failed",
        "rate-limited",
        "platform-error",
        "endpoint-failed",
        "suspended",
    }
)
"""Statements that also stand in logs of good days: trouble only when they belong to a finding, or come just before
what does."""

TROUBLE = NOTICES | WEAK_TROUBLE

HUMAN = frozenset(
    {
        "rolled-back",
        "config-changed",
        "scaled",
        "deploy-created",
        "deploy-started",
        "restarting",
        "stop-requested",
        "build-started",
        "rescheduled",
        "maintenance",
    }
)
"""Steps with which people, or a deploy of theirs, mend something."""

AUTOMATIC = frozenset({"process-starting", "container-created", "instance-restarted", "state-changed"})
"""Steps that the platform takes by itself."""

CHANGES = HUMAN | frozenset(
    {
        "app-created",
        "build-succeeded",
        "build-failed",
        "release-started",
        "release-succeeded",
        "release-failed",
        "deploy-failed",
        "deploy-cancelled",
        "instance-restarted",
        "suspended",
        "primary-port-changed",
        "quota-exhausted",
    }
)
"""What may have changed the app or its surroundings."""

RECOVERIES = frozenset({"became-up", "port-detected"})
UP = re.compile(r"\bto up\b|\bis (?:live|healthy)\b|\bbecame healthy\b")

NO_SYMPTOM = frozenset(
    {
        "listening",
        "about-to-listen",
        "url-shown",
        "network-url-shown",
        "side-listener",
        "loopback-only",
        "process-starting",
        "framework-seen",
        "app-ready",
        "boot-progress",
        "bot-running",
        "job-done",
        "container-created",
        "state-changed",
        "socket-file",
        "stopping",
        "app-stopping",
        "deploy-created",
        "config-changed",
        "scaled",
        "restarting",
        "stop-requested",
        "port-moved",
        "became-up",
        "build-started",
        "container-destroyed",
        "one-off",
        "log-seam",
        "log-lines-lost",
        "gap",
    }
)


def may_be_symptom(kind: str) -> bool:
    """Say whether a cited line of a kind shows trouble, and not only where it came from."""
    return kind not in NO_SYMPTOM


GOOD_EXIT = re.compile(r"\b(?:status|code) (?:0|143)\b")
"""An end without an error, or at the platform's request."""


def is_trouble(entry: TimelineEntry) -> bool:
    """Say whether an entry is to be shown as trouble."""
    return entry.kind in TROUBLE and not (entry.kind == "exited" and GOOD_EXIT.search(entry.text))


def is_recovery(entry: TimelineEntry) -> bool:
    """Say whether a platform says with a line that a process takes traffic."""
    return entry.kind in RECOVERIES or (entry.kind == "state-changed" and UP.search(entry.text) is not None)
