"""Causes on the platform's side: limits of the account and faults of its own."""

from __future__ import annotations

from loganalyzer.diagnosis.cause import Cause, Judgement, holds
from loganalyzer.diagnosis.situation import Situation

__all__ = ["CAUSES"]

LIMIT_CODES = ("H80", "H82")
FAULT_CODES = ("H99", "H24", "R99", "R17")


def judge_limit(situation: Situation) -> Judgement | None:
    """Plan, quota or maintenance keeps the app from taking traffic."""
    lines = situation.code(*LIMIT_CODES) + situation.case.of("quota-exhausted", "suspended")
    if not lines:
        return None
    title = (
        "The app is in maintenance mode"
        if lines[0].values.get("error_code") == "H80"
        else "The plan's quota is used up, or the app is suspended"
    )
    return holds(0.94, lines[0], title, lines[1:2])


def judge_fault(situation: Situation) -> Judgement | None:
    """The platform reports a fault of its own."""
    lines = situation.code(*FAULT_CODES) + situation.case.of("platform-error", "placement-failed")
    pruned = situation.case.of("endpoint-pruned")
    cancelled = [
        one for one in situation.case.of("endpoint-failed") if "cancel" in str(one.values.get("error_text", ""))
    ]
    if not lines and pruned and (situation.code("no_endpoints") or cancelled):
        return holds(
            0.6, [pruned[0], *situation.code("no_endpoints")[:1]], "The router took a healthy instance out of its pool"
        )
    strangers = [one for one in situation.code("endpoint_failure") if "x509" in str(one.values.get("error_text", ""))]
    if not lines and strangers:
        return holds(
            0.75, strangers[0], "The router reached another app's instance under this app's address", strangers[1:2]
        )
    if not lines:
        return None
    if any(facts.failure is not None and facts.errors and facts.last for facts in situation.runs):
        return holds(0.3, lines[0], doubt="the app itself failed with an error of its own")
    is_full = lines[0].statement == "placement-failed"
    title = "The platform has no room for the instance" if is_full else "The platform reports a fault of its own"
    return holds(0.8, lines[0], title, lines[1:2])


CAUSES = (
    Cause(
        "platform-limit",
        "A limit of the plan keeps the app from taking traffic",
        (
            "The platform stopped or holds back the app because a quota is used up, it is suspended, or "
            "maintenance mode is on."
        ),
        judge_case=judge_limit,
        urls={
            "heroku": "https://devcenter.heroku.com/articles/eco-dyno-hours",
            "render": "https://render.com/docs/free",
            "cloudfoundry": "https://docs.cloudfoundry.org/adminguide/quota-plans.html",
        },
    ),
    Cause(
        "platform-fault",
        "The platform itself failed",
        "The platform reports a fault of its own. The app can be as it should be.",
        judge_case=judge_fault,
        urls={
            "heroku": "https://status.heroku.com",
            "render": "https://status.render.com",
            "cloudfoundry": "https://docs.cloudfoundry.org/running/troubleshooting/",
        },
    ),
)
