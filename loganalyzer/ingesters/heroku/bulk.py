"""Regexes that read whole blocks of bytes, so that lines which match no pattern never become objects.

Fact numbers are those of the package's docstring. Both regexes begin with two literal digits of the year, which the
`re` module finds at the speed of memory, and look back from there for the start of the line; `^` in front would make
it step through every byte. A time in another zone than UTC is left to the slower `parse`, because the captured
minute could not be taken as it stands.
"""

from __future__ import annotations

import re
from itertools import product

__all__ = ["HEADS", "REQUESTS", "REQUEST_UNIT_MS"]

REQUEST_UNIT_MS = 1
"""The router counts in milliseconds."""


def _line_start() -> bytes:
    """Give a group that holds behind a minute at the start of a line, or of a drain's frame (facts 1, 8 and 9)."""
    counts = (b"", rb"\d\d ", rb"\d\d\d ", rb"\d\d\d\d ", rb"\d\d\d\d\d ")
    priorities = (rb"<\d\d\d>1 ", rb"<\d\d>1 ")
    frames = [count + priority for count, priority in product(counts, priorities)]
    return b"(?:" + b"|".join(rb"(?<=^" + frame + rb".{16})" for frame in [b"", *frames]) + b")"


MINUTE = rb"20\d\d-\d\d-\d\dT\d\d:\d\d" + _line_start() + rb"(?<=(.{16}))"
REST_OF_TIME = rb":\d\d[0-9.]*+(?:\+00:00|Z) "
DRAIN = rb"(?:host |d\.[-0-9a-f]*+ )?"

HEADS: re.Pattern[bytes] = re.compile(
    MINUTE + REST_OF_TIME + DRAIN + rb"((?:app|heroku|logplex)(?:\[[^\]\s]{1,80}+\](?=:)| [^\]\s]{1,80}+(?= - )))",
    re.MULTILINE,
)
"""Head of a line of `heroku logs` or of a drain's frame; groups: minute, tag as `origin` takes it (facts 1, 8, 9)."""

# `.*` runs to the end of the line and comes back to the last ` dyno=`: what stands behind it is the router's own,
# while path, request id and forwarded addresses before it are text of the client (fact 6).
REQUESTS: re.Pattern[bytes] = re.compile(
    MINUTE
    + REST_OF_TIME
    + DRAIN
    + rb"heroku(?:\[router\]:| router -(?: -)?) (?:(?:sock=\w+ )?at=\w+ code=|Error )?(H\d\d)?.*"
    + rb" dyno=(?:none(?= ))?([^ \n]*+)(?: queue=[^ \n]*+)?(?: wait=[^ \n]*+)?(?: connect=(\d*+)(?:ms)?+)?"
    + rb" service=(\d*+)(?:ms)?+(?: status=(\d*+))?",
    re.MULTILINE,
)
"""Router's lines of all eras; groups: minute, code, process, connect, service, status, empty where absent (fact 6, 7)."""
