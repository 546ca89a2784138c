"""Reading a piece's bytes: unpacked, counted, digested, and stopped when too much comes out of too little."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator

from loganalyzer.batch.records import Limits
from loganalyzer.errors import InputError
from loganalyzer.reading.archives import read_unpacked

__all__ = ["Gauge", "Unpacked"]

READ_BYTES = 256 << 10
PACKED = (b"\x1f\x8b\x08", b"BZh", b"\xfd7zXZ\0", b"\x28\xb5\x2f\xfd")


class Gauge:
    """Compares what came out with what went in."""

    def __init__(self, name: str, limits: Limits) -> None:
        """Start at nothing."""
        self.name = name
        self.limits = limits
        self.packed = 0

    def check(self, unpacked: int) -> None:
        """Raise InputError when so many bytes are too many."""
        limits = self.limits
        if unpacked > limits.most_bytes:
            raise InputError(self.name, f"unpacks to more than {limits.most_bytes} bytes")
        if unpacked > limits.free_bytes and unpacked > limits.ratio * max(1, self.packed):
            raise InputError(
                self.name, f"unpacks to more than {limits.ratio} times its size, as archives made to do harm do"
            )


class Unpacked:
    """One piece as `read_stream` wants it.

    Attributes:
        remarks: what was odd about the compression; see remarks.REMARKS.
    """

    def __init__(self, read: Callable[[int], bytes], name: str, limits: Limits, packed: int | None = None) -> None:
        """Start before the first byte.

        Args:
            read: gives the bytes as they are stored, or a zip member's after its own decompression.
            name: the piece's.
            limits: see Limits.
            packed: stored size, where *read* gives more than is stored; None counts what *read* gives.
        """
        self.remarks: set[str] = set()
        self._read = read
        self._digest = hashlib.blake2b(digest_size=16)
        self._gauge = Gauge(name, limits)
        self._gauge.packed = packed or 0
        self._counts_stored = packed is None
        self._stored_bytes = 0
        self._unpacked_bytes = 0
        self._pieces = read_unpacked(self._stored(), self.remarks, name)

    def read(self, _size: int) -> bytes:
        """Give the next unpacked bytes; none at the end. Raises InputError."""
        data = next(self._pieces, b"")
        if not self._unpacked_bytes and data.startswith(PACKED):
            raise InputError(self._gauge.name, "is packed more often than anybody does")
        self._unpacked_bytes += len(data)
        self._gauge.check(self._unpacked_bytes)
        return data

    def read_stored(self, size: int) -> bytes:
        """Give up to so many of the next bytes as they are stored, for what is known to be plain."""
        data = self._read(size)
        self._digest.update(data)
        return data

    def finish(self) -> str:
        """Read what nobody asked for; give the digest of everything."""
        for _ in self._stored():
            pass
        return self._digest.hexdigest()

    def _stored(self) -> Iterator[bytes]:
        """Give the stored bytes, digested and counted on the way."""
        while data := self._read(READ_BYTES):
            self._digest.update(data)
            self._stored_bytes += len(data)
            if self._counts_stored:
                self._gauge.packed = self._stored_bytes
            else:
                self._gauge.check(self._stored_bytes)
            yield data
