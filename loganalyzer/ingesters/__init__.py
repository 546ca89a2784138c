"""Ingesters: lines to events, one platform a module.

An ingester is a module with a constant and a function, held to the protocol below; the registry is an explicit
tuple and nothing registers itself on import. Only an ingester says who wrote a line. A stream may mix platforms:
each line is offered to the platforms in the order of the tuple, and `plain` takes what nobody else claims.
"""

from __future__ import annotations

from functools import cache
from typing import Protocol

from loganalyzer.ingesters import cloudfoundry, heroku, plain, render
from loganalyzer.late import late_regex
from loganalyzer.model import Event, Line

__all__ = ["INGESTERS", "Ingester", "asked_before", "parse"]


class Ingester(Protocol):
    """What a platform module offers; the modules themselves satisfy it."""

    @property
    def PLATFORM(self) -> str:  # noqa: N802 (a module constant)
        """The platform's name, one of model.PLATFORMS."""

    def parse(self, line: Line, /) -> Event | None:
        """Turn a line into an event, or give None when the line is not this platform's. Never raises."""


# Heroku's and Cloud Foundry's prefixes are unmistakable; Render's is a bare timestamp that others write as well.
INGESTERS: tuple[Ingester, ...] = (heroku, cloudfoundry, render, plain)

FRAME = late_regex(  # type and id of an instance for the program, or a tag in brackets for the process
    r"<\d{1,3}>1 \S+ \S+ "
    r"(?:(?P<render>(?:srv|crn|web|cron|worker|pserv|private|job)-[\w.-]+ )|[\w.-]+ \[[A-Z]{2,8}[/\]])"
)


def parse(line: Line, platform: str | None = None) -> Event:
    """Turn one line into an event.

    Args:
        line: any line; colour codes already stripped, line end removed.
        platform: the platform that the user named; only that ingester and `plain` are asked then.

    Returns:
        The event of the first ingester that claims the line; `plain` claims every line. Never raises.
    """
    likely = _framed_by(line.text) if platform is None else None
    if likely is not None and (event := likely.parse(line)) is not None:
        return event
    for ingester in INGESTERS:
        if platform is not None and ingester is not plain and platform != ingester.PLATFORM:
            continue
        event = ingester.parse(line)
        if event is not None:
            return event
    raise AssertionError("plain claims every line")  # pragma: no cover


def _framed_by(text: str) -> Ingester | None:
    """Give the platform of a line in a frame of RFC 5424 that no other platform writes so, to be asked first."""
    found = FRAME.match(text) if text.startswith("<") else None
    if found is None:
        return None
    return render if found["render"] else cloudfoundry


@cache
def asked_before(platform: str) -> tuple[Ingester, ...]:
    """Give the ingesters that are asked before that of a platform, in their order."""
    names = [ingester.PLATFORM for ingester in INGESTERS]
    return INGESTERS[: names.index(platform)]
