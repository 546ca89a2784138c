"""Inputs: standard input, files and folders; which of them can be read, and reading them."""

from __future__ import annotations

import errno
import os
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from loganalyzer.errors import InputError
from loganalyzer.reading.archives import read_unpacked
from loganalyzer.reading.block import Block
from loganalyzer.reading.foreign import find_reason
from loganalyzer.reading.ranges import cut_open_file, read_range
from loganalyzer.reading.stream import BLOCK_BYTES, read_stream

__all__ = ["STANDARD_INPUT", "SkippedInput", "Source", "find_sources", "read_blocks"]

LARGE_BYTES = 1 << 20

STANDARD_INPUT = "-"
SNIFFED_BYTES = 4 << 10
"""Bytes of a file that are looked at before it is taken as a log."""


class SkippedInput(InputError):  # noqa: N818 (nothing is wrong: the user named the folder, not the file)
    """A file of a folder that is no log; the folder's other files are read."""


@dataclass(frozen=True, slots=True)
class Source:
    """One input.

    Attributes:
        name: as it is shown to the user: the path, or "-".
        path: where it is; None for standard input.
    """

    name: str
    path: Path | None


def find_sources(paths: Sequence[str]) -> tuple[list[Source], list[InputError]]:
    """Find out what can be read.

    Args:
        paths: files, folders, or "-" for standard input. Folders are walked in the order of names, without hidden files
            and folders. What is named twice is read once.

    Returns:
        The inputs in their order, and what cannot be read; `SkippedInput` for files of a folder that are no logs.
    """
    sources: list[Source] = []
    problems: list[InputError] = []
    seen: set[object] = set()
    for path in paths:
        if path == STANDARD_INPUT:
            found = [Source(STANDARD_INPUT, None)]
        elif not path:
            problems.append(InputError(path, os.strerror(errno.ENOENT)))
            continue
        elif Path(path).is_dir():
            found = _walk(Path(path), problems)
        else:
            found = _gather([Path(path)], problems, in_folder=False)
        for source in found:
            identity = _identity(source)
            if identity not in seen:
                seen.add(identity)
                sources.append(source)
    return sources, problems


def _identity(source: Source) -> object:
    """Give what two names of the same input have in common."""
    if source.path is None:
        return STANDARD_INPUT
    try:
        status = source.path.stat()
    except OSError:
        return source.path
    return (status.st_dev, status.st_ino)


def _walk(folder: Path, problems: list[InputError]) -> list[Source]:
    """Find the files of a folder and of the folders in it."""
    paths: list[Path] = []

    def on_error(error: OSError) -> None:
        problems.append(InputError(_shown(Path(error.filename or folder)), _reason(error)))

    before = len(problems)
    for place, folders, names in os.walk(folder, onerror=on_error):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        paths += [Path(place, name) for name in names if not name.startswith(".")]
    if not paths and len(problems) == before:
        problems.append(InputError(_shown(folder), "the folder has no files"))
    return _gather(sorted(paths), problems, in_folder=True)


def _gather(paths: list[Path], problems: list[InputError], *, in_folder: bool) -> list[Source]:
    """Take the files that can be read."""
    found: list[Source] = []
    for path in paths:
        try:
            _check(path, in_folder=in_folder)
            found.append(Source(_shown(path), path))
        except InputError as problem:
            problems.append(problem)
        except OSError as error:
            problems.append(InputError(_shown(path), _reason(error)))
    return found


def _check(path: Path, *, in_folder: bool) -> None:
    """Raise what speaks against reading a file. Pipes are not looked into, because that would take from them."""
    name = _shown(path)
    mode = path.stat().st_mode
    if stat.S_ISREG(mode):
        with path.open("rb", buffering=0) as file:
            try:
                head = next(read_unpacked(iter((file.read(SNIFFED_BYTES),)), set(), name), b"")
            except InputError as problem:
                raise SkippedInput(name, problem.reason) if in_folder else problem from None
        if in_folder and (reason := find_reason(name, head)):
            raise SkippedInput(name, reason)
    elif in_folder:
        raise SkippedInput(name, "is no regular file")
    elif stat.S_ISSOCK(mode):
        raise InputError(name, "is a socket")
    elif not os.access(path, os.R_OK):
        raise PermissionError(None, os.strerror(errno.EACCES))


def _shown(path: Path) -> str:
    """Give a path as text that every output can take."""
    return os.fsencode(path).decode("utf-8", "replace")


def _reason(error: OSError) -> str:
    """Say in words what the system said."""
    return error.strerror or str(error)


def read_blocks(source: Source, *, block_bytes: int = BLOCK_BYTES, live: bool = False) -> Iterator[Block]:
    """Read one input to its end.

    Args:
        source: what `find_sources` gave.
        block_bytes: about how large a block is.
        live: whether lines are given as soon as they arrive, where the input is a pipe or a terminal; files are always
            given in full blocks. The lines are the same.

    Raises:
        InputError: nothing can be read, or the content is no log. Never raised by what a log says.
    """
    if source.path is None:
        stream = _open_standard_input()
        live = live and not _is_file(stream)
        yield from read_stream(_reader(stream), source.name, block_bytes=block_bytes, live=live)
        return
    try:
        file = source.path.open("rb", buffering=0)
    except OSError as error:
        raise InputError(source.name, _reason(error)) from error
    with closing(file):
        if _is_large(file) and (ranges := cut_open_file(file, 1)):
            yield from read_range(source.path, *ranges[0], block_bytes=block_bytes)
            return
        live = live and not _is_file(file)
        yield from read_stream(_reader(file), source.name, block_bytes=block_bytes, live=live)


def _open_standard_input() -> IO[Any]:
    """Give standard input as bytes, or as text where a caller has replaced it by that."""
    if sys.stdin is None:
        raise InputError(STANDARD_INPUT, "is closed")
    return getattr(sys.stdin, "buffer", sys.stdin)


def _reader(stream: IO[Any]) -> Callable[[int], bytes]:
    """Give the way to read a stream that does not wait for more than there is."""
    read = getattr(stream, "read1", stream.read)

    def read_bytes(size: int) -> bytes:
        data = read(size)
        return data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data or b""

    return read_bytes


def _is_large(file: IO[bytes]) -> bool:
    """Say whether a file is a regular one in which it pays to look for the ends of blocks before they are read."""
    status = os.fstat(file.fileno())
    return stat.S_ISREG(status.st_mode) and status.st_size >= LARGE_BYTES


def _is_file(stream: IO[Any]) -> bool:
    """Say whether all of a stream is there already."""
    try:
        return stat.S_ISREG(os.fstat(stream.fileno()).st_mode)
    except (OSError, ValueError, AttributeError):
        return True
