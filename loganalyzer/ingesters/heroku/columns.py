"""Reads the router's lines in columns: what `bulk.REQUEST_LINES` reads, in its most common forms, and faster.

Lines that do not fit are left to the regex.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from loganalyzer.columns import NO_FORM, Fields, Lines, Numbers
from loganalyzer.late import late_regex

__all__ = ["read_requests"]

MINUTE_BYTES = 16
FRONT = late_regex(
    rb":\d\d(?:\.\d{1,9})?[+Z][0:]{0,5} heroku\[router\]: (?P<kind>(?:sock=\w+ )?at=[^\n#]{0,100}?) method="
)
"""What stands between the minute and what is quoted of the client."""

FRONT_BYTES = 160

TAIL_BYTES = 128
"""Bytes before the end of a line that are looked at."""

BEHIND_BYTES = (b" protocol=https", b" protocol=http", b" protocol=http1.1 tls=true tls_version=tls1.3")
"""What may stand behind the number of bytes, or nothing; other endings are left to the regex."""

STATUS = b" status=###"
STATUS_BYTES = 3
PROCESS_BYTES = 15


def read_requests(lines: Lines) -> Fields | None:
    """Read the lines of requests with times as `heroku logs` prints them; None when there are none."""
    rows = lines.longer(TAIL_BYTES, TAIL_BYTES)
    rows = rows[lines.have(lines.starts[rows], b"20##-##-##T##:##:##")]
    which, fronts = lines.forms(lines.starts[rows] + MINUTE_BYTES, FRONT, FRONT_BYTES)
    if not fronts:
        return None
    rows, front_ends = lines.behind(rows, lines.starts[rows] + MINUTE_BYTES, which, fronts)
    kinds = np.array([found["kind"] for found in fronts])
    return _read(lines, rows, front_ends, kinds[which[which != NO_FORM]])


def _read(lines: Lines, rows: Numbers, front_ends: Numbers, kinds: NDArray[np.bytes_]) -> Fields | None:
    """Read the values from the end of the lines."""
    ends = _find_bytes(lines, lines.ends[rows])
    status = lines.before(ends, b"=") - len(b" bytes")  # where the status ends
    fit = lines.have(status, b" bytes=") & lines.have(status - len(STATUS), STATUS)
    service, service_start, service_end = _find_time(lines, status - len(STATUS), b" service=")
    connect, connect_start, connect_end = _find_time(lines, service, b" connect=")
    process = lines.before(connect, b"=")
    far = lines.before(connect - 8, b"=")
    process = np.where(lines.have(process - 5, b" dyno="), process, far) + 1
    time, is_time = lines.numbers(service_start, service_end)
    _, is_connect = lines.numbers(connect_start, connect_end)
    is_timed = service_end > service_start
    fit &= lines.have(service, b" service=") & lines.have(connect, b" connect=") & lines.have(process - 6, b" dyno=")
    fit &= (is_time | ~is_timed) & (is_connect | (connect_end == connect_start)) & (process - 7 >= front_ends - 1)
    names = lines.texts_between(process, connect, PROCESS_BYTES)
    fit &= ~(names == ord(" ")).any(axis=1) & (connect - process <= PROCESS_BYTES)
    if not fit.any():
        return None
    rows, kinds = rows[fit], kinds[fit]
    moments, moment = lines.moments((lines.starts[rows], MINUTE_BYTES))
    return Fields(
        lines=rows,
        moments=moments,
        moment=moment,
        kind=kinds.view(np.uint8).reshape(len(kinds), -1),
        process=names[fit],
        status=lines.texts(status[fit] - STATUS_BYTES, STATUS_BYTES),
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


def _find_time(lines: Lines, ends: Numbers, key: bytes) -> tuple[Numbers, Numbers, Numbers]:
    """Find a key whose value is empty or a number of milliseconds, by where the value ends.

    Returns:
        Offsets of the key, of the digits and of their end; only true where the key stands there.
    """
    equals = lines.before(ends, b"=")
    digit_ends = np.where(lines.have(ends - 2, b"ms"), ends - 2, ends)
    return equals + 1 - len(key), equals + 1, digit_ends
