"""Finds candidate lines: blocks of bytes are searched for all literal hints at once.

Hyperscan searches in linear time whatever the hints are. Some hundred literals compile in milliseconds, so the
database is made anew at each start and never stored.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import hyperscan

__all__ = ["Candidate", "Scanner"]


class Candidate(NamedTuple):
    """A line that contains at least one hint.

    Attributes:
        start: offset of its first byte in the block.
        end: offset behind its last byte, the line end not counted.
        line: 0-based number of the line within the block.
        hints: positions of the hints that it contains, each once.
    """

    start: int
    end: int
    line: int
    hints: frozenset[int]


class Scanner:
    """A compiled set of hints."""

    def __init__(self, hints: Sequence[str]) -> None:
        """Compile the hints; letters match in any case."""
        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        expressions = [hint.encode() for hint in hints]
        self._database.compile(
            expressions=expressions,
            ids=list(range(len(expressions))),
            flags=[hyperscan.HS_FLAG_CASELESS] * len(expressions),
            literal=True,
        )

    def scan(self, data: bytes) -> list[Candidate]:
        """Give the lines of a block that contain a hint, in their order.

        Args:
            data: whole lines, each ended by a line feed.
        """
        hits: list[tuple[int, int]] = []

        def on_match(hint: int, _start: int, end: int, _flags: int, _context: object) -> None:
            hits.append((end, hint))

        self._database.scan(data, match_event_handler=on_match)
        candidates: list[Candidate] = []
        start = end = counted = number = 0
        found: set[int] = set()
        for offset, hint in hits:
            if offset > end or not found:
                if found:
                    candidates.append(Candidate(start, end, number, frozenset(found)))
                start = data.rfind(b"\n", 0, offset - 1) + 1
                end = data.find(b"\n", offset - 1)
                if end < 0:
                    end = len(data)
                number += data.count(b"\n", counted, start)
                counted = start
                found = set()
            found.add(hint)
        if found:
            candidates.append(Candidate(start, end, number, frozenset(found)))
        return candidates
