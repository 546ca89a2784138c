"""Files of the commands: outputs that are written whole or not at all, and a standard input that can be read twice."""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import IO, Any, Self

from loganalyzer.errors import InputError, UsageError

__all__ = ["RecordedInput", "RereadableInput", "spare_inputs", "write_whole"]


def spare_inputs(inputs: Sequence[str], outputs: Sequence[Path]) -> None:
    """Refuse to write over a log."""
    for path in outputs:
        for name in inputs:
            if name != "-" and path.exists() and Path(name).exists() and path.samefile(name):
                raise UsageError(f"{path} is an input")


def write_whole(path: Path, text: str) -> None:
    """Write a file whole or not at all."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.NamedTemporaryFile("wb", dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            file.write(text.encode("utf-8", "replace"))
        Path(file.name).chmod(0o666 & ~_umask())
        Path(file.name).replace(path)
    except OSError as error:
        raise InputError(str(path), error.strerror or str(error)) from error


def _umask() -> int:
    """Give the bits that the user's new files lack."""
    mask = os.umask(0)
    os.umask(mask)
    return mask


class RereadableInput:
    """Standard input kept in a temporary file, because a postmortem reads its inputs twice."""

    def __enter__(self) -> None:
        """Put the file in the place of standard input."""
        self._before = sys.stdin
        self._file = tempfile.TemporaryFile()
        shutil.copyfileobj(getattr(sys.stdin, "buffer", sys.stdin), self._file)
        self._file.seek(0)
        sys.stdin = self._file

    def __exit__(self, *_: object) -> None:
        """Put standard input back."""
        sys.stdin = self._before
        self._file.close()


class RecordedInput:
    """Standard input that is read as it comes and kept in a temporary file on the way, to be read once more.

    Unlike RereadableInput it does not wait for the end, so an open pipe is still told as it flows.
    """

    def __enter__(self) -> Self:
        """Put the recorder in the place of standard input."""
        before: Any = sys.stdin
        self._before = before
        self._file: Any = tempfile.TemporaryFile()
        if before is not None:
            recorder: Any = _Recorder(getattr(before, "buffer", before), self._file)
            sys.stdin = recorder
        return self

    def rewind(self) -> None:
        """Put what was read so far in the place of standard input."""
        self._file.seek(0)
        sys.stdin = self._file

    def __exit__(self, *_: object) -> None:
        """Put standard input back."""
        sys.stdin = self._before
        self._file.close()


class _Recorder:
    """A stream of bytes whose reads are written down."""

    def __init__(self, stream: IO[bytes], file: IO[bytes]) -> None:
        """Read from one, write to the other."""
        self._read = getattr(stream, "read1", stream.read)
        self._file = file
        self.fileno = stream.fileno

    def read1(self, size: int = -1) -> bytes:
        """Read what is there."""
        data: bytes | str | None = self._read(size)
        # A caller's own standard input may give text.
        given = data.encode("utf-8", "surrogateescape") if isinstance(data, str) else data or b""
        self._file.write(given)
        return given

    read = read1
