"""Assembly: an analysis and a survey become the record that every form is written from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta

from loganalyzer.outcome import Analysis, Finding, Report
from loganalyzer.postmortem.comparison import compare
from loganalyzer.postmortem.episodes import find_incidents, process_shares, seconds_between
from loganalyzer.postmortem.evidence import cited_lines, evidence_blocks
from loganalyzer.postmortem.figures import Comparison, TrafficReview
from loganalyzer.postmortem.kinds import CHANGES
from loganalyzer.postmortem.points import Point
from loganalyzer.postmortem.prevention import prevention_for
from loganalyzer.postmortem.record import AppReview, Change, FirstReading, Headline, Incident, Postmortem
from loganalyzer.postmortem.slots import percentile
from loganalyzer.postmortem.spans import closer_look, whole_spans
from loganalyzer.postmortem.survey import AppSurvey, Survey
from loganalyzer.postmortem.wording import UNSURE, app_name, moment_words, summary_sentences

__all__ = ["Baseline", "assemble"]

RECENT = timedelta(minutes=10)
RESTARTS = ("restarting", "stop-requested", "rescheduled", "instance-restarted")

Baseline = tuple[Analysis, Survey]


def assemble(analysis: Analysis, survey: Survey, baseline: Baseline | None = None) -> Postmortem:
    """Make a postmortem.

    Args:
        analysis: of the bad log.
        survey: of the same inputs.
        baseline: analysis and survey of a good log; None for no comparison.
    """
    reviews = tuple(_review(report, survey, baseline) for report in analysis.reports)
    return Postmortem(reviews, analysis.unreadable)


def _review(report: Report, survey: Survey, baseline: Baseline | None) -> AppReview:
    """Make the part about one app."""
    seen = survey.of(report)
    incidents, loose = find_incidents(report, seen.slots, seen.releases)
    main = _lead(report, incidents)
    verdict = _verdict(report, main)
    blocks = evidence_blocks(report, survey)
    return AppReview(
        name=app_name(report),
        source=report.source,
        verdict=verdict,
        analysis=_first_reading(report.verdict, verdict, main),
        summary=summary_sentences(
            report, main, sum(one is not main and one.part_of is None for one in incidents), len(loose)
        ),
        headline=_headline(verdict, report, main),
        incidents=incidents,
        changes=_changes(report, main),
        timeline=report.timeline,
        traffic=_traffic(seen, main),
        evidence=blocks,
        cited=cited_lines(report, survey, blocks),
        prevention=prevention_for(verdict, report.source.platform),
        questions=_questions(report, main, seen, loose),
        advisories=report.advisories,
        comparison=_comparison(report, seen, baseline),
    )


def _verdict(report: Report, main: Incident | None) -> Finding:
    """Give the finding that the document is about; it is over when the requests or the platform say so for sure."""
    if main is None:
        return report.verdict
    recovery = main.occurrences[-1].moment("recovery")
    is_over = recovery is not None and recovery.certain
    return replace(main.finding, status="recovered") if is_over else main.finding


def _first_reading(first: Finding, verdict: Finding, main: Incident | None) -> FirstReading:
    """Say what the diagnosis alone says, and why the document differs where it does."""
    notes = []
    if main is not None and first.cause != verdict.cause:
        notes.append(
            f"{first.cause} lies within incident {main.number} by its times and is taken for a consequence of it"
        )
    if main is not None and first.status != verdict.status:
        end = main.occurrences[-1].end
        notes.append(f"requests or the platform show that it ended at {moment_words(end)} UTC")
    return FirstReading(first.cause, first.status, first.confidence, "; ".join(notes))


def _lead(report: Report, incidents: Sequence[Incident]) -> Incident | None:
    """Give the incident that explains the trouble: the verdict's, or that whose consequence it is."""
    chosen = next((one for one in incidents if one.finding == report.verdict), None)
    if chosen is None:
        chosen = next((one for one in incidents if one.finding.cause == report.verdict.cause), None)
    if chosen is not None and chosen.part_of is not None:
        return next(one for one in incidents if one.number == chosen.part_of)
    return chosen


def _headline(verdict: Finding, report: Report, main: Incident | None) -> Headline:
    """Gather the facts that a reader looks for first."""
    facts = verdict.facts
    port, expected, address = facts.get("bound_port"), facts.get("assigned_port"), facts.get("bound_address")
    listened = port if isinstance(port, int) else None
    assigned = expected if isinstance(expected, int) else None
    place = address if isinstance(address, str) else None
    if main is None:
        return Headline(port=listened, expected_port=assigned, address=place)
    first, last = main.occurrences[0], main.occurrences[-1]
    requests = sum(one.cost.requests for one in main.occurrences)
    failed = sum(one.cost.failed for one in main.occurrences)
    until = last.end or report.source.end or last.last_seen
    return Headline(
        start=first.start,
        end=last.end,
        duration_s=seconds_between(first.start, until),
        is_open=last.end is None,
        requests=requests or None,
        failed=failed if requests else None,
        share=failed / requests if requests else None,
        cause=main.finding.cause,
        confidence=main.finding.confidence,
        port=listened,
        expected_port=assigned,
        address=place,
        first_symptom=first.moment("first symptom"),
        release=main.release,
        p95_before_ms=first.p95_before_ms,
        p95_during_ms=first.p95_during_ms,
        p95_after_ms=last.p95_after_ms,
        recovery=last.moment("recovery"),
    )


def _changes(report: Report, main: Incident | None) -> tuple[Change, ...]:
    """List what was changed, beside the first symptom."""
    start = main.occurrences[0].start if main is not None else None
    entries = [entry for entry in report.timeline if entry.kind in CHANGES]
    before = [entry for entry in entries if start is not None and entry.at is not None and entry.at <= start]
    meant = [
        entry
        for entry in before
        if entry.kind not in RESTARTS and start is not None and entry.at is not None and start - entry.at <= RECENT
    ]
    nearest = next(iter((meant or before)[-1:]), None)
    return tuple(Change(entry, seconds_between(entry.at, start), entry is nearest) for entry in entries)


def _traffic(seen: AppSurvey, main: Incident | None) -> TrafficReview:
    """Turn the counts into figures."""
    spans = whole_spans(seen.slots)
    total = seen.slots.between(None, None)
    total.merge(seen.undated)
    look = closer_look(seen.slots, spans, main)
    return TrafficReview(
        total.requests,
        total.errors,
        _by_text(total.statuses()),
        total.codes(),
        percentile(total.latency, 0.5),
        percentile(total.latency, 0.95),
        percentile(total.latency, 0.99),
        spans,
        seen.routes.failing(),
        seen.routes.slowest(),
        process_shares(total),
        look.spans,
        look.part,
    )


def _by_text(counts: Mapping[int, int]) -> dict[str, int]:
    """Give counts by status with texts for keys, as JSON wants them."""
    return {str(status): count for status, count in counts.items()}


def _questions(report: Report, main: Incident | None, seen: AppSurvey, loose: Sequence[Point]) -> tuple[str, ...]:
    """List what the log cannot answer."""
    asked = []
    source = report.source
    if main is None and report.verdict.status == "unknown":
        asked.append("What is wrong? The commands under \u201cWhat to fetch\u201d give the lines that would tell.")
    if source.start is None:
        asked.append("When did it happen? The lines carry no date and time.")
    if not source.complete and source.lines:
        asked.append("What stood in the missing lines? " + "; ".join(source.remarks))
    if main is not None:
        asked += _incident_questions(main)
        if not seen.slots.slots and not seen.undated.requests:
            asked.append("How many requests failed? The log has no lines of the router.")
    if loose:
        first = loose[0]
        when = f" at {moment_words(first.at)}" if first.at else ""
        asked.append(
            f"What else went wrong? Signs of trouble that belong to no finding: {len(loose)}, "
            f"the first{when}: {' '.join(first.text.split())[:120]}"
        )
    return tuple(asked)


def _incident_questions(main: Incident) -> list[str]:
    """List what is open about an incident."""
    asked = []
    last = main.occurrences[-1]
    if main.release is None:
        asked.append("Which release was running? No line before the first symptom names one.")
    if last.end is None:
        asked.append("When did it end? The log ends before a recovery.")
    elif last.moment("mitigation") is None:
        asked.append("What ended it? No change stands between the first symptom and the recovery.")
    recovery = last.moment("recovery")
    if recovery is not None and not recovery.certain:
        asked.append(f"Did it stay well? {recovery.note[:1].upper()}{recovery.note[1:]}.")
    if main.finding.confidence < UNSURE:
        asked.append(f"Is {main.finding.cause} the cause? The log supports it with {main.finding.confidence:.0%} only.")
    asked.append("Why was it not found before the release, and who noticed first? A log does not say what people knew.")
    return asked


def _comparison(report: Report, seen: AppSurvey, baseline: Baseline | None) -> Comparison | None:
    """Compare with the good log: its part of the same name, or its only one."""
    if baseline is None:
        return None
    analysis, survey = baseline
    same = [one for one in analysis.reports if one.source.app == report.source.app]
    good = (same or list(analysis.reports))[0]
    return compare(report, seen, good, survey.of(good))
