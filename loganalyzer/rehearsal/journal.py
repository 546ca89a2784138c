"""The journal: the rehearsal as a log in the platform's own format, kept in memory."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from loganalyzer.rehearsal.records import Answer, Listener

__all__ = ["Journal", "answer_words", "cloudfoundry_line", "heroku_line", "render_line", "socket_words"]

MOST_BYTES = 32 << 20
"""An app that writes without end must not fill the memory; later lines of the app are left out, and that is said."""

LineFormat = Callable[[datetime, str, bytes], bytes]


def heroku_line(at: datetime, writer: str, message: bytes) -> bytes:
    """Write a line as `heroku logs` does; the writer is `heroku[web.1]` or the like."""
    return f"{at:%Y-%m-%dT%H:%M:%S.%f}+00:00 {writer}: ".encode() + message


def render_line(at: datetime, writer: str, message: bytes) -> bytes:
    """Write a line as Render's download does; the platform's own lines have an arrow, and nothing names the writer."""
    return f"{at:%Y-%m-%dT%H:%M:%S.%f}Z ".encode() + (b"==> " if writer == "platform" else b"") + message


def cloudfoundry_line(at: datetime, writer: str, message: bytes) -> bytes:
    """Write a line as `cf logs` does; the writer is `[CELL/0] OUT` or the like."""
    return f"   {at:%Y-%m-%dT%H:%M:%S}.{at.microsecond // 10000:02}+0000 {writer} ".encode() + message


class Journal:
    """Writes lines in one format, and tells whoever looks on.

    Attributes:
        size: bytes written.
    """

    def __init__(self, form: LineFormat, onlooker: Callable[[str], None] | None = None) -> None:
        """Start an empty journal.

        Args:
            form: how a line is written.
            onlooker: called with each line as text, as it happens.
        """
        self._form = form
        self._onlooker = onlooker
        self._lines: list[bytes] = []
        self.size = 0

    def write(self, writer: str, message: str | bytes) -> None:
        """Write one line with the present time; bytes are the app's own words, text is always written."""
        if self.is_full and isinstance(message, bytes):
            return
        data = message.encode("utf-8", "surrogateescape") if isinstance(message, str) else message
        line = self._form(datetime.now(UTC), writer, data.replace(b"\n", b" "))
        self._lines.append(line)
        self.size += len(line) + 1
        if self._onlooker is not None:
            self._onlooker(line.decode("utf-8", "replace"))

    @property
    def is_full(self) -> bool:
        """Say whether so much was written that later lines are left out."""
        return self.size > MOST_BYTES

    def data(self) -> bytes:
        """Give the whole log."""
        return b"".join(line + b"\n" for line in self._lines)


def socket_words(listener: Listener, *, reachable_by: str | None = None) -> str:
    """Write what was seen of a socket, as the pattern `rehearsal-socket` reads it.

    Args:
        listener: the socket.
        reachable_by: the only address on which it could be reached, where that is not what the system shows.
    """
    kind = "side" if listener.side else "tcp"
    place = f"[{reachable_by}]:{listener.port}" if reachable_by else listener.place
    words = f" ({listener.side})" if listener.side else ""
    return f"[rehearsal] LISTEN {kind} {place} {listener.program}{words}"


def answer_words(answer: Answer) -> str:
    """Say in words what came back."""
    if answer.kind == "http":
        return f"status {answer.status} in {answer.total_ms} ms" + (", and TLS is spoken there" if answer.tls else "")
    words = {
        "malformed": "an answer that is no HTTP",
        "closed": "closed without an answer",
        "timeout": f"no answer within {answer.total_ms / 1000:.0f} s",
        "refused": "connection refused",
    }
    return words[answer.kind] + (", TLS is spoken there" if answer.tls else "")
