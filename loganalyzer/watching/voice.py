"""The voices: how a watch speaks to people, to GitHub's runner and to programs."""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any, Protocol

from loganalyzer.diagnosis.timeline import describe
from loganalyzer.model import UNDATED_YEAR
from loganalyzer.outcome import Analysis, Finding, Report
from loganalyzer.report.json_v1 import to_mapping
from loganalyzer.report.layout import shorten, show_facts
from loganalyzer.report.text import render_finding
from loganalyzer.summary import Sighting
from loganalyzer.text import clean

__all__ = ["FORMS", "GithubVoice", "JsonVoice", "TextVoice", "Voice", "finding_document"]

FORMS = ("text", "github", "json-lines")
WIDTH = 80
RULE = "─" * WIDTH
Writer = Callable[[str], None]


class Voice(Protocol):
    """Says what happens."""

    def event(self, one: Sighting) -> None:
        """Say that something happened."""

    def verdict(self, report: Report) -> None:
        """Say the verdict: when it is known, and when it changes."""

    def quiet(self, words: str) -> None:
        """Say what is being waited for."""

    def end(self, reason: str, status: int) -> None:
        """Say why the watch ends."""


class TextVoice:
    """One line an event, a box for the verdict, and a line that is written over while nothing happens."""

    def __init__(self, write: Writer, *, color: bool = False, overwrite: bool = False) -> None:
        """Prepare to write.

        Args:
            write: takes text and brings it out at once.
            color: whether colours are wanted.
            overwrite: whether the output is a terminal on which a line can be written over.
        """
        self._write = write
        self._color = color
        self._overwrite = overwrite
        self._has_quiet = False

    def event(self, one: Sighting) -> None:
        """Write time, process and message."""
        self._line(event_words(one))

    def verdict(self, report: Report) -> None:
        """Write the verdict between two rules."""
        facts = show_facts(report.verdict)
        lines = render_finding(report, color=self._color).splitlines()
        if facts:
            lines.append(f"  {clean(facts)}")
        if report.verdict.fixes and report.verdict.status == "incident":
            lines.append(f"  fix: {clean(report.verdict.fixes[0].title)}")
        wrapped = [part for line in lines for part in textwrap.wrap(line, WIDTH, subsequent_indent="    ")]
        for line in [RULE, *wrapped, RULE]:
            self._line(line)

    def quiet(self, words: str) -> None:
        """Write over the last quiet line, or write a new one where that cannot be done."""
        text = shorten(f"... {words}", WIDTH - 1)
        if self._overwrite:
            self._write(f"\r\x1b[K{text}")
            self._has_quiet = True
        else:
            self._line(text)

    def end(self, reason: str, status: int) -> None:
        """Write why the watch ends."""
        self._line(f"{reason} (exit status {status})")

    def _line(self, text: str) -> None:
        """Write a line, over the quiet one."""
        if self._has_quiet:
            self._write("\r\x1b[K")
            self._has_quiet = False
        self._write(text + "\n")


class GithubVoice(TextVoice):
    """Plain lines for the job's log, and annotations for the verdict."""

    def event(self, one: Sighting) -> None:
        """Write a line that the runner cannot take for a command, whatever the app printed."""
        self._line(f"| {event_words(one)}")

    def verdict(self, report: Report) -> None:
        """Write an annotation."""
        verdict = report.verdict
        kind = {"incident": "error", "recovered": "warning", "unknown": "warning"}.get(verdict.status, "notice")
        parts = [verdict.title, verdict.explanation]
        parts += [f"line {one.line}: {shorten(one.text, 200)}" for one in verdict.evidence[:2]]
        parts += [f"Fix: {one.title} {one.url}".rstrip() for one in verdict.fixes[:1]]
        self._line(f"::{kind} title={_property(f'loganalyzer: {verdict.cause}')}::{_data(clean_lines(parts))}")


class JsonVoice:
    """One JSON object a line."""

    def __init__(self, write: Writer) -> None:
        """Prepare to write."""
        self._write = write

    def event(self, one: Sighting) -> None:
        """Write what happened."""
        self._object(
            "event",
            at=_time(one.at),
            line=one.number,
            process=one.process,
            source=one.source,
            kind=one.statement,
            text=one.message,
            values=dict(one.values),
        )

    def verdict(self, report: Report) -> None:
        """Write the verdict as the report of a file has it."""
        self._object("verdict", app=report.source.app, verdict=finding_document(report)["verdict"])

    def quiet(self, words: str) -> None:
        """Write what is being waited for."""
        self._object("waiting", text=words)

    def end(self, reason: str, status: int) -> None:
        """Write why the watch ends."""
        self._object("end", reason=reason, status=status)

    def _object(self, sort: str, **values: object) -> None:
        """Write one object."""
        self._write(json.dumps({"type": sort, **values}, ensure_ascii=False) + "\n")


def event_words(one: Sighting) -> str:
    """Write an event as a line of at most the width of a terminal."""
    at = one.at.strftime("%H:%M:%S") if one.at else "        "
    head = f"{at}  {clean(one.process or '-'):<9.9} "
    return head + shorten(describe(one), WIDTH - len(head))


def finding_document(report: Report) -> dict[str, Any]:
    """Give the document of the output contract for one report."""
    return to_mapping(Analysis((report,)))


def verdict_words(verdict: Finding) -> str:
    """Give what tells one verdict from another."""
    return f"{verdict.status} {verdict.cause} {verdict.title}"


def clean_lines(parts: list[str]) -> str:
    """Join sentences without control characters."""
    return "\n".join(clean(part) for part in parts)


def _time(at: datetime | None) -> str | None:
    """Write a time in UTC; none for a time without a date."""
    if at is None or at.year == UNDATED_YEAR:
        return None
    return at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _data(text: str) -> str:
    """Write the message of a workflow command."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    """Write a property of a workflow command."""
    return _data(text).replace(":", "%3A").replace(",", "%2C")
