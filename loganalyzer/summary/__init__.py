"""Summary: the bounded, mergeable record of everything that was seen; nothing else knows its inside.

`summarize(a + b) == summarize(a) + summarize(b)` for any cut at a line border, and adding is associative with an empty
element. Its size depends on how many different things happened, not on how many lines said so: matches that state the
same about the same process are one group with a count and a few first and last sightings. Where even the different
things are too many, those with the smallest digests are kept (module `bounds`); and the more are kept apart, the fewer
lines and the wider minutes each of them gets. All of this depends on the set of what was seen alone, never on the order
or grouping of the additions.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from loganalyzer.bounds import keep_smallest
from loganalyzer.minutes import MOST_SLOTS, LineMinutes
from loganalyzer.model import Match
from loganalyzer.summary.groups import (
    KEPT_FIRST,
    KEPT_LAST,
    LONGEST_TEXT,
    TELLING,
    Group,
    GroupKey,
    Place,
    Sighting,
    key_of,
    sight,
)
from loganalyzer.traffic import Traffic

__all__ = [
    "FOLDED",
    "KEPT_FIRST",
    "KEPT_LAST",
    "LONGEST_TEXT",
    "TELLING",
    "Activity",
    "AppSummary",
    "Group",
    "Sighting",
    "Summary",
    "minute_of",
]

MOST_GROUPS = 3000
MOST_APPS = 64
MOST_ACTIVITIES = 600

# Together for all apps: what a log made to be hostile can fill.
ALL_GROUPS = 4096
ALL_ACTIVITIES = 1024
ALL_SIGHTINGS = 8192
ALL_LINE_SLOTS = 32768

FOLDED = "folded"
"""The remark of a summary in which something was too much to be kept apart."""


@dataclass
class Activity:
    """Lines of one writer, whatever they say.

    Attributes:
        lines: how many.
        minutes: how many in which minute.
    """

    lines: int = 0
    minutes: LineMinutes = field(default_factory=LineMinutes)


@dataclass
class AppSummary:
    """What was seen of one app.

    Attributes:
        groups: matches by pattern, process and telling values.
        activity: lines by (source, process).
        traffic: the router's counts.
        folded: whether groups or writers were too many to be kept apart.
    """

    groups: dict[GroupKey, Group] = field(default_factory=dict)
    activity: dict[tuple[str, str], Activity] = field(default_factory=dict)
    traffic: Traffic = field(default_factory=Traffic)
    folded: bool = False

    def add(self, match: Match, input_name: str) -> None:
        """Count a match."""
        event = match.event
        seen = (sight(match, Place(input_name, event.number, event.at, event.text)),)
        self.group(key_of(match)).add(1, seen, seen, {minute_of(event.at): 1} if event.at is not None else {})

    def group(self, key: GroupKey) -> Group:
        """Give the group of a key, made when it is new; it is to be used before another one is asked for."""
        found = self.groups.get(key)
        if found is None:
            if len(self.groups) >= 2 * MOST_GROUPS:
                self.groups = keep_smallest(self.groups, MOST_GROUPS)
                self.folded = True
            found = self.groups[key] = Group()
        return found

    def count_lines(self, source: str, process: str, minute: int | None, lines: int) -> None:
        """Count lines of a writer."""
        activity = self.activity.get((source, process))
        if activity is None:
            if len(self.activity) >= 2 * MOST_ACTIVITIES:
                self.activity = keep_smallest(self.activity, MOST_ACTIVITIES)
                self.folded = True
            activity = self.activity[source, process] = Activity()
        activity.lines += lines
        if minute is not None:
            activity.minutes.add(minute, lines)

    def merge(self, other: AppSummary, offset: int) -> None:
        """Add a part whose line numbers start behind *offset* lines."""
        for key, group in other.groups.items():
            self.groups.setdefault(key, Group()).merge(group, offset)
        for writer, activity in other.activity.items():
            own = self.activity.setdefault(writer, Activity())
            own.lines += activity.lines
            own.minutes.merge(activity.minutes)
        self.traffic.merge(other.traffic)
        self.folded = self.folded or other.folded

    def close(self, apps: int) -> None:
        """Bring everything down to its bounds.

        Args:
            apps: how many apps share them, a power of two.
        """
        groups, activities = min(MOST_GROUPS, ALL_GROUPS // apps), min(MOST_ACTIVITIES, ALL_ACTIVITIES // apps)
        if len(self.groups) > groups or len(self.activity) > activities:
            self.folded = True
            self.groups = keep_smallest(self.groups, groups)
            self.activity = keep_smallest(self.activity, activities)
        shares = apps * max(1, len(self.groups))
        kept, slots = max(1, ALL_SIGHTINGS // (2 * shares)), max(1, ALL_LINE_SLOTS // shares)
        if kept < KEPT_FIRST or slots < MOST_SLOTS:
            for group in self.groups.values():
                group.narrow(kept, slots)
        shares = apps * max(1, len(self.activity))
        for activity in self.activity.values():
            activity.minutes.narrow(max(1, ALL_LINE_SLOTS // shares))
        self.traffic.close()
        self.traffic.minutes.narrow(MOST_SLOTS // apps)


@dataclass
class Summary:
    """What was seen of one input.

    Attributes:
        lines: lines read.
        bytes: bytes read.
        claims: (platform, claim) → lines.
        apps: what was seen of each app; the key is empty where lines name no app.
        first_at: time of the first line that has one.
        last_at: time of the last line that has one.
        remarks: what was mended, odd or FOLDED → how many blocks.
        timeouts: pattern → how often its regex ran out of time.
    """

    lines: int = 0
    bytes: int = 0
    claims: Counter[tuple[str, str]] = field(default_factory=Counter)
    apps: dict[str, AppSummary] = field(default_factory=dict)
    first_at: datetime | None = None
    last_at: datetime | None = None
    remarks: Counter[str] = field(default_factory=Counter)
    timeouts: Counter[str] = field(default_factory=Counter)

    def app(self, name: str | None) -> AppSummary:
        """Give the part of one app, made when it is new; it is to be used before another one is asked for.

        Apps beyond MOST_APPS share the nameless part once the summary is closed.
        """
        key = name or ""
        found = self.apps.get(key)
        if found is None:
            if len(self.apps) > 2 * MOST_APPS:
                self._fold_apps()
            found = self.apps.setdefault(key, AppSummary())
        return found

    def _fold_apps(self) -> None:
        """Put the apps that are too many into the nameless part, which then comes last."""
        named = [app for app in self.apps if app]
        if len(named) <= MOST_APPS:
            return
        kept = keep_smallest(dict.fromkeys(named), MOST_APPS)
        nameless = self.apps.pop("", None) or AppSummary()
        nameless.folded = True
        for app in named:
            if app not in kept:
                nameless.merge(self.apps.pop(app), 0)
        self.apps[""] = nameless

    def merge(self, other: Summary) -> None:
        """Add the summary of the lines that follow."""
        for name, part in other.apps.items():
            self.app(name).merge(part, self.lines)
        self.lines += other.lines
        self.bytes += other.bytes
        self.claims.update(other.claims)
        self.first_at = self.first_at or other.first_at
        self.last_at = other.last_at or self.last_at
        self.remarks.update(other.remarks)
        self.timeouts.update(other.timeouts)
        self.close()

    def close(self) -> None:
        """Bring everything down to its bounds; done after lines were added and before the summary is handed on."""
        self._fold_apps()
        shares = 1 << (len(self.apps) - 1).bit_length() if self.apps else 1
        for part in self.apps.values():
            part.close(shares)
        if any(part.folded for part in self.apps.values()):
            self.remarks[FOLDED] = 1

    def __add__(self, other: Summary) -> Summary:
        """Give the summary of both, *other* behind this one."""
        both = Summary()
        both.merge(self)
        both.merge(other)
        return both


def minute_of(at: datetime) -> int:
    """Give a time in minutes since 1970."""
    return int(at.timestamp() // 60)
