"""Takes ordinary request lines out of a block in columns, where the block is large enough for that to pay.

What is taken here is what `request_lines` takes by its regexes, and is counted alike; it is only faster. Lines that
state something stay, because they are looked at one by one.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import numpy as np

from loganalyzer.columns import Fields, Lines, Numbers
from loganalyzer.ingesters.cloudfoundry import columns as cloudfoundry
from loganalyzer.ingesters.heroku import columns as heroku
from loganalyzer.ingesters.render import columns as render
from loganalyzer.moments import minute_of_stamp
from loganalyzer.request_lines import Form, Numbering, Part, RequestCounts, Shape
from loganalyzer.traffic import bucket_of

__all__ = ["take_ordinary"]

READERS: dict[str, Callable[[Lines], Fields | None]] = {
    "heroku": heroku.read_requests,
    "cloudfoundry": cloudfoundry.read_requests,
    "render": render.read_requests,
}
TIME_BITS = 24
"""More bits than a time to answer of seven digits has."""


def take_ordinary(
    part: Part, lines: Lines | None, form: Form, is_silent: Callable[[Shape], bool]
) -> tuple[Part, RequestCounts | None]:
    """Take request lines out of a part.

    Args:
        part: at least one line.
        lines: its lines, when they are known.
        form: how the requests are written.
        is_silent: says whether requests of a shape state nothing; the others stay.

    Returns:
        The other lines, and the requests; None when there are none.
    """
    lines = lines or Lines(part.data)
    fields = READERS[form.platform](lines)
    if fields is None:
        return part, None
    keys = _keys(fields)
    counts = Counter(keys)
    shapes = {key: _shape(key, fields) for key in counts}
    stating = {key for key, shape in shapes.items() if not is_silent(shape)}
    if len(stating) == len(shapes):
        return part, None
    if stating:
        chosen = np.fromiter((key not in stating for key in keys), bool, len(keys))
        fields = fields._replace(
            lines=fields.lines[chosen], moment=fields.moment[chosen], time_ms=fields.time_ms[chosen]
        )
    minutes = [minute_of_stamp(*moment) for moment in fields.moments]
    by_shape: dict[Shape, dict[int | None, int]] = {}
    for key in counts.keys() - stating:
        by_minute = by_shape.setdefault(shapes[key], {})
        minute = minutes[int.from_bytes(key[-3:-1], "little")]
        by_minute[minute] = by_minute.get(minute, 0) + counts[key]
    return _without(part, lines, fields.lines), RequestCounts(form, by_shape, _latencies(fields, minutes))


def _keys(fields: Fields) -> list[bytes]:
    """Put shape and minute of each line into one text; its last byte is no NUL, which would be lost."""
    count = len(fields.lines)
    moment = fields.moment.astype("<u2").view(np.uint8).reshape(count, 2)
    last = np.full((count, 1), 0xFF, np.uint8)
    whole = np.concatenate((fields.kind, fields.process, fields.status, moment, last), axis=1)
    keys: list[bytes] = whole.view(f"S{whole.shape[1]}").ravel().tolist()
    return keys


def _shape(key: bytes, fields: Fields) -> Shape:
    """Take the shape out of a text of `_keys`."""
    kind_end = fields.kind.shape[1]
    process_end = kind_end + fields.process.shape[1]
    kind, process, status = key[:kind_end], key[kind_end:process_end], key[process_end:-3]
    return Shape(kind.rstrip(b"\0"), process.rstrip(b"\0"), status.rstrip(b"\0"), is_timed=True)


def _latencies(fields: Fields, minutes: list[int | None]) -> Counter[tuple[int | None, int]]:
    """Count the times to answer by minute and histogram bucket."""
    counts: Counter[tuple[int | None, int]] = Counter()
    both, numbers = np.unique((fields.moment << TIME_BITS) | fields.time_ms, return_counts=True)
    for one, count in zip(both.tolist(), numbers.tolist(), strict=True):
        counts[minutes[one >> TIME_BITS], bucket_of(one & ((1 << TIME_BITS) - 1))] += count
    return counts


def _without(part: Part, lines: Lines, taken: Numbers) -> Part:
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
