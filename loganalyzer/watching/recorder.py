"""The recorder: keeps what came by, byte for byte, so that a crash loses at most the last block."""

from __future__ import annotations

import contextlib
import os
import sys
import time
from collections import deque
from pathlib import Path
from typing import Protocol

import zstandard

from loganalyzer.errors import InputError

__all__ = ["FileRecorder", "NoRecorder", "Recorder", "TriggeredRecorder", "open_recorder"]

PIECE_BYTES = 1 << 20
FLUSH_S = 1.0
FLUSH_BYTES = 256 << 10
MOST_HELD = 64 << 20
"""Bytes that are kept before a finding, however long the time that was asked for."""


class Recorder(Protocol):
    """Where the bytes of the stream go."""

    def write(self, data: bytes) -> None:
        """Take in the next bytes."""

    def tick(self) -> None:
        """Bring out what has waited long enough."""

    def trigger(self) -> None:
        """Take note of a finding."""

    def close(self) -> None:
        """Bring everything out and close the file."""


class NoRecorder:
    """Keeps nothing."""

    def write(self, data: bytes) -> None:
        """Take in the next bytes."""

    def tick(self) -> None:
        """Bring out what has waited long enough."""

    def trigger(self) -> None:
        """Take note of a finding."""

    def close(self) -> None:
        """Bring everything out and close the file."""


class FileRecorder:
    """Writes a file, plain or in whole zstd frames, so that what is on disk can be read at every moment."""

    def __init__(self, path: Path) -> None:
        """Open the file; an existing one is written on, behind its last whole frame. Raises InputError."""
        self._compressor = zstandard.ZstdCompressor(write_checksum=True) if path.suffix == ".zst" else None
        self._held: list[bytes] = []
        self._broken = False
        try:
            self._file = path.open("ab", buffering=0)
            if self._compressor is not None:
                size, last = _whole_frames(path)
                self._file.truncate(size)
            else:
                last = _last_byte(path)
        except OSError as error:
            raise InputError(str(path), error.strerror or str(error)) from error
        if last not in (b"", b"\n"):
            self._held.append(b"\n")  # an earlier recording was cut within a line
        self._size = 0
        self._flushed = time.monotonic()

    def write(self, data: bytes) -> None:
        """Take in the next bytes; plain files get them at once."""
        self._held.append(data)
        self._size += len(data)
        if self._compressor is None or self._size >= FLUSH_BYTES:
            self._flush()

    def tick(self) -> None:
        """Bring out what has waited long enough."""
        if self._held and time.monotonic() - self._flushed >= FLUSH_S:
            self._flush()

    def trigger(self) -> None:
        """Take note of a finding: its lines shall not wait."""
        self._flush()

    def close(self) -> None:
        """Bring everything out and close the file."""
        self._flush()
        with contextlib.suppress(OSError):  # a pipe or a device cannot be synced
            os.fsync(self._file.fileno())
        self._file.close()

    def _flush(self) -> None:
        """Write what is held as one block; a full disk ends the recording, not the watch."""
        if self._held and not self._broken:
            data = b"".join(self._held)
            try:
                self._write_all(self._compressor.compress(data) if self._compressor is not None else data)
            except OSError as error:
                self._broken = True
                print(f"loganalyzer: --record: {error.strerror}; nothing more is recorded", file=sys.stderr)
        self._held.clear()
        self._size = 0
        self._flushed = time.monotonic()

    def _write_all(self, data: bytes) -> None:
        """Write bytes, in as many turns as the system wants."""
        rest = memoryview(data)
        while rest:
            rest = rest[self._file.write(rest) :]


class TriggeredRecorder:
    """Keeps the last minutes in memory and hands them on when there is a finding."""

    def __init__(self, inner: Recorder, seconds: float) -> None:
        """Keep so many seconds."""
        self._inner = inner
        self._seconds = seconds
        self._held: deque[tuple[float, bytes]] = deque()
        self._size = 0

    def write(self, data: bytes) -> None:
        """Take in the next bytes, and forget the oldest."""
        self._held.append((time.monotonic(), data))
        self._size += len(data)
        self.tick()

    def tick(self) -> None:
        """Forget what is too old or too much."""
        oldest = time.monotonic() - self._seconds
        while self._held and (self._held[0][0] < oldest or self._size > MOST_HELD):
            self._size -= len(self._held.popleft()[1])

    def trigger(self) -> None:
        """Hand on what led up to a finding."""
        for _, data in self._held:
            self._inner.write(data)
        self._inner.trigger()
        self._held.clear()
        self._size = 0

    def close(self) -> None:
        """Close the file; what no finding asked for is forgotten."""
        self._inner.close()


def _last_byte(path: Path) -> bytes:
    """Give the last byte of a file; nothing of an empty one and of what has no size, such as a pipe."""
    size = path.stat().st_size
    if not size:
        return b""
    with path.open("rb") as file:
        file.seek(size - 1)
        return file.read(1)


def _whole_frames(path: Path) -> tuple[int, bytes]:
    """Find the whole zstd frames at the start of a file: behind a torn one nothing could be read.

    Returns:
        Their size in bytes, and the last byte of their content.

    Raises:
        InputError: the file is something else, which must not be cut.
    """
    size = taken = 0
    last = seen = b""
    reader = zstandard.ZstdDecompressor().decompressobj()
    with path.open("rb") as file:
        while True:
            data = reader.unused_data if reader.eof else b""
            if reader.eof:
                size, last = taken - len(data), seen
                reader = zstandard.ZstdDecompressor().decompressobj()
            if not data:
                data = file.read(PIECE_BYTES)
                taken += len(data)
            if not data:
                return size, last
            try:
                seen = reader.decompress(data)[-1:] or seen
            except zstandard.ZstdError as error:
                raise InputError(str(path), "is no zstd file, so nothing is written into it") from error


def open_recorder(path: Path | None, before_trigger_s: float | None) -> Recorder:
    """Open the recorder that was asked for.

    Args:
        path: the file; None for none.
        before_trigger_s: keep only so many seconds before a finding; None keeps everything.
    """
    if path is None:
        return NoRecorder()
    file = FileRecorder(path)
    return file if before_trigger_s is None else TriggeredRecorder(file, before_trigger_s)
