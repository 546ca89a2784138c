r"""Archives of files: what is in a zip or tar archive, and reading its members without unpacking them to disk.

Names of members are only shown, never opened as paths, so that `../` in them leads nowhere.

Format facts:
1. A zip archive begins with "PK\3\4", an empty one with "PK\5\6" (APPNOTE.TXT, 4.3); its members can be read in any
   order.
2. A tar archive has "ustar" at byte 257, in its first block of 512 (POSIX.1-2017, pax).
3. A compressed tar archive can only be read in its order, so all of its members are read in one go.
"""

from __future__ import annotations

import bz2
import gzip
import lzma
import tarfile
import zipfile
import zlib
from collections.abc import Callable, Generator, Iterator, Sequence
from contextlib import closing, contextmanager
from functools import lru_cache
from typing import IO, Any, cast

import zstandard

from loganalyzer.batch.opening import is_url, open_container, reason_of, stamp_of
from loganalyzer.batch.records import Failure, Limits, Piece, shown
from loganalyzer.batch.unpacking import Gauge
from loganalyzer.errors import InputError
from loganalyzer.reading.foreign import find_reason

__all__ = ["BROKEN", "Read", "archive_kind", "list_members", "open_piece", "walk_packed_tar"]

Read = Callable[[int], bytes]

TAR_HEAD = 512
OPENERS: tuple[tuple[bytes, Callable[[IO[bytes]], Any]], ...] = (
    (b"\x1f\x8b\x08", lambda file: gzip.GzipFile(fileobj=file)),
    (b"BZh", bz2.BZ2File),
    (b"\xfd7zXZ\0", lzma.LZMAFile),
    (b"\x28\xb5\x2f\xfd", lambda file: zstandard.ZstdDecompressor().stream_reader(file, read_across_frames=True)),
)
BROKEN: tuple[type[Exception], ...] = (
    OSError, EOFError, ValueError, RuntimeError, NotImplementedError, zlib.error, lzma.LZMAError, zipfile.BadZipFile,
    zstandard.ZstdError, tarfile.TarError,
)  # fmt: skip
"""What the libraries raise for damaged, encrypted or unknown content."""


def archive_kind(file: IO[bytes]) -> str:
    """Say which kind of archive an open file is, by its content; `file` when it is none. Reads from its start."""
    head = file.read(TAR_HEAD)
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06")):  # fact 1
        return "zip"
    if head[257:262] == b"ustar":  # fact 2
        return "tar"
    opener = _opener(head)
    if opener is not None:
        file.seek(0)
        try:
            inner = opener(file).read(TAR_HEAD)
        except BROKEN:
            return "file"
        if inner[257:262] == b"ustar":
            return "packed-tar"
    return "file"


def _opener(head: bytes) -> Callable[[IO[bytes]], Any] | None:
    """Give the way to decompress what begins with these bytes."""
    return next((make for magic, make in OPENERS if head.startswith(magic)), None)


def list_members(
    kind: str, name: str, container: str, limits: Limits, *, anonymous: bool = False
) -> Iterator[Piece | Failure]:
    """List what is in an archive; a damaged one gives its readable members and a failure."""
    number = 0
    listing = _list_zip if kind == "zip" else _list_tar
    try:
        for number, one in enumerate(listing(kind, name, container, limits, anonymous=anonymous), start=1):
            if number > limits.members:
                yield Failure(name, f"has more than {limits.members} members")
                return
            yield one
    except InputError as error:
        yield Failure(name, error.reason)
        return
    except BROKEN as error:
        yield Failure(name, f"the archive is damaged: {reason_of(error)}")
        return
    if not number:
        yield Failure(name, "the archive holds no files")


def _list_zip(_kind: str, name: str, container: str, limits: Limits, *, anonymous: bool) -> Iterator[Piece | Failure]:
    """List the members of a zip archive."""
    with open_container(container, anonymous=anonymous) as file, zipfile.ZipFile(file) as archive:
        file.seek(0, 2)
        stored = sum(info.compress_size for info in archive.infolist())
        if stored > max(file.tell(), limits.free_bytes):
            raise InputError(name, "its members overlap, as in archives made to do harm")
        for index, info in enumerate(archive.infolist()):
            full = f"{name}!{shown(info.filename)}"
            if info.is_dir() or _is_hidden(info.filename):
                continue
            reason = find_reason(info.filename)
            if reason:
                yield Failure(full, reason, is_skipped=True)
            else:
                yield Piece(full, container, "zip", index, size=info.compress_size)


def _list_tar(kind: str, name: str, container: str, limits: Limits, *, anonymous: bool) -> Iterator[Piece | Failure]:
    """List the members of a tar archive."""
    with _open_tar(kind, name, container, limits, anonymous=anonymous) as archive:
        for index, info in enumerate(archive):
            full = f"{name}!{shown(info.name)}"
            if _is_hidden(info.name) or info.isdir():
                continue
            is_regular = info.isreg() and info.sparse is None
            reason = find_reason(info.name) if is_regular else "is a link or a device, no regular file"
            if reason:
                yield Failure(full, reason, is_skipped=True)
            else:
                yield Piece(full, container, kind, index, info.offset_data, info.size)


def _is_hidden(member: str) -> bool:
    """Say whether a member is hidden, or one of the notes that macOS adds."""
    return any((part.startswith(".") and part not in (".", "..")) or part == "__MACOSX" for part in member.split("/"))


@contextmanager
def _open_tar(kind: str, name: str, container: str, limits: Limits, *, anonymous: bool) -> Iterator[tarfile.TarFile]:
    """Open a tar archive; a compressed one as a stream that is stopped when too much comes out."""
    with open_container(container, anonymous=anonymous) as file:
        if kind == "tar":
            with tarfile.open(fileobj=file, mode="r:") as archive:
                yield archive
            return
        opener = _opener(file.read(TAR_HEAD))
        file.seek(0)
        assert opener is not None, "told by archive_kind"
        stream = cast("IO[bytes]", Gauged(opener(file), file, Gauge(name, limits)))
        with tarfile.open(fileobj=stream, mode="r|") as archive:
            yield archive


class Gauged:
    """A decompressed stream that is compared with what was read for it."""

    def __init__(self, unpacked: IO[bytes], packed: IO[bytes], gauge: Gauge) -> None:
        """Start before the first byte."""
        self._unpacked = unpacked
        self._packed = packed
        self._gauge = gauge
        self._bytes = 0

    def read(self, size: int) -> bytes:
        """Give the next bytes. Raises InputError."""
        data: bytes = self._unpacked.read(size)
        self._bytes += len(data)
        self._gauge.packed = self._packed.tell()
        self._gauge.check(self._bytes)
        return data


@contextmanager
def open_piece(piece: Piece, limits: Limits, *, anonymous: bool = False) -> Iterator[tuple[Read, int | None]]:
    """Open a piece.

    Yields:
        The way to read it, and its stored size where the reading gives more than is stored.

    Raises:
        InputError: it cannot be opened or read.
    """
    try:
        if piece.kind == "zip":
            archive = _zip(piece.container, anonymous, stamp_of(piece.container))
            info = archive.infolist()[piece.index]
            with archive.open(info) as member:
                yield _careful(member.read, piece.name), info.compress_size
        elif piece.kind == "packed-tar":
            with closing(walk_packed_tar([piece], limits, anonymous=anonymous)) as walk:
                for _, read in walk:
                    yield read, None
                    return
            raise InputError(piece.name, "is no longer in the archive")
        else:
            with open_container(piece.container, anonymous=anonymous) as file:
                if piece.kind == "tar":
                    file.seek(piece.offset)
                    yield _careful(_within(file, piece.size, "the archive ends within the file"), piece.name), None
                elif len(piece.ranges) == 1:
                    start, end = piece.ranges[0]
                    file.seek(start)
                    errors = (Exception,) if is_url(piece.container) else BROKEN
                    yield _careful(_within(file, end - start, "has become shorter"), piece.name, errors), None
                elif is_url(piece.container):
                    # Every store has errors of its own, and an object that breaks off is no whole log.
                    yield _careful(file.read, piece.name, (Exception,)), None
                else:
                    yield file.read, None
    except BROKEN as error:
        raise InputError(piece.name, _in_words(error)) from error


def walk_packed_tar(
    pieces: Sequence[Piece], limits: Limits, *, anonymous: bool = False
) -> Generator[tuple[Piece, Read], None, None]:
    """Read some members of one compressed tar archive in the archive's order.

    Yields:
        Each member and the way to read it, until the next one is asked for.

    Raises:
        InputError: the archive is damaged before the last of them.
    """
    wanted = {piece.index: piece for piece in pieces}
    name = pieces[0].name
    try:
        with _open_tar("packed-tar", name, pieces[0].container, limits, anonymous=anonymous) as archive:
            for index, info in enumerate(archive):
                piece = wanted.pop(index, None)
                if piece is not None:
                    member = archive.extractfile(info)
                    assert member is not None, "only regular files are listed"
                    yield piece, _careful(member.read, piece.name)
                if not wanted:
                    return
    except BROKEN as error:
        raise InputError(name, _in_words(error)) from error


def _careful(read: Read, name: str, errors: tuple[type[Exception], ...] = BROKEN) -> Read:
    """Give a way to read that tells damage as an InputError."""

    def read_bytes(size: int) -> bytes:
        try:
            return read(size)
        except InputError:
            raise
        except errors as error:
            raise InputError(name, _in_words(error)) from error

    return read_bytes


def _within(file: IO[bytes], size: int, missing: str) -> Read:
    """Give a way to read so many bytes and no more; *missing* is the reason where there are fewer."""
    left = size

    def read_bytes(most: int) -> bytes:
        nonlocal left
        data = file.read(min(most, left))
        if left and not data:
            raise EOFError(missing)
        left -= len(data)
        return data

    return read_bytes


def _in_words(error: Exception) -> str:
    """Say what is wrong with a member."""
    if isinstance(error, RuntimeError) and "password" in str(error):
        return "is encrypted"
    return reason_of(error)


@lru_cache(maxsize=4)
def _zip(container: str, anonymous: bool, _stamp: tuple[int, int]) -> zipfile.ZipFile:
    """Open a zip archive and keep it open, because its directory takes long to read."""
    return zipfile.ZipFile(open_container(container, anonymous=anonymous) if is_url(container) else container)
