"""Naming: which app a piece is about, as its own first lines say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence

from loganalyzer.batch.members import Read, open_piece, walk_packed_tar
from loganalyzer.batch.records import Options, Piece
from loganalyzer.batch.unpacking import Unpacked
from loganalyzer.errors import InputError
from loganalyzer.ingesters import parse
from loganalyzer.model import Line
from loganalyzer.reading import read_stream

__all__ = ["apps_of"]

HEAD_BYTES = 64 << 10
MOST_LINES = 200
"""Lines of a piece that are asked for their app."""


def apps_of(pieces: Sequence[Piece], options: Options) -> dict[str, str]:
    """Find the apps that pieces name.

    Args:
        pieces: only the beginning of each is read; a compressed tar archive is read to its end.
        options: the way into buckets, the limits of archives, and the platform that the user named.

    Returns:
        Name of a piece → its app. A piece whose lines name no app or several is left out, and so is one that cannot be
        read: the batch itself tells why. Never raises on what the pieces hold.
    """
    packed: defaultdict[str, list[Piece]] = defaultdict(list)
    found = {}
    for piece in pieces:
        if piece.kind == "packed-tar":
            packed[piece.container].append(piece)
            continue
        try:
            with open_piece(piece, options.limits, anonymous=options.anonymous) as (read, size):
                found[piece.name] = _app_of(piece, read, size, options)
        except InputError:
            continue
    for members in packed.values():
        try:
            for piece, read in walk_packed_tar(members, options.limits, anonymous=options.anonymous):
                found[piece.name] = _app_of(piece, read, None, options)
        except InputError:
            continue
    return {name: app for name, app in found.items() if app}


def _app_of(piece: Piece, read: Read, size: int | None, options: Options) -> str:
    """Give the one app that the first lines of an open piece name; empty for none or several."""
    try:
        names = {app for app in _named(piece, read, size, options) if app is not None}
    except InputError:
        return ""
    return names.pop() if len(names) == 1 else ""


def _named(piece: Piece, read: Read, size: int | None, options: Options) -> Iterator[str | None]:
    """Give what each of the first lines says. Raises InputError."""
    unpacked = Unpacked(read, piece.name, options.limits, size)
    for block in read_stream(unpacked.read, piece.name, block_bytes=HEAD_BYTES):
        for number, text in enumerate(block.data.split(b"\n", MOST_LINES)[:MOST_LINES], start=1):
            yield parse(Line(number, text.decode("utf-8", "replace")), options.settings.platform).app
        return
