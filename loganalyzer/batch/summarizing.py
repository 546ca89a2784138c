"""The work of one task: pieces are summarized, summaries joined as a tree, and each log judged."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace

from loganalyzer import __version__
from loganalyzer.batch.columns import COLUMNS, failure_row, make_rows
from loganalyzer.batch.members import open_piece, walk_packed_tar
from loganalyzer.batch.opening import reason_of
from loganalyzer.batch.overlaps import Seen, overlap
from loganalyzer.batch.records import Failure, Log, Options, Outcome, Part, Piece, PieceResult, Row
from loganalyzer.batch.reports import place_lines, render_report, report_name
from loganalyzer.batch.unpacking import Unpacked
from loganalyzer.diagnosis import diagnose
from loganalyzer.errors import InputError
from loganalyzer.library import Library
from loganalyzer.pipeline import Summarizer
from loganalyzer.reading import read_stream
from loganalyzer.reading.ranges import read_open_range
from loganalyzer.summarizing import LEAST_OF_MANY
from loganalyzer.summary import Summary

__all__ = ["Worker", "join_parts", "library_digest"]

KEY_FORMAT = 1
Read = Callable[[int], bytes]


def library_digest(library: Library) -> str:
    """Give what tells the content of two libraries apart, wherever their files lie."""
    content = repr([replace(pattern, path="") for pattern in library.patterns])
    return hashlib.blake2b(content.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def join_parts(parts: Sequence[Part]) -> Part:
    """Join the parts of a log as a tree: neighbours first, so that no summary is copied more than a few times."""
    level = list(parts)
    while len(level) > 1:
        level = [level[at] + level[at + 1] if at + 1 < len(level) else level[at] for at in range(0, len(level), 2)]
    return level[0]


class Worker:
    """What a process keeps for all of its tasks: the compiled library."""

    def __init__(self, options: Options, library: Library, on_unit: Callable[[Piece], None] | None = None) -> None:
        """Compile the library; *on_unit* is told of each piece, or range of one, that was read."""
        self.options = options
        self._on_unit = on_unit
        self.summarizer = Summarizer(options.settings, library)
        self.summarizer.least_for_columns = LEAST_OF_MANY
        settings = replace(options.settings, paths=(), patterns=(), block_bytes=0)
        parts = (
            KEY_FORMAT,
            __version__,
            library_digest(library),
            settings,
            options.limits,
            options.report,
            [column.name for column in COLUMNS],
        )
        self._stamp = repr(parts)

    def check(self, log: Log, key: str) -> Outcome | None:
        """Say that nothing of a log has changed since its rows were made under a key; None when something has."""
        unchanged = self._find_unchanged([log], {log.name: key})
        return Outcome(log.name, key, is_unchanged=True) if unchanged else None

    def run(self, logs: Sequence[Log], known: Mapping[str, str]) -> list[Outcome]:
        """Do one task. Never raises on what the pieces hold.

        Args:
            logs: from `bundle_logs`.
            known: name of a log → key of the rows that an earlier run left.
        """
        unchanged = self._find_unchanged([log for log in logs if known.get(log.name)], known)
        outcomes = [Outcome(name, known[name], is_unchanged=True) for name in unchanged]
        changed = [log for log in logs if log.name not in unchanged]
        waiting = {piece.name: log for log in changed for piece in log.pieces}
        parts: dict[str, dict[str, Part]] = {log.name: {} for log in changed}
        for name, part in self._summarize_all([piece for log in changed for piece in log.pieces]):
            log = waiting[name]
            mine = parts[log.name]
            mine[name] = part
            if len(mine) == len(log.pieces):
                ordered = [mine[piece.name] for piece in log.pieces]
                del parts[log.name]
                outcomes.append(self.conclude(log, join_parts(ordered)))
        return outcomes

    def summarize(self, piece: Piece, seen: Seen | None = None) -> Part:
        """Summarize one piece or range; lines that *seen* knows from earlier pieces are left out."""
        if len(piece.ranges) > 1 and seen is None:
            return join_parts([self.summarize(unit) for unit in piece.units])
        part = self._summarize_unit(piece, seen)
        if self._on_unit is not None:
            self._on_unit(piece)
        return part

    def _summarize_unit(self, piece: Piece, seen: Seen | None) -> Part:
        """Summarize what is read in one go; what cannot be read is a failure."""
        try:
            with open_piece(piece, self.options.limits, anonymous=self.options.anonymous) as (read, packed):
                return self._summarize(piece, read, packed, seen)
        except InputError as error:
            return _failed(piece, error.reason)
        except Exception as error:  # noqa: BLE001 (one input must never cost the run)
            return _failed(piece, _internal(error))

    def conclude(self, log: Log, part: Part) -> Outcome:
        """Judge a log whose pieces are joined."""
        digests = [(one.name, one.digest) for one in part.pieces]
        if overlap(part.pieces):
            seen = Seen()
            again = []
            for piece in log.pieces:
                again.append(self.summarize(piece, seen))
                seen.next_piece()
            part = join_parts(again)
        failures = [piece.failure for piece in part.pieces if piece.failure is not None]
        rows: list[Row] = []
        text = ""
        if len(failures) < len(part.pieces):
            try:
                reports = place_lines(diagnose([(log.name, part.summary)], self.options.settings.platform), part.pieces)
                form = self.options.report
                rows += make_rows(log.name, reports, part.pieces, report_name(log.name, form) if form else "")
                if form:
                    text = render_report(log, reports, part.pieces, self.options, len(self.summarizer.library.patterns))
            except InputError as error:
                failures.append(Failure(log.name, f"the report cannot be made: {error.reason}"))
            except Exception as error:  # noqa: BLE001 (one input must never cost the run)
                failures.append(Failure(log.name, _internal(error)))
        if not text:
            rows = [row | {"report": None} for row in rows]
        rows = [*map(failure_row, failures), *rows]
        key = "" if failures else self._key(digests)
        return Outcome(log.name, key, tuple(rows), report=text)

    def _summarize_all(self, pieces: Sequence[Piece]) -> Iterator[tuple[str, Part]]:
        """Summarize pieces one by one, those of a compressed tar archive in its order."""
        packed: dict[str, list[Piece]] = {}
        for piece in pieces:
            if piece.kind == "packed-tar":
                packed.setdefault(piece.container, []).append(piece)
            else:
                yield piece.name, self.summarize(piece)
        for members in packed.values():
            left = {piece.name: piece for piece in members}
            reason = "is no longer in the archive"
            try:
                for piece, read in walk_packed_tar(members, self.options.limits, anonymous=self.options.anonymous):
                    del left[piece.name]
                    try:
                        part = self._summarize(piece, read, None, None)
                    except InputError as error:
                        part = _failed(piece, error.reason)
                    except Exception as error:  # noqa: BLE001 (one input must never cost the run)
                        part = _failed(piece, _internal(error))
                    yield piece.name, part
            except InputError as error:
                reason = error.reason
            for piece in left.values():
                yield piece.name, _failed(piece, reason)

    def _summarize(self, piece: Piece, read: Read, packed: int | None, seen: Seen | None) -> Part:
        """Summarize an open piece. Raises InputError."""
        unpacked = Unpacked(read, piece.name, self.options.limits, packed)
        total = Summary()
        size = self.options.settings.block_bytes
        if len(piece.ranges) == 1:
            start, end = piece.ranges[0]
            blocks = read_open_range(unpacked.read_stored, end - start, block_bytes=size)
        else:
            blocks = read_stream(unpacked.read, piece.name, block_bytes=size)
        for block in blocks:
            total.merge(self.summarizer.summarize(seen.strain(block) if seen else block, piece.name))
        total.remarks.update(unpacked.remarks)
        dropped = seen.dropped if seen else 0
        result = PieceResult(piece.name, total.lines, unpacked.finish(), total.first_at, total.last_at, dropped)
        return Part((result,), total)

    def _find_unchanged(self, logs: Sequence[Log], known: Mapping[str, str]) -> set[str]:
        """Find the logs whose bytes, patterns and options are those of an earlier run."""
        digests: dict[str, str] = {}
        packed: dict[str, list[Piece]] = {}
        for piece in (piece for log in logs for piece in log.pieces):
            if piece.kind == "packed-tar":
                packed.setdefault(piece.container, []).append(piece)
                continue
            try:
                digests[piece.name] = "+".join(map(self._digest, piece.units))
            except InputError:
                continue
        for members in packed.values():
            try:
                for piece, read in walk_packed_tar(members, self.options.limits, anonymous=self.options.anonymous):
                    digests[piece.name] = Unpacked(read, piece.name, self.options.limits).finish()
            except InputError:
                continue
        return {
            log.name
            for log in logs
            if self._key((piece.name, digests.get(piece.name, "")) for piece in log.pieces) == known[log.name]
        }

    def _digest(self, piece: Piece) -> str:
        """Give the digest of a piece or range. Raises InputError."""
        with open_piece(piece, self.options.limits, anonymous=self.options.anonymous) as (read, size):
            return Unpacked(read, piece.name, self.options.limits, size).finish()

    def _key(self, digests: Iterable[tuple[str, str]]) -> str:
        """Give the digest of everything that rows depend on."""
        text = json.dumps([self._stamp, list(digests)])
        return hashlib.blake2b(text.encode(), digest_size=16).hexdigest()


def _internal(error: Exception) -> str:
    """Say that the fault is this program's."""
    return f"internal error, please report it: {type(error).__name__}: {reason_of(error)}"


def _failed(piece: Piece, reason: str) -> Part:
    """Give the part of a piece that cannot be read; what is no log is only left out, unless the user named it."""
    is_foreign = reason.endswith(", not a log") and not piece.is_named
    return Part((PieceResult(piece.name, failure=Failure(piece.name, reason, is_foreign)),), Summary())
