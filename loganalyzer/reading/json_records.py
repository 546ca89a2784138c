"""JSON documents of any layout → one line a record: objects glued together, arrays, pages of log APIs.

Format facts:
1. `render logs -o json` prints indented objects without anything between them (render-oss/cli, cmd/logs.go); `jq .`
   puts a line end there, and people add commas when they cut records out of an array.
2. A page may have other members before and behind its list; they are scalars, and none has the name of a log record's
   own member (the pages of records.py, fact 1).
3. A log may begin with `{` or `[` and be no JSON: objects printed by Node.js, tags and times in brackets.
4. Where every line is an object already, nothing has to be done. The first record decides.
"""

from __future__ import annotations

import codecs
import json
import re
from typing import Any

import regex

from loganalyzer.reading.lines import RECORD_LIMIT, Collector, Piece
from loganalyzer.reading.records import LISTS, WRAPPER, has_base64_payload, write_record

__all__ = ["JsonSplitter"]

DECODER = json.JSONDecoder()
SPACE = re.compile(r"[ \t\n]*")
ARRAY = regex.compile(r"\[[ \t\n]*+(?=[{\]])")
RECORD_KEYS = "message|msg|log|level|severity|timestamp|@timestamp|time|ts"
MEMBER = (
    rf'"(?!(?:{RECORD_KEYS})")[^"\\\n]*+"[ \t\n]*+:[ \t\n]*+(?:"(?:[^"\\\n]++|\\.)*+"|[-+.\w]++)[ \t\n]*+,[ \t\n]*+'
)
PAGE = regex.compile(  # fact 2
    rf"\{{[ \t\n]*+(?:{MEMBER})*+"
    rf'(?P<wrapper>"{WRAPPER}"[ \t\n]*+:[ \t\n]*+\{{[ \t\n]*+(?:{MEMBER})*+)?'
    rf'"(?:{"|".join(LISTS)})"[ \t\n]*+:[ \t\n]*+\[[ \t\n]*+(?=[{{\]])'
)
LAST_TOKEN = re.compile(r"\s*|[-+.\w\\]{1,16}")
"""What may stand where decoding stopped when only the rest is missing: nothing, or the start of a literal."""

DEEPEST = 6
"""How many lists and pages may stand within one another."""


class JsonSplitter:
    """Takes records one by one, however long the document is; what turns out to be no JSON passes as lines.

    `_open` has what the current position is inside of: "list", or "tail", the members of a page behind its list.
    """

    def __init__(self, remarks: set[str]) -> None:
        """Start before the document; *remarks* gets "json-records" and what is mended in records."""
        self._remarks = remarks
        self._out = Collector(remarks)
        self._decode = codecs.getincrementaldecoder("utf-8")("surrogateescape").decode
        self._text = ""
        self._at = 0
        self._opening: str | None = ""  # what was passed before the first record; None behind it
        self._open: list[str] = []
        self._column: int | None = 0  # indentation of the current token; None when it does not begin its line
        self._indent = 0  # indentation of the last record
        self._state = "records"  # or "lost", at the start of a text line; "line", within one; "lines", for good
        self._ends_line = True

    @property
    def ready(self) -> int:
        """Bytes of whole lines that `take` would give."""
        return self._out.ready

    @property
    def held(self) -> int:
        """About how many bytes wait for the end of their record or line."""
        return len(self._text) - self._at + self._out.held

    def feed(self, data: bytes) -> None:
        """Take in the next bytes, normalised."""
        if self._state == "lines":
            self._out.text(data)
            return
        self._advance(self._decode(data), is_last=False)

    def finish(self) -> None:
        """Take in the end of the input."""
        self._advance(self._decode(b"", True), is_last=True)
        if self._state in ("lines", "line"):
            self._out.end_text()
        elif not self._ends_line:
            self._out.skip(1)

    def take(self) -> Piece:
        """Hand out what is ready."""
        return self._out.take()

    def _advance(self, text: str, *, is_last: bool) -> None:
        """Go as far as the text allows."""
        self._text = self._text[self._at :] + text
        self._at = 0
        self._ends_line = text.endswith("\n") if text else self._ends_line
        while self._at < len(self._text) and self._step(is_last=is_last):
            pass

    def _step(self, *, is_last: bool) -> bool:
        """Pass one thing; say whether to go on."""
        if self._state == "lines":
            self._pass_text(len(self._text))
            return False
        if self._state == "line" or (self._state == "lost" and not self._finds_record(is_last=is_last)):
            return self._state != "lost" and self._pass_line()
        return self._step_in_records(is_last=is_last)

    def _step_in_records(self, *, is_last: bool) -> bool:
        """Pass a sign between records, or a record."""
        start = self._pass_space()
        sign = self._text[start : start + 1]
        if not sign:
            return False
        where = self._open[-1] if self._open else ""
        if sign == ",":
            return self._tail_member(start, is_last=is_last) if where == "tail" else self._consume(start + 1)
        if (sign, where) in (("]", "list"), ("}", "tail")):
            self._open.pop()
            if not self._open:
                self._begin_records()
            return self._consume(start + 1)
        if sign == "[" and not where:
            return self._enter(ARRAY, start, is_last=is_last) or self._no_json(is_last=is_last)
        if sign == "{" and where != "tail":
            return self._take_value(start, is_last=is_last)
        return self._no_json(is_last=is_last)
