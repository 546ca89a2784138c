"""Judging: what a line states; lines of the same words are judged once.

An event depends on its line's time in `at` alone. So lines that have the same head but for the time, and the same words
behind it, state the same, and what the first of them states is remembered for the others.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import Any, NamedTuple

from loganalyzer.counting import heads_of
from loganalyzer.groups import GroupKey, key_of
from loganalyzer.ingesters import parse
from loganalyzer.ingesters.cloudfoundry.bulk import read_app_message as read_cloudfoundry
from loganalyzer.ingesters.heroku.bulk import read_app_message as read_heroku
from loganalyzer.library import Matcher
from loganalyzer.model import Event, Line, Match
from loganalyzer.moments import minute_of_stamp
from loganalyzer.summary import minute_of

__all__ = ["Judge", "Judgement", "Statement"]

MOST_REMEMBERED = 8192
"""How many lines are remembered; beyond that it starts anew."""

LONGEST_REMEMBERED = 1024
"""Bytes of the longest line that is remembered."""

MESSAGE_READERS: dict[str, Callable[[str], tuple[str, dict[str, str]] | None]] = {
    "heroku": read_heroku,
    "cloudfoundry": read_cloudfoundry,
}


class Statement(NamedTuple):
    """What lines of the same words state.

    Attributes:
        match: the match; its event is that of some line with these words.
        app: the app that the line names, empty for none.
        key: the group that it belongs to.
    """

    match: Match
    app: str
    key: GroupKey


class Judgement(NamedTuple):
    """What a line states.

    Attributes:
        statements: what it states.
        minute: minutes since 1970; None for a line without a date and time.
        stamp: where in the line its time begins; None when the event of the statements is the line's own.
    """

    statements: tuple[Statement, ...]
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
        self._by_words: dict[tuple[str, bytes], tuple[Statement, ...]] = {}
        self._by_model: dict[str, tuple[Statement, ...]] = {}

    def judge(self, data: bytes, start: int, end: int, hints: Iterable[int]) -> Judgement:
        """Say what a line of a block states.

        Args:
            data: the block.
            start: offset of the line.
            end: offset behind its last byte, without the line end.
            hints: the hints that it contains.
        """
        for ingester, heads in self._heads:
            found = heads.match(data, start, end)
            if found is None:
                continue
            *moment, tag = found.groups()
            minute = minute_of_stamp(*moment)
            if minute is None or tag is None:
                break
            words = ingester.PLATFORM, data[found.start(found.re.groups) : end]
            statements = self._by_words.get(words)
            if statements is None:
                event = self._read_app(ingester, tag, words[1]) or self._parse(data[start:end])
                statements = self._state(event, hints)
                if len(words[1]) <= LONGEST_REMEMBERED:
                    if len(self._by_words) >= MOST_REMEMBERED:
                        self._by_words.clear()
                    self._by_words[words] = statements
            return Judgement(statements, minute, found.start(1) - start)
        return self.judge_event(self._parse(data[start:end]), hints)

    def judge_event(self, event: Event, hints: Iterable[int]) -> Judgement:
        """Say what a line states that was parsed before."""
        return Judgement(self._state(event, hints), minute_of(event.at) if event.at else None, None)

    def judge_model(self, text: str) -> tuple[Statement, ...]:
        """Say what all requests state for which a model line stands."""
        statements = self._by_model.get(text)
        if statements is None:
            if len(self._by_model) >= MOST_REMEMBERED:
                self._by_model.clear()
            statements = self._by_model[text] = self._state(self._parse(text.encode()), None)
        return statements

    def _parse(self, line: bytes) -> Event:
        """Parse a line."""
        return parse(Line(0, line.decode("utf-8", "replace")), self._platform)

    def _read_app(self, ingester: Any, tag: bytes, words: bytes) -> Event | None:  # noqa: ANN401
        """Make the event of an app's line out of its tag and what stands behind it; None where it must be parsed."""
        read = MESSAGE_READERS.get(ingester.PLATFORM)
        source, process = ingester.origin(tag) if read else ("", None)
        if read is None or source != "app":
            return None
        found = read(words[len(tag) :].decode("utf-8", "replace"))
        if found is None:
            return None
        message, fields = found
        if fields:
            fields["tag"] = tag.decode("utf-8", "replace")
        return Event(0, "", ingester.PLATFORM, source, message, process, fields=fields)

    def _state(self, event: Event, hints: Iterable[int] | None) -> tuple[Statement, ...]:
        """Match an event with the library."""
        if not self._is_wanted(event):
            return ()
        return tuple(Statement(match, event.app or "", key_of(match)) for match in self._matcher.match(event, hints))
