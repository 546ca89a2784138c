"""Finds candidate lines: blocks of bytes are searched for all literal hints at once.

Hyperscan searches in linear time whatever the hints are. Its database is kept for the next start.
"""

from __future__ import annotations

import sys
from bisect import bisect_right
from collections.abc import Sequence
from itertools import accumulate
from typing import NamedTuple

import hyperscan

from loganalyzer.cache import digest_of, keep, read_kept

__all__ = ["Candidate", "MarkFinder", "Scanner"]

MOST_MARKS = 256
"""More marks in a block than these are no longer few."""

RELEASE = str(getattr(hyperscan, "__version__", "")).encode()


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
    """A compiled set of hints.

    Attributes:
        lengths: bytes of each hint.
    """

    def __init__(self, hints: Sequence[str]) -> None:
        """Compile the hints, or take them from the cache; letters match in any case."""
        expressions = [hint.encode() for hint in hints]
        self.lengths = [len(expression) for expression in expressions]
        name = f"hints-{digest_of(RELEASE, *(b'%d:' % len(one) + one for one in expressions))}"
        self._database = _read_database(name) or _compile(expressions, name)

    def find(self, data: bytes, most: int = sys.maxsize) -> list[tuple[int, int]] | None:
        """Give offset of the end and number of each hint in a block, in their order; None where there are more."""
        return _find(self._database, data, most)

    def scan(self, data: bytes) -> list[Candidate]:
        """Give the lines of a block that contain a hint, in their order.

        Args:
            data: whole lines, each ended by a line feed.
        """
        hits = self.find(data) or []
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

    def scan_texts(self, texts: Sequence[bytes]) -> list[tuple[int, frozenset[int]]]:
        """Give place and hints of each text that contains a hint; no text has a line feed."""
        ends = list(accumulate(len(text) + 1 for text in texts))
        found: list[tuple[int, frozenset[int]]] = []
        place = end = 0
        inside: set[int] = set()
        for offset, hint in self.find(b"\n".join(texts)) or ():
            if offset >= end:
                if inside:
                    found.append((place, frozenset(inside)))
                    inside.clear()
                place = bisect_right(ends, offset)
                end = ends[place]
            inside.add(hint)
        if inside:
            found.append((place, frozenset(inside)))
        return found


class MarkFinder:
    """Finds a few literals that are rare in a block."""

    def __init__(self, marks: Sequence[bytes]) -> None:
        """Compile the literals; their case counts."""
        self._database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
        self._database.compile(expressions=marks, ids=list(range(len(marks))), flags=[0] * len(marks), literal=True)

    def find(self, data: bytes) -> list[tuple[int, int]] | None:
        """Give offset of the end and number of each mark in a block, in their order; None where there are many."""
        return _find(self._database, data, MOST_MARKS)


def _find(database: hyperscan.Database, data: bytes, most: int) -> list[tuple[int, int]] | None:
    """Give offset of the end and number of each literal; None as soon as there are more."""
    hits: list[tuple[int, int]] = []

    def on_match(literal: int, _start: int, end: int, _flags: int, _context: object) -> bool:
        hits.append((end, literal))
        return len(hits) > most

    try:
        database.scan(data, match_event_handler=on_match)
    except hyperscan.ScanTerminated:
        return None
    return hits


def _compile(expressions: list[bytes], name: str) -> hyperscan.Database:
    """Compile literals, and keep the database."""
    database = hyperscan.Database(mode=hyperscan.HS_MODE_BLOCK)
    database.compile(
        expressions=expressions,
        ids=list(range(len(expressions))),
        flags=[hyperscan.HS_FLAG_CASELESS] * len(expressions),
        literal=True,
    )
    keep(name, hyperscan.dumpb(database))
    return database


def _read_database(name: str) -> hyperscan.Database | None:
    """Read a kept database; None when there is none that this processor and this release of Hyperscan can use."""
    data = read_kept(name)
    if data is None:
        return None
    try:
        database = hyperscan.loadb(data, hyperscan.HS_MODE_BLOCK)
        database.scratch = hyperscan.Scratch(database)
        database.scan(b"\n", match_event_handler=lambda *_: None)
    except hyperscan.error:
        return None
    return database
