"""Progress: how far a batch is, in bytes, because logs are of very different lengths."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

from loganalyzer.batch.records import Log, Piece

__all__ = ["Meter", "Progress"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch is.

    Attributes:
        logs: logs that are finished.
        of_logs: logs that there are.
        stored_bytes: bytes as they are stored, packed ones packed, of everything that was read.
        of_bytes: bytes that there are.
    """

    logs: int
    of_logs: int
    stored_bytes: int
    of_bytes: int


class Meter:
    """Adds up what was read and tells of it."""

    def __init__(self, logs: Iterable[Log], tell: Callable[[Progress], None] | None) -> None:
        """Start at nothing.

        Args:
            logs: all that there are.
            tell: told after each piece, or each range of a large one; None for nobody.
        """
        self._tell = tell
        self._log_by_piece = {piece.name: log.name for log in logs for piece in log.pieces}
        self._left = {log.name: sum(piece.size for piece in log.pieces) for log in logs}
        self._of_logs, self._of_bytes = len(self._left), sum(self._left.values())
        self._logs = self._bytes = 0

    def add(self, unit: Piece) -> None:
        """Count a piece, or a range of one, whose log is not finished yet."""
        log = self._log_by_piece[unit.name]
        size = unit.ranges[0][1] - unit.ranges[0][0] if len(unit.ranges) == 1 else unit.size
        self._count(log, min(size, self._left[log]))

    def finish(self, log: str) -> None:
        """Count a log as read, whatever was counted of it before."""
        self._logs += 1
        self._count(log, self._left[log])

    def _count(self, log: str, size: int) -> None:
        """Count bytes of a log, and tell how far it is."""
        self._left[log] -= size
        self._bytes += size
        if self._tell is not None:
            self._tell(Progress(self._logs, self._of_logs, self._bytes, self._of_bytes))
