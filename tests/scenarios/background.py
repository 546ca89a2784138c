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

BESIDE = {
    "heroku": (
        (("app[worker.1]", "processed 14 jobs in 2.1 s, 0 failed"), ("app[worker.1]", "job MailJob done")),
        (
            ("heroku[scheduler.8715]", "Starting process with command `rake reports:send`"),
            ("heroku[scheduler.8715]", "State changed from starting to up"),
            ("app[scheduler.8715]", "sent 3 reports"),
            ("heroku[scheduler.8715]", "Process exited with status 0"),
            ("heroku[scheduler.8715]", "State changed from up to complete"),
        ),
        (
            ("heroku[run.4417]", "Awaiting client"),
            ("heroku[run.4417]", "Starting process with command `printenv`"),
            ("heroku[run.4417]", "Process exited with status 0"),
            ("heroku[run.4417]", "State changed from up to complete"),
        ),
        (
            (
                "app[heroku-redis]",
                "source=REDIS sample#active-connections=3 sample#load-avg-1m=0.005 sample#memory-used=2.9MB sample#hit-rate=0.99",
            ),
        ),
        (
            (
                "heroku[logplex]",
                "Error L10 (output buffer overflow): 12 messages dropped since 2021-04-17T19:04:46+00:00.",
            ),
        ),
    ),
    "cloudfoundry": (
        (("APP/PROC/WORKER/0 OUT", "processed 14 jobs in 2.1 s, 0 failed"),),
        (("APP/TASK/nightly/0 OUT", "sent 3 reports"), ("APP/TASK/nightly/0 OUT", "Exit status 0")),
        (
            ("SSH/0 OUT", "Successful remote access by 203.0.113.7:50110"),
            ("SSH/0 OUT", "Remote access ended for 203.0.113.7:50110"),
        ),
    ),
    "render": (),
}
"""What other processes and services of the same app write meanwhile."""

SHARE = 0.45
BESIDE_SHARE = 0.2
MOST = 6


def add_background(stage: Stage, cause: str) -> None:
    """Put some chatter of the app between the entries, while it runs.

    Args:
        stage: with all its entries.
        cause: logs of which nothing is known stay as they are.
    """
    if cause != "unknown" and BESIDE[stage.platform] and stage.chance(BESIDE_SHARE):
        _add_beside(stage)
    spoken = [
        entry
        for entry in stage.entries
        if entry.tag == stage.app_tag() and entry.text and not entry.text.startswith((" ", "\t"))
    ]
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
    return (
        place > 0
        and entries[place - 1].tag.split(" ")[0] == beside.tag.split(" ")[0]
        and (beside.at - entries[place - 1].at).total_seconds() < 0.05
    )


def _add_beside(stage: Stage) -> None:
    """Put the lines of another process somewhere into the story."""
    first, last = stage.entries[0].at, stage.entries[-1].at
    at = first + (last - first) * stage.random.random()
    for tag, text in stage.choose(BESIDE[stage.platform]):
        stage.entries.append(Entry(at, tag, text))
        at += timedelta(milliseconds=stage.random.randint(1, 400))
    stage.entries.sort(key=lambda entry: entry.at)
