"""Ranges of one large file: cut at line borders, and read independently of one another.

Only an input whose lines are read each for itself can be cut: not one that is compressed, in UTF-16 or made of records.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import IO

from loganalyzer.errors import InputError
from loganalyzer.reading.block import Block
from loganalyzer.reading.lines import LineSplitter
from loganalyzer.reading.mending import Normaliser, mend_entities
from loganalyzer.reading.stream import BLOCK_BYTES, READ_BYTES, START_BYTES, is_plain

__all__ = ["cut_file", "cut_open_file", "read_open_range", "read_range"]

NEAR_BYTES = 4096
"""How far behind a block's size its last line may end, to be read with it."""


def cut_file(path: Path, count: int) -> list[tuple[int, int]]:
    """Cut a file into ranges of whole lines.

    Args:
        path: a regular file.
        count: how many ranges there should be; fewer where lines are longer.

    Returns:
        Start and end of each range, in their order; empty when the file cannot be cut.
    """
    try:
        with path.open("rb") as file:
            return cut_open_file(file, count)
    except OSError:
        return []


def cut_open_file(file: IO[bytes], count: int) -> list[tuple[int, int]]:
    """Cut what is open and can be read at any place; see `cut_file`. May raise what reading raises.

    A file that cannot be cut is at its beginning afterwards.
    """
    size = file.seek(0, 2)
    file.seek(0)
    start = file.read(START_BYTES)
    file.seek(0)
    if not is_plain(start):
        return []
    cuts = sorted({0, *(_next_line(file, size * number // count) for number in range(1, count))} - {size})
    return list(zip(cuts, [*cuts[1:], size], strict=True))


def _next_line(file: IO[bytes], offset: int) -> int:
    """Give where the next line begins; the end of the file when no line does."""
    file.seek(offset)
    while data := file.read(READ_BYTES):
        end = data.find(b"\n")
        if end >= 0:
            return offset + end + 1
        offset += len(data)
    return offset


def read_range(path: Path, start: int, end: int, *, block_bytes: int = BLOCK_BYTES) -> Iterator[Block]:
    """Read a range of a file as `read_blocks` reads the whole of it.

    Args:
        path: the file.
        start: offset of its first line.
        end: offset behind its last line.
        block_bytes: about how large a block is.

    Raises:
        InputError: the file cannot be read.
    """
    try:
        with path.open("rb", buffering=0) as file:
            yield from _make_blocks(_read_whole_lines(file, start, end, block_bytes), block_bytes)
    except OSError as error:
        raise InputError(str(path), error.strerror or str(error)) from error


def read_open_range(read: Callable[[int], bytes], size: int, *, block_bytes: int = BLOCK_BYTES) -> Iterator[Block]:
    """Read a range of what is open.

    Args:
        read: gives up to so many of the next bytes, from the start of the range on.
        size: bytes of the range.
        block_bytes: about how large a block is.
    """

    def read_pieces() -> Iterator[bytes]:
        left = size
        while left > 0 and (data := read(min(READ_BYTES, left))):
            left -= len(data)
            yield data

    return _make_blocks(read_pieces(), block_bytes)


def _read_whole_lines(file: IO[bytes], start: int, end: int, size: int) -> Iterator[bytes]:
    """Read a range in pieces that end with a line, where one ends near: such a piece becomes a block as it is."""
    while start < end:
        cut = min(start + size, end)
        if cut < end:
            file.seek(cut)
            cut = min(cut + file.read(NEAR_BYTES).find(b"\n") + 1, end)
        file.seek(start)
        data = file.read(cut - start)
        if not data:
            return
        start += len(data)
        yield data


def _make_blocks(pieces: Iterator[bytes], block_bytes: int) -> Iterator[Block]:
    """Make blocks of the pieces of a range."""
    remarks: set[str] = set()
    normaliser, splitter = Normaliser(remarks), LineSplitter(remarks)
    raw_bytes = told = 0
    for data in pieces:
        raw_bytes += len(data)
        splitter.feed(normaliser.feed(data))
        if splitter.ready >= block_bytes:
            now = raw_bytes - splitter.held - normaliser.held
            yield _take(splitter, now - told, remarks)
            told = now
    splitter.feed(normaliser.finish())
    splitter.finish()
    if raw_bytes > told or splitter.ready or remarks:
        yield _take(splitter, raw_bytes - told, remarks)


def _take(splitter: LineSplitter, raw_bytes: int, remarks: set[str]) -> Block:
    """Make a block of what is ready, and take the remarks along."""
    piece = splitter.take()
    data = mend_entities(piece.data, remarks)
    ends = piece.ends if data is piece.data else None
    block = Block(data, piece.lines, raw_bytes, piece.numbers, piece.raw_lines, frozenset(remarks), ends)
    remarks.clear()
    return block
