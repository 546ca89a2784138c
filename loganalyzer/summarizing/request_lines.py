"""Takes the router's request lines out of a block, all at once, so that only the other lines are scanned and parsed.

Most lines of a busy app are requests. What the router says about one is its *kind*, its status, the process that it
chose and the time that the app took; the rest of the line is text of the client's, which states nothing. So requests of
one kind are judged once, by a model line that has nothing of the client's, and are counted together.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import repeat
from typing import NamedTuple

from loganalyzer.ingesters.cloudfoundry import bulk as cloudfoundry
from loganalyzer.ingesters.heroku import bulk as heroku
from loganalyzer.ingesters.render import bulk as render
from loganalyzer.model import Claim
from loganalyzer.reading.lines import count_line_ends
from loganalyzer.summarizing.moments import milliseconds_of, minute_of_stamp
from loganalyzer.traffic import Request, bucket_of

__all__ = ["FORMS", "Form", "Numbering", "Part", "RequestCounts", "Requests", "Shape", "take_requests"]

STATUS_DIGITS = 3


class Shape(NamedTuple):
    """What requests have in common that state the same.

    Attributes:
        kind: what the router says.
        process: the process that it chose, as the line has it; empty for none.
        status: HTTP status; empty for none.
        is_timed: whether the line has the time that the app took.
    """

    kind: bytes
    process: bytes
    status: bytes
    is_timed: bool


@dataclass(frozen=True)
class Form:
    """How one platform's router writes.

    Attributes:
        platform: its name.
        claim: how sure such a line is the platform's; one of Claim's words.
        mark: a literal that every such line has.
        lines: matches whole lines, the line end included.
        columns: what the groups of `lines` are: minute, zone, kind, process, service, status.
        unit_ms: milliseconds in one unit of the service time.
        process_prefix: what stands before the process in the names that are shown.
        code_of: gives the router's code of a kind.
        model: writes a line of a shape without the client's text.
    """

    platform: str
    claim: str
    mark: bytes
    lines: re.Pattern[bytes]
    columns: tuple[str, ...]
    unit_ms: int
    process_prefix: str
    code_of: Callable[[bytes], str]
    model: Callable[[bytes, bytes, bytes, bytes], str]

    def model_of(self, shape: Shape) -> str:
        """Write the line by which a shape is judged."""
        return self.model(shape.kind, shape.process, b"1" if shape.is_timed else b"", shape.status)


FORMS = (
    Form(
        "heroku", Claim.HEADED, heroku.REQUEST_MARK, heroku.REQUEST_LINES, heroku.REQUEST_COLUMNS,
        heroku.REQUEST_UNIT_MS, "", heroku.code_of, heroku.model_request,
    ),
    Form(
        "cloudfoundry", cloudfoundry.HEADS_CLAIM, cloudfoundry.REQUEST_MARK, cloudfoundry.REQUEST_LINES,
        cloudfoundry.REQUEST_COLUMNS, cloudfoundry.REQUEST_UNIT_MS, cloudfoundry.REQUEST_PROCESS, cloudfoundry.code_of,
        cloudfoundry.model_request,
    ),
    Form(
        "render", render.HEADS_CLAIM, render.REQUEST_MARK, render.REQUEST_LINES, render.REQUEST_COLUMNS,
        render.REQUEST_UNIT_MS, "", render.code_of, render.model_request,
    ),
)  # fmt: skip


class Numbering:
    """Where lines stood before others were taken out from among them.

    Attributes:
        lines: how many were left.
    """

    def __init__(self, starts: Sequence[int], taken: Sequence[int], lines: int) -> None:
        """Remember the runs of lines that were left.

        Args:
            starts: number of each run's first line among those that were left.
            taken: how many lines had been taken out before the run.
            lines: how many lines were left.
        """
        self._starts = starts
        self._taken = taken
        self.lines = lines

    def of_left(self, line: int) -> int:
        """Give the former number of a line that was left; all numbers count from 0."""
        return line + self._taken[bisect_right(self._starts, line) - 1]

    def of_taken(self, line: int) -> int:
        """Give the former number of a line that was taken out, by its number among those."""
        run = bisect_right(self._taken, line)
        return line + (self._starts[run] if run < len(self._starts) else self.lines)


@dataclass(frozen=True)
class Part:
    """Some lines of a block.

    Attributes:
        data: the lines.
        lines: how many.
        number: gives the 0-based number in the block of a line of the part.
    """

    data: bytes
    lines: int
    number: Callable[[int], int]


@dataclass(frozen=True)
class RequestCounts:
    """Request lines, counted.

    Attributes:
        form: how they are written.
        by_shape: how many of each shape are in which minute; None stands for what is no real date.
        latencies: how many answers took about so long, by minute and histogram bucket.
    """

    form: Form
    by_shape: Mapping[Shape, Mapping[int | None, int]]
    latencies: Mapping[tuple[int | None, int], int]

    def requests(self) -> Counter[Request]:
        """Count the requests that Traffic does not tell apart."""
        counts: Counter[Request] = Counter()
        for shape, minutes in self.by_shape.items():
            prefix = self.form.process_prefix if shape.process else ""
            process = prefix + shape.process.decode("utf-8", "replace")
            status = int(shape.status) if len(shape.status) == STATUS_DIGITS else 0
            code = self.form.code_of(shape.kind)
            for minute, count in minutes.items():
                counts[Request(minute, code, process, status, None)] += count
        return counts


@dataclass(frozen=True)
class Requests:
    """The request lines that were taken out of a part.

    Attributes:
        counts: all of them, counted.
        shapes: the shape of each, in the order of the lines, as plain tuples.
        number: gives the 0-based number in the block of a line, by its place in `shapes`.
    """

    counts: RequestCounts
    shapes: Sequence[tuple[bytes, bytes, bytes, bool]]
    number: Callable[[int], int]


def take_requests(part: Part, form: Form, marks: Sequence[int] | None = None) -> tuple[Part, Requests | None]:
    """Take the request lines of one form out of a part.

    Args:
        part: the lines.
        form: how the requests are written.
        marks: where the form's mark ends wherever it stands in the part, if that is known.

    Returns:
        The other lines, and the requests; None when there are none.
    """
    pieces = form.lines.split(part.data) if marks is None else _split_at(part.data, form, marks)
    if len(pieces) == 1:
        return part, None
    stride = len(form.columns) + 1
    columns = {name: pieces[place::stride] for place, name in enumerate(form.columns, start=1)}
    left = pieces[::stride]
    numbering = _number(left)
    data = b"".join(left)
    rest = Part(data, numbering.lines, lambda line: part.number(numbering.of_left(line)))
    return rest, _read(columns, form, lambda line: part.number(numbering.of_taken(line)))


def _split_at(data: bytes, form: Form, marks: Sequence[int]) -> list[bytes]:
    """Give what stands between the request lines, and the groups of each of them, as `re.split` does.

    The regex would look at every line; where few of them have the mark it is faster to look at those alone.
    """
    pieces: list[bytes] = []
    done = 0
    for mark in marks:
        if mark > done:
            start = data.rfind(b"\n", 0, mark) + 1
            found = form.lines.match(data, start)
            if found:
                pieces += (data[done:start], *found.groups())
                done = found.end()
    return [*pieces, data[done:]]


def _number(left: list[bytes]) -> Numbering:
    """Number the lines that are left in pieces, one line being taken out between any two of them."""
    starts: list[int] = []
    taken: list[int] = []
    lines = 0
    for place, piece in enumerate(left):
        if piece:
            starts.append(lines)
            taken.append(place)
            lines += count_line_ends(piece)
    return Numbering(starts, taken, lines)


def _read(columns: Mapping[str, list[bytes]], form: Form, number: Callable[[int], int]) -> Requests:
    """Put the captured texts together."""
    services = columns["service"]
    kinds, processes = columns.get("kind") or repeat(b""), columns.get("process") or repeat(b"")
    shapes = list(zip(kinds, processes, columns["status"], map(bool, services), strict=False))
    moments = list(zip(*(columns[name] for name in ("minute", "zone") if name in columns), strict=True))
    by_shape: dict[Shape, dict[int | None, int]] = {}
    for (shape, moment), count in Counter(zip(shapes, moments, strict=True)).items():
        minutes = by_shape.setdefault(Shape(*shape), {})
        minute = minute_of_stamp(*moment)
        minutes[minute] = minutes.get(minute, 0) + count
    latencies: Counter[tuple[int | None, int]] = Counter()
    for (moment, service), count in Counter(zip(moments, services, strict=True)).items():
        time_ms = milliseconds_of(service, form.unit_ms)
        if time_ms is not None:
            latencies[minute_of_stamp(*moment), bucket_of(time_ms)] += count
    return Requests(RequestCounts(form, by_shape, latencies), shapes, number)
