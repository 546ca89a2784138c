"""Groups: matches that state the same about the same process, as a count with a few first and last lines."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from operator import attrgetter
from typing import NamedTuple

from loganalyzer.minutes import LineMinutes
from loganalyzer.model import Match, Value

__all__ = [
    "KEPT_FIRST",
    "KEPT_LAST",
    "LONGEST_TEXT",
    "TELLING",
    "Group",
    "GroupKey",
    "Place",
    "Sighting",
    "key_of",
    "sight",
]

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


class Place(NamedTuple):
    """What tells a line from others of the same words.

    Attributes:
        input, number, at, text: as in Sighting; the text in full.
    """

    input: str
    number: int
    at: datetime | None
    text: str


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
    minutes: LineMinutes = field(default_factory=LineMinutes)

    def sightings(self) -> list[Sighting]:
        """Give the kept ones, each once, in the order of the input."""
        numbers = {sighting.number for sighting in self.first}
        return self.first + [sighting for sighting in self.last if sighting.number not in numbers]

    def add(self, count: int, first: Sequence[Sighting], last: Sequence[Sighting], minutes: Mapping[int, int]) -> None:
        """Add matches of lines that follow.

        Args:
            count: how many.
            first: the first of them; more than are kept may be left out.
            last: the last of them, likewise.
            minutes: how many in which minute.
        """
        self.count += count
        self.first = _in_order([*self.first, *first])[:KEPT_FIRST]
        self.last = _in_order([*self.last, *last])[-KEPT_LAST:]
        for minute, lines in minutes.items():
            self.minutes.add(minute, lines)

    def merge(self, other: Group, offset: int) -> None:
        """Add a group whose line numbers start behind *offset* lines."""
        room = KEPT_FIRST - len(self.first) if offset else KEPT_FIRST
        self.count += other.count
        self.first = _in_order([*self.first, *_shifted(other.first[:room], offset)])[:KEPT_FIRST]
        self.last = _in_order([*self.last, *_shifted(other.last, offset)])[-KEPT_LAST:]
        self.minutes.merge(other.minutes)

    def narrow(self, kept: int, slots: int) -> None:
        """Keep at most so many first and so many last lines, and so many slots of minutes."""
        if kept < KEPT_FIRST:
            del self.first[kept:]
            del self.last[:-kept]
        self.minutes.narrow(slots)


def key_of(match: Match) -> GroupKey:
    """Give the group that a match belongs to: pattern, process and telling values."""
    telling = tuple(sorted((name, value) for name, value in match.values.items() if name in TELLING))
    return match.pattern, match.event.process or "", telling


def sight(match: Match, place: Place) -> Sighting:
    """Make the sighting of a match.

    Args:
        match: what a line of these words states; its event may be that of another line with the same words.
        place: the line.
    """
    event = match.event
    return Sighting(
        place.input,
        place.number,
        place.at,
        place.text[:LONGEST_TEXT],
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


def _in_order(sightings: list[Sighting]) -> list[Sighting]:
    """Sort the sightings of one input by their lines; those of several inputs stay as they are."""
    if len(sightings) < 2:
        return sightings
    numbers = [one.number for one in sightings]
    is_sorted = all(earlier <= later for earlier, later in pairwise(numbers))
    if not is_sorted and len({one.input for one in sightings}) == 1:
        sightings.sort(key=attrgetter("number"))
    return sightings


def _shifted(sightings: Iterable[Sighting], offset: int) -> Iterable[Sighting]:
    """Move sightings behind *offset* lines."""
    if not offset:
        return sightings
    return [
        Sighting(
            one.input,
            one.number + offset,
            one.at,
            one.text,
            one.message,
            one.platform,
            one.source,
            one.process,
            one.claim,
            one.tag,
            one.pattern,
            one.statement,
            one.values,
        )
        for one in sightings
    ]
