"""The records that the stages hand on: Line → Event → Match.

Everything here is frozen and knows no stage. The words are those of docs/glossary.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from types import MappingProxyType

__all__ = [
    "PLATFORMS",
    "PLATFORM_NAMES",
    "SOURCES",
    "UNDATED_YEAR",
    "Claim",
    "Event",
    "Line",
    "Match",
    "Value",
]

PLATFORMS = ("heroku", "render", "cloudfoundry", "plain")
"""Names of the platforms, spelled the same in modules, options, samples and cases."""

PLATFORM_NAMES: Mapping[str, str] = MappingProxyType(
    {"heroku": "Heroku", "render": "Render", "cloudfoundry": "Cloud Foundry"}
)
"""How people write them."""

SOURCES = ("app", "router", "platform", "build", "health", "api", "addon")
"""Who can have written a line."""

UNDATED_YEAR = 1904
"""The year given to times whose log states none; such a time orders lines but is never shown as a date.

A leap year, so that "Feb 29" without a year is a time as well. A line with a time of day alone is put on
1 January of it.
"""

Value = int | str
"""A captured value: ports, statuses and durations are integers, the rest is text."""

NO_FIELDS: Mapping[str, str] = MappingProxyType({})


class Claim:
    """How sure an ingester is that a line is its platform's.

    HEADED: the line has a prefix that only this platform writes. BARE: no prefix, but a wording that only the
    platform itself writes (damage of a paste). WEAK: a shape that other programs write as well.
    """

    HEADED = "headed"
    BARE = "bare"
    WEAK = "weak"


@dataclass(frozen=True, slots=True)
class Line:
    """One line of input.

    Attributes:
        number: 1-based within its input.
        text: decoded, colour codes stripped, paste damage mended, without its line end.
    """

    number: int
    text: str


@dataclass(frozen=True, slots=True)
class Event:
    """A line after an ingester.

    Attributes:
        number: the line's number.
        text: the whole line as it is shown as evidence.
        platform: one of PLATFORMS.
        source: one of SOURCES: who wrote the line.
        message: the text without the platform's prefix.
        process: `web.1`, `release.7`, `APP/PROC/WEB/0` as the platform prints it; None when the line does not say.
        at: aware UTC; its year is UNDATED_YEAR when the log gives no date; None when the line has no time.
        app: the app's own name or id when the line carries one (drain host, org.space.app), else None.
        claim: one of Claim's words.
        fields: what the prefix or record says besides: router values, JSON labels. Keys as the platform prints them.
    """

    number: int
    text: str
    platform: str
    source: str
    message: str
    process: str | None = None
    at: datetime | None = None
    app: str | None = None
    claim: str = Claim.HEADED
    fields: Mapping[str, str] = field(default_factory=lambda: NO_FIELDS)


@dataclass(frozen=True, slots=True)
class Match:
    """A pattern that holds for an event.

    Attributes:
        pattern: id of the pattern.
        statement: what it states, a word of patterns/vocabulary.yaml.
        event: the line.
        values: captured and constant values by their declared names.
    """

    pattern: str
    statement: str
    event: Event
    values: Mapping[str, Value] = field(default_factory=dict)
