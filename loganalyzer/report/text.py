"""Text for people: verdict first, then evidence, fix, timeline and traffic; readable without colour."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from loganalyzer.outcome import Analysis, Evidence, Finding, Report, TimelineEntry, TrafficInfo, UnknownLines
from loganalyzer.report.layout import (
    answer_words,
    count_words,
    failing_minutes,
    short_names,
    show_facts,
    show_span,
    show_time,
    simple_table,
    status_rows,
    without_frames,
)
from loganalyzer.screen import WIDTH, columns_of, fit, plain_message, wrap
from loganalyzer.text import clean

__all__ = ["render", "render_finding"]

MOST_ENTRIES = 40
MOST_KINDS = 20
VERDICT_WIDTH = 46
"""What platform and verdict take of a line of the overview."""

LONGEST_CAUSE, LONGEST_LINE = 10, 3
"""Lines of the screen that a cited line may take: what names the cause is shown whole, even an access line."""

WHO_WIDTHS = (9, 14)
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


class Page:
    """What a report is written on: its width, and colours where they are wanted."""

    def __init__(self, color: bool, width: int) -> None:
        """Remember both."""
        self.color = color
        self.width = width

    def paint(self, text: str, name: str) -> str:
        """Put a text in a colour; without colours it stays as it is."""
        return f"\x1b[{COLORS[name]}m{text}\x1b[0m" if self.color and name and text else text

    def wrap(self, text: str, first: str = "", rest: str | None = None) -> list[str]:
        """Wrap a text at the width."""
        return wrap(clean(text), self.width, first, rest)

    def section(self, title: str, items: Iterable[str]) -> str:
        """Write a heading and items below it, wrapped."""
        return "\n".join(
            [self.paint(title, "head"), *(line for item in items for line in self.wrap(item, "  ", "    "))]
        )


def render(analysis: Analysis, *, color: bool = False, verbose: bool = False, width: int = WIDTH) -> str:
    """Write the reports of all apps, and which inputs could not be read."""
    page = Page(color, width)
    parts = []
    if len(analysis.reports) > 1:
        parts.append(_overview(analysis, page))
    parts += [_report(report, page, verbose) for report in analysis.reports]
    if analysis.unknown_lines is not None:
        parts.append(_unknown_lines(analysis.unknown_lines, page))
    return "\n\n".join(parts) + "\n"


def render_finding(report: Report, *, color: bool = False, width: int = WIDTH) -> str:
    """Write the verdict of a stream that is still open, in one or two lines."""
    page, verdict = Page(color, width), report.verdict
    first = verdict.evidence[0] if verdict.evidence else None
    head = f"{WORDS[verdict.status]} {verdict.cause} ({verdict.confidence:.0%})"
    lines = [f"{page.paint(head, verdict.status)}: {clean(verdict.title)}"]
    if first is not None:
        lines.append(page.paint("  " + fit(f"line {first.line}: {first.text}", width - 2), "dim"))
    return "\n".join(lines)


def _unknown_lines(kinds: tuple[UnknownLines, ...], page: Page) -> str:
    """Write the kinds of platform lines that no pattern knows, with how many and where the first is."""
    lines = [page.paint("PLATFORM LINES THAT NO PATTERN KNOWS", "head")]
    for one in kinds[:MOST_KINDS]:
        place = f"{'standard input' if one.input == '-' else one.input}:{one.line}"
        lines += page.wrap(f"{one.count} {one.source}, first {place}", "  ")
        lines += page.wrap(one.template, "    ")
    if len(kinds) > MOST_KINDS:
        lines.append(f"  and {len(kinds) - MOST_KINDS} more kinds; --format json has them all")
    return "\n".join(lines if kinds else [*lines, "  none"])


def _overview(analysis: Analysis, page: Page) -> str:
    """Write one line an app, the worst first."""
    order = {"incident": 0, "recovered": 1, "unknown": 2, "healthy": 3}
    reports = sorted(analysis.reports, key=lambda report: order[report.verdict.status])
    names = short_names(
        [report.source.app or ", ".join(report.source.inputs) for report in reports], page.width - VERDICT_WIDTH
    )
    rows = [
        [name, report.source.platform, _verdict_words(report.verdict)]
        for name, report in zip(names, reports, strict=True)
    ]
    lines = [page.paint(f"{len(rows)} LOGS", "head"), *simple_table(rows, ["log", "platform", "verdict"])]
    return "\n".join(lines)


def _verdict_words(verdict: Finding) -> str:
    """Write a verdict in few words."""
    if verdict.status == "unknown":
        return "unknown"
    return f"{verdict.cause} {verdict.confidence:.0%}" + (", over" if verdict.status == "recovered" else "")


def _report(report: Report, page: Page, verbose: bool) -> str:
    """Write the report of one app."""
    verdict = report.verdict
    blocks = [_head(report, page), _verdict(verdict, page)]
    if verdict.evidence:
        blocks.append(_evidence(verdict.evidence, page))
    if verdict.fixes:
        blocks.append(_fixes(verdict, page))
    if verdict.next:
        blocks.append(page.section("WHAT WOULD HELP", verdict.next))
    if verdict.alternatives:
        blocks.append(_alternatives(verdict, page))
    others = [one for one in report.incidents if one is not verdict]
    if others:
        blocks.append(_incidents(others, page))
    if report.advisories:
        blocks.append(page.section("ALSO NOTICED", [one.title for one in report.advisories]))
    if report.timeline:
        blocks.append(_timeline(report.timeline, verdict, page))
    if report.traffic.requests:
        blocks.append(_traffic(report.traffic, page))
    if report.source.remarks:
        blocks.append(page.section("ABOUT THE LOG", report.source.remarks))
    if verbose:
        blocks.append(page.section("HOW IT WAS READ", report.source.notes))
    return "\n\n".join(blocks)


def _head(report: Report, page: Page) -> str:
    """Write what was analysed; a long name has a line of its own."""
    source = report.source
    name = clean(source.app or ", ".join("standard input" if name == "-" else name for name in source.inputs))
    parts = [source.platform, count_words(source.lines, "line")]
    if source.start and source.end:
        parts.append(show_span(source.start, source.end))
    told = f"{name}: {', '.join(parts)}"
    lines = [told] if columns_of(told) <= page.width else [*page.wrap(name), *page.wrap(", ".join(parts), "  ")]
    return "\n".join(page.paint(line, "dim") for line in lines)


def _verdict(verdict: Finding, page: Page) -> str:
    """Write the verdict."""
    sure = f"  ({verdict.confidence:.0%} sure)" if verdict.status != "unknown" else ""
    cause = "" if verdict.cause in ("healthy", "unknown") else f"  {verdict.cause}"
    lines = [f"{page.paint(WORDS[verdict.status], verdict.status)}{page.paint(cause, 'head')}{sure}"]
    lines += [page.paint(line, "head") for line in page.wrap(verdict.title)]
    lines += ["", *page.wrap(verdict.explanation)]
    facts = show_facts(verdict)
    if facts:
        lines += ["", *page.wrap(facts)]
    return "\n".join(lines)


def _evidence(evidence: tuple[Evidence, ...], page: Page) -> str:
    """Write the cited lines with their numbers, and their inputs where there are several."""
    lines = [page.paint("EVIDENCE", "head")]
    digits = max(len(str(one.line)) for one in evidence)
    inputs = {one.input for one in evidence}
    last = None
    for one in evidence:
        if len(inputs) > 1 and one.input != last:
            lines += page.wrap(f"in {one.input}", "  ")
            last = one.input
        head = f"  {one.line:>{digits}} {one.role:<8}"
        most = LONGEST_CAUSE if one.role == "cause" else LONGEST_LINE
        text = wrap(clean(one.text).strip(), page.width - len(head), most=most) or [""]
        lines.append(page.paint(head, "cause" if one.role == "cause" else "dim") + text[0])
        lines += [" " * len(head) + rest for rest in text[1:]]
    return "\n".join(lines)


def _fixes(verdict: Finding, page: Page) -> str:
    """Write what to change."""
    lines = [page.paint("FIX", "head")]
    for number, fix in enumerate(verdict.fixes, start=1):
        lines += page.wrap(fix.title, f"  {number}. ", "     ")
        lines += [f"         {line}" for line in fix.snippet.splitlines()]
        if fix.url:
            lines.append(f"     {fix.url}")
    return "\n".join(lines)


def _alternatives(verdict: Finding, page: Page) -> str:
    """Write what was close and why it is not the cause."""
    title = "WHAT IT MAY BE" if verdict.status == "unknown" else "LESS LIKELY"
    return page.section(
        title,
        [
            f"{one.cause} ({f'{one.confidence:.0%}' if one.confidence else 'ruled out'}): {one.ruled_out}"
            for one in verdict.alternatives
        ],
    )


def _incidents(incidents: Sequence[Finding], page: Page) -> str:
    """Write the other incidents of the log."""
    days = {one.start.date() for one in incidents if one.start}
    told = [
        (f"{show_time(one.start, with_day=len(days) > 1)}  " if one.start else "")
        + f"{one.cause}: {one.title}{' (over)' if one.status == 'recovered' else ''}"
        for one in incidents
    ]
    return page.section("OTHER INCIDENTS IN THIS LOG" + _day_words(days), told)


def _day_words(days: set[date]) -> str:
    """Say in a heading on which day the times are, where it is one."""
    if len(days) == 1:
        return f" {min(days)} (UTC)"
    return " (UTC)" if days else ""


def _timeline(entries: Sequence[TimelineEntry], verdict: Finding, page: Page) -> str:
    """Write the timeline with the cause in its colour; the middle of a very long one is left out and said."""
    entries = without_frames(entries)
    causes = {(one.input, one.line) for one in verdict.evidence if one.role == "cause"}
    days = {entry.at.date() for entry in entries if entry.at}
    names = [fit(entry.process or "", WHO_WIDTHS[1]) for entry in entries]
    who_width = max(WHO_WIDTHS[0], *map(columns_of, names))
    lines = [
        _entry(
            entry,
            name + " " * (who_width - columns_of(name)),
            "cause" if (entry.input, entry.line) in causes else "",
            len(days) > 1,
            page,
        )
        for entry, name in zip(entries, names, strict=True)
    ]
    skipped = len(lines) - MOST_ENTRIES
    if skipped > 0:
        half = MOST_ENTRIES // 2
        lines[half:-half] = [f"  ... {skipped} more, see --format json ..."]
    return "\n".join([page.paint("TIMELINE" + _day_words(days), "head"), *lines])


def _entry(entry: TimelineEntry, who: str, color: str, with_day: bool, page: Page) -> str:
    """Write one entry in one line."""
    if entry.kind == "gap":
        return page.paint(f"  ---- {entry.text} ----", "dim")
    when = show_time(entry.at, with_day=with_day)
    head = f"  {when:<8}  {who} " if when else f"  {entry.line:>5}  {who} "
    times = f" (x{entry.count})" if entry.count > 1 else ""
    words = fit(plain_message(entry.text), page.width - columns_of(head) - len(times))
    return page.paint(head, "dim") + page.paint(words, color) + times


def _traffic(traffic: TrafficInfo, page: Page) -> str:
    """Write the traffic: totals, codes, the minutes with most errors."""
    share = traffic.errors / traffic.requests
    told = [f"{count_words(traffic.requests, 'request')}, {traffic.errors} failed ({share:.1%})", answer_words(traffic)]
    lines = [page.section("TRAFFIC", filter(None, told))]
    rows = status_rows(traffic)
    if rows:
        lines += ["", *(f"  {line}" for line in simple_table(rows, ["status or code", "requests", "share"]))]
    heads, minutes = failing_minutes(traffic)
    if minutes:
        lines += ["", "  minutes with failed requests:", *(f"  {line}" for line in simple_table(minutes, heads))]
    return "\n".join(lines)
