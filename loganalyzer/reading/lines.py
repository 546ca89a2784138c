"""Whole lines out of bytes that arrive in any pieces: the plain splitter, and the collector for reframed records."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from loganalyzer.late import late_regex

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from loganalyzer.reading.block import LineEnds

__all__ = ["LINE_HEAD", "LINE_LIMIT", "RECORD_LIMIT", "Collector", "LineSplitter", "Piece", "Splitter"]

LINE_LIMIT = 1 << 20
"""Bytes of the longest line that is kept whole."""

LINE_HEAD = 64 << 10
"""Bytes that are kept of a longer line."""

LEAST_FOR_NUMPY = 128 << 10
"""Bytes of a piece that come in one read only where the input is large."""

RECORD_LIMIT = 8 << 20
"""Bytes or characters of the longest record that is put together from several lines."""


HALF_CHARACTER = late_regex(rb"(?:[\xc0-\xff]|[\xe0-\xff][\x80-\xbf]|[\xf0-\xff][\x80-\xbf]{2})\Z")
LINE_FEED = 0x0A
CACHED_BYTES = 256 << 10
WORD = 8
BYTE_NUMBERS = 0x0001020304050607


class Piece(NamedTuple):
    """Whole lines, as a splitter hands them out; the fields are those of a Block."""

    data: bytes
    lines: int
    numbers: tuple[int, ...] | None
    raw_lines: int
    ends: LineEnds | None = None


class Splitter(Protocol):
    """What takes in bytes in any pieces and hands out whole lines."""

    @property
    def ready(self) -> int:
        """Bytes of whole lines that `take` would give."""

    @property
    def held(self) -> int:
        """About how many bytes of input wait for their line's or record's end."""

    def feed(self, data: bytes, /) -> None:
        """Take in the next bytes."""

    def finish(self) -> None:
        """Take in the end of the input: what was held becomes ready."""

    def take(self) -> Piece:
        """Hand out what is ready."""


def count_line_ends(data: bytes) -> int:
    """Count line feeds; numpy does it three times as fast as bytes.count, but takes time to be imported."""
    if len(data) < LEAST_FOR_NUMPY:
        return data.count(b"\n")
    import numpy as np  # noqa: PLC0415 (start-up time)

    return int(np.count_nonzero(np.frombuffer(data, np.uint8) == LINE_FEED))


def find_line_ends(data: bytes) -> LineEnds:
    """Give the offset of each line feed; done in pieces that stay in the processor's cache."""
    import numpy as np  # noqa: PLC0415 (start-up time)

    view = np.frombuffer(data, np.uint8)
    starts = range(0, len(view), CACHED_BYTES)
    return np.concatenate([_find_in_piece(view[start : start + CACHED_BYTES]) + start for start in starts])


def _find_in_piece(view: NDArray[np.uint8]) -> LineEnds:
    """Give the offset of each line feed: first the words of eight bytes that have one, since few of them do."""
    import numpy as np  # noqa: PLC0415 (start-up time)

    is_end = view == LINE_FEED
    whole = len(view) // WORD * WORD
    words = is_end[:whole].view("<u8")
    places = np.flatnonzero(words != 0)
    found = words[places]
    if (found & (found - np.uint64(1))).any():  # two in one word
        return np.flatnonzero(is_end)
    # The one byte that is 1 moves its own number into the last byte.
    columns = ((found * BYTE_NUMBERS) >> np.uint64(8 * (WORD - 1))).astype(np.int64)
    return np.concatenate((places * WORD + columns, np.flatnonzero(is_end[whole:]) + whole))


class LineSplitter:
    """Splits normalised text into lines; a line beyond the limit keeps only its head."""

    def __init__(self, remarks: set[str], limit: int = LINE_LIMIT) -> None:
        """Start empty.

        Args:
            remarks: gets "cut-lines" when a line was cut.
            limit: bytes of the longest line that is kept whole.
        """
        self._remarks = remarks
        self._limit = limit
        self._closed: list[bytes | memoryview] = []
        self._open: list[bytes] = []
        self._skipping = False
        self._lines = 0
        self._ends: LineEnds | None = None
        self.ready = 0
        self.held = 0

    def feed(self, data: bytes) -> None:
        """Take in the next bytes; line ends are line feeds alone."""
        if not self.held and not self._closed and len(data) >= LEAST_FOR_NUMPY and data.endswith(b"\n"):
            ends = find_line_ends(data)
            if max(ends[0], (ends[1:] - ends[:-1]).max(initial=0)) <= self._limit:
                self._closed, self._ends = [data], ends
                self._lines = len(ends)
                self.ready = len(data)
                return
        for start in range(0, len(data), self._limit):  # no line within one step is longer than the limit
            self._feed(data if len(data) <= self._limit else data[start : start + self._limit])

    def _feed(self, data: bytes) -> None:
        """Take in at most `limit` bytes, so that only the line left open before can be too long."""
        first = data.find(b"\n")
        if first < 0:
            if not self._skipping:
                self._extend(data)
            return
        if self._skipping:
            data = data[first:]
            self._skipping = False
        elif self.held + first > self._limit:
            self._extend(data[:first])
            self._skipping = False
            data = data[first:]
        end = data.rfind(b"\n") + 1
        self._closed += self._open
        self._closed.append(memoryview(data)[:end])
        self.ready += self.held + end
        self._lines += count_line_ends(data)
        self._open = [data[end:]] if end < len(data) else []
        self.held = len(data) - end

    def _extend(self, data: bytes) -> None:
        """Lengthen the open line, or cut it to its head and skip what follows."""
        self._open.append(data)
        self.held += len(data)
        if self.held > self._limit:
            self._open = [_head(b"".join(self._open))]
            self.held = len(self._open[0])
            self._skipping = True
            self._remarks.add("cut-lines")

    def finish(self) -> None:
        """End the last line if it is open."""
        if self._open:
            self._feed(b"\n")

    def take(self) -> Piece:
        """Hand out the whole lines so far."""
        ends = self._ends if len(self._closed) == 1 else None
        piece = Piece(b"".join(self._closed), self._lines, None, self._lines, ends)
        self._closed, self._ends = [], None
        self._lines = self.ready = 0
        return piece


def _head(line: bytes) -> bytes:
    """Give the head of a long line, cut between two characters."""
    head = line[:LINE_HEAD]
    return HALF_CHARACTER.sub(b"", head, count=1)


class Collector:
    """Gathers records and lines together with the original line that each began on."""

    def __init__(self, remarks: set[str]) -> None:
        """Start at the first line of the input."""
        self._text = LineSplitter(remarks)
        self._parts: list[bytes] = []
        self._numbers: list[int] | None = None
        self._lines = 0
        self._raw_lines = 0
        self.ready = 0

    @property
    def held(self) -> int:
        """Bytes of the text line that is still open."""
        return self._text.held

    def record(self, line: bytes) -> None:
        """Add a record that begins on the current original line.

        Args:
            line: its one line, without line end.
        """
        self._number(1)
        self._parts.append(line + b"\n")
        self._lines += 1
        self.ready += len(line) + 1

    def skip(self, raw_lines: int) -> None:
        """Go on by some original lines, whose content is told by records or not at all; backwards if negative."""
        self._raw_lines += raw_lines

    def text(self, data: bytes) -> None:
        """Add text as it is; each of its lines is an original line. It may stop within a line and go on later."""
        self._text.feed(data)
        self._take_text()

    def end_text(self) -> None:
        """End the text line that is open, if one is."""
        self._text.finish()
        self._take_text()

    def _take_text(self) -> None:
        """Bring whole text lines over."""
        if not self._text.ready:
            return
        piece = self._text.take()
        self._number(piece.lines)
        self._parts.append(piece.data)
        self._lines += piece.lines
        self._raw_lines += piece.lines
        self.ready += len(piece.data)

    def _number(self, lines: int) -> None:
        """Number lines that begin on the current original line and go on one by one."""
        if self._numbers is None and self._raw_lines != self._lines:
            self._numbers = list(range(1, self._lines + 1))
        if self._numbers is not None:
            self._numbers.extend(range(self._raw_lines + 1, self._raw_lines + lines + 1))

    def take(self) -> Piece:
        """Hand out everything so far; numbers start anew at the current original line."""
        numbers = None if self._numbers is None else tuple(self._numbers)
        piece = Piece(b"".join(self._parts), self._lines, numbers, self._raw_lines)
        self._parts = []
        self._numbers = None
        self._lines = self._raw_lines = self.ready = 0
        return piece
