"""Finding: a ranked judgement written out with its facts, evidence, alternatives and fixes."""

from __future__ import annotations

from collections.abc import Sequence

from loganalyzer.diagnosis.calibration import calibrate
from loganalyzer.diagnosis.cause import is_path
from loganalyzer.diagnosis.evidence import make_evidence
from loganalyzer.diagnosis.facts import Facts
from loganalyzer.diagnosis.fixes import fixes_for
from loganalyzer.diagnosis.runs import Run, find_own_exit
from loganalyzer.diagnosis.situation import POINTERS, Situation
from loganalyzer.diagnosis.verdict import Ranked
from loganalyzer.model import UNDATED_YEAR
from loganalyzer.outcome import Alternative, Evidence, FactValue, Finding
from loganalyzer.summary import Sighting
from loganalyzer.text import shorten

__all__ = ["describe_facts", "make_finding"]

MOST_ALTERNATIVES = 4
LONGEST_TITLE = 160


def make_finding(ranked: Ranked, situation: Situation, rivals: Sequence[Ranked] = ()) -> Finding:
    """Write a finding out: facts, evidence, alternatives, fixes."""
    case, cause, judgement = situation.case, ranked.cause, ranked.judgement
    facts = ranked.facts
    values = {**describe_facts(situation, facts), **_service_facts(ranked)}
    evidence = _evidence(ranked, situation)
    times = [one.at for one in (*judgement.primary, *judgement.symptoms) if one.at and one.at.year != UNDATED_YEAR]
    explanation = judgement.explanation or cause.explanation
    if ranked.recurrences > 1:
        explanation += f" It happened {ranked.recurrences} times in this log."
    return Finding(
        status="incident" if ranked.current else "recovered",
        cause=cause.id,
        title=shorten(judgement.title or cause.title, LONGEST_TITLE),
        explanation=explanation,
        confidence=round(calibrate(judgement.confidence) * min(1.0, 0.8 + 0.2 * case.platform_confidence), 2),
        facts=values,
        evidence=evidence,
        alternatives=_alternatives(ranked, rivals),
        fixes=fixes_for(
            cause.id,
            case.platform,
            values,
            cause.urls.get(case.platform, ""),
            own_file=_is_own_file(ranked),
            serving=cause.id == "crash-exception" and judgement.explanation != "",
        ),
        start=min(times, default=None),
        end=max(times, default=None),
    )


def _service_facts(ranked: Ranked) -> dict[str, FactValue]:
    """Give kind and place of the backing service that a finding is about, as far as its line names them."""
    if ranked.cause.id != "crash-backing-service":
        return {}
    said = ranked.judgement.primary[0].values
    return {name: said[name] for name in ("service", "service_host", "service_port") if name in said}


def _is_own_file(ranked: Ranked) -> bool:
    """Say whether what is missing is named by a path: a file of the app and no package."""
    missing = ranked.judgement.primary[0]
    return ranked.cause.id == "crash-missing-dependency" and is_path(str(missing.values.get("module", "")))


def describe_facts(situation: Situation, facts: Facts | None) -> dict[str, FactValue]:
    """Give the facts of the contract; what the log does not show is left out."""
    case = situation.case
    values: dict[str, FactValue] = {"platform": case.platform}
    if facts is not None:
        values["process"] = facts.run.process
        if facts.bind is not None:
            if facts.bind.port is not None:
                values["bound_port"] = facts.bind.port
            if facts.bind.address is not None:
                values["bound_address"] = facts.bind.address
        for name in ("port-in-use", "port-denied"):
            one = facts.run.first(name)
            for key in ("bound_port", "bound_address"):
                if one is not None and key in one.values and (key not in values):
                    values[key] = one.values[key]
        if "bound_port" not in values and "bound_port" in facts.listen_error:
            values["bound_port"] = facts.listen_error["bound_port"]
        if (
            facts.platform == "render"
            and facts.detected_port is not None
            and (facts.up is not None or "bound_port" not in values)
        ):
            values["bound_port"] = facts.detected_port
        if facts.assigned_port is not None:
            values["assigned_port"] = facts.assigned_port
        if facts.framework is not None:
            values["framework"] = facts.framework
        status = facts.exit_status if facts.exit_status is not None else _status_of_siblings(facts)
        if status is not None:
            values["exit_status"] = status
    if "framework" not in values:
        framework = Facts(case, _whole_run(situation)).framework
        if framework:
            values["framework"] = framework
    codes = list(situation.codes)
    if codes:
        values["error_codes"] = sorted(codes)
    return values


def _status_of_siblings(facts: Facts) -> int | None:
    """Give the exit status of another try that failed to start, for a run whose end the log does not show."""
    if facts.failure is not None or facts.up is not None or not facts.errors:
        return None
    ends = [own_exit for run in facts.siblings if (own_exit := find_own_exit(run)) is not None]
    status = ends[-1].values.get("exit_status") if ends else None
    return status if isinstance(status, int) and status >= 0 else None


def _whole_run(situation: Situation) -> Run:
    """Make a run of everything, for facts of the whole log."""
    return Run("web", list(situation.case.sightings))


def _evidence(ranked: Ranked, situation: Situation) -> tuple[Evidence, ...]:
    """Collect the lines of a finding: the cause's, what followed from it, and the start of the run."""
    chosen: list[tuple[Sighting, str]] = [(one, "cause") for one in ranked.judgement.primary]
    chosen += [(one, "symptom") for one in ranked.judgement.symptoms]
    if ranked.facts is not None:
        run = ranked.facts.run
        chosen += [
            (one, "symptom")
            for one in (run.first("boot-timeout", "port-scan-timeout", "probe-never-passed"), run.first("exited"))
            if one is not None
        ]
        chosen += [(one, "context") for one in (run.last("process-starting"),) if one is not None]
    pointers = situation.code(*POINTERS)[:1]
    chosen += [(one, "symptom") for one in pointers]
    return make_evidence(chosen)


def _alternatives(ranked: Ranked, rivals: Sequence[Ranked]) -> tuple[Alternative, ...]:
    """List the close causes with what speaks against them."""
    listed: dict[str, Alternative] = {}
    share = 1.0 - calibrate(ranked.judgement.confidence)
    for cause, judgement in ranked.others:
        if cause is ranked.cause:
            continue
        reason = judgement.ruled_out or f"{ranked.cause.id} explains the lines better"
        listed.setdefault(cause.id, Alternative(cause.id, round(min(share, judgement.confidence * share), 2), reason))
    for rival in rivals:
        if rival.cause is not ranked.cause:
            reason = (
                "it is over: a later run went well"
                if not rival.current
                else "it comes after the cause, or affects another process"
            )
            listed.setdefault(
                rival.cause.id,
                Alternative(rival.cause.id, round(min(share, rival.judgement.confidence * share), 2), reason),
            )
    return tuple(sorted(listed.values(), key=lambda one: -one.confidence)[:MOST_ALTERNATIVES])
