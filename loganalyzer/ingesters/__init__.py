"""Ingesters: lines to events, one platform a module.

An ingester is a module with a constant and a function, held to the protocol below; the registry is an explicit
tuple and nothing registers itself on import. Only an ingester says who wrote a line. A stream may mix platforms:
each line is offered to the platforms in the order of the tuple, and `plain` takes what nobody else claims.
"""

from __future__ import annotations

from functools import cache
from typing import Protocol

from loganalyzer.ingesters import cloudfoundry, heroku, plain, render
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


def parse(line: Line, platform: str | None = None) -> Event:
    """Turn one line into an event.

    Args:
        line: any line; colour codes already stripped, line end removed.
        platform: the platform that the user named; only that ingester and `plain` are asked then.

    Returns:
        The event of the first ingester that claims the line; `plain` claims every line. Never raises.
    """
    for ingester in INGESTERS:
        if platform is not None and ingester is not plain and platform != ingester.PLATFORM:
            continue
        event = ingester.parse(line)
        if event is not None:
            return event
    raise AssertionError("plain claims every line")  # pragma: no cover


@cache
def asked_before(platform: str) -> tuple[Ingester, ...]:
    """Give the ingesters that are asked before that of a platform, in their order."""
    names = [ingester.PLATFORM for ingester in INGESTERS]
    return INGESTERS[: names.index(platform)]
