"""Minutes: counts by minute, coarser where there are too many minutes.

The width of a slot is the smallest power of two minutes that leaves few enough slots. It depends on the set of minutes
and on the number of slots that are allowed; as long as that number never grows while parts are merged, merging in any
grouping gives the same.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from typing import Generic, Self, TypeVar

__all__ = ["MOST_SLOTS", "LineMinutes", "Minutes"]

MOST_SLOTS = 2048

Counts = TypeVar("Counts", int, Counter[str])


class _Slots(ABC, Generic[Counts]):
    """What counting by minute has in common, whatever is counted.

    Attributes:
        width: minutes that a slot stands for.
        slots: number of the slot, counted in slots since 1970 → its counts.
    """

    __slots__ = ("slots", "width")

    def __init__(self) -> None:
        """Start empty, one minute wide."""
        self.width = 1
        self.slots: dict[int, Counts] = {}

    @staticmethod
    @abstractmethod
    def _join(own: Counts | None, more: Counts) -> Counts:
        """Add counts to those of a slot, which may be changed; *more* must not be."""

    def add(self, minute: int, counts: Counts) -> None:
        """Add counts to a minute."""
        slot = minute // self.width
        self.slots[slot] = self._join(self.slots.get(slot), counts)
        if len(self.slots) > MOST_SLOTS:
            self._widen(self.width * 2, MOST_SLOTS)

    def merge(self, other: Self) -> None:
        """Add another one's counts."""
        if other.width > self.width:
            self._widen(other.width, MOST_SLOTS)
        for slot, counts in other.slots.items():
            self.add(slot * other.width, counts)

    def narrow(self, most: int) -> None:
        """Leave at most so many slots, by making them wider."""
        if len(self.slots) > most:
            self._widen(self.width * 2, most)

    def _widen(self, width: int, most: int) -> None:
        """Make the slots wider, until few enough are left."""
        while True:
            slots: dict[int, Counts] = {}
            for slot, counts in self.slots.items():
                wide = slot * self.width // width
                slots[wide] = self._join(slots.get(wide), counts)
            self.slots, self.width = slots, width
            if len(slots) <= most:
                return
            width *= 2

    def __eq__(self, other: object) -> bool:
        """Compare by what was counted."""
        return type(other) is type(self) and (self.width, self.slots) == (other.width, other.slots)

    __hash__ = None  # type: ignore[assignment]


class Minutes(_Slots[Counter[str]]):
    """Counters by minute."""

    __slots__ = ()

    @staticmethod
    def _join(own: Counter[str] | None, more: Counter[str]) -> Counter[str]:
        """Add a counter."""
        if own is None:
            return more.copy()
        own.update(more)
        return own

    def items(self) -> list[tuple[int, Counter[str]]]:
        """Give (first minute of the slot, counts), the earliest first."""
        return [(slot * self.width, self.slots[slot]) for slot in sorted(self.slots)]


class LineMinutes(_Slots[int]):
    """Lines by minute; a number a slot takes a fifth of a counter's memory."""

    __slots__ = ()

    @staticmethod
    def _join(own: int | None, more: int) -> int:
        """Add a number."""
        return (own or 0) + more

    def items(self) -> list[tuple[int, Counter[str]]]:
        """Give (first minute of the slot, number of `lines`), the earliest first."""
        return [(slot * self.width, Counter(lines=self.slots[slot])) for slot in sorted(self.slots)]
