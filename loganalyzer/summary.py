"""Summary: the bounded, mergeable record of everything that was seen; nothing else knows its inside.

`summarize(a + b) == summarize(a) + summarize(b)` for any cut at a line border, and adding is associative with an empty
element. Its size depends on how many different things happened, not on how many lines said so: matches that state the
same about the same process are one group with a count and a few first and last sightings. Where even the different
things are too many, the groups with the smallest digests are kept, which depends on the set of groups alone and thus
not on the order or grouping of the additions.
"""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TypeVar

from loganalyzer.model import Match, Value
from loganalyzer.traffic import Minutes, Traffic

__all__ = ["TELLING", "Activity", "AppSummary", "Group", "Sighting", "Summary", "minute_of"]

MOST_GROUPS = 3000
MOST_APPS = 64
MOST_ACTIVITIES = 600
KEPT_FIRST = 8
KEPT_LAST = 8
LONGEST_TEXT = 600

TELLING = frozenset(
    {
        "assigned_port",
        "bound_port",
        "bound_address",
        "probe_port",
        "probe_reason",
        "port_text",
        "from_state",
        "to_state",
        "exit_status",
        "signal",
        "limit_s",
        "error_code",
        "error_type",
        "http_status",
        "framework",
        "module",
        "variable",
        "missing",
        "service",
        "service_port",
        "process_type",
        "quantity",
        "platform",
        "release",
    }
)
"""Values by which two matches of one pattern are told apart; the others vary from line to line."""

GroupKey = tuple[str, str, tuple[tuple[str, Value], ...]]

Key = TypeVar("Key", bound=tuple[object, ...])
Entry = TypeVar("Entry")


@dataclass(frozen=True, slots=True)
class Sighting:
    """One line that a pattern matched.

    Attributes:
        input: name of the input.
        number: line number, 1-based; relative to its part until the parts are merged.
        at: time; see Event.at.
        text: the line, at most LONGEST_TEXT characters.
        message: the line without the platform's prefix, cut likewise.
        platform, source, process, claim: as in Event.
        tag: the platform's own tag for the writer, such as `CELL/SSHD`; empty where there is none.
        pattern, statement, values: as in Match.
    """

    input: str
    number: int
    at: datetime | None
    text: str
    message: str
    platform: str
    source: str
    process: str | None
    claim: str
    tag: str
    pattern: str
    statement: str
    values: Mapping[str, Value]


@dataclass
class Group:
    """Matches that state the same about the same process.

    Attributes:
        count: how many.
        first: the first ones, at most KEPT_FIRST.
        last: the last ones, at most KEPT_LAST; few matches are in both.
        minutes: how many in which minute; those without a date are not in it.
    """

    count: int = 0
    first: list[Sighting] = field(default_factory=list)
    last: list[Sighting] = field(default_factory=list)
    minutes: Minutes = field(default_factory=Minutes)

    def sightings(self) -> list[Sighting]:
        """Give the kept ones, each once, in the order of the input."""
        numbers = {sighting.number for sighting in self.first}
        return self.first + [sighting for sighting in self.last if sighting.number not in numbers]

    def merge(self, other: Group, offset: int) -> None:
        """Add a later group whose line numbers start behind *offset* lines."""
        self.count += other.count
        if len(self.first) < KEPT_FIRST:
            self.first += [_shifted(one, offset) for one in other.first[: KEPT_FIRST - len(self.first)]]
        self.last = (self.last + [_shifted(one, offset) for one in other.last])[-KEPT_LAST:]
        self.minutes.merge(other.minutes)


@dataclass
class Activity:
    """Lines of one writer, whatever they say.

    Attributes:
        lines: how many.
        minutes: how many in which minute.
    """

    lines: int = 0
    minutes: Minutes = field(default_factory=Minutes)


@dataclass
class AppSummary:
    """What was seen of one app.

    Attributes:
        groups: matches by pattern, process and telling values.
        activity: lines by (source, process).
        traffic: the router's counts.
    """

    groups: dict[GroupKey, Group] = field(default_factory=dict)
    activity: dict[tuple[str, str], Activity] = field(default_factory=dict)
    traffic: Traffic = field(default_factory=Traffic)

    def add(self, match: Match, input_name: str) -> None:
        """Count a match."""
        event = match.event
        telling = tuple(sorted((name, value) for name, value in match.values.items() if name in TELLING))
        key = (match.pattern, event.process or "", telling)
        group = self.groups.get(key)
        if group is None:
            group = self.groups[key] = Group()
            if len(self.groups) > 2 * MOST_GROUPS:
                self.groups = _smallest(self.groups, MOST_GROUPS)
        group.count += 1
        if event.at is not None:
            group.minutes.add(minute_of(event.at), Counter(lines=1))
        sighting = Sighting(
            input_name,
            event.number,
            event.at,
            event.text[:LONGEST_TEXT],
            event.message[:LONGEST_TEXT],
            event.platform,
            event.source,
            event.process,
            event.claim,
            event.fields.get("tag", ""),
            match.pattern,
            match.statement,
            match.values,
        )
        if len(group.first) < KEPT_FIRST:
            group.first.append(sighting)
        group.last.append(sighting)
        if len(group.last) > KEPT_LAST:
            del group.last[0]

    def count_lines(self, source: str, process: str, minute: int | None, lines: int) -> None:
        """Count lines of a writer."""
        activity = self.activity.setdefault((source, process), Activity())
        activity.lines += lines
        if minute is not None:
            activity.minutes.add(minute, Counter(lines=lines))
        if len(self.activity) > 2 * MOST_ACTIVITIES:
            self.activity = _smallest(self.activity, MOST_ACTIVITIES)

    def merge(self, other: AppSummary, offset: int) -> None:
        """Add a later part."""
        for key, group in other.groups.items():
            self.groups.setdefault(key, Group()).merge(group, offset)
        for writer, activity in other.activity.items():
            own = self.activity.setdefault(writer, Activity())
            own.lines += activity.lines
            own.minutes.merge(activity.minutes)
        self.traffic.merge(other.traffic)

    def close(self) -> None:
        """Bring everything down to its bound."""
        self.groups = _smallest(self.groups, MOST_GROUPS)
        self.activity = _smallest(self.activity, MOST_ACTIVITIES)


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
        remarks: what was mended or odd → how many blocks.
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
        """Give the part of one app, made when it is new; apps beyond MOST_APPS share the nameless part."""
        key = name or ""
        found = self.apps.get(key)
        if found is None:
            if len(self.apps) >= MOST_APPS and key:
                return self.app(None)
            found = self.apps[key] = AppSummary()
        return found

    def merge(self, other: Summary) -> None:
        """Add the summary of the lines that follow."""
        for name, part in other.apps.items():
            self.app(name).merge(part, self.lines)
        for part in self.apps.values():
            part.close()
        self.lines += other.lines
        self.bytes += other.bytes
        self.claims.update(other.claims)
        self.first_at = self.first_at or other.first_at
        self.last_at = other.last_at or self.last_at
        self.remarks.update(other.remarks)
        self.timeouts.update(other.timeouts)

    def __add__(self, other: Summary) -> Summary:
        """Give the summary of both, *other* behind this one."""
        both = Summary()
        both.merge(self)
        both.merge(other)
        return both


def minute_of(at: datetime) -> int:
    """Give a time in minutes since 1970."""
    return int(at.timestamp() // 60)


def _shifted(sighting: Sighting, offset: int) -> Sighting:
    """Move a sighting behind *offset* lines."""
    return replace(sighting, number=sighting.number + offset) if offset else sighting


def _smallest(entries: dict[Key, Entry], most: int) -> dict[Key, Entry]:
    """Keep the entries whose keys have the smallest digests, in their present order."""
    if len(entries) <= most:
        return entries
    kept = set(sorted(entries, key=lambda key: (zlib.crc32(repr(key).encode()), repr(key)))[:most])
    return {key: value for key, value in entries.items() if key in kept}
