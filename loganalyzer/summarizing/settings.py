"""Settings: what the user wants to be analysed, and which lines are left out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from loganalyzer.model import Event

__all__ = ["Settings"]


@dataclass(frozen=True, slots=True)
class Settings:
    """What is needed for one analysis.

    Attributes:
        paths: inputs; `-` is standard input.
        platform: the platform that the user named; None to find out.
        since: earlier lines are left out.
        until: later lines are left out.
        app: only lines of this app, where lines name their app.
        process: only lines of this process or process type, and those that name none.
        patterns: folders with the user's own patterns.
        block_bytes: size of the blocks.
        jobs: how many processes may work; None for as many as there are processors.
    """

    paths: tuple[str, ...] = ("-",)
    platform: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    app: str | None = None
    process: str | None = None
    patterns: tuple[Path, ...] = ()
    block_bytes: int = 2 << 20
    jobs: int | None = None

    @property
    def is_timed(self) -> bool:
        """Whether lines are left out by their time."""
        return self.since is not None or self.until is not None

    def is_wanted(self, event: Event) -> bool:
        """Say whether the user's filters, but for the times, let an event through."""
        if self.app is not None and event.app is not None and self.app not in event.app:
            return False
        if self.process is not None and event.process is not None:
            return event.process == self.process or event.process.partition(".")[0] == self.process
        return True

    def is_in_time(self, at: datetime | None) -> bool:
        """Say whether a line is in the time that the user asked for; one without a time is."""
        since, until = self.since, self.until
        return at is None or ((since is None or at >= since) and (until is None or at <= until))
