"""The result files: each is written beside its place and moved there when it is whole; same rows, same bytes."""

from __future__ import annotations

import csv
import io
import json
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from loganalyzer.batch.columns import COLUMNS, to_frame
from loganalyzer.batch.overview import render_overview
from loganalyzer.batch.records import Row, shown
from loganalyzer.errors import InputError

__all__ = ["read_rows", "sort_rows", "write_report", "write_results"]

FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""Characters with which a cell becomes a formula in a spreadsheet (owasp.org, "CSV Injection")."""


def sort_rows(rows: Iterable[Row]) -> list[Row]:
    """Bring rows to the one order that they have in every run."""
    return sorted(rows, key=lambda row: (row["log"], row["app"] or "", row["status"], row["failure"] or ""))


def write_results(folder: Path, rows: Sequence[Row]) -> list[str]:
    """Write every form of the results.

    Args:
        folder: where they go.
        rows: sorted by `sort_rows`.

    Returns:
        The names of the files; Parquet is among them where pyarrow is installed.

    Raises:
        InputError: a file cannot be written; what stood there before is left as it was.
    """
    forms = {"results.jsonl": _jsonl(rows), "results.csv": _csv(rows), "overview.html": render_overview(rows).encode()}
    parquet = _parquet(rows)
    if parquet is not None:
        forms["results.parquet"] = parquet
    try:
        for name, data in forms.items():
            _replace(folder / name, data)
        if parquet is None:
            # One of an earlier run would no longer be of these rows.
            (folder / "results.parquet").unlink(missing_ok=True)
    except OSError as error:
        raise InputError(shown(str(folder)), f"results cannot be written: {error.strerror or error}") from error
    return sorted(forms)


def write_report(folder: Path, name: str, text: str) -> None:
    """Write one report.

    Args:
        folder: of the results.
        name: from `report_name`.
        text: the report.

    Raises:
        InputError: it cannot be written.
    """
    path = folder / name
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, text.encode("utf-8", "replace"))
    except OSError as error:
        raise InputError(shown(str(path)), f"the report cannot be written: {error.strerror or error}") from error


def read_rows(path: Path) -> list[Row]:
    """Read the rows of an earlier run.

    Args:
        path: its folder, or its results.jsonl.

    Raises:
        InputError: there are none.
    """
    file = path / "results.jsonl" if path.is_dir() else path
    empty: Row = dict.fromkeys(column.name for column in COLUMNS)
    rows = []
    try:
        with file.open(encoding="utf-8") as lines:
            for line in lines:
                row = json.loads(line)
                if (
                    not isinstance(row, dict)
                    or not isinstance(row.get("log"), str)
                    or not isinstance(row.get("status"), str)
                ):
                    raise InputError(shown(str(file)), "holds no results of a batch")
                rows.append({**empty, **row})
    except OSError as error:
        raise InputError(shown(str(file)), error.strerror or str(error)) from error
    except ValueError as error:
        raise InputError(shown(str(file)), "holds no results of a batch") from error
    return rows


def _jsonl(rows: Sequence[Row]) -> bytes:
    """Write a JSON object a line."""
    return "".join(f"{json.dumps(row, ensure_ascii=False)}\n" for row in rows).encode()


def _csv(rows: Sequence[Row]) -> bytes:
    """Write a CSV file; no text in it can become a formula."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow([column.name for column in COLUMNS])
    for row in rows:
        writer.writerow([_cell(row[column.name]) for column in COLUMNS])
    return text.getvalue().encode()


def _cell(value: object) -> object:
    """Give a value as a cell."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str) and value.startswith(FORMULA):
        return f"'{value}"
    return "" if value is None else value


def _parquet(rows: Sequence[Row]) -> bytes | None:
    """Write a Parquet file; None without pyarrow."""
    try:
        import pyarrow as pa  # noqa: F401, PLC0415 (an extra)
    except ImportError:
        return None
    file = io.BytesIO()
    to_frame(rows).to_parquet(file, engine="pyarrow", index=False, compression="zstd")
    return file.getvalue()


def _replace(path: Path, data: bytes) -> None:
    """Put a file in its place in one step."""
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with fresh.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        fresh.replace(path)
    finally:
        fresh.unlink(missing_ok=True)
