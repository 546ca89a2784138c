"""Bulk: the main shapes as regexes over bytes, so that blocks are counted without an object for each line.

Format facts:
1. The head of `cf logs`, indented or padded (module `cli`, facts 1 and 2). `HEADS` matches a part of what `parse`
   accepts: of the router's lines only those that `REQUESTS` can read as well, so that no request is counted twice or
   lost, and no line of API and DEA, whose message says more about its origin than its tag does. An access line names
   its instance, the tag does not.
2. The access line of gorouter (module `gorouter`, facts 1 to 3). A text in quotes cannot contain ` key:"` with a bare
   quote, so the last such key of a line is the router's own or one of the operator's headers.
"""

from __future__ import annotations

import re

from loganalyzer.ingesters.cloudfoundry.wording import EXECUTOR, HEALTH
from loganalyzer.late import late_regex
from loganalyzer.model import Claim

__all__ = [
    "HEADS",
    "HEADS_CLAIM",
    "ORDINARY",
    "REQUESTS",
    "REQUEST_COLUMNS",
    "REQUEST_LINES",
    "REQUEST_MARK",
    "REQUEST_PROCESS",
    "REQUEST_UNIT_MS",
    "STAND_IN_TIME",
    "code_of",
    "model_request",
    "read_message",
]

EXECUTOR_TEXT = "|".join(EXECUTOR).encode()
HEALTH_TEXT = "|".join(HEALTH).encode()
INSTANCE = rb"(?:/[^/\[\]\s]++)*+/?+"

HEADS = late_regex(
    rb"^ {0,8}(\d{4}-\d\d-\d\dT\d\d:\d\d):\d\d\.\d\d(?:\d(?=[+-]\d{4} \[[^R]))?([+-]\d{4}) "
    rb"\[(((?:APP|App|LOG)" + INSTANCE + rb"(?:\] *(?:STD)?OUT *+(?=" + EXECUTOR_TEXT + rb"))?+"
    rb"|CELL" + INSTANCE + rb"(?:\] *(?:STD)?(?:OUT|ERR) *+(?=" + HEALTH_TEXT + rb"))?+"
    rb"|(?:HEALTH|PROXY|STG|RTR|SSH|LGR)" + INSTANCE + rb")(?:\] *(?:STD)?(?:OUT|ERR)(?:[ \r].*|)"
    rb"|(?<=[TR ])(?=" + EXECUTOR_TEXT + rb"|" + HEALTH_TEXT + rb").*))$",
    re.MULTILINE,
)
"""Groups: minute as printed, zone, all that stands behind the first bracket, and its beginning, the tag (fact 1).

Where the executor or the health check writes under the tag of an app or cell, the tag goes on up to what they say. A
match takes the whole line: the search goes on at the next.
"""

STAND_IN_TIME = b"   2026-01-01T00:00:00.00+0000 ["
"""With this before it, what HEADS captured behind the time is a line again, that states what the whole one does."""

HEADS_CLAIM = Claim.HEADED

HEAD_LENGTH = len("2026-05-01T10:00:00.00+0000 [RTR")
AT_LINE_START = b"|".join(rb"(?<=^ {%d}.{%d})" % (indent, HEAD_LENGTH) for indent in (3, 0, 1, 2, 4, 5, 6, 7, 8))

# The regex begins with the one literal of such lines and looks back for the rest, so that other lines are skipped
# several times faster. What stands behind the status, but comes before it in the order of the groups, is read by
# looking ahead.
REQUESTS = late_regex(
    rb"\[RTR(?<=(\d{4}-\d\d-\d\dT\d\d:\d\d):\d\d\.\d\d([+-]\d{4}) \[RTR)"
    rb"(?:" + AT_LINE_START + rb")"
    rb"(?:/[^/\[\]\s]*)?\] *(?:STD)?OUT "
    rb'(?=(?:.* x_cf_routererror:"(?:-"|([^" \n]*)))?)'
    rb'(?=(?:.* (?:app_)?index:"?(\d+))?)'
    rb"()"
    rb"(?=(?:.* response_time:([\d.]+)(?: [a-z]+_time:\S+)? app_id:)?)"
    rb'[^\s"]* ?- \[[^\]\n]{0,60}\] "[^"\\\n]*(?:\\.[^"\\\n]*)*" (\d{3}\b|)',
    re.MULTILINE,
)
"""Groups: minute, zone, the router's error, index of the instance, nothing, seconds, status (fact 2)."""

REQUEST_PROCESS = "web."
"""What stands before the bare index of an instance that REQUESTS captures."""

REQUEST_UNIT_MS = 1000

REQUEST_MARK = b" [RTR/"
"""What every line of REQUEST_LINES has."""

REQUEST_COLUMNS = ("minute", "zone", "status", "service", "process", "kind")
"""The groups of REQUEST_LINES; `kind` is the router's own word for a failure."""

ORDINARY = b"-"
"""The kind of a request that the router had no trouble with."""

# `.*` comes back from the end of the line to the times, which stand near it; all else takes a step forward.
REQUEST_LINES = late_regex(
    rb" {3}(20\d\d-\d\d-\d\dT\d\d:\d\d)(?<=^.{19}):\d\d\.\d\d([+-]\d{4}) \[RTR/\d+\] OUT"
    rb' [^\s"]* - \[[^\]\n]{0,60}\] "[^"\\\n]*" (\d{3}) .* response_time:([\d.]+)(?: [a-z]+_time:\S+)? app_id:\S+'
    rb' app_index:"(\d*)"(?: instance_id:\S+)?(?: [a-z_]+:[^\s"]+)*(?: local_address:\S+)?'
    rb' x_cf_routererror:"([^"\\\n]*)".*\n',
    re.MULTILINE,
)
"""Whole access lines as they have been since 2021-08 (fact 2), as `cf logs` prints them."""


def code_of(kind: bytes) -> str:
    """Give the router's word for a failure, without what it says about it; empty where all went well."""
    return "" if kind == ORDINARY else kind.decode("utf-8", "replace").partition(" ")[0]


def model_request(kind: bytes, process: bytes, service: bytes, status: bytes) -> str:
    """Write an access line of a kind without anything of the client's: what it states, all of its kind state."""
    time = "0.001" if service else "-"
    return (
        f'   2026-01-01T00:00:00.00+0000 [RTR/0] OUT a.example.com - [2026-01-01T00:00:00.000000000Z] "GET / HTTP/1.1"'
        f' {status.decode()} 0 0 "-" "-" "-" "-" x_forwarded_for:"-" x_forwarded_proto:"-" vcap_request_id:"0"'
        f' response_time:{time} gorouter_time:{time} app_id:"0" app_index:"{process.decode()}" instance_id:"0"'
        f' x_cf_routererror:"{kind.decode("utf-8", "replace")}"'
    )


def read_message(source: str, behind: str) -> tuple[str, dict[str, str]] | None:
    """Read what stands behind the tag of an app's line, as `parse` does, but at once.

    Args:
        source: who writes under the tag.
        behind: the line from the end of the tag that HEADS captured.

    Returns:
        Message and fields but for the tag; None where `parse` is needed to tell.

    Examples:
        >>> read_message("app", "] OUT Listening on 3000 ")
        ('Listening on 3000', {'channel': 'OUT'})
    """
    if source != "app" or not behind.startswith(("] OUT ", "] ERR ")):
        return None
    return behind[6:].rstrip(), {"channel": behind[2:5]}
