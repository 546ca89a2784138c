"""Tally: the statements of one block, gathered group by group before they go into the summary."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterable, Mapping, Sequence

from loganalyzer.groups import KEPT_FIRST, KEPT_LAST, GroupKey
from loganalyzer.judging import Statement
from loganalyzer.model import Match
from loganalyzer.spots import Spot
from loganalyzer.summary import Summary

__all__ = ["Tally"]


class _Gathered:
    """What was gathered for one group from lines of one sort, which come in their order."""

    __slots__ = ("count", "first", "last", "minutes")

    def __init__(self) -> None:
        """Start empty."""
        self.count = 0
        self.minutes: dict[int, int] = {}
        self.first: list[tuple[Spot, Match]] = []
        self.last: deque[tuple[Spot, Match]] = deque(maxlen=KEPT_LAST)


class Tally:
    """Gathers statements; sightings are only made of the lines that are kept in the end."""

    def __init__(self) -> None:
        """Start empty."""
        self._groups: dict[tuple[str, GroupKey], _Gathered] = {}
        self._request_groups: dict[tuple[str, GroupKey], list[_Gathered]] = {}

    def __bool__(self) -> bool:
        """Say whether anything was stated."""
        return bool(self._groups or self._request_groups)

    def add_line(self, statements: Iterable[Statement], minute: int | None, spot: Spot) -> None:
        """Add what the next line states."""
        for match, app, key in statements:
            gathered = self._groups.get((app, key))
            if gathered is None:
                gathered = self._groups[app, key] = _Gathered()
            gathered.count += 1
            if minute is not None:
                gathered.minutes[minute] = gathered.minutes.get(minute, 0) + 1
            one = spot, match
            if len(gathered.first) < KEPT_FIRST:
                gathered.first.append(one)
            gathered.last.append(one)

    def add_requests(
        self, statements: Iterable[Statement], minutes: Mapping[int | None, int], spots: Sequence[Spot]
    ) -> None:
        """Add what requests of one shape state.

        Args:
            statements: what each of them states.
            minutes: how many are in which minute; None for those without a date and time.
            spots: their lines in their order; of many, the first and last ones suffice.
        """
        for match, app, key in statements:
            gathered = _Gathered()
            gathered.count = sum(minutes.values())
            gathered.minutes = {minute: count for minute, count in minutes.items() if minute is not None}
            gathered.first = [(spot, match) for spot in spots[:KEPT_FIRST]]
            gathered.last.extend((spot, match) for spot in spots[-KEPT_LAST:])
            self._request_groups.setdefault((app, key), []).append(gathered)

    def write(self, summary: Summary) -> None:
        """Write everything into a summary."""
        for place in dict.fromkeys((*self._request_groups, *self._groups)):
            runs = [*self._request_groups.get(place, ()), *([self._groups[place]] if place in self._groups else ())]
            app, key = place
            group = summary.app(app).group(key)
            first = _in_order(one for run in runs for one in run.first)[: KEPT_FIRST - len(group.first)]
            last = _in_order(one for run in runs for one in run.last)[-KEPT_LAST:]
            made = {spot.line: spot.sighting(match) for spot, match in (*first, *last)}
            minutes: dict[int, int] = {}
            for run in runs:
                for minute, count in run.minutes.items():
                    minutes[minute] = minutes.get(minute, 0) + count
            group.add(
                sum(run.count for run in runs),
                [made[spot.line] for spot, _ in first],
                [made[spot.line] for spot, _ in last],
                minutes,
            )


def _in_order(spots: Iterable[tuple[Spot, Match]]) -> list[tuple[Spot, Match]]:
    """Sort spots by their lines."""
    return sorted(spots, key=lambda one: one[0].line)
