"""SARIF 2.1.0 (OASIS), the form of code scanning: causes are rules, findings are results at their lines."""

from __future__ import annotations

import hashlib
import json
from typing import Any
from urllib.parse import quote

from loganalyzer import __version__
from loganalyzer.late import late_regex
from loganalyzer.outcome import Advisory, Analysis, Evidence, Finding, Report
from loganalyzer.redaction import map_texts
from loganalyzer.report.layout import shorten
from loganalyzer.text import clean

__all__ = ["SCHEMA", "render"]

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
LEVELS = {"incident": "error", "recovered": "warning", "unknown": "note"}
TEXT_WIDTH = 1000
HALVES = late_regex("[\ud800-\udfff]")


def render(analysis: Analysis) -> str:
    """Write one document with one run."""
    rules: dict[str, dict[str, Any]] = {}
    results = []
    for report in analysis.reports:
        findings = report.incidents or (() if report.verdict.status == "healthy" else (report.verdict,))
        for finding in findings:
            rules.setdefault(finding.cause, _rule(finding))
            results.append(_result(finding, report, list(rules).index(finding.cause)))
        for advisory in report.advisories:
            rules.setdefault(
                advisory.id,
                {
                    "id": advisory.id,
                    "shortDescription": {"text": advisory.id.replace("-", " ")},
                    "defaultConfiguration": {"level": "note"},
                },
            )
            results.append(_advice(advisory, list(rules).index(advisory.id)))
    driver = {
        "name": "loganalyzer",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": list(rules.values()),
    }
    notices = [
        {"level": "error", "message": {"text": _plain(f"{name}: {reason}")}, "descriptor": {"id": "unreadable-input"}}
        for name, reason in analysis.unreadable
    ]
    invocation: dict[str, Any] = {"executionSuccessful": not notices}
    if notices:
        invocation["toolExecutionNotifications"] = notices
    run = {
        "tool": {"driver": driver},
        "invocations": [invocation],
        "results": results,
        "columnKind": "unicodeCodePoints",
    }
    document = map_texts({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, _harmless)
    return json.dumps(document, ensure_ascii=False, indent=2) + "\n"


def _rule(finding: Finding) -> dict[str, Any]:
    """Describe a cause."""
    rule: dict[str, Any] = {
        "id": finding.cause,
        "shortDescription": {"text": finding.cause.replace("-", " ")},
        "fullDescription": {"text": finding.explanation},
        "defaultConfiguration": {"level": LEVELS.get(finding.status, "note")},
    }
    url = next((fix.url for fix in finding.fixes if fix.url), "")
    if url:
        rule["helpUri"] = url
    if finding.fixes:
        rule["help"] = {
            "text": "\n".join(fix.title + (f"\n{fix.snippet}" if fix.snippet else "") for fix in finding.fixes)
        }
    return rule


def _result(finding: Finding, report: Report, index: int) -> dict[str, Any]:
    """Write a finding."""
    cited = finding.evidence
    text = f"{_plain(finding.title)}. {_plain(finding.explanation)} ({finding.confidence:.0%} sure)"
    result: dict[str, Any] = {
        "ruleId": finding.cause,
        "ruleIndex": index,
        "level": LEVELS.get(finding.status, "note"),
        "kind": "fail",
        "message": {"text": text},
        "locations": [_location(cited[0])] if cited else [],
        "partialFingerprints": {
            "causeInApp/v1": _fingerprint(report.source.app or "", finding.cause, str(finding.facts.get("process", "")))
        },
        "properties": {"confidence": finding.confidence, "status": finding.status, "facts": dict(finding.facts)},
    }
    if len(cited) > 1:
        result["relatedLocations"] = [
            {"id": number, **_location(one), "message": {"text": one.role}}
            for number, one in enumerate(cited[1:], start=1)
        ]
    if finding.status == "unknown":
        # A result that is no failure must have no level of one (SARIF 3.27.10).
        result |= {"kind": "open", "level": "none"}
    return result


def _advice(advisory: Advisory, index: int) -> dict[str, Any]:
    """Write an advisory."""
    return {
        "ruleId": advisory.id,
        "ruleIndex": index,
        "level": "note",
        "message": {"text": _plain(advisory.title)},
        "locations": [_location(one) for one in advisory.evidence[:1]],
    }


def _location(one: Evidence) -> dict[str, Any]:
    """Write where a line stands."""
    name = "stdin" if one.input == "-" else one.input.replace("\\", "/")
    uri = ("file://" if name.startswith("/") else "") + quote(name, safe="/")
    region = {"startLine": max(1, one.line), "snippet": {"text": _plain(one.text)}}
    return {"physicalLocation": {"artifactLocation": {"uri": uri}, "region": region}}


def _fingerprint(*parts: str) -> str:
    """Give what tells results of several runs apart."""
    return hashlib.sha256("\0".join(parts).encode("utf-8", "replace")).hexdigest()[:32]


def _plain(text: str) -> str:
    """Cut a text of a log to what a message holds."""
    return shorten(text, TEXT_WIDTH)


def _harmless(text: str) -> str:
    """Take out control characters and halves of characters; line breaks of our own words stay."""
    return HALVES.sub("\ufffd", "\n".join(clean(line) for line in text.split("\n")))
