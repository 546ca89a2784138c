"""Console: the events of lines that a client prints without a head, as `push` and `mta` recognise them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from loganalyzer.ingesters.cloudfoundry.tags import PLATFORM
from loganalyzer.ingesters.cloudfoundry.times import read_time
from loganalyzer.model import NO_FIELDS, Claim, Event, Line

__all__ = ["console_event", "read_stamp"]


def read_stamp(stamp: str | None) -> datetime | None:
    """Read the time that a continuous integration system put before a line; None without one."""
    return read_time(stamp.strip("[] \t")) if stamp else None


def console_event(  # noqa: PLR0913 (what a line says, by name)
    line: Line,
    message: str,
    at: datetime | None,
    *,
    is_build: bool,
    is_weak: bool = False,
    process: str | None = None,
    fields: Mapping[str, str] = NO_FIELDS,
) -> Event:
    """Make the event of a line; it names no app, because the lines of the log beside it do not either.

    Args:
        line: the line.
        message: without what stands before it.
        at: its time; None without one.
        is_build: whether the line is about staging.
        is_weak: whether other programs write such a line as well.
        process: that the line is about; staging for a build.
        fields: values by their keys.
    """
    source, named = ("build", "staging") if is_build else ("platform", process)
    claim = Claim.WEAK if is_weak else Claim.BARE
    return Event(line.number, line.text, PLATFORM, source, message.rstrip(), named, at, None, claim, fields)
