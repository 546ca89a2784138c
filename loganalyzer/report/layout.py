"""What the forms for people have in common: times, spans, tables, shortened lines."""

from __future__ import annotations

import os
from collections.abc import Sequence
from datetime import datetime

from loganalyzer.late import late_regex
from loganalyzer.outcome import Finding, TimelineEntry, TrafficInfo
from loganalyzer.screen import columns_of
from loganalyzer.text import clean, shorten

__all__ = [
    "answer_words",
    "count_words",
    "failing_minutes",
    "line_labels",
    "short_names",
    "shorten",
    "show_facts",
    "show_ms",
    "show_span",
    "show_time",
    "simple_table",
    "status_rows",
    "without_frames",
]

MOST_ROWS = 8
FRAME = "traceback"
NAMED_BY_TRACE = {
    FRAME, "exception", "error-caught", "dependency-missing", "command-missing", "config-missing", "config-invalid",
    "service-unreachable", "service-refused", "port-in-use", "port-denied", "address-unavailable", "port-invalid",
}  # fmt: skip
"""What the lines of a stack trace may state; the one that is no mere frame tells what happened."""
MINUTE_HEADS = ["minute (UTC)", "requests", "failed", "p95"]
PLACE_WIDTH = 40
"""Of an input's name before the number of a line."""

HEAD_PADDING = 2
"""A column is at least that much wider than its head."""

FIGURE = late_regex(r"[\d.]+(?: ms| s|%)?")

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


def line_labels(names: Sequence[str]) -> dict[str, str]:
    """Give for each input the name that stands before the number of a line; empty where there is but one input.

    >>> line_labels(["-"])
    {'-': ''}
    >>> line_labels(["logs/a.log", "logs/b.log"])
    {'logs/a.log': 'a.log', 'logs/b.log': 'b.log'}
    """
    if len(names) < 2:
        return dict.fromkeys(names, "")
    plain = ["standard input" if name == "-" else name for name in names]
    return dict(zip(names, short_names(plain, PLACE_WIDTH), strict=True))


def show_facts(finding: Finding) -> str:
    """Write the facts in one line."""
    parts = []
    for name, word in FACT_WORDS.items():
        value = finding.facts.get(name)
        if value is not None:
            parts.append(f"{word} {', '.join(value) if isinstance(value, list) else value}")
    return "; ".join(parts)


def without_frames(entries: Sequence[TimelineEntry]) -> list[TimelineEntry]:
    """Leave one entry of each stack trace: the line that names the exception, or its first line where none does."""
    kept: list[TimelineEntry] = []
    for entry in entries:
        last = kept[-1] if kept else None
        if last is not None and last.process == entry.process and {last.kind, entry.kind} <= NAMED_BY_TRACE:
            if entry.kind == FRAME:
                continue
            if last.kind == FRAME:
                kept.pop()
        kept.append(entry)
    return kept


def status_rows(traffic: TrafficInfo) -> list[list[str]]:
    """Give rows of status or code, requests and share, the most frequent first."""
    total = max(1, traffic.requests)
    counts = [*traffic.by_status.items(), *traffic.by_code.items()]
    ordered = sorted(counts, key=lambda pair: (-pair[1], pair[0]))
    return [[clean(name), str(count), f"{count / total:.1%}"] for name, count in ordered[:MOST_ROWS]]


def failing_minutes(traffic: TrafficInfo) -> tuple[list[str], list[list[str]]]:
    """Give heads and rows of the minutes with the most failures, in the order of time; no rows for a single minute."""
    if not traffic.errors or len(traffic.per_minute) < 2:
        return [], []
    worst = sorted(traffic.per_minute, key=lambda one: (-one.errors, one.at))[:MOST_ROWS]
    shown = [one for one in sorted(worst, key=lambda one: one.at) if one.errors]
    rows = [[one.at.strftime("%Y-%m-%d %H:%M"), str(one.requests), str(one.errors)] for one in shown]
    if all(one.p95_ms is None for one in shown):
        return MINUTE_HEADS[:-1], rows
    return MINUTE_HEADS, [[*row, show_ms(one.p95_ms)] for row, one in zip(rows, shown, strict=True)]


def show_ms(time_ms: int | None) -> str:
    """Write a time to answer; from a second on in seconds, since the histogram behind it is no finer.

    >>> show_ms(83), show_ms(30_048), show_ms(None)
    ('83 ms', '30.0 s', '')
    """
    if time_ms is None:
        return ""
    return f"{time_ms} ms" if time_ms < 1000 else f"{time_ms / 1000:.1f} s"


def answer_words(traffic: TrafficInfo) -> str:
    """Say how long answers took; empty without times."""
    if traffic.p95_ms is None:
        return ""
    if traffic.requests == 1:
        return f"answered within {show_ms(traffic.p99_ms)}"
    p50, p95, p99 = map(show_ms, (traffic.p50_ms, traffic.p95_ms, traffic.p99_ms))
    return f"half answered within {p50}, 95 % within {p95}, 99 % within {p99}"


def count_words(count: int, thing: str) -> str:
    """Write a count with its noun.

    >>> count_words(1, "line"), count_words(0, "request")
    ('1 line', '0 requests')
    """
    return f"{count} {thing}" if count == 1 else f"{count} {thing}s"


def simple_table(rows: Sequence[Sequence[str]], heads: Sequence[str], names: int = 1) -> list[str]:
    """Write a table as tabulate's form "simple" does; a short report need not wait for that library's import.

    Args:
        rows: cells without line ends; columns of figures stand to the right.
        heads: what stands above each column.
        names: so many columns name the rows, and stand to the left also when they are figures.

    >>> simple_table([["H12", "7"], ["200", "104"]], ["code", "requests"])
    ['code    requests', '----  ----------', 'H12            7', '200          104']
    """
    columns = list(zip(heads, *rows, strict=True))
    widths = [
        max([columns_of(head) + (HEAD_PADDING if place else 0), *map(columns_of, cells)])
        for place, (head, *cells) in enumerate(columns)
    ]
    is_right = [
        place >= names and any(cells) and all(FIGURE.fullmatch(cell) for cell in cells if cell)
        for place, (_, *cells) in enumerate(columns)
    ]
    return [
        "  ".join(_cell(*one) for one in zip(line, widths, is_right, strict=True)).rstrip()
        for line in (heads, ["-" * width for width in widths], *rows)
    ]


def _cell(text: str, width: int, is_right: bool) -> str:
    """Bring a cell to its width."""
    room = " " * (width - columns_of(text))
    return room + text if is_right else text + room
