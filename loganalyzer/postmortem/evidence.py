"""Evidence: the cited lines with those around them, and the other lines that the timeline points at."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from loganalyzer.outcome import Evidence, Finding, Report
from loganalyzer.postmortem.record import CitedLine, EvidenceBlock
from loganalyzer.postmortem.survey import AROUND, Survey

__all__ = ["cited_lines", "evidence_blocks"]

MARKED_FACTS = ("bound_port", "bound_address", "assigned_port", "exit_status", "error_codes")
SHORTEST_MARK = 2
ROLES = ("cause", "symptom", "context")


def evidence_blocks(report: Report, survey: Survey) -> tuple[EvidenceBlock, ...]:
    """Give the lines of all findings of a report with the lines around them; blocks that touch are one."""
    roles: dict[tuple[str, int], str] = {}
    texts: dict[tuple[str, int], str] = {}
    for one in _all_evidence(report):
        place = (one.input, one.line)
        if place not in roles or ROLES.index(one.role) < ROLES.index(roles[place]):
            roles[place] = one.role
        texts[place] = one.text
    values = _values((report.verdict, *report.incidents))
    shown = sorted({(name, line + step) for name, line in roles for step in range(-AROUND, AROUND + 1)})
    blocks: list[list[CitedLine]] = []
    for name, line in shown:
        text = texts.get((name, line)) or survey.lines.get((name, line))
        if text is None:
            continue
        role = roles.get((name, line), "near")
        cited = CitedLine(name, line, text, role, values if role in ROLES else ())
        if blocks and blocks[-1][-1].input == name and blocks[-1][-1].line + 1 == line:
            blocks[-1].append(cited)
        else:
            blocks.append([cited])
    return tuple(EvidenceBlock(block[0].input, tuple(block)) for block in blocks)


def cited_lines(report: Report, survey: Survey, blocks: Iterable[EvidenceBlock]) -> tuple[CitedLine, ...]:
    """Give the lines that the timeline points at and that stand in no block."""
    shown = {(one.input, one.line) for block in blocks for one in block.lines}
    places = sorted({(entry.input, entry.line) for entry in report.timeline if entry.kind != "gap"} - shown)
    texts: Mapping[tuple[str, int], str] = survey.lines
    fallback = {(entry.input, entry.line): entry.text for entry in report.timeline}
    return tuple(
        CitedLine(name, line, texts.get((name, line), fallback[name, line]), "timeline") for name, line in places
    )


def _all_evidence(report: Report) -> Iterable[Evidence]:
    """Give the evidence of the verdict, of all incidents and of the advisories."""
    for finding in (report.verdict, *report.incidents):
        yield from finding.evidence
    for advisory in report.advisories:
        yield from advisory.evidence


def _values(findings: Iterable[Finding]) -> tuple[str, ...]:
    """Give the captured values that are marked in the text."""
    found: dict[str, None] = {}
    for finding in findings:
        for name in MARKED_FACTS:
            value = finding.facts.get(name)
            for one in value if isinstance(value, list) else [value]:
                if one is not None and len(str(one)) >= SHORTEST_MARK:
                    found[str(one)] = None
    return tuple(found)
