"""Decompression, told by magic bytes and never by name; and files that are no logs at all.

Format facts:
1. gzip (RFC 1952), bzip2, xz (tukaani.org/xz/xz-file-format.txt), lzma and zstd (RFC 8878) streams begin with the bytes
   of FORMATS. Each may be several members, one behind the other, and may be padded with NUL bytes.
2. A zstd stream may begin with a skippable frame, 50 to 5F 2A 4D 18 (RFC 8878, 3.1.2).
3. A tar archive has "ustar" at byte 257, in its first block of 512 (POSIX.1-2017, pax).
"""

from __future__ import annotations

from collections.abc import Generator, Iterator
from itertools import chain

from loganalyzer.errors import InputError
from loganalyzer.late import late_regex
from loganalyzer.reading.compression import FORMATS, LZMA_START, MAGIC_BYTES, Format, Member, damaged

__all__ = ["read_unpacked"]

HEAD_BYTES = 512
"""Bytes from which the kind of an input is told; fewer when a line ends before."""

DEEPEST = 3
"""How often an archive may be packed again."""

OUTPUT_BYTES = 256 << 10
"""Most bytes that a member gives at once, where its library can be told so."""

SALVAGE_BYTES = 64 << 10
"""Bytes of a damaged member up to which it is read again byte by byte, for what stands before the damage."""


FOREIGN: tuple[tuple[str, str], ...] = (
    ("PK\x03\x04", "a ZIP archive"),
    ("PK\x05\x06", "a ZIP archive"),
    ("7z\xbc\xaf\x27\x1c", "a 7z archive"),
    ("Rar!\x1a\x07", "a RAR archive"),
    ("\x1f\x9d", "a file packed by compress"),
    ("\x04\x22\x4d\x18", "a file packed by LZ4"),
    ("!<arch>", "a library or package"),
    ("\x89PNG", "a PNG image"),
    ("GIF87a", "a GIF image"),
    ("GIF89a", "a GIF image"),
    ("\xff\xd8\xff", "a JPEG image"),
    ("II*\0", "a TIFF image"),
    ("MM\0*", "a TIFF image"),
    ("\0\0\x01\0", "an icon"),
    ("%PDF-", "a PDF document"),
    ("\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an Office document"),
    ("\x7fELF", "a program"),
    ("MZ\x90\0", "a program"),
    ("\0asm", "a program"),
    ("\xca\xfe\xba\xbe", "a program"),
    ("\xcf\xfa\xed\xfe", "a program"),
    ("SQLite format 3\0", "an SQLite database"),
    ("PAR1", "a Parquet file"),
    ("Obj\x01", "an Avro file"),
    ("\xd4\xc3\xb2\xa1", "a packet capture"),
    ("LPKSHHRH", "a systemd journal; give it as text, by `journalctl --file`"),
    ("ElfFile\0", "a Windows event log"),
    ("wOF", "a font"),
    ("OggS", "a sound or film"),
    ("ID3", "a sound or film"),
)
"""First bytes of files that nobody writes as a log, one character a byte, and what they are."""

LATER_MAGIC = late_regex(rb"(?P<film>\0\0\0[\0-\xff]ftyp)|RIFF[\0-\xff]{4}(?:(?P<image>WEBP)|WAVE|AVI )")


def read_unpacked(pieces: Iterator[bytes], remarks: set[str], name: str, depth: int = 0) -> Iterator[bytes]:
    """Decompress a stream if it is compressed.

    Args:
        pieces: the bytes as they arrive, none empty.
        remarks: gets "truncated-archive" or "corrupt-archive"; what could be read is given all the same.
        name: what the user calls the input.
        depth: how many times it was packed so far.

    Raises:
        InputError: the content is no log but an image, a program or an archive of files.
    """
    head = b""
    for piece in pieces:
        head += piece
        if (b"\n" in head and not head.startswith(LZMA_START)) or len(head) >= HEAD_BYTES:
            break
    start = head[: head.find(b"\n", 0, HEAD_BYTES) + 1 or HEAD_BYTES]  # the same bytes, however they arrive
    if depth < DEEPEST and _find_format(head[:MAGIC_BYTES]):
        supply = Supply(chain((head,), pieces))
        yield from read_unpacked(_read_members(supply, remarks), remarks, name, depth + 1)
        return
    kind = _find_foreign(start)
    if kind:
        raise InputError(name, f"is {kind}, not a log")
    if head:
        yield head
    yield from pieces


def _find_format(start: bytes) -> Format | None:
    """Give the format that begins with these bytes."""
    return next((known for known in FORMATS if known.magic.match(start)), None)


def _find_foreign(start: bytes) -> str:
    """Say what a file is that is no log; empty when it may be one."""
    text = start.decode("latin-1")
    kind = next((kind for magic, kind in FOREIGN if text.startswith(magic)), "")
    if kind:
        return kind
    if start[257:262] == b"ustar":  # fact 3
        return "a tar archive"
    later = LATER_MAGIC.match(start)
    if later is None:
        return ""
    return "a WebP image" if later["image"] else "a sound or film"


class Supply:
    """Bytes that arrive in pieces, handed out in others."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        """Start before the first piece."""
        self._pieces = pieces
        self._data = b""
        self._at = 0

    def take(self, most: int) -> bytes:
        """Give the next bytes, at least one; none at the end."""
        if self._at >= len(self._data):
            self._data = next(self._pieces, b"")
            self._at = 0
        start = self._at
        self._at = min(start + most, len(self._data))
        return self._data[start : self._at]

    def push(self, data: bytes) -> None:
        """Take bytes back that were handed out last."""
        self._at -= len(data)

    def peek(self, least: int) -> bytes:
        """Give the next bytes without taking them; fewer than asked for at the end."""
        while len(self._data) - self._at < least:
            piece = next(self._pieces, b"")
            if not piece:
                break
            self._data = self._data[self._at :] + piece
            self._at = 0
        return self._data[self._at : self._at + least]


def _read_members(supply: Supply, remarks: set[str]) -> Iterator[bytes]:
    """Decompress member after member, of whatever formats (fact 1)."""
    while start := supply.peek(MAGIC_BYTES):
        known = _find_format(start)
        if known is None:
            if start[0]:
                remarks.add("corrupt-archive")
                return
            supply.push(supply.take(HEAD_BYTES).lstrip(b"\0"))
            continue
        if not (yield from _read_member(known, supply, remarks)):
            return


def _read_member(known: Format, supply: Supply, remarks: set[str]) -> Generator[bytes, None, bool]:
    """Decompress one member; the generator's value says whether it came to its end."""
    member: Member = known.member()
    kept: bytearray | None = bytearray()
    given = 0
    while not member.eof:
        piece = supply.take(known.step)
        if not piece:
            remarks.add("truncated-archive")
            return False
        if kept is not None:
            kept += piece
            kept = kept if len(kept) <= SALVAGE_BYTES else None
        try:
            for output in _decompress(member, piece):
                given += len(output)
                yield output
        except damaged():
            remarks.add("corrupt-archive")
            if kept is not None:
                yield _salvage(known, bytes(kept), given)
            return False
    supply.push(member.unused_data)
    return True


def _decompress(member: Member, data: bytes) -> Iterator[bytes]:
    """Decompress a piece into outputs of a limited size."""
    while output := member.decompress(data, OUTPUT_BYTES):
        yield output
        if member.eof or member.needs_input:
            return
        data = b""


def _salvage(known: Format, data: bytes, given: int) -> bytes:
    """Read a damaged member again byte by byte and give what the larger steps did not."""
    member: Member = known.member()
    output = bytearray()
    try:
        for at in range(len(data)):
            output += member.decompress(data[at : at + 1])
    except damaged():
        pass
    return bytes(output[given:])
