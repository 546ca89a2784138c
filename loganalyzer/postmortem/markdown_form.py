"""Markdown of a postmortem: for a wiki, an issue or a pull request; log text cannot change its structure."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from loganalyzer import __version__
from loganalyzer.model import PLATFORM_NAMES
from loganalyzer.postmortem.markdown_tables import (
    CELL,
    place_of,
    table,
    write_changes,
    write_comparison,
    write_timeline,
    write_traffic,
)
from loganalyzer.postmortem.page import stations
from loganalyzer.postmortem.record import AppReview, Incident, Occurrence, Postmortem
from loganalyzer.postmortem.wording import duration_words, moment_words
from loganalyzer.report.layout import count_words, shorten
from loganalyzer.report.markdown import code, escape

__all__ = ["render"]

MOST_TIMES = 8
MOST_BLOCKS = 12


def render(postmortem: Postmortem) -> str:
    """Write the document."""
    blocks = []
    if len(postmortem.reviews) > 1:
        rows = [
            [escape(one.name), one.source.platform, f"{one.verdict.status}: {escape(one.verdict.title)}"]
            for one in postmortem.reviews
        ]
        blocks.append(f"# Postmortem of {len(rows)} logs\n\n" + table(rows, ["log", "platform", "verdict"]))
    if postmortem.redacted is None:
        blocks.append("> **Not redacted.** This document may hold secrets and addresses of people.")
    blocks += [f"> Not read: {escape(name)}: {escape(reason)}" for name, reason in postmortem.unreadable]
    blocks += [_review(review) for review in postmortem.reviews]
    redacted = (
        f" {postmortem.redacted} secret or personal values are replaced by placeholders." if postmortem.redacted else ""
    )
    blocks.append(f"---\n\nWritten by loganalyzer {__version__}. Times are UTC.{redacted}")
    return "\n\n".join(blocks) + "\n"


def _review(review: AppReview) -> str:
    """Write the part about one app."""
    verdict = review.verdict
    platform = PLATFORM_NAMES.get(review.source.platform, "")
    cause = "" if verdict.cause in ("healthy", "unknown") else f" {code(verdict.cause)}, {verdict.confidence:.0%} sure"
    parts: list[tuple[str, Callable[[AppReview], str]]] = [
        ("Summary", _summary),
        ("Incidents", _incidents),
        ("What changed", write_changes),
        ("Timeline", write_timeline),
        ("Traffic", write_traffic),
        ("Evidence", _evidence),
        ("Against the good log", write_comparison),
        ("Fix and prevention", _fix),
        ("Open questions", _questions),
    ]
    where = escape(review.name) + (f" on {platform}" if platform else "")
    blocks = [
        f"# {escape(verdict.title)}",
        f"**{verdict.status.capitalize()}**{cause}. {where}, {count_words(review.source.lines, 'line')}.",
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
        (
            "Duration",
            ("at least " if head.is_open else "") + duration_words(head.duration_s)
            if head.duration_s is not None
            else "",
        ),
        (
            "Failed requests",
            f"{head.failed:,} of {head.requests:,} ({head.share:.1%})"
            if head.requests and head.share is not None
            else "",
        ),
        ("Cause", code(head.cause) if head.cause else ""),
        ("Port", str(head.port) if head.port is not None else ""),
        ("Expected port", str(head.expected_port) if head.expected_port is not None else ""),
        ("Address", code(head.address) if head.address else ""),
        ("Release", code(head.release) if head.release else ""),
        ("p95 before, during, after", _percentiles((head.p95_before_ms, head.p95_during_ms, head.p95_after_ms))),
        ("First symptom", _first_symptom(review)),
        (
            "Recovery",
            moment_words(head.recovery.at) + ("" if head.recovery.certain else " (uncertain)") if head.recovery else "",
        ),
    ]
    known = [[name, value] for name, value in rows if value]
    blocks = [escape(sentence) for sentence in review.summary]
    if known:
        blocks.append(table(known, ["fact", "value"]))
    if not any(review.verdict.explanation in sentence for sentence in review.summary):
        blocks.append(escape(review.verdict.explanation))
    first = review.analysis
    if first.note:
        blocks.append(
            f"The command {code('analyze')} says {code(first.cause)} ({first.status}) of the same log; "
            f"this document looks at each request as well: {escape(first.note)}."
        )
    return "\n\n".join(blocks)


def _first_symptom(review: AppReview) -> str:
    """Say which line shows the trouble first; empty when none does."""
    moment = review.headline.first_symptom
    if moment is None or not moment.line:
        return ""
    where = place_of(review, moment.input, moment.line)
    return where if len(review.source.inputs) > 1 else f"line {where}"


def _percentiles(values: Sequence[int | None]) -> str:
    """Write percentiles; empty when there is none."""
    return (
        " / ".join("–" if one is None else str(one) for one in values) + " ms"
        if any(one is not None for one in values)
        else ""
    )


def _incidents(review: AppReview) -> str:
    """Write the incidents with their stations."""
    return "\n\n".join(_incident(review, one) for one in review.incidents)


def _incident(review: AppReview, incident: Incident) -> str:
    """Write one incident."""
    release = f", release {code(incident.release)}" if incident.release else ""
    release += f", part of incident {incident.part_of} by its times" if incident.part_of else ""
    blocks = [
        f"### {incident.number}. {escape(incident.finding.title)}",
        f"{code(incident.finding.cause)}, {incident.finding.confidence:.0%} sure{release}",
    ]
    for number, one in enumerate(incident.occurrences[:MOST_TIMES], start=1):
        if len(incident.occurrences) > 1:
            blocks.append(f"**Time {number} of {len(incident.occurrences)}**")
        blocks.append(_occurrence(review, one))
    return "\n\n".join(blocks)


def _occurrence(review: AppReview, one: Occurrence) -> str:
    """Write one time that it happened."""
    rows = [
        [
            escape(names.capitalize()),
            moment_words(moment.at),
            place_of(review, moment.input, moment.line),
            code(shorten(moment.text, CELL)),
            escape(("" if moment.certain else "uncertain: ") + moment.note),
        ]
        for names, moment in stations(one.moments)
    ]
    cost = one.cost
    words = (
        f"Time to detect {duration_words(one.detect_s)}, to mitigate {duration_words(one.mitigate_s)}, "
        f"to recover {duration_words(one.recover_s)}."
    )
    if cost.share is not None:
        codes = ", ".join(f"{escape(name)} {count:,}" for name, count in cost.by_code.items())
        words += (
            f" {cost.failed:,} of {cost.requests:,} requests failed ({cost.share:.1%}){f': {codes}' if codes else ''}."
        )
    return table(rows, ["station", "time (UTC)", "line", "what", "note"]) + f"\n\n{words}"


def _evidence(review: AppReview) -> str:
    """Write the cited lines with those around them, and what was ruled out."""
    blocks = []
    for block in review.evidence[:MOST_BLOCKS]:
        if len(review.source.inputs) > 1:
            blocks.append(f"In {escape(block.input)}:")
        rows = [
            [str(one.line), "" if one.role == "near" else f"**{one.role}**", code(shorten(one.text, 2 * CELL))]
            for one in block.lines
        ]
        blocks.append(table(rows, ["line", "role", "text"]))
    if review.verdict.alternatives:
        title = "What it may be" if review.verdict.status == "unknown" else "What it is not"
        items = [
            f"* {code(one.cause)} ({f'{one.confidence:.0%}' if one.confidence else 'ruled out'}): "
            f"{escape(one.ruled_out)}"
            for one in review.verdict.alternatives
        ]
        blocks.append(f"**{title}**\n\n" + "\n".join(items))
    return "\n\n".join(blocks)


def _fix(review: AppReview) -> str:
    """Write the fix, how to rehearse it and what to watch."""
    verdict, blocks = review.verdict, []
    for number, fix in enumerate(verdict.fixes, start=1):
        item = f"{number}. {escape(fix.title)}" + (f" ([documentation]({fix.url}))" if fix.url else "")
        blocks.append(item + (f"\n\n{_fenced(fix.snippet)}" if fix.snippet else ""))
    if verdict.next:
        blocks.append("**What to fetch**\n\n" + "\n".join(f"* {code(step)}" for step in verdict.next))
    if review.prevention.rehearse:
        blocks.append(
            "**Rehearse it**\n\n"
            + "\n".join(
                f"* {escape(words)}" + (f" {code(command)}" if command else "")
                for words, command in review.prevention.rehearse
            )
        )
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
