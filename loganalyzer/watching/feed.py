"""The feed: bytes of a pipe as they come, with a clock that goes on while nothing comes."""

from __future__ import annotations

import os
import select
import threading
from collections.abc import Callable
from types import FrameType
from typing import Self

from loganalyzer.live import give_signals_back, take_signals

__all__ = ["Feed"]

TICK_S = 0.1


class Feed:
    """Reads a file descriptor; its end, a signal and `stop` all look like the end of the input.

    Attributes:
        interrupted: whether a signal asked for the end.
    """

    def __init__(self, descriptor: int, on_bytes: Callable[[bytes], None], on_tick: Callable[[], None]) -> None:
        """Prepare to read.

        Args:
            descriptor: what to read.
            on_bytes: called with everything that is read, before anything else sees it.
            on_tick: called about ten times a second while nothing comes, and behind every read.
        """
        self._descriptor = descriptor
        self._on_bytes = on_bytes
        self._on_tick = on_tick
        self._stopped = threading.Event()
        self.interrupted = False

    def __enter__(self) -> Self:
        """Take over Ctrl-C and SIGTERM, as far as this thread may."""
        self._before = take_signals(self._interrupt)
        return self

    def __exit__(self, *_: object) -> None:
        """Give the signals back."""
        give_signals_back(self._before)

    def stop(self) -> None:
        """End the input before its end."""
        self._stopped.set()

    def read(self, size: int) -> bytes:
        """Give up to so many bytes as soon as there are some; none at the end."""
        while not self._stopped.is_set():
            self._on_tick()
            if self._stopped.is_set() or not self.ready(TICK_S):
                continue
            data = os.read(self._descriptor, size)
            if data:
                self._on_bytes(data)
            return data
        return b""

    def ready(self, seconds: float) -> bool:
        """Say whether there is something to read, or the end, within a time."""
        return bool(select.select([self._descriptor], [], [], seconds)[0])

    def _interrupt(self, _number: int, _frame: FrameType | None) -> None:
        """Take a signal as the end of the input."""
        self.interrupted = True
        self._stopped.set()
