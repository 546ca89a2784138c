"""Text for people: verdict first, then evidence, fix, timeline and traffic; 80 columns, readable without colour."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from loganalyzer.outcome import Analysis, Evidence, Finding, Report, TimelineEntry, TrafficInfo, UnknownLines
from loganalyzer.report.layout import (
    minute_rows,
    short_names,
    shorten,
    show_facts,
    show_span,
    show_time,
    simple_table,
    status_rows,
)
from loganalyzer.text import clean

__all__ = ["render", "render_finding"]

WIDTH = 80
MOST_ENTRIES = 40
MOST_KINDS = 20
NAME_WIDTH = 36
COLORS = {
    "incident": "31;1",
    "recovered": "33;1",
    "healthy": "32;1",
    "unknown": "35;1",
    "head": "1",
    "dim": "2",
    "cause": "31",
}
WORDS = {"incident": "INCIDENT", "recovered": "RECOVERED", "healthy": "HEALTHY", "unknown": "UNKNOWN"}


class Paint:
    """Adds colour where it is wanted; without it every text stays as it is."""

    def __init__(self, on: bool) -> None:
        """Remember whether colour is wanted."""
        self.on = on

    def __call__(self, text: str, name: str) -> str:
        """Wrap a text in a colour."""
        return f"\x1b[{COLORS[name]}m{text}\x1b[0m" if self.on and text else text


def render(analysis: Analysis, *, color: bool = False, verbose: bool = False) -> str:
    """Write the reports of all apps, and which inputs could not be read."""
    paint = Paint(color)
    parts = []
    if len(analysis.reports) > 1:
        parts.append(_overview(analysis, paint))
    parts += [_report(report, paint, verbose) for report in analysis.reports]
    if analysis.unknown_lines is not None:
        parts.append(_unknown_lines(analysis.unknown_lines, paint))
    return "\n\n".join(parts) + "\n"


def render_finding(report: Report, *, color: bool = False) -> str:
    """Write the verdict of a stream that is still open, in one or two lines."""
    paint, verdict = Paint(color), report.verdict
    first = verdict.evidence[0] if verdict.evidence else None
    head = f"{WORDS[verdict.status]} {verdict.cause} ({verdict.confidence:.0%})"
    lines = [f"{paint(head, verdict.status)}: {clean(verdict.title)}"]
    if first is not None:
        lines.append(paint(f"  line {first.line}: {shorten(first.text, WIDTH - 12 - len(str(first.line)))}", "dim"))
    return "\n".join(lines)


def _unknown_lines(kinds: tuple[UnknownLines, ...], paint: Paint) -> str:
    """Write the kinds of platform lines that no pattern knows, with how many and where the first is."""
    lines = [paint("PLATFORM LINES THAT NO PATTERN KNOWS", "head")]
    for one in kinds[:MOST_KINDS]:
        place = f"{'standard input' if one.input == '-' else one.input}:{one.line}"
        lines += _wrap(clean(f"{one.count} {one.source}, first {place}"), "  ")
        lines += _wrap(clean(one.template), "    ")
    if len(kinds) > MOST_KINDS:
        lines.append(f"  and {len(kinds) - MOST_KINDS} more kinds; --format json has them all")
    return "\n".join(lines if kinds else [*lines, "  none"])


def _overview(analysis: Analysis, paint: Paint) -> str:
    """Write one line an app, the worst first."""
    from tabulate import tabulate  # noqa: PLC0415 (not needed for one app)

    order = {"incident": 0, "recovered": 1, "unknown": 2, "healthy": 3}
    reports = sorted(analysis.reports, key=lambda report: order[report.verdict.status])
    names = short_names([report.source.app or ", ".join(report.source.inputs) for report in reports], NAME_WIDTH)
    rows = [
        [name, report.source.platform, _verdict_words(report.verdict)]
        for name, report in zip(names, reports, strict=True)
    ]
    return paint(f"{len(rows)} LOGS", "head") + "\n" + tabulate(rows, ["log", "platform", "verdict"], tablefmt="plain")


def _verdict_words(verdict: Finding) -> str:
    """Write a verdict in few words."""
    if verdict.status == "unknown":
        return "unknown"
    return f"{verdict.cause} {verdict.confidence:.0%}" + (", over" if verdict.status == "recovered" else "")


def _report(report: Report, paint: Paint, verbose: bool) -> str:
    """Write the report of one app."""
    verdict = report.verdict
    blocks = [_head(report, paint), _verdict(verdict, paint)]
    if verdict.evidence:
        blocks.append(_evidence(verdict.evidence, paint))
    if verdict.fixes:
        blocks.append(_fixes(verdict, paint))
    if verdict.next:
        blocks.append("\n".join([paint("WHAT WOULD HELP", "head"), *_wrapped(verdict.next)]))
    if verdict.alternatives:
        blocks.append(_alternatives(verdict, paint))
    others = [one for one in report.incidents if one is not verdict]
    if others:
        blocks.append(_incidents(others, paint))
    if report.advisories:
        blocks.append(
            "\n".join([paint("ALSO NOTICED", "head"), *_wrapped([f"{one.title}" for one in report.advisories])])
        )
    if report.timeline:
        blocks.append(_timeline(report.timeline, paint))
    if report.traffic.requests:
        blocks.append(_traffic(report.traffic, paint))
    if report.source.remarks:
        blocks.append("\n".join([paint("ABOUT THE LOG", "head"), *_wrapped(report.source.remarks)]))
    if verbose:
        blocks.append("\n".join([paint("HOW IT WAS READ", "head"), *_wrapped(report.source.notes)]))
    return "\n\n".join(blocks)


def _head(report: Report, paint: Paint) -> str:
    """Write what was analysed."""
    source = report.source
    name = source.app or ", ".join("standard input" if name == "-" else name for name in source.inputs)
    parts = [source.platform, f"{source.lines} line{'s' if source.lines != 1 else ''}"]
    if source.start and source.end:
        parts.append(show_span(source.start, source.end))
    return "\n".join(
        paint(clean(line), "dim")
        for line in textwrap.wrap(f"{name}: {', '.join(parts)}", WIDTH, break_long_words=False) or [""]
    )


def _verdict(verdict: Finding, paint: Paint) -> str:
    """Write the verdict."""
    sure = f"  ({verdict.confidence:.0%} sure)" if verdict.status != "unknown" else ""
    cause = "" if verdict.cause in ("healthy", "unknown") else f"  {verdict.cause}"
    lines = [f"{paint(WORDS[verdict.status], verdict.status)}{paint(cause, 'head')}{sure}"]
    lines += [paint(line, "head") for line in _wrap(clean(verdict.title), "")]
    lines.append("")
    lines += _wrap(clean(verdict.explanation), "")
    facts = show_facts(verdict)
    if facts:
        lines += ["", *_wrap(clean(facts), "")]
    return "\n".join(lines)


def _evidence(evidence: Iterable[Evidence], paint: Paint) -> str:
    """Write the cited lines with their numbers."""
    lines = [paint("EVIDENCE", "head")]
    listed = list(evidence)
    digits = max(len(str(one.line)) for one in listed)
    for one in listed:
        head = f"  {one.line:>{digits}} {one.role:<8}"
        text = textwrap.wrap(clean(one.text).strip(), WIDTH - len(head), max_lines=3, placeholder=" ...") or [""]
        lines.append(paint(head, "cause" if one.role == "cause" else "dim") + text[0])
        lines += [" " * len(head) + rest for rest in text[1:]]
    return "\n".join(lines)


def _fixes(verdict: Finding, paint: Paint) -> str:
    """Write what to change."""
    lines = [paint("FIX", "head")]
    for number, fix in enumerate(verdict.fixes, start=1):
        lines += _wrap(fix.title, f"  {number}. ", "     ")
        lines += [f"         {line}" for line in fix.snippet.splitlines()]
        if fix.url:
            lines.append(f"     {fix.url}")
    return "\n".join(lines)


def _alternatives(verdict: Finding, paint: Paint) -> str:
    """Write what was close and why it is not the cause."""
    title = "WHAT IT MAY BE" if verdict.status == "unknown" else "LESS LIKELY"
    lines = [paint(title, "head")]
    for one in verdict.alternatives:
        sure = f"{one.confidence:.0%}" if one.confidence else "ruled out"
        lines += _wrap(clean(f"{one.cause} ({sure}): {one.ruled_out}"), "  ", "    ")
    return "\n".join(lines)


def _incidents(incidents: Iterable[Finding], paint: Paint) -> str:
    """Write the other incidents of the log, a line each."""
    lines = [paint("OTHER INCIDENTS IN THIS LOG", "head")]
    for one in incidents:
        when = f"{show_time(one.start)}  " if one.start else ""
        lines += _wrap(
            clean(f"{when}{one.cause}: {one.title}{' (over)' if one.status == 'recovered' else ''}"), "  ", "    "
        )
    return "\n".join(lines)


def _timeline(entries: tuple[TimelineEntry, ...], paint: Paint) -> str:
    """Write the timeline; the middle of a very long one is left out and said."""
    days = {entry.at.date() for entry in entries if entry.at}
    title = "TIMELINE" + (f" {min(days)} (UTC)" if len(days) == 1 else " (UTC)" if days else "")
    lines = [paint(title, "head")]
    shown = list(entries)
    skipped = len(shown) - MOST_ENTRIES
    for position, entry in enumerate(shown):
        if skipped > 0 and MOST_ENTRIES // 2 <= position < MOST_ENTRIES // 2 + skipped:
            if position == MOST_ENTRIES // 2:
                lines.append(f"  ... {skipped} entries more, see --format json ...")
            continue
        lines.append(_entry(entry, len(days) > 1, paint))
    return "\n".join(lines)


def _entry(entry: TimelineEntry, with_day: bool, paint: Paint) -> str:
    """Write one entry in one line."""
    if entry.kind == "gap":
        return paint(f"  ---- {entry.text} ----", "dim")
    when = show_time(entry.at, with_day=with_day)
    who = shorten(entry.process or "", 14)
    head = f"  {when:<8}  {who:<9} " if when else f"  {entry.line:>5}  {who:<9} "
    times = f" (x{entry.count})" if entry.count > 1 else ""
    return paint(head, "dim") + shorten(entry.text, WIDTH - len(head) - len(times)) + times


def _traffic(traffic: TrafficInfo, paint: Paint) -> str:
    """Write the traffic: totals, codes, the minutes with most errors."""
    share = traffic.errors / traffic.requests
    lines = [
        paint("TRAFFIC", "head"),
        f"  {traffic.requests} request{'s' if traffic.requests != 1 else ''}, {traffic.errors} failed ({share:.1%})",
    ]
    if traffic.p95_ms is not None:
        lines.append(
            f"time to answer: half within {traffic.p50_ms} ms, 95 % within {traffic.p95_ms} ms, 99 % within "
            f"{traffic.p99_ms} ms"
        )
    rows = status_rows(traffic)
    if rows:
        lines += [f"  {line}" for line in simple_table(rows, ["status or code", "requests", "share"])]
    minutes = minute_rows(traffic)
    if minutes:
        table = simple_table(minutes, ["minute", "requests", "failed", "p95 ms"])
        lines += ["", *(f"  {line}" for line in table)]
    return "\n".join(lines)


def _wrapped(items: Iterable[str]) -> list[str]:
    """Write items one below the other, wrapped."""
    return [line for item in items for line in _wrap(clean(item), "  ", "    ")]


def _wrap(text: str, first: str, rest: str | None = None) -> list[str]:
    """Wrap a text at the width."""
    return textwrap.wrap(
        text, WIDTH, initial_indent=first, subsequent_indent=first if rest is None else rest, break_long_words=True
    )
