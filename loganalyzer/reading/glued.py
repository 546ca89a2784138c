r"""Records of Heroku that a copy has put on one line, with blanks or nothing between them → one line a record.

Format facts:
1. `heroku logs` prints time, space, `app[name]: ` or `heroku[name]: `, message (heroku/logplex,
   src/logplex_utils.erl, format/4). Web pages that lose line ends, and consoles that pad lines to their width, glue
   such records together; the first digits of the next time then stand right behind the last word of the message.
2. An app can print what looks like other records. It does so once in a while, between lines with one head, which a
   copy without line ends does not have.
"""

from __future__ import annotations

from itertools import pairwise

from loganalyzer.late import late_regex
from loganalyzer.reading.lines import Piece

__all__ = ["REACH", "Ungluer"]

REACH = 64 << 10
"""Bytes at the start of an input in which such lines are looked for: it is pastes that have them."""

HEAD = late_regex(  # fact 1
    rb"(?:19|20)\d\d-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d) (?:app|heroku)\[[\w.-]{1,60}\]: "
)
LEAST = 3
"""So many heads make a line a glued one; two may be a line that an app printed."""


class Ungluer:
    """Takes glued lines apart, as long as they are not fewer than the ordinary ones before them (fact 2)."""

    def __init__(self, remarks: set[str]) -> None:
        """Start at the first byte of an input; *remarks* gets "glued-records"."""
        self._remarks = remarks
        self._seen = 0
        self._ordinary = 0
        self._glued = 0

    def mend(self, piece: Piece) -> Piece:
        """Take the glued lines of the next piece apart; their parts keep the number of the line."""
        reach = REACH - self._seen
        self._seen += len(piece.data)
        if reach <= 0 or piece.numbers is not None or not HEAD.search(piece.data, 0, reach):
            return piece
        parts: list[bytes] = []
        numbers: list[int] = []
        start = 0
        for number in range(1, piece.lines + 1):
            end = piece.data.find(b"\n", start) + 1
            lines = self._split(piece.data, start, end, reach)
            parts += lines
            numbers += [number] * len(lines)
            start = end
            if start >= reach and not self._glued:
                return piece
        if len(numbers) == piece.lines:
            return piece
        self._remarks.add("glued-records")
        return Piece(b"".join(parts), len(numbers), tuple(numbers), piece.raw_lines)

    def _split(self, data: bytes, start: int, end: int, reach: int) -> list[bytes]:
        """Give the records of one line."""
        whole = data[start:end]
        if start >= reach:
            return [whole]
        places = [found.start() for found in HEAD.finditer(whole, 0, reach - start)]
        if len(places) < LEAST:
            self._ordinary += bool(places)
            return [whole]
        if self._ordinary > self._glued:
            return [whole]
        self._glued += 1
        borders = [*([0] if whole[: places[0]].strip() else []), *places, len(whole)]
        return [whole[one:other].rstrip() + b"\n" for one, other in pairwise(borders)]
