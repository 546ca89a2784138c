r"""Records that a copy has put on one line, with blanks or nothing between them → one line a record.

Format facts:
1. `heroku logs` prints time, space, `app[name]: ` or `heroku[name]: `, message (heroku/logplex,
   src/logplex_utils.erl, format/4). Web pages that lose line ends, and consoles that pad lines to their width, glue
   such records together; the first digits of the next time then stand right behind the last word of the message.
2. An app can print what looks like other records. It does so once in a while, between lines with one head, which a
   copy without line ends does not have.
3. `cf logs` prints time, `[TYPE/INSTANCE]`, `OUT` or `ERR`, message (cloudfoundry/cli, util/ui/log_message.go).
4. Render's downloads have a time with `Z`, its command line two blanks behind a time without one, its dashboard a
   clock with AM or PM; many lines of other programs have such times, but only Render's have `==> ` behind some of them
   (render-oss/cli, cmd/logs.go; the rest seen, not specified).
5. A copy of messages alone has Render's arrows. A text of the app begins right behind those of the platform's words
   that have an end (seen).
"""

from __future__ import annotations

import re
from itertools import pairwise
from typing import NamedTuple

from loganalyzer.late import late_regex
from loganalyzer.reading.lines import Piece

__all__ = ["REACH", "Ungluer"]

REACH = 64 << 10
"""Bytes at the start of an input in which such lines are looked for: it is pastes that have them."""

LEAST = 3
"""So many heads make a line a glued one; two may be a line that an app printed."""

DAY = rb"(?:19|20)\d\d-\d\d-\d\d"


class Shape(NamedTuple):
    """One way in which records begin.

    Attributes:
        literal: stands in every line that tells; looked for first, because it costs next to nothing.
        head: how a record begins.
        proof: stands in a glued line at least once, so that no other program's lines are torn; None where the head is
            proof enough.
        end: behind what the next record begins although it has no head; None where all have one.
    """

    literal: bytes
    head: re.Pattern[bytes]
    proof: re.Pattern[bytes] | None = None
    end: re.Pattern[bytes] | None = None


SHAPES = (
    Shape(  # fact 1
        b"]: ", late_regex(DAY + rb"T\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d) (?:app|heroku)\[[\w.-]{1,60}\]: ")
    ),
    Shape(  # fact 3
        b"OUT",
        late_regex(
            rb"(?:" + DAY + rb"[T ]\d\d:\d\d:\d\d(?:\.\d{1,9})? ?(?:Z|[+-]\d{4}) )?"
            rb"\[(?:APP|App|API|CELL|STG|RTR|HEALTH|DEA|SSH|PROXY|LGR)(?:/[\w./ -]{0,80})?\] *\[?(?:STD)?(?:OUT|ERR)\b"
        ),
    ),
    Shape(  # fact 4
        b"==> ",
        late_regex(DAY + rb"(?:T\d\d:\d\d:\d\d(?:\.\d{1,9})?Z | \d\d:\d\d:\d\d  )"),
        late_regex(rb"(?:Z|:\d\d) {1,3}==> "),
    ),
    Shape(  # fact 4
        b"==> ",
        late_regex(
            rb"(?:(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) {1,2}\d{1,2} )?"
            rb"\d{1,2}:\d\d:\d\d(?: |\xe2\x80\xaf|\xc2\xa0)?[AP]M(?=[ =\[|])"
        ),
        late_regex(rb"[AP]M[ |]{0,4}==> "),
    ),
    Shape(  # fact 5
        b"==> ",
        late_regex(rb"==> (?=[A-Z/])"),
        end=late_regex(
            rb"==> (?:Running '[^'\n]{1,400}'|Exited with status \d{1,3}|Deploying\.\.\."
            rb"|No open [^=\n]{1,60} scan\.\.\.)(?=[^\s\d.=])"
        ),
    ),
)
"""The shapes, those with more to show first; the first one that has a head in a line decides about it."""


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
        if reach <= 0 or piece.numbers is not None or self._is_ordinary:
            return piece
        shapes = [shape for shape in SHAPES if piece.data.find(shape.literal, 0, reach) >= 0]
        return self._take_apart(piece, shapes, reach) if shapes else piece

    @property
    def _is_ordinary(self) -> bool:
        """Whether no line will be taken apart any more."""
        return self._ordinary > self._glued

    def _take_apart(self, piece: Piece, shapes: list[Shape], reach: int) -> Piece:
        """Go over the lines within reach."""
        parts: list[bytes] = []
        numbers: list[int] = []
        start = 0
        for number in range(1, piece.lines + 1):
            end = piece.data.find(b"\n", start) + 1
            lines = self._split(piece.data[start:end], shapes, reach - start)
            parts += lines
            numbers += [number] * len(lines)
            start = end
            if not self._glued and (start >= reach or self._is_ordinary):
                return piece
        if len(numbers) == piece.lines:
            return piece
        self._remarks.add("glued-records")
        return Piece(b"".join(parts), len(numbers), tuple(numbers), piece.raw_lines)

    def _split(self, whole: bytes, shapes: list[Shape], reach: int) -> list[bytes]:
        """Give the records of one line."""
        if reach <= 0 or self._is_ordinary:
            return [whole]
        for shape in shapes:
            places = [found.start() for found in shape.head.finditer(whole, 0, reach)] if shape.literal in whole else []
            if places and (shape.proof is None or shape.proof.search(whole)):
                break
        else:
            return [whole]
        if len(places) < LEAST:
            self._ordinary += 1
            return [whole]
        self._glued += 1
        if shape.end is not None:
            places = sorted({*places, *(found.end() for found in shape.end.finditer(whole, 0, reach))})
        borders = [*([0] if whole[: places[0]].strip() else []), *places, len(whole)]
        return [whole[one:other].rstrip() + b"\n" for one, other in pairwise(borders)]
