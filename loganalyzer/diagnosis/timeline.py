"""Timeline: sightings in the order of time, repeats folded, gaps marked."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from loganalyzer.diagnosis.case import Case
from loganalyzer.model import UNDATED_YEAR
from loganalyzer.outcome import TimelineEntry
from loganalyzer.summary import Sighting

__all__ = ["LEFT_OUT", "make_timeline"]

LEFT_OUT = frozenset(
    {
        "framework-seen",
        "platform-seen",
        "listen-frame",
        "connect-frame",
        "loading-frame",
        "service-frame",
        "build-step",
        "request-served",
        "request-logged",
        "memory-measured",
    }
)
"""Statements that tell nothing about what happened when."""

GAP = timedelta(minutes=15)


def make_timeline(case: Case) -> tuple[TimelineEntry, ...]:
    """Make the timeline of a case.

    Alike lines of one process that follow one another are one entry; lines that the summary only counted are added to
    the count of the last one kept before them.
    """
    unseen = {
        (group.first[-1].input, group.first[-1].number, group.first[-1].pattern): group.count - len(group.sightings())
        for group in case.summary.groups.values()
        if group.first
    }
    entries: list[TimelineEntry] = []
    patterns: list[str] = []
    for one in case.sightings:
        if one.statement in LEFT_OUT or not one.message.strip():
            continue
        at = one.at if one.at and one.at.year != UNDATED_YEAR else None
        more = max(0, unseen.get((one.input, one.number, one.pattern), 0))
        last = entries[-1] if entries else None
        if last is not None and last.line == one.number and last.input == one.input:
            continue  # a second pattern about the same line
        place = _fold_place(entries, patterns, one)
        if place is not None:
            entries[place] = replace(
                entries[place], count=entries[place].count + 1 + more, until=at or entries[place].until
            )
            continue
        if last is not None and at is not None:
            before = last.until or last.at
            if before is not None and at - before >= GAP:
                entries.append(TimelineEntry(before, last.line, last.input, None, "gap", _span(at - before), 1, at))
                patterns.append("")
        entries.append(TimelineEntry(at, one.number, one.input, one.process, one.statement, describe(one), 1 + more))
        patterns.append(one.pattern)
    return tuple(entries)


def describe(one: Sighting) -> str:
    """Give the words of an entry: the message, or of a router's line and of a logged health check what matters."""
    values = one.values
    if one.statement == "probe-failed" and one.source == "app":
        return f"health check {values.get('probe_path', '')} answered with {values.get('http_status', 'an error')}"
    if one.statement != "router-error":
        return one.message.strip()
    parts = [values.get("error_code"), values.get("http_status"), values.get("method"), values.get("path")]
    text = values.get("error_text")
    service = values.get("service_ms")
    told = " ".join(str(part) for part in parts if part is not None)
    return (
        told + (f" ({text})" if text else "") + (f", {service} ms" if service else "") if told else one.message.strip()
    )


def _fold_place(entries: list[TimelineEntry], patterns: list[str], one: Sighting) -> int | None:
    """Give the entry, among the last three, that a sighting repeats; None when it is new."""
    for back in range(1, 4):
        if back > len(entries):
            return None
        if (
            patterns[-back] == one.pattern
            and entries[-back].process == one.process
            and entries[-back].kind == one.statement
        ):
            same = entries[-back].text == describe(one)
            if same or one.statement in (
                "router-error",
                "log-lines-lost",
                "port-scan-waiting",
                "memory-over-quota",
                "exception",
            ):
                return len(entries) - back
        if entries[-back].kind == "gap":
            return None
    return None


def _span(time: timedelta) -> str:
    """Write a stretch of time in words."""
    minutes = int(time.total_seconds() // 60)
    if minutes < 120:
        return f"{minutes} minutes without anything of note"
    hours = minutes // 60
    return f"{hours} hours without anything of note" if hours < 72 else f"{hours // 24} days without anything of note"
