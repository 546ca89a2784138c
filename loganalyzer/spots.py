"""Spots: lines of a block that may be shown, of which a sighting can be made when it turns out that they are kept."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple, Protocol

from loganalyzer.groups import Place, Sighting, sight
from loganalyzer.model import Match
from loganalyzer.reading import Block
from loganalyzer.request_lines import Part
from loganalyzer.scanning import Candidate
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
        number = self.block.numbers[line] if self.block.numbers else line + 1
        return Place(self.input_name, self.offset + number, at, text)

    def text(self, line: int) -> str:
        """Give the text of a line, by its number in the block, from 0."""
        if not self._ends:
            self._ends = [-1, *(found.start() for found in LINE_END.finditer(self.block.data))]
        start = self._ends[line] + 1
        end = self._ends[line + 1] if line + 1 < len(self._ends) else len(self.block.data)
        return self.block.data[start:end].decode("utf-8", "replace")


class LineSpot(NamedTuple):
    """A line that was judged by its words.

    Attributes:
        lines: the block.
        part: the part of it that the line was found in.
        candidate: the line in the part.
        stamp: where in the line its time begins; None when the match's event has the time.
    """

    lines: BlockLines
    part: Part
    candidate: Candidate
    stamp: int | None

    @property
    def line(self) -> int:
        """Number of the line in its block."""
        return self.part.number(self.candidate.line)

    def sighting(self, match: Match, /) -> Sighting:
        """Make the sighting of a match that holds for the line."""
        text = self.part.data[self.candidate.start : self.candidate.end].decode("utf-8", "replace")
        at = match.event.at if self.stamp is None else parse_timestamp(text[self.stamp :])
        return sight(match, self.lines.place(self.line, at, text))


class RequestSpot(NamedTuple):
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
        return sight(own, self.lines.place(self.line, parse_timestamp(text.lstrip(" ")), text))
