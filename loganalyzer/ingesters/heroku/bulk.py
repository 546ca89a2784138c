"""Regexes that read whole blocks of bytes, so that lines which match no pattern never become objects.

Fact numbers are those of the package's docstring. Two shapes are left to the slower `parse`: a time in another zone
than UTC, because the captured minute could not be taken as it stands, and frames of syslog drains, because their
token tells apps apart (fact 9) and the groups do not. Every line that REQUESTS counts is one that HEADS matches.
"""

from __future__ import annotations

import re
from itertools import product

from loganalyzer.late import late_regex

__all__ = [
    "HEADS",
    "ORDINARY",
    "REQUESTS",
    "REQUEST_COLUMNS",
    "REQUEST_LINES",
    "REQUEST_MARK",
    "REQUEST_UNIT_MS",
    "STAND_IN_TIME",
    "code_of",
    "model_request",
    "read_message",
]

REQUEST_UNIT_MS = 1
"""The router counts in milliseconds."""

MINUTE = rb"20\d\d-\d\d-\d\dT\d\d:\d\d"
REST_OF_TIME = rb":\d\d[0-9.]*+[+Z][0:]*+ "

# The closing `.*+` takes the search to the next line at once; on its own it would step through every byte for `^`.
HEADS: re.Pattern[bytes] = late_regex(
    rb"^(?:|<\d{2,3}+>1 |\d{2,5}+ <\d{2,3}+>1 )("
    + MINUTE
    + rb")"
    + REST_OF_TIME
    + rb"(((?:heroku|app|logplex)\[[^\]\s]{1,80}+\](?=:)|host (?:heroku|app|logplex) [^\]\s]{1,80}+(?= - )).*+)",
    re.MULTILINE,
)
"""Lines of `heroku logs` and of an HTTPS drain's frames (facts 1 and 8).

Groups: minute, all that stands behind the time, and its beginning, the tag for `origin`.
"""

STAND_IN_TIME = b"2026-01-01T00:00:00+00:00 "
"""With this before it, what HEADS captured behind the time is a line again, that states what the whole one does."""

# What stands before the time, each form of one width, for `re` looks back over a fixed width alone (facts 1 and 8).
COUNTS = (b"", rb"\d\d ", rb"\d{3} ", rb"\d{4} ", rb"\d{5} ")
PRIORITIES = (rb"<\d\d>1 ", rb"<\d{3}>1 ")
FRONTS = (b"", *(count + priority for count, priority in product(COUNTS, PRIORITIES)))

# The digits of the year lead, for `re` finds a literal at the speed of memory; most lines of a log have no request.
# `.*` runs to the end of the line and comes back to the last `dyno=`: what stands behind it is the router's own,
# while path, request id and forwarded addresses before it are text of the client (fact 6).
REQUESTS: re.Pattern[bytes] = late_regex(
    MINUTE
    + b"(?:"
    + b"|".join(rb"(?<=^" + front + rb".{16})" for front in FRONTS)
    + rb")(?<=(.{16}))"
    + REST_OF_TIME
    + rb"(?:heroku\[router\]:|host heroku router -) (?:sock=\w++ )?+(?:at=[a-z]++ code=|Error )?+(H\d\d)?+"
    + rb"(?:.*dyno=(?<= dyno=)(?:none(?= ))?+([^ \n]*+) (?:queue=[^ \n]*+ wait=[^ \n]*+ )?+"
    + rb"(?:connect=([0-9]*+)[ms]*+ )?+service=([0-9]*+)[ms]*+(?: status=([0-9]*+))?+.*+"
    + rb"|(?(2)|(?!)))",  # a line that is cut still has its code
    re.MULTILINE,
)
"""Router's lines of all eras (facts 6 and 7).

Groups: minute, code, process, connect, service, status; empty where absent.
"""

REQUEST_MARK = b"heroku[router]: "
"""What every line of REQUEST_LINES has."""

REQUEST_COLUMNS = ("minute", "kind", "process", "service", "status")
"""The groups of REQUEST_LINES; `kind` is what the router says about the request before it quotes the client."""

ORDINARY = b"at=info"
"""The kind of a request that the app answered."""

# Each piece of this regex takes a step forward; `.*` alone comes back, to the last ` dyno=`, as in REQUESTS.
REQUEST_LINES: re.Pattern[bytes] = late_regex(
    rb"(20(?<![^\n]20)\d\d-\d\d-\d\dT\d\d:\d\d)"
    + REST_OF_TIME
    + rb"heroku\[router\]: (at=info|(?:sock=\w+ )?at=[^\n]{0,200}?) method=.* dyno=(\S*) connect=\d*m?s?"
    rb" service=(\d*)m?s? status=(\d*) bytes=.*\n"
)
"""Whole lines of requests as the router has written them since 2013 (fact 6)."""

CODE = late_regex(rb"\bcode=(H\d\d)")


def code_of(kind: bytes) -> str:
    """Give the router's code in a `kind`; empty where it has none."""
    found = CODE.search(kind)
    return found[1].decode() if found else ""


def model_request(kind: bytes, process: bytes, service: bytes, status: bytes) -> str:
    """Write a request line of a kind without anything of the client's: what it states, all of its kind state.

    Examples:
        >>> model_request(b'at=error code=H10 desc="App crashed"', b"", b"", b"503")[26:]
        'heroku[router]: at=error code=H10 desc="App crashed" method=GET path="/" host=a.example.com request_id=0 \
fwd="" dyno= connect= service= status=503 bytes='
    """
    words = kind.decode("utf-8", "replace")
    dyno, time = "web.1" if process else "", "0ms" if service else ""
    return (
        f'2026-01-01T00:00:00+00:00 heroku[router]: {words} method=GET path="/" host=a.example.com request_id=0 fwd=""'
        f" dyno={dyno} connect={time} service={time} status={status.decode()} bytes="
    )


PLAIN_MESSAGE = late_regex(r"(?:[\w.,:;%()=/`'#+@-]| (?! ))*[A-Za-z0-9.)%]")
"""Messages of the platform in which no markup of a page can be, that `parse` would undo."""


def read_message(source: str, behind: str) -> tuple[str, dict[str, str]] | None:
    """Read what stands behind the tag of a line, as `parse` does, but at once.

    Args:
        source: who writes under the tag.
        behind: the line from the end of the tag that HEADS captured.

    Returns:
        Message and fields; None where `parse` is needed to tell.

    Examples:
        >>> read_message("app", ": Listening on 3000 ")
        ('Listening on 3000', {})
    """
    if not behind.startswith(": "):
        return None
    message = behind[2:].rstrip()
    if source in ("app", "addon"):
        return message, {}
    return (message, {}) if source != "router" and PLAIN_MESSAGE.fullmatch(message) else None
