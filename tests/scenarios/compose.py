"""Composes scenarios: platform, history, play, background, shape and damage, each from one seeded source of chance."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from . import format_cloudfoundry, platform_heroku, platform_render
from .background import add_background
from .damage import LINE_ENDS, damage
from .model import CAUSE, CONTEXT, PLATFORMS, Row, Scenario
from .platform_cloudfoundry import CloudFoundry
from .platform_dea import Dea
from .platform_heroku import Heroku
from .platform_render import Render
from .plays import Play, serve
from .repertoire import CAUSES, FAULTS, PLAYS, starts
from .stage import Stage

__all__ = ["compose", "scenarios"]

STAGES: dict[str, type[Stage]] = {"heroku": Heroku, "render": Render, "cloudfoundry": CloudFoundry}
SHAPES = {
    "heroku": ("cli",) * 6 + ("dashboard",) * 2 + ("drain", "https-drain", "papertrail", "bare"),
    "render": ("download",) * 6 + ("old-dashboard", "clock", "cli", "json", "bare", "bare"),
    "cloudfoundry": ("current",) * 5 + ("padded", "sap", "drain", "bare"),
}
HEALTHY_SHARE = 0.18
TAIL_SHARE = 0.2
DEA_SHARE = 0.12
WHOLE = frozenset({"late", "silent-start", "silent-exit", "fixed-port-old"})
"""Plays whose tail alone would be another story."""

DEA_PLAYS = frozenset({"fixed-port", "loopback", "slow", "plain", *(fault.name for fault in FAULTS)})
"""Plays that need nothing of the platform but a start and its end."""


STRIDE = 7919
"""A prime, so that neighbours are of different kinds and every pair has its turn."""

MORE = {"port-hardcoded": 3, "port-loopback-only": 3}
"""Causes of which every framework has its own look, and how much more often they come."""

PAIRS = tuple(
    (platform, cause)
    for cause in CAUSES
    if cause != "healthy"
    for platform in PLATFORMS
    if any(play.cause == cause and platform in play.platforms for play in PLAYS)
    for _ in range(MORE.get(cause, 1))
)


def scenarios(count: int, seed: int) -> Iterator[Scenario]:
    """Compose *count* scenarios; the same seed gives the same bytes."""
    for number in range(count):
        yield compose(number, seed)


def compose(number: int, seed: int, embellish: Callable[[Stage, Random], None] | None = None) -> Scenario:
    """Compose one scenario; over many numbers every play comes on every platform where it can occur.

    Args:
        number: which one.
        seed: of the whole series.
        embellish: adds entries that must not matter, before the log is written out; everything else stays as it is without it.
    """
    random = Random(f"{seed}/{number}")
    outside = Random(f"{seed}/{number}/outside")
    platform, play = _choose_play(number, random)
    stage = _stage(platform, play, random)
    story = _act(stage, play, platform)
    stage.entries.sort(key=lambda entry: entry.at)
    if story == "plain" and play.is_start and play.name not in WHOLE and random.random() < TAIL_SHARE:
        _keep_tail(stage)
        story = "tail"
    add_background(stage, play.cause)
    if embellish is not None:
        embellish(stage, Random(f"{seed}/{number}/embellish"))
        stage.entries.sort(key=lambda entry: entry.at)
    form = "padded" if isinstance(stage, Dea) else outside.choice(SHAPES[platform])
    rows = _render(stage, form)
    rows, done = damage(rows, form, outside)
    text = (
        LINE_ENDS.get(next((name for name in done if name in LINE_ENDS), ""), "\n").join(row.text for row in rows)
        + "\n"
    )
    return Scenario(
        id=f"{platform}-{play.name}-{number}",
        text=text,
        platform=platform,
        cause=play.cause,
        acceptable=tuple(dict.fromkeys((*play.acceptable, *stage.acceptable))),
        facts=_facts(stage, platform),
        evidence_lines=_numbers(rows, CAUSE),
        context_lines=_numbers(rows, CONTEXT),
        tags=frozenset({f"form:{form}", f"story:{story}", *(f"damage:{name}" for name in done)}),
    )


def _choose_play(number: int, random: Random) -> tuple[str, Play]:
    """Walk over all pairs of a platform and a cause in turn, then choose one of the plays; a share of the scenarios is healthy."""
    if random.random() < HEALTHY_SHARE:
        platform, cause = random.choice(PLATFORMS), "healthy"
    else:
        platform, cause = PAIRS[(number * STRIDE) % len(PAIRS)]
    return platform, random.choice([play for play in PLAYS if play.cause == cause and platform in play.platforms])


def _stage(platform: str, play: Play, random: Random) -> Stage:
    """Set the stage; some of Cloud Foundry's are those of its first runtime, for the plays that it knew."""
    kind = STAGES[platform]
    if (
        platform == "cloudfoundry"
        and play.platforms == PLATFORMS
        and play.name in DEA_PLAYS
        and random.random() < DEA_SHARE
    ):
        kind = Dea
    return kind(random, _moment(random))


def _keep_tail(stage: Stage) -> None:
    """Lose what stands before the first line of the cause, and with it what only those lines stated."""
    first = next((number for number, entry in enumerate(stage.entries) if entry.role == CAUSE), 0)
    del stage.entries[:first]
    for name in ("assigned_port", "framework"):
        if not isinstance(stage, CloudFoundry) or name == "framework":
            stage.facts.pop(name, None)


def _moment(random: Random) -> datetime:
    """Choose when the story begins."""
    return datetime(2021, 1, 4, tzinfo=UTC) + timedelta(
        days=random.randint(0, 340), seconds=random.randint(0, 86399), microseconds=random.randint(0, 999_999)
    )


# --- the story ------------------------------------------------------------------------------------------------------


def _act(stage: Stage, play: Play, platform: str) -> str:
    """Play the story; give its name."""
    framework = play.cast(stage)
    if isinstance(stage, Render):
        stage.runtime = framework.runtime
    if play.alone:
        play.act(stage, framework)
        return "alone"
    story = stage.random.choices(("plain", "good-before", "again", "other-before", "good-behind"), (50, 20, 18, 7, 5))[
        0
    ]
    if not play.is_start and story in ("again", "good-behind"):
        story = "plain"
    if "healthy" in play.acceptable and story == "other-before":
        story = "plain"  # an incident that ended would be as right
    if play.cause in ("healthy", "unknown") and story != "plain":
        story = "plain"
    if story == "good-before":
        _good_before(stage, framework)
    if story == "other-before":
        _other_before(stage, platform, play, framework.runtime)
    if play.cause != "healthy" or stage.chance(0.5):
        stage.set_up()
    _forget(stage)
    play.act(stage, framework)
    if play.is_start:
        stage.refused_traffic(stage.random.randint(0, 3))
    if story == "again":
        stage.again()
        play.act(stage, framework)
    if story == "good-behind":
        _good_behind(stage, framework)
    return story


def _forget(stage: Stage) -> None:
    """Drop what earlier episodes stated: the verdict is about the one that follows."""
    stage.facts.clear()
    stage.codes.clear()
    stage.acceptable.clear()
    _demote(stage)


def _demote(stage: Stage) -> None:
    """Make lines of earlier episodes context: they show another cause, or none."""
    stage.entries[:] = [
        type(one)(one.at, one.tag, one.text, CONTEXT if one.role == CAUSE else one.role) for one in stage.entries
    ]


def _good_before(stage: Stage, framework: Any) -> None:
    """Let the release before serve, and stop it for the new one."""
    serve(stage, framework, 3)
    stage.wait(300, 9000)
    stage.stop_old()


def _other_before(stage: Stage, platform: str, play: Play, runtime: str) -> None:
    """Let an earlier release fail for another reason; the next one mends that and fails anew."""
    for _ in range(40):
        other = stage.choose([one for one in starts(platform) if one.cause != play.cause])
        framework = other.cast(stage)
        if framework.runtime == runtime:
            break
    other.act(stage, framework)
    stage.wait(120, 3000)
    if isinstance(stage, Render):
        stage.want = None


def _good_behind(stage: Stage, framework: Any) -> None:
    """Let a release behind it mend the fault."""
    facts, acceptable = dict(stage.facts), list(stage.acceptable)
    stage.wait(300, 3000)
    entries = len(stage.entries)
    if isinstance(stage, Render):
        stage.want = None
    if isinstance(stage, CloudFoundry) and not isinstance(stage, Dea):
        stage.probed = stage.ids["port"] = 8080
    stage.set_up()
    serve(stage, framework, 5)
    stage.entries[entries:] = [
        type(one)(one.at, one.tag, one.text, CONTEXT if one.role == CAUSE else one.role)
        for one in stage.entries[entries:]
    ]
    stage.facts, stage.acceptable = facts, [*acceptable, "healthy"]


# --- the expectation ------------------------------------------------------------------------------------------------


def _facts(stage: Stage, platform: str) -> dict[str, Any]:
    """Give the facts of the scenario; a tuple means that any of the values will do."""
    facts: dict[str, Any] = {name: tuple(values) for name, values in stage.facts.items() if values}
    facts["platform"] = (platform,)
    if stage.codes:
        facts["error_codes"] = list(stage.codes)
    return facts


def _numbers(rows: list[Row], role: str) -> tuple[int, ...]:
    """Give the 1-based numbers of the rows with a role."""
    return tuple(number for number, row in enumerate(rows, 1) if row.role == role)


def _render(stage: Stage, form: str) -> list[Row]:
    """Write the entries in a shape."""
    if isinstance(stage, Heroku):
        return platform_heroku.render(stage.entries, stage, form)
    if isinstance(stage, Render):
        return platform_render.render(stage.entries, stage, form)
    assert isinstance(stage, CloudFoundry)
    return format_cloudfoundry.render(stage.entries, stage, form)
