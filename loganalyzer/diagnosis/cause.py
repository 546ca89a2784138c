"""Cause: an entry of the catalogue, with the test that decides it from facts."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from loganalyzer.diagnosis.facts import Facts
from loganalyzer.diagnosis.situation import Situation
from loganalyzer.summary import Sighting

__all__ = ["PORT_DOCS", "Cause", "Judgement", "against", "holds", "is_path"]

PORT_DOCS = {
    "heroku": "https://devcenter.heroku.com/articles/runtime-principles#web-servers",
    "render": "https://render.com/docs/web-services#port-binding",
    "cloudfoundry": "https://docs.cloudfoundry.org/devguide/deploy-apps/environment-variable.html#PORT",
}
"""Each platform's page of the port rule."""


@dataclass(frozen=True, slots=True)
class Judgement:
    """What a cause says about some facts.

    Attributes:
        confidence: 0 to 1; 0 when the cause is ruled out.
        primary: the lines without which it would not hold, the most telling first; never empty when it holds.
        symptoms: lines that follow from it.
        title: the concrete sentence; empty for the cause's general one.
        explanation: what happens here; empty for the cause's general one.
        ruled_out: why it does not hold, or what speaks against it.
    """

    confidence: float
    primary: tuple[Sighting, ...] = ()
    symptoms: tuple[Sighting, ...] = ()
    title: str = ""
    ruled_out: str = ""
    explanation: str = ""


@dataclass(frozen=True, slots=True)
class Cause:
    """One root cause.

    Attributes:
        id: kebab-case; public interface.
        title: the general sentence.
        explanation: what happens and why it stops the traffic.
        judge_run: the test on the facts of one run; None for causes of the whole log.
        judge_case: the test on the whole log; None for causes of one run.
        urls: platform → page of its documentation.
    """

    id: str
    title: str
    explanation: str
    judge_run: Callable[[Facts], Judgement | None] | None = None
    judge_case: Callable[[Situation], Judgement | None] | None = None
    urls: dict[str, str] = field(default_factory=dict)


def holds(
    confidence: float,
    primary: Sighting | Sequence[Sighting | None],
    title: str = "",
    symptoms: Sequence[Sighting | None] = (),
    doubt: str = "",
    explanation: str = "",
) -> Judgement:
    """Say that a cause holds; sightings that are None are left out."""
    first = (primary,) if isinstance(primary, Sighting) else tuple(one for one in primary if one is not None)
    if not first:
        return Judgement(0.0, ruled_out="no line shows it")
    return Judgement(
        confidence,
        first,
        tuple(one for one in symptoms if one is not None and one not in first),
        title,
        doubt,
        explanation,
    )


def against(reason: str) -> Judgement:
    """Say that a cause was close and why it does not hold."""
    return Judgement(0.0, ruled_out=reason)


def is_path(module: str) -> bool:
    """Say whether what a program could not load is named by a path, so that it is a file of the app.

    Examples:
        >>> is_path("./models/order"), is_path("express"), is_path("@scope/name")
        (True, False, False)
    """
    return module.startswith(("./", "../", "/"))
