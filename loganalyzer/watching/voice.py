"""The voices: how a watch speaks to people, to GitHub's runner and to programs."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any, Protocol

from loganalyzer.model import UNDATED_YEAR
from loganalyzer.outcome import Analysis, Finding, Report
from loganalyzer.report.json_v1 import to_mapping
from loganalyzer.report.layout import shorten, show_facts
from loganalyzer.screen import WIDTH, fit, wrap
from loganalyzer.summary import Sighting
from loganalyzer.text import clean
from loganalyzer.watching.wording import event_words, mood

__all__ = ["FORMS", "GithubVoice", "JsonVoice", "TextVoice", "Voice", "finding_document", "verdict_words"]

FORMS = ("text", "github", "json-lines")
GITHUB_WIDTH = 120
LONGEST_EVIDENCE = 3
"""Lines of the terminal that the verdict's line of the log may take."""

MOST_CODE = 8
COLORS = {"incident": "31;1", "recovered": "33;1", "healthy": "32;1", "unknown": "35;1"}
COLORS |= {"bad": "31", "good": "32", "dim": "2"}
STORM = "more like these, left out for up to a minute"
Writer = Callable[[str], None]


class Voice(Protocol):
    """Says what happens."""

    def event(self, one: Sighting, *, is_storm: bool = False) -> None:
        """Say that something happened; *is_storm* when it and the next ones of its kind are too many to show."""

    def verdict(self, report: Report) -> None:
        """Say the verdict: when it is known, and when it changes."""

    def quiet(self, words: str) -> None:
        """Say what is being waited for."""

    def end(self, reason: str, reports: Sequence[Report], status: int) -> None:
        """Say why the watch ends, and with what."""


class TextVoice:
    """One line an event, a box for the verdict, and a line that is written over while nothing happens."""

    def __init__(
        self, write: Writer, *, color: bool = False, overwrite: bool = False, width: Callable[[], int] = lambda: WIDTH
    ) -> None:
        """Prepare to write.

        Args:
            write: takes text and brings it out at once.
            color: whether colours are wanted.
            overwrite: whether the output is a terminal on which a line can be written over.
            width: gives the columns of a line, asked anew for each one.
        """
        self._write = write
        self._color = color
        self._overwrite = overwrite
        self._width = width
        self._has_quiet = False

    def event(self, one: Sighting, *, is_storm: bool = False) -> None:
        """Write time, process and message."""
        head, words = event_words(one, self._width())
        self._line(self._paint(head, "dim") + self._paint(_storm_words(one) if is_storm else words, mood(one)))

    def verdict(self, report: Report) -> None:
        """Write the verdict between two rules."""
        width, verdict = self._width(), report.verdict
        head = headline(report)
        first, *rest = wrap(f"{head}: {clean(verdict.title)}", width, rest="    ")
        lines = [first.replace(head, self._paint(head, verdict.status), 1), *rest]
        if verdict.evidence:
            one = verdict.evidence[0]
            lines += [self._paint(line, "dim") for line in _evidence(f"line {one.line}: {one.text}", width)]
        lines += _wrapped(clean(show_facts(verdict)), width)
        lines += _advice(verdict, width)
        rule = "─" * width
        for line in [rule, *lines, rule]:
            self._line(line)

    def quiet(self, words: str) -> None:
        """Write over the last quiet line, or write a new one where that cannot be done."""
        text = fit(f"... {words}", self._width() - 1)
        if self._overwrite:
            self._write(f"\r\x1b[K{self._paint(text, 'dim')}")
            self._has_quiet = True
        else:
            self._line(text)

    def end(self, reason: str, reports: Sequence[Report], status: int) -> None:
        """Write why the watch ends, and the verdict once more in short."""
        told = "; ".join(headline(report) for report in reports)
        self._line(f"{reason}: {told}, exit status {status}" if told else f"{reason}, exit status {status}")

    def _paint(self, text: str, color: str) -> str:
        """Give text in a colour, where colours are wanted."""
        return f"\x1b[{COLORS[color]}m{text}\x1b[0m" if self._color and color else text

    def _line(self, text: str) -> None:
        """Write a line, over the quiet one."""
        if self._has_quiet:
            self._write("\r\x1b[K")
            self._has_quiet = False
        self._write(text + "\n")


class GithubVoice(TextVoice):
    """Plain lines for the job's log, and annotations for the verdict."""

    def __init__(self, write: Writer) -> None:
        """Prepare to write."""
        super().__init__(write, width=lambda: GITHUB_WIDTH)

    def event(self, one: Sighting, *, is_storm: bool = False) -> None:
        """Write a line that the runner cannot take for a command, whatever the app printed."""
        head, words = event_words(one, GITHUB_WIDTH)
        self._line(f"| {head}{_storm_words(one) if is_storm else words}")

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

    def event(self, one: Sighting, *, is_storm: bool = False) -> None:
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
            more_left_out=is_storm,
        )

    def verdict(self, report: Report) -> None:
        """Write the verdict as the report of a file has it."""
        self._object("verdict", app=report.source.app, verdict=finding_document(report)["verdict"])

    def quiet(self, words: str) -> None:
        """Write what is being waited for."""
        self._object("waiting", text=words)

    def end(self, reason: str, reports: Sequence[Report], status: int) -> None:
        """Write why the watch ends, and with what."""
        verdicts = [
            {"app": report.source.app, "status": report.verdict.status, "cause": report.verdict.cause}
            for report in reports
        ]
        self._object("end", reason=reason, verdicts=verdicts, status=status)

    def _object(self, sort: str, **values: object) -> None:
        """Write one object."""
        self._write(json.dumps({"type": sort, **values}, ensure_ascii=False) + "\n")


def headline(report: Report) -> str:
    """Give the verdict in a few words: status, cause where it says more, confidence, app where it is known."""
    verdict = report.verdict
    words = verdict.status.upper()
    if verdict.cause != verdict.status:
        words += f" {verdict.cause}"
    if verdict.status != "unknown":
        words += f" ({verdict.confidence:.0%})"
    return words + (f" [{clean(report.source.app)}]" if report.source.app else "")


def _storm_words(one: Sighting) -> str:
    """Say that further lines of a kind are left out."""
    code = one.values.get("error_code")
    return f"({f'{clean(str(code))}: ' if code else ''}{STORM})"


def _advice(verdict: Finding, width: int) -> list[str]:
    """Write what to change, with its code; of an unknown verdict what would help."""
    if verdict.status == "unknown":
        return [line for words in verdict.next[:2] for line in _wrapped(f"next: {clean(words)}", width)]
    if verdict.status != "incident" or not verdict.fixes:
        return []
    fix = verdict.fixes[0]
    # Code is for copying, so it is not cut to the width.
    code = [f"      {clean(line)}" for line in fix.snippet.splitlines()[:MOST_CODE]]
    return [*_wrapped(f"fix: {clean(fix.title)}", width), *code]


def _evidence(text: str, width: int) -> list[str]:
    """Write a line of the log, cut when it is very long."""
    plain = " ".join(clean(text).split())
    return wrap(plain, width, "  ", "    ", LONGEST_EVIDENCE)


def _wrapped(text: str, width: int) -> list[str]:
    """Write a paragraph of the box."""
    return wrap(text, width, "  ", "    ")


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
