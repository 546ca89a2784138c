"""Tally: the statements of blocks that follow one another, gathered group by group before they go into the summary."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter

from loganalyzer.model import Match
from loganalyzer.summarizing.judging import Statements
from loganalyzer.summarizing.spots import Spot
from loganalyzer.summary import MOST_GROUPS, Summary
from loganalyzer.summary.groups import KEPT_FIRST, KEPT_LAST, GroupKey, Sighting

__all__ = ["Tally"]

SpotMaker = Callable[[int], Spot]
Kept = tuple[Spot, Match]


@dataclass
class _Gathered:
    """What was gathered for one group.

    Attributes:
        count: how many lines.
        minutes: how many in which minute.
        places: of each kind of lines of the block the places and what they state; of many that were added at once the
            first and last ones.
        first, last: the lines of the blocks before that are kept, in their order.
    """

    count: int = 0
    minutes: dict[int, int] = field(default_factory=dict)
    places: dict[SpotMaker, list[tuple[int, Match]]] = field(default_factory=dict)
    first: list[Kept] = field(default_factory=list)
    last: list[Kept] = field(default_factory=list)

    def settle(self) -> None:
        """Keep the first and last lines of the block."""
        for places in self.places.values():
            places.sort(key=itemgetter(0))
        room = KEPT_FIRST - len(self.first)
        last = self._spots(slice(-KEPT_LAST, None))
        if room > 0:
            is_all = sum(map(len, self.places.values())) <= KEPT_LAST
            self.first += (last if is_all else self._spots(slice(0, room)))[:room]
        self.last = [*self.last, *last][-KEPT_LAST:]
        self.places.clear()

    def sightings(self) -> tuple[list[Sighting], list[Sighting]]:
        """Make sightings of the first and last lines that were kept; those that are both are made once."""
        every = {id(kept): kept for kept in (*self.first, *self.last)}
        made = {one: spot.sighting(match) for one, (spot, match) in every.items()}
        return [made[id(kept)] for kept in self.first], [made[id(kept)] for kept in self.last]

    def _spots(self, part: slice) -> list[Kept]:
        """Make the spots of a part of each kind's places, in the order of the lines."""
        spots = [(make(place), match) for make, places in self.places.items() for place, match in places[part]]
        return sorted(spots, key=_line_of) if len(spots) > 1 else spots


class Tally:
    """Gathers statements; sightings are only made of the lines that are kept in the end."""

    def __init__(self) -> None:
        """Start empty."""
        self._groups: dict[tuple[str, GroupKey], _Gathered] = {}
        self._touched: list[_Gathered] = []

    @property
    def is_full(self) -> bool:
        """Whether there are so many groups that they should be written."""
        return len(self._groups) >= MOST_GROUPS

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
            if not gathered.places:
                self._touched.append(gathered)
            gathered.places.setdefault(spot, []).extend([(place, match) for place in kept])

    def end_block(self) -> bool:
        """Keep nothing of the block but the lines that may be shown; say whether any of its lines stated something."""
        touched, self._touched = self._touched, []
        for gathered in touched:
            gathered.settle()
        return bool(touched)

    def write(self, summary: Summary) -> None:
        """Write everything into a summary, and start anew; to be called between two blocks."""
        for (app, key), gathered in self._groups.items():
            summary.app(app).group(key).add(gathered.count, *gathered.sightings(), gathered.minutes)
        self._groups.clear()


def _line_of(kept: Kept) -> int:
    """Give the line, in its block, of what was kept."""
    return kept[0].line
