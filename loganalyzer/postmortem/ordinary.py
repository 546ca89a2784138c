"""Ordinary lines: request lines in the form that a platform writes today are read straight from the bytes.

Most lines of a busy log are such requests, or output of the app that can tell of none. What is read here is what the
ingesters give for the same line, and a test holds that; every line that is not exactly of a form below is left to them.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from loganalyzer.postmortem.slots import Kind, kind_of
from loganalyzer.summarizing.moments import milliseconds_of

__all__ = ["Asked", "Form", "forms_of", "is_app_output"]

PATH = rb"/[!$%'-)+->@-Z_\]^`a-~]*(?:[?#][!#-)+-Z_\]^`a-~]*)?"
"""Printable ASCII without what the ingesters mend or unescape: quotes, backslashes, stars, opening brackets and, before
the query, ampersands."""

WORDS = rb"[\w./:()%,-]*(?: [\w./:()%,-]+)*"

HEROKU = re.compile(
    rb"(20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?\+00:00) heroku\[router\]: at=(?:info|error code=([A-Z]\d\d)"
    rb' desc="' + WORDS + rb'") method=([A-Z]{3,10}) path="(' + PATH + rb')" host=[\w.:-]* request_id=[\w,.:-]*'
    rb' fwd="' + WORDS + rb'" dyno=((?!none )[\w.-]*) connect=\d*(?:ms)? service=(\d{0,9})(?:ms)? status=(\d{3})'
    rb" bytes=\d*(?: protocol=\w*)?(?: tls=\w*)?(?: tls_version=[\w.]*)?"
)
QUOTED = rb'"[^"\\\n]*"'
CLOUD_FOUNDRY = re.compile(
    rb" {3}(20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\d[+-]\d{4}) \[RTR/\d{1,4}\] OUT [\w.:-]* - \[[\w:.+-]{0,40}\] "
    rb'"([A-Z]{3,10}) (' + PATH + rb') HTTP/\d(?:\.\d)?" (\d{3}) \d+ \d+(?: ' + QUOTED + rb"){4}"
    rb" x_forwarded_for:" + QUOTED + rb" x_forwarded_proto:" + QUOTED + rb" vcap_request_id:" + QUOTED
    + rb' response_time:(\d{1,6}\.\d{1,9}) gorouter_time:\S+ app_id:"[\w-]*" app_index:"(\d{0,6})"'
    rb' instance_id:"[\w-]*"(?: local_address:"[\w.:-]*")? x_cf_routererror:"([^"\\\n]*)"'
    rb'(?: (?!code:|dyno:|service:)[a-z][a-z0-9_]*:(?:"[^"\\\n]*"|[^\s"]+))*+'
)  # fmt: skip
RENDER = re.compile(
    rb"(20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z) \[([A-Z]{3,10})\] (\d{3}) [\w.:-]+(" + PATH + rb") clientIP="
    + QUOTED + rb" requestID=" + QUOTED + rb" responseTimeMS=(\d{1,9}) responseBytes=\d+ userAgent=" + QUOTED
)  # fmt: skip

APP_OUTPUT = re.compile(
    rb"20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d[.\d]*\+00:00 app\[(?:web|worker)\.\d{1,4}\]: (?! |\[)"
    rb"| {3}20\d\d-\d\d-\d\dT\d\d:\d\d:\d\d\.\d\d[+-]\d{4} \[APP/PROC/WEB/\d{1,4}\] (?:OUT|ERR) "
)
"""Heads under which only the app writes; a router's words behind them are printed text."""


class Asked(NamedTuple):
    """One request.

    Attributes:
        at: when, in UTC.
        kind: what the router says about it.
        time_ms: time to answer; None when the line does not say.
        method, path: what was asked for, without the query.
    """

    at: datetime
    kind: Kind
    time_ms: int | None
    method: str
    path: str


@dataclass(frozen=True)
class Form:
    """How one platform's router writes today.

    Attributes:
        platform: its name.
        regex: matches whole lines.
        read: reads a match; None for a date that is none.
    """

    platform: str
    regex: re.Pattern[bytes]
    read: Callable[[re.Match[bytes]], Asked | None]


def _read_heroku(found: re.Match[bytes]) -> Asked | None:
    """Read a line of Heroku's router."""
    stamp, code, method, path, dyno, service, status = found.groups()
    return _asked(stamp, _kind(code or b"", dyno, status), int(service) if service else None, method, path)


def _read_cloud_foundry(found: re.Match[bytes]) -> Asked | None:
    """Read a line of gorouter."""
    stamp, method, path, status, seconds, index, error = found.groups()
    kind = _kind(b"" if error == b"-" else error.partition(b" ")[0], b"web." + index if index else b"", status)
    return _asked(stamp, kind, milliseconds_of(seconds, 1000), method, path)


def _read_render(found: re.Match[bytes]) -> Asked | None:
    """Read a request line of Render's."""
    stamp, method, status, path, service = found.groups()
    return _asked(stamp, _kind(b"", b"", status), int(service), method, path)


def _asked(stamp: bytes, kind: Kind, time_ms: int | None, method: bytes, path: bytes) -> Asked | None:
    """Put a request together."""
    try:
        at = datetime.fromisoformat(stamp.decode())
        if at.tzinfo is not UTC:
            at = at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    return Asked(at, kind, time_ms, method.decode(), path.partition(b"?")[0].decode())


@lru_cache(maxsize=4096)
def _kind(code: bytes, process: bytes, status: bytes) -> Kind:
    """Give the kind of a request by its texts."""
    return kind_of(code.decode("utf-8", "replace"), process.decode(), int(status))


FORMS = (
    Form("heroku", HEROKU, _read_heroku),
    Form("cloudfoundry", CLOUD_FOUNDRY, _read_cloud_foundry),
    Form("render", RENDER, _read_render),
)


def forms_of(platform: str | None) -> tuple[Form, ...]:
    """Give the forms of the platform that the user named; all when none is named."""
    return tuple(form for form in FORMS if platform in (None, form.platform))


def is_app_output(data: bytes, start: int, end: int) -> bool:
    """Say whether a line has a head under which only the app writes."""
    return APP_OUTPUT.match(data, start, end) is not None
