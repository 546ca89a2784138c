"""Columns: fields of many lines at once, read out of a block as arrays instead of line by line.

An offset into the block is an element of an array here, and a short text a row of a matrix of bytes. Readers check what
they read and narrow their arrays to the lines that fit; the other lines are read in other ways.
"""

from __future__ import annotations

import re
from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from loganalyzer.categories import WORD, Category, categories_of
from loganalyzer.fields import Bytes, Numbers, Rows
from loganalyzer.late import late_regex

__all__ = ["NO_FORM", "Lines", "Marks"]

BEHIND = 512
"""Bytes that may be read from any place in a line."""

BLANK = ord(" ")
ANY_DIGIT = ord("#")
DIGIT = late_regex(rb"\d")
MOST_FORMS = 64
MOST_MISSES = 12
"""How many different texts are told apart, and how many in a row may be tried that do not match."""

MOST_KEPT = 1024
"""How many forms are kept ready to be compared."""

NO_FORM = -1

ZEROS = np.uint64(0x3030303030303030)
SIXES = np.uint64(0x0606060606060606)
HIGH_HALVES = np.uint64(0xF0F0F0F0F0F0F0F0)
ALL_BYTES = 0x0101010101010101
LOW_BITS = np.uint64(0x7F7F7F7F7F7F7F7F)
FIRST_BYTES = np.array([(1 << 8 * count) - 1 for count in range(WORD + 1)], np.uint64)
"""What the first so many bytes of a word are masked by."""


@lru_cache(MOST_KEPT)
def _comparisons(form: bytes) -> tuple[tuple[np.uint64, np.uint64, np.uint64], ...]:
    """Give what each word of a form is compared by: its bytes, what to add to digits, and the bits that then count."""
    literal = bytes(ord("0") if one == ANY_DIGIT else one for one in form)
    carry = bytes(0x06 if one == ANY_DIGIT else 0 for one in form)
    mask = bytes(0xF0 if one == ANY_DIGIT else 0xFF for one in form)
    words = [
        [np.uint64(int.from_bytes(numbers[start : start + WORD], "little")) for start in range(0, len(form), WORD)]
        for numbers in (literal, carry, mask)
    ]
    return tuple(zip(*words, strict=True))


def _form_of(found: re.Match[bytes]) -> bytes:
    """Give what was matched, with `#` for each digit that is in no named group."""
    form = bytearray(DIGIT.sub(b"#", found[0]))
    for name in found.re.groupindex:
        start, end = found.span(name)
        form[start:end] = found[name]
    return bytes(form)


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
        return found.clip(0, self._width - 1, out=found)


class Lines:
    """The lines of a block.

    Attributes:
        starts: offset of each line.
        ends: offset of each line's end.
    """

    def __init__(self, data: bytes, ends: Numbers | None = None) -> None:
        """Find the lines of whole ones, unless their ends are known."""
        self._data = data
        self.ends: Numbers = np.flatnonzero(np.frombuffer(data, np.uint8) == ord("\n")) if ends is None else ends
        self.starts: Numbers = np.concatenate((np.zeros(1, np.int64), self.ends[:-1] + 1))

    def longer(self, length: int, behind: int = 0) -> Numbers:
        """Give the lines that can be read in columns.

        Args:
            length: bytes that they must have.
            behind: bytes that must stand before their ends, be it in lines before them.

        Returns:
            Their numbers; those of the last lines are not among them.
        """
        fit = (self.ends - self.starts > length) & (self.ends >= behind) & (self.ends <= len(self._data) - BEHIND)
        return np.flatnonzero(fit)

    def without_tabs(self, rows: Numbers) -> Numbers:
        """Leave out the lines that have white space other than blanks, so that only blanks part their fields."""
        for byte in b"\t\v\f":
            if byte in self._data:
                places = np.flatnonzero(np.frombuffer(self._data, np.uint8) == byte)
                rows = np.setdiff1d(rows, np.searchsorted(self.ends, places), assume_unique=False)
        return rows

    def _words(self, offsets: Numbers) -> NDArray[np.uint64]:
        """Give eight bytes at each offset as a number."""
        found: NDArray[np.uint64] = self.texts(offsets, WORD).view("<u8")[:, 0]
        return found

    def texts(self, offsets: Numbers, width: int) -> Bytes:
        """Give so many bytes, up to BEHIND, at each offset in some lines of `longer`."""
        if not len(offsets):  # all that is left of a block may be shorter than a window
            return np.zeros((0, width), np.uint8)
        windows = np.ndarray(len(self._data) - width + 1, f"V{width}", buffer=self._data, strides=(1,))
        found: Bytes = windows[offsets].view(np.uint8).reshape(len(offsets), width)
        return found

    def texts_between(self, starts: Numbers, ends: Numbers, width: int) -> Bytes:
        """Give texts of different lengths, filled up with NUL to a width that is not exceeded."""
        found: Bytes = self.texts(starts, width) * (np.arange(width) < (ends - starts)[:, None])
        return found

    def categories(self, starts: Numbers, ends: Numbers, width: int) -> Category:
        """Put texts of different lengths, up to a width that is not exceeded, into categories."""
        count = max(1, -(-width // WORD))
        words = self.texts(starts, count * WORD).view("<u8")
        for place in range(count):
            words[:, place] &= FIRST_BYTES[(ends - starts - place * WORD).clip(0, WORD)]
        return categories_of(words)

    def have(self, offsets: Numbers, form: bytes) -> Rows:
        """Say whether a text of some form stands at each offset.

        Args:
            offsets: where.
            form: the text; `#` stands for any digit.
        """
        comparisons = _comparisons(form)
        texts = self.texts(offsets, len(comparisons) * WORD).view("<u8")
        wrong = np.zeros(len(offsets), np.uint64)
        for place, (literal, carry, mask) in enumerate(comparisons):
            # What is left of a digit is 0 to 9; six more carries the others into the high half of the byte.
            word = texts[:, place] ^ literal
            wrong |= ((word | (word + carry)) if carry else word) & mask
        found: Rows = wrong == 0
        return found

    def forms(self, offsets: Numbers, form: re.Pattern[bytes], width: int) -> tuple[Numbers, list[re.Match[bytes]]]:
        """Match a short text at each offset by a regex, but all texts that differ in their digits only once.

        Args:
            offsets: where.
            form: a regex that treats all digits alike but those of its named groups, and matches nothing with `#`.
            width: bytes that it may look at.

        Returns:
            For each offset which of the matches is of its text, or NO_FORM; and the matches. Where there are too many
            different texts, or several that do not match follow each other, those behind them have none.
        """
        which = np.full(len(offsets), NO_FORM)
        rest = np.arange(len(offsets))
        found: list[re.Match[bytes]] = []
        misses = 0
        while len(rest) and len(found) < MOST_FORMS and misses < MOST_MISSES:
            first = form.match(self.texts(offsets[rest[:1]], width).tobytes())
            if first is None:
                rest = rest[1:]
                misses += 1
                continue
            misses = 0
            alike = self.have(offsets[rest], _form_of(first))
            which[rest[alike]] = len(found)
            rest = rest[~alike]
            found.append(first)
        return which, found

    def behind(
        self, rows: Numbers, offsets: Numbers, which: Numbers, found: list[re.Match[bytes]]
    ) -> tuple[Numbers, Numbers]:
        """Give those of some lines at whose offset a form was found, and where it ends.

        Args:
            rows: numbers of the lines.
            offsets: an offset in each.
            which: what `forms` gave.
            found: the matches that it gave.
        """
        fit = which != NO_FORM
        lengths = np.array([one.end() for one in found], np.int64)
        return rows[fit], offsets[fit] + lengths[which[fit]]

    def find(self, offsets: Numbers, byte: bytes, width: int) -> Numbers:
        """Give where the first such byte stands from each offset on; the offset itself where none does in the width.

        Args:
            offsets: where.
            byte: the byte; for a blank any other white space or control character is found as well.
            width: how far to look; most are found in a part of it.
        """
        near = width * 3 // 8
        columns, is_found = self._columns(offsets, byte, near)
        if not is_found.all():
            rest = np.flatnonzero(~is_found)
            columns[rest] = self._columns(offsets[rest], byte, width)[0]
        return offsets + columns

    def _columns(self, offsets: Numbers, byte: bytes, width: int) -> tuple[Numbers, Rows]:
        """Give how far from each offset the first such byte stands, or 0, and whether one does."""
        texts = self.texts(offsets, width)
        is_it = texts <= BLANK if byte == b" " else texts == ord(byte)
        columns: Numbers = is_it.argmax(axis=1)
        return columns, (columns > 0) | is_it[:, 0]

    def before(self, offsets: Numbers, byte: bytes) -> Numbers:
        """Give where the last such byte stands among the eight before each offset; the ninth before where none does."""
        word = self._words(offsets - WORD) ^ np.uint64(ord(byte) * ALL_BYTES)
        marks = ~(((word & LOW_BITS) + LOW_BITS) | word | LOW_BITS)  # the high bit of each byte that was 0
        _, bits = np.frexp(marks.astype(np.float64))
        found: Numbers = offsets - WORD + ((bits - 1) >> 3)
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
        count = len(columns[0][0])
        is_new: Rows = np.zeros(count - 1, bool)
        for offsets, width in columns:
            for start in range(0, width, WORD):
                word = self._words(offsets + start) & np.uint64((1 << 8 * min(WORD, width - start)) - 1)
                is_new |= word[1:] != word[:-1]
        firsts = [0, *(np.flatnonzero(is_new) + 1).tolist()]
        texts = [[text.tobytes() for text in self.texts(offsets[firsts], width)] for offsets, width in columns]
        known: dict[tuple[bytes, ...], int] = {}
        which = [known.setdefault(moment, len(known)) for moment in zip(*texts, strict=True)]
        return list(known), np.repeat(np.array(which, np.int64), np.diff([*firsts, count]))
