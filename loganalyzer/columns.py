"""Columns: fields of many lines at once, read out of a block as arrays instead of line by line.

An offset into the block is an element of an array here, and a short text a row of a matrix of bytes. Readers check what
they read and narrow their arrays to the lines that fit; the other lines are read in other ways.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

__all__ = ["Bytes", "Fields", "Lines", "Marks", "Numbers", "Rows"]

Bytes = NDArray[np.uint8]
Numbers = NDArray[np.int64]
Rows = NDArray[np.bool_]

WORD = 8
ZEROS = np.uint64(0x3030303030303030)
SIXES = np.uint64(0x0606060606060606)
HIGH_HALVES = np.uint64(0xF0F0F0F0F0F0F0F0)


class Fields(NamedTuple):
    """What was read of some lines of a block; all arrays have a row for each of them.

    Attributes:
        lines: numbers of the lines in the block, rising.
        moments: the distinct minutes, each with the zone where the platform writes one.
        moment: which of them.
        kind, process, status: texts, filled up with NUL; see request_lines.Shape.
        time_ms: time to answer.
    """

    lines: Numbers
    moments: list[tuple[bytes, ...]]
    moment: Numbers
    kind: Bytes
    process: Bytes
    status: Bytes
    time_ms: Numbers


class Marks:
    """Where a byte stands in the rows of a matrix, counted from either side."""

    def __init__(self, rows: Bytes, byte: bytes) -> None:
        """Find the places."""
        count, self._width = rows.shape
        self._places: Numbers = np.flatnonzero(rows == ord(byte))
        self._bounds: Numbers = np.searchsorted(self._places, np.arange(count + 1) * self._width)
        self._row_starts: Numbers = np.arange(count) * self._width

    def at_least(self, count: int | Numbers) -> Rows:
        """Say in which rows there are so many; the number may differ from row to row."""
        found: Rows = np.diff(self._bounds) >= count
        return found

    def first(self, number: int) -> Numbers:
        """Give the column of a mark, the first one being 0; anything where there are too few."""
        return self._column(self._bounds[:-1] + number)

    def last(self, number: int | Numbers) -> Numbers:
        """Give the column of a mark, the last one being 1; anything where there are too few."""
        return self._column(self._bounds[1:] - number)

    def _column(self, places: Numbers) -> Numbers:
        """Turn places into columns."""
        if not len(self._places):
            return np.zeros(len(places), np.int64)
        found: Numbers = self._places[places.clip(0, len(self._places) - 1)] - self._row_starts
        return found


class Lines:
    """The lines of a block.

    Attributes:
        starts: offset of each line.
        ends: offset of each line's end.
    """

    def __init__(self, data: bytes) -> None:
        """Find the lines of whole ones."""
        self._data = data
        self.ends: Numbers = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n"))
        self.starts: Numbers = np.concatenate((np.zeros(1, np.int64), self.ends[:-1] + 1))

    def _windows(self, width: int, kind: str) -> NDArray[Any]:
        """Give a view of the block in which each offset has what stands there."""
        return np.ndarray(len(self._data) - width + 1, kind, buffer=self._data, strides=(1,))

    def _words(self, offsets: Numbers) -> NDArray[np.uint64]:
        """Give eight bytes at each offset as a number."""
        windows = self._windows(WORD, "<u8")
        found: NDArray[np.uint64] = windows[offsets.clip(0, len(windows) - 1)]
        return found

    def texts(self, offsets: Numbers, width: int) -> Bytes:
        """Give so many bytes at each offset; an offset too near to a border of the block is moved away from it."""
        windows = self._windows(width, f"V{width}")
        found: Bytes = windows[offsets.clip(0, len(windows) - 1)].view(np.uint8).reshape(len(offsets), width)
        return found

    def texts_between(self, starts: Numbers, ends: Numbers, width: int) -> Bytes:
        """Give texts of different lengths, filled up with NUL to a width that is not exceeded."""
        found: Bytes = self.texts(starts, width) * (np.arange(width) < (ends - starts)[:, None])
        return found

    def have(self, offsets: Numbers, literal: bytes) -> Rows:
        """Say whether a literal stands at each offset."""
        found: Rows = np.ones(len(offsets), bool)
        for start in range(0, len(literal), WORD):
            piece = literal[start : start + WORD]
            mask = np.uint64((1 << 8 * len(piece)) - 1)
            found &= (self._words(offsets + start) & mask) == np.uint64(int.from_bytes(piece, "little"))
        return found

    def have_digits(self, offsets: Numbers, width: int) -> Rows:
        """Say whether so many digits stand at each offset."""
        is_digit: Rows = self.texts(offsets, width) - np.uint8(ord("0")) < 10
        found: Rows = np.logical_and.reduce(is_digit, axis=1)
        return found

    def numbers(self, starts: Numbers, ends: Numbers) -> tuple[Numbers, Rows]:
        """Read numbers of one to seven digits.

        Returns:
            The numbers, and which of the texts are such; eight bytes must stand before each end.
        """
        lengths = ends - starts
        # The digits go to the high bytes of a word, then pairs, fours and eights of them are put together.
        rest = ((WORD - lengths.clip(1, 7)) * 8).astype(np.uint64)
        word = ((self._words(ends - WORD) >> rest) << rest) ^ ((ZEROS >> rest) << rest)
        right = ((word | (word + SIXES)) & HIGH_HALVES) == 0
        word = (word * np.uint64(10) + (word >> np.uint64(8))) & np.uint64(0x00FF00FF00FF00FF)
        word = (word * np.uint64(100) + (word >> np.uint64(16))) & np.uint64(0x0000FFFF0000FFFF)
        word = (word * np.uint64(10000) + (word >> np.uint64(32))) & np.uint64(0xFFFFFFFF)
        return word.astype(np.int64), right & (lengths >= 1) & (lengths <= 7)

    def moments(self, *columns: tuple[Numbers, int]) -> tuple[list[tuple[bytes, ...]], Numbers]:
        """Tell the minutes of lines apart; most lines have that of the line before them.

        Args:
            columns: offset in each line and width of the minute, and of the zone where there is one.

        Returns:
            The distinct texts, and for each line which of them.
        """
        texts = [self.texts(offsets, width) for offsets, width in columns]
        whole = np.concatenate(texts, axis=1)
        firsts = [0, *(np.flatnonzero((whole[1:] != whole[:-1]).any(axis=1)) + 1).tolist()]
        known: dict[tuple[bytes, ...], int] = {}
        which = [known.setdefault(tuple(text[row].tobytes() for text in texts), len(known)) for row in firsts]
        return list(known), np.repeat(np.array(which, np.int64), np.diff([*firsts, len(whole)]))
