"""Tally: the statements of one block, gathered group by group before they go into the summary."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from heapq import nlargest, nsmallest

from loganalyzer.model import Match
from loganalyzer.summarizing.judging import Statements
from loganalyzer.summarizing.spots import Spot
from loganalyzer.summary import Summary
from loganalyzer.summary.groups import KEPT_FIRST, KEPT_LAST, GroupKey

__all__ = ["Tally"]

Kept = tuple[Spot, Match]


@dataclass
class _Gathered:
    """What was gathered for one group.

    Attributes:
        count: how many lines.
        minutes: how many in which minute.
        kept: the first and last ones of all that were added at once.
    """

    count: int = 0
    minutes: dict[int, int] = field(default_factory=dict)
    kept: list[Kept] = field(default_factory=list)


class Tally:
    """Gathers statements; sightings are only made of the lines that are kept in the end."""

    def __init__(self) -> None:
        """Start empty."""
        self._groups: dict[tuple[str, GroupKey], _Gathered] = {}

    def __bool__(self) -> bool:
        """Say whether anything was stated."""
        return bool(self._groups)

    def add(
        self,
        statements: Statements,
        minutes: Mapping[int | None, int],
        places: Sequence[int],
        spot: Callable[[int], Spot],
    ) -> None:
        """Add lines that state the same.

        Args:
            statements: what they state.
            minutes: how many of them are in which minute; None for those without a date and time.
            places: something for each line, in the order of the lines.
            spot: makes the spot of a line.
        """
        if len(places) > KEPT_FIRST + KEPT_LAST:
            spots = [spot(place) for place in (*places[:KEPT_FIRST], *places[-KEPT_LAST:])]
        else:
            spots = [spot(place) for place in places]
        for match, app, key in statements:
            gathered = self._groups.get((app, key))
            if gathered is None:
                gathered = self._groups[app, key] = _Gathered()
            gathered.count += len(places)
            for minute, count in minutes.items():
                if minute is not None:
                    gathered.minutes[minute] = gathered.minutes.get(minute, 0) + count
            gathered.kept += [(one, match) for one in spots]

    def write(self, summary: Summary) -> None:
        """Write everything into a summary."""
        for (app, key), gathered in self._groups.items():
            group = summary.app(app).group(key)
            first = nsmallest(KEPT_FIRST - len(group.first), gathered.kept, key=_line_of)
            last = nlargest(KEPT_LAST, gathered.kept, key=_line_of)[::-1]
            made = {spot.line: spot.sighting(match) for spot, match in (*first, *last)}
            group.add(
                gathered.count,
                [made[spot.line] for spot, _ in first],
                [made[spot.line] for spot, _ in last],
                gathered.minutes,
            )


def _line_of(kept: Kept) -> int:
    """Give the line of what was kept."""
    return kept[0].line
