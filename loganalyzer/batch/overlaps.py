"""Overlaps: lines that two pieces of one log both have count once.

A line is the same when its text is, with the time and origin that stand in it; a line without a time is the same when
the last line with a time before it is, too. A line that stands twice in one piece counts twice. Lines before the first
time are always kept.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from loganalyzer.batch.records import PieceResult
from loganalyzer.reading import Block
from loganalyzer.summarizing.headed import line_spans

__all__ = ["Seen", "overlap"]

TIME = re.compile(rb"\d{4}-\d\d-\d\d[T ]\d\d:\d\d|[A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d")
HEAD_BYTES = 400
MOST_REMEMBERED = 4_000_000
"""Lines that are remembered; older ones are forgotten, and then count again."""


def overlap(pieces: Sequence[PieceResult]) -> bool:
    """Say whether the times of two pieces touch, so that they may have the same lines."""
    spans = sorted(
        (min(piece.first_at, piece.last_at), max(piece.first_at, piece.last_at))
        for piece in pieces
        if piece.first_at and piece.last_at
    )
    latest = None
    for start, end in spans:
        if latest is not None and start <= latest:
            return True
        latest = end if latest is None else max(latest, end)
    return False


class Seen:
    """The lines of the pieces so far."""

    def __init__(self) -> None:
        """Start with none."""
        self.dropped = 0
        self._earlier: dict[int, None] = {}
        self._counts: dict[int, int] = {}
        self._moment = 0

    def next_piece(self) -> None:
        """Go on to the next piece; give no lines twice from now on that the last one had."""
        for key, count in self._counts.items():
            for occurrence in range(count):
                self._earlier[hash((key, occurrence))] = None
        while len(self._earlier) > MOST_REMEMBERED:
            del self._earlier[next(iter(self._earlier))]
        self._counts = {}
        self._moment = 0
        self.dropped = 0

    def strain(self, block: Block) -> Block:
        """Give a block without the lines that an earlier piece has; line numbers stay."""
        data = block.data
        kept: list[bytes] = []
        numbers: list[int] = []
        for position, (start, end) in enumerate(line_spans(data)):
            line = data[start:end]
            if TIME.search(line[:HEAD_BYTES]):
                key = self._moment = hash(line)
            else:
                key = hash((self._moment, line)) if self._moment else 0
            if key:
                occurrence = self._counts.get(key, 0)
                self._counts[key] = occurrence + 1
                if len(self._counts) > MOST_REMEMBERED:
                    del self._counts[next(iter(self._counts))]
                if hash((key, occurrence)) in self._earlier:
                    self.dropped += 1
                    continue
            kept.append(line + b"\n")
            numbers.append(block.numbers[position] if block.numbers else position + 1)
        return Block(b"".join(kept), len(kept), block.raw_bytes, tuple(numbers), block.raw_lines, block.remarks)
