"""A stream that stays open: signals that end the reading, and when to say what has been found so far."""

from __future__ import annotations

import select
import signal
import sys
import time
from collections.abc import Callable, Iterator
from types import FrameType
from typing import Self, TypeVar

from loganalyzer.outcome import Report

__all__ = ["Announcer", "StopSignal", "give_signals_back", "is_readable", "take_signals"]

Item = TypeVar("Item")
Handler = signal.Handlers | Callable[[int, FrameType | None], object] | int | None

QUIET_S = 0.04
"""A stream that sends nothing for so long is open and waiting, so what was found is said now."""

LONGEST_DELAY_S = 0.1
"""A stream that never pauses is told what was found after so long."""


REST = 4
"""Between two judgements of a busy stream pass at least so many times the time that one takes."""


def take_signals(handler: Handler) -> dict[signal.Signals, Handler]:
    """Have Ctrl-C and SIGTERM handled, as far as this thread may; give what handled them before."""
    before: dict[signal.Signals, Handler] = {}
    for number in (signal.SIGINT, signal.SIGTERM):
        try:
            before[number] = signal.signal(number, handler)
        except ValueError:  # not the main thread: the caller keeps its own handling
            break
    return before


def give_signals_back(before: dict[signal.Signals, Handler]) -> None:
    """Undo what `take_signals` did."""
    for number, handler in before.items():
        signal.signal(number, handler)


class StopSignal:
    """Ctrl-C and SIGTERM end the reading; the verdict so far is still given.

    The signal interrupts a read that waits. While a block is being worked on it is only noted, so that a summary is
    never left half merged.
    """

    def __init__(self) -> None:
        """Start without a signal seen."""
        self.asked = False
        self._waiting = False

    def __enter__(self) -> Self:
        """Take the signals over, as far as this thread may."""
        self._before = take_signals(self._note)
        return self

    def __exit__(self, *_: object) -> None:
        """Give the signals back."""
        give_signals_back(self._before)

    def _note(self, _number: int, _frame: FrameType | None) -> None:
        """Remember the signal, and end a read that waits."""
        self.asked = True
        if self._waiting:
            self._waiting = False
            raise KeyboardInterrupt

    def take(self, items: Iterator[Item]) -> Item | None:
        """Give the next item, or None at the end or after a signal."""
        if self.asked:
            return None
        self._waiting = True
        try:
            return next(items, None)
        except KeyboardInterrupt:
            self.asked = True
            return None
        finally:
            self._waiting = False


class Announcer:
    """Says what has been found while standard input stays open, and nothing when it ends at once.

    A judgement is made only when something new came and enough time has passed since the last one, so that a fast
    stream is not held up.
    """

    def __init__(self, show: Callable[[Report], None]) -> None:
        """Remember who is to be told."""
        self._show = show
        self._new_since: float | None = None
        self._cost_s = 0.0
        self._told_at = 0.0

    def note(self, telling: bool) -> None:
        """Remember that something new came."""
        if telling and self._new_since is None:
            self._new_since = time.monotonic()

    def due(self) -> bool:
        """Say whether to judge now; waits a moment for more input where that decides it."""
        if self._new_since is None:
            return False
        now = time.monotonic()
        rest = self._told_at + REST * self._cost_s - now
        if rest <= 0 and now - self._new_since >= LONGEST_DELAY_S:
            return True
        return not is_readable(max(QUIET_S, rest))

    def tell(self, judge: Callable[[], list[Report]]) -> None:
        """Judge and tell."""
        start = time.monotonic()
        for report in judge():
            self._show(report)
        self._told_at = time.monotonic()
        self._cost_s = self._told_at - start
        self._new_since = None


def is_readable(seconds: float) -> bool:
    """Wait for standard input; say whether there is more to read (its end counts as well)."""
    try:
        ready, _, _ = select.select([sys.stdin], [], [], seconds)
    except (OSError, ValueError):  # no select on pipes (Windows): say at once what was found
        return False
    return bool(ready)
