"""Releases: which version was made last before an incident, by the lines of the platform that name one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from loganalyzer.model import UNDATED_YEAR, Event

__all__ = ["MAY_NAME_RELEASE", "Release", "release_before", "release_of"]

MAY_NAME_RELEASE = re.compile(
    rb"Release v\d|Rollback to v\d|Released v\d|Deploy [0-9a-f]{7}|Deployed |commit [0-9a-f]{7}|droplet|revision"
)
"""What a line that names a release has one of."""

NAMES = (
    re.compile(r"\b(?:Release|Rollback to|Released) (v\d+)\b"),
    re.compile(r"\bChecking out commit ([0-9a-f]{7,40})\b"),
    re.compile(r"\bDeploy ([0-9a-f]{7,40})\b"),
    re.compile(r"\bDeployed [\w, ]{1,80}\(([0-9a-f]{7,64})\)"),
    re.compile(r"\brevision[ :\"=]{1,4}(\d{1,9})\b", re.IGNORECASE),
    re.compile(r"\bdroplet(?:_guid)?[ :\"=>]{1,6}(?:with guid )?([0-9a-f]{8}-[0-9a-f-]{27})\b", re.IGNORECASE),
)
LONGEST_HASH = 12
"""A full commit is 40 characters, which nobody reads out."""

BESIDE_S = 60


class Release(NamedTuple):
    """One release.

    Attributes:
        at: when; None without a date.
        line: number of the line.
        name: `v42`, a commit, a revision.
    """

    at: datetime | None
    line: int
    name: str


def release_of(event: Event) -> Release | None:
    """Read the release that a line of the platform names; what an app prints is text."""
    if event.source in ("app", "router"):
        return None
    found = next((found for regex in NAMES if (found := regex.search(event.message))), None)
    if found is None:
        return None
    name = found[1] if found[1][0] == "v" else found[1][:LONGEST_HASH]
    at = event.at if event.at is not None and event.at.year != UNDATED_YEAR else None
    return Release(at, event.number, name)


def release_before(releases: Sequence[Release], at: datetime | None) -> str | None:
    """Give the name of the last release before a time; the platform's number counts more than the commit beside it."""
    before = [one for one in releases if at is None or one.at is None or one.at <= at]
    if not before:
        return None
    last = before[-1]
    beside = [
        one
        for one in before
        if one.at is not None and last.at is not None and abs((last.at - one.at).total_seconds()) <= BESIDE_S
    ]
    return next((one.name for one in reversed(beside) if one.name[0] == "v"), last.name)
