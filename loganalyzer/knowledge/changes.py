"""Changes: how a cause, or the likely causes of a word, are mended; the texts are those of the diagnosis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from loganalyzer.diagnosis.causes import CAUSES_BY_ID
from loganalyzer.diagnosis.fixes import fixes_for, read_fixes
from loganalyzer.knowledge.entry import Entry
from loganalyzer.outcome import FactValue, Fix

__all__ = ["Change", "changes_for", "frameworks_of"]

PLATFORMS = ("heroku", "render", "cloudfoundry")


@dataclass(frozen=True, slots=True)
class Change:
    """One change that mends a cause.

    Attributes:
        cause: id of the cause that it mends.
        platforms: where it is to be made; empty for everywhere.
        fix: what to do.
    """

    cause: str
    platforms: tuple[str, ...]
    fix: Fix


def changes_for(entry: Entry, framework: str | None = None) -> tuple[Change, ...]:
    """Give the changes for an entry.

    Args:
        entry: a cause, or a word with likely causes.
        framework: as the analysis names it, such as `express`; its own changes come first then.

    Returns:
        Every change of a cause; for a word the first change of each likely cause on the word's platform.
    """
    if entry.word in CAUSES_BY_ID and entry.is_judged:
        return _changes(entry.word, PLATFORMS, framework)
    platforms = (entry.platform,) if entry.platform in PLATFORMS else PLATFORMS
    return tuple(
        change
        for cause in entry.causes
        if cause in CAUSES_BY_ID
        for change in _changes(cause, platforms, framework)[:1]
    )


def frameworks_of(cause: str) -> tuple[str, ...]:
    """Give the frameworks that have changes of their own for a cause, in the order of their names."""
    named = {name for fix in read_fixes() if cause in fix["causes"] for name in fix.get("frameworks", ())}
    return tuple(sorted(named))


def _changes(cause: str, platforms: tuple[str, ...], framework: str | None) -> tuple[Change, ...]:
    """Merge what the platforms' lists say about one cause; what stands on all of them holds everywhere."""
    facts: Mapping[str, FactValue] = {"framework": framework} if framework else {}
    where: dict[Fix, list[str]] = {}
    for platform in platforms:
        for fix in fixes_for(cause, platform, facts, ""):
            where.setdefault(fix, []).append(platform)
    everywhere = len(platforms)
    return tuple(Change(cause, () if len(names) == everywhere else tuple(names), fix) for fix, names in where.items())
