"""Tally: the statements of one block, gathered group by group before they go into the summary."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from loganalyzer.model import Match
from loganalyzer.summarizing.judging import Statements
from loganalyzer.summarizing.spots import Spot
from loganalyzer.summary import Summary
from loganalyzer.summary.groups import KEPT_FIRST, KEPT_LAST, GroupKey

__all__ = ["Tally"]

SpotMaker = Callable[[int], Spot]
Kept = tuple[Spot, Match]


@dataclass
class _Gathered:
    """What was gathered for one group.

    Attributes:
        count: how many lines.
        minutes: how many in which minute.
        places: of each kind of lines the places and what they state; of many that were added at once the first and last
            ones.
    """

    count: int = 0
    minutes: dict[int, int] = field(default_factory=dict)
    places: dict[SpotMaker, list[tuple[int, Match]]] = field(default_factory=dict)

    def first(self, count: int) -> list[Kept]:
        """Give the first lines, in their order."""
        spots = [(make(place), match) for make, places in self._sorted() for place, match in places[:count]]
        return sorted(spots, key=_line_of)[:count]

    def last(self, count: int) -> list[Kept]:
        """Give the last lines, in their order."""
        spots = [(make(place), match) for make, places in self._sorted() for place, match in places[-count:]]
        return sorted(spots, key=_line_of)[-count:]

    def _sorted(self) -> list[tuple[SpotMaker, list[tuple[int, Match]]]]:
        """Give the places of each kind in the order of their lines."""
        return [(make, sorted(places, key=itemgetter(0))) for make, places in self.places.items()]


class Tally:
    """Gathers statements; sightings are only made of the lines that are kept in the end."""

    def __init__(self) -> None:
        """Start empty."""
        self._groups: dict[tuple[str, GroupKey], _Gathered] = {}

    def __bool__(self) -> bool:
        """Say whether anything was stated."""
        return bool(self._groups)

    def add(
        self, statements: Statements, minutes: Mapping[int | None, int], places: Sequence[int], spot: SpotMaker
    ) -> None:
        """Add lines that state the same.

        Args:
            statements: what they state.
            minutes: how many of them are in which minute; None for those without a date and time.
            places: a number for each line, rising with the lines.
            spot: makes the spot of a line; the same for all lines of one kind, so that its places can be compared.
        """
        kept = places
        if len(places) > KEPT_FIRST + KEPT_LAST:
            kept = (*places[:KEPT_FIRST], *places[-KEPT_LAST:])
        for match, app, key in statements:
            gathered = self._groups.get((app, key))
            if gathered is None:
                gathered = self._groups[app, key] = _Gathered()
            gathered.count += len(places)
            for minute, count in minutes.items():
                if minute is not None:
                    gathered.minutes[minute] = gathered.minutes.get(minute, 0) + count
            gathered.places.setdefault(spot, []).extend([(place, match) for place in kept])

    def write(self, summary: Summary) -> None:
        """Write everything into a summary."""
        for (app, key), gathered in self._groups.items():
            group = summary.app(app).group(key)
            room = KEPT_FIRST - len(group.first)
            first = gathered.first(room) if room > 0 else []
            last = gathered.last(KEPT_LAST)
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
