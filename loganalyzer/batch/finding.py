"""Finding what there is to read: folders, wildcards, archives and buckets become pieces in the order of their names."""

from __future__ import annotations

import glob
import os
import stat
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from fnmatch import fnmatchcase
from pathlib import Path

from loganalyzer.batch.members import BROKEN, archive_kind, list_members
from loganalyzer.batch.opening import is_url, list_objects, open_container, reason_of
from loganalyzer.batch.records import Failure, Options, Piece, shown
from loganalyzer.errors import InputError, UsageError
from loganalyzer.reading.foreign import find_reason
from loganalyzer.reading.ranges import cut_open_file

__all__ = ["find_pieces"]

HEAD_BYTES = 256


def find_pieces(
    sources: Sequence[str], options: Options, *, names: Sequence[str] = (), without: Path | None = None
) -> tuple[list[Piece], list[Failure]]:
    """Find every log that the sources name.

    Args:
        sources: files, folders, wildcards, archives, URLs. Folders are walked without hidden files and folders and
            without following links to folders.
        options: limits of archives and the way into buckets.
        names: wildcards; only pieces whose name fits one of them are taken. All without any.
        without: a folder that is left out, because results are written there.

    Returns:
        The pieces in the order of their names, a file that has two names only once, and what cannot be read.

    Raises:
        UsageError: a source is no file, or its kind needs a package that is not installed.
    """
    left_out = without.resolve() if without else None
    pieces: dict[object, Piece] = {}
    failures: dict[str, Failure] = {}
    found = sorted(
        (one for source in sources for one in _find(source, options, left_out)),
        key=lambda one: (one.name, not isinstance(one, Failure)),
    )
    for one in found:
        if isinstance(one, Failure):
            failures.setdefault(one.name, one)
        elif not names or any(
            fnmatchcase(one.name, f"*{pattern}") or fnmatchcase(one.name, pattern) for pattern in names
        ):
            identity = _identity(one)
            known = pieces.get(identity)
            if known is None or (one.is_named and not known.is_named):
                pieces[identity] = one
    return _with_own_names(sorted(pieces.values(), key=lambda piece: piece.name)), list(failures.values())


def _with_own_names(pieces: list[Piece]) -> list[Piece]:
    """Number the pieces whose names are the same, as those of members that an archive holds twice."""
    times: Counter[str] = Counter()
    named = []
    for piece in pieces:
        times[piece.name] += 1
        number = times[piece.name]
        named.append(piece if number == 1 else replace(piece, name=f"{piece.name}#{number}"))
    return named


def _find(source: str, options: Options, left_out: Path | None) -> Iterator[Piece | Failure]:
    """Find what one source names."""
    if source == "-":
        raise UsageError("batch reads files, not standard input; pipe one log into 'loganalyzer analyze'")
    if is_url(source):
        yield from _find_remote(source, options)
        return
    path = Path(source)
    if not source or not os.path.lexists(path):
        matches = sorted(glob.glob(source, recursive=True)) if glob.has_magic(source) else []  # noqa: PTH207 (may be absolute)
        if not matches:
            yield Failure(shown(source), "no file fits this" if glob.has_magic(source) else "No such file or directory")
        for match in matches:
            yield from _find_local(Path(match), options, left_out)
        return
    yield from _find_local(path, options, left_out)


def _find_remote(url: str, options: Options) -> Iterator[Piece | Failure]:
    """Find the objects of a URL."""
    try:
        for name, full in list_objects(url, anonymous=options.anonymous):
            yield from _look_into(name, full, options, is_named=full == url)
    except InputError as error:
        yield Failure(error.name, error.reason)


def _find_local(path: Path, options: Options, left_out: Path | None) -> Iterator[Piece | Failure]:
    """Find the logs of a file or folder."""
    if not path.is_dir():
        yield from _look_at(path, options, is_named=True)
        return
    problems: list[OSError] = []
    count = 0
    for place, folders, names in os.walk(path, onerror=problems.append):
        folders[:] = sorted(
            name for name in folders if not name.startswith(".") and not _is_same(Path(place, name), left_out)
        )
        if _is_same(Path(place), left_out):
            continue
        for name in sorted(names):
            if not name.startswith("."):
                count += 1
                yield from _look_at(Path(place, name), options, is_named=False)
    for problem in problems:
        yield Failure(shown(str(problem.filename or path)), reason_of(problem))
    if not count and not problems:
        yield Failure(shown(str(path)), "the folder has no files")


def _is_same(folder: Path, other: Path | None) -> bool:
    """Say whether a folder is the one that is left out."""
    return other is not None and folder.resolve() == other


def _look_at(path: Path, options: Options, *, is_named: bool) -> Iterator[Piece | Failure]:
    """Take a file, or the members of an archive."""
    name = shown(str(path))
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError) as error:
        yield Failure(name, reason_of(error))
        return
    if not stat.S_ISREG(mode):
        yield Failure(name, "is no regular file", is_skipped=not is_named)
        return
    # The workers of a cluster have working folders of their own.
    yield from _look_into(name, str(path.absolute()), options, is_named=is_named)


def _look_into(name: str, container: str, options: Options, *, is_named: bool) -> Iterator[Piece | Failure]:
    """Take a file or object, or the members of an archive."""
    try:
        with open_container(container, anonymous=options.anonymous) as file:
            kind = archive_kind(file)
            file.seek(0)
            head = file.read(HEAD_BYTES)
            size = file.seek(0, 2)
            count = size // options.range_bytes if kind == "file" else 0
        ranges = _cut(container, count, options) if count > 1 else ()
    except InputError as error:
        yield Failure(name, error.reason)
        return
    except BROKEN as error:
        yield Failure(name, reason_of(error))
        return
    reason = find_reason(name, head) if kind == "file" and not is_named else ""
    if reason:
        yield Failure(name, reason, is_skipped=True)
    elif kind == "file":
        yield Piece(name, container, size=size, is_named=is_named, ranges=ranges)
    else:
        yield from list_members(kind, name, container, options.limits, anonymous=options.anonymous)


def _cut(container: str, count: int, options: Options) -> tuple[tuple[int, int], ...]:
    """Cut a large file into ranges; what cannot be cut is read in one go."""
    with open_container(container, anonymous=options.anonymous, is_sparse=True) as file:
        return tuple(cut_open_file(file, count))


def _identity(piece: Piece) -> object:
    """Give what two names of the same piece have in common."""
    if is_url(piece.container):
        return (piece.container, piece.index)
    try:
        status = Path(piece.container).stat()
    except OSError:
        return (piece.container, piece.index)
    return (status.st_dev, status.st_ino, piece.index)
