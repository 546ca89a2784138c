"""Judging: what a line states; lines of the same words are judged once.

An event depends on its line's time in `at` alone. So lines that have the same head but for the time, and the same words
behind it, state the same, and what the first of them states is remembered for the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from loganalyzer.counting import heads_of
from loganalyzer.ingesters import parse
from loganalyzer.library import Matcher
from loganalyzer.model import Event, Line, Match
from loganalyzer.moments import minute_of_stamp

__all__ = ["Judge", "Judgement"]

MOST_REMEMBERED = 8192
"""How many lines are remembered; beyond that it starts anew."""

LONGEST_REMEMBERED = 1024
"""Bytes of the longest line that is remembered."""


class Judgement(NamedTuple):
    """What a line states.

    Attributes:
        matches: the matches; their event is that of some line of the same words.
        minute: minutes since 1970; None for a line without a date and time.
        stamp: where in the line its time begins; None when the event of the matches is the line's own.
    """

    matches: tuple[Match, ...]
    minute: int | None
    stamp: int | None


class Judge:
    """Judges lines, and remembers what it said."""

    def __init__(self, matcher: Matcher, platform: str | None, is_wanted: Callable[[Event], bool]) -> None:
        """Start without a memory.

        Args:
            matcher: the library.
            platform: the platform that the user named.
            is_wanted: whether an event may state anything; must not ask for its time, number or text.
        """
        self._matcher = matcher
        self._platform = platform
        self._is_wanted = is_wanted
        self._heads: tuple[tuple[Any, re.Pattern[bytes]], ...] = heads_of(platform)
        self._by_words: dict[tuple[int, bytes], tuple[Match, ...]] = {}
        self._by_model: dict[str, tuple[Match, ...]] = {}

    def judge(self, data: bytes, start: int, end: int, hints: Iterable[int]) -> Judgement:
        """Say what a line of a block states.

        Args:
            data: the block.
            start: offset of the line.
            end: offset behind its last byte, without the line end.
            hints: the hints that it contains.
        """
        for place, (_, heads) in enumerate(self._heads):
            found = heads.match(data, start, end)
            if found is None:
                continue
            *moment, _tag = found.groups()
            minute = minute_of_stamp(*moment)
            behind = found.start(len(moment) + 1)
            if minute is None or end - behind > LONGEST_REMEMBERED or behind < 0:
                break
            words = place, data[behind:end]
            matches = self._by_words.get(words)
            if matches is None:
                matches = self._match(self._parse(data[start:end]), hints)
                if len(self._by_words) >= MOST_REMEMBERED:
                    self._by_words.clear()
                self._by_words[words] = matches
            return Judgement(matches, minute, found.start(1) - start)
        return self.judge_event(self._parse(data[start:end]), hints)

    def judge_event(self, event: Event, hints: Iterable[int]) -> Judgement:
        """Say what a line states that was parsed before."""
        return Judgement(self._match(event, hints), int(event.at.timestamp() // 60) if event.at else None, None)

    def judge_model(self, text: str) -> tuple[Match, ...]:
        """Say what all requests state for which a model line stands."""
        matches = self._by_model.get(text)
        if matches is None:
            if len(self._by_model) >= MOST_REMEMBERED:
                self._by_model.clear()
            matches = self._by_model[text] = self._match(self._parse(text.encode()), None)
        return matches

    def _parse(self, line: bytes) -> Event:
        """Parse a line."""
        return parse(Line(0, line.decode("utf-8", "replace")), self._platform)

    def _match(self, event: Event, hints: Iterable[int] | None) -> tuple[Match, ...]:
        """Match an event with the library."""
        return tuple(self._matcher.match(event, hints)) if self._is_wanted(event) else ()
