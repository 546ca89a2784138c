"""Takes request lines out of a block in columns, where the block is large enough for that to pay.

What is taken here is what `request_lines` takes by its regexes, and is counted alike; it is only faster.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from typing import NamedTuple

import numpy as np

from loganalyzer.columns import Lines
from loganalyzer.fields import Fields, Numbers
from loganalyzer.ingesters.cloudfoundry import columns as cloudfoundry
from loganalyzer.ingesters.heroku import columns as heroku
from loganalyzer.ingesters.render import columns as render
from loganalyzer.summarizing.moments import minute_of_stamp
from loganalyzer.summarizing.request_lines import Form, Numbering, Part, RequestCounts, Shape
from loganalyzer.traffic import starts_of_buckets

__all__ = ["Taken", "take_columns", "without"]

READERS: dict[str, Callable[[Lines], Fields | None]] = {
    "heroku": heroku.read_requests,
    "cloudfoundry": cloudfoundry.read_requests,
    "render": render.read_requests,
}
LONGEST_MS = 10_000_000
"""More than a time to answer of seven digits has."""

BUCKET_STARTS = starts_of_buckets(LONGEST_MS)
MOST_BUCKETS = len(BUCKET_STARTS) + 1


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
    codes = _shape_codes(fields)
    minutes = [minute_of_stamp(*moment) for moment in fields.moments]
    by_shape: dict[Shape, dict[int | None, int]] = {}
    stating: dict[int, Shape] = {}
    distinct, counts = np.unique(codes * len(minutes) + fields.moment, return_counts=True)
    for one, count in zip(distinct.tolist(), counts.tolist(), strict=True):
        code, moment = divmod(one, len(minutes))
        shape = _shape(code, fields)
        if shape not in by_shape and states(shape):
            stating[code] = shape
        by_minute = by_shape.setdefault(shape, {})
        by_minute[minutes[moment]] = by_minute.get(minutes[moment], 0) + count
    taken = Taken(RequestCounts(form, by_shape, _latencies(fields, minutes)), _places(fields, codes, stating))
    return without(part, lines, fields.lines), taken


def _shape_codes(fields: Fields) -> Numbers:
    """Give one number for the shape of each line."""
    codes = fields.kind.codes
    for category in (fields.process, fields.status):
        codes = codes * len(category.values) + category.codes
    return codes * 2 + fields.is_timed


def _shape(code: int, fields: Fields) -> Shape:
    """Give the shape of a number of `_shape_codes`."""
    code, is_timed = divmod(code, 2)
    code, status = divmod(code, len(fields.status.values))
    kind, process = divmod(code, len(fields.process.values))
    return Shape(fields.kind.values[kind], fields.process.values[process], fields.status.values[status], bool(is_timed))


def _places(fields: Fields, codes: Numbers, stating: Mapping[int, Shape]) -> dict[Shape, list[int]]:
    """Give the numbers of the lines of each shape that states something."""
    if not stating:
        return {}
    order = np.argsort(codes, kind="stable")
    wanted = np.array(list(stating), np.int64)
    firsts, lasts = (np.searchsorted(codes[order], wanted, side) for side in ("left", "right"))
    spans = zip(stating.values(), firsts.tolist(), lasts.tolist(), strict=True)
    return {shape: fields.lines[order[first:last]].tolist() for shape, first, last in spans}


def _latencies(fields: Fields, minutes: list[int | None]) -> Counter[tuple[int | None, int]]:
    """Count the times to answer by minute and histogram bucket."""
    counts: Counter[tuple[int | None, int]] = Counter()
    buckets = np.searchsorted(BUCKET_STARTS, fields.time_ms[fields.is_timed], "right")
    distinct, numbers = np.unique(fields.moment[fields.is_timed] * MOST_BUCKETS + buckets, return_counts=True)
    for one, count in zip(distinct.tolist(), numbers.tolist(), strict=True):
        moment, bucket = divmod(one, MOST_BUCKETS)
        counts[minutes[moment], bucket] += count
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
    spans = map(slice, lines.starts[firsts].tolist(), (lines.ends[lasts] + 1).tolist())
    data = b"".join(map(part.data.__getitem__, spans))
    places = np.concatenate(([0], np.cumsum(lasts - firsts + 1)))[:-1]
    numbering = Numbering(places.tolist(), (firsts - places).tolist(), len(left))
    return Part(data, len(left), lambda line: part.number(numbering.of_left(line)))
