"""Bulk: the main shapes as regexes over bytes, so that blocks are counted without an object for each line.

Format facts:
1. The head of `cf logs`, indented or padded (module `cli`, facts 1 and 2). `HEADS` matches a part of what `parse`
   accepts: of the router's lines only those that `REQUESTS` can read as well, so that no request is counted twice or
   lost, and no line whose message says more about its origin than its tag does: those of API and DEA, and what the
   executor and the health check write (module `tagged`, fact 2). An access line names its instance, the tag does not.
2. The access line of gorouter (module `gorouter`, facts 1 to 3). A text in quotes cannot contain ` key:"` with a bare
   quote, so the last such key of a line is the router's own or one of the operator's headers.
"""

from __future__ import annotations

import re

from loganalyzer.ingesters.cloudfoundry.wording import EXECUTOR, HEALTH
from loganalyzer.model import Claim

__all__ = ["HEADS", "HEADS_CLAIM", "REQUESTS", "REQUEST_PROCESS", "REQUEST_UNIT_MS"]

OTHER_SOURCE = "|".join((*EXECUTOR, *HEALTH)).encode()

HEADS = re.compile(
    rb"^ {0,8}(\d{4}-\d\d-\d\dT\d\d:\d\d):\d\d\.\d\d(?:\d(?=[+-]\d{4} \[[^R]))?([+-]\d{4}) "
    rb"\[((?:APP|App|CELL|HEALTH|PROXY|LOG|STG|RTR|SSH|LGR)(?:/[^/\[\]\s]+)*/?)\] *(?:STD)?(?:OUT|ERR)"
    rb"(?! *+(?:" + OTHER_SOURCE + rb"))(?:[ \r].*|)$",
    re.MULTILINE,
)
"""Groups: minute as printed, zone, tag (fact 1). A match takes the whole line: the search goes on at the next."""

HEADS_CLAIM = Claim.HEADED

HEAD_LENGTH = len("2026-05-01T10:00:00.00+0000 [RTR")
AT_LINE_START = b"|".join(rb"(?<=^ {%d}.{%d})" % (indent, HEAD_LENGTH) for indent in (3, 0, 1, 2, 4, 5, 6, 7, 8))

# The regex begins with the one literal of such lines and looks back for the rest, so that other lines are skipped
# several times faster. What stands behind the status, but comes before it in the order of the groups, is read by
# looking ahead.
REQUESTS = re.compile(
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
