"""The columns of the results: their names, types and meaning are an interface; new ones come last."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final, NamedTuple

from loganalyzer.batch.records import Failure, PieceResult, Row
from loganalyzer.outcome import Evidence, Report
from loganalyzer.redaction import Redactor
from loganalyzer.text import clean

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "Column", "failure_row", "make_rows", "to_frame"]

LONGEST_TEXT = 500


class Column(NamedTuple):
    """One column.

    Attributes:
        name: as it stands in every form.
        type: of pandas.
        meaning: with unit, and when it is empty.
    """

    name: str
    type: str
    meaning: str


TEXT = "string"
WHOLE = "Int64"
REAL = "Float64"
TIME: Final = "datetime64[us, UTC]"
TRUTH = "boolean"

COLUMNS = (
    Column(
        "log", TEXT, "name of the log: its path, archive!member, URL, or what the names of its pieces have in common"
    ),
    Column("app", TEXT, "the app, where lines name it"),
    Column("status", TEXT, "incident, recovered, healthy, unknown; failed: not readable; skipped: no log"),
    Column("cause", TEXT, "id from the catalogue of causes; empty for failed and skipped"),
    Column("title", TEXT, "the verdict in one sentence; secrets are taken out"),
    Column("confidence", REAL, "0 to 1"),
    Column("platform", TEXT, "heroku, render, cloudfoundry or plain"),
    Column("process", TEXT, "the process that the verdict is about"),
    Column("framework", TEXT, "the framework that was recognised"),
    Column("bound_port", WHOLE, "port that the app listens on"),
    Column("bound_address", TEXT, "address that it listens on, as the app printed it"),
    Column("assigned_port", WHOLE, "port that the platform expects"),
    Column("exit_status", WHOLE, "exit status of the process"),
    Column("error_codes", TEXT, "the platform's error codes, with blanks between them"),
    Column("incidents", WHOLE, "how many incidents were found"),
    Column("incident_start", TIME, "first line of the verdict's incident"),
    Column("incident_end", TIME, "last line of it"),
    Column("log_start", TIME, "earliest time in the log"),
    Column("log_end", TIME, "latest time in the log"),
    Column("pieces", WHOLE, "files or members that were joined"),
    Column("lines", WHOLE, "lines of the log that were counted, those of its other apps too"),
    Column("duplicate_lines", WHOLE, "lines left out because an earlier piece has them"),
    Column("bytes", WHOLE, "bytes after decompression"),
    Column("understood", WHOLE, "lines that were recognised as a platform's"),
    Column("is_complete", TRUTH, "whether no lines are known to be missing"),
    Column("requests", WHOLE, "requests that the router logged"),
    Column("errors", WHOLE, "of them failed"),
    Column("p50_ms", WHOLE, "median time to answer in milliseconds"),
    Column("p95_ms", WHOLE, "95th percentile of it"),
    Column("p99_ms", WHOLE, "99th percentile of it"),
    Column("advisories", TEXT, "ids of risks that are no incident, with blanks between them"),
    Column("evidence_input", TEXT, "piece that holds the first line of evidence"),
    Column("evidence_line", WHOLE, "number of that line in its piece, from 1"),
    Column("evidence_text", TEXT, "that line, at most 500 characters; secrets are taken out"),
    Column("fix", TEXT, "the most specific change that mends it"),
    Column("failure", TEXT, "why the input could not be read"),
    Column("report", TEXT, "file of the log's report in the folder of the results, where reports were asked for"),
)


def make_rows(log: str, reports: Sequence[Report], pieces: Sequence[PieceResult], written: str = "") -> list[Row]:
    """Make a row for each app of a log.

    Args:
        log: its name.
        reports: what was judged, with lines numbered by their pieces.
        pieces: the log's, in their order.
        written: file of the log's report; empty without one.
    """
    readable = [piece for piece in pieces if piece.failure is None]
    duplicates = sum(piece.duplicates for piece in pieces)
    return [_row(log, report, len(readable), duplicates) | {"report": written or None} for report in reports]


def _row(log: str, report: Report, pieces: int, duplicates: int) -> Row:
    """Make the row of one app."""
    verdict, source, traffic = report.verdict, report.source, report.traffic
    redactor = Redactor()
    evidence: Evidence | None = verdict.evidence[0] if verdict.evidence else None
    evidence_text = redactor.redact(evidence.text) if evidence else None
    codes = verdict.facts.get("error_codes")
    values: Row = {
        "log": log,
        "app": source.app,
        "status": verdict.status,
        "cause": verdict.cause,
        "title": redactor.redact(verdict.title),
        "confidence": verdict.confidence,
        "platform": source.platform,
        **{
            name: verdict.facts.get(name)
            for name in ("process", "framework", "bound_port", "bound_address", "assigned_port", "exit_status")
        },
        "error_codes": " ".join(codes) if isinstance(codes, list) else codes,
        "incidents": len(report.incidents),
        "incident_start": verdict.start,
        "incident_end": verdict.end,
        "log_start": source.start,
        "log_end": source.end,
        "pieces": pieces,
        "lines": source.lines - duplicates,
        "duplicate_lines": duplicates,
        "bytes": source.bytes,
        "understood": source.understood,
        "is_complete": source.complete,
        "requests": traffic.requests,
        "errors": traffic.errors,
        "p50_ms": traffic.p50_ms,
        "p95_ms": traffic.p95_ms,
        "p99_ms": traffic.p99_ms,
        "advisories": " ".join(one.id for one in report.advisories) or None,
        "evidence_input": evidence.input if evidence else None,
        "evidence_line": evidence.line if evidence else None,
        "evidence_text": evidence_text,
        "fix": redactor.redact(verdict.fixes[0].title) if verdict.fixes else None,
    }
    return _typed(values)


def failure_row(failure: Failure) -> Row:
    """Make the row of an input that could not be read."""
    return _typed(
        {"log": failure.name, "status": "skipped" if failure.is_skipped else "failed", "failure": failure.reason}
    )


def _typed(values: Row) -> Row:
    """Bring the values to the columns' order and types, as JSON has them."""
    return {column.name: _value(values.get(column.name), column.type) for column in COLUMNS}


def _value(value: object, kind: str) -> object:
    """Bring one value to its column's type; what does not fit is unknown."""
    if value is None:
        return None
    if kind == TEXT:
        return clean(str(value)).encode("utf-8", "replace").decode("utf-8")[:LONGEST_TEXT]
    if kind == TIME:
        assert isinstance(value, datetime)
        return value.astimezone(UTC).isoformat().replace("+00:00", "Z")
    if kind == WHOLE:
        try:
            number = int(str(value))
        except ValueError:
            return None
        return number if -(1 << 63) <= number < 1 << 63 else None
    return value


def to_frame(rows: Iterable[Row]) -> pd.DataFrame:
    """Make a table with nullable types and times in UTC."""
    import pandas as pd  # noqa: PLC0415 (start-up time)

    known = list(rows)
    series = {}
    for column in COLUMNS:
        values = [row.get(column.name) for row in known]
        if column.type == TIME:
            series[column.name] = pd.Series(
                pd.to_datetime(pd.Series(values, dtype="object"), format="ISO8601", utc=True)
            ).astype(TIME)
        else:
            series[column.name] = pd.Series(values, dtype=column.type)
    return pd.DataFrame(series, columns=[column.name for column in COLUMNS])
