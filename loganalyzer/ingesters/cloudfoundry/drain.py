r"""Drains: RFC 5424 lines that the platform sends to syslog, and what syslog servers make of them.

Format facts:
1. `<14>1 TIME HOST APP-GUID [TYPE/INSTANCE] - SD MSG`, priority 14 for OUT and 11 for ERR, over TCP with the count of
   octets before it; the brackets belong to the value (cloudfoundry/loggregator-agent-release,
   src/pkg/egress/syslog/rfc5424.go, tcp.go).
2. The host is `ORG.SPACE.APP`, each without other characters than letters, digits and hyphens, or else the agent's
   own name (`loggregator` in old ones). Same file.
3. SD is `-` or `[tags@47450 app_name="…" …]`; metrics have `gauge@47450`, `counter@47450`, `timer@47450` or
   `event@47450` before the tags and no message; values have `"`, `]` and `\` escaped. Same file.
4. Servers that store such lines print `TIME HOST APP-GUID[[TYPE/INSTANCE]] MSG` (rsyslog, template
   RSYSLOG_FileFormat) or `May 01 10:00:00 HOST APP-GUID/[TYPE/INSTANCE]: MSG` (seen, not specified).
"""

from __future__ import annotations

import re
from datetime import datetime

from loganalyzer.ingesters.cloudfoundry.tagged import Frame, tagged_event
from loganalyzer.ingesters.cloudfoundry.tags import KNOWN_TAG, PLATFORM
from loganalyzer.late import late_regex
from loganalyzer.model import UNDATED_YEAR, Event, Line
from loganalyzer.text import MONTHS, TIMESTAMP, parse_clock, parse_timestamp, strip_ansi, unquote

__all__ = ["parse_drain"]

FRAME = late_regex(  # fact 1
    rf"\s*(?:\d{{1,7}} )?(?:<(?P<priority>\d{{1,3}})>1 )?(?P<at>{TIMESTAMP}) "
    rf"(?P<host>[\w.:-]{{1,255}}) (?P<app>[\w.-]{{1,255}}) "
    rf"(?:\[(?P<tag>{KNOWN_TAG}|[^\[\]\s]{{1,200}})\]|(?P<bare>APP/[A-Z][^\s\[\]]{{1,200}})) \S{{1,32}} (?P<rest>.*)$",
    re.DOTALL,
)
DATA = late_regex(r'(?:-|(?:\[[^\s\]="]{1,64}(?: [^\s=\]"]{1,200}="[^"\\]*(?:\\.[^"\\]*)*")*\])+)(?: |$)')  # fact 3
PARAMETER = late_regex(r' (?P<name>[^\s=\]"]{1,200})="(?P<value>[^"\\]*(?:\\.[^"\\]*)*)"')
HOST = late_regex(r"[^.]+\.[^.]+\.(?P<app>[^.]+)")  # fact 2
METRIC = late_regex(r"\[(?P<word>gauge|counter|timer|event)@47450 ")  # fact 3
GUID = late_regex(r"[0-9a-f]{8}-[0-9a-f-]{10,28}")
STORED = late_regex(  # fact 4
    rf"\s*(?:(?P<at>{TIMESTAMP})|(?P<month>[A-Z][a-z]{{2}}) +(?P<day>\d{{1,2}}) (?P<clock>\d\d:\d\d:\d\d)) "
    rf"(?P<host>\S{{1,255}}) "
    rf"(?P<app>[0-9a-f]{{8}}-[0-9a-f-]{{10,28}})[/ ]?\[{{1,2}}(?P<tag>{KNOWN_TAG})\]{{1,2}}:? {{0,2}}(?P<message>.*)$",
    re.DOTALL,
)

SEVERITIES = 8
SEVERITY_ERROR = 3  # RFC 5424, section 6.2.1


def parse_drain(line: Line) -> Event | None:
    """Turn a line of a drain into an event.

    Args:
        line: any line; several lines of one message have been split before, so the later ones have no head.

    Returns:
        The event, with the app's name or id; None when the line has no such head. Never raises.

    Examples:
        >>> parse_drain(Line(1, "<11>1 2024-05-01T10:00:00Z acme.dev.shop 1d2c-app [APP/PROC/WEB/0] - - Error: x")).app
        'shop'
    """
    if line.text.find("[", 0, 700) < 0 and line.text.find("APP/", 0, 700) < 0:
        return None
    found = FRAME.match(line.text)
    if found is None:
        return _parse_stored(line)
    data = DATA.match(found["rest"])
    if data is None or not _is_ours(found, data[0]):
        return None
    at = parse_timestamp(found["at"])
    values = {pair["name"]: unquote(f'"{pair["value"]}"') for pair in PARAMETER.finditer(data[0])}
    app = values.get("app_name") or _app_of(found["host"], found["app"])
    message = strip_ansi(found["rest"][data.end() :].lstrip("\ufeff")).rstrip()
    tag = found["tag"] or found["bare"]
    metric = METRIC.match(data[0])
    if metric is not None:
        fields = {"tag": tag, "channel": metric["word"].upper()}
        message = message or data[0].strip()
        return Event(line.number, line.text, PLATFORM, "platform", message, None, at, app, fields=fields)
    return tagged_event(line, Frame(tag, _channel_of(found["priority"]), at, app), message)


def _is_ours(found: re.Match[str], data: str) -> bool:
    """Say whether the head is this platform's and not that of another one with a bracket in the same place."""
    if "@47450 " in data or found["bare"] is not None:
        return True
    return re.fullmatch(KNOWN_TAG, found["tag"]) is not None or GUID.fullmatch(found["app"]) is not None


def _channel_of(priority: str | None) -> str | None:
    """Give the channel that a priority stands for (fact 1); None when the server did not store it."""
    if priority is None:
        return None
    return "ERR" if int(priority) % SEVERITIES == SEVERITY_ERROR else "OUT"


def _app_of(host: str, guid: str) -> str:
    """Give the app's name out of the host, else its id (fact 2)."""
    found = HOST.fullmatch(host)
    return found["app"] if found else guid


def _parse_stored(line: Line) -> Event | None:
    """Read a line as a syslog server stores it (fact 4); None when it is none."""
    found = STORED.match(line.text)
    if found is None:
        return None
    at: datetime | None
    if found["at"]:
        at = parse_timestamp(found["at"])
    else:
        month = MONTHS.get(found["month"])
        at = parse_clock(found["clock"], month=month, day=int(found["day"]), year=UNDATED_YEAR) if month else None
    app = _app_of(found["host"], found["app"])
    return tagged_event(line, Frame(found["tag"], None, at, app), found["message"].rstrip())
