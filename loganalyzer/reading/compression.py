"""The ways of compression: how a member begins, and what decompresses it; no library is imported before it is needed.

The facts by number stand in `archives`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any, NamedTuple, Protocol

from loganalyzer.late import late_regex

__all__ = ["FORMATS", "LZMA_START", "MAGIC_BYTES", "Format", "Member", "damaged"]


class Member(Protocol):
    """What the decompressors of bz2, lzma and igzip_lib have in common."""

    @property
    def eof(self) -> bool:
        """Whether the member has ended."""

    @property
    def needs_input(self) -> bool:
        """Whether nothing is left to give without more input."""

    @property
    def unused_data(self) -> bytes:
        """What stands behind the member."""

    def decompress(self, data: bytes, max_length: int = -1) -> bytes:
        """Decompress as many bytes as asked for at most, or all with -1."""


class ZstdMember:
    """A zstd frame, in the form of the others."""

    needs_input = True

    def __init__(self) -> None:
        """Start before the frame."""
        import zstandard  # noqa: PLC0415 (start-up time, as below)

        self._member = zstandard.ZstdDecompressor().decompressobj()

    @property
    def eof(self) -> bool:
        """Whether the frame has ended."""
        return self._member.eof

    @property
    def unused_data(self) -> bytes:
        """What stands behind the frame."""
        return self._member.unused_data

    def decompress(self, data: bytes, _max_length: int = -1) -> bytes:
        """Decompress; the output cannot be limited."""
        return self._member.decompress(data)


class Format(NamedTuple):
    """A way of compression.

    Attributes:
        magic: matches the first bytes of a member.
        member: makes a decompressor for one member.
        step: bytes that are given to it at once.
    """

    magic: re.Pattern[bytes]
    member: Callable[[], Any]
    step: int


def _gzip_member() -> Member:
    """Start a member of gzip."""
    from isal import igzip_lib  # noqa: PLC0415

    member: Member = igzip_lib.IgzipDecompressor(flag=igzip_lib.DECOMP_GZIP)
    return member


def _bzip2_member() -> Member:
    """Start a stream of bzip2."""
    import bz2  # noqa: PLC0415

    return bz2.BZ2Decompressor()


def _lzma_member() -> Member:
    """Start a stream of xz or lzma."""
    import lzma  # noqa: PLC0415

    return lzma.LZMADecompressor()


FORMATS = (
    Format(late_regex(rb"\x1f\x8b\x08"), _gzip_member, 64 << 10),
    Format(late_regex(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)", re.DOTALL), _bzip2_member, 64 << 10),
    Format(late_regex(rb"\xfd7zXZ\0"), _lzma_member, 64 << 10),
    Format(late_regex(rb"\x5d\0\0[\0-\xff]{2}(?:\xff{8}|[\0-\xff]{5}\0{3})"), _lzma_member, 64 << 10),
    # 256 bytes of zstd are 8 MiB of output at most: 64 blocks of 4 bytes, each a run of 128 KiB.
    Format(late_regex(rb"\x28\xb5\x2f\xfd|[\x50-\x5f]\x2a\x4d\x18"), ZstdMember, 256),  # fact 2
)
MAGIC_BYTES = 16
LZMA_START = b"\x5d\0\0"  # the one magic of FORMATS that may have a line feed in it


@cache
def damaged() -> tuple[type[Exception], ...]:
    """Give what the decompressors raise for damaged data."""
    import lzma  # noqa: PLC0415

    import zstandard  # noqa: PLC0415
    from isal import igzip_lib  # noqa: PLC0415

    return igzip_lib.IsalError, OSError, lzma.LZMAError, zstandard.ZstdError, EOFError, ValueError  # type: ignore[return-value]
