"""Causes while the app runs: it took traffic and then failed, or the traffic fails on its way."""

from __future__ import annotations

from loganalyzer.diagnosis.cause import Cause, Judgement, against, holds
from loganalyzer.diagnosis.facts import Facts
from loganalyzer.diagnosis.runs import seconds_between
from loganalyzer.diagnosis.situation import Situation
from loganalyzer.summary import Sighting

__all__ = ["CAUSES"]

TIMEOUT_CODES = ("H12", "H15")
DROP_CODES = ("H13", "H18", "H21", "H23")
LOAD_CODES = ("H11", "H19", "H22")
EMPTY_CODES = ("H14", "H81")
HEROKU_CODES = "https://devcenter.heroku.com/articles/error-codes"
CF_ROUTER = "https://docs.cloudfoundry.org/adminguide/troubleshooting-router-error-responses.html"
CRASH_NEAR_S = 120.0


def judge_crash(facts: Facts) -> Judgement | None:
    """The app was up and serving, then its process ended."""
    if facts.failure is None or facts.failure.kind not in ("exited", "crashed", "supervised") or not facts.was_settled:
        return None
    if facts.is_one_off:
        return None
    best = facts.errors[0] if facts.errors else None
    status = f" (status {facts.exit_status})" if facts.exit_status is not None else ""
    return holds(
        0.86 if best else 0.7,
        [best, facts.failure.sighting],
        f"The app was running and then crashed{status}",
        [facts.exit],
    )


def judge_crash_case(situation: Situation) -> Judgement | None:
    """Requests died together with the process that served them."""
    dropped = situation.code("H13", "H18") + _endpoint_failures(situation)
    if not dropped:
        return None
    for facts in situation.runs:
        if facts.failure is None or facts.failure.kind not in ("exited", "crashed") or facts.is_one_off:
            continue
        near = [one for one in dropped if _near(one, facts.failure.sighting)]
        if near and facts.memory is None and (facts.was_up or not facts.run.started):
            error = facts.error("exception", "traceback", "service-unreachable", "config-missing", "dependency-missing")
            return holds(
                0.85,
                [error, facts.failure.sighting, near[0]],
                "The process crashed while it served requests",
                near[1:2],
            )
    return None


def judge_replaced(situation: Situation) -> Judgement | None:
    """The platform restarted an instance that had been running."""
    replaced = situation.case.of("instance-restarted")
    if not replaced:
        return judge_crash_case(situation)
    position = situation.position(replaced[0])
    before = [
        one for one in situation.case.of("exception", "traceback", "exited") if situation.position(one) <= position
    ]
    found = judge_crash_case(situation)
    fresh = holds(0.72 if before else 0.5, [*before[-1:], replaced[0]], "A running instance crashed and was restarted")
    return max((found, fresh), key=lambda one: one.confidence if one else 0.0)


def _near(one: Sighting, other: Sighting) -> bool:
    """Say whether two lines are close in time, or in the file where there is no time."""
    waited = seconds_between(one, other)
    return abs(waited) <= CRASH_NEAR_S if waited is not None else abs(one.number - other.number) <= 80


def judge_timeout(situation: Situation) -> Judgement | None:
    """Requests take longer than the router or the app server allows."""
    lines = situation.code(*TIMEOUT_CODES) + [
        one for one in situation.case.of("router-error") if "deadline exceeded" in str(one.values.get("error_text", ""))
    ]
    workers = situation.case.of("worker-timeout")
    slow = situation.case.of("request-slow")
    if not (lines or workers or slow):
        return None
    count = sum(situation.counts[code] for code in TIMEOUT_CODES)
    title = (
        f"{count} requests took longer than the router waits"
        if count > 1
        else "Requests take longer than the router or the app server waits"
    )
    return holds(0.88 if lines or workers else 0.6, [*workers[:1], *lines[:1], *slow[:1]], title, lines[1:3])


def judge_dropped(situation: Situation) -> Judgement | None:
    """The app closes or refuses connections while it runs."""
    lines = situation.code(*DROP_CODES)
    gorouter = _endpoint_failures(situation)
    attach = situation.code("R13")
    if not (lines or gorouter):
        return holds(0.5, attach[0], "The client of a one-off process could not be attached") if attach else None
    count = sum(situation.counts[code] for code in (*DROP_CODES, "endpoint_failure"))
    title = (
        f"{count} requests ended because the app closed or refused the connection"
        if count > 1
        else "The app closed or refused the connection of a request"
    )
    return holds(0.8, (lines or gorouter)[0], title, (lines or gorouter)[1:3])


def _endpoint_failures(situation: Situation) -> list[Sighting]:
    """Give gorouter's failures to talk to an instance that are no time-outs of requests and no malformed answers."""
    lines = situation.code("endpoint_failure") + situation.case.of("endpoint-failed")
    skip = ("deadline exceeded", "malformed", "context canceled", "x509", "tls:")
    return [one for one in lines if not any(word in str(one.values.get("error_text", "")) for word in skip)]


def judge_empty(situation: Situation) -> Judgement | None:
    """Nothing is running that could take traffic."""
    lines = situation.code(*EMPTY_CODES)
    waking = situation.case.of("waking-up")
    none_left = situation.code("no_endpoints")
    scaled = [
        one
        for one in situation.case.of("scaled")
        if one.values.get("quantity") == 0 and one.values.get("process_type", "web") == "web"
    ]
    if lines:
        title = (
            "No code has been deployed yet"
            if lines[-1].values.get("error_code") == "H81"
            else "No web process is running"
        )
        return holds(0.93, [*lines[:1], *scaled[-1:]], title, lines[1:2])
    if none_left:
        pruned = situation.case.of("endpoint-pruned")
        return holds(0.35 if pruned else 0.7, none_left[0], "The route has no instance to send requests to")
    if scaled and not any(facts.up for facts in situation.web_runs[-1:]):
        return holds(0.8, scaled[-1], "The web process was scaled to zero")
    return holds(0.6, waking[0], "The instance was asleep and is being woken") if waking else None


def judge_route(situation: Situation) -> Judgement | None:
    """The router does not know the host or path."""
    lines = situation.code("unknown_route", "H31") + situation.case.of("no-route")
    if not lines:
        return None
    if situation.failing:
        return holds(0.4, lines[0], doubt="the app itself failed, and a failed app loses its route")
    return holds(0.88, lines[0], "The router does not know this host or path", lines[1:2])


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
        return holds(0.9 if http else 0.5, wrong[0], _health_title(wrong[0]), [failure.sighting])
    probed = facts.run.first("probe-never-passed")
    if facts.platform == "render" and probed is not None and "probe_path" in probed.values:
        return holds(
            0.86 if facts.bind is not None and not facts.bind.loopback else 0.6,
            [probed, facts.bind.sighting if facts.bind else None],
            f"The health check {probed.values['probe_path']} never succeeded",
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


def judge_overload(situation: Situation) -> Judgement | None:
    """More requests or connections come than the app can take."""
    lines = situation.code(*LOAD_CODES, "Connection Limit Reached")
    limited = situation.case.of("rate-limited")
    if not lines and not limited:
        return None
    if lines and all(one.values.get("error_code") == "H19" for one in lines) and situation.failing:
        return holds(0.4, lines[0], doubt="the process did not run")
    return holds(
        0.84 if lines else 0.6, (lines or limited)[0], "More requests arrive than the app can take", lines[1:3]
    )


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
    Cause(
        "request-timeout",
        "Requests take longer than the router waits",
        "The app got the requests, but did not answer within the time that the router or the app server allows.",
        judge_case=judge_timeout,
        urls={
            "heroku": "https://devcenter.heroku.com/articles/request-timeout",
            "render": "https://render.com/docs/web-services",
            "cloudfoundry": CF_ROUTER,
        },
    ),
    Cause(
        "connection-dropped",
        "The app closes or refuses connections while it runs",
        (
            "The router reached the app, and the connection was closed or refused before an answer was "
            "complete: a keep-alive shorter than the router's, a worker that was ended, or a closed listener."
        ),
        judge_case=judge_dropped,
        urls={
            "heroku": f"{HEROKU_CODES}#h13-connection-closed-without-response",
            "render": "https://render.com/docs/troubleshooting-deploys",
            "cloudfoundry": CF_ROUTER,
        },
    ),
    Cause(
        "no-web-process",
        "Nothing is running that could take traffic",
        (
            "The router knows the app, but no process of it takes web traffic: none was deployed, it was "
            "scaled to zero, or it sleeps."
        ),
        judge_case=judge_empty,
        urls={
            "heroku": f"{HEROKU_CODES}#h14-no-web-dynos-running",
            "render": "https://render.com/docs/free#spinning-down-on-idle",
            "cloudfoundry": CF_ROUTER,
        },
    ),
    Cause(
        "route-unknown",
        "The router does not know this host or path",
        (
            "The request names a host or path for which no app is registered: a wrong name, a route that is "
            "not mapped, or an app that is stopped."
        ),
        judge_case=judge_route,
        urls={
            "heroku": "https://devcenter.heroku.com/articles/custom-domains",
            "render": "https://render.com/docs/custom-domains",
            "cloudfoundry": "https://docs.cloudfoundry.org/devguide/deploy-apps/routes-domains.html",
        },
    ),
    Cause(
        "overload",
        "More requests or connections come than the app can take",
        "Requests wait for a free process or connection, and the router turns away what waits too long.",
        judge_case=judge_overload,
        urls={
            "heroku": f"{HEROKU_CODES}#h11-backlog-too-deep",
            "render": "https://render.com/docs/scaling",
            "cloudfoundry": CF_ROUTER,
        },
    ),
)
