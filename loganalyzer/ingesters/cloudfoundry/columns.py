"""Reads lines in columns: what the regexes of `bulk` read, in its most common forms, and faster.

Lines that do not fit are left to the regexes.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from loganalyzer.columns import NO_FORM, Lines, Marks
from loganalyzer.fields import Fields, Heads, Numbers, Rows
from loganalyzer.ingesters.cloudfoundry.bulk import ORDINARY
from loganalyzer.ingesters.cloudfoundry.wording import EXECUTOR_STARTS
from loganalyzer.late import late_regex

__all__ = ["read_heads", "read_requests"]

INDENT = b"   "
MINUTE_BYTES = 16
ZONE_START = 25
ZONE_BYTES = 5
WRITER = late_regex(rb":\d\d\.\d\d[+-]\d{4} \[RTR/\d+\] OUT ")
"""What stands between the minute and the host."""

WRITER_BYTES = 40
HOST_BYTES = 128
RECEIVED = late_regex(rb' - \[[^\]\n#]{0,60}\] "')
"""What stands between the host and the request."""

RECEIVED_BYTES = 72
HEAD = late_regex(rb":\d\d\.\d\d[+-]\d{4} \[((?:APP|App)(?:/[^/\[\]\s#]+)*/?)\] (?:OUT|ERR) ")
"""What stands between the minute and the message of an app's line."""

HEAD_BYTES = 128
INDENT_BYTES = 16
"""Blanks that a message may begin with."""

REQUEST_BYTES = 192
"""Bytes within which the request has to end."""

TAIL_BYTES = 384
"""Bytes from the end of the line within which the time to answer has to stand."""

KEYS_BYTES = 256
"""Bytes before the router's error within which the same keys have to stand."""

LEAST_BYTES = 80
"""Bytes before the keys of a request."""

LONGEST_INDEX = 4
LONGEST_KIND = 256
STATUS_BYTES = 3
MOST_HEADERS = 6
KIND_KEY = b' x_cf_routererror:"'
KEYS = (b" response_time:", b" gorouter_time:", b" app_id:", b' app_index:"', b" instance_id:", KIND_KEY)


def read_requests(lines: Lines) -> Fields | None:
    """Read the access lines as `cf logs` prints them; None when there are none."""
    rows = lines.without_tabs(lines.longer(LEAST_BYTES, TAIL_BYTES))
    rows = rows[lines.have(lines.starts[rows], INDENT + b"20##-##-##T##:##:##.##")]
    rows, status = _find_status(lines, rows)
    if not len(rows):
        return None
    if _find_keys(lines, rows[:1])[0][0]:
        fit, places = _find_keys(lines, rows)
        kind_ends = places[-1] + len(KIND_KEY + ORDINARY)
    else:
        fit, places, kind_ends = _find_failed(lines, rows)
    others = np.flatnonzero(~fit)
    if len(others):
        fit[others], places[:, others], kind_ends[others] = _find_failed(lines, rows[others])
    return _read(lines, rows[fit], status[fit], places[:, fit], kind_ends[fit]) if fit.any() else None


def read_heads(lines: Lines) -> Heads | None:
    """Read the heads of what apps write, as `cf logs` prints them; None when there are none.

    What the executor may have written under their tags is left out.
    """
    rows = lines.longer(MINUTE_BYTES)
    rows = rows[lines.have(lines.starts[rows], INDENT + b"20##-##-##T##:##:##.##")]
    starts = lines.starts[rows] + len(INDENT) + MINUTE_BYTES
    which, found = lines.forms(starts, HEAD, HEAD_BYTES)
    if not found:
        return None
    rows, message = lines.behind(rows, starts, which, found)
    places = which[which != NO_FORM]
    words = message - np.array([one.end() - one.start(1) for one in found])[places]
    tag_ends = message - np.array([one.end() - one.end(1) for one in found])[places]
    is_blank = lines.texts(message, INDENT_BYTES) == ord(" ")
    first = message + is_blank.argmin(axis=1)
    fit = ~is_blank.all(axis=1)
    for text in EXECUTOR_STARTS:
        fit &= ~lines.have(first, text)
    rows = rows[fit]
    starts = lines.starts[rows] + len(INDENT)
    if not len(rows):
        return None
    moments, moment = lines.moments((starts, MINUTE_BYTES), (starts + ZONE_START - len(INDENT), ZONE_BYTES))
    return Heads(rows, moments, moment, words[fit], tag_ends[fit])


def _find_status(lines: Lines, rows: Numbers) -> tuple[Numbers, Numbers]:
    """Find the status, which stands behind the request in quotes; give the lines that have it so, and its offset."""
    starts = lines.starts[rows] + len(INDENT) + MINUTE_BYTES
    which, writers = lines.forms(starts, WRITER, WRITER_BYTES)
    rows, hosts = lines.behind(rows, starts, which, writers)
    host_ends = lines.find(hosts, b" ", HOST_BYTES)
    which, received = lines.forms(host_ends, RECEIVED, RECEIVED_BYTES)
    which[lines.find(hosts, b'"', HOST_BYTES) < host_ends] = NO_FORM
    rows, requests = lines.behind(rows, host_ends, which, received)
    closing = lines.find(requests, b'"', REQUEST_BYTES)
    fit = lines.have(closing, b'" ### ') & (closing < lines.ends[rows])
    fit &= ~(lines.texts(requests, REQUEST_BYTES) == ord("\\")).any(axis=1)
    return rows[fit], closing[fit] + 2


def _find_keys(lines: Lines, rows: Numbers) -> tuple[Rows, Numbers]:
    """Find the keys of requests without an error of the router, from the end of the lines.

    Behind them some headers of the operator's choice may stand.

    Returns:
        Which lines have just these keys in their order, and the offset of each key in each line.
    """
    front = lines.ends[rows] - TAIL_BYTES
    blanks = Marks(lines.texts(front, TAIL_BYTES), b" ")
    headers = _count_headers(lines, lambda count: front + blanks.last(count + 1), KIND_KEY[:8])
    fit = headers <= MOST_HEADERS
    places = np.array([front + blanks.last(len(KEYS) + headers - place) for place in range(len(KEYS))])
    fit &= blanks.at_least(len(KEYS) + headers) & _have_keys(lines, rows, places)
    found = lines.have(places[-1] + len(KIND_KEY), ORDINARY + b'"')
    return fit & found, places


def _find_failed(lines: Lines, rows: Numbers) -> tuple[Rows, Numbers, Numbers]:
    """Find the keys of requests with an error of the router, which has blanks in it, from the quotes of the lines.

    Returns:
        As `_find_keys`, and the offset behind each error.
    """
    front = lines.ends[rows] - TAIL_BYTES
    tail = lines.texts(front, TAIL_BYTES)
    quotes, escapes = Marks(tail, b'"'), Marks(tail, b"\\")
    headers = _count_headers(lines, lambda count: front + quotes.last(2 * count + 2) + 1 - len(KIND_KEY), KIND_KEY)
    kind = front + quotes.last(2 * headers + 2) + 1 - len(KIND_KEY)
    kind_ends = front + quotes.last(2 * headers + 1)
    blanks = Marks(lines.texts(kind - KEYS_BYTES, KEYS_BYTES), b" ")
    before = range(len(KEYS) - 1, 0, -1)
    places = np.array([*(kind - KEYS_BYTES + blanks.last(place) for place in before), kind])
    fit = (headers <= MOST_HEADERS) & quotes.at_least(2 * headers + 2) & blanks.at_least(len(before))
    fit &= ~escapes.at_least(1) & (kind_ends - kind - len(KIND_KEY) <= LONGEST_KIND)
    return fit & _have_keys(lines, rows, places), places, kind_ends


def _count_headers(lines: Lines, place: Callable[[int], Numbers], key: bytes) -> Numbers:
    """Count the headers behind the router's error; most lines have as many as the first one.

    Args:
        lines: the lines.
        place: gives where the error's key stands in each line if there are so many headers.
        key: the key.

    Returns:
        The numbers; MOST_HEADERS + 1 where the key is not found.
    """
    numbers = range(MOST_HEADERS + 1)
    guess = next((count for count in numbers if lines.have(place(count)[:1], key)[0]), 0)
    headers = np.full(len(place(guess)), MOST_HEADERS + 1)
    rest = np.arange(len(headers))
    for count in (guess, *(one for one in numbers if one != guess)):
        found = lines.have(place(count)[rest], key)
        headers[rest[found]] = count
        rest = rest[~found]
        if not len(rest):
            break
    return headers


def _have_keys(lines: Lines, rows: Numbers, places: Numbers) -> Rows:
    """Say in which lines the keys stand at their places, behind the request."""
    fit: Rows = places[0] > lines.starts[rows] + LEAST_BYTES
    for key, where in zip(KEYS, places, strict=True):
        fit &= lines.have(where, key)
    return fit


def _read(lines: Lines, rows: Numbers, status: Numbers, places: Numbers, kind_ends: Numbers) -> Fields | None:
    """Read the values behind the keys."""
    response, gorouter, app, index, instance, kind = places
    whole, is_whole = lines.numbers(response + len(KEYS[0]), gorouter - 7)
    part, is_part = lines.numbers(gorouter - 6, gorouter)
    index_start = index + len(KEYS[3])
    fit = is_whole & is_part & lines.have(gorouter - 7, b".") & (gorouter - response < 30)
    fit &= (
        (instance - 1 >= index_start) & (instance - 1 - index_start <= LONGEST_INDEX) & lines.have(instance - 1, b'"')
    )
    _, is_index = lines.numbers(index_start, instance - 1)
    fit &= is_index & (app > gorouter)
    if not fit.any():
        return None
    rows, seconds = rows[fit], whole[fit] + part[fit] / 1_000_000
    kind_starts, kind_ends = kind[fit] + len(KIND_KEY), kind_ends[fit]
    starts = lines.starts[rows]
    moments, moment = lines.moments((starts + len(INDENT), MINUTE_BYTES), (starts + ZONE_START, ZONE_BYTES))
    return Fields(
        lines=rows,
        moments=moments,
        moment=moment,
        kind=lines.categories(kind_starts, kind_ends, int((kind_ends - kind_starts).max())),
        process=lines.categories(index_start[fit], instance[fit] - 1, LONGEST_INDEX),
        status=lines.categories(status[fit], status[fit] + STATUS_BYTES, STATUS_BYTES),
        time_ms=np.rint(seconds * 1000).astype(np.int64),
        is_timed=np.ones(len(rows), bool),
    )
