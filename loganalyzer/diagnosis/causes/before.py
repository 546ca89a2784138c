"""Causes before the start: build and release."""

from __future__ import annotations

from dataclasses import replace

from loganalyzer.diagnosis.cause import Cause, Judgement, holds
from loganalyzer.diagnosis.situation import Situation
from loganalyzer.model import Claim
from loganalyzer.summary import Sighting

__all__ = ["CAUSES"]

SAID_BEFORE = (
    "config-missing",
    "config-invalid",
    "dependency-missing",
    "command-missing",
    "service-unreachable",
    "service-refused",
    "out-of-memory",
    "exception",
)
"""What a build may say besides its own errors: a program that it runs has ended with it."""

LATER = ("build-succeeded", "became-up", "process-starting", "listening")
REASONS = ("config-missing", "config-invalid", "dependency-missing", "command-missing")
"""What ends an app's start ends a build as well, where the build runs the app's own code."""


def judge_build(situation: Situation) -> Judgement | None:
    """The build or staging failed, and nothing of it was deployed."""
    failed = situation.case.of("build-failed")
    took_traffic = situation.case.of("became-up", "port-detected")
    errors = [
        one
        for one in situation.case.of("build-error")
        if one.source != "app" or not (took_traffic or _is_of_process(one))
    ]
    errors = errors or [one for one in situation.case.of(*REASONS, "out-of-memory") if one.source == "build"]
    if not failed:
        if errors and not _after(situation, errors[-1], *LATER) and not situation.failing:
            if errors[0].statement == "out-of-memory":
                return holds(0.88, errors[0], "The build ran out of memory")
            return holds(0.57 if errors[0].statement in REASONS else 0.72, errors[0], "The build reports an error")
        last = _last_words(situation)
        if last and not situation.failing:
            return holds(0.57, last, _title("A program that the build runs reports an error", [last]))
        return None
    if _after(situation, failed[-1], "build-succeeded", "release-succeeded"):
        return None
    before = [one for one in errors if situation.position(one) <= situation.position(failed[-1]) + 5]
    if not before:
        before = _reasons(situation, failed[-1])
    return holds(0.94, [*before[-1:], failed[-1]], _title("The build failed", before[-1:]))


def _last_words(situation: Situation) -> Sighting | None:
    """Give the error of a program that a build ran where the log shows nothing of the build behind it."""
    said = [one for one in situation.case.of(*SAID_BEFORE) if one.source == "build"]
    return (
        said[-1]
        if said and not _after(situation, said[-1], *LATER, "build-step", "build-started", "app-ready")
        else None
    )


def _is_of_process(one: Sighting) -> bool:
    """Say whether a platform's own tag says that a process of the app wrote a line, so that no build did."""
    return one.platform in ("heroku", "cloudfoundry") and one.claim == Claim.HEADED


def _reasons(situation: Situation, failed: Sighting) -> list[Sighting]:
    """Give what a program that the build ran said last before the build failed."""
    end = situation.position(failed)
    starts = [place for one in situation.case.of("build-started") if (place := situation.position(one)) < end]
    said = [
        one
        for one in situation.case.of(*SAID_BEFORE)
        if one.source == "build" and max(starts, default=-1) <= situation.position(one) < end
    ]
    return said[-1:]


NO_SERVICE = (
    "The deploy stops where the broker refuses a service or cannot make it, so the new code is not started. An older "
    "release keeps running where there is one."
)


def judge_release(situation: Situation) -> Judgement | None:
    """The release or pre-deploy command failed, and the new code was not put into service."""
    failed = situation.case.of("release-failed")
    if not failed:
        ended = [
            facts
            for facts in situation.runs
            if facts.run.process.startswith("release") and facts.exit_status not in (None, 0) and facts.exit is not None
        ]
        if not ended or ended[-1].exit is None:
            return None
        return holds(0.85, [*ended[-1].errors[:1], ended[-1].exit], "The release command failed")
    if _after(situation, failed[-1], "release-succeeded", "release-started"):
        return None
    if failed[-1].pattern == "cf-mta-service-failed":
        title = _title("A service that the deploy needs could not be created or changed", failed[-1:])
        return replace(holds(0.9, failed[-1:], title), explanation=NO_SERVICE)
    reasons = [facts for facts in situation.runs if facts.run.process.startswith("release")]
    errors = reasons[-1].errors[:1] if reasons else []
    return holds(0.94, [*errors, failed[-1]], _title("The release command failed", errors))


def _after(situation: Situation, one: Sighting, *statements: str) -> bool:
    """Say whether one of the statements was made behind a line."""
    place = situation.position(one)
    return any(situation.position(other) > place for other in situation.case.of(*statements))


def _title(text: str, reasons: list[Sighting]) -> str:
    """Add the reason to a title where the log shows one."""
    if not reasons:
        return text
    values = reasons[0].values
    if reasons[0].statement == "config-missing" and "variable" in values:
        return f"{text}: the setting {values['variable']} is missing"
    said = values.get("error_text") or values.get("module") or values.get("missing")
    return f"{text}: {said}" if said else text


CAUSES = (
    Cause(
        "build-failed",
        "The build failed",
        (
            "The code could not be built, so there is nothing new to run. An older release keeps running "
            "where there is one."
        ),
        judge_case=judge_build,
        urls={
            "heroku": "https://devcenter.heroku.com/articles/troubleshooting-deploys",
            "render": "https://render.com/docs/troubleshooting-deploys",
            "cloudfoundry": "https://docs.cloudfoundry.org/devguide/deploy-apps/troubleshoot-app-health.html",
        },
    ),
    Cause(
        "release-failed",
        "The release command failed",
        (
            "The command that the platform runs before it puts new code into service (release phase, "
            "pre-deploy command) failed, so the new code is not released."
        ),
        judge_case=judge_release,
        urls={
            "heroku": "https://devcenter.heroku.com/articles/release-phase",
            "render": "https://render.com/docs/deploys#pre-deploy-command",
            "cloudfoundry": "https://docs.cloudfoundry.org/devguide/using-tasks.html",
        },
    ),
)
