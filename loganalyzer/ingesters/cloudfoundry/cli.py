"""The command line: lines that `cf logs` and `cf tail` print, of all eras, and copies of them.

Format facts:
1. Three blanks, a time, `[TYPE/INSTANCE]`, `OUT` or `ERR`, the message; every physical line repeats this head
   (cloudfoundry/cli, util/ui/log_message.go). Until v6.26 no blanks before it.
2. Older clients pad the head to 41 columns, `[App/0]      OUT msg`, and print no blank at all behind a longer one,
   `[APP/PROC/WEB/0]OUT msg` (cloudfoundry/cli, cf/api/logs/noaa_message.go).
3. Blanks at the beginning of a message are its own: exactly one belongs to the head. Same file as fact 1.
4. Tags may contain any text of the user (module `tags`).
5. `cf tail` has the same head; other envelopes than logs have the word `COUNTER`, `GAUGE`, `TIMER` or `EVENT` in
   place of the channel and the source's id in place of the type (cloudfoundry/log-cache-cli,
   internal/command/formatter.go).
6. Other clients print `[APP/0] [OUT] msg`, `STDOUT` and `STDERR`, three decimals, another date or none, or lose the
   channel or the brackets; copies mask the time, lose it or its first characters, and the blanks:
   `…-0000[App/0]ERRmsg` (seen, not specified).
"""

from __future__ import annotations

import re

from loganalyzer.ingesters.cloudfoundry.heads import JUNK, OUTER_STAMP, trim_tail
from loganalyzer.ingesters.cloudfoundry.tagged import Frame, tagged_event
from loganalyzer.ingesters.cloudfoundry.tags import KNOWN_TAG, PLATFORM
from loganalyzer.ingesters.cloudfoundry.times import STAMP, read_time
from loganalyzer.late import late_regex
from loganalyzer.model import Claim, Event, Line
from loganalyzer.text import MASKED_TIME

__all__ = ["parse_tagged"]

HEAD = late_regex(
    rf"(?P<lead>{JUNK}){OUTER_STAMP}(?:[\[(]?(?P<at>{STAMP})[\])]?|{MASKED_TIME})?(?P<gap>[\s|*`]{{0,40}}+)"
    rf"(?:\[(?P<tag>{KNOWN_TAG})\]|(?P<open>APP/(?:REV/\d+/)?PROC/[^/\s\[\]]{{1,80}}/\d{{1,5}})(?=:?\s+(?:STD)?(?:OUT|ERR)\b))"
    r"(?P<rest>.*)$",
    re.DOTALL,
)
CHANNEL = late_regex(r"[:\s*`|]*(?:\[(?:STD)?(?P<boxed>OUT|ERR)\]|(?:STD)?(?P<plain>OUT|ERR)(?!\S))[ \t]?")
GLUED = late_regex(r"(?P<glued>OUT(?!PUT\b)|ERR(?!OR\b))(?=\S)")
OTHER_HEAD = late_regex(  # facts 4 and 5
    rf"(?P<lead>{JUNK}){OUTER_STAMP}(?P<at>\d{{4}}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{{2,3}}[+-]\d{{4}})"
    r" \[(?P<tag>[^\[\]]{1,200})\] *(?:STD)?(?P<word>OUT|ERR|COUNTER|GAUGE|TIMER|EVENT)(?: (?P<message>.*)|)$",
    re.DOTALL,
)
INSTANCE = late_regex(r"/(?:\d{1,6}|[0-9a-f-]{36})$")
SOURCE_ID = late_regex(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def parse_tagged(line: Line) -> Event | None:
    """Turn a line with a tag in brackets into an event.

    Args:
        line: any line.

    Returns:
        The event, or None when the line has no such head. Never raises.

    Examples:
        >>> parse_tagged(Line(1, "   2024-05-01T12:00:00.25+0200 [APP/PROC/WEB/0] ERR   at main")).message
        '  at main'
        >>> parse_tagged(Line(1, "2024-05-01T12:00:00Z [api] OUT of order")) is None
        True
    """
    if line.text.find("[", 0, 600) < 0 and line.text.find("APP/", 0, 600) < 0:
        return None
    found = HEAD.match(line.text)
    if found is None:
        return _parse_other(line)
    tag = found["tag"] or found["open"]
    channel, rest = _split_channel(found["rest"], is_glued=not found["gap"] and found["at"] is not None)
    if not _is_enough(tag, found["at"], channel):
        return None
    claim = Claim.HEADED if channel is not None or "/PROC/" in tag else Claim.BARE
    at = read_time(found["at"]) if found["at"] else None
    marks = found["lead"] + found["gap"]
    message = trim_tail(marks, rest.lstrip(" |`") if "|" in marks else rest)
    return tagged_event(line, Frame(tag, channel, at, claim=claim), message)


def _split_channel(rest: str, *, is_glued: bool) -> tuple[str | None, str]:
    """Split the channel from the message (facts 1 to 3 and 6); it is None when there is no channel."""
    found = CHANNEL.match(rest)
    if found is not None:
        return found["boxed"] or found["plain"], rest[found.end() :]
    glued = GLUED.match(rest)
    if glued is not None and is_glued:
        return glued["glued"], rest[glued.end() :]
    return None, rest.removeprefix(":").removeprefix(" ")


def _is_enough(tag: str, at: str | None, channel: str | None) -> bool:
    """Say whether what is left of a head still tells that it is one (fact 6)."""
    if channel is not None:
        return at is not None or "/" in tag
    return INSTANCE.search(tag) is not None and (at is not None or not tag.startswith(("LOG", "unknown")))


def _parse_other(line: Line) -> Event | None:
    """Read a complete head whose tag is not one of the platform's own, and the metrics of `cf tail` (facts 4 and 5)."""
    found = OTHER_HEAD.match(line.text)
    if found is None:
        return None
    message = trim_tail(found["lead"], found["message"] or "")
    at = read_time(found["at"])
    if found["word"] in ("OUT", "ERR"):
        return tagged_event(line, Frame(found["tag"], found["word"], at), message)
    identity, _, instance = found["tag"].rpartition("/")
    process = f"web.{instance}" if SOURCE_ID.fullmatch(identity) and instance.isdigit() else None
    fields = {"tag": found["tag"], "channel": found["word"]}
    return Event(line.number, line.text, PLATFORM, "platform", message, process, at, fields=fields)
