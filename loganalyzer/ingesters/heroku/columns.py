"""Reads lines in columns: what the regexes of `bulk` read, in its most common forms, and faster.

Lines that do not fit are left to the regexes.
"""

from __future__ import annotations

import numpy as np

from loganalyzer.categories import Category
from loganalyzer.columns import NO_FORM, Lines
from loganalyzer.fields import Fields, Heads, Numbers, Rows
from loganalyzer.late import late_regex

__all__ = ["read_heads", "read_requests"]

MINUTE_BYTES = 16
FRONT = late_regex(
    rb":\d\d(?:\.\d{1,9})?(?P<zone>[+Z][0:]{0,5}) heroku\[router\]: (?P<kind>(?:sock=\w+ )?at=[^\n#]{0,100}?) method="
)
"""What stands between the minute and what is quoted of the client."""

FRONT_BYTES = 160

HEAD = late_regex(
    rb":\d\d(?:\.\d{1,9})?(?P<zone>[+Z][0:]{0,5}) ((?:app|heroku(?!\[router\])|logplex)\[[^\]\s#]{1,80}\]):"
)
"""What stands between the minute and the message of a line that is no request."""

HEAD_BYTES = 128

TAIL_BYTES = 128
"""Bytes before the end of a line that are looked at."""

BEHIND_BYTES = (b" protocol=https", b" protocol=http", b" protocol=http1.1 tls=true tls_version=tls1.3")
"""What may stand behind the number of bytes, or nothing; other endings are left to the regex."""

CONNECT, SERVICE, STATUS = b" connect=", b" service=", b" status=### bytes="
PROCESS = b" dyno="
UNIT = b"ms"
STATUS_START = len(b" status=")
STATUS_BYTES = 3
PROCESS_BYTES = 15


def read_requests(lines: Lines) -> Fields | None:
    """Read the lines of requests with times as `heroku logs` prints them; None when there are none."""
    rows = lines.without_tabs(lines.longer(TAIL_BYTES, TAIL_BYTES))
    rows = rows[lines.have(lines.starts[rows], b"20##-##-##T##:##:##")]
    which, fronts = lines.forms(lines.starts[rows] + MINUTE_BYTES, FRONT, FRONT_BYTES)
    if not fronts:
        return None
    rows, front_ends = lines.behind(rows, lines.starts[rows] + MINUTE_BYTES, which, fronts)
    return _read(lines, rows, front_ends, Category.of([found["kind"] for found in fronts], which[which != NO_FORM]))


def read_heads(lines: Lines) -> Heads | None:
    """Read the heads of lines that are no requests, as `heroku logs` prints them; None when there are none."""
    rows = lines.longer(MINUTE_BYTES)
    rows = rows[lines.have(lines.starts[rows], b"20##-##-##T##:##:##")]
    starts = lines.starts[rows] + MINUTE_BYTES
    which, found = lines.forms(starts, HEAD, HEAD_BYTES)
    if not found:
        return None
    rows, message = lines.behind(rows, starts, which, found)
    tags = np.array([one.end() - one.start(2) for one in found])
    moments, moment = lines.moments((lines.starts[rows], MINUTE_BYTES))
    return Heads(rows, moments, moment, message - tags[which[which != NO_FORM]], message - 1)


def _read(lines: Lines, rows: Numbers, front_ends: Numbers, kinds: Category) -> Fields | None:
    """Read the values from the end of the lines."""
    status = lines.before(_find_bytes(lines, lines.ends[rows]), b"=") + 1 - len(STATUS)
    fit, time_end = _find_value_end(lines, status, STATUS)
    time_start = lines.before(status, b"=") + 1
    has_service, connect_end = _find_value_end(lines, time_start - len(SERVICE), SERVICE)
    connect_start = lines.before(time_start - len(SERVICE), b"=") + 1
    process_end = connect_start - len(CONNECT)
    has_process, process = _find_process(lines, process_end)
    fit &= has_service & has_process & lines.have(process_end, CONNECT) & (process - len(PROCESS) >= front_ends - 1)
    time, is_time = lines.numbers(time_start, time_end)
    _, is_connect = lines.numbers(connect_start, connect_end)
    is_timed = time_end > time_start
    fit &= (is_time | ~is_timed) & (is_connect | (connect_end == connect_start))
    fit &= process_end - process <= PROCESS_BYTES
    if not fit.any():
        return None
    names = lines.categories(process[fit], process_end[fit], PROCESS_BYTES)
    is_name = np.array([b" " not in name for name in names.values])[names.codes]
    fit[fit] = is_name
    rows, status = rows[fit], status[fit] + STATUS_START
    if not len(rows):
        return None
    moments, moment = lines.moments((lines.starts[rows], MINUTE_BYTES))
    return Fields(
        lines=rows,
        moments=moments,
        moment=moment,
        kind=kinds[fit],
        process=names[is_name],
        status=lines.categories(status, status + STATUS_BYTES, STATUS_BYTES),
        time_ms=np.where(is_timed, time, 0)[fit],
        is_timed=is_timed[fit],
    )


def _find_bytes(lines: Lines, ends: Numbers) -> Numbers:
    """Find where the number of bytes ends, before what may stand behind it."""
    found = ends.copy()
    rest = np.arange(len(ends))
    for text in BEHIND_BYTES:
        fit = lines.have(ends[rest] - len(text), text)
        found[rest[fit]] -= len(text)
        rest = rest[~fit]
        if not len(rest):
            break
    return found


def _find_value_end(lines: Lines, keys: Numbers, key: bytes) -> tuple[Rows, Numbers]:
    """Find where the digits of a time end, before its unit and the next key; a time may be empty.

    Returns:
        Whether the key stands where it should, and the offset; it is only true where the key does.
    """
    fit = lines.have(keys - len(UNIT), UNIT + key)
    ends = keys - len(UNIT)
    rest = np.flatnonzero(~fit)
    if len(rest):
        fit[rest] = lines.have(keys[rest], key)
        ends[rest] = keys[rest]
    return fit, ends


def _find_process(lines: Lines, ends: Numbers) -> tuple[Rows, Numbers]:
    """Find where the process begins, by where it ends; say which lines have one of up to fifteen bytes."""
    starts = lines.before(ends, b"=") + 1
    fit = lines.have(starts - len(PROCESS), PROCESS)
    rest = np.flatnonzero(~fit)
    if len(rest):
        starts[rest] = lines.before(ends[rest] - 8, b"=") + 1
        fit[rest] = lines.have(starts[rest] - len(PROCESS), PROCESS)
    return fit, starts
