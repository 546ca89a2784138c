"""Ordinary lines: request lines in the form that a platform writes today are read straight from the bytes.

Most lines of a busy log are such requests, or output of the app that can tell of none. How a request line is written is
described once, by the platform's ingester; here only the time to the second and the request itself are added, which the
summary does not want. What is read is what the ingesters give for the same line, and a test holds that; every line that
is not exactly of a form is left to them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from loganalyzer.postmortem.slots import Kind, kind_of
from loganalyzer.summarizing.moments import milliseconds_of
from loganalyzer.summarizing.request_lines import FORMS as WRITTEN
from loganalyzer.summarizing.request_lines import Form as Written

__all__ = ["FORMS", "Asked", "Form", "forms_of", "is_app_output"]

STATUS_DIGITS = (0, 3)
"""Of a line without a status, and of others."""
PATH = rb"(?P<path>/[!$%'-)+->@-Z_\]^`a-~]*)(?:[?#][!#-)+-Z_\]^`a-~]*)?"
"""Printable ASCII without what the ingesters mend or unescape: quotes, backslashes, stars, opening brackets and, before
the query, ampersands."""

METHOD = rb"(?P<method>[A-Z]{3,10})"
ASKED = {
    "heroku": re.compile(
        rb" method=" + METHOD + rb' path="' + PATH + rb'" host=[\w.:-]* request_id=[\w,.:-]* fwd="[^"\n]*" dyno='
    ),
    "cloudfoundry": re.compile(rb'"' + METHOD + rb" " + PATH + rb' HTTP/\d(?:\.\d)?" \d{3} '),
    "render": re.compile(rb"(?<=Z )(?:\[" + METHOD + rb"\] \d{3} [\w.:-]+" + PATH + rb" )?clientIP="),
}
"""By platform: method and path, with what stands before and behind them."""

STAMP = re.compile(rb" {0,3}(?P<stamp>20\d\d-\d\d-\d\dT[\d:.]+[Z+-][\d:]*) ")

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
        method, path: what was asked for, without the query; empty where the line does not say.
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
        written: the platform's own description of such lines.
        asked: matches method and path.
    """

    written: Written
    asked: re.Pattern[bytes]

    def read(self, data: bytes, start: int, end: int) -> Asked | None:
        """Read a line; None when it is not of this form.

        Args:
            data: whole lines.
            start: where the line begins.
            end: where its line end stands.
        """
        found = self.written.lines.match(data, start)
        stamp = STAMP.match(data, start)
        if found is None or stamp is None or found.end() != end + 1:
            return None
        values = dict(zip(self.written.columns, found.groups(), strict=True))
        asked = self.asked.search(data, start, end)
        at = _moment(stamp["stamp"])
        if at is None or asked is None or len(values["status"]) not in STATUS_DIGITS:
            return None
        process = values.get("process", b"")
        if process == b"none":  # as Heroku wrote until 2013, and meant nothing by it
            return None
        name = self.written.process_prefix + process.decode("utf-8", "replace") if process else ""
        kind = _kind(self.written.code_of(values.get("kind", b"")), name, int(values["status"] or 0))
        time_ms = milliseconds_of(values["service"], self.written.unit_ms)
        return Asked(at, kind, time_ms, (asked["method"] or b"").decode(), (asked["path"] or b"").decode())


def _moment(stamp: bytes) -> datetime | None:
    """Read a time; None for one that is none."""
    try:
        at = datetime.fromisoformat(stamp.decode())
        return at if at.tzinfo is UTC else at.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


_kind = lru_cache(maxsize=4096)(kind_of)

FORMS = tuple(Form(written, ASKED[written.platform]) for written in WRITTEN)


def forms_of(platform: str | None) -> tuple[Form, ...]:
    """Give the forms of the platform that the user named; all when none is named."""
    return tuple(form for form in FORMS if platform in (None, form.written.platform))


def is_app_output(data: bytes, start: int, end: int) -> bool:
    """Say whether a line has a head under which only the app writes."""
    return APP_OUTPUT.match(data, start, end) is not None
