"""The diagnosis: a summary becomes a report; a pure function of what was seen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime

from loganalyzer.diagnosis.advice import make_advisories, mostly_fails, next_steps
from loganalyzer.diagnosis.calibration import HEALTHY, HEALTHY_UNSHOWN, INCOMPLETE, UNKNOWN, calibrate
from loganalyzer.diagnosis.case import Case, build_cases
from loganalyzer.diagnosis.complaints import find_complaint
from loganalyzer.diagnosis.evidence import make_evidence
from loganalyzer.diagnosis.finding import describe_facts, make_finding
from loganalyzer.diagnosis.remarks import make_notes, make_remarks
from loganalyzer.diagnosis.situation import Situation, build_situation
from loganalyzer.diagnosis.timeline import make_timeline
from loganalyzer.diagnosis.verdict import LEAST, find_incidents
from loganalyzer.model import UNDATED_YEAR
from loganalyzer.outcome import Alternative, Finding, MinuteOfTraffic, Report, SourceInfo, TrafficInfo
from loganalyzer.summary import Summary
from loganalyzer.traffic import Traffic, percentile

__all__ = ["diagnose"]

NO_REASON = "The deploy failed; the log does not show why"
SILENT = (
    "platform-seen",
    "framework-seen",
    "error-logged",
    "failure-worded",
    "probe-waiting",
    "connect-frame",
    "listen-frame",
    "loading-frame",
    "service-frame",
    "error-field",
    "port-named",
)
"""Statements after which it is as open as before whether the app is well."""

ERROR = 500
"""The least status of an error that is the server's."""

UNAVAILABLE = 503


def diagnose(summaries: Sequence[tuple[str, Summary]], platform: str | None = None) -> list[Report]:
    """Judge what was seen.

    Args:
        summaries: (input name, its summary), in the order of the inputs.
        platform: the platform that the user named; None to decide by counting claims.

    Returns:
        A report for each app, or for each input whose lines name no app.
    """
    return [_report(case) for case in build_cases(summaries, platform)]


def _report(case: Case) -> Report:
    """Judge one case."""
    situation = build_situation(case)
    ranked = find_incidents(situation)
    source = _source(situation)
    sure = [one for one in ranked if one.judgement.confidence >= LEAST]
    findings = [
        _allow_for_losses(make_finding(one, situation, [other for other in ranked if other is not one]), source)
        for one in sure
    ]
    if findings:
        verdict = findings[0]
    elif (
        ranked
        or any(facts.failure for facts in situation.web_runs[-1:])
        or not _is_telling(situation)
        or _has_failed(situation)
        or _only_errors(situation)
        or mostly_fails(situation)
        or _ends_in_doubt(situation)
        or (find_complaint(situation.case.sightings) is not None and not _is_shown(situation))
    ):
        verdict = _unknown(
            situation,
            [
                Alternative(
                    one.cause.id,
                    round(calibrate(one.judgement.confidence), 2),
                    one.judgement.ruled_out or "too little speaks for it",
                )
                for one in ranked
            ],
        )
    else:
        verdict = _allow_for_losses(_healthy(situation), source)
    incidents = sorted(findings, key=lambda one: (one.start is None, one.start or datetime.min.replace(tzinfo=UTC)))
    return Report(
        source,
        verdict,
        tuple(incidents),
        make_advisories(situation),
        make_timeline(case),
        describe_traffic(case.summary.traffic),
    )


def _allow_for_losses(finding: Finding, source: SourceInfo) -> Finding:
    """Be less sure of a finding when lines are known to be missing."""
    return finding if source.complete else replace(finding, confidence=round(finding.confidence * INCOMPLETE, 2))


def _is_telling(situation: Situation) -> bool:
    """Say whether the log shows enough of a platform or an app to be called healthy."""
    case = situation.case
    if case.platform == "plain":
        return bool(case.of("became-up", "request-served", "app-ready", "listening"))
    if any(one.statement not in SILENT for one in case.sightings) or case.summary.traffic.requests:
        return True
    return case.understood > 0 and not case.of("error-logged", "probe-waiting")


def _has_failed(situation: Situation) -> bool:
    """Say whether the platform's last word on a deploy is that it failed, without a reason that was found."""
    failed = situation.case.of("deploy-failed")
    good = situation.case.of("became-up", "build-succeeded", "deploy-started", "request-served")
    return bool(failed) and not any(situation.position(one) > situation.position(failed[-1]) for one in good)


def _only_errors(situation: Situation) -> bool:
    """Say whether every request of the log was answered with an error of the app."""
    statuses = [int(status) for status in situation.case.summary.traffic.by_status if status.isdigit()]
    served = [int(one.values.get("http_status", 0) or 0) for one in situation.case.of("request-served")]
    # The router writes 502 and 503 by itself, and so does a proxy in the container while the app behind it starts; only
    # 500 is sure to be the app's. Heroku's router gives a code to each of its own.
    traffic = situation.case.summary.traffic
    by_app = situation.case.platform == "heroku" and not traffic.by_code and set(statuses) == {UNAVAILABLE}
    has_own = bool(served) and (bool(statuses) or not situation.case.of("became-up"))
    is_own = ERROR in [*statuses, *served] or has_own or by_app
    return is_own and all(status >= ERROR for status in [*statuses, *served])


def _ends_in_doubt(situation: Situation) -> bool:
    """Say whether the last run that was started has an error for its last word and nothing shows that it came up."""
    web, last = situation.main, situation.runs[-1:]
    if last and last[0].is_one_off and last[0].ends_in_error:
        return not situation.case.of("became-up", "request-served", "app-ready", "listening")
    if web is None or not web.run.started or web.was_up or web.binds or situation.case.summary.traffic.requests:
        return False
    said = [one for one in web.run.sightings if one.statement not in ("framework-seen", "platform-seen")]
    return bool(said) and said[-1].statement in ("error-logged", "tool-failed")


def _is_shown(situation: Situation) -> bool:
    """Say whether the app is seen to take traffic."""
    web, case = situation.main, situation.case
    is_up = bool(case.of("became-up")) or (web is not None and web.up is not None)
    served = [int(one.values.get("http_status", 0) or 0) for one in case.of("request-served")]
    return is_up or any(status < ERROR for status in served) or bool(case.summary.traffic.requests)


def _healthy(situation: Situation) -> Finding:
    """Say that nothing is wrong."""
    web, traffic = situation.main, situation.case.summary.traffic
    shown = _is_shown(situation)
    title = "No incident: the app takes traffic" if shown else "No incident in these lines"
    failed = f"; {traffic.errors} of {traffic.requests} requests failed" if traffic.errors else ""
    evidence = [
        one for one in (web.up if web else None, web.bind.sighting if web and web.bind else None) if one is not None
    ] or situation.case.of("became-up", "request-served")[-1:]
    lines = make_evidence((one, "context") for one in evidence)
    return Finding(
        "healthy",
        "healthy",
        title,
        f"Nothing in the log keeps traffic from the app{failed}.",
        HEALTHY if shown and (not traffic.errors or traffic.requests > 2 * traffic.errors) else HEALTHY_UNSHOWN,
        describe_facts(situation, web),
        lines,
    )


def _unknown(situation: Situation, close: list[Alternative]) -> Finding:
    """Say that it cannot be told, and what would help."""
    case = situation.case
    failed = case.of("deploy-failed") if _has_failed(situation) else []
    complaint = find_complaint(situation.case.sightings)
    if not case.lines:
        title, why = "The input is empty", "There was no line to analyse."
    elif failed:
        told = [one for one in failed if "error_text" in one.values][-1:]
        title = f"The deploy failed: {told[0].values['error_text']}" if told else NO_REASON
        failed = [*told, failed[-1]]
        why = "The platform ended the deploy, and no line tells of a fault in the app."
    elif mostly_fails(situation):
        title = "Traffic reaches the app, but most requests fail, and the log does not show why"
        why = "The answers are errors (5xx), and no line was recognised that tells the reason."
    elif _only_errors(situation) and not close:
        title = "Every request is answered with an error; the log does not show why"
        why = "The app answers, and says nothing about the error in these lines."
    elif complaint is not None and not close:
        title = "A line tells of a failure, and the log does not show more of it"
        why = "The line is not one that is known; whether it keeps traffic from the app cannot be told."
    elif close:
        title = "The log does not show why"
        why = "Something is wrong, but the lines that would tell the reason are not in the log."
    else:
        title = "Nothing in the log tells how the app is"
        why = "No line was recognised that says whether the app takes traffic."
    web = situation.main
    return Finding(
        "unknown",
        "unknown",
        title,
        why,
        UNKNOWN,
        describe_facts(situation, web),
        make_evidence((one, "symptom") for one in failed or [one for one in (complaint,) if one and not close]),
        alternatives=tuple(close),
        next=next_steps(case.platform),
    )


def _source(situation: Situation) -> SourceInfo:
    """Describe the input."""
    case = situation.case
    remarks, complete = make_remarks(situation)
    dated = [at for at in (case.first_at, case.last_at) if at and at.year != UNDATED_YEAR]
    return SourceInfo(
        case.inputs,
        case.platform,
        case.platform_confidence,
        case.app,
        case.lines,
        case.bytes,
        min(case.understood, case.lines),
        min(dated, default=None),
        max(dated, default=None),
        complete,
        remarks,
        make_notes(case),
    )


def describe_traffic(traffic: Traffic) -> TrafficInfo:
    """Turn the counts into figures."""
    minutes = []
    for minute, counts in traffic.minutes.items():
        histogram = type(traffic.latency)({int(name[1:]): count for name, count in counts.items() if name[0] == "b"})
        minutes.append(
            MinuteOfTraffic(
                datetime.fromtimestamp(minute * 60, UTC),
                counts["requests"],
                counts["errors"],
                percentile(histogram, 0.5),
                percentile(histogram, 0.95),
            )
        )
    return TrafficInfo(
        traffic.requests,
        traffic.errors,
        dict(sorted(traffic.by_status.items())),
        dict(sorted(traffic.by_code.items())),
        tuple(minutes),
        percentile(traffic.latency, 0.5),
        percentile(traffic.latency, 0.95),
        percentile(traffic.latency, 0.99),
    )
