"""Matcher: an event and the hints that its line contains become matches.

Regexes are compiled on first need and run with a time limit, so that no line can stall the analysis; a regex that
runs out of time counts as not matched and is counted. There is no need where a message lacks a literal that the regex
requires.

Most lines of a busy log say what lines before them said, with other numbers. So what a regex that treats all digits
alike finds in a message is remembered for all messages that differ from it in digits alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

import regex

from loganalyzer.library.digits import ALIKE, treats_digits_alike
from loganalyzer.library.literals import Clause, may_match, required_literals
from loganalyzer.library.load import Library
from loganalyzer.library.schema import Pattern, Rule
from loganalyzer.model import Event, Match, Value

__all__ = ["Matcher"]

TIME_LIMIT_S = 0.25
LONGEST_MESSAGE = 8192
LONGEST_VALUE = 300

MOST_PLANS = 4096
"""How many combinations of writer and hints are remembered; beyond that it starts anew."""

MOST_FORMS = 4096
"""How many messages are remembered without their digits, likewise."""

LONGEST_FORM = 1024
"""Characters of the longest message that is remembered so."""

LEAST_ASKED = 16
"""Messages from which on it pays to remember: a short log is over by then."""

Spans = tuple[tuple[str, bool, int, int], ...]
"""What a regex captured: name, whether it is an integer, start and end in the message."""


class _Search:
    """One regex of a pattern, compiled when it is first needed."""

    __slots__ = ("_readers", "_search", "_types", "pattern", "required", "source")

    def __init__(self, pattern: Pattern, rule: Rule, types: dict[str, str]) -> None:
        """Compile nothing yet."""
        self.pattern = pattern
        self.source = rule.regex
        self.required: tuple[Clause, ...] = required_literals(rule.regex, rule.hint)
        self._types = types
        self._search: Callable[..., regex.Match[str] | None] | None = None
        self._readers: tuple[tuple[str, int, bool], ...] = ()

    def find(self, message: str) -> Spans | None:
        """Give what is captured, or None where the regex does not match. Raises TimeoutError."""
        if self._search is None:
            compiled = regex.compile(self.source)
            self._search = compiled.search
            self._readers = tuple(
                (name, group, self._types.get(name) == "integer") for name, group in compiled.groupindex.items()
            )
        found = self._search(message, timeout=TIME_LIMIT_S)
        if found is None:
            return None
        return tuple((name, is_integer, *found.span(group)) for name, group, is_integer in self._readers)


Found = tuple[_Search, Spans | None]


class _Plan:
    """The regexes that may match events of one writer with certain hints.

    Attributes:
        open: all of them, in the order of their patterns, with None for what they find.
        asked: how many messages they were asked about.
        known: message with its digits made alike → those of the regexes that match it, with what they find, and those
            that must look at each message by itself, with None.
    """

    __slots__ = ("_alike", "asked", "known", "open")

    def __init__(self, searches: Iterable[_Search]) -> None:
        """Know nothing yet."""
        self.open = tuple((search, None) for search in searches)
        self.asked = 0
        self.known: dict[str, tuple[Found, ...]] = {}
        self._alike: tuple[bool, ...] = ()

    def alike(self) -> tuple[bool, ...]:
        """Say of each regex whether it treats all digits alike."""
        if not self._alike:
            self._alike = tuple(treats_digits_alike(search.source) for search, _ in self.open)
        return self._alike


class Matcher:
    """The library, ready to be asked.

    Attributes:
        hints: the distinct literals, lower case, in the order of their ids for the scanner; those with a double quote
            also as JSON writes them.
        timeouts: pattern id → how often its regex ran out of time.
    """

    def __init__(self, library: Library) -> None:
        """Compile nothing yet."""
        self.library = library
        self.hints = library.index.hints
        self._types = dict(library.words.types)
        self._searches: dict[int, _Search] = {}
        self._by_pattern: dict[str, list[_Search]] = {}
        self._by_writer: dict[tuple[str, str], list[tuple[int, ...] | None]] = {}
        self._plans: dict[tuple[str, str, frozenset[int]], _Plan] = {}
        self._forms = 0
        self.timeouts: defaultdict[str, int] = defaultdict(int)

    def match(self, event: Event, hint_ids: frozenset[int] | None = None) -> list[Match]:
        """Give the matches of an event, in the order of the pattern ids.

        Args:
            event: the line.
            hint_ids: positions in `hints` that the line contains; None looks for all of them.
        """
        if hint_ids is None:
            lowered = event.text.lower()
            hint_ids = frozenset(number for number, hint in enumerate(self.hints) if hint in lowered)
        if not hint_ids:
            return []
        message = event.message[:LONGEST_MESSAGE]
        lowered = message.lower()
        found: list[tuple[Pattern, Match]] = []
        done: Pattern | None = None
        for search, known in self._find_all(self._plan(event, hint_ids), message, lowered):
            pattern = search.pattern
            if pattern is done:
                continue
            spans = self._find(search, message, lowered) if known is None else known
            if spans is not None:
                done = pattern
                found.append((pattern, _make_match(pattern, event, message, spans)))
        return _settled(found) if len(found) > 1 else [match for _, match in found]

    def match_pattern(self, event: Event, pattern_id: str) -> Match | None:
        """Give the match of one pattern, whether or not it yields to another; None where it does not match."""
        searches = self._by_pattern.get(pattern_id)
        if searches is None:
            index = self.library.index
            place = index.ids.index(pattern_id)
            first = index.first[place]
            rules = self.library.patterns[place].rules
            searches = self._by_pattern[pattern_id] = [self._search(first + number) for number in range(len(rules))]
        message = event.message[:LONGEST_MESSAGE]
        lowered = message.lower()
        for search in searches:
            spans = self._find(search, message, lowered)
            if spans is not None:
                return _make_match(search.pattern, event, message, spans)
        return None

    def _search(self, number: int) -> _Search:
        """Give a rule's regex."""
        search = self._searches.get(number)
        if search is None:
            index = self.library.index
            place = index.owners[number]
            pattern = self.library.patterns[place]
            rule = pattern.rules[number - index.first[place]]
            search = self._searches[number] = _Search(pattern, rule, self._types)
        return search

    def _find(self, search: _Search, message: str, lowered: str) -> Spans | None:
        """Run one regex within its time, on a message that is also given in lower case."""
        if not may_match(search.required, lowered):
            return None
        try:
            return search.find(message)
        except TimeoutError:
            self.timeouts[search.pattern.id] += 1
            return None

    def _find_all(self, plan: _Plan, message: str, lowered: str) -> Sequence[Found]:
        """Give the regexes of a plan that match a message, with what they find; and those that are still to be run."""
        plan.asked += 1
        if plan.asked < LEAST_ASKED or len(message) > LONGEST_FORM:
            return plan.open
        form = message.translate(ALIKE)
        known = plan.known.get(form)
        return self._learn(plan, form, message, lowered) if known is None else known

    def _learn(self, plan: _Plan, form: str, message: str, lowered: str) -> Sequence[Found]:
        """Run the regexes that treat all digits alike, and remember what they find."""
        timeouts = sum(self.timeouts.values())
        found: list[Found] = []
        for (search, _), is_alike in zip(plan.open, plan.alike(), strict=True):
            spans = self._find(search, message, lowered) if is_alike else None
            if spans is not None or not is_alike:
                found.append((search, spans))
        if sum(self.timeouts.values()) == timeouts:
            self._remember(plan, form, tuple(found))
        return found

    def _remember(self, plan: _Plan, form: str, found: tuple[Found, ...]) -> None:
        """Remember what is found in messages of a form."""
        if self._forms >= MOST_FORMS:
            for one in self._plans.values():
                one.known.clear()
            self._forms = 0
        self._forms += 1
        plan.known[form] = found

    def _plan(self, event: Event, hint_ids: frozenset[int]) -> _Plan:
        """Give the regexes that may match an event, in the order of their patterns."""
        key = event.source, event.platform, hint_ids
        plan = self._plans.get(key)
        if plan is None:
            plan = _Plan(self._search(number) for number in self._candidates(event, hint_ids))
            if len(self._plans) >= MOST_PLANS:
                self._plans.clear()
                self._forms = 0
            self._plans[key] = plan
        return plan

    def _candidates(self, event: Event, hint_ids: Iterable[int]) -> Sequence[int]:
        """Give the places of the regexes that may match an event, rising."""
        writer = event.source, event.platform
        by_hint = self._by_writer.get(writer)
        if by_hint is None:
            by_hint = self._by_writer[writer] = [None] * len(self.hints)
        wanted: set[int] = set()
        for hint in hint_ids:
            numbers = by_hint[hint]
            if numbers is None:
                rules = self.library.index.rules[hint]
                numbers = by_hint[hint] = tuple(one for one in rules if self._may_match(one, event))
            wanted.update(numbers)
        return sorted(wanted)

    def _may_match(self, number: int, event: Event) -> bool:
        """Say whether a regex is for lines of an event's writer."""
        pattern = self.library.patterns[self.library.index.owners[number]]
        if event.source not in pattern.sources:
            return False
        return not pattern.platforms or event.platform in pattern.platforms or event.platform == "plain"


def _make_match(pattern: Pattern, event: Event, message: str, spans: Spans) -> Match:
    """Make the match of a pattern out of what one of its regexes found in a message."""
    values = dict(pattern.gives)
    for name, is_integer, start, end in spans:
        if start >= 0 and end > start:
            values[name] = _typed(message[start:end], is_integer)
    return Match(pattern.id, pattern.states, event, values)


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
