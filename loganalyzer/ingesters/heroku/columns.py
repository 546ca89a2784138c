"""Reads the router's ordinary lines in columns: what `bulk.REQUEST_LINES` reads, in its most common form, and faster.

Lines that do not fit are left to the regex.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np

from loganalyzer.columns import Fields, Lines, Marks, Numbers, Rows
from loganalyzer.ingesters.heroku.bulk import ORDINARY

__all__ = ["read_requests"]

MINUTE_BYTES = 16
HEAD = b":##.######+00:00 heroku[router]: " + ORDINARY + b" method="
HEAD_BYTES = MINUTE_BYTES + len(HEAD)
TAIL_BYTES = 112
PROCESS_BYTES = 24
STATUS_BYTES = 3

KEYS = (b" dyno=", b" connect=", b" service=", b" status=", b" bytes=")
KEYS_BEHIND = (1, 3, 0)
"""How many keys stand behind `bytes`: `protocol`, the same with `tls` and `tls_version`, or none."""


def read_requests(lines: Lines) -> Fields | None:
    """Read the lines of requests without a code, with times as `heroku logs` prints them; None when there are none."""
    rows = lines.longer(HEAD_BYTES, TAIL_BYTES)
    rows = rows[lines.have(lines.starts[rows] + MINUTE_BYTES, HEAD)]
    for fit, places in _find_keys(lines, rows) if len(rows) else ():
        if fit.any():
            return _read(lines, rows[fit], places[:, fit])
    return None


def _find_keys(lines: Lines, rows: Numbers) -> Iterator[tuple[Rows, Numbers]]:
    """Find the keys from the end of the lines, for each number of keys that may stand behind.

    Yields:
        Which lines have just these keys in their order, and the offset of each key in each line.
    """
    front = lines.ends[rows] - TAIL_BYTES
    blanks = Marks(lines.texts(front, TAIL_BYTES), b" ")
    for behind in KEYS_BEHIND:
        places = np.array([front + blanks.last(len(KEYS) + behind - place) for place in range(len(KEYS))])
        fit = blanks.at_least(len(KEYS) + behind) & (places[0] >= lines.starts[rows] + HEAD_BYTES)
        for key, where in zip(KEYS, places, strict=True):
            fit &= lines.have(where, key)
        yield fit, places


def _read(lines: Lines, rows: Numbers, places: Numbers) -> Fields | None:
    """Read the values behind the keys."""
    dyno, connect, service, status, sent = places
    process_start, status_start = dyno + len(KEYS[0]), status + len(KEYS[3])
    _, is_connected = lines.numbers(connect + len(KEYS[1]), service - 2)
    time, is_timed = lines.numbers(service + len(KEYS[2]), status - 2)
    fit = is_connected & is_timed & lines.have(service - 2, b"ms") & lines.have(status - 2, b"ms")
    fit &= (sent - status_start == STATUS_BYTES) & lines.have(status_start, b"###")
    fit &= (connect > process_start) & (connect - process_start <= PROCESS_BYTES)
    if not fit.any():
        return None
    rows, process_start = rows[fit], process_start[fit]
    moments, moment = lines.moments((lines.starts[rows], MINUTE_BYTES))
    return Fields(
        lines=rows,
        moments=moments,
        moment=moment,
        kind=np.broadcast_to(np.frombuffer(ORDINARY, np.uint8), (len(rows), len(ORDINARY))),
        process=lines.texts_between(process_start, connect[fit], PROCESS_BYTES),
        status=lines.texts(status_start[fit], STATUS_BYTES),
        time_ms=time[fit],
    )
