"""Byte order marks and UTF-16: bytes in any encoding that logs have → UTF-8.

Format facts:
1. A byte order mark stands only at the start: EF BB BF (UTF-8), FF FE (UTF-16 LE), FE FF (UTF-16 BE). Unicode 15, 23.8.
2. UTF-16 without a mark shows by a NUL in every second byte of its first two characters, as Windows PowerShell's `>`
   and `>>` write. UTF-16 appended to UTF-8 is not recognised; removing its NULs makes it readable.
"""

from __future__ import annotations

import codecs

__all__ = ["Decoder"]

SHORTEST = 2
TWO_CHARACTERS = 4
MARKS = ((b"\xef\xbb\xbf", ""), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))


class Decoder:
    """Transcodes a stream; UTF-8 passes untouched, invalid bytes in it too."""

    def __init__(self, remarks: set[str]) -> None:
        """Start undecided; *remarks* gets "utf-16"."""
        self._remarks = remarks
        self._start: bytes | None = b""
        self._utf16: codecs.IncrementalDecoder | None = None

    def feed(self, data: bytes) -> bytes:
        """Give the next bytes as UTF-8."""
        return self._decode(data, is_last=False)

    def finish(self) -> bytes:
        """Give what was held back."""
        return self._decode(b"", is_last=True)

    def _decode(self, data: bytes, *, is_last: bool) -> bytes:
        """Choose the encoding as soon as it shows, then transcode."""
        if self._start is not None:
            data = self._start + data
            found = _find_encoding(data, is_last=is_last)
            if found is None:
                self._start = data
                return b""
            self._start = None
            mark, encoding = found
            data = data[mark:]
            if encoding:
                self._utf16 = codecs.getincrementaldecoder(encoding)("replace")
                self._remarks.add("utf-16")
        if self._utf16 is None:
            return data
        return self._utf16.decode(data, is_last).encode()


def _find_encoding(start: bytes, *, is_last: bool) -> tuple[int, str] | None:
    """Find length of the mark and name of the encoding, empty for UTF-8; None when more bytes must be seen."""
    for mark, encoding in MARKS:  # fact 1
        if start.startswith(mark):
            return len(mark), encoding
        if mark.startswith(start) and not is_last:
            return None
    if len(start) < SHORTEST or (len(start) < TWO_CHARACTERS and start[:SHORTEST].count(0) == 1):  # fact 2
        return (0, "") if is_last else None
    zeros = [byte == 0 for byte in start[:TWO_CHARACTERS]]
    if zeros == [False, True, False, True]:
        return 0, "utf-16-le"
    if zeros == [True, False, True, False]:
        return 0, "utf-16-be"
    return 0, ""
