"""Matcher: an event and the hints that its line contains become matches.

Regexes are compiled on first need and run with a time limit, so that no line can stall the analysis; a regex that
runs out of time counts as not matched and is counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import regex

from loganalyzer.library.load import Library
from loganalyzer.library.schema import Pattern
from loganalyzer.model import Event, Match, Value

__all__ = ["Matcher"]

TIME_LIMIT_S = 0.25
LONGEST_MESSAGE = 8192
LONGEST_VALUE = 300


class _Search:
    """One regex of a pattern, compiled when it is first needed."""

    __slots__ = ("_readers", "_search", "_source", "_types", "pattern")

    def __init__(self, pattern: Pattern, source: str, types: dict[str, str]) -> None:
        """Compile nothing yet."""
        self.pattern = pattern
        self._source = source
        self._types = types
        self._search: Callable[..., regex.Match[str] | None] | None = None
        self._readers: tuple[tuple[str, int, bool], ...] = ()

    def values(self, message: str) -> dict[str, Value] | None:
        """Give the captured values, or None where the regex does not match. Raises TimeoutError."""
        if self._search is None:
            compiled = regex.compile(self._source)
            self._search = compiled.search
            self._readers = tuple(
                (name, group, self._types.get(name) == "integer") for name, group in compiled.groupindex.items()
            )
        found = self._search(message, timeout=TIME_LIMIT_S)
        if found is None:
            return None
        return {name: _typed(text, is_integer) for name, group, is_integer in self._readers if (text := found[group])}


class Matcher:
    """The library, ready to be asked.

    Attributes:
        hints: the distinct literals, lower case, in the order of their ids for the scanner; one with a double quote also
            as JSON writes it.
        timeouts: pattern id → how often its regex ran out of time.
    """

    def __init__(self, library: Library) -> None:
        """Index the rules by their hints; nothing is compiled yet."""
        self.library = library
        self._searches: list[_Search] = []
        by_hint: defaultdict[str, list[int]] = defaultdict(list)
        types = dict(library.words.types)
        for pattern in library.patterns:
            for rule in pattern.rules:
                for spelling in _spellings(rule.hint):
                    by_hint[spelling].append(len(self._searches))
                self._searches.append(_Search(pattern, rule.regex, types))
        self.hints: tuple[str, ...] = tuple(sorted(by_hint))
        self._by_hint = tuple(tuple(by_hint[hint]) for hint in self.hints)
        self._by_writer: dict[tuple[str, str], list[tuple[int, ...] | None]] = {}
        self.timeouts: defaultdict[str, int] = defaultdict(int)

    def match(self, event: Event, hint_ids: Iterable[int] | None = None) -> list[Match]:
        """Give the matches of an event, in the order of the pattern ids.

        Args:
            event: the line.
            hint_ids: positions in `hints` that the line contains; None looks for all of them.
        """
        if hint_ids is None:
            lowered = event.text.lower()
            hint_ids = [number for number, hint in enumerate(self.hints) if hint in lowered]
        message = event.message[:LONGEST_MESSAGE]
        found: list[tuple[Pattern, Match]] = []
        done: Pattern | None = None
        for number in self._candidates(event, hint_ids):
            search = self._searches[number]
            pattern = search.pattern
            if pattern is done:
                continue
            try:
                values = search.values(message)
            except TimeoutError:
                self.timeouts[pattern.id] += 1
                continue
            if values is not None:
                done = pattern
                found.append((pattern, Match(pattern.id, pattern.states, event, {**pattern.gives, **values})))
        return _settled(found) if len(found) > 1 else [match for _, match in found]

    def _candidates(self, event: Event, hint_ids: Iterable[int]) -> Sequence[int]:
        """Give the regexes that may match an event, in the order of their patterns."""
        writer = event.source, event.platform
        by_hint = self._by_writer.get(writer)
        if by_hint is None:
            by_hint = self._by_writer[writer] = [None] * len(self.hints)
        wanted: set[int] = set()
        for hint in hint_ids:
            numbers = by_hint[hint]
            if numbers is None:
                numbers = by_hint[hint] = tuple(one for one in self._by_hint[hint] if self._may_match(one, event))
            wanted.update(numbers)
        return sorted(wanted)

    def _may_match(self, number: int, event: Event) -> bool:
        """Say whether a regex is for lines of an event's writer."""
        pattern = self._searches[number].pattern
        if event.source not in pattern.sources:
            return False
        return not pattern.platforms or event.platform in pattern.platforms or event.platform == "plain"


def _spellings(hint: str) -> tuple[str, ...]:
    """Give the ways in which a hint can stand in a line: a message inside of JSON has its quotes escaped."""
    return (hint, hint.replace('"', '\\"')) if '"' in hint else (hint,)


def _settled(found: Sequence[tuple[Pattern, Match]]) -> list[Match]:
    """Leave out the matches of patterns that yield to others that matched as well."""
    ids = {pattern.id for pattern, _ in found}
    made = {pattern.states for pattern, _ in found if not pattern.fallback}
    return [
        match
        for pattern, match in found
        if not ids.intersection(pattern.unless) and not (pattern.fallback and pattern.states in made)
    ]


def _typed(text: str, is_integer: bool) -> Value:
    """Turn captured text into the declared type; text that does not fit stays text."""
    if is_integer:
        try:
            return int(text)
        except ValueError:
            return text[:LONGEST_VALUE]
    return text[:LONGEST_VALUE].strip()
