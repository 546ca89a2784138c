"""JUnit XML, the form of Jenkins and GitLab: one suite for each app, one case for each incident.

Schema: jenkinsci/xunit-plugin, src/main/resources/org/jenkinsci/plugins/xunit/types/model/xsd/junit-10.xsd.
"""

from __future__ import annotations

from xml.etree.ElementTree import Element, SubElement, indent, tostring

from loganalyzer.late import late_regex
from loganalyzer.outcome import Analysis, Finding, Report
from loganalyzer.report.layout import shorten
from loganalyzer.text import clean

__all__ = ["render"]

NOT_XML = late_regex("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
TITLE_WIDTH = 200


def render(analysis: Analysis) -> str:
    """Write one document."""
    root = Element("testsuites", name="loganalyzer")
    for number, report in enumerate(analysis.reports):
        _suite(root, report, number)
    if analysis.unreadable:
        suite = SubElement(
            root,
            "testsuite",
            name="inputs",
            tests=str(len(analysis.unreadable)),
            errors=str(len(analysis.unreadable)),
            failures="0",
            skipped="0",
            time="0",
        )
        for name, reason in analysis.unreadable:
            case = SubElement(suite, "testcase", name=_plain(name), classname="loganalyzer.inputs", time="0")
            SubElement(case, "error", message=_plain(reason), type="unreadable")
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _suite(root: Element, report: Report, number: int) -> None:
    """Write the suite of one app: a case for each incident, or one that passes."""
    findings = report.incidents or (report.verdict,)
    name = _plain(report.source.app or ", ".join(report.source.inputs))
    failures = sum(one.status in ("incident", "recovered") for one in findings)
    errors = sum(one.status == "unknown" for one in findings)
    suite = SubElement(
        root,
        "testsuite",
        name=name,
        id=str(number),
        tests=str(len(findings)),
        failures=str(failures),
        errors=str(errors),
        skipped="0",
        time=_seconds(report),
    )
    if report.source.start is not None:
        suite.set("timestamp", report.source.start.strftime("%Y-%m-%dT%H:%M:%S"))
    properties = SubElement(suite, "properties")
    for key, value in (
        ("platform", report.source.platform),
        ("lines", str(report.source.lines)),
        ("requests", str(report.traffic.requests)),
        ("failed-requests", str(report.traffic.errors)),
    ):
        SubElement(properties, "property", name=key, value=value)
    for finding in findings:
        _case(suite, finding, report)


def _case(suite: Element, finding: Finding, report: Report) -> None:
    """Write one case; what fails it is the incident."""
    case = SubElement(
        suite,
        "testcase",
        name=_plain(finding.title),
        classname=f"loganalyzer.{report.source.platform}.{finding.cause}",
        time="0",
    )
    if finding.status in ("incident", "recovered"):
        outcome = SubElement(case, "failure", message=_plain(finding.title), type=finding.cause)
        outcome.text = _details(finding)
    elif finding.status == "unknown":
        outcome = SubElement(case, "error", message=_plain(finding.title), type="unknown")
        outcome.text = _details(finding)


def _details(finding: Finding) -> str:
    """Write explanation, evidence and fix."""
    lines = [finding.explanation, f"Confidence: {finding.confidence:.0%}"]
    if finding.status == "recovered":
        lines.append("It ended within the log.")
    lines += [f"{one.input}:{one.line}: {one.role}: {one.text}" for one in finding.evidence]
    lines += [f"Fix: {one.title}" for one in finding.fixes]
    lines += [f"Fetch: {one}" for one in finding.next]
    return "\n".join(NOT_XML.sub("\ufffd", clean(line)) for line in lines)


def _seconds(report: Report) -> str:
    """Give the length of the log in seconds."""
    source = report.source
    return "0" if source.start is None or source.end is None else f"{(source.end - source.start).total_seconds():.3f}"


def _plain(text: str) -> str:
    """Make a text fit for an attribute."""
    return NOT_XML.sub("\ufffd", shorten(text, TITLE_WIDTH))
