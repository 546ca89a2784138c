"""Tally: the matches of one block, gathered group by group before they go into the summary."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

from loganalyzer.groups import KEPT_FIRST, KEPT_LAST, GroupKey, key_of
from loganalyzer.model import Match
from loganalyzer.spots import Spot
from loganalyzer.summary import Summary

__all__ = ["Tally"]

Item = TypeVar("Item")


@dataclass
class _Gathered:
    """What was gathered for one group; the spots come in several runs, each in the order of the lines."""

    count: int = 0
    minutes: Counter[int] = field(default_factory=Counter)
    first: list[tuple[Spot, Match]] = field(default_factory=list)
    last: list[tuple[Spot, Match]] = field(default_factory=list)


class Tally:
    """Gathers matches; a sighting is only made of the lines that are kept in the end."""

    def __init__(self) -> None:
        """Start empty."""
        self._groups: dict[tuple[str, GroupKey], _Gathered] = {}

    def __bool__(self) -> bool:
        """Say whether anything matched."""
        return bool(self._groups)

    def add(
        self,
        matches: Sequence[Match],
        minutes: Mapping[int | None, int],
        lines: Sequence[Item],
        spot: Callable[[Item], Spot],
    ) -> None:
        """Add lines of which the same holds.

        Args:
            matches: what holds.
            minutes: how many of the lines are in which minute; None for those without a date and time.
            lines: something for each line, in the order of the lines.
            spot: makes the spot of a line.
        """
        first = [spot(line) for line in lines[:KEPT_FIRST]]
        last = first if len(lines) <= KEPT_LAST else [spot(line) for line in lines[-KEPT_LAST:]]
        for match in matches:
            gathered = self._groups.setdefault((match.event.app or "", key_of(match)), _Gathered())
            gathered.count += len(lines)
            for minute, count in minutes.items():
                if minute is not None:
                    gathered.minutes[minute] += count
            gathered.first += [(one, match) for one in first]
            gathered.last += [(one, match) for one in last]

    def write(self, summary: Summary) -> None:
        """Write everything into a summary."""
        for (app, key), gathered in self._groups.items():
            group = summary.app(app).group(key)
            first = _in_order(gathered.first)[: KEPT_FIRST - len(group.first)]
            last = _in_order(gathered.last)[-KEPT_LAST:]
            made = {spot.line: spot.sighting(match) for spot, match in (*first, *last)}
            group.add(
                gathered.count,
                [made[spot.line] for spot, _ in first],
                [made[spot.line] for spot, _ in last],
                gathered.minutes,
            )


def _in_order(spots: list[tuple[Spot, Match]]) -> list[tuple[Spot, Match]]:
    """Sort spots by their lines."""
    return sorted(spots, key=lambda one: one[0].line)
