"""The journal: what a run has finished is written down at once, so that a broken run goes on where it was.

One record a line: a checksum, a blank, and the record as JSON. Lines are only ever added. A line that was cut by the
end of a process, or damaged, is worth nothing and is left out.
"""

from __future__ import annotations

import json
import os
import zlib
from pathlib import Path
from types import TracebackType
from typing import Self

from loganalyzer.batch.records import Outcome, Row

__all__ = ["Journal"]


class Journal:
    """What was finished, on disk."""

    def __init__(self, path: Path, *, fresh: bool = False) -> None:
        """Read what is there.

        Args:
            path: the file; made when it is missing.
            fresh: begin anew.
        """
        self.keys: dict[str, str] = {}
        self._rows: dict[str, tuple[Row, ...]] = {}
        data = b"" if fresh or not path.exists() else path.read_bytes()
        for line in data.split(b"\n"):
            self._take(line)
        self._file = path.open("wb" if fresh else "ab")
        if data and not data.endswith(b"\n"):
            self._file.write(b"\n")

    def __enter__(self) -> Self:
        """Begin to write."""
        return self

    def __exit__(
        self, _type: type[BaseException] | None, _error: BaseException | None, _trace: TracebackType | None
    ) -> None:
        """Bring everything to the disk."""
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()

    def rows(self, outcome: Outcome) -> tuple[Row, ...]:
        """Give the rows of an outcome, or those of an earlier run when nothing has changed."""
        return self._rows[outcome.log] if outcome.is_unchanged else outcome.rows

    def add(self, outcome: Outcome) -> None:
        """Write down what was finished; failures are not, so that they are tried again."""
        if outcome.is_unchanged or not outcome.key:
            return
        record = json.dumps([outcome.log, outcome.key, outcome.rows], ensure_ascii=True, separators=(",", ":")).encode()
        # One unbuffered write a line: an end of the process leaves whole lines and at most one that is cut.
        self._file.write(b"%08x %s\n" % (zlib.crc32(record), record))
        self._file.flush()

    def _take(self, line: bytes) -> None:
        """Take in one line."""
        checksum, _, record = line.partition(b" ")
        try:
            if int(checksum, 16) != zlib.crc32(record):
                return
            log, key, rows = json.loads(record)
        except ValueError:
            return
        self.keys[log] = key
        self._rows[log] = tuple(rows)
