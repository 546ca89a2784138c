r"""Answers of Cloud Foundry's and Render's API that stand in a text, laid out over several lines → one line a record.

Format facts:
1. `cf curl` and the client's trace print JSON with an indentation of one to three blanks (cloudfoundry/cli,
   command/v7/curl_command.go); people paste it between the lines of a log, behind the command, with quote marks of a
   copy or without.
2. An app prints JSON over several lines as well: only what has the API's members is taken (records.py, fact 3).
3. `render logs -o json` puts nothing between its records (json_records.py, fact 1).
"""

from __future__ import annotations

import json
from typing import NamedTuple

from loganalyzer.late import late_regex
from loganalyzer.reading.lines import Piece
from loganalyzer.reading.records import list_records, write_record

__all__ = ["DocumentFolder"]

REACH = 64 << 10
"""Bytes at the start of an input in which such answers are looked for: it is pastes that have them."""

MARKS = (
    *('"exit_description":', '"uptime":', '"since":', '"package_state":', '"lifecycle":'),
    *('"labels": [', '"serviceId":', '"dep-'),
)
"""Members of answers that tell about an app, Cloud Foundry's and Render's; one of them is in each."""

QUOTE = late_regex(rb"(?m)^> ?")
OPENING = late_regex(rb"(?m)^(?:> ?)?[ \t]*[{\[]\n")
OPENINGS = (b"{\n", b"[\n")
"""Ends of such a line; looked for first, because that costs next to nothing."""

DECODER = json.JSONDecoder()
MOST_OPENINGS = 256
"""So many lines are tried; a text of nothing but brackets would take seconds."""

OPEN_CHARACTERS = 16
"""A document whose last so many characters cannot be read may only be cut there."""


class DocumentFolder:
    """Makes records of the answers in the first bytes of an input; all other lines stay as they are."""

    def __init__(self, remarks: set[str]) -> None:
        """Start at the first byte of an input; *remarks* gets "json-records"."""
        self._remarks = remarks
        self._passed = 0
        self._held = b""

    def mend(self, piece: Piece, *, is_last: bool) -> Piece:
        """Fold the answers of the next piece; a record has the number of its answer's first line.

        Args:
            piece: whole lines.
            is_last: whether nothing follows. Else an answer that goes on is held back, and counts to the next piece.
        """
        if piece.numbers is not None or (not self._held and self._passed >= REACH):
            return piece
        data = self._held + piece.data
        reach = REACH - self._passed
        if not any(data.find(opening, 0, reach) >= 0 for opening in OPENINGS):
            self._passed += len(data)
            return piece
        answers, end = _find_answers(data, reach, is_last=is_last)
        if not answers and not self._held and end == len(data):
            self._passed += len(data)
            return piece
        self._held = data[end:]
        self._passed += end
        return self._fold(data[:end], answers)

    def _fold(self, data: bytes, answers: list[_Answer]) -> Piece:
        """Put records in the place of answers."""
        parts: list[bytes] = []
        numbers: list[int] = []
        done = lines = 0
        for answer in [*answers, _Answer(len(data), len(data), [])]:
            before = data[done : answer.start]
            parts += [before, *(write_record(record, self._remarks) + b"\n" for record in answer.records)]
            count = before.count(b"\n")
            numbers += [*range(lines + 1, lines + count + 1), *[lines + count + 1] * len(answer.records)]
            lines += count + data.count(b"\n", answer.start, answer.end)
            done = answer.end
        if not answers:
            return Piece(data, lines, None, lines)
        self._remarks.add("json-records")
        return Piece(b"".join(parts), len(numbers), tuple(numbers), lines)


class _Answer(NamedTuple):
    """An answer, as whole lines of the data, and its records."""

    start: int
    end: int
    records: list[object]


def _find_answers(data: bytes, reach: int, *, is_last: bool) -> tuple[list[_Answer], int]:
    """Give the answers that end within reach, and the place of one that goes on behind the data, or the data's end."""
    answers: list[_Answer] = []
    place = 0
    for _ in range(MOST_OPENINGS):
        opening = OPENING.search(data, place, reach)
        if opening is None:
            break
        start = opening.start()
        place = opening.end()
        whole = data[start:reach]
        text = (QUOTE.sub(b"", whole) if whole.startswith(b">") else whole).decode("utf-8", "surrogateescape")
        try:
            values, length = _decode(text)
        except json.JSONDecodeError as error:
            is_cut = error.pos >= len(text.rstrip()) - OPEN_CHARACTERS or error.msg.startswith("Unterminated")
            if is_cut and not is_last and len(data) < reach:
                return answers, start
            continue
        except (ValueError, RecursionError):
            continue
        line_end = text.find("\n", length)
        if line_end >= 0 and not text[length:line_end].strip() and any(mark in text[:length] for mark in MARKS):
            place = _skip_lines(data, start, text.count("\n", 0, line_end) + 1)
            answers.append(_Answer(start, place, [one for value in values for one in list_records(value)]))
    return answers, len(data)


def _decode(text: str) -> tuple[list[object], int]:
    """Decode what a text begins with, and what is glued to it (fact 3); a list counts as its items.

    Returns:
        The values, and the place behind them.
    """
    values: list[object] = []
    place = len(text) - len(text.lstrip())
    while not values or text.startswith("{", place):
        value, place = DECODER.raw_decode(text, place)
        values += value if isinstance(value, list) else [value]
    return values, place


def _skip_lines(data: bytes, place: int, count: int) -> int:
    """Give the place behind so many lines."""
    for _ in range(count):
        place = data.find(b"\n", place) + 1
    return place
