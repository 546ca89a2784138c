"""JSON for programs, schema loganalyzer/1; its form is frozen, a change makes json_v2.py."""

from __future__ import annotations

import json
from dataclasses import asdict
from datetime import datetime
from typing import Any

from loganalyzer import __version__
from loganalyzer.outcome import Advisory, Analysis, Evidence, Finding, Report, SourceInfo, TimelineEntry, TrafficInfo

__all__ = ["SCHEMA", "render", "to_mapping"]

SCHEMA = "loganalyzer/1"


def render(analysis: Analysis) -> str:
    """Write one JSON document, ended by a line feed."""
    return json.dumps(to_mapping(analysis), ensure_ascii=False, indent=2) + "\n"


def to_mapping(analysis: Analysis) -> dict[str, Any]:
    """Give the document as a mapping."""
    head = {"schema": SCHEMA, "tool": {"name": "loganalyzer", "version": __version__, "patterns": analysis.patterns}}
    unreadable = [{"input": name, "reason": reason} for name, reason in analysis.unreadable]
    if len(analysis.reports) == 1:
        document = {**head, **_report(analysis.reports[0])}
    else:
        worst = analysis.worst
        apps = [{**head, **_report(report)} for report in analysis.reports]
        document = {**head, "source": _source(worst.source), "verdict": _finding(worst.verdict), "apps": apps}
    if unreadable:
        document["unreadable"] = unreadable
    if analysis.unknown_lines is not None:
        document["unknown_lines"] = [asdict(one) for one in analysis.unknown_lines]
    return document


def _report(report: Report) -> dict[str, Any]:
    """Write the report of one app."""
    return {
        "source": _source(report.source),
        "verdict": _finding(report.verdict),
        "incidents": [_finding(one) | {"start": _time(one.start), "end": _time(one.end)} for one in report.incidents],
        "advisories": [_advisory(one) for one in report.advisories],
        "timeline": [_entry(one) for one in report.timeline],
        "traffic": _traffic(report.traffic),
    }


def _source(source: SourceInfo) -> dict[str, Any]:
    """Write how the input was understood."""
    return {
        "inputs": list(source.inputs),
        "platform": source.platform,
        "platform_confidence": source.platform_confidence,
        "app": source.app,
        "lines": source.lines,
        "bytes": source.bytes,
        "understood": source.understood,
        "start": _time(source.start),
        "end": _time(source.end),
        "complete": source.complete,
        "remarks": list(source.remarks),
    }


def _finding(finding: Finding) -> dict[str, Any]:
    """Write a verdict or an incident."""
    return {
        "status": finding.status,
        "cause": finding.cause,
        "title": finding.title,
        "explanation": finding.explanation,
        "confidence": finding.confidence,
        "facts": dict(finding.facts),
        "evidence": [_evidence(one) for one in finding.evidence],
        "alternatives": [
            {"cause": one.cause, "confidence": one.confidence, "ruled_out": one.ruled_out}
            for one in finding.alternatives
        ],
        "fixes": [{"title": one.title, "snippet": one.snippet, "url": one.url} for one in finding.fixes],
        "next": list(finding.next),
    }


def _evidence(one: Evidence) -> dict[str, Any]:
    """Write a line of evidence."""
    return {
        "line": one.line,
        "input": one.input,
        "at": _time(one.at),
        "process": one.process,
        "source": one.source,
        "text": one.text,
        "pattern": one.pattern,
        "role": one.role,
    }


def _advisory(one: Advisory) -> dict[str, Any]:
    """Write an advisory."""
    return {"id": one.id, "title": one.title, "evidence": [_evidence(line) for line in one.evidence]}


def _entry(one: TimelineEntry) -> dict[str, Any]:
    """Write an entry of the timeline."""
    return {
        "at": _time(one.at),
        "line": one.line,
        "input": one.input,
        "process": one.process,
        "kind": one.kind,
        "text": one.text,
        "count": one.count,
        "until": _time(one.until),
    }


def _traffic(traffic: TrafficInfo) -> dict[str, Any]:
    """Write the traffic."""
    return {
        "requests": traffic.requests,
        "errors": traffic.errors,
        "by_status": dict(traffic.by_status),
        "by_code": dict(traffic.by_code),
        "p50_ms": traffic.p50_ms,
        "p95_ms": traffic.p95_ms,
        "p99_ms": traffic.p99_ms,
        "per_minute": [
            {
                "at": _time(one.at),
                "requests": one.requests,
                "errors": one.errors,
                "p50_ms": one.p50_ms,
                "p95_ms": one.p95_ms,
            }
            for one in traffic.per_minute
        ],
    }


def _time(at: datetime | None) -> str | None:
    """Write a time as UTC with Z; no more decimals than needed."""
    if at is None:
        return None
    text = at.replace(tzinfo=None).isoformat()
    return (text.rstrip("0") if "." in text else text) + "Z"
