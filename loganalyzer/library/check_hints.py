"""Common hints: one that most lines of a platform have makes each of them a candidate, and every log far slower.

`everyday.log` beside this module has lines as healthy apps and routers write them, under the heads and tags of each
platform. A hint is compared with whole lines, because the scanner looks at whole lines too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from functools import cache
from importlib.resources import files

from loganalyzer.errors import Problem
from loganalyzer.ingesters import parse
from loganalyzer.library.schema import Pattern
from loganalyzer.model import PLATFORM_NAMES, Line

__all__ = ["check_hints"]

LARGEST_SHARE = 0.2
"""Of the everyday lines of one writer that may have a hint."""

FILLING = ("app", "router")
"""Who writes the lines that fill a log; a platform's own lines are few."""


def check_hints(pattern: Pattern) -> list[Problem]:
    """Give a problem for each hint of a pattern that too many everyday lines have.

    Lines of requests are counted for patterns about the router alone: they are taken out before anything is scanned,
    so that a hint for lines of apps costs nothing there.
    """
    problems = []
    for rule in pattern.rules:
        for (platform, source), lines in _everyday_lines().items():
            count = sum(rule.hint in line for line in lines)
            if count > LARGEST_SHARE * len(lines) and (source == "app" or source in pattern.sources):
                problems.append(
                    Problem(
                        pattern.path,
                        rule.line,
                        f'hint "{rule.hint}" stands in {count} of {len(lines)} everyday lines '
                        f"of the {source} on {PLATFORM_NAMES[platform]}",
                        reason="each line that has it is parsed and matched, which makes every log slower",
                        help="take words that only such a message has, and no tag or head of the platform",
                    )
                )
                break
    return problems


@cache
def _everyday_lines() -> Mapping[tuple[str, str], Sequence[str]]:
    """Give the everyday lines in small letters, by platform and writer."""
    text = (files("loganalyzer.library") / "everyday.log").read_text(encoding="utf-8")
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for number, line in enumerate(text.splitlines(), start=1):
        event = parse(Line(number, line))
        if event.source in FILLING and event.platform in PLATFORM_NAMES:
            found[event.platform, event.source].append(line.lower())
    return found
