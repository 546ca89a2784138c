"""Judging: what a line states; lines of the same words are judged once.

An event depends on its line's time in `at` alone. So lines of the main shapes that have the same words behind their
time state the same, and what the first of them states is remembered for the others. Lines that differ in values by
which no group is told apart, such as the path of a request, are counted as if they stated the same; the values of
those that are shown are read again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import NamedTuple

from loganalyzer.ingesters import asked_before, parse
from loganalyzer.library import Matcher
from loganalyzer.library.match import make_matches
from loganalyzer.library.plans import FoundPattern
from loganalyzer.model import Claim, Event, Line, Match
from loganalyzer.scanning import Scanner
from loganalyzer.summarizing.headed import Shape
from loganalyzer.summary.groups import TELLING, GroupKey, key_of

__all__ = ["Judge", "Statement", "Statements"]

MOST_REMEMBERED = 8192
"""How many lines are remembered; beyond that it starts anew."""

LONGEST_REMEMBERED = 1024
"""Bytes of the longest line that is remembered."""


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


Statements = tuple[Statement, ...]


class Judge:
    """Judges lines, and remembers what it said.

    Attributes:
        matcher: the library.
    """

    def __init__(
        self, matcher: Matcher, scanner: Scanner, platform: str | None, is_wanted: Callable[[Event], bool]
    ) -> None:
        """Start without a memory.

        Args:
            matcher: the library.
            scanner: finds its hints.
            platform: the platform that the user named.
            is_wanted: whether an event may state anything; must not ask for its time, number or text.
        """
        self.matcher = matcher
        self._scanner = scanner
        self._platform = platform
        self._is_wanted = is_wanted
        self._by_words: dict[str, dict[bytes, Statements]] = {}
        self._by_model: dict[str, Statements] = {}
        self._by_telling: dict[tuple[object, ...], Statements] = {}

    def remembered(self, shape: Shape) -> Callable[[bytes], Statements | None]:
        """Give what tells what lines of a shape with certain words state; None where that is not remembered."""
        return self._by_words.setdefault(shape.platform, {}).get

    def judge_words(self, shape: Shape, words: bytes, tag: bytes, hints: frozenset[int]) -> Statements:
        """Say what lines of a shape with certain words state.

        Args:
            shape: the shape.
            words: all that stands behind the time.
            tag: its beginning.
            hints: the hints that they contain.
        """
        statements = self._judge_message(shape, words, tag, hints)
        if statements is None:
            statements = self.judge_event(self._parse(shape.stand_in + words), hints)
        if len(words) <= LONGEST_REMEMBERED:
            known = self._by_words[shape.platform]
            if len(known) >= MOST_REMEMBERED:
                known.clear()
            known[words] = statements
        return statements

    def judge_event(self, event: Event, hints: frozenset[int]) -> Statements:
        """Say what a line states that was parsed before."""
        return self._state(self.matcher.find((event.source, event.platform), event.message, hints), event)

    def judge_model(self, text: str) -> Statements:
        """Say what all requests state for which a model line stands."""
        statements = self._by_model.get(text)
        if statements is None:
            if len(self._by_model) >= MOST_REMEMBERED:
                self._by_model.clear()
            line = text.encode()
            hints = frozenset(hint for found in self._scanner.scan(line) for hint in found.hints)
            statements = self._by_model[text] = self.judge_event(self._parse(line), hints)
        return statements

    def match_again(self, shape: Shape, words: bytes, tag: bytes, model: Match) -> Match:
        """Give the match of a line with its own values.

        Args:
            shape: as in `judge_words`.
            words: likewise.
            tag: likewise.
            model: the match of a line that was judged to state the same.
        """
        hints = frozenset(hint for found in self._scanner.scan(words) for hint in found.hints)
        event = self._read_event(shape, words, tag) or self._parse(shape.stand_in + words)
        same = (match for match in self.matcher.match(event, hints) if match.pattern == model.pattern)
        return next(same, model)

    def _judge_message(self, shape: Shape, words: bytes, tag: bytes, hints: frozenset[int]) -> Statements | None:
        """Say what a line states whose message is read out of its words; None where it must be parsed."""
        source, process = shape.origin(tag)
        read = shape.read_message(source, words[len(tag) :].decode("utf-8", "replace"))
        if read is None:
            return None
        message = read[0]
        found = self.matcher.find((source, shape.platform), message, hints)
        if shape.claim == Claim.WEAK and self._platform is None:
            if not found and not self.matcher.may_match(words.decode("utf-8", "replace"), hints):
                return ()
            if self._is_claimed(shape, words):
                return None
        if not found:
            return ()
        telling = [
            (pattern.id, [(name, message[start:end]) for name, _, start, end in spans if name in TELLING])
            for pattern, spans in found
        ]
        key = shape.platform, tag, repr(telling)
        statements = self._by_telling.get(key)
        if statements is None:
            if len(self._by_telling) >= MOST_REMEMBERED:
                self._by_telling.clear()
            statements = self._by_telling[key] = self._state(found, _make_event(shape, tag, process, source, *read))
        return statements

    def _read_event(self, shape: Shape, words: bytes, tag: bytes) -> Event | None:
        """Make the event of a line out of its words; None where it must be parsed."""
        source, process = shape.origin(tag)
        read = shape.read_message(source, words[len(tag) :].decode("utf-8", "replace"))
        if read is None or (shape.claim == Claim.WEAK and self._platform is None and self._is_claimed(shape, words)):
            return None
        return _make_event(shape, tag, process, source, *read)

    def _is_claimed(self, shape: Shape, words: bytes) -> bool:
        """Say whether a platform that is asked before that of the shape claims a line."""
        line = Line(0, (shape.stand_in + words).decode("utf-8", "replace"))
        return any(ingester.parse(line) for ingester in asked_before(shape.platform))

    def _state(self, found: Sequence[FoundPattern], event: Event) -> Statements:
        """Make statements of the patterns that match an event, unless the user's filters hold it back."""
        if not self._is_wanted(event):
            return ()
        return tuple(Statement(match, event.app or "", key_of(match)) for match in make_matches(found, event))

    def _parse(self, line: bytes) -> Event:
        """Parse a line."""
        return parse(Line(0, line.decode("utf-8", "replace")), self._platform)


def _make_event(
    shape: Shape, tag: bytes, process: str | None, source: str, message: str, fields: dict[str, str]
) -> Event:
    """Make the event of a line whose message was read."""
    if fields:
        fields["tag"] = tag.decode("utf-8", "replace")
    return Event(0, "", shape.platform, source, message, process, claim=shape.claim, fields=fields)
