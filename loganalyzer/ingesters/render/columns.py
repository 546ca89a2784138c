"""Reads downloaded lines in columns: what the regexes of `bulk` read, in its most common forms, and faster.

Lines that do not fit are left to the regexes.
"""

from __future__ import annotations

import numpy as np

from loganalyzer.categories import Category
from loganalyzer.columns import NO_FORM, Lines
from loganalyzer.fields import Fields, Heads
from loganalyzer.late import late_regex

__all__ = ["read_heads", "read_requests"]

MINUTE_BYTES = 16

FRONT = late_regex(rb":\d\d(?:\.\d{1,9})?Z \[(?P<kind>[A-Z]{3,10})\] \d{3} (?=[^\s\d])")
"""What stands between the minute and the URL."""

FRONT_BYTES = 40
CLIENT = b' clientIP="'
REQUEST = b'" requestID="'
TIME = b'" responseTimeMS='

HEAD = late_regex(rb":\d\d(?:\.\d{1,9})?Z ")
"""What stands between the minute and the message of any line."""

HEAD_BYTES = 16
WORD_BYTES = 32
"""Bytes within which the first word of a message has to end."""

IS_LETTER = np.array([chr(byte).isascii() and chr(byte).isalpha() for byte in range(256)])
IS_OF_APP = np.array(
    [0x21 <= byte <= 0x7E and not chr(byte).isupper() and chr(byte) not in "=([#" for byte in range(256)]
)
"""Bytes with which neither a tag of `bulk.HEADS` begins, but for `clientIP`, nor the end of a line."""

URL_BYTES = 160
"""Bytes within which the URL has to end."""

VALUE_BYTES = 64
"""The same for the address and the id of the request."""

TIME_BYTES = 8
STATUS_BYTES = 3
SHORTEST = MINUTE_BYTES + FRONT_BYTES + len(CLIENT + REQUEST + TIME)
"""Fewer bytes than a request line has that is read here."""


def read_heads(lines: Lines) -> Heads | None:
    """Read the heads of downloaded lines that are an app's by how they begin; None when there are none.

    A message that begins with a capital letter, a bracket or the like may be Render's own, and `app[web.1]:` is the
    beginning of another platform's line.
    """
    rows = lines.longer(MINUTE_BYTES)
    rows = rows[lines.have(lines.starts[rows], b"20##-##-##T##:##:##")]
    starts = lines.starts[rows] + MINUTE_BYTES
    which, found = lines.forms(starts, HEAD, HEAD_BYTES)
    if not found:
        return None
    rows, words = lines.behind(rows, starts, which, found)
    blanks, brackets = (lines.find(words, byte, WORD_BYTES) for byte in (b" ", b"["))
    first = lines.texts(words, 1)[:, 0]
    is_word_end = (blanks > words) & ((blanks < brackets) | (brackets == words))
    fit = IS_OF_APP[first] & (is_word_end | ~IS_LETTER[first]) & ~lines.have(words, b"clientIP=")
    rows, words = rows[fit], words[fit]
    if not len(rows):
        return None
    moments, moment = lines.moments((lines.starts[rows], MINUTE_BYTES))
    return Heads(rows, moments, moment, words, words)


def read_requests(lines: Lines) -> Fields | None:
    """Read the request lines that show method, status and URL; None when there are none."""
    rows = lines.without_tabs(lines.longer(SHORTEST))
    rows = rows[lines.have(lines.starts[rows], b"20##-##-##T##:##:")]
    which, fronts = lines.forms(lines.starts[rows] + MINUTE_BYTES, FRONT, FRONT_BYTES)
    if not fronts:
        return None
    rows, front_ends = lines.behind(rows, lines.starts[rows] + MINUTE_BYTES, which, fronts)
    starts, which = lines.starts[rows], which[which != NO_FORM]
    url_end = lines.find(front_ends, b" ", URL_BYTES)
    client = lines.find(front_ends, b'"', URL_BYTES)
    client_end = lines.find(client + 1, b'"', VALUE_BYTES)
    request_end = lines.find(client_end + len(REQUEST), b'"', VALUE_BYTES)
    time_start = request_end + len(TIME)
    digits = lines.texts(time_start, TIME_BYTES) - np.uint8(ord("0")) < 10
    time, is_time = lines.numbers(time_start, time_start + np.argmin(digits, axis=1))
    fit = lines.have(url_end, CLIENT) & (client == url_end + len(CLIENT) - 1) & lines.have(client_end, REQUEST)
    fit &= lines.have(request_end, TIME) & is_time & (time_start < lines.ends[rows])
    if not fit.any():
        return None
    moments, moment = lines.moments((starts[fit], MINUTE_BYTES))
    status = front_ends[fit] - STATUS_BYTES - 1
    return Fields(
        lines=rows[fit],
        moments=moments,
        moment=moment,
        kind=Category.of([found["kind"] for found in fronts], which[fit]),
        process=Category([b""], np.zeros(len(status), np.int64)),
        status=lines.categories(status, status + STATUS_BYTES, STATUS_BYTES),
        time_ms=time[fit],
        is_timed=np.ones(len(status), bool),
    )
