"""Building: lines that a build printed, told by their place from those of the app."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from loganalyzer.model import Claim
from loganalyzer.summary import Sighting

__all__ = ["give_to_build"]

STAGING_NEAR = 3
"""Lines between the exit of a staging container and its next step."""

BUILD_ENDS = frozenset({"build-succeeded", "build-failed", "deploy-started", "release-started", "became-up"})


def give_to_build(ordered: list[Sighting], platform: str) -> list[Sighting]:
    """Give lines that name no writer to the build where they stand among its output.

    Args:
        ordered: the sightings of one app, in the order of time.
        platform: the platform of the log.
    """
    if platform == "render":
        return _mark_build(ordered)
    if platform == "heroku":
        return _mark_push(ordered)
    return _mark_staging(ordered) if platform == "cloudfoundry" else ordered


def _mark_build(ordered: list[Sighting]) -> list[Sighting]:
    """Give what is printed between the start and the end of a build to the build.

    Render's logs do not tell the output of a build command from that of the app but by its place.
    """
    marked: list[Sighting] = []
    building = _begins_in_build(ordered)
    for one in ordered:
        if one.statement == "build-started":
            building = True
        elif one.statement in BUILD_ENDS or (one.statement == "process-starting" and one.source == "platform"):
            building = False
        marked.append(replace(one, source="build", process=None) if building and one.source == "app" else one)
    return marked


def _mark_push(ordered: list[Sighting]) -> list[Sighting]:
    """Give what is printed without a tag behind a step of a push to the build."""
    marked: list[Sighting] = []
    building = False
    for one in ordered:
        bare = one.source == "app" and not one.tag and one.claim != Claim.HEADED
        if one.source == "build":
            building = one.statement not in BUILD_ENDS
        elif not bare:
            building = False
        marked.append(replace(one, source="build", process=None) if building and bare else one)
    return marked


def _begins_in_build(ordered: Sequence[Sighting]) -> bool:
    """Say whether the first lines are output of a build that shows only its command or its end."""
    for one in ordered:
        if one.statement in ("build-succeeded", "build-failed") or (
            one.statement == "build-step" and ("command" in one.values or one.pattern.startswith("docker-"))
        ):
            return True
        if one.statement == "build-started" or one.statement in BUILD_ENDS or one.source not in ("app", "build"):
            return False
    return False


def _mark_staging(ordered: list[Sighting]) -> list[Sighting]:
    """Give the exit of a staging container to the build where a copy of the console has lost the blanks before it."""
    steps = [(one.input, one.number) for one in ordered if one.source == "build"]
    marked: list[Sighting] = []
    for one in ordered:
        bare = one.statement == "exited" and not one.tag and one.source == "platform"
        near = bare and any(name == one.input and abs(one.number - line) <= STAGING_NEAR for name, line in steps)
        marked.append(replace(one, source="build", process="staging") if near else one)
    return marked
