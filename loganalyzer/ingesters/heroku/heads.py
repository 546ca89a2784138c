"""Prefixes of text lines: what stands before the message, in every shape that a saved or pasted log has.

Fact numbers are those of the package's docstring.
"""

from __future__ import annotations

import re
from datetime import datetime
from typing import NamedTuple

from loganalyzer.ingesters.heroku.wording import read_wording
from loganalyzer.ingesters.heroku.writers import PROCESS, TAG, is_plausible
from loganalyzer.late import late_regex
from loganalyzer.text import MONTHS, TIMESTAMP, parse_clock, parse_timestamp

__all__ = ["Head", "read_head", "split_damage"]


class Head(NamedTuple):
    """What the prefix of a line says.

    Attributes:
        tag: the word before the bracket, one of writers.TAG; None when it is lost.
        name: the word in the bracket; None when the line has none.
        message: what stands behind the prefix.
        at: aware UTC; None without a time.
        app: drain token or name of the system in an archive; None when the line names no app.
    """

    tag: str | None
    name: str | None
    message: str
    at: datetime | None = None
    app: str | None = None


MARKS = ("app", "heroku", "ogplex", "]:")
"""One of these is in every prefix; other texts, of which there may be many, need not be tried with each shape."""

NAME = r"[^\]\s]{1,80}"
# A copy can have lost the head of the time as well; what is left of it still stands before the tag.
TIME = (
    rf"(?:\[?(?P<iso>{TIMESTAMP})\]?"
    r"|(?P<month>[A-Z][a-z]{2}) {1,2}(?P<day>\d{1,2}) (?P<clock>\d{2}:\d{2}:\d{2})"
    r"|(?P<rest>[\d:.,TZ+-]{1,34}))"
)
BRACKET = late_regex(  # facts 1, 2 and 9; a host stands in between where rsyslog wrote the file
    rf"(?:(?:\d{{1,6}} +)?<\d{{1,3}}>(?:1 )?)?(?:{TIME}\s++(?:(?P<host>[\w.-]{{1,80}})\s)?)?"
    rf"(?P<tag>{TAG})\[(?P<name>{NAME})\](?P<colon>:|(?=\s|$))(?:\[[\d;]{{0,16}}m)?\s?(?P<message>.*)",
    re.DOTALL,
)
NAMELESS = late_regex(rf"(?:{TIME}\s++)?(?P<tag>Logplex):\s?(?P<message>.*)", re.DOTALL)  # fact 4
FRAME = late_regex(  # facts 8 and 9; page markup may have eaten `<190>`
    rf"(?:(?:{TIMESTAMP}|\d{{1,2}} [A-Z][a-z]{{2}} \d{{4}} [\d:.]{{8,15}})\s++)?(?:\d{{1,6}} +)?"
    rf"(?P<priority>(?:<|&lt;)\d{{1,3}}(?:>|&gt;))?(?:1 )?{TIME} "
    rf"(?:(?P<host>\S+) )?(?P<tag>{TAG}) (?P<name>{NAME}) -(?P<second> -)?(?: (?P<message>.*)|$)",
    re.DOTALL,
)
ARCHIVE_ROW = late_regex(  # fact 10: id, generated, received, source id, name, address, facility, severity, program
    rf"\d+[\t ]+(?P<iso>{TIMESTAMP})[\t ]+{TIMESTAMP}[\t ]+\d+[\t ]+(?P<host>\S+)(?:[\t ]+\S+){{3}}[\t ]+"
    rf"(?P<tag>{TAG})/(?P<name>{NAME})(?:[\t ](?P<message>.*)|$)",
    re.DOTALL,
)
ARCHIVE_TEXT = late_regex(  # fact 11
    rf"{TIME}\s++(?:(?P<host>\S+)\s++)?(?P<tag>{TAG})/(?P<name>[\w.*-]{{1,80}}):?(?:\s{{1,2}}(?P<message>.*)|$)",
    re.DOTALL,
)
# Fact 11 without a time: only where the words are the platform's, or the colon and the name are, is it no path.
ARCHIVE_BARE = late_regex(
    r"(?:(?P<host>\S{1,80}) )?(?P<tag>app|heroku)/(?P<name>[\w.*-]{1,80})(?P<colon>:?)\s{1,2}(?P<message>.*)", re.DOTALL
)
# `[web.1]: …`, `ku[router]: …`: seen in pastes; the letters that are left tell the tag, if there are any.
REMNANT = late_regex(rf"(?:{TIME}\s++)?(?P<cut>[a-z]{{0,5}})\[(?P<name>{NAME})\]:(?:\s(?P<message>.*)|$)", re.DOTALL)
REMNANTS = {"": None, "p": "app", "pp": "app"} | {"heroku"[start:]: "heroku" for start in range(1, 6)}
ROUTER_WORDS = late_regex(r"(?:sock=\w+ )?at=\w+ |(?:at=)?error code=|Error H\d\d |[A-Z]+ \S+ (?:dyno|web)=")
REMNANT_DYNO = late_regex(r"(?:web|worker|release|run|scheduler|clock|console)\.[\w*]+")

DAMAGE = late_regex(  # quotes, bullets, comment signs, code marks, half-stripped colours, `[1] ` of a process manager
    r"(?:[\s>|*_`\"'“”…\ufeff\u200b]+|\.{3,}|[-+?=~^•·●→»–—] +|\d{1,4}[.)] +|//+|#+|;+ +|\$ "
    r"|&gt;|</?[a-zA-Z]+ ?/?>|\[\d{1,3}\] |\[[\d;]{1,16}m"
    r"|(?:message|msg|log)[\"']: *+[\"']"  # a field of a document that was cut into its lines
    r"|[\[<(](?i:timestamp|time|date|redacted)[\])>] +)*+"  # people write this in the place of a time
)
CLOSING_MARKS = ("**", "__", '"', "`", "'")


def split_damage(text: str) -> tuple[str, str]:
    """Split what a paste put in front of a line from the line; closing marks that belong to it are taken off.

    Examples:
        >>> split_damage("> **heroku[web.1]: Idling**")
        ('> **', 'heroku[web.1]: Idling')
    """
    lead = DAMAGE.match(text)
    front = lead[0] if lead else ""
    rest = text[len(front) :].rstrip()
    for mark in CLOSING_MARKS:
        if mark in front and rest.endswith(mark) and rest.count(mark) % 2:
            rest = rest[: -len(mark)].rstrip()
    return front, rest


def read_head(text: str) -> Head | None:
    """Read the prefix of a line.

    Args:
        text: a line without what a paste put in front of it.

    Returns:
        The parts, or None when the text has no prefix of Heroku's. Never raises.

    Examples:
        >>> read_head("2026-05-01T10:00:00.5Z app[web.1]: hello")[:3]
        ('app', 'web.1', 'hello')
        >>> read_head("<45>1 2026-05-01T10:00:00Z d.0a1b heroku web.1 - - Idling").app
        'd.0a1b'
    """
    if not any(mark in text for mark in MARKS):
        return None
    if found := BRACKET.match(text):
        return _read_bracket(found)
    if found := FRAME.match(text):
        return _read_frame(found)
    if found := ARCHIVE_ROW.match(text) or ARCHIVE_TEXT.match(text):
        return _head(found, found["tag"], found["name"]) if is_plausible(found["tag"], found["name"]) else None
    if found := NAMELESS.match(text):
        return _head(found, found["tag"], None)
    if found := ARCHIVE_BARE.match(text):
        return _read_archive_bare(found)
    if found := REMNANT.match(text):
        return _read_remnant(found)
    return None


def _read_bracket(found: re.Match[str]) -> Head | None:
    """Read `heroku[web.1]: …`; behind a full time any name will do, for a process type can be any word."""
    if not found["colon"] and not (found["iso"] or found["clock"] or found["rest"]):
        return None
    if (found["host"] or not found["iso"]) and not is_plausible(found["tag"], found["name"]):
        return None
    return _head(found, found["tag"], found["name"])


def _read_frame(found: re.Match[str]) -> Head | None:
    """Read a drain's frame, or what a receiver made of it."""
    host = found["host"] or ""
    ours = host == "host" or host.startswith("d.")
    if not ours and not is_plausible(found["tag"], found["name"]):
        return None
    # `2026-05-01 10:00:00 app http.1 - …` could be a logger's line; Heroku's has more to show.
    if not ours and not found["priority"] and not found["second"]:
        return None
    head = _head(found, found["tag"], found["name"])
    # An HTTPS drain writes one dash: a second one is the app's own (fact 8).
    if host == "host" and found["second"] and found["tag"] == "app":
        return head._replace(message=f"- {head.message}")
    return head


def _read_archive_bare(found: re.Match[str]) -> Head | None:
    """Read `heroku/web.1: …` where no time stands before it."""
    if not PROCESS.fullmatch(found["name"]):
        return None
    if found["tag"] == "app":
        return _head(found, "app", found["name"]) if found["colon"] and not found["host"] else None
    head = _head(found, found["tag"], found["name"])
    # What people write in the place of a name is none.
    return head._replace(app=None) if read_wording(head.message) is not None else None


def _read_remnant(found: re.Match[str]) -> Head | None:
    """Read `[web.1]: …`."""
    name, message = found["name"], found["message"] or ""
    if found["cut"] not in REMNANTS:
        return None
    if name == "router":
        return _head(found, "heroku", name) if ROUTER_WORDS.match(message) else None
    tag = REMNANTS[found["cut"]]
    known = PROCESS.fullmatch(name) if tag else REMNANT_DYNO.fullmatch(name)
    return _head(found, tag, name) if known else None


def _head(found: re.Match[str], tag: str | None, name: str | None) -> Head:
    """Put the parts together; the literal `host` names nobody (fact 8)."""
    parts = found.groupdict()
    host = parts.get("host")
    return Head(tag, name, parts["message"] or "", _read_time(parts), None if host == "host" else host)


def _read_time(parts: dict[str, str | None]) -> datetime | None:
    """Read the time in whichever form it stands."""
    if iso := parts.get("iso"):
        return parse_timestamp(iso)
    if clock := parts.get("clock"):
        month = MONTHS.get(parts["month"] or "")
        return parse_clock(clock, month=month, day=int(parts["day"] or 1)) if month else None
    rest = parts.get("rest")
    return parse_clock(rest) if rest else None
