"""GitHub Actions: workflow commands that mark lines, and a job summary in Markdown.

Form and escapes: github.com/actions/toolkit, packages/core/src/command.ts; job summaries: docs.github.com, "Workflow
commands".
"""

from __future__ import annotations

import os
from pathlib import Path

from loganalyzer.outcome import Analysis, Evidence, Finding, Report
from loganalyzer.report import markdown
from loganalyzer.report.layout import shorten
from loganalyzer.text import clean

__all__ = ["render", "write_job_summary"]

LEVELS = {"incident": "error", "recovered": "warning", "unknown": "warning", "healthy": "notice"}
MOST_BYTES = 900_000
"""A step's summary may have 1 MiB."""

TITLE_WIDTH = 200
TEXT_WIDTH = 400


def render(analysis: Analysis) -> str:
    """Write one command for each finding and advisory, the worst first; a runner shows ten of each level at most."""
    lines = []
    for report in analysis.reports:
        findings = report.incidents or (report.verdict,)
        ordered = sorted(findings, key=lambda one: one is not report.verdict)
        lines += [
            _command(LEVELS[one.status], one.title, _message(one, report), next(iter(one.evidence), None))
            for one in ordered
        ]
        lines += [_command("notice", one.title, one.id, next(iter(one.evidence), None)) for one in report.advisories]
    for name, reason in analysis.unreadable:
        lines.append(_command("warning", "Input not read", f"{clean(name)}: {clean(reason)}", None))
    return "".join(f"{line}\n" for line in lines)


def write_job_summary(analysis: Analysis) -> bool:
    """Add the report to the summary of the step that runs; say whether there is one."""
    path = os.environ.get("GITHUB_STEP_SUMMARY")
    if not path:
        return False
    data = markdown.render(analysis).encode("utf-8", "replace")
    if len(data) > MOST_BYTES:
        data = (
            data[:MOST_BYTES].decode("utf-8", "ignore").rpartition("\n")[0].encode()
            + b"\n\nThe rest does not fit in a summary.\n"
        )
    try:
        with Path(path).open("ab") as file:
            file.write(data)
    except OSError:
        return False
    return True


def _message(finding: Finding, report: Report) -> str:
    """Write what the annotation says below its title."""
    parts = [finding.explanation]
    if finding.status in ("incident", "recovered"):
        parts[0] = f"{finding.cause}, {finding.confidence:.0%} sure: {finding.explanation}"
    parts += [f"line {one.line} ({one.role}): {shorten(one.text, TEXT_WIDTH)}" for one in finding.evidence[:5]]
    parts += [f"Fix: {one.title}" for one in finding.fixes[:1]]
    if len(report.source.inputs) > 1 or report.source.app:
        parts.append(f"Log: {report.source.app or ', '.join(report.source.inputs)}")
    return "\n".join(clean(part) for part in parts)


def _command(level: str, title: str, message: str, place: Evidence | None) -> str:
    """Write one command; what the log says can neither end it nor begin another."""
    properties = {"title": shorten(title, TITLE_WIDTH)}
    if place is not None and place.input != "-":
        properties = {"file": clean(place.input), "line": str(place.line), **properties}
    written = ",".join(f"{name}={_escape_property(value)}" for name, value in properties.items())
    return f"::{level} {written}::{_escape(message)}"


def _escape(text: str) -> str:
    """Escape a message."""
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _escape_property(text: str) -> str:
    """Escape a value of a property."""
    return _escape(text).replace(":", "%3A").replace(",", "%2C")
