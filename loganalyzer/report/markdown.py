"""Markdown for an issue or a postmortem; log text is escaped so that it cannot change the structure."""

from __future__ import annotations

import re
from collections.abc import Mapping

from loganalyzer.late import late_regex
from loganalyzer.outcome import Analysis, Evidence, Finding, Report
from loganalyzer.report.layout import (
    answer_words,
    count_words,
    failing_minutes,
    line_labels,
    shorten,
    show_facts,
    show_span,
    show_time,
    status_rows,
    without_frames,
)
from loganalyzer.text import clean

__all__ = ["code", "escape", "place", "render"]

SPECIAL = late_regex(
    r"([\\`*_{}\[\]<>#+!|~&@]"
    r"|(?<!\w)-|-(?!\w)"  # inside a word it is no list, rule or heading
    r"|(?<!\S):|:(?!\s|$)(?!(?<=\d:)\d\d(?!\d))"  # behind a word, and in a time of day, it is no link or picture word
    r"|(?<=[wW]{3})\.)"  # GitHub links what begins with www.
)
LIST = late_regex(r"^(\d{1,9})([.)])(?=\s|$)")
MOST_ENTRIES = 100
CELL = 160


def render(analysis: Analysis) -> str:
    """Write the reports of all apps."""
    return "\n\n".join(_report(report) for report in analysis.reports) + "\n"


def escape(text: str) -> str:
    r"""Escape a text for a paragraph, a heading or a table cell.

    Examples:
        >>> print(escape("port-hardcoded at 12:11:42: https://a.example.com :smile: - *x* www.example.com"))
        port-hardcoded at 12:11:42: https\://a.example.com \:smile: \- \*x\* www\.example.com
        >>> print(escape("1. first"))
        1\. first
    """
    return LIST.sub(r"\1\\\2", SPECIAL.sub(r"\\\1", " ".join(clean(text).split())))


def code(text: str) -> str:
    """Write a text as inline code, with a fence longer than any run of backticks in it."""
    plain = " ".join(clean(text).split()).replace("|", "\u2502")
    longest = max((len(run) for run in re.findall(r"`+", plain)), default=0)
    fence = "`" * (longest + 1)
    pad = " " if plain.startswith("`") or plain.endswith("`") or not plain else ""
    return f"{fence}{pad}{plain}{pad}{fence}"


def place(labels: Mapping[str, str], name: str, line: int) -> str:
    """Write the number of a line, behind its input where *labels* tell several apart."""
    label = labels.get(name)
    return f"{escape(label)}:{line}" if label else str(line)


def _report(report: Report) -> str:
    """Write the report of one app."""
    verdict, source = report.verdict, report.source
    name = source.app or ", ".join("standard input" if name == "-" else name for name in source.inputs)
    cause = "" if verdict.cause in ("healthy", "unknown") else f" {code(verdict.cause)}"
    span = f", {show_span(source.start, source.end)}" if source.start and source.end else ""
    blocks = [
        f"# {escape(verdict.title)}",
        (
            f"**{verdict.status.capitalize()}**{cause}, {verdict.confidence:.0%} sure. {escape(name)}: "
            f"{source.platform}, {count_words(source.lines, 'line')}{escape(span)}."
        ),
        escape(verdict.explanation),
    ]
    facts = show_facts(verdict)
    if facts:
        blocks.append(escape(facts))
    labels = line_labels(source.inputs)
    blocks += _finding_parts(verdict, labels)
    if report.timeline:
        blocks.append("## Timeline\n\n" + _timeline(report, labels))
    if report.traffic.requests:
        blocks.append("## Traffic\n\n" + _traffic(report))
    notes = [one.title for one in report.advisories] + list(source.remarks)
    if notes:
        blocks.append("## Notes\n\n" + "\n".join(f"* {escape(note)}" for note in notes))
    return "\n\n".join(blocks)


def _finding_parts(verdict: Finding, labels: Mapping[str, str]) -> list[str]:
    """Write evidence, fixes, next steps and alternatives of a finding."""
    blocks = []
    if verdict.evidence:
        blocks.append("## Evidence\n\n" + _evidence(verdict.evidence, labels))
    if verdict.fixes:
        blocks.append(
            "## Fix\n\n"
            + "\n".join(
                _fix(number, fix.title, fix.snippet, fix.url) for number, fix in enumerate(verdict.fixes, start=1)
            )
        )
    if verdict.next:
        blocks.append("## What would help\n\n" + "\n".join(f"* {code(step)}" for step in verdict.next))
    if verdict.alternatives:
        rows = "\n".join(
            (
                f"* {code(one.cause)} ({f'{one.confidence:.0%}' if one.confidence else 'ruled out'}): "
                f"{escape(one.ruled_out)}"
            )
            for one in verdict.alternatives
        )
        blocks.append("## Less likely\n\n" + rows)
    return blocks


def _fix(number: int, title: str, snippet: str, url: str) -> str:
    """Write one fix as an item of a list."""
    lines = [f"{number}. {escape(title)}" + (f" ([documentation]({url}))" if url else "")]
    if snippet:
        lines += ["", "   ```", *(f"   {line}" for line in snippet.splitlines()), "   ```"]
    return "\n".join(lines)


def _evidence(evidence: tuple[Evidence, ...], labels: Mapping[str, str]) -> str:
    """Write the cited lines as a table."""
    rows = [[place(labels, one.input, one.line), one.role, code(shorten(one.text, CELL))] for one in evidence]
    return _table(rows, ["line", "role", "text"])


def _timeline(report: Report, labels: Mapping[str, str]) -> str:
    """Write the timeline as a table."""
    entries = without_frames(report.timeline)
    days = {entry.at.date() for entry in entries if entry.at}
    rows = [
        [
            show_time(entry.at, with_day=len(days) > 1),
            place(labels, entry.input, entry.line),
            escape(entry.process or ""),
            (f"*{escape(entry.text)}*" if entry.kind == "gap" else code(shorten(entry.text, CELL)))
            + (f" x{entry.count}" if entry.count > 1 else ""),
        ]
        for entry in entries[:MOST_ENTRIES]
    ]
    left = len(entries) - MOST_ENTRIES
    return _table(rows, ["time (UTC)", "line", "process", "what"]) + (f"\n\n{left} entries more." if left > 0 else "")


def _traffic(report: Report) -> str:
    """Write the traffic."""
    traffic = report.traffic
    share = traffic.errors / traffic.requests
    times = answer_words(traffic)
    lines = [f"{count_words(traffic.requests, 'request')}, {traffic.errors} failed ({share:.1%})"]
    lines[0] += f"; {times}." if times else "."
    lines.append(
        _table(
            [[escape(cell) for cell in row] for row in status_rows(traffic)], ["status or code", "requests", "share"]
        )
    )
    heads, minutes = failing_minutes(traffic)
    if minutes:
        lines += ["Minutes with failed requests:", _table(minutes, heads)]
    return "\n\n".join(lines)


def _table(rows: list[list[str]], heads: list[str]) -> str:
    """Write a table; the cells are escaped already."""
    from tabulate import tabulate  # noqa: PLC0415 (only for this form)

    return tabulate(rows, heads, tablefmt="pipe", disable_numparse=True)
