"""Markdown of the parts of a postmortem that are tables: changes, timeline, traffic, comparison."""

from __future__ import annotations

from collections.abc import Sequence

from loganalyzer.postmortem.figures import Route
from loganalyzer.postmortem.record import AppReview, Change
from loganalyzer.postmortem.shown import choose_entries
from loganalyzer.postmortem.wording import duration_words, moment_words
from loganalyzer.report.layout import line_labels, shorten
from loganalyzer.report.markdown import code, escape, place

__all__ = ["CELL", "place_of", "table", "write_changes", "write_comparison", "write_timeline", "write_traffic"]

CELL = 160
MOST_ENTRIES = 150
MOST_CHANGES = 40
MOST_MINUTES = 30


def write_changes(review: AppReview) -> str:
    """Write what was changed."""
    if not review.changes:
        return "The log shows no release, deploy, configuration change, scaling or restart."
    rows = [_change_row(review, one) for one in review.changes[:MOST_CHANGES]]
    heads = ["time (UTC)", "to the first symptom", "kind", "what", "line"]
    if all(one.before_s is None for one in review.changes):
        rows, heads = [[row[0], *row[2:]] for row in rows], [heads[0], *heads[2:]]
    return table(rows, heads)


def _change_row(review: AppReview, change: Change) -> list[str]:
    """Write one change."""
    distance = ""
    if change.before_s is not None:
        distance = f"{duration_words(abs(change.before_s))} {'before' if change.before_s >= 0 else 'after'}"
        distance = f"**{distance}**" if change.is_nearest else distance
    entry = change.entry
    where = place_of(review, entry.input, entry.line)
    return [moment_words(entry.at), distance, escape(entry.kind), code(shorten(entry.text, CELL)), where]


def write_timeline(review: AppReview) -> str:
    """Write the timeline, as much of it as people read."""
    entries, left_out = choose_entries(review.timeline, MOST_ENTRIES)
    rows = [
        [
            str(number),
            moment_words(entry.at) if entry.at else "",
            escape(entry.process or ""),
            escape(entry.kind),
            (f"*{escape(entry.text)}*" if entry.kind == "gap" else code(shorten(entry.text, CELL)))
            + (f" ×{entry.count}" if entry.count > 1 else ""),
            place_of(review, entry.input, entry.line),
        ]
        for number, entry in entries
    ]
    text = (
        table(rows, ["no.", "time (UTC)", "process", "kind", "what", "line"])
        if rows
        else "No line of note was recognised."
    )
    return text + (f"\n\n{left_out}" if left_out else "")


def write_traffic(review: AppReview) -> str:
    """Write the traffic."""
    traffic = review.traffic
    if not traffic.requests:
        return ""
    words = f"{traffic.requests} requests, {traffic.errors} failed ({traffic.errors / traffic.requests:.1%})."
    if traffic.p50_ms is not None:
        words += (
            f" Half were answered within {traffic.p50_ms} ms, 95 % within {traffic.p95_ms} ms, "
            f"99 % within {traffic.p99_ms} ms."
        )
    blocks = [words]
    worst = sorted((one for one in traffic.spans if one.errors), key=lambda one: (-one.errors, one.at))[:MOST_MINUTES]
    if worst:
        rows = [
            [
                moment_words(one.at),
                str(one.requests),
                str(one.errors),
                *("" if value is None else str(value) for value in (one.p50_ms, one.p95_ms, one.p99_ms)),
            ]
            for one in sorted(worst, key=lambda one: one.at)
        ]
        blocks.append(table(rows, ["from (UTC)", "requests", "failed", "p50 ms", "p95 ms", "p99 ms"]))
    blocks += [
        f"**{title}**\n\n{_routes(routes)}"
        for title, routes in (
            ("Routes with the most failed requests", traffic.failing),
            ("Slow routes", traffic.slowest),
        )
        if routes
    ]
    if traffic.by_process:
        rows = [
            [escape(one.process), str(one.requests), f"{one.requests / traffic.requests:.1%}", str(one.failed)]
            for one in traffic.by_process[:12]
        ]
        blocks.append(table(rows, ["process", "requests", "share", "failed"]))
    return "\n\n".join(blocks)


def _routes(routes: Sequence[Route]) -> str:
    """Write routes."""
    rows = [
        [
            code(f"{one.method} {one.path}".strip()),
            str(one.requests),
            str(one.errors),
            *("" if value is None else str(value) for value in (one.p50_ms, one.p95_ms)),
        ]
        for one in routes
    ]
    return table(rows, ["route", "requests", "failed", "p50 ms", "p95 ms"])


def write_comparison(review: AppReview) -> str:
    """Write what differs from the good log."""
    if review.comparison is None:
        return ""
    rows = [
        [
            escape(one.what),
            code(shorten(one.before, CELL)) if one.before else "",
            code(shorten(one.now, CELL)) if one.now else "",
            place_of(review, one.input, one.line),
            str(one.count) if one.count > 1 else "",
        ]
        for one in review.comparison.differences
    ]
    if not rows:
        return "Nothing of note differs."
    return f"Compared with {escape(', '.join(review.comparison.inputs))}.\n\n" + table(
        rows, ["what", "good log", "this log", "line", "times"]
    )


def place_of(review: AppReview, name: str, line: int | None) -> str:
    """Write the number of a line, behind its input where there are several; nothing for None."""
    if line is None:
        return ""
    return place(line_labels(review.source.inputs), name, line)


def table(rows: list[list[str]], heads: list[str]) -> str:
    """Write a table; the cells are escaped already."""
    from tabulate import tabulate  # noqa: PLC0415

    return tabulate(rows, heads, tablefmt="pipe", disable_numparse=True)
