"""Export: events, timeline and traffic as CSV and Parquet tables.

They are written in pieces, so that a long log needs no more memory than a short one. A cell that a
spreadsheet would take
for a formula gets an apostrophe in front, in CSV alone: Parquet knows its types.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Any, Self

from loganalyzer.model import UNDATED_YEAR, Event
from loganalyzer.postmortem.record import Postmortem
from loganalyzer.postmortem.survey import request_target
from loganalyzer.traffic import Request, is_error

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["COLUMNS", "Exporter", "guard_formula", "has_parquet"]

ROWS_AT_ONCE = 50_000
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")

COLUMNS: Mapping[str, Mapping[str, str]] = {
    "events": {
        "input": "string",
        "line": "int64",
        "at": "datetime64[us, UTC]",
        "app": "string",
        "platform": "string",
        "source": "string",
        "process": "string",
        "message": "string",
    },
    "requests": {
        "input": "string",
        "line": "int64",
        "at": "datetime64[us, UTC]",
        "app": "string",
        "method": "string",
        "path": "string",
        "status": "Int64",
        "code": "string",
        "process": "string",
        "service_ms": "Int64",
        "failed": "boolean",
    },
    "timeline": {
        "app": "string",
        "number": "int64",
        "at": "datetime64[us, UTC]",
        "until": "datetime64[us, UTC]",
        "input": "string",
        "line": "int64",
        "process": "string",
        "kind": "string",
        "text": "string",
        "count": "int64",
    },
    "traffic": {
        "app": "string",
        "at": "datetime64[us, UTC]",
        "seconds": "int64",
        "requests": "int64",
        "errors": "int64",
        "status_2xx": "int64",
        "status_3xx": "int64",
        "status_4xx": "int64",
        "status_5xx": "int64",
        "status_other": "int64",
        "p50_ms": "Int64",
        "p95_ms": "Int64",
        "p99_ms": "Int64",
    },
}
"""Table → column → type; the same whatever the values are, so that `007` and `1e3` stay texts."""


class Exporter:
    """Writes tables into a folder; used as a context."""

    def __init__(self, folder: Path, redact: Callable[[str], str] | None = None) -> None:
        """Make the folder.

        Args:
            folder: where the tables go; files of the same names are replaced.
            redact: function of one text that takes out what must not be shared; None to leave everything.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self.folder = folder
        self.redact = redact
        self._rows: dict[str, list[dict[str, Any]]] = {"events": [], "requests": []}
        self._tables: dict[str, _Table] = {}

    def __enter__(self) -> Self:
        """Give itself."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Write what is left and close the files."""
        for name in ("events", "requests"):
            self._flush(name)
        for table in self._tables.values():
            table.close()

    def take(self, event: Event, name: str, request: Request | None) -> None:
        """Take an event, and the request that it tells of."""
        at = event.at if event.at is not None and event.at.year != UNDATED_YEAR else None
        head = {"input": name, "line": event.number, "at": at, "app": event.app}
        self._add(
            "events",
            {
                **head,
                "platform": event.platform,
                "source": event.source,
                "process": event.process,
                "message": event.message,
            },
        )
        if request is not None:
            method, path = request_target(event)
            self._add(
                "requests",
                {
                    **head,
                    "method": method,
                    "path": path,
                    "status": request.status or None,
                    "code": request.code or None,
                    "process": request.process or None,
                    "service_ms": request.service_ms,
                    "failed": is_error(request),
                },
            )

    def write_postmortem(self, postmortem: Postmortem) -> None:
        """Write timeline and traffic; their texts are redacted already."""
        timeline = [
            {
                "app": review.name,
                "number": number,
                "at": entry.at,
                "until": entry.until,
                "input": entry.input,
                "line": entry.line,
                "process": entry.process,
                "kind": entry.kind,
                "text": entry.text,
                "count": entry.count,
            }
            for review in postmortem.reviews
            for number, entry in enumerate(review.timeline, start=1)
        ]
        traffic = [
            {
                "app": review.name,
                "at": span.at,
                "seconds": span.seconds,
                "requests": span.requests,
                "errors": span.errors,
                **{f"status_{one}": span.by_class.get(one, 0) for one in ("2xx", "3xx", "4xx", "5xx", "other")},
                "p50_ms": span.p50_ms,
                "p95_ms": span.p95_ms,
                "p99_ms": span.p99_ms,
            }
            for review in postmortem.reviews
            for span in review.traffic.spans
        ]
        self._table("timeline").write(timeline)
        self._table("traffic").write(traffic)

    def _add(self, name: str, row: dict[str, Any]) -> None:
        """Add a row and write when there are many."""
        if self.redact is not None:
            row = {key: self.redact(value) if isinstance(value, str) else value for key, value in row.items()}
        self._rows[name].append(row)
        if len(self._rows[name]) >= ROWS_AT_ONCE:
            self._flush(name)

    def _flush(self, name: str) -> None:
        """Write the rows that wait."""
        self._table(name).write(self._rows[name])
        self._rows[name] = []

    def _table(self, name: str) -> _Table:
        """Give a table, opened when it is first needed."""
        if name not in self._tables:
            self._tables[name] = _Table(self.folder, name)
        return self._tables[name]


class _Table:
    """One table in both forms."""

    def __init__(self, folder: Path, name: str) -> None:
        """Open the CSV file; the Parquet file is opened with the first rows."""
        self.name = name
        self.csv = (folder / f"{name}.csv").open("w", encoding="utf-8", newline="")
        self.parquet_path = folder / f"{name}.parquet"
        self.parquet: Any = None
        self.has_head = False

    def write(self, rows: Sequence[Mapping[str, Any]]) -> None:
        """Write rows; without any, a table with its head alone."""
        if not rows and self.has_head:
            return
        frame = _frame(self.name, rows)
        guarded = frame.copy()
        for column, kind in COLUMNS[self.name].items():
            if kind == "string":
                guarded[column] = guarded[column].map(guard_formula, na_action="ignore")
        guarded.to_csv(
            self.csv,
            index=False,
            header=not self.has_head,
            date_format="%Y-%m-%dT%H:%M:%S.%fZ",
            lineterminator="\r\n",
            quoting=2,
        )
        self.has_head = True
        self._write_parquet(frame)

    def close(self) -> None:
        """Close both files."""
        self.csv.close()
        if self.parquet is not None:
            self.parquet.close()

    def _write_parquet(self, frame: pd.DataFrame) -> None:
        """Write rows to the Parquet file, where its library is installed."""
        if not has_parquet():
            return
        import pyarrow as pa  # noqa: PLC0415
        import pyarrow.parquet as pq  # noqa: PLC0415

        table = pa.Table.from_pandas(frame, preserve_index=False)
        if self.parquet is None:
            self.parquet = pq.ParquetWriter(self.parquet_path, table.schema, compression="zstd")
        self.parquet.write_table(table)


def has_parquet() -> bool:
    """Say whether the library for Parquet is installed."""
    return find_spec("pyarrow") is not None


def _frame(name: str, rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """Make a frame with the types of a table."""
    import pandas as pd  # noqa: PLC0415

    columns = COLUMNS[name]
    series = {}
    for column, kind in columns.items():
        values = [row[column] for row in rows]
        series[column] = pd.Series(
            pd.to_datetime(values, utc=True).as_unit("us") if kind.startswith("datetime") else values, dtype=kind
        )
    return pd.DataFrame(series)


def guard_formula(text: str) -> str:
    """Put an apostrophe before a text that a spreadsheet would run.

    Examples:
        >>> guard_formula("=HYPERLINK(...)"), guard_formula("  +1+1"), guard_formula("web.1")
        ("'=HYPERLINK(...)", "'  +1+1", 'web.1')
    """
    return (
        f"'{text}"
        if text.lstrip(" \u00a0\u3000\ufeff").startswith(FORMULA_STARTS) or text.startswith(FORMULA_STARTS)
        else text
    )
