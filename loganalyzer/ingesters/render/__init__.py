"""Render: lines of the dashboard, the CLI, the API, the log streams and the Events page.

Format facts:
1. A downloaded line is a UTC time with 0 to 9 decimals (trailing zeros are dropped) and `Z`, a space, the message.
   Empty messages and leading spaces are kept. Seen in many downloads, not specified.
2. A mouse selection gives local times without a zone: `Sep 1 01:31:15 PM  msg` (2020 to 2023, no year),
   `08:00:44 AM  msg`, `05:48:13 PM | msg`, or the time on a line of its own. Seen, not specified; that the explorer
   shows a time of day, the instance in brackets and the message: render.com/docs/logging
3. An instance is shown by the last five characters of its id `srv-<20>-<5>` (seen). They come from an alphabet without
   vowels, `y`, 0, 1 and 3. kubernetes/apimachinery, pkg/util/rand/rand.go
4. `render logs` prints `YYYY-MM-DD HH:MM:SS`, two spaces, the message: no zone, instance or type.
   render-oss/cli, cmd/logs.go @ 85c8c2c
5. The API and `render logs -o json` give records `{id, labels: [{name, value}], message, timestamp}`; messages hold
   colour codes. Labels: resource, instance, level, type (app, request, build), host, method, path, statusCode.
   render-oss/cli, pkg/client/logs/logs_gen.go @ 85c8c2c. What the platform writes names no instance, what a process
   of the app writes does (seen).
6. A request line is `clientIP="…" requestID="…" responseTimeMS=N responseBytes=N userAgent="…"`; method, status and
   URL are labels, shown in front of it by the explorer alone (`[GET]200 example.com/path`). render.com/docs/logging
7. A log stream sends RFC 5424: HOSTNAME is the service's slug; APP-NAME and MSGID both are the type and id of the
   instance. Loggly gets `{render_service, render_instance, level, log}`. render.com/docs/log-streams
8. The platform's own lines begin with `==> `; copies show `===> ` or lose the arrow. Homebrew, Vagrant, makepkg and
   many start scripts print `==> ` too, so that only known words are the platform's. They stand in `openings.py`.
9. Docker services are built by BuildKit, whose lines begin with `#<step>`.
   moby/buildkit, util/progress/progressui/printer.go
10. The Events page, the page that a sleeping free service shows, and the edge's answers (`x-render-routing`) have
    words of their own, without arrow (seen).
11. Copies are damaged: quoted by `> `, indented, in backticks or `**`, a bullet or line number in front, the first
    digits of the year lost or the whole time masked, `&gt;` for `>` (seen).
12. Events of the API are `{details, id, serviceId, timestamp, type}`; the list has them as `{cursor, event}`. What
    failed stands in `details.reason`. render-oss/cli, pkg/client/events/events_gen.go @ 013def4
"""

from __future__ import annotations

from loganalyzer.ingesters.render.bulk import HEADS, HEADS_CLAIM, REQUEST_UNIT_MS, REQUESTS, origin
from loganalyzer.ingesters.render.heads import PLATFORM
from loganalyzer.model import Claim, Event, Line

__all__ = ["HEADS", "HEADS_CLAIM", "PLATFORM", "REQUESTS", "REQUEST_UNIT_MS", "origin", "parse"]


def parse(line: Line) -> Event | None:
    """Turn one line of Render's into an event.

    Args:
        line: any line; colour codes already stripped, a record on one line.

    Returns:
        The event, or None for a line that has neither a shape nor words of Render's. A platform line's message begins
        with `==> ` however its arrow was damaged; `at` has UNDATED_YEAR when the line gives no date. Never raises.

    Examples:
        >>> event = parse(Line(1, "2026-05-01T10:00:00.12345Z ==> Exited with status 1"))
        >>> event.source, event.message, event.claim
        ('platform', '==> Exited with status 1', 'headed')
        >>> parse(Line(1, "==> Pouring wget--1.25.0.bottle.tar.gz")) is None
        True
    """
    from loganalyzer.ingesters.render.deploys import parse_deploy  # noqa: PLC0415 (start-up time)
    from loganalyzer.ingesters.render.records import parse_record, parse_stream  # noqa: PLC0415

    return parse_record(line) or parse_stream(line) or parse_deploy(line) or _parse_text(line)


def _parse_text(line: Line) -> Event | None:
    """Parse a line with one of the text heads (facts 1, 2 and 4) or with none."""
    from loganalyzer.ingesters.render.heads import is_foreign, read_head  # noqa: PLC0415 (start-up time)
    from loganalyzer.ingesters.render.wording import read_wording  # noqa: PLC0415

    head = read_head(line.text)
    wording = None if head.instance else read_wording(head.rest, exact=head.exact)
    if wording is not None:
        return Event(
            line.number, line.text, PLATFORM, wording.source, wording.message,
            at=head.at, claim=wording.claim, fields=wording.fields,
        )  # fmt: skip
    if not head.suffices or is_foreign(head.rest):
        return None
    return Event(line.number, line.text, PLATFORM, "app", head.rest, head.instance, head.at, claim=Claim.WEAK)
