"""What the forms for people have in common: times, spans, tables, shortened lines."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime

from loganalyzer.outcome import Finding, TrafficInfo
from loganalyzer.text import clean, shorten

__all__ = [
    "minute_rows",
    "short_names",
    "shorten",
    "show_facts",
    "show_span",
    "show_time",
    "simple_table",
    "status_rows",
]

MOST_ROWS = 8
HEAD_PADDING = 2
"""A column is at least that much wider than its head."""

FACT_WORDS = {
    "process": "process",
    "framework": "framework",
    "bound_port": "listens on port",
    "bound_address": "address",
    "assigned_port": "assigned port",
    "exit_status": "exit status",
    "error_codes": "codes",
}


def show_time(at: datetime | None, *, with_day: bool = False) -> str:
    """Write a time of day, with its day where asked; empty for none."""
    if at is None:
        return ""
    return at.strftime("%m-%d %H:%M:%S" if with_day else "%H:%M:%S")


def show_span(start: datetime, end: datetime) -> str:
    """Write from when to when, the day once where it is the same."""
    first = start.strftime("%Y-%m-%d %H:%M:%S")
    if start == end:
        return f"{first} UTC"
    last = end.strftime("%H:%M:%S" if start.date() == end.date() else "%Y-%m-%d %H:%M:%S")
    return f"{first} to {last} UTC"


def short_names(names: list[str], width: int) -> list[str]:
    """Cut names to a width: a folder that all share is left out, then the front goes; the end of a path tells more."""
    plain = [clean(name) for name in names]
    folder = os.path.commonprefix(plain).rpartition("/")[0]  # noqa: RUF071 (names need not be paths)
    bare = [name.removeprefix(f"{folder}/") if folder else name for name in plain]
    return [name if len(name) <= width else "..." + name[-(width - 3) :] for name in bare]


def show_facts(finding: Finding) -> str:
    """Write the facts in one line."""
    parts = []
    for name, word in FACT_WORDS.items():
        value = finding.facts.get(name)
        if value is not None:
            parts.append(f"{word} {', '.join(value) if isinstance(value, list) else value}")
    return "; ".join(parts)


def status_rows(traffic: TrafficInfo) -> list[list[str]]:
    """Give rows of status or code, requests and share, the most frequent first."""
    total = max(1, traffic.requests)
    counts = [*traffic.by_status.items(), *traffic.by_code.items()]
    ordered = sorted(counts, key=lambda pair: (-pair[1], pair[0]))
    return [[clean(name), str(count), f"{count / total:.1%}"] for name, count in ordered[:MOST_ROWS]]


def minute_rows(traffic: TrafficInfo) -> list[list[str]]:
    """Give rows of the minutes with the most failures, in the order of time; none for a single minute."""
    if not traffic.errors or len(traffic.per_minute) < 2:
        return []
    worst = sorted(traffic.per_minute, key=lambda one: (-one.errors, one.at))[:MOST_ROWS]
    return [
        [
            one.at.strftime("%Y-%m-%d %H:%M"),
            str(one.requests),
            str(one.errors),
            "" if one.p95_ms is None else str(one.p95_ms),
        ]
        for one in sorted(worst, key=lambda one: one.at)
        if one.errors
    ]


def simple_table(rows: Sequence[Sequence[str]], heads: Sequence[str]) -> list[str]:
    """Write a table as tabulate's form "simple" does; a short report need not wait for that library's import.

    Args:
        rows: cells without line ends; a column of numbers alone stands to the right.
        heads: what stands above each column.

    >>> simple_table([["H12", "7"], ["200", "104"]], ["code", "requests"])
    ['code      requests', '------  ----------', 'H12              7', '200            104']
    """
    columns = list(zip(heads, *rows, strict=True))
    widths = [max(len(head) + HEAD_PADDING, *map(len, cells)) for head, *cells in columns]
    aligns = [
        str.rjust if any(cells) and all(cell.isdigit() for cell in cells if cell) else str.ljust
        for _, *cells in columns
    ]
    return [
        "  ".join(align(cell, width) for cell, align, width in zip(line, aligns, widths, strict=True)).rstrip()
        for line in (heads, ["-" * width for width in widths], *rows)
    ]
