"""Causes while the app runs: it took traffic and then crashed, or its health check fails."""

from __future__ import annotations

from collections.abc import Sequence

from loganalyzer.diagnosis.cause import Cause, Judgement, against, holds
from loganalyzer.diagnosis.facts import Facts
from loganalyzer.diagnosis.runs import seconds_between
from loganalyzer.diagnosis.situation import Situation
from loganalyzer.summary import Sighting

__all__ = ["CAUSES"]

HEROKU_CODES = "https://devcenter.heroku.com/articles/error-codes"
CRASH_NEAR_S = 120.0


def judge_crash(facts: Facts) -> Judgement | None:
    """The app was up and serving, then its process ended."""
    if facts.failure is None or facts.failure.kind not in ("exited", "crashed", "supervised") or not facts.was_settled:
        return None
    if facts.is_one_off:
        return None
    best = facts.errors[0] if facts.errors else None
    status = f" (status {facts.exit_status})" if facts.exit_status is not None else ""
    told = (best.values.get("error_type"), best.values.get("error_text")) if best else ()
    why = ": ".join(str(part) for part in told if part)
    return holds(
        0.86 if best else 0.7,
        [best, facts.failure.sighting],
        f"The app was running and then crashed{status}{': ' if why else ''}{why}",
        [facts.exit],
    )


def judge_crash_case(situation: Situation) -> Judgement | None:
    """Requests died together with the process that served them."""
    dropped = situation.code("H13", "H18") + situation.endpoint_failures
    if not dropped:
        return None
    for facts in situation.runs:
        if facts.failure is None or facts.failure.kind not in ("exited", "crashed") or facts.is_one_off:
            continue
        near = [one for one in dropped if _near(one, facts.failure.sighting)]
        if facts.run.has("worker-boot-failed") and not facts.was_settled:
            continue  # the server was up, and the app that it was to load never was
        if near and facts.memory is None and (facts.was_up or not facts.run.started):
            error = facts.error("exception", "traceback", "service-unreachable", "config-missing", "dependency-missing")
            return holds(
                0.85,
                [error, facts.failure.sighting, near[0]],
                "The process crashed while it served requests",
                near[1:2],
            )
    return _judge_tool(situation, dropped)


def _judge_tool(situation: Situation, dropped: Sequence[Sighting]) -> Judgement | None:
    """The wrapper of the start command says that it failed in the moment in which a request was dropped."""
    for tool in situation.case.of("tool-failed"):
        near = [one for one in dropped if _near(one, tool)]
        owner = next((facts for facts in situation.web_runs if tool in facts.run.sightings), None)
        if near and owner is not None and owner.failure is None:
            error = owner.error("exception", "traceback", "service-unreachable", "service-refused")
            return holds(0.82, [error, tool, near[0]], "The process crashed while it served requests", near[1:2])
    return None


def judge_replaced(situation: Situation) -> Judgement | None:
    """The platform restarted an instance that had been running."""
    replaced = situation.case.of("instance-restarted")
    if not replaced or _ran_out_of_memory(situation, replaced[0]):
        return judge_crash_case(situation)
    position = situation.position(replaced[0])
    before = [
        one for one in situation.case.of("exception", "traceback", "exited") if situation.position(one) <= position
    ]
    found = judge_crash_case(situation)
    fresh = holds(0.72 if before else 0.5, [*before[-1:], replaced[0]], "A running instance crashed and was restarted")
    return max((found, fresh), key=lambda one: one.confidence if one else 0.0)


def _ran_out_of_memory(situation: Situation, replaced: Sighting) -> bool:
    """Say whether the platform restarted an instance because of its memory, as the lines before say."""
    return any(
        situation.position(one) <= situation.position(replaced) and _near(one, replaced)
        for one in situation.case.of("memory-kill")
    )


def _near(one: Sighting, other: Sighting) -> bool:
    """Say whether two lines are close in time, or in the file where there is no time."""
    waited = seconds_between(one, other)
    return abs(waited) <= CRASH_NEAR_S if waited is not None else abs(one.number - other.number) <= 80


def judge_health(facts: Facts) -> Judgement | None:
    """The port is open, and the health check is answered wrongly or too late."""
    failure = facts.failure
    if failure is None or failure.kind not in ("unhealthy", "boot-timeout"):
        return None
    probes = facts.run.of("probe-failed", "readiness-failed", "became-unhealthy")
    wrong = [one for one in probes if one.values.get("probe_reason") in ("status", "timeout")]
    if failure.kind == "unhealthy":
        refused = any(one.values.get("probe_reason") == "refused" for one in probes)
        title = _health_title(wrong[0]) if wrong else "A running instance failed its health check"
        return holds(0.92 if wrong else 0.5 if refused else 0.72, [*wrong[:1], failure.sighting], title, probes[1:2])
    if facts.bind is not None and facts.expected_port is not None and facts.bind.port != facts.expected_port:
        return against("the app listens on another port than the one that is probed")
    if wrong:
        http = wrong[0].values.get("probe_reason") == "status" or "probe_path" in wrong[0].values
        is_open = failure.sighting.source == "app"  # the app logs the probes, and the platform still goes on
        weight = 0.57 if is_open else 0.9 if http else 0.5
        return holds(weight, wrong[0], _health_title(wrong[0]), [failure.sighting])
    probed = facts.run.first("probe-never-passed")
    if facts.platform == "render" and probed is not None:
        return holds(
            0.86 if facts.bind is not None and not facts.bind.loopback else 0.6,
            [probed, facts.bind.sighting if facts.bind else None],
            f"The health check {probed.values['probe_path']} never succeeded"
            if "probe_path" in probed.values
            else "The health check never succeeded",
        )
    if failure.sighting.statement == "deploy-timeout" and facts.bind is not None and not facts.bind.loopback:
        return holds(
            0.72,
            [failure.sighting, facts.bind.sighting],
            "The app listens, but the platform's health check never succeeded",
        )
    served = [one for one in facts.run.of("request-served") if int(one.values.get("http_status", 0) or 0) >= 400]
    if failure.sighting.statement == "deploy-timeout" and served:
        return holds(
            0.6, [failure.sighting, served[0]], "The app answers, but the platform's health check never succeeded"
        )
    return None


def _health_title(probe: Sighting) -> str:
    """Say what the health check got."""
    path = probe.values.get("probe_path", "")
    status = probe.values.get("http_status")
    where = f" {path}" if path else ""
    if status:
        return f"The health check{where} is answered with status {status}"
    return f"The health check{where} is not answered in time"


def judge_health_case(situation: Situation) -> Judgement | None:
    """Health-check failures that the platform reports outside of a run."""
    owned = {id(one) for facts in situation.runs for one in facts.run.sightings}
    loose = [
        one for one in situation.case.of("probe-failed", "became-unhealthy", "readiness-failed") if id(one) not in owned
    ]
    return holds(0.8, loose[0], _health_title(loose[0])) if loose else None


CAUSES = (
    Cause(
        "crash-runtime",
        "The app was running and then crashed",
        (
            "The app took traffic, and then its process ended. Requests that were under way are lost, and the "
            "following ones fail until the platform has restarted it."
        ),
        judge_run=judge_crash,
        judge_case=judge_replaced,
        urls={
            "heroku": f"{HEROKU_CODES}#h10-app-crashed",
            "render": "https://render.com/docs/troubleshooting-deploys",
            "cloudfoundry": "https://docs.cloudfoundry.org/devguide/deploy-apps/troubleshoot-app-health.html",
        },
    ),
    Cause(
        "health-check-failing",
        "The health check is answered wrongly or too late",
        (
            "The port is open, but the platform's health check does not get the answer that it wants, so the "
            "platform takes the instance out or restarts it."
        ),
        judge_run=judge_health,
        judge_case=judge_health_case,
        urls={
            "render": "https://render.com/docs/health-checks",
            "cloudfoundry": "https://docs.cloudfoundry.org/devguide/deploy-apps/healthchecks.html",
        },
    ),
)
