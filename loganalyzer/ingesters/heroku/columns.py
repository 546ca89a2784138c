"""Reads the router's lines in columns: what `bulk.REQUEST_LINES` reads, in its most common forms, and faster.

Lines that do not fit are left to the regex.
"""

from __future__ import annotations

import numpy as np

from loganalyzer.columns import Fields, Lines, Numbers, Rows
from loganalyzer.ingesters.heroku.bulk import ORDINARY

__all__ = ["read_requests"]

MINUTE_BYTES = 16
HEAD = b":##.######+00:00 heroku[router]: at="
KIND_START = MINUTE_BYTES + len(HEAD) - len(b"at=")
KIND_END = b" method="
ORDINARY_START = ORDINARY + KIND_END
ERROR_START = b"at=error code=H##"
CODE_START = len(ERROR_START) - 3
LONGEST_KIND = 120

TAIL_BYTES = 128
"""Bytes before the end of a line that are looked at."""

BEHIND_BYTES = (b" protocol=https", b" protocol=http", b" protocol=http1.1 tls=true tls_version=tls1.3")
"""What may stand behind the number of bytes, or nothing; other endings are left to the regex."""

STATUS = b" status=###"
STATUS_BYTES = 3
PROCESS_BYTES = 15


def read_requests(lines: Lines) -> Fields | None:
    """Read the lines of requests with times as `heroku logs` prints them; None when there are none."""
    rows = lines.longer(KIND_START, TAIL_BYTES)
    rows = rows[lines.have(lines.starts[rows] + MINUTE_BYTES, HEAD)]
    if not len(rows):
        return None
    fit, kind_ends = _find_kinds(lines, lines.starts[rows] + KIND_START)
    rows, kind_ends = rows[fit], kind_ends[fit]
    return _read(lines, rows, kind_ends) if len(rows) else None


def _find_kinds(lines: Lines, starts: Numbers) -> tuple[Rows, Numbers]:
    """Find the end of what the router says before it quotes the client; give which lines have one, and where."""
    ends = np.zeros(len(starts), np.int64)
    ordinary = lines.have(starts, ORDINARY_START)
    ends[ordinary] = starts[ordinary] + len(ORDINARY)
    others = np.flatnonzero(~ordinary)
    if len(others):
        others = others[lines.have(starts[others], ERROR_START)]
        codes = lines.texts(starts[others] + CODE_START, 3).copy().view("S3").ravel()
        for code in np.unique(codes):
            group = others[codes == code]
            # All lines of a code have the same words; those that have others are left to the regex.
            words = lines.texts(starts[group[:1]], LONGEST_KIND).tobytes()
            length = words.find(KIND_END)
            if length > 0 and b"\n" not in words[:length]:
                alike = group[lines.have(starts[group], words[:length].replace(b"#", b"?") + KIND_END)]
                ends[alike] = starts[alike] + length
    return ends > 0, ends


def _read(lines: Lines, rows: Numbers, kind_ends: Numbers) -> Fields | None:
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
    fit &= (is_time | ~is_timed) & (is_connect | (connect_end == connect_start)) & (process - 6 >= kind_ends + 7)
    names = lines.texts_between(process, connect, PROCESS_BYTES)
    fit &= ~(names == ord(" ")).any(axis=1) & (connect - process <= PROCESS_BYTES)
    if not fit.any():
        return None
    rows, kind_starts = rows[fit], lines.starts[rows[fit]] + KIND_START
    moments, moment = lines.moments((lines.starts[rows], MINUTE_BYTES))
    kind_ends = kind_ends[fit]
    return Fields(
        lines=rows,
        moments=moments,
        moment=moment,
        kind=lines.texts_between(kind_starts, kind_ends, int((kind_ends - kind_starts).max())),
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
