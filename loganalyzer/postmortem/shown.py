"""Shown: which entries of a timeline stand in the forms for people; the JSON form has all of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from loganalyzer.outcome import TimelineEntry
from loganalyzer.report.layout import without_frames

__all__ = ["ShownEntries", "choose_entries"]


class ShownEntries(NamedTuple):
    """The entries that are shown.

    Attributes:
        entries: with their numbers in the whole timeline.
        left_out: says what is not shown; empty when everything is.
    """

    entries: list[tuple[int, TimelineEntry]]
    left_out: str


def choose_entries(timeline: Sequence[TimelineEntry], most: int) -> ShownEntries:
    """Leave out all but one line of each stack trace, and the middle of what is still a very long timeline."""
    kept = set(map(id, without_frames(timeline)))
    entries = [(number, entry) for number, entry in enumerate(timeline, start=1) if id(entry) in kept]
    frames, middle = len(timeline) - len(entries), max(0, len(entries) - most)
    if middle:
        entries = entries[: most // 2] + entries[-(most - most // 2) :]
    parts = [f"{frames} lines of stack traces"] if frames else []
    parts += [f"{middle} entries in the middle"] if middle else []
    return ShownEntries(entries, f"{' and '.join(parts)} are left out; the JSON form has them." if parts else "")
