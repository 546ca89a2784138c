"""Markdown of a postmortem: for a wiki, an issue or a pull request; log text cannot change its structure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from loganalyzer import __version__
from loganalyzer.postmortem.page import stations
from loganalyzer.postmortem.record import AppReview, Change, Incident, Occurrence, Postmortem, Route
from loganalyzer.postmortem.wording import PLATFORM_NAMES, duration_words, moment_words
from loganalyzer.report.layout import shorten
from loganalyzer.report.markdown import code, escape

__all__ = ["render"]

CELL = 160
MOST_ENTRIES = 150
MOST_CHANGES = 40
MOST_TIMES = 8
MOST_BLOCKS = 12
MOST_MINUTES = 30


def render(postmortem: Postmortem) -> str:
    """Write the document."""
    blocks = []
    if len(postmortem.reviews) > 1:
        rows = [[escape(one.name), one.source.platform, f"{one.verdict.status}: {escape(one.verdict.title)}"] for one in postmortem.reviews]
        blocks.append(f"# Postmortem of {len(rows)} logs\n\n" + _table(rows, ["log", "platform", "verdict"]))
    if postmortem.redacted is None:
        blocks.append("> **Not redacted.** This document may hold secrets and addresses of people.")
    blocks += [f"> Not read: {escape(name)}: {escape(reason)}" for name, reason in postmortem.unreadable]
    blocks += [_review(review) for review in postmortem.reviews]
    redacted = f" {postmortem.redacted} secret or personal values are replaced by placeholders." if postmortem.redacted else ""
    blocks.append(f"---\n\nWritten by loganalyzer {__version__}. Times are UTC.{redacted}")
    return "\n\n".join(blocks) + "\n"


def _review(review: AppReview) -> str:
    """Write the part about one app."""
    verdict = review.verdict
    platform = PLATFORM_NAMES.get(review.source.platform, "")
    cause = "" if verdict.cause in ("healthy", "unknown") else f" {code(verdict.cause)}, {verdict.confidence:.0%} sure"
    parts: list[tuple[str, Callable[[AppReview], str]]] = [
        ("Summary", _summary), ("Incidents", _incidents), ("What changed", _changes), ("Timeline", _timeline), ("Traffic", _traffic),
        ("Evidence", _evidence), ("Against the good log", _comparison), ("Fix and prevention", _fix), ("Open questions", _questions),
    ]  # fmt: skip
    blocks = [
        f"# {escape(verdict.title)}",
        f"**{verdict.status.capitalize()}**{cause}. {escape(review.name)}{f' on {platform}' if platform else ''}, {review.source.lines} lines.",
    ]
    for title, write in parts:
        text = write(review)
        if text:
            blocks.append(f"## {title}\n\n{text}")
    return "\n\n".join(blocks)


def _summary(review: AppReview) -> str:
    """Write the sentences and the facts."""
    head = review.headline
    rows = [
        ("Start", moment_words(head.start) if head.start else ""),
        ("End", moment_words(head.end) if head.end else "open when the log ends" if head.is_open else ""),
        ("Duration", ("at least " if head.is_open else "") + duration_words(head.duration_s) if head.duration_s is not None else ""),
        ("Failed requests", f"{head.failed} of {head.requests} ({head.share:.1%})" if head.requests and head.share is not None else ""),
        ("Cause", code(head.cause) if head.cause else ""),
        ("Port", str(head.port) if head.port is not None else ""),
        ("Expected port", str(head.expected_port) if head.expected_port is not None else ""),
        ("Address", code(head.address) if head.address else ""),
        ("Release", code(head.release) if head.release else ""),
        ("p95 before, during, after", _percentiles((head.p95_before_ms, head.p95_during_ms, head.p95_after_ms))),
        ("First symptom", f"line {head.first_symptom.line}" if head.first_symptom and head.first_symptom.line else ""),
        ("Recovery", moment_words(head.recovery.at) + ("" if head.recovery.certain else " (uncertain)") if head.recovery else ""),
    ]
    facts = _table([[name, value] for name, value in rows if value], ["fact", "value"])
    sentences = "\n\n".join(escape(sentence) for sentence in review.summary)
    return f"{sentences}\n\n{facts}\n\n{escape(review.verdict.explanation)}"


def _percentiles(values: Sequence[int | None]) -> str:
    """Write percentiles; empty when there is none."""
    return " / ".join("–" if one is None else str(one) for one in values) + " ms" if any(one is not None for one in values) else ""


def _incidents(review: AppReview) -> str:
    """Write the incidents with their stations."""
    return "\n\n".join(_incident(one) for one in review.incidents)


def _incident(incident: Incident) -> str:
    """Write one incident."""
    release = f", release {code(incident.release)}" if incident.release else ""
    blocks = [f"### {incident.number}. {escape(incident.finding.title)}", f"{code(incident.finding.cause)}, {incident.finding.confidence:.0%} sure{release}"]
    for number, one in enumerate(incident.occurrences[:MOST_TIMES], start=1):
        if len(incident.occurrences) > 1:
            blocks.append(f"**Time {number} of {len(incident.occurrences)}**")
        blocks.append(_occurrence(one))
    return "\n\n".join(blocks)


def _occurrence(one: Occurrence) -> str:
    """Write one time that it happened."""
    rows = [
        [escape(names.capitalize()), moment_words(moment.at), str(moment.line or ""), code(shorten(moment.text, CELL)), escape(("" if moment.certain else "uncertain: ") + moment.note)]
        for names, moment in stations(one.moments)
    ]
    cost = one.cost
    words = f"Time to detect {duration_words(one.detect_s)}, to mitigate {duration_words(one.mitigate_s)}, to recover {duration_words(one.recover_s)}."
    if cost.share is not None:
        codes = ", ".join(f"{escape(name)} {count}" for name, count in cost.by_code.items())
        words += f" {cost.failed} of {cost.requests} requests failed ({cost.share:.1%}){f': {codes}' if codes else ''}."
    return _table(rows, ["station", "time (UTC)", "line", "what", "note"]) + f"\n\n{words}"


def _changes(review: AppReview) -> str:
    """Write what was changed."""
    if not review.changes:
        return "The log shows no release, deploy, configuration change, scaling or restart."
    rows = [_change_row(one) for one in review.changes[:MOST_CHANGES]]
    return _table(rows, ["time (UTC)", "to the first symptom", "kind", "what", "line"])


def _change_row(change: Change) -> list[str]:
    """Write one change."""
    distance = ""
    if change.before_s is not None:
        distance = f"{duration_words(abs(change.before_s))} {'before' if change.before_s >= 0 else 'after'}"
        distance = f"**{distance}**" if change.is_nearest else distance
    entry = change.entry
    return [moment_words(entry.at), distance, escape(entry.kind), code(shorten(entry.text, CELL)), str(entry.line)]


def _timeline(review: AppReview) -> str:
    """Write the timeline; of a very long one the middle is left out."""
    entries = list(enumerate(review.timeline, start=1))
    left_out = len(entries) - MOST_ENTRIES
    if left_out > 0:
        entries = entries[: MOST_ENTRIES // 2] + entries[-MOST_ENTRIES // 2 :]
    rows = [
        [
            str(number), moment_words(entry.at) if entry.at else "", escape(entry.process or ""), escape(entry.kind),
            (f"*{escape(entry.text)}*" if entry.kind == "gap" else code(shorten(entry.text, CELL))) + (f" ×{entry.count}" if entry.count > 1 else ""), str(entry.line),
        ]
        for number, entry in entries
    ]  # fmt: skip
    text = _table(rows, ["no.", "time (UTC)", "process", "kind", "what", "line"]) if rows else "No line of note was recognised."
    return text + (f"\n\n{left_out} entries in the middle are left out." if left_out > 0 else "")


def _traffic(review: AppReview) -> str:
    """Write the traffic."""
    traffic = review.traffic
    if not traffic.requests:
        return ""
    words = f"{traffic.requests} requests, {traffic.errors} failed ({traffic.errors / traffic.requests:.1%})."
    if traffic.p50_ms is not None:
        words += f" Half were answered within {traffic.p50_ms} ms, 95 % within {traffic.p95_ms} ms, 99 % within {traffic.p99_ms} ms."
    blocks = [words]
    worst = sorted((one for one in traffic.spans if one.errors), key=lambda one: (-one.errors, one.at))[:MOST_MINUTES]
    if worst:
        rows = [[moment_words(one.at), str(one.requests), str(one.errors), *("" if value is None else str(value) for value in (one.p50_ms, one.p95_ms, one.p99_ms))] for one in sorted(worst, key=lambda one: one.at)]
        blocks.append(_table(rows, ["from (UTC)", "requests", "failed", "p50 ms", "p95 ms", "p99 ms"]))
    blocks += [f"**{title}**\n\n{_routes(routes)}" for title, routes in (("Routes with the most failed requests", traffic.failing), ("Slow routes", traffic.slowest)) if routes]
    if traffic.by_process:
        rows = [[escape(one.process), str(one.requests), f"{one.requests / traffic.requests:.1%}", str(one.failed)] for one in traffic.by_process[:12]]
        blocks.append(_table(rows, ["process", "requests", "share", "failed"]))
    return "\n\n".join(blocks)


def _routes(routes: Sequence[Route]) -> str:
    """Write routes."""
    rows = [[code(f"{one.method} {one.path}".strip()), str(one.requests), str(one.errors), *("" if value is None else str(value) for value in (one.p50_ms, one.p95_ms))] for one in routes]
    return _table(rows, ["route", "requests", "failed", "p50 ms", "p95 ms"])


def _evidence(review: AppReview) -> str:
    """Write the cited lines with those around them, and what was ruled out."""
    blocks = []
    for block in review.evidence[:MOST_BLOCKS]:
        rows = [[str(one.line), "" if one.role == "near" else f"**{one.role}**", code(shorten(one.text, 2 * CELL))] for one in block.lines]
        blocks.append(_table(rows, ["line", "role", "text"]))
    if review.verdict.alternatives:
        title = "What it may be" if review.verdict.status == "unknown" else "What it is not"
        items = [f"* {code(one.cause)} ({f'{one.confidence:.0%}' if one.confidence else 'ruled out'}): {escape(one.ruled_out)}" for one in review.verdict.alternatives]
        blocks.append(f"**{title}**\n\n" + "\n".join(items))
    return "\n\n".join(blocks)


def _comparison(review: AppReview) -> str:
    """Write what differs from the good log."""
    if review.comparison is None:
        return ""
    rows = [
        [escape(one.what), code(shorten(one.before, CELL)) if one.before else "", code(shorten(one.now, CELL)) if one.now else "", str(one.line or ""), str(one.count) if one.count > 1 else ""]
        for one in review.comparison.differences
    ]
    if not rows:
        return "Nothing of note differs."
    return f"Compared with {escape(', '.join(review.comparison.inputs))}.\n\n" + _table(rows, ["what", "good log", "this log", "line", "times"])


def _fix(review: AppReview) -> str:
    """Write the fix, how to rehearse it and what to watch."""
    verdict, blocks = review.verdict, []
    for number, fix in enumerate(verdict.fixes, start=1):
        item = f"{number}. {escape(fix.title)}" + (f" ([documentation]({fix.url}))" if fix.url else "")
        blocks.append(item + (f"\n\n{_fenced(fix.snippet)}" if fix.snippet else ""))
    if verdict.next:
        blocks.append("**What to fetch**\n\n" + "\n".join(f"* {code(step)}" for step in verdict.next))
    if review.prevention.rehearse:
        blocks.append("**Rehearse it**\n\n" + "\n".join(f"* {escape(words)}" + (f" {code(command)}" if command else "") for words, command in review.prevention.rehearse))
    if review.prevention.monitor:
        blocks.append("**Watch for it**\n\n" + "\n".join(f"* {escape(one)}" for one in review.prevention.monitor))
    if review.advisories:
        blocks.append("**Also noticed**\n\n" + "\n".join(f"* {escape(one.title)}" for one in review.advisories))
    return "\n\n".join(blocks)


def _fenced(text: str) -> str:
    """Write code as a block in a list, with a fence that the code does not hold."""
    fence = "```"
    while fence in text:
        fence += "`"
    return "\n".join(f"   {line}" for line in (fence, *text.splitlines(), fence))


def _questions(review: AppReview) -> str:
    """Write what the log cannot answer."""
    return "\n".join(f"* {escape(one)}" for one in review.questions)


def _table(rows: list[list[str]], heads: list[str]) -> str:
    """Write a table; the cells are escaped already."""
    from tabulate import tabulate  # noqa: PLC0415 (start-up time)

    return tabulate(rows, heads, tablefmt="pipe", disable_numparse=True)
