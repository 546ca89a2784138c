"""Headed lines: those whose time and writer are read out of a block in bulk, and the odd ones that must be parsed.

An ingester may offer `HEADS`, a regex over bytes that matches every well-formed line of its main shapes. Most blocks
consist of such lines of one ingester; then one call reads all of them.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from loganalyzer.ingesters import parse
from loganalyzer.ingesters.cloudfoundry import bulk as cloudfoundry
from loganalyzer.ingesters.cloudfoundry import origin as cloudfoundry_origin
from loganalyzer.ingesters.heroku import bulk as heroku
from loganalyzer.ingesters.heroku import origin as heroku_origin
from loganalyzer.ingesters.render import bulk as render
from loganalyzer.model import Claim, Event, Line
from loganalyzer.scanning import Scanner
from loganalyzer.summarizing.moments import minute_of_stamp
from loganalyzer.summarizing.request_lines import Part

__all__ = ["SHAPES", "Headed", "Odd", "RowsHeaded", "Shape", "line_spans", "read_lines"]

MessageReader = Callable[[str, str], tuple[str, dict[str, str]] | None]


@dataclass(frozen=True)
class Shape:
    """The main shapes of one platform's lines.

    Attributes:
        platform: its name.
        claim: how sure such a line is the platform's; one of Claim's words.
        heads: matches a line; groups: the minute and maybe a zone, all that stands behind the time, the tag in it.
        request_mark: a literal that every line of the router has.
        requests: matches the router's request lines of all eras.
        origin: gives source and process of a tag.
        stand_in: a time that makes a line of what stands behind one.
        read_message: reads what stands behind the tag of a line, by its source; gives None where it must be parsed.
        unit_ms: milliseconds in one unit of the router's times.
        process_prefix: what stands before the processes that `requests` captures.
    """

    platform: str
    claim: str
    heads: re.Pattern[bytes]
    request_mark: bytes
    requests: re.Pattern[bytes]
    origin: Callable[[bytes], tuple[str, str | None]]
    stand_in: bytes
    read_message: MessageReader
    unit_ms: int
    process_prefix: str = ""


class Headed(Protocol):
    """Lines of one of the main shapes; a line is asked for by its place among them."""

    @property
    def shape(self) -> Shape:
        """The shape."""

    def counts(self) -> Counter[tuple[int | None, bytes]]:
        """Count the lines by minute and tag."""

    def words(self) -> Sequence[bytes]:
        """Give all that stands behind the time of each line."""

    def word(self, place: int, /) -> bytes:
        """Give the words of one line."""

    def tag(self, place: int, /) -> bytes:
        """Give the beginning of a line's words, which tells the writer."""

    def minute(self, place: int, /) -> int | None:
        """Give the minute of a line since 1970; None for what is no real date."""

    def number(self, place: int, /) -> int:
        """Give the number of a line in its block, from 0."""

    def candidates(self, scanner: Scanner, /) -> Sequence[tuple[int, frozenset[int]]] | None:
        """Give place and hints of each line that has one; None where lines are better looked at by their words."""


@dataclass(frozen=True)
class RowsHeaded:
    """Lines that were read by a regex; all lists have an element for each line.

    Attributes:
        shape: the shape.
        part: where they stand.
        minutes, all_words, tags: as in Headed.
        numbers: their numbers in the part, from 0.
    """

    shape: Shape
    part: Part
    minutes: Sequence[int | None]
    all_words: Sequence[bytes]
    tags: Sequence[bytes]
    numbers: Sequence[int]

    def counts(self) -> Counter[tuple[int | None, bytes]]:
        """Count the lines by minute and tag."""
        return Counter(zip(self.minutes, self.tags, strict=True))

    def words(self) -> Sequence[bytes]:
        """Give the words of each line."""
        return self.all_words

    def word(self, place: int) -> bytes:
        """Give the words of one line."""
        return self.all_words[place]

    def tag(self, place: int) -> bytes:
        """Give the tag of a line."""
        return self.tags[place]

    def minute(self, place: int) -> int | None:
        """Give the minute of a line."""
        return self.minutes[place]

    def number(self, place: int) -> int:
        """Give the number of a line in its block."""
        return self.part.number(self.numbers[place])

    def candidates(self, _scanner: Scanner) -> None:
        """Give nothing: the words are there already, and many are the same."""


class Odd(NamedTuple):
    """Lines of no main shape that are the same to the last byte.

    Attributes:
        event: what they say; its number is that of the first of them.
        numbers: their numbers in the data, from 0; few bytes each, for a log may have millions of blank lines.
    """

    event: Event
    numbers: array[int]


SHAPES = (
    Shape(
        platform="heroku",
        claim=Claim.HEADED,
        heads=heroku.HEADS,
        request_mark=b"router",
        requests=heroku.REQUESTS,
        origin=heroku_origin,
        stand_in=heroku.STAND_IN_TIME,
        read_message=heroku.read_message,
        unit_ms=heroku.REQUEST_UNIT_MS,
    ),
    Shape(
        platform="cloudfoundry",
        claim=cloudfoundry.HEADS_CLAIM,
        heads=cloudfoundry.HEADS,
        request_mark=b"[RTR",
        requests=cloudfoundry.REQUESTS,
        origin=cloudfoundry_origin,
        stand_in=cloudfoundry.STAND_IN_TIME,
        read_message=cloudfoundry.read_message,
        unit_ms=cloudfoundry.REQUEST_UNIT_MS,
        process_prefix=cloudfoundry.REQUEST_PROCESS,
    ),
    Shape(
        platform="render",
        claim=render.HEADS_CLAIM,
        heads=render.HEADS,
        request_mark=b"requestID=",
        requests=render.REQUESTS,
        origin=render.origin,
        stand_in=render.STAND_IN_TIME,
        read_message=render.read_message,
        unit_ms=render.REQUEST_UNIT_MS,
    ),
)
"""In the order in which the ingesters are asked."""


def read_lines(part: Part, platform: str | None = None) -> tuple[list[RowsHeaded], list[Odd]]:
    """Read the heads of all lines.

    Args:
        part: the lines.
        platform: the platform that the user named, or None.

    Returns:
        The lines of the main shapes, and all others.
    """
    data, lines = part.data, part.lines
    first_end = data.find(b"\n")
    for shape in _shapes_of(platform):
        # A regex that matches nothing steps through every byte, so the first line has to fit.
        if shape.heads.match(data, 0, first_end if first_end >= 0 else len(data)):
            rows = shape.heads.findall(data)
            if len(rows) >= lines:
                return [_gather(shape, part, rows, range(lines))], []
            starts = {found.start() for found in shape.heads.finditer(data)}
            spans = list(line_spans(data))
            numbers = [number for number, (start, _) in enumerate(spans) if start in starts]
            left = [(number, *span) for number, span in enumerate(spans) if span[0] not in starts]
            others, odd = _read_one_by_one(part, left, platform)
            return [_gather(shape, part, rows, numbers), *others], odd
    return _read_one_by_one(part, ((number, *span) for number, span in enumerate(line_spans(data))), platform)


def _read_one_by_one(
    part: Part, spans: Iterable[tuple[int, int, int]], platform: str | None
) -> tuple[list[RowsHeaded], list[Odd]]:
    """Read lines of several shapes, each given by number, start and end."""
    shapes: list[tuple[Shape, list[tuple[bytes, ...]], list[int]]] = [(one, [], []) for one in _shapes_of(platform)]
    odd: dict[bytes, Odd] = {}
    for number, start, end in spans:
        line = part.data[start:end]
        known = odd.get(line)
        if known is not None:
            known.numbers.append(number)
            continue
        for shape, rows, numbers in shapes:
            found = shape.heads.match(line)
            if found is not None:
                rows.append(found.groups(b""))
                numbers.append(number)
                break
        else:
            event = parse(Line(number + 1, line.decode("utf-8", "replace")), platform)
            odd[line] = Odd(event, array("I", (number,)))
    return [_gather(shape, part, rows, numbers) for shape, rows, numbers in shapes if rows], list(odd.values())


def _gather(shape: Shape, part: Part, rows: Sequence[tuple[bytes, ...]], numbers: Sequence[int]) -> RowsHeaded:
    """Put what was captured of each line into columns."""
    *moments, words, tags = zip(*rows, strict=True)
    stamps = list(zip(*moments, strict=True))
    minutes = {stamp: minute_of_stamp(*stamp) for stamp in set(stamps)}
    return RowsHeaded(shape, part, [minutes[stamp] for stamp in stamps], words, tags, numbers)


def _shapes_of(platform: str | None) -> list[Shape]:
    """Give the shapes of the platform that the user named, or all."""
    return [shape for shape in SHAPES if platform in (None, shape.platform)]


def line_spans(data: bytes) -> Iterator[tuple[int, int]]:
    """Give start and end of each line, the line end not counted."""
    start = 0
    while start < len(data):
        end = data.find(b"\n", start)
        if end < 0:
            end = len(data)
        yield start, end
        start = end + 1
