"""JSON documents of any layout → one line a record: objects glued together, arrays, pages of log APIs.

Format facts:
1. `render logs -o json` prints indented objects without anything between them (render-oss/cli, cmd/logs.go); `jq .`
   puts a line end there, and people add commas when they cut records out of an array.
2. A page (records.py, fact 1) may have other members before and behind its list. Those before are scalars, and none has
   the name of a log record's own member.
3. A log may begin with `{` or `[` and be no JSON: objects printed by Node.js, tags and times in brackets.
4. Where every line is an object already, nothing has to be done. The first record decides.
"""

from __future__ import annotations

import codecs
import json
from typing import Any

import regex

from loganalyzer.late import late_regex
from loganalyzer.reading.lines import RECORD_LIMIT, Collector, Piece
from loganalyzer.reading.records import LISTS, WRAPPER, has_base64_payload, list_records, write_record

__all__ = ["JsonSplitter"]

DECODER = json.JSONDecoder()
SPACE = late_regex(r"[ \t\n]*")
INDENT = late_regex(r"[ \t]*")
S = r"[ \t\n]*+"
TEXT = r'"(?:[^"\\\n]++|\\.)*+"'
RECORD_KEYS = "message|msg|log|level|severity|timestamp|@timestamp|time|ts"
MEMBER = rf'"(?!(?:{RECORD_KEYS})")[^"\\\n]*+"{S}:{S}(?:{TEXT}|[-+.\w]++){S},{S}'
ARRAY = regex.compile(rf"\[{S}(?=\{{)")
PAGE = regex.compile(  # fact 2
    rf'\{{{S}(?:{MEMBER})*+(?P<wrapper>"{WRAPPER}"{S}:{S}\{{{S}(?:{MEMBER})*+)?'
    rf'"(?:{"|".join(LISTS)})"{S}:{S}\[{S}(?=[{{\]])'
)
TAIL_KEY = regex.compile(rf",{S}{TEXT}{S}:{S}(?=\S)")
LAST_TOKEN = late_regex(r"\s*|[-+.\w\\]{1,16}")
"""What may stand where decoding stopped when only the rest is missing: nothing, or the start of a literal."""

EAGER_CHARACTERS = 1 << 20
"""A longer record is tried again only when a quarter more of it has come, or the time would grow with its square."""


class _UnfinishedError(Exception):
    """More must come before it can be told what this is."""


class _NoJsonError(Exception):
    """What stands here is no record."""


class JsonSplitter:
    """Takes records one by one, however long the document is; what turns out to be no JSON passes as lines.

    It is in one of these states: "records"; "text", within a text line; "lost", at the start of a line behind one;
    "lines", with nothing but lines from here on. `_open` has what the position is inside of: "list", or "tail", the
    members of a page behind its list.
    """

    def __init__(self, remarks: set[str]) -> None:
        """Start before the document; *remarks* gets "json-records" and what is mended in records."""
        self._remarks = remarks
        self._out = Collector(remarks)
        self._decoder = codecs.getincrementaldecoder("utf-8")("surrogateescape")
        self._state = "records"
        self._text = ""
        self._at = 0
        self._token = 0
        self._tried = 0
        self._is_last = False
        self._open: list[str] = []
        self._opening: str | None = ""  # what was passed before the first record; None behind it
        self._starts_line = True
        self._indent = 0  # of the last record that began its line

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
        else:
            self._advance(self._decoder.decode(data))

    def finish(self) -> None:
        """Take in the end of the input."""
        self._is_last = True
        self._advance(self._decoder.decode(b"", True))
        if self._opening:
            self._become_lines()
        self._out.end_text()
        if self._state == "records" and not self._starts_line:
            self._out.skip(1)

    def take(self) -> Piece:
        """Hand out what is ready."""
        return self._out.take()

    def _advance(self, text: str) -> None:
        """Go as far as the text allows."""
        self._text = self._text[self._at :] + text
        self._at = self._token = 0
        if len(self._text) < self._tried * 5 // 4 and not self._is_last:
            return
        self._tried = 0
        while self._at < len(self._text):
            try:
                self._pass_next()
            except _UnfinishedError:
                if not self._is_last and len(self._text) - self._token <= RECORD_LIMIT:
                    waiting = len(self._text) - self._at
                    self._tried = waiting if waiting > EAGER_CHARACTERS else 0
                    return
                self._give_up()
            except _NoJsonError:
                self._give_up()

    def _pass_next(self) -> None:
        """Pass whatever comes next, or raise."""
        if self._state == "lines":
            self._pass_text(len(self._text))
        elif self._state == "text":
            end = self._text.find("\n", self._at) + 1
            self._state = "lost" if end else "text"
            self._pass_text(end or len(self._text))
        elif self._state == "lost":
            self._state = "records" if self._resumes() else "text"
        else:
            self._pass_token()

    def _pass_text(self, end: int) -> None:
        """Pass text as it is."""
        self._out.text(self._text[self._at : end].encode("utf-8", "surrogateescape"))
        self._at = self._token = end
        self._starts_line = True

    def _give_up(self) -> None:
        """Take the current line as text; everything, when no record came before (fact 3)."""
        self._state = "text"
        if self._opening is not None:
            self._become_lines()

    def _become_lines(self) -> None:
        """Pass what came so far, and all that comes, as it is."""
        opening = self._opening or ""
        self._state = "lines"
        self._opening = None
        self._out.skip(-opening.count("\n"))
        self._out.text(opening.encode("utf-8", "surrogateescape"))
        self._pass_text(len(self._text))
        self._out.text(self._decoder.getstate()[0])
        self._decoder.reset()

    def _resumes(self) -> bool:
        """Say whether a record begins on this line, as the last one did, or at its first column."""
        self._token = INDENT.match(self._text, self._at).end()  # type: ignore[union-attr]  # it always matches
        sign = self._text[self._token : self._token + 1]
        column = self._token - self._at
        if not sign:
            raise _UnfinishedError
        if sign not in "{[" or column not in (0, self._indent):
            return False
        if column != self._indent:
            self._open.clear()
        return sign == "{" or not self._open

    def _pass_token(self) -> None:
        """Pass a record, or a sign between records."""
        start = self._pass_space()
        if start == len(self._text):
            return
        sign = self._text[start]
        inside = self._open[-1] if self._open else ""
        if sign == "{" and inside != "tail":
            if inside or not self._enter(PAGE, start):
                self._take_record(start)
        elif sign == "[" and not inside:
            if not self._enter(ARRAY, start):
                raise _NoJsonError
        elif (sign == "]" and inside == "list") or (sign == "}" and inside == "tail"):
            self._open.pop()
            self._opening = self._opening if self._open else None
            self._consume(start + 1)
        elif sign == "," and (inside == "tail" or self._opening is None):
            self._consume(self._find_member_end(start) if inside == "tail" else start + 1)
        else:
            raise _NoJsonError

    def _pass_space(self) -> int:
        """Pass blank lines; give the place of the next token, whose indentation is not passed yet, or the end."""
        start = SPACE.match(self._text, self._at).end()  # type: ignore[union-attr]  # it always matches
        line = self._text.rfind("\n", self._at, start) + 1
        self._token = start
        if start == len(self._text):
            if not self._is_last:
                raise _UnfinishedError
            line = start
        if line:
            self._consume(line)
        return start

    def _consume(self, end: int) -> None:
        """Go on to a place behind something."""
        if self._opening is not None:
            self._opening += self._text[self._at : end]
        self._out.skip(self._text.count("\n", self._at, end))
        self._starts_line = self._text[end - 1] == "\n"
        self._at = self._token = end

    def _enter(self, pattern: regex.Pattern[str], start: int) -> bool:
        """Enter a page or an array, if one begins here."""
        found = pattern.match(self._text, start, partial=True)
        if found is None:
            return False
        if found.partial:
            raise _UnfinishedError
        if pattern is PAGE:
            self._open += ["tail", "tail"] if found["wrapper"] else ["tail"]
        self._open.append("list")
        self._consume(self._text.rfind("[", start, found.end()) + 1)
        return True

    def _take_record(self, start: int) -> None:
        """Make a line of the object that begins here, or several of a page that is none of fact 2."""
        record, end = self._decode(start)
        is_first = self._opening is not None and not self._open
        if is_first and self._is_whole_line(start, end) and not has_base64_payload(record):  # fact 4
            raise _NoJsonError
        try:
            lines = [write_record(one, self._remarks) for one in list_records(record)]
        except RecursionError:
            raise _NoJsonError from None
        if self._starts_line:
            self._indent = start - self._at
        self._consume(start)
        for line in lines:
            self._out.record(line)
        self._consume(end)
        self._opening = None
        self._remarks.add("json-records")

    def _is_whole_line(self, start: int, end: int) -> bool:
        """Say whether an object fills its line; raise when text follows it there."""
        behind = INDENT.match(self._text, end).end()  # type: ignore[union-attr]  # it always matches
        if behind == len(self._text) and not self._is_last:
            raise _UnfinishedError
        sign = self._text[behind : behind + 1]
        if sign and sign not in "\n{[,":
            raise _NoJsonError
        return sign in ("", "\n") and "\n" not in self._text[start:end]

    def _find_member_end(self, start: int) -> int:
        """Give the end of a page's member behind a comma."""
        key = TAIL_KEY.match(self._text, start, partial=True)
        if key is None:
            raise _NoJsonError
        if key.partial:
            raise _UnfinishedError
        end = self._decode(key.end())[1]
        if end == len(self._text):  # a number may go on
            raise _UnfinishedError
        return end

    def _decode(self, start: int) -> tuple[Any, int]:
        """Decode the value that begins here; give it and its end."""
        try:
            value, end = DECODER.raw_decode(self._text, start)
        except json.JSONDecodeError as error:
            if error.msg.startswith("Unterminated string"):
                raise _UnfinishedError from None
            if not error.msg.startswith("Invalid control") and LAST_TOKEN.fullmatch(self._text, error.pos):
                raise _UnfinishedError from None
            raise _NoJsonError from None
        except (RecursionError, ValueError):  # too deep, or a number of thousands of digits
            raise _NoJsonError from None
        if end - start > RECORD_LIMIT:  # the same, however much of it came at once
            raise _NoJsonError
        return value, end
