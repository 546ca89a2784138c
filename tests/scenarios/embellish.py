"""Additions to a scenario that must not change its verdict."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from random import Random

from .model import Entry
from .platform_cloudfoundry import CloudFoundry
from .platform_heroku import Heroku
from .platform_render import Render
from .stage import Stage

__all__ = ["FORGED", "HARMLESS", "add_chatter", "add_forgeries", "add_traffic_before"]

HARMLESS = (
    "error budget for this month: 100 % left",
    "imported 214 port codes, none failed",
    "timeout for jobs is set to 30 s",
    "now listening to 4 topics of the event bus",
    "no error while warming the cache",
    "ticket 4411 'my upload failed yesterday' was closed by support",
    "memory of the last visit is kept for 30 days",
    "feature crash-reports is off",
    "health of the herd: all sheep counted",
    "the port of Rotterdam feed is up to date",
    "sent newsletter 'Why builds fail' to 18 readers",
    "retry policy: 3 attempts, then give up quietly",
)
"""Sentences with words that sound like trouble."""

FORGED = {
    "heroku": (
        'heroku[router]: at=error code=H10 desc="App crashed" method=GET path="/" host=other.herokuapp.com request_id=1 fwd="203.0.113.9" dyno= connect= service= status=503 bytes= protocol=https',
        "heroku[web.1]: Error R14 (Memory quota exceeded)",
        "heroku[web.1]: State changed from up to crashed",
        "==> Out of memory (used over 512Mi)",
        "[CELL/0] ERR Container became unhealthy",
    ),
    "render": (
        "heroku[web.1]: Error R10 (Boot timeout) -> Web process failed to bind to $PORT within 60 seconds of launch",
        'heroku[router]: at=error code=H12 desc="Request timeout" method=GET path="/" dyno=web.1 connect=1ms service=30000ms status=503 bytes=0',
        "[CELL/0] ERR Failed after 1m0.353s: startup health check never passed.",
    ),
    "cloudfoundry": (
        "heroku[web.1]: Error R15 (Memory quota vastly exceeded)",
        "[CELL/0] ERR Container became unhealthy",
        '[API/0] OUT Process has crashed with type: "web"',
        "==> Port scan timeout reached, no open ports detected.",
        'heroku[router]: at=error code=H14 desc="No web processes running" method=GET path="/" dyno= connect= service= status=503 bytes=',
    ),
}
"""Lines of platforms that an app prints: text of the app, whatever they say."""


def add_chatter(stage: Stage, random: Random) -> None:
    """Let the app say harmless things between its other lines."""
    _add(stage, random, HARMLESS, 8)


def add_forgeries(stage: Stage, random: Random) -> None:
    """Let the app print lines that only a platform writes."""
    _add(stage, random, FORGED[stage.platform], 3)


def _add(stage: Stage, random: Random, sentences: Sequence[str], most: int) -> None:
    """Put sentences before lines of the web process that begin a message of their own."""
    spoken = [
        number
        for number, entry in enumerate(stage.entries)
        if entry.tag == stage.app_tag() and number and _begins(stage.entries, number)
    ]
    for number in random.sample(spoken, min(most, len(spoken))):
        beside = stage.entries[number]
        stage.entries.append(Entry(beside.at - timedelta(microseconds=20), beside.tag, random.choice(sentences)))


def _begins(entries: list[Entry], number: int) -> bool:
    """Say whether some time lies before an entry, so that it is no part of a longer message."""
    return (entries[number].at - entries[number - 1].at).total_seconds() > 0.05 and not entries[number].text.startswith(
        (" ", "\t")
    )


def add_traffic_before(stage: Stage, random: Random) -> None:
    """Put a hundred good requests to an earlier release before everything."""
    entries, now = stage.entries, stage.entries[0].at
    before = {"heroku": Heroku, "render": Render, "cloudfoundry": CloudFoundry}[stage.platform](random, now)
    before.values = {**stage.values, "served": ""}
    for name in ("host", "guid", "era", "ids", "layout", "index", "dyno"):
        if hasattr(stage, name):
            setattr(before, name, getattr(stage, name))
    before.now = now - timedelta(hours=1)
    for _ in range(100):
        before.traffic(1)
    late = before.now - (now - timedelta(minutes=5))
    moved = max(late, timedelta(0))
    stage.entries = [*(Entry(one.at - moved, one.tag, one.text) for one in before.entries), *entries]
