"""Background: lines of the app that mean nothing, put between the others."""

from __future__ import annotations

from datetime import timedelta

from .model import Entry
from .platform_cloudfoundry import CloudFoundry
from .platform_render import Render
from .stage import Stage

__all__ = ["CHATTER", "add_background"]

CHATTER = (
    "config loaded: log level info, 4 plugins",
    "feature flags refreshed (0 errors)",
    "cache: 214 entries, 0 evictions",
    "scheduler: next run of cleanup in 3600 s",
    "i18n: 12 locales, 0 missing keys",
    "using 2 threads",
    "metrics flushed, 0 failed",
    "debug: session store memory",
    "timezone set to UTC",
    "assets manifest read: 48 files",
    '{"level":"info","msg":"settings read","source":"environment"}',
)
"""Sentences that say nothing of the app's state, although some words sound so."""

SHARE = 0.45
MOST = 6


def add_background(stage: Stage, cause: str) -> None:
    """Put some chatter of the app between the entries, while it runs.

    Args:
        cause: logs of which nothing is known stay as they are.
    """
    spoken = [entry for entry in stage.entries if entry.tag == stage.app_tag() and entry.text and not entry.text.startswith((" ", "\t"))]
    if cause == "unknown" or not spoken or not stage.chance(SHARE):
        return
    if isinstance(stage, Render) and not any(entry.tag == "platform" for entry in stage.entries):
        return
    for _ in range(stage.random.randint(1, MOST)):
        beside = stage.choose(spoken)
        if _inside_a_trace(stage.entries, beside):
            continue
        tag = stage.app_tag("OUT") if isinstance(stage, CloudFoundry) else beside.tag
        stage.entries.append(Entry(beside.at - timedelta(microseconds=30), tag, stage.choose(CHATTER)))
    stage.entries.sort(key=lambda entry: entry.at)


def _inside_a_trace(entries: list[Entry], beside: Entry) -> bool:
    """Say whether the entry before is the same writer's in the same instant, so that chatter would cut a message in two."""
    place = entries.index(beside)
    return place > 0 and entries[place - 1].tag.split(" ")[0] == beside.tag.split(" ")[0] and (beside.at - entries[place - 1].at).total_seconds() < 0.05
