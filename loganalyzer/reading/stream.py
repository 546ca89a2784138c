"""Bytes of one input → blocks: unpacks, decodes, chooses the splitter by the first lines, and cuts blocks."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from loganalyzer.errors import InputError
from loganalyzer.late import late_regex
from loganalyzer.reading.archives import read_unpacked
from loganalyzer.reading.block import Block
from loganalyzer.reading.documents import DocumentFolder
from loganalyzer.reading.encoding import Decoder
from loganalyzer.reading.frames import FrameSplitter, begins_with_frame
from loganalyzer.reading.glued import Ungluer
from loganalyzer.reading.lines import LineSplitter, Piece, Splitter
from loganalyzer.reading.mending import Normaliser, mend_entities

__all__ = ["BLOCK_BYTES", "READ_BYTES", "is_plain", "read_stream"]

BLOCK_BYTES = 8 << 20
READ_BYTES = 256 << 10
"""Bytes read at once: what is read stays in the processor's cache while it is looked through."""

START_BYTES = 64 << 10
"""Bytes within which the first line that is not blank must begin, or the input is taken as lines."""

FIRST_LINE_BYTES = 512
"""Bytes of a line from which the splitter is chosen."""


def _json_splitter(remarks: set[str]) -> Splitter:
    """Give the splitter for JSON."""
    from loganalyzer.reading.json_records import JsonSplitter  # noqa: PLC0415 (start-up time, as below)

    return JsonSplitter(remarks)


def _event_splitter(remarks: set[str]) -> Splitter:
    """Give the splitter for server-sent events."""
    from loganalyzer.reading.line_records import EventStreamSplitter  # noqa: PLC0415

    return EventStreamSplitter(remarks)


def _yaml_splitter(remarks: set[str]) -> Splitter:
    """Give the splitter for YAML."""
    from loganalyzer.reading.line_records import YamlSplitter  # noqa: PLC0415

    return YamlSplitter(remarks)


STARTS: tuple[tuple[re.Pattern[bytes], Callable[[set[str]], Splitter]], ...] = (
    (late_regex(rb'\[[ \t]*(?:\{|\Z)|\{[ \t]*(?:"|\}|\Z)'), _json_splitter),
    (
        late_regex(rb'data: ?[{<"\d]|event: ?[\w-]+\Z|(?:id|retry): ?\S*\n(?:data|event):'),
        _event_splitter,
    ),
    (late_regex(rb"id: \S+\nlabels:\Z"), _yaml_splitter),
)
"""How an input begins that is no plain text: its first line, and the second one too when that is `id:` or `retry:`."""


def read_stream(
    read: Callable[[int], bytes], name: str, *, block_bytes: int = BLOCK_BYTES, live: bool = False
) -> Iterator[Block]:
    """Read an open input to its end.

    Args:
        read: gives up to so many bytes as soon as there are some, and none at the end.
        name: what the user calls the input.
        block_bytes: about how large a block is.
        live: whether each block is given as soon as it has one whole line.

    Raises:
        InputError: nothing can be read, or the content is no log. Never raised by what a log says.
    """
    remarks: set[str] = set()
    decoder = Decoder(remarks)
    splitter = ChoosingSplitter(remarks)
    menders = Menders(remarks)
    wanted = 1 if live else block_bytes
    raw_bytes = told = 0
    pieces = _read_pieces(read, min(READ_BYTES, max(1, block_bytes)), name, remarks)
    for data in read_unpacked(pieces, remarks, name):
        raw_bytes += len(data)
        splitter.feed(decoder.feed(data))
        if splitter.ready >= wanted:
            piece = menders.mend(splitter.take(), is_last=False)
            if piece.data or piece.raw_lines:
                now = max(told, raw_bytes - splitter.held)
                yield _make_block(piece, now - told, remarks)
                told = now
    splitter.feed(decoder.finish())
    splitter.finish()
    last = menders.mend(splitter.take(), is_last=True)
    if last.raw_lines or raw_bytes > told or remarks:
        yield _make_block(last, raw_bytes - told, remarks)


def is_plain(start: bytes) -> bool:
    """Say whether an input that begins so is read as it is, line by line, whatever follows.

    Args:
        start: its first START_BYTES, or all of it.
    """
    remarks: set[str] = set()
    splitter = ChoosingSplitter(remarks)
    try:
        unpacked = next(read_unpacked(iter((start,)), remarks, ""), b"")
    except InputError:
        return False
    if unpacked != start or Decoder(remarks).feed(start) != start:
        return False
    splitter.feed(start)
    splitter.finish()
    piece = splitter.take()
    return splitter.reads_lines and Menders(remarks).mend(piece, is_last=True) is piece


class Menders:
    """What puts records on lines of their own: those that share one, and those that take several."""

    def __init__(self, remarks: set[str]) -> None:
        """Start at the first byte of an input."""
        self._ungluer = Ungluer(remarks)
        self._folder = DocumentFolder(remarks)

    def mend(self, piece: Piece, *, is_last: bool) -> Piece:
        """Mend the next piece; the same one comes back where nothing is to be done."""
        return self._folder.mend(self._ungluer.mend(piece), is_last=is_last)


def _read_pieces(read: Callable[[int], bytes], size: int, name: str, remarks: set[str]) -> Iterator[bytes]:
    """Read until the end; an error behind the first bytes is an end as well."""
    is_first = True
    while True:
        try:
            data = read(size)
        except (OSError, ValueError) as error:  # ValueError: the stream is closed
            if is_first:
                raise InputError(name, getattr(error, "strerror", None) or str(error)) from error
            remarks.add("read-error")
            return
        if not data:
            return
        is_first = False
        yield data


def _make_block(piece: Piece, raw_bytes: int, remarks: set[str]) -> Block:
    """Make a block of whole lines, and take the remarks along."""
    data = mend_entities(piece.data, remarks)
    ends = piece.ends if data is piece.data else None
    block = Block(data, piece.lines, raw_bytes, piece.numbers, piece.raw_lines, frozenset(remarks), ends)
    remarks.clear()
    return block


class ChoosingSplitter:
    """Looks at the first line that is not blank, and leaves everything to the splitter that fits it."""

    def __init__(self, remarks: set[str]) -> None:
        """Start before the first byte."""
        self._remarks = remarks
        self._normaliser: Normaliser | None = Normaliser(remarks)
        self._splitter: Splitter | None = None
        self._raw = b""  # while it may still begin with a frame
        self._start = b""  # while the first line is not whole
        self._may_be_frames = True

    @property
    def ready(self) -> int:
        """Bytes of whole lines that `take` would give."""
        return self._splitter.ready if self._splitter else 0

    @property
    def held(self) -> int:
        """About how many bytes wait for the end of their line or record."""
        waiting = len(self._raw) + len(self._start) + (self._normaliser.held if self._normaliser else 0)
        return waiting + (self._splitter.held if self._splitter else 0)

    @property
    def reads_lines(self) -> bool:
        """Whether the input was found to consist of lines, each for itself."""
        return isinstance(self._splitter, LineSplitter)

    def feed(self, data: bytes) -> None:
        """Take in the next bytes."""
        self._feed(data, is_last=False)

    def finish(self) -> None:
        """Take in the end of the input."""
        self._feed(b"", is_last=True)
        if self._splitter:
            self._splitter.finish()

    def take(self) -> Piece:
        """Hand out what is ready."""
        return self._splitter.take() if self._splitter else Piece(b"", 0, None, 0)

    def _feed(self, data: bytes, *, is_last: bool) -> None:
        """Look for frames before anything is mended, because their counts are of the bytes as they came."""
        if self._may_be_frames:
            self._raw += data
            found = begins_with_frame(self._raw, is_last=is_last)
            if found is None:
                return
            self._may_be_frames = False
            data, self._raw = self._raw, b""
            if found:
                self._normaliser = None
                self._splitter = FrameSplitter(self._remarks)
        if self._normaliser:
            data = self._normaliser.feed(data)
            if is_last:
                data += self._normaliser.finish()
        if self._splitter is None:
            data = self._start + data
            self._splitter = _choose(data, self._remarks, is_last=is_last)
            if self._splitter is None:
                self._start = data
                return
            self._start = b""
        self._splitter.feed(data)


def _choose(start: bytes, remarks: set[str], *, is_last: bool) -> Splitter | None:
    """Choose the splitter by the first line, and the second one where that is needed; None when more must be seen."""
    text = start[:START_BYTES].lstrip(b" \t\n")
    wanted = 2 if text.startswith((b"id:", b"retry:")) else 1
    lines = text.split(b"\n", wanted)
    is_enough = is_last or len(start) >= START_BYTES or len(lines) > wanted
    if not is_enough and (len(lines) < wanted or len(lines[-1]) < FIRST_LINE_BYTES):
        return None
    first = b"\n".join(line[:FIRST_LINE_BYTES] for line in lines[:wanted])
    return next((make(remarks) for pattern, make in STARTS if pattern.match(first)), LineSplitter(remarks))
