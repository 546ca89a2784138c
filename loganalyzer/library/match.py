"""Matcher: an event and the hints that its line contains become matches.

Regexes are compiled on first need and run with a time limit, so that no line can stall the analysis; a regex that
runs out of time counts as not matched and is counted.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable

import regex

from loganalyzer.library.load import Library
from loganalyzer.library.schema import Pattern
from loganalyzer.model import Event, Match, Value

__all__ = ["Matcher"]

TIME_LIMIT_S = 0.25
LONGEST_MESSAGE = 8192
LONGEST_VALUE = 300


class Matcher:
    """The library, ready to be asked.

    Attributes:
        hints: the distinct literals, lower case, in the order of their ids for the scanner.
        timeouts: pattern id → how often its regex ran out of time.
    """

    def __init__(self, library: Library) -> None:
        """Index the rules by their hints; nothing is compiled yet."""
        self.library = library
        by_hint: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
        for position, pattern in enumerate(library.patterns):
            for number, rule in enumerate(pattern.rules):
                by_hint[rule.hint].append((position, number))
        self.hints: tuple[str, ...] = tuple(sorted(by_hint))
        self._rules_by_hint = tuple(tuple(by_hint[hint]) for hint in self.hints)
        self._compiled: dict[tuple[int, int], regex.Pattern[str]] = {}
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
        candidates = sorted({rule for number in hint_ids for rule in self._rules_by_hint[number]})
        message = event.message[:LONGEST_MESSAGE]
        found: list[tuple[Pattern, Match]] = []
        done = -1
        for position, number in candidates:
            if position == done:
                continue
            pattern = self.library.patterns[position]
            if event.source not in pattern.sources:
                continue
            if pattern.platforms and event.platform not in pattern.platforms and event.platform != "plain":
                continue
            values = self._search(position, number, message)
            if values is not None:
                done = position
                found.append((pattern, Match(pattern.id, pattern.states, event, {**pattern.gives, **values})))
        ids = {pattern.id for pattern, _ in found}
        made = {pattern.states for pattern, _ in found if not pattern.fallback}
        return [
            match
            for pattern, match in found
            if not ids.intersection(pattern.unless) and not (pattern.fallback and pattern.states in made)
        ]

    def _search(self, position: int, number: int, message: str) -> dict[str, Value] | None:
        """Run one regex; give its captured values, or None where it does not match."""
        compiled = self._compiled.get((position, number))
        if compiled is None:
            compiled = regex.compile(self.library.patterns[position].rules[number].regex)
            self._compiled[position, number] = compiled
        try:
            found = compiled.search(message, timeout=TIME_LIMIT_S)
        except TimeoutError:
            self.timeouts[self.library.patterns[position].id] += 1
            return None
        if found is None:
            return None
        types = self.library.words.types
        return {
            name: _typed(text, types.get(name, "text"))
            for name, text in found.groupdict().items()
            if text is not None and text != ""
        }


def _typed(text: str, kind: str) -> Value:
    """Turn captured text into the declared type; text that does not fit stays text."""
    if kind == "integer":
        try:
            return int(text)
        except ValueError:
            return text[:LONGEST_VALUE]
    return text[:LONGEST_VALUE].strip()
