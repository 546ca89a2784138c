r"""Mends text that arrives in any pieces: NUL bytes, line ends and colour codes; and HTML entities, line by line.

Format facts:
1. Lines end with LF, CR LF or CR; `\r\r\n` is one end that was converted twice. A progress bar that redraws
   itself by CR is a line for each state.
2. Terminal control sequences are CSI, character sets, OSC with either end, and two-character escapes (ECMA-48). A CSI
   is taken with up to 256 parameter bytes, an OSC with up to 1024 bytes, so that little is held back.
"""

from __future__ import annotations

from collections.abc import Iterator

from loganalyzer.late import late_regex

__all__ = ["Normaliser", "mend_entities"]

LINE_END = late_regex(rb"\r?\r\n|\r")  # fact 1
SEQUENCE = late_regex(  # fact 2
    rb"\x1b(?:\[[0-?]{0,256}[ -/]{0,16}[@-~]|[()][0-9A-Za-z]|\][^\x07\x1b\n]{0,1024}(?:\x07|\x1b\\)|[@-Z\\^_])"
)
OPEN_SEQUENCE = late_regex(rb"\x1b(?:\[[0-?]{0,256}[ -/]{0,16}|[()]|\][^\x07\x1b\n]{0,1024}\x1b?)?\Z")
OPEN_BYTES = 1100
"""More than the longest open sequence."""

ENTITY = late_regex(rb"&(?:gt|lt|quot);")
RARE = 1024
"""In how many bytes a byte is once that is rare."""


class Normaliser:
    """Gives the same text, however it is cut: what may be one half of something is held back."""

    def __init__(self, remarks: set[str]) -> None:
        """Start with nothing held back; *remarks* gets what is mended."""
        self._remarks = remarks
        self._held = b""

    @property
    def held(self) -> int:
        """Bytes held back."""
        return len(self._held)

    def feed(self, data: bytes) -> bytes:
        """Mend the next bytes. Costs three searches for one byte when there is nothing to mend."""
        return self._mend(self._held + data if self._held else data, is_last=False)

    def finish(self) -> bytes:
        """Give what was held back."""
        return self._mend(self._held, is_last=True)

    def _mend(self, data: bytes, *, is_last: bool) -> bytes:
        """Mend and hold back."""
        self._held = held = b""
        if b"\0" in data:
            data = data.translate(None, b"\0")
            self._remarks.add("nul-bytes")
        if b"\r" in data:
            self._remarks.add("carriage-returns")
            if data.endswith(b"\r") and not is_last:  # fact 1: up to two of them may belong to the LF that follows
                held = b"\r\r" if data.endswith(b"\r\r") else b"\r"
                data = data[: -len(held)]
            data = _end_lines(data)
        if b"\x1b" in data:
            half = None if is_last else OPEN_SEQUENCE.search(data, max(0, len(data) - OPEN_BYTES))
            if half:
                held = data[half.start() :] + held
                data = data[: half.start()]
            data, count = SEQUENCE.subn(b"", data)
            if count:
                self._remarks.add("colours")
        self._held = held
        return data


def _end_lines(data: bytes) -> bytes:
    """Bring line ends to line feeds; the common case is five times as fast without the regex."""
    mended = data.replace(b"\r\n", b"\n")
    return LINE_END.sub(b"\n", data) if b"\r" in mended else mended


def mend_entities(data: bytes, remarks: set[str]) -> bytes:
    """Turn the HTML entities of a copied page back into characters.

    A line is mended when it has `&gt;`, `&lt;` or `&quot;`; quotes only where it has no bare ones, which would
    show that the entity was printed as such (and JSON would break).

    Args:
        data: whole lines.
        remarks: gets "html-entities" when something was mended.
    """
    if b"&" not in data or b";" not in data:
        return data
    parts: list[bytes] = []
    done = 0
    for place in _find_entities(data):
        if place < done:
            continue
        start = data.rfind(b"\n", 0, place) + 1
        end = data.find(b"\n", place)
        end = len(data) if end < 0 else end
        parts += data[done:start], _mend_line(data[start:end])
        done = end
    if not done:
        return data
    mended = b"".join((*parts, data[done:]))
    if mended != data:
        remarks.add("html-entities")
    return mended


def _find_entities(data: bytes) -> Iterator[int]:
    """Give where the entities are; looking for the first byte alone is much faster where it is as rare as in URLs."""
    place = data.find(b"&")
    for _ in range(len(data) // RARE):
        if place < 0:
            return
        if ENTITY.match(data, place):
            yield place
        place = data.find(b"&", place + 1)
    if place >= 0:
        yield from (found.start() for found in ENTITY.finditer(data, place))


def _mend_line(line: bytes) -> bytes:
    """Mend one line that has an entity."""
    has_quotes = b'"' in line
    if has_quotes and b"&gt;" not in line and b"&lt;" not in line:
        return line
    line = line.replace(b"&gt;", b">").replace(b"&lt;", b"<").replace(b"&#39;", b"'")
    if not has_quotes:
        line = line.replace(b"&quot;", b'"')
    return line.replace(b"&amp;", b"&")
