"""Regexes that read whole blocks of bytes, so that lines which match no pattern never become objects.

Fact numbers are those of the package's docstring. Two shapes are left to the slower `parse`: a time in another zone
than UTC, because the captured minute could not be taken as it stands, and frames of syslog drains, because their
token tells apps apart (fact 9) and the groups do not. Every line that REQUESTS counts is one that HEADS matches.
"""

from __future__ import annotations

import re
from itertools import product

__all__ = ["HEADS", "REQUESTS", "REQUEST_UNIT_MS"]

REQUEST_UNIT_MS = 1
"""The router counts in milliseconds."""

MINUTE = rb"20\d\d-\d\d-\d\dT\d\d:\d\d"
REST_OF_TIME = rb":\d\d[0-9.]*+[+Z][0:]*+ "

# The closing `.*+` takes the search to the next line at once; on its own it would step through every byte for `^`.
HEADS: re.Pattern[bytes] = re.compile(
    rb"^(?:|<\d{2,3}+>1 |\d{2,5}+ <\d{2,3}+>1 )("
    + MINUTE
    + rb")"
    + REST_OF_TIME
    + rb"((?:heroku|app|logplex)\[[^\]\s]{1,80}+\](?=:)|host (?:heroku|app|logplex) [^\]\s]{1,80}+(?= - )).*+",
    re.MULTILINE,
)
"""Head of a line of `heroku logs` or of an HTTPS drain's frame (facts 1 and 8); groups: minute, tag for `origin`."""

# What stands before the time, each form of one width, for `re` looks back over a fixed width alone (facts 1 and 8).
COUNTS = (b"", rb"\d\d ", rb"\d{3} ", rb"\d{4} ", rb"\d{5} ")
PRIORITIES = (rb"<\d\d>1 ", rb"<\d{3}>1 ")
FRONTS = (b"", *(count + priority for count, priority in product(COUNTS, PRIORITIES)))

# The digits of the year lead, for `re` finds a literal at the speed of memory; most lines of a log have no request.
# `.*` runs to the end of the line and comes back to the last `dyno=`: what stands behind it is the router's own,
# while path, request id and forwarded addresses before it are text of the client (fact 6).
REQUESTS: re.Pattern[bytes] = re.compile(
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
