"""One report a log, on request: the postmortem of a log, made where the log was judged."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from typing import Any

from loganalyzer.batch.members import open_piece
from loganalyzer.batch.overlaps import Seen, overlap
from loganalyzer.batch.records import Log, Options, Piece, PieceResult
from loganalyzer.batch.unpacking import Unpacked
from loganalyzer.outcome import Analysis, Report
from loganalyzer.reading import Block, read_stream

__all__ = ["FOLDER", "FORMS", "place_lines", "render_report", "report_name"]

FORMS = {"html": "html", "md": "markdown"}
"""What the user asks for, which is how the files' names end → form."""

FOLDER = "reports"
"""Where the reports are, in the folder of the results."""

LONGEST_NAME = 80
ODD = re.compile(r"[^A-Za-z0-9._]+")


def report_name(log: str, form: str) -> str:
    """Give the file of a log's report, relative to the results.

    Args:
        log: its name; names that look alike give different files.
        form: one of FORMS.
    """
    digest = hashlib.blake2b(log.encode("utf-8", "surrogatepass"), digest_size=5).hexdigest()
    words = ODD.sub("-", log)[-LONGEST_NAME:].strip("-.")
    return f"{FOLDER}/{words}-{digest}.{form}"


def place_lines(reports: Sequence[Report], pieces: Sequence[PieceResult]) -> list[Report]:
    """Number the lines of reports by their own pieces, where a joined log numbers all of them in one go.

    Args:
        reports: of one log.
        pieces: the log's, in their order.
    """
    starts: dict[str, int] = {}
    lines = 0
    for piece in pieces:
        starts[piece.name] = lines
        lines += piece.lines
    names = tuple(piece.name for piece in pieces if piece.failure is None)
    placed: Sequence[Report] = _renumber(tuple(reports), starts) if any(starts.values()) else reports
    return [replace(one, source=replace(one.source, inputs=names)) for one in placed]


def _renumber(value: Any, starts: Mapping[str, int]) -> Any:  # noqa: ANN401 (records hold anything)
    """Walk a record; whatever has an input and a line in it is numbered anew."""
    if isinstance(value, tuple):
        return tuple(_renumber(one, starts) for one in value)
    if is_dataclass(value) and not isinstance(value, type):
        parts = {one.name: _renumber(getattr(value, one.name), starts) for one in fields(value)}
        if "input" in parts and "line" in parts:
            parts["line"] -= starts.get(parts["input"], 0)
        return replace(value, **parts)
    return value


def render_report(
    log: Log, reports: Sequence[Report], pieces: Sequence[PieceResult], options: Options, patterns: int
) -> str:
    """Write the report of a log; its pieces are read once more.

    Args:
        log: the log.
        reports: from `place_lines`.
        pieces: what came of the log's pieces, in their order.
        options: of the batch; names the form.
        patterns: how many there are.

    Raises:
        InputError: a piece can no longer be read.
    """
    from loganalyzer.postmortem import build, render  # noqa: PLC0415 (only on request)
    from loganalyzer.redaction import Redactor  # noqa: PLC0415

    unreadable = tuple((one.failure.name, one.failure.reason) for one in pieces if one.failure is not None)
    analysis = Analysis(tuple(reports), unreadable, patterns, ())
    readable = {one.name for one in pieces if one.failure is None}
    seen = Seen() if overlap(pieces) else None
    inputs = ((piece.name, _read_again(piece, options, seen)) for piece in log.pieces if piece.name in readable)
    return render(build(options.settings, analysis, redactor=Redactor(), inputs=inputs), FORMS[options.report])


def _read_again(piece: Piece, options: Options, seen: Seen | None) -> Iterator[Block]:
    """Read a piece as it was read for its summary."""
    with open_piece(piece, options.limits, anonymous=options.anonymous) as (read, packed):
        unpacked = Unpacked(read, piece.name, options.limits, packed)
        for block in read_stream(unpacked.read, piece.name, block_bytes=options.settings.block_bytes):
            yield seen.strain(block) if seen else block
    if seen:
        seen.next_piece()
