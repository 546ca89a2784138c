"""Reads request lines of downloads in columns: what `bulk.REQUEST_LINES` reads, in its most common form, and faster.

Lines that do not fit are left to the regex.
"""

from __future__ import annotations

import numpy as np

from loganalyzer.columns import Fields, Lines, Marks, Numbers, Rows

__all__ = ["read_requests"]

MINUTE_BYTES = 16
SECOND_START = 17
POINT = 19
MOST_DECIMALS = 9
FRONT_BYTES = 192
"""Bytes within which the request id has to end."""

SHORTEST = 64
"""Fewer bytes than a request line has."""

METHOD_BYTES = 10
SHORTEST_METHOD = 3
STATUS_BYTES = 3
TIME = b" responseTimeMS="
TIME_BYTES = 8


def read_requests(lines: Lines) -> Fields | None:
    """Read the request lines that show method, status and URL; None when there are none."""
    rows = lines.longer(SHORTEST)
    rows = rows[lines.have(lines.starts[rows], b"20") & lines.have(lines.starts[rows] + MINUTE_BYTES, b":")]
    if not len(rows):
        return None
    starts = lines.starts[rows]
    front = lines.texts(starts, FRONT_BYTES)
    blanks, quotes = Marks(front, b" "), Marks(front, b'"')
    # The time, `[GET]`, `200`, the URL, `clientIP="…"`, `requestID="…"`.
    method, status, url, client = (starts + blanks.first(place) for place in range(4))
    first, second, third, fourth = (starts + quotes.first(place) for place in range(4))
    fit = blanks.at_least(4) & quotes.at_least(4) & _have_time(lines, starts, method)
    fit &= lines.have(method, b" [") & lines.have(status - 1, b"] ") & _have_letters(lines, method + 2, status - 1)
    fit &= (url == status + STATUS_BYTES + 1) & lines.have(status + 1, b"### ")
    fit &= ~lines.have(url + 1, b"#") & lines.have(client, b' clientIP="') & (first == client + 10)
    fit &= lines.have(second, b'" requestID="') & (third == second + 12) & lines.have(fourth + 1, TIME)
    time_start = fourth + 1 + len(TIME)
    digits = lines.texts(time_start, TIME_BYTES) - np.uint8(ord("0")) < 10
    time, is_time = lines.numbers(time_start, time_start + np.argmin(digits, axis=1))
    fit &= is_time & (time_start < lines.ends[rows])
    if not fit.any():
        return None
    moments, moment = lines.moments((starts[fit], MINUTE_BYTES))
    return Fields(
        lines=rows[fit],
        moments=moments,
        moment=moment,
        kind=lines.texts_between(method[fit] + 2, status[fit] - 1, METHOD_BYTES),
        process=np.zeros((int(fit.sum()), 0), np.uint8),
        status=lines.texts(status[fit] + 1, STATUS_BYTES),
        time_ms=time[fit],
        is_timed=np.ones(int(fit.sum()), bool),
    )


def _have_time(lines: Lines, starts: Numbers, ends: Numbers) -> Rows:
    """Say which lines have a whole time with its `Z` before the offsets where it ends."""
    decimals = ends - 1 - (starts + POINT + 1)
    texts = lines.texts(starts + POINT + 1, MOST_DECIMALS)
    is_digit = (texts - np.uint8(ord("0")) < 10) | (np.arange(MOST_DECIMALS) >= decimals[:, None])
    is_part = lines.have(starts + POINT, b".") & (decimals >= 1) & (decimals <= MOST_DECIMALS) & is_digit.all(axis=1)
    found: Rows = lines.have(starts + SECOND_START, b"##") & lines.have(ends - 1, b"Z") & (is_part | (decimals == -1))
    return found


def _have_letters(lines: Lines, starts: Numbers, ends: Numbers) -> Rows:
    """Say which texts are methods: capital letters."""
    lengths = ends - starts
    is_letter = (lines.texts(starts, METHOD_BYTES) - np.uint8(ord("A")) < 26) | (
        np.arange(METHOD_BYTES) >= lengths[:, None]
    )
    found: Rows = (lengths >= SHORTEST_METHOD) & (lengths <= METHOD_BYTES) & is_letter.all(axis=1)
    return found
