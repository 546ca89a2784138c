"""Periods: incidents counted by day, week, month or year, whichever gives a readable number of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

__all__ = ["MOST_PERIODS", "OTHERS", "Period", "count_periods"]

MOST_PERIODS = 60
"""Periods that are shown, the last ones."""

OTHERS = "others"
"""Stands for the causes that have no column of their own."""

DAYS_BY_DAY = 31
DAYS_BY_WEEK = 7 * 30
DAYS_BY_MONTH = 31 * MOST_PERIODS


@dataclass(frozen=True, slots=True)
class Period:
    """One period; those without an incident are there too, so that time runs evenly.

    Attributes:
        name: its first day, or its month or year.
        counts: incidents by column.
        total: all of them.
    """

    name: str
    counts: tuple[int, ...]
    total: int


def count_periods(dated: Sequence[tuple[date, str]], columns: Sequence[str]) -> tuple[str, tuple[Period, ...]]:
    """Count incidents by period.

    Args:
        dated: day and cause of each incident, in any order.
        columns: causes that are counted by themselves, and OTHERS for all the others.

    Returns:
        What a period is, in a word, and the periods, the earliest first.
    """
    if not dated:
        return "day", ()
    first, last = min(day for day, _ in dated), max(day for day, _ in dated)
    word, start = _kind((last - first).days)
    counts: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for day, cause in dated:
        counts[start(day)][cause if cause in columns else OTHERS] += 1
    names = _names(first, last, start)
    return word, tuple(
        Period(name, tuple(counts[name][column] for column in columns), counts[name].total()) for name in names
    )


def _kind(days: int) -> tuple[str, Callable[[date], str]]:
    """Choose the kind of period by the days between the first and the last incident."""
    if days < DAYS_BY_DAY:
        return "day", date.isoformat
    if days < DAYS_BY_WEEK:
        return "week", lambda day: (day - timedelta(days=day.weekday())).isoformat()
    if days < DAYS_BY_MONTH:
        return "month", lambda day: day.isoformat()[:7]
    return "year", lambda day: day.isoformat()[:4]


def _names(first: date, last: date, start: Callable[[date], str]) -> Iterable[str]:
    """Give the names of all periods from the first to the last day, at most MOST_PERIODS of the last ones."""
    names: dict[str, None] = {}
    day = last
    while day >= first and len(names) < MOST_PERIODS:
        names[start(day)] = None
        if day == date.min:
            break
        day -= timedelta(days=1)
    names.setdefault(start(max(first, day)))
    return sorted(names)[-MOST_PERIODS:]
