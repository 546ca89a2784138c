"""The share of each stage in the time: one process works on a log under a profiler, and its time is added up by module.

The profiler slows calls down, so the shares count, not the seconds.
"""

from __future__ import annotations

import cProfile
import pstats
from collections import Counter
from pathlib import Path

from benchmarks.tables import table
from loganalyzer.pipeline import Settings, analyze
from loganalyzer.report import render

__all__ = ["share_stages", "stage_of"]

STAGES = (
    ("reading", ("reading/",)),
    (
        "heads and columns",
        (
            *("summarizing/headed", "summarizing/request_", "summarizing/moments"),
            *("columns", "ingesters/", "numpy/"),
        ),
    ),
    ("scanning for hints", ("scanning", "hyperscan")),
    ("matching", ("library/", "summarizing/judging", "regex/")),
    ("counting", ("summarizing/", "summary/", "traffic", "minutes", "text")),
    ("diagnosis", ("diagnosis/",)),
    ("report", ("report/",)),
)
"""Name and the beginnings of source files below the package; the first that fits counts."""

OTHER = "everything else"


def share_stages(log: Path) -> str:
    """Write the shares for one log."""
    settings = Settings(paths=(str(log),), jobs=1)
    analyze(settings)  # what is imported and compiled at the start belongs to no stage
    profile = cProfile.Profile()
    profile.enable()
    render(analyze(settings), "text")
    profile.disable()
    seconds: Counter[str] = Counter()
    timings = pstats.Stats(profile).stats  # type: ignore[attr-defined]  # not in its stub
    for (file, _line, _name), (_calls, _all, own, _total, callers) in timings.items():
        # What is written in C has no file, so its time goes to the stages that called it.
        if file == "~":
            for (caller, *_), (*_, own_of_caller, _cumulative) in callers.items():
                seconds[stage_of(caller)] += own_of_caller
        else:
            seconds[stage_of(file)] += own
    whole = sum(seconds.values()) or 1.0
    rows = [[name, f"{spent / whole:.0%}"] for name, spent in seconds.most_common()]
    return table(("stage", f"share of the time, {log.stem}"), rows)


def stage_of(file: str) -> str:
    """Say to which stage a source file belongs.

    >>> stage_of("/somewhere/loganalyzer/ingesters/heroku/bulk.py")
    'heads and columns'
    """
    plain = file.replace("\\", "/").removesuffix(".py")
    inner = plain.rpartition("loganalyzer/")[2] if "loganalyzer/" in plain else plain.rpartition("site-packages/")[2]
    return next((name for name, starts in STAGES if inner.startswith(starts)), OTHER)
