"""Spots: lines of a block that may be shown, of which a sighting can be made when it turns out that they are kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol

from loganalyzer.groups import Place, Sighting, sight
from loganalyzer.model import Match
from loganalyzer.reading import Block
from loganalyzer.text import parse_timestamp

__all__ = ["BlockLines", "LineSpot", "RequestSpot", "Spot"]

LINE_END = re.compile(rb"\n")


class Spot(Protocol):
    """A line that may be kept."""

    @property
    def line(self) -> int:
        """Number of the line in its block, from 0."""

    def sighting(self, match: Match, /) -> Sighting:
        """Make the sighting of a match that holds for the line."""


@dataclass
class BlockLines:
    """The lines of a block, by their numbers.

    Attributes:
        block: the block.
        input_name: name of the input.
        offset: lines of the input before the block.
    """

    block: Block
    input_name: str
    offset: int
    _ends: list[int] = field(default_factory=list)

    def place(self, line: int, at: datetime | None, text: str) -> Place:
        """Say where a line stands.

        Args:
            line: its number in the block, from 0.
            at: its time.
            text: the line.
        """
        return Place(self.input_name, self.number(line), at, text)

    def number(self, line: int) -> int:
        """Give the number in the input, from 1, of a line of the block, from 0."""
        return self.offset + (self.block.numbers[line] if self.block.numbers else line + 1)

    def text(self, line: int) -> str:
        """Give the text of a line, by its number in the block, from 0."""
        if not self._ends:
            self._ends = [-1, *(found.start() for found in LINE_END.finditer(self.block.data))]
        start = self._ends[line] + 1
        end = self._ends[line + 1] if line + 1 < len(self._ends) else len(self.block.data)
        return self.block.data[start:end].decode("utf-8", "replace")


@dataclass(frozen=True, slots=True)
class LineSpot:
    """A line that was judged by its words.

    Attributes:
        lines: the block.
        line: see Spot.
        text: the line.
        stamp: where in the text its time begins; None when the match's event has the time.
    """

    lines: BlockLines
    line: int
    text: str
    stamp: int | None

    def sighting(self, match: Match, /) -> Sighting:
        """Make the sighting of a match that holds for the line."""
        at = match.event.at if self.stamp is None else parse_timestamp(self.text[self.stamp :])
        return sight(match, self.lines.place(self.line, at, self.text))


@dataclass(frozen=True, slots=True)
class RequestSpot:
    """A request line, which was judged by a model that has none of its values.

    Attributes:
        lines: the block.
        line: see Spot.
        match: gives the matches of a text as a line of its own.
    """

    lines: BlockLines
    line: int
    match: Callable[[str], list[Match]]

    def sighting(self, match: Match, /) -> Sighting:
        """Make the sighting of a match that holds for the line's model, with the values of the line."""
        text = self.lines.text(self.line)
        own = next((one for one in self.match(text) if one.pattern == match.pattern), match)
        at = parse_timestamp(text.lstrip(" "))
        return sight(own, self.lines.place(self.line, at, text))
