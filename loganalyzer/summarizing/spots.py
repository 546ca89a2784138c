"""Spots: lines that may be shown, of which a sighting can be made when it turns out that they are kept.

A spot has a copy of its line, so that it does not hold the block in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, NamedTuple, Protocol, Self

from loganalyzer.late import late_regex
from loganalyzer.model import Match
from loganalyzer.reading import Block
from loganalyzer.summarizing.headed import Shape
from loganalyzer.summary.groups import Place, Sighting, sight
from loganalyzer.text import parse_timestamp

if TYPE_CHECKING:
    from loganalyzer.columns import Lines
    from loganalyzer.fields import Numbers

__all__ = ["BlockLines", "EventSpot", "RequestSpot", "Spot", "WordSpot"]

LINE_END = late_regex(rb"\n")


class Spot(Protocol):
    """A line that may be kept."""

    @property
    def line(self) -> int:
        """Number of the line in its block, from 0."""

    def sighting(self, match: Match, /) -> Sighting:
        """Make the sighting of a match that holds for the line."""


class BlockLines:
    """The lines of a block, by their numbers from 0.

    Attributes:
        block: the block.
        input_name: name of the input.
        offset: lines of the input before the block.
        is_large: whether it pays to work on columns of many lines.
    """

    def __init__(self, block: Block, input_name: str, offset: int, *, is_large: bool = False) -> None:
        """Look for nothing yet."""
        self.block = block
        self.input_name = input_name
        self.offset = offset
        self.is_large = is_large
        self._ends: Sequence[int] | Numbers = ()

    def number(self, line: int) -> int:
        """Give the number of a line in the input, from 1."""
        return self.offset + (self.block.numbers[line] if self.block.numbers else line + 1)

    def data(self, line: int) -> bytes:
        """Give a line."""
        if not len(self._ends):
            self._ends = self._find_ends()
        start = int(self._ends[line - 1]) + 1 if line else 0
        return self.block.data[start : int(self._ends[line])]

    def _find_ends(self) -> Sequence[int] | Numbers:
        """Find the line ends."""
        if self.is_large:
            return self.columns.ends
        return [found.start() for found in LINE_END.finditer(self.block.data + b"\n")]

    @cached_property
    def columns(self) -> Lines:
        """The lines of a large block as arrays."""
        from loganalyzer.columns import Lines  # noqa: PLC0415 (numpy takes time to import)

        return Lines(self.block.data, self.block.ends)


class WordSpot(NamedTuple):
    """A line that was judged by its words.

    Attributes:
        line: see Spot.
        input_name: name of the input.
        number: number of the line in the input, from 1.
        data: the line.
        shape: the line's shape.
        read: gives the match of a line of a shape, by its words and tag and a match that states the same.
    """

    line: int
    input_name: str
    number: int
    data: bytes
    shape: Shape
    read: Callable[[Shape, bytes, bytes, Match], Match]

    @classmethod
    def at(
        cls, lines: BlockLines, line: int, shape: Shape, read: Callable[[Shape, bytes, bytes, Match], Match]
    ) -> Self:
        """Make the spot of a line of a block."""
        return cls(line, lines.input_name, lines.number(line), lines.data(line), shape, read)

    def sighting(self, match: Match, /) -> Sighting:
        """Make the sighting of a match that holds for the line, with the values of the line."""
        found = self.shape.heads.match(self.data)
        stamp = b""
        if found:
            *_, words, tag = found.groups(b"")
            match = self.read(self.shape, words, tag, match)
            stamp = self.data[found.start(1) :]
        at = parse_timestamp(stamp.decode("utf-8", "replace"))
        return sight(match, Place(self.input_name, self.number, at, self.data.decode("utf-8", "replace")))


class EventSpot(NamedTuple):
    """A line that was parsed by itself; attributes as in WordSpot."""

    line: int
    input_name: str
    number: int

    @classmethod
    def at(cls, lines: BlockLines, line: int) -> Self:
        """Make the spot of a line of a block."""
        return cls(line, lines.input_name, lines.number(line))

    def sighting(self, match: Match, /) -> Sighting:
        """Make the sighting of a match that holds for the line."""
        event = match.event
        return sight(match, Place(self.input_name, self.number, event.at, event.text))


class RequestSpot(NamedTuple):
    """A request line, which was judged by a model that has none of its values.

    Attributes:
        line, input_name, number, data: as in WordSpot.
        read: gives the match of a text by that of its model.
    """

    line: int
    input_name: str
    number: int
    data: bytes
    read: Callable[[str, Match], Match]

    @classmethod
    def at(cls, lines: BlockLines, line: int, read: Callable[[str, Match], Match]) -> Self:
        """Make the spot of a line of a block."""
        return cls(line, lines.input_name, lines.number(line), lines.data(line), read)

    def sighting(self, match: Match, /) -> Sighting:
        """Make the sighting of a match that holds for the line's model, with the values of the line."""
        text = self.data.decode("utf-8", "replace")
        place = Place(self.input_name, self.number, parse_timestamp(text.lstrip(" ")), text)
        return sight(self.read(text, match), place)
