"""Heroku: lines of `heroku logs`, of log drains and of the archives made from them.

Format facts:
1. `heroku logs` prints time, space, tag, `[name]`, `: `, message. heroku/logplex, src/logplex_utils.erl (format/4)
   @ 423292a. The time has 0 to 9 decimals and `+00:00` or `Z`; lines of 2010 have an offset of the USA (seen, not
   specified). The CLI trims the message: heroku/cli, src/lib/run/colorize.ts @ c5fbf4b.
2. Tags are `app` and `heroku`. Names are dynos (`web.1`, `run.6329`, `release.3212`), `router`, `api`; until 2012 also
   `nginx`, a front proxy. devcenter.heroku.com/articles/logging; the last one seen, not specified.
3. Dynos of the Fir generation are named `web-848cd4f64d-pvpr2`. heroku/cli, src/lib/apps/generation.ts @ c5fbf4b.
4. Lines about lost lines come from `heroku[logplex]`, `logplex[1]`, `app[log-shuttle]` and `Logplex:` without a name.
   heroku/logplex, src/logplex_api.erl (no_tail_warning) @ 423292a; heroku/log-shuttle, logplex_formatter.go @ 4d516d9.
5. `app[api]`, before 2016 `heroku[api]`, reports deploys, releases and settings; `heroku[slugc]` and `slug-compiler`
   old builds; `app[postgres.26875]`, `app[heroku-redis]`, `heroku[heroku-postgres]` data services (seen, not
   specified).
6. The router writes logfmt in a fixed order of keys: `sock at code desc method path host request_id fwd dyno connect
   service status bytes protocol`, later also `tls tls_version`. A value that is missing is empty. Whether it escapes
   quotes is not said. devcenter.heroku.com/articles/http-routing and /articles/error-codes, read 2025.
7. Before 2013: `GET host/path dyno=web.1 queue=0 wait=0ms service=7ms bytes=215`, errors with `Error H12 (Request
   timeout) -> ` in front, `dyno=none` for no dyno. The article error-codes, text of 2011.
8. HTTPS drains: length in bytes, space, `<PRI>1 TIME host TAG NAME - MESSAGE`, with the literal `host` and one dash.
   heroku/logplex, src/logplex_syslog_utils.erl (rfc5424/8) and doc/README.http_drains.md @ 423292a.
9. Syslog drains have the drain's token for a host and two dashes (to_msg/2 of the same file); receivers put their own
   time and the length in front, or write the token and the tag without `<PRI>` (seen, not specified).
10. A Papertrail archive has ten columns apart by tabs; the ninth is `app/web.1`.
    help.papertrailapp.com/kb/how-it-works/permanent-log-archives.
11. Papertrail's CLI and page show `Mon dd HH:MM:SS system app/web.1: message`, without year and zone; the page leaves
    the colon out. papertrail/papertrail-cli, lib/papertrail/event.rb @ 5b2f68f.
12. Life of a dyno: `Starting process with command`, `State changed from A to B`, `Process exited with status N`,
    `Stopping … with SIGKILL`, `Error R10 (Boot timeout) -> …`. devcenter.heroku.com/articles/error-codes, 2021-08-04.
13. `git push heroku` shows the build behind `remote: `: `-----> ` for steps, ` !     ` for failures (seen, not
    specified).
14. Log services keep tag and name under their own keys: `program` (papertrail-cli, lib/papertrail/cli.rb @ 5b2f68f),
    `app_name` and `proc_id` (Vector, source heroku_logs), `proc_id` beside the router's keys
    (docs.honeybadger.io/insights/event-types/heroku/router).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from loganalyzer.ingesters.heroku.bulk import HEADS, REQUEST_UNIT_MS, REQUESTS
from loganalyzer.ingesters.heroku.heads import Head, read_head, split_damage
from loganalyzer.ingesters.heroku.records import read_record
from loganalyzer.ingesters.heroku.router import mend_doubled_quotes, read_fields
from loganalyzer.ingesters.heroku.wording import read_wording
from loganalyzer.ingesters.heroku.writers import find_writer, origin
from loganalyzer.late import late_regex
from loganalyzer.model import Event, Line
from loganalyzer.text import parse_timestamp

__all__ = ["HEADS", "PLATFORM", "REQUESTS", "REQUEST_UNIT_MS", "origin", "parse"]

PLATFORM = "heroku"

ENTITIES = {"&gt;": ">", "&lt;": "<", "&quot;": '"', "&#34;": '"', "&#39;": "'", "&amp;": "&"}
ENTITY = late_regex("|".join(ENTITIES))
# Marks of bold text stand at words; those of a path (`target/**/*.jar`) or of a masked value stand elsewhere.
BOLD = late_regex(r"(?<![*/\w])\*\*(?=[\w$(])|(?<=[\w.)])\*\*(?![*/\w])")
# A console that wraps a line pads it to its width, also in the middle of a word.
WIDE_GAP = " " * 20
WRAP = late_regex(rf"(?<=\S){WIDE_GAP} *+(?=\S)")
COLOUR_REST = late_regex(r"\[(?:[0-9]{1,2}|[34]8;[0-9;]{1,14})m")


def parse(line: Line) -> Event | None:
    """Turn one line of a Heroku log, in any of its shapes, into an event.

    Args:
        line: any line; colour codes already stripped, line end removed. A JSON document stands on one line.

    Returns:
        An event whose source is what the prefix says (the words of the message count only where there is no prefix)
        and whose `fields` are the router's keys and values; None when the line is not Heroku's. Never raises.

    Examples:
        >>> event = parse(Line(1, "2026-05-01T10:00:00+00:00 app[web.1]: heroku[router]: at=error code=H10"))
        >>> event.source, event.process, event.message
        ('app', 'web.1', 'heroku[router]: at=error code=H10')
    """
    head = read_head(line.text)
    if head is None:
        front, rest = split_damage(line.text)
        # Without its first quote a cell of a CSV table is none.
        record = '"' + line.text[len(front) :] if front.endswith('"') else rest
        head = read_record(record) or read_head(rest)
        if head is None:
            return _read_bare(line, rest)
    return _event(line, head)


def _event(line: Line, head: Head) -> Event:
    """Make the event of a line with a prefix."""
    message = head.message.rstrip()
    if head.tag is not None:
        source, process = find_writer(head.tag, head.name)
    else:
        # The copy lost the tag but kept the dyno: only the words are left to tell its two writers apart.
        wording = read_wording(message)
        source, process = find_writer("heroku" if wording and wording.source == "platform" else "app", head.name)
    if source not in ("app", "addon"):
        message = _mend(message)
    return Event(
        line.number, line.text, PLATFORM, source, message,
        process=process, at=head.at, app=head.app, fields=_fields(source, message),
    )  # fmt: skip


def _read_bare(line: Line, text: str) -> Event | None:
    """Make the event of a line without a prefix whose wording is the platform's."""
    wording = read_wording(text)
    if wording is None:
        return None
    message = _mend(wording.message)
    return Event(
        line.number, line.text, PLATFORM, wording.source, message,
        at=parse_timestamp(wording.at) if wording.at else None, claim=wording.claim,
        fields=_fields(wording.source, message),
    )  # fmt: skip


def _fields(source: str, message: str) -> Mapping[str, str]:
    """Give the router's values; nobody else's lines have fields."""
    return MappingProxyType(read_fields(message) if source == "router" else {})


def _mend(message: str) -> str:
    """Undo what page markup did to a message of the platform, whose wordings are known."""
    message = _cut_tail(message.lstrip())
    if WIDE_GAP in message:
        message = WRAP.sub("", message)
    if "&" in message:
        message = ENTITY.sub(lambda found: ENTITIES[found[0]], message)
    if "**" in message:
        message = BOLD.sub("", message)
    if "[" in message:
        message = COLOUR_REST.sub("", message)
    return mend_doubled_quotes(message)


def _cut_tail(message: str) -> str:
    """Cut padding, table bars and the end of a code block or of bold text."""
    message = message.rstrip(" \t\r\n|")
    for mark, sign in (("```", "`"), ("__", "_")):
        if message.endswith(mark):
            message = message.rstrip(sign)
    return message
