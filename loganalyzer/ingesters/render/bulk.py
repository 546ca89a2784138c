"""Regexes over blocks of downloaded lines, which are counted without making an object of each.

Facts by number: see the package's docstring.
"""

from __future__ import annotations

import re

from loganalyzer.ingesters.render.heads import CLOUD_FOUNDRY_TAG
from loganalyzer.ingesters.render.wording import (
    ARROW_TEXT,
    LIKELY_TEXT,
    METHOD_TEXT,
    REQUEST_TEXT,
    STEP_TEXT,
    read_wording,
)
from loganalyzer.late import late_regex
from loganalyzer.model import Claim

__all__ = [
    "HEADS",
    "HEADS_CLAIM",
    "REQUESTS",
    "REQUEST_COLUMNS",
    "REQUEST_LINES",
    "REQUEST_MARK",
    "REQUEST_UNIT_MS",
    "STAND_IN_TIME",
    "code_of",
    "model_request",
    "origin",
    "read_message",
]

FOREIGN = rf" *+(?:[A-Za-z][\w-]*+\[[\w.:-]++\]:|{CLOUD_FOUNDRY_TAG})"
TARGET = r' *(?:\d{3} *)?[^\s"]+ +'
TAG = "|".join((
    rf"{ARROW_TEXT}[^\n]*",
    rf"{LIKELY_TEXT}[^\n]*",
    rf"#(?={STEP_TEXT.removeprefix('#')})",
    rf"clientIP(?={REQUEST_TEXT.removeprefix('clientIP')})",
    rf"{METHOD_TEXT}(?={TARGET}{REQUEST_TEXT})",
))  # fmt: skip

HEADS = late_regex(
    rf"^(\d{{4}}-\d\d-\d\dT\d\d:\d\d):\d\d(?:\.\d{{1,9}}+)?+Z"
    rf"(?:$| (?!{FOREIGN})(((?![abd-z\d])(?:{TAG})|).*+))".encode(),
    re.MULTILINE,
)
"""Downloaded lines (fact 1): minute, the message, and its tag, which is empty for the app's lines.

No tag begins with a small letter but `clientIP`, or with a digit, which is looked at first because most messages do.
The tag is all that `origin` needs, and the same for many lines where it can be. Shapes of Heroku and Cloud Foundry with
the same time are left out, and some look-alikes with them; such lines are parsed one by one. The match takes the whole
line, so that the search goes on at the next one.
"""

HEADS_CLAIM = Claim.WEAK

STAND_IN_TIME = b"2026-01-01T00:00:00Z "
"""With this before it, what HEADS captured behind the time is a line again, that states what the whole one does."""

REQUESTS = late_regex(
    rf"(20(?<![^\n]20)\d\d-\d\d-\d\dT\d\d:\d\d):\d\d(?:\.\d{{1,9}}+)?+Z ()()()"
    rf"(?=(?:{METHOD_TEXT}{TARGET})?{REQUEST_TEXT}(?: responseTimeMS=(\d+))?)(?:{METHOD_TEXT} *(\d{{3}})?)?".encode(),
    re.MULTILINE,
)
"""Request lines in downloads (facts 1 and 6): minute, code, process, connect, service, status.

The literal `20` in front lets the search skip quickly to what may be a line's start, faster than `^`; the lookbehind
then makes sure that it is one.
"""

REQUEST_UNIT_MS = 1
"""Render's router gives milliseconds."""

METHOD = late_regex(METHOD_TEXT.encode())


def origin(tag: bytes) -> tuple[str, str | None]:
    """Give source and process for a tag of HEADS; a downloaded line names no process.

    Examples:
        >>> origin(b""), origin(b"==> Deploying..."), origin(b"#")
        (('app', None), ('platform', None), ('build', None))
    """
    if not tag:
        return "app", None
    if tag == b"#":
        return "build", None
    if tag == b"clientIP" or METHOD.fullmatch(tag):
        return "router", None
    wording = read_wording(tag.decode("utf-8", "replace"), exact=True)
    return (wording.source if wording else "app"), None


def read_message(source: str, behind: str) -> tuple[str, dict[str, str]] | None:
    """Read what stands behind the tag of a line, as `parse` does, but at once.

    Args:
        source: who writes under the tag.
        behind: the line from the end of the tag that HEADS captured; empty where the tag is all of it.

    Returns:
        Message and fields; None where `parse` is needed to tell.

    Examples:
        >>> read_message("app", "Listening on 3000")
        ('Listening on 3000', {})
    """
    return (behind, {}) if source == "app" and behind else None


REQUEST_MARK = b'clientIP="'
"""What every line of REQUEST_LINES has."""

REQUEST_COLUMNS = ("minute", "kind", "status", "service")
"""The groups of REQUEST_LINES; `kind` is the method, where the line has one."""

# All groups take part in each match, so that none of them is None.
REQUEST_LINES = late_regex(
    rb"(20(?<![^\n]20)\d\d-\d\d-\d\dT\d\d:\d\d):\d\d(?:\.\d{1,9}+)?+Z (?=clientIP=|\[[A-Z]{3,10}\] *\d{3} *[^\s\d])"
    rb'\[?([A-Z]*)\]? *(\d*) *(?:[^\s"]+ +)?clientIP="[^"\n]*" requestID="[^"\n]*" responseTimeMS=(\d+).*\n'
)
"""Whole request lines in downloads (facts 1 and 6)."""


def code_of(_kind: bytes) -> str:
    """Give the router's code: Render's writes none."""
    return ""


def model_request(kind: bytes, _process: bytes, _service: bytes, status: bytes) -> str:
    """Write a request line of a kind without anything of the client's: what it states, all of its kind state.

    Examples:
        >>> model_request(b"GET", b"", b"5", b"502")
        '2026-01-01T00:00:00Z [GET] 502 a.example.com/ clientIP="" requestID="" responseTimeMS=0 responseBytes=0 \
userAgent=""'
    """
    front = f"[{kind.decode()}] {status.decode()} a.example.com/ " if kind else ""
    return f'2026-01-01T00:00:00Z {front}clientIP="" requestID="" responseTimeMS=0 responseBytes=0 userAgent=""'
