"""The records of a batch: pieces, logs, options and outcomes; all of them can be sent to another process."""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from loganalyzer.pipeline import Settings
from loganalyzer.summary import Summary

__all__ = ["Client", "Failure", "Limits", "Log", "Options", "Outcome", "Part", "Piece", "PieceResult", "Row", "shown"]

Client = Any
"""A client of Dask, which is not imported to name its type."""

Row = dict[str, Any]
"""One row of the results as JSON has it: times are text, what is not known is None."""

CONTROL = re.compile(r"[\0-\x1f\x7f-\x9f\u2028\u2029]")


@dataclass(frozen=True, slots=True)
class Limits:
    """What may come out of a compressed input.

    Attributes:
        ratio: most bytes that one packed byte may become, over the whole input.
        free_bytes: unpacked bytes up to which the ratio does not matter.
        most_bytes: most unpacked bytes of one input.
        members: most members of one archive.
    """

    ratio: int = 500
    free_bytes: int = 64 << 20
    most_bytes: int = 256 << 30
    members: int = 1_000_000


@dataclass(frozen=True, slots=True)
class Options:
    """What all tasks of a batch have in common.

    Attributes:
        settings: filters and patterns, as for one analysis; its paths are not used.
        limits: against archives that unpack to more than anybody wants to read.
        anonymous: whether buckets are read without credentials.
        report: form of one report a log, `html` or `md`; empty for none.
        range_bytes: about how long the ranges are into which a large file is cut.
    """

    settings: Settings = field(default_factory=lambda: Settings(paths=()))
    limits: Limits = field(default_factory=Limits)
    anonymous: bool = False
    report: str = ""
    range_bytes: int = 32 << 20


@dataclass(frozen=True, slots=True)
class Piece:
    """A file or a member of an archive: what is read as one stream.

    Attributes:
        name: as it is shown, without control characters; a member is `archive!member`.
        container: path or URL of the file that holds it.
        kind: `file`, `zip`, `tar`, or `packed-tar` for a compressed one, which can only be read in its order.
        index: number of the member in its archive.
        offset: first byte of a tar's member.
        size: bytes as they are stored: of the file, of a zip's member as it is packed, of a tar's member.
        is_named: whether the user named this very file, so that one that is no log is a failure and not just left out.
        ranges: start and end of each range of whole lines into which a large file is cut; empty when it is not.
    """

    name: str
    container: str
    kind: str = "file"
    index: int = 0
    offset: int = 0
    size: int = 0
    is_named: bool = False
    ranges: tuple[tuple[int, int], ...] = ()

    @property
    def units(self) -> tuple[Piece, ...]:
        """What is read independently: the piece with each of its ranges, or as it is."""
        if len(self.ranges) < 2:
            return (self,)
        return tuple(replace(self, ranges=(one,)) for one in self.ranges)


@dataclass(frozen=True, slots=True)
class Log:
    """Pieces that are one log, the oldest first."""

    name: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class Failure:
    """An input that gives no result.

    Attributes:
        name: as it is shown.
        reason: in words.
        is_skipped: whether it is no log and was not named, so that nothing is wrong.
    """

    name: str
    reason: str
    is_skipped: bool = False


@dataclass(frozen=True, slots=True)
class PieceResult:
    """What came of one piece.

    Attributes:
        name: the piece's.
        lines: lines read.
        digest: of its bytes as they are stored, one for each range; empty when they were not read to their end.
        first_at: time of its first line that has one.
        last_at: time of its last line that has one.
        duplicates: lines left out because an earlier piece has them.
        failure: why it could not be read; None when it could.
    """

    name: str
    lines: int = 0
    digest: str = ""
    first_at: datetime | None = None
    last_at: datetime | None = None
    duplicates: int = 0
    failure: Failure | None = None

    def __add__(self, other: PieceResult) -> PieceResult:
        """Join with the range of the same piece that follows."""
        return PieceResult(
            self.name,
            self.lines + other.lines,
            f"{self.digest}+{other.digest}",
            self.first_at or other.first_at,
            other.last_at or self.last_at,
            self.duplicates + other.duplicates,
            self.failure or other.failure,
        )


@dataclass(frozen=True, slots=True)
class Part:
    """Some neighbouring pieces of a log, and what was seen in them."""

    pieces: tuple[PieceResult, ...]
    summary: Summary

    def __add__(self, other: Part) -> Part:
        """Join with the pieces that follow, or with the rest of the last one."""
        pieces = self.pieces + other.pieces
        border = len(self.pieces)
        if 0 < border < len(pieces) and pieces[border - 1].name == pieces[border].name:
            pieces = (*pieces[: border - 1], pieces[border - 1] + pieces[border], *pieces[border + 1 :])
        return Part(pieces, self.summary + other.summary)


@dataclass(frozen=True, slots=True)
class Outcome:
    """The rows of one log.

    Attributes:
        log: its name.
        key: digest of everything that the rows depend on; empty when a piece failed and must be tried again.
        rows: the rows; empty when nothing has changed.
        is_unchanged: whether the rows of an earlier run still hold.
        report: text of the log's report; empty when none was asked for.
    """

    log: str
    key: str
    rows: tuple[Row, ...] = ()
    is_unchanged: bool = False
    report: str = ""


def shown(name: str) -> str:
    r"""Give a name of a file as text that every output can take; different names stay different.

    Examples:
        >>> shown("a\nb.log")
        'a\\nb.log'
    """
    text = name.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return CONTROL.sub(lambda found: repr(found[0])[1:-1], text)
