"""Render: lines of the dashboard, the CLI, the API, the log streams and the Events page.

Format facts:
1. A downloaded line is a UTC time with 0 to 9 decimals (trailing zeros are dropped) and `Z`, a space, the message. Empty
   messages and leading spaces are kept. Seen in many downloads, not specified.
2. A mouse selection gives local times without a zone: `Sep 1 01:31:15 PM  msg` (2020 to 2023, no year), `08:00:44 AM  msg`,
   `05:48:13 PM | msg`, or the time on a line of its own. Seen, not specified; that the explorer shows a time of day, the
   instance in brackets and the message: render.com/docs/logging.
3. An instance is shown by the last five characters of its id, drawn from an alphabet without vowels, `y`, 0, 1 and 3.
   kubernetes/apimachinery, pkg/util/rand/rand.go; ids seen: `srv-<20>-<5>`.
4. `render logs` prints `YYYY-MM-DD HH:MM:SS`, two spaces, the message: no zone, instance or type.
   render-oss/cli, cmd/logs.go @ 85c8c2c
5. The API and `render logs -o json` give records `{id, labels: [{name, value}], message, timestamp}`; messages hold colour
   codes. Labels: resource, instance, level, type (app, request, build), host, method, path, statusCode.
   render-oss/cli, pkg/client/logs/logs_gen.go @ 85c8c2c. What the platform writes names no instance, what a process of the
   app writes does (seen).
6. A request line is `clientIP="…" requestID="…" responseTimeMS=N responseBytes=N userAgent="…"`; method, status and URL are
   labels, shown in front of it by the explorer alone (`[GET]200 example.com/path`). render.com/docs/logging
7. A log stream sends RFC 5424: HOSTNAME is the service's slug; APP-NAME and MSGID both are the type and id of the instance.
   Loggly gets `{render_service, render_instance, level, log}`. render.com/docs/log-streams
8. The platform's own lines begin with `==> `; copies show `===> ` or lose the arrow. Homebrew, Vagrant, makepkg and many
   start scripts print `==> ` too, so that only known wording is the platform's. The wordings stand in `wording.py`.
9. Docker services are built by BuildKit, whose lines begin with `#<step>`: moby/buildkit, util/progress/progressui/printer.go
10. The Events page, the page that a sleeping free service shows, and the edge's answers (`x-render-routing`) have wordings
    of their own, without arrow (seen).
11. Copies are damaged: quoted by `> `, indented, in backticks or `**`, a bullet or line number in front, the first digits of
    the year lost, `&gt;` for `>` (seen).
"""

from __future__ import annotations

import re

from loganalyzer.ingesters.render.heads import CLOUD_FOUNDRY_TAG, is_foreign, read_head
from loganalyzer.ingesters.render.records import PLATFORM, parse_record, parse_stream
from loganalyzer.ingesters.render.wording import read_wording
from loganalyzer.model import Claim, Event, Line

__all__ = ["HEADS", "HEADS_CLAIM", "PLATFORM", "REQUESTS", "REQUEST_UNIT_MS", "origin", "parse"]

HEADS = re.compile(
    rb"^(\d{4}-\d\d-\d\dT\d\d:\d\d):\d\d(?:\.\d{1,9}+)?+Z"
    rb"(?:$| (?! *+(?:[A-Za-z][\w-]*+\[[\w.:-]++\]:|" + CLOUD_FOUNDRY_TAG.encode() + rb"))(==>(?= |$))?+.*+)",
    re.MULTILINE,
)
"""Heads of downloaded lines (fact 1): minute, and the arrow when the message begins with one (fact 8).

Shapes of Heroku and Cloud Foundry with the same time are left out, and some look-alikes with them; such lines are
parsed one by one. The match takes the whole line, so that the search goes on at the next one.
"""

HEADS_CLAIM = Claim.WEAK

REQUESTS = re.compile(
    rb"(20(?<![^\n]20)\d\d-\d\d-\d\dT\d\d:\d\d):\d\d[\d.]*+Z ()()()"
    rb'(?=(?:\[[A-Z]{3,10}\] *(?:\d{3} *)?[^\s"]+ +)?clientIP="[^"\n]*" requestID="[^"\n]*"(?: responseTimeMS=(\d+))?)'
    rb"(?:\[[A-Z]{3,10}\] *(\d{3})?)?",
    re.MULTILINE,
)
"""Request lines in downloads (facts 1 and 6): minute, code, process, connect, service, status.

The literal `20` in front lets the search skip quickly to what may be a line's start, several times faster than `^`;
the lookbehind then makes sure that it is one.
"""

REQUEST_UNIT_MS = 1
"""Render's router gives milliseconds."""


def origin(tag: bytes) -> tuple[str, str | None]:
    """Give source and process for a tag of HEADS: `==>` is the platform, nothing is the app; neither names a process."""
    return ("platform" if tag else "app"), None


def parse(line: Line) -> Event | None:
    """Turn one line of Render's into an event.

    Args:
        line: any line; colour codes already stripped, a record on one line.

    Returns:
        The event, or None for a line that has neither a shape nor a wording of Render's. A platform line's message
        begins with `==> ` however its arrow was damaged; `at` has UNDATED_YEAR when the line gives no date. Never raises.

    Examples:
        >>> event = parse(Line(1, "2026-05-01T10:00:00.12345Z ==> Exited with status 1"))
        >>> event.source, event.message, event.claim
        ('platform', '==> Exited with status 1', 'headed')
        >>> parse(Line(1, "==> Pouring wget--1.25.0.bottle.tar.gz")) is None
        True
    """
    return parse_record(line) or parse_stream(line) or _parse_text(line)


def _parse_text(line: Line) -> Event | None:
    """Parse a line with one of the text heads (facts 1, 2 and 4) or with none."""
    head = read_head(line.text)
    if head is None:
        wording = read_wording(line.text, headed=False)
        if wording is None:
            return None
        return Event(
            line.number, line.text, PLATFORM, wording.source, wording.message, claim=wording.claim, fields=wording.fields
        )
    wording = None if head.instance else read_wording(head.rest, headed=True)
    if wording is not None:
        return Event(
            line.number, line.text, PLATFORM, wording.source, wording.message, at=head.at, claim=wording.claim,
            fields=wording.fields,
        )
    if not head.suffices or is_foreign(head.rest):
        return None
    return Event(line.number, line.text, PLATFORM, "app", head.rest, head.instance, head.at, claim=Claim.WEAK)
