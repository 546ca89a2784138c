"""Blocked: an app that waits for a backing service, as its requests or the last frames of its error show."""

from __future__ import annotations

from collections.abc import Sequence

from loganalyzer.diagnosis.cause import Judgement, holds
from loganalyzer.diagnosis.facts import Facts
from loganalyzer.diagnosis.runs import seconds_between
from loganalyzer.diagnosis.services import name_service, say_trouble
from loganalyzer.diagnosis.situation import Situation
from loganalyzer.summary import Sighting

__all__ = ["LONGEST_REQUEST_S", "errors_before", "judge_blocked", "judge_frames", "slow_requests"]

LONGEST_REQUEST_S = 65.0
"""Heroku's router waits 30 s for the first byte and 55 s for each further one; a server's own limit is 30 s to 60 s."""

BEHIND_S = 10.0
"""A driver's own limit may end just behind the router's."""

NEAR_LINES = 40
EXPLANATION = (
    "The app runs and takes requests, but the service that it needs to answer them does not answer or refuses it. The "
    "requests wait for it until the router or the app server gives up."
)


def slow_requests(situation: Situation) -> list[Sighting]:
    """Give the lines that say that a request was not answered in time, or not at all."""
    return situation.code("H12", "H13", "H15", "H18") + situation.case.of("worker-timeout")


def judge_blocked(situation: Situation) -> Judgement | None:
    """Requests wait for a backing service that cannot be used, as the app says close to them."""
    lost = slow_requests(situation)
    if not lost or any(facts.failure is not None for facts in situation.web_runs):
        return None
    troubles = [
        one for one in situation.case.of("service-unreachable", "service-refused") if one.source in ("app", "addon")
    ]
    near = errors_before(lost, troubles)
    if not near:
        return None
    return holds(0.89, [near[0], lost[0]], say_trouble("The app needs", near[0]), lost[1:3], explanation=EXPLANATION)


def judge_frames(facts: Facts) -> Judgement | None:
    """A run ended, and all that is left of its error are frames of a client that was connecting to its service."""
    frame = facts.run.last("service-frame")
    if frame is None or facts.was_settled or any(one.statement != "traceback" for one in facts.errors):
        return None
    service = name_service(frame.values.get("service"))
    title = f"The app ends while it connects to {service}; the line with the error is missing"
    return holds(0.62, [frame, facts.exit], title)


def errors_before(
    lost: Sequence[Sighting], errors: Sequence[Sighting], longest_s: float = LONGEST_REQUEST_S
) -> list[Sighting]:
    """Give the errors that were logged while one of the lost requests was under way.

    Args:
        lost: lines about requests that got no answer.
        errors: of the app.
        longest_s: how long before its line a request can have begun, in seconds.
    """
    return [error for error in errors if any(_is_during(error, one, longest_s) for one in lost)]


def _is_during(error: Sighting, lost: Sighting, longest_s: float) -> bool:
    """Say whether an error falls into the time of a request that was lost."""
    waited = seconds_between(error, lost)
    if waited is not None:
        return -min(BEHIND_S, longest_s) <= waited <= longest_s
    return error.input == lost.input and abs(lost.number - error.number) <= NEAR_LINES
