"""Plain: every line that no platform claims; nothing is lost.

Format facts:
1. A line may begin with an ISO 8601 time, with or without brackets; the rest is the message (general practice of
   loggers and of `docker logs --timestamps`).
2. A time of day alone may begin a line, with milliseconds or AM/PM (seen in copies from viewers).
3. Whatever it says, the line was written by the app as far as anyone can tell.
"""

from __future__ import annotations

import re

from loganalyzer.late import late_regex
from loganalyzer.model import Claim, Event, Line
from loganalyzer.text import TIMESTAMP, parse_clock, parse_timestamp

__all__ = ["PLATFORM", "parse"]

PLATFORM = "plain"

HEAD = late_regex(rf"^\s*\[?(?P<at>{TIMESTAMP})\]?(?:\s+|$)(?P<message>.*)$", re.DOTALL)  # fact 1
CLOCK_HEAD = late_regex(
    r"^\s*\[?(?P<at>\d{1,2}:\d{2}:\d{2}(?:[.,]\d{1,9})?(?:[ \u202f][AP]M)?)\]?\s+(?P<message>.*)$", re.DOTALL
)


def parse(line: Line) -> Event | None:
    """Turn any line into an app event.

    Args:
        line: any line.

    Returns:
        An event with source `app`; its message is the text behind a leading time, or the whole text. Never raises
        and never gives None.

    Examples:
        >>> parse(Line(1, "2024-05-01T10:00:00Z hello")).message
        'hello'
    """
    text = line.text
    found = HEAD.match(text)
    at = parse_timestamp(found["at"]) if found else None
    if found is None or at is None:
        found = CLOCK_HEAD.match(text)
        at = parse_clock(found["at"]) if found else None
    message = found["message"] if found and at else text
    return Event(line.number, text, PLATFORM, "app", message, at=at, claim=Claim.WEAK)
