"""Takes request lines out of a block in columns, where the block is large enough for that to pay.

What is taken here is what `request_lines` takes by its regexes, and is counted alike; it is only faster.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

import numpy as np

from loganalyzer.columns import Fields, Lines, Numbers
from loganalyzer.ingesters.cloudfoundry import columns as cloudfoundry
from loganalyzer.ingesters.heroku import columns as heroku
from loganalyzer.ingesters.render import columns as render
from loganalyzer.summarizing.moments import minute_of_stamp
from loganalyzer.summarizing.request_lines import Form, Numbering, Part, RequestCounts, Shape
from loganalyzer.traffic import bucket_of

__all__ = ["Taken", "take_columns", "without"]

READERS: dict[str, Callable[[Lines], Fields | None]] = {
    "heroku": heroku.read_requests,
    "cloudfoundry": cloudfoundry.read_requests,
    "render": render.read_requests,
}
TIMED, UNTIMED = 0xFF, 0xFE
TIME_BITS = 24
"""More bits than a time to answer of seven digits has."""


class Taken(NamedTuple):
    """Request lines that were taken out of a part.

    Attributes:
        counts: all of them, counted.
        stating: numbers, in the part, of the lines of each shape that states something.
    """

    counts: RequestCounts
    stating: dict[Shape, list[int]]


def take_columns(
    part: Part, lines: Lines | None, form: Form, states: Callable[[Shape], bool]
) -> tuple[Part, Taken | None]:
    """Take request lines out of a part.

    Args:
        part: at least one line.
        lines: its lines, when they are known.
        form: how the requests are written.
        states: says whether requests of a shape state something.

    Returns:
        The other lines, and the requests; None when there are none.
    """
    lines = lines or Lines(part.data)
    fields = READERS[form.platform](lines)
    if fields is None:
        return part, None
    keys = _keys(fields)
    counts = Counter(keys)
    minutes = [minute_of_stamp(*moment) for moment in fields.moments]
    by_shape: dict[Shape, dict[int | None, int]] = {}
    stating: dict[bytes, list[int]] = {}
    places: dict[Shape, list[int]] = {}
    for key, count in counts.items():
        shape = _shape(key, fields)
        if shape not in by_shape and states(shape):
            places[shape] = []
        if shape in places:
            stating[key] = places[shape]
        by_minute = by_shape.setdefault(shape, {})
        minute = minutes[int.from_bytes(key[-3:-1], "little")]
        by_minute[minute] = by_minute.get(minute, 0) + count
    if stating:
        for key, number in zip(keys, fields.lines.tolist(), strict=True):
            if key in stating:
                stating[key].append(number)
    taken = Taken(RequestCounts(form, by_shape, _latencies(fields, minutes)), places)
    return without(part, lines, fields.lines), taken


def _keys(fields: Fields) -> list[bytes]:
    """Put shape and minute of each line into one text; its last byte is no NUL, which would be lost."""
    count = len(fields.lines)
    moment = fields.moment.astype("<u2").view(np.uint8).reshape(count, 2)
    last = np.where(fields.is_timed, np.uint8(TIMED), np.uint8(UNTIMED)).reshape(count, 1)
    whole = np.concatenate((fields.kind, fields.process, fields.status, moment, last), axis=1)
    keys: list[bytes] = whole.view(f"S{whole.shape[1]}").ravel().tolist()
    return keys


def _shape(key: bytes, fields: Fields) -> Shape:
    """Take the shape out of a text of `_keys`."""
    kind_end = fields.kind.shape[1]
    process_end = kind_end + fields.process.shape[1]
    kind, process, status = key[:kind_end], key[kind_end:process_end], key[process_end:-3]
    return Shape(kind.rstrip(b"\0"), process.rstrip(b"\0"), status.rstrip(b"\0"), key[-1] == TIMED)


def _latencies(fields: Fields, minutes: list[int | None]) -> Counter[tuple[int | None, int]]:
    """Count the times to answer by minute and histogram bucket."""
    counts: Counter[tuple[int | None, int]] = Counter()
    timed = ((fields.moment << TIME_BITS) | fields.time_ms)[fields.is_timed]
    both, numbers = np.unique(timed, return_counts=True)
    for one, count in zip(both.tolist(), numbers.tolist(), strict=True):
        counts[minutes[one >> TIME_BITS], bucket_of(one & ((1 << TIME_BITS) - 1))] += count
    return counts


def without(part: Part, lines: Lines, taken: Numbers) -> Part:
    """Give the lines of a part but for those that were taken."""
    is_left = np.ones(len(lines.starts), bool)
    is_left[taken] = False
    left = np.flatnonzero(is_left)
    if not len(left):
        return Part(b"", 0, part.number)
    breaks = np.flatnonzero(np.diff(left) != 1)
    firsts, lasts = left[np.concatenate(([0], breaks + 1))], left[np.concatenate((breaks, [len(left) - 1]))]
    spans = zip(lines.starts[firsts].tolist(), (lines.ends[lasts] + 1).tolist(), strict=True)
    data = b"".join([part.data[start:end] for start, end in spans])
    places = np.concatenate(([0], np.cumsum(lasts - firsts + 1)))[:-1]
    numbering = Numbering(places.tolist(), (firsts - places).tolist(), len(left))
    return Part(data, len(left), lambda line: part.number(numbering.of_left(line)))
