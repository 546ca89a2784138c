"""Octet-counted syslog frames, as HTTPS drains post them and TCP drains send them → one line a frame.

Format facts:
1. A frame is `len SP octets`, *len* in bytes; nothing stands between frames (RFC 6587, 3.4.1; heroku/logplex,
   src/logplex_http_drain.erl; cloudfoundry/loggregator-agent-release, src/pkg/egress/syslog/tcp.go).
2. The octets begin with `<PRI>1 ` (RFC 5424) and mostly end with LF; logplex's own L10 message has none, so the next
   length is glued to it.
3. Cloud Foundry leaves line feeds within a message. They become U+2028, the sign that Cloud Foundry's own users put
   for a line feed within a message.
4. Files that were edited or had their line ends converted have wrong counts, and receivers mix counted and bare lines:
   such lines stay as they are.
"""

from __future__ import annotations

from loganalyzer.late import late_regex
from loganalyzer.reading.lines import Collector, Piece
from loganalyzer.reading.mending import Normaliser

__all__ = ["FrameSplitter", "begins_with_frame"]

HEAD = late_regex(rb"(?P<length>\d{1,5}) (?=<\d{1,3}>1 )")
OPEN_HEAD = late_regex(rb"\d{1,5}(?: (?:<(?:\d{1,3}(?:>1?)?)?)?)?\Z")
HEAD_BYTES = 16
PRIORITY = late_regex(rb"<\d{1,3}>1 ")
NEXT_HEAD = late_regex(rb"\n\d{1,5} <\d{1,3}>1 ")
LINE_END = late_regex(rb"\r?\n")
LINE_SEPARATOR = "\u2028".encode()


def begins_with_frame(start: bytes, *, is_last: bool) -> bool | None:
    """Say whether an input begins with a counted frame; None when more bytes must be seen.

    Args:
        start: the first bytes as they came, without byte order mark.
        is_last: whether nothing follows them.
    """
    if HEAD.match(start):
        return True
    return None if not is_last and (not start or OPEN_HEAD.match(start)) else False


class FrameSplitter:
    """Takes frames by their count where it fits, and lines elsewhere.

    It reads the bytes before they are normalised, because the counts are of those.
    """

    def __init__(self, remarks: set[str]) -> None:
        """Start before the first frame; *remarks* gets "octet-frames" and what the normaliser tells."""
        self._remarks = remarks
        self._out = Collector(remarks)
        self._normaliser = Normaliser(remarks)
        self._data = b""
        self._at = 0
        self._is_in_line = False

    @property
    def ready(self) -> int:
        """Bytes of whole lines that `take` would give."""
        return self._out.ready

    @property
    def held(self) -> int:
        """Bytes that wait for the end of their frame or line."""
        return len(self._data) - self._at + self._out.held

    def feed(self, data: bytes) -> None:
        """Take in the next bytes."""
        self._data = self._data[self._at :] + data
        self._at = 0
        self._split(is_last=False)

    def finish(self) -> None:
        """Take in the end of the input."""
        self._split(is_last=True)
        self._out.text(self._normaliser.finish())
        self._out.end_text()

    def take(self) -> Piece:
        """Hand out what is ready."""
        return self._out.take()

    def _split(self, *, is_last: bool) -> None:
        """Go over what is there, as far as it can be told."""
        while self._at < len(self._data):
            end = None if self._is_in_line else self._find_frame(is_last=is_last)
            if end is not None and end < 0:
                return
            if end:
                self._take_frame(end, is_last=is_last)
            else:
                self._take_line()

    def _find_frame(self, *, is_last: bool) -> int | None:
        """Give the end of the frame that begins here; None when none does, negative when that cannot be told yet."""
        head = HEAD.match(self._data, self._at)
        if head is None:
            return -1 if not is_last and OPEN_HEAD.match(self._data, self._at) else None
        end = head.end() + int(head["length"])
        if len(self._data) < end:
            return None if is_last else -1
        content = self._data[head.end() : end]
        inner = NEXT_HEAD.search(self._data, head.end(), end + HEAD_BYTES)
        if not PRIORITY.match(content) or (inner and inner.start() < end - 1):
            return None  # fact 4: a count that takes in the next frame is wrong
        if content.endswith(b"\n") or HEAD.match(self._data, end) or LINE_END.match(self._data, end):
            return end
        if end == len(self._data):
            return end if is_last else -1
        is_open = OPEN_HEAD.match(self._data, end) or self._data[end:] == b"\r"
        return -1 if is_open and not is_last else None

    def _take_frame(self, end: int, *, is_last: bool) -> None:
        """Make a line of a frame, and go on behind it."""
        head = HEAD.match(self._data, self._at)
        content = self._data[head.end() if head else self._at : end]
        normaliser = Normaliser(self._remarks)
        text = normaliser.feed(content) + normaliser.finish()
        self._out.record(text.strip(b"\n").replace(b"\n", LINE_SEPARATOR))  # fact 3
        self._remarks.add("octet-frames")
        if not text.endswith(b"\n"):  # an uncounted line end belongs to the frame
            rest = LINE_END.match(self._data, end)
            end, text = (rest.end(), text + b"\n") if rest else (end, text)
            text += b"\n" if is_last and end == len(self._data) and not rest else b""
        self._out.skip(text.count(b"\n"))
        self._at = end

    def _take_line(self) -> None:
        """Pass a line, or what is there of it, as it is."""
        end = self._data.find(b"\n", self._at) + 1
        self._is_in_line = not end
        end = end or len(self._data)
        self._out.text(self._normaliser.feed(self._data[self._at : end]))
        self._at = end
