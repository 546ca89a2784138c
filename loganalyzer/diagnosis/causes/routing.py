"""Routing causes: the app runs, and the traffic fails on its way."""

from __future__ import annotations

from collections.abc import Sequence

from loganalyzer.diagnosis.blocked import LONGEST_REQUEST_S, errors_before
from loganalyzer.diagnosis.cause import Cause, Judgement, holds
from loganalyzer.diagnosis.situation import Situation
from loganalyzer.late import late_regex
from loganalyzer.summary import Sighting

__all__ = ["CAUSES"]

TIMEOUT_CODES = ("H12", "H15")
DROP_CODES = ("H13", "H18", "H21", "H23")
LOAD_CODES = ("H11", "H19", "H22")
EMPTY_CODES = ("H14", "H81")
MOMENT_S = 2.0
"""An error so close to a dropped connection belongs to its request."""

FOLLOWS = late_regex(r"SystemExit|Interrupt|Timeout")
"""Exceptions with which a request ends because it took too long."""

HEROKU_CODES = "https://devcenter.heroku.com/articles/error-codes"
CF_ROUTER = "https://docs.cloudfoundry.org/adminguide/troubleshooting-router-error-responses.html"


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
    primary = [*workers[:1], *lines[:1], *slow[:1]]
    error = _error_beside(situation, [*lines, *workers])
    title += _say_beside(error)
    return holds(0.88 if lines or workers else 0.6, primary, title, [error, *lines[1:3]])


def _error_beside(
    situation: Situation, lost: Sequence[Sighting], longest_s: float = LONGEST_REQUEST_S
) -> Sighting | None:
    """Give the first exception of the app while a request was under way that got no answer: it may be the reason."""
    errors = [
        one
        for one in situation.case.of("exception")
        if one.source == "app" and not FOLLOWS.search(str(one.values.get("error_type", "")))
    ]
    return next(iter(errors_before(lost, errors, longest_s)), None)


def _say_beside(error: Sighting | None) -> str:
    """Give what a title adds about an error beside the requests; nothing for none."""
    if error is None:
        return ""
    why = ": ".join(str(error.values[name]) for name in ("error_type", "error_text") if error.values.get(name))
    return f"; the app reports an error beside{': ' if why else ''}{why}"


def judge_dropped(situation: Situation) -> Judgement | None:
    """The app closes or refuses connections while it runs."""
    lines = situation.code(*DROP_CODES)
    gorouter = situation.endpoint_failures
    attach = situation.code("R13")
    if not (lines or gorouter):
        return holds(0.5, attach[0], "The client of a one-off process could not be attached") if attach else None
    count = sum(situation.counts[code] for code in (*DROP_CODES, "endpoint_failure"))
    title = (
        f"{count} requests ended because the app closed or refused the connection"
        if count > 1
        else "The app closed or refused the connection of a request"
    )
    dropped = lines or gorouter
    error = _error_beside(situation, dropped, MOMENT_S)
    return holds(0.8, dropped[0], title + _say_beside(error), [error, *dropped[1:3]])


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
        return holds(0.35 if pruned else 0.8, none_left[0], "The route has no instance to send requests to")
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
