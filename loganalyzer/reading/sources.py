"""Inputs: standard input, files and folders; which of them can be read, and reading them."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import IO, Any

from loganalyzer.errors import InputError
from loganalyzer.reading.archives import read_unpacked
from loganalyzer.reading.block import Block
from loganalyzer.reading.stream import BLOCK_BYTES, read_stream

__all__ = ["STANDARD_INPUT", "SkippedInput", "Source", "find_sources", "read_blocks"]

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
    path: str | None


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
        elif os.path.isdir(path):
            found = _walk(path, problems)
        else:
            found = _gather([path], problems)
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
        status = os.stat(source.path)
    except OSError:
        return source.path
    return (status.st_dev, status.st_ino)


def _walk(folder: str, problems: list[InputError]) -> list[Source]:
    """Find the files of a folder and of its folders."""
    paths: list[str] = []

    def on_error(error: OSError) -> None:
        problems.append(InputError(_shown(os.fsdecode(error.filename or folder)), _reason(error)))

    failed = len(problems)
    for place, folders, names in os.walk(folder, onerror=on_error):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        paths += [os.path.join(place, name) for name in names if not name.startswith(".")]
    if not paths and len(problems) == failed:
        problems.append(InputError(_shown(folder), "has no files"))
    skipped: list[InputError] = []
    found = _gather(sorted(paths), skipped)
    problems += [SkippedInput(problem.name, problem.reason) for problem in skipped]
    return found


def _gather(paths: list[str], problems: list[InputError]) -> list[Source]:
    """Take the files that can be read."""
    found: list[Source] = []
    for path in paths:
        try:
            _check(path)
        except InputError as problem:
            problems.append(problem)
        else:
            found.append(Source(_shown(path), path))
    return found
