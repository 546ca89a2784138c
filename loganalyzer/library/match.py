"""Matcher: an event and the hints that its line contains become matches.

Most lines of a busy log say what lines before them said, with other numbers. So what a regex that treats all digits
alike finds in a message is remembered for all messages that differ from it in digits alone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

from loganalyzer.library.digits import ALIKE
from loganalyzer.library.literals import may_match
from loganalyzer.library.load import Library
from loganalyzer.library.plans import Found, FoundPattern, Plan, Search, Spans, Writer
from loganalyzer.library.schema import Pattern
from loganalyzer.model import Event, Match, Value

__all__ = ["Matcher", "make_matches"]

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

LEAST_LEARNED = 512
LEAST_REPEATS = 2
"""After so many messages that differ in more than digits, it no longer pays unless each came so often."""


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
        self._searches: dict[int, Search] = {}
        self._by_pattern: dict[str, list[Search]] = {}
        self._by_writer: dict[Writer | None, list[tuple[int, ...] | None]] = {}
        self._plans: dict[tuple[Writer | None, frozenset[int]], Plan] = {}
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
        return make_matches(self.find((event.source, event.platform), event.message, hint_ids), event)

    def find(self, writer: Writer, message: str, hint_ids: frozenset[int]) -> list[FoundPattern]:
        """Give the patterns that match a message, in the order of their ids, and what they capture.

        Args:
            writer: source and platform of the event.
            message: its message.
            hint_ids: positions in `hints` that its line contains.
        """
        if not hint_ids:
            return []
        message = message[:LONGEST_MESSAGE]
        lowered = message.lower()
        found: list[FoundPattern] = []
        done: Pattern | None = None
        for search, known in self._find_all(self._plan(writer, hint_ids), message, lowered):
            pattern = search.pattern
            if pattern is done:
                continue
            spans = self._find(search, message, lowered) if known is None else known
            if spans is not None:
                done = pattern
                found.append((pattern, spans))
        return _settled(found) if len(found) > 1 else found

    def may_match(self, text: str, hint_ids: frozenset[int]) -> bool:
        """Say whether any pattern may match a message that is a part of a text, whoever wrote it.

        Args:
            text: the line, or what stands behind its time.
            hint_ids: positions in `hints` that it contains.
        """
        lowered = text.lower()
        return any(may_match(search.required, lowered) for search, _ in self._plan(None, hint_ids).open)

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
                return _make_match(search.pattern, event, spans)
        return None

    def _search(self, number: int) -> Search:
        """Give a rule's regex."""
        search = self._searches.get(number)
        if search is None:
            index = self.library.index
            place = index.owners[number]
            pattern = self.library.patterns[place]
            rule = pattern.rules[number - index.first[place]]
            search = self._searches[number] = Search(pattern, rule, self._types)
        return search

    def _find(self, search: Search, message: str, lowered: str) -> Spans | None:
        """Run one regex within its time, where the message has the literals that it requires."""
        if not may_match(search.required, lowered):
            return None
        try:
            return search.find(message)
        except TimeoutError:
            self.timeouts[search.pattern.id] += 1
            return None

    def _find_all(self, plan: Plan, message: str, lowered: str) -> Sequence[Found]:
        """Give the regexes of a plan that match a message, with what they find; and those that are still to be run."""
        plan.asked += 1
        if plan.asked < LEAST_ASKED or not plan.pays or len(message) > LONGEST_FORM:
            return plan.open
        form = message.encode("utf-8", "surrogatepass").translate(ALIKE)
        known = plan.known.get(form)
        return self._learn(plan, form, message, lowered) if known is None else known

    def _learn(self, plan: Plan, form: bytes, message: str, lowered: str) -> Sequence[Found]:
        """Run the regexes that treat all digits alike, and remember what they find."""
        plan.learned += 1
        if plan.learned >= LEAST_LEARNED:
            plan.pays = plan.learned * LEAST_REPEATS < plan.asked
        timeouts = sum(self.timeouts.values())
        found: list[Found] = []
        for (search, _), is_alike in zip(plan.open, plan.alike(), strict=True):
            spans = self._find(search, message, lowered) if is_alike else None
            if spans is not None or not is_alike:
                found.append((search, spans))
        if sum(self.timeouts.values()) == timeouts:
            self._remember(plan, form, tuple(found))
        return found

    def _remember(self, plan: Plan, form: bytes, found: tuple[Found, ...]) -> None:
        """Remember what is found in messages of a form."""
        if self._forms >= MOST_FORMS:
            for one in self._plans.values():
                one.known.clear()
            self._forms = 0
        self._forms += 1
        plan.known[form] = found

    def _plan(self, writer: Writer | None, hint_ids: frozenset[int]) -> Plan:
        """Give the regexes that may match messages of a writer, or of anyone, in the order of their patterns."""
        key = writer, hint_ids
        plan = self._plans.get(key)
        if plan is None:
            plan = Plan(self._search(number) for number in self._candidates(writer, hint_ids))
            if len(self._plans) >= MOST_PLANS:
                self._plans.clear()
                self._forms = 0
            self._plans[key] = plan
        return plan

    def _candidates(self, writer: Writer | None, hint_ids: Iterable[int]) -> Sequence[int]:
        """Give the places of the regexes that may match messages of a writer, rising."""
        by_hint = self._by_writer.get(writer)
        if by_hint is None:
            by_hint = self._by_writer[writer] = [None] * len(self.hints)
        wanted: set[int] = set()
        for hint in hint_ids:
            numbers = by_hint[hint]
            if numbers is None:
                rules = self.library.index.rules[hint]
                numbers = by_hint[hint] = tuple(one for one in rules if writer is None or self._is_for(one, *writer))
            wanted.update(numbers)
        return sorted(wanted)

    def _is_for(self, number: int, source: str, platform: str) -> bool:
        """Say whether a regex is for messages of a writer."""
        pattern = self.library.patterns[self.library.index.owners[number]]
        if source not in pattern.sources:
            return False
        return not pattern.platforms or platform in pattern.platforms or platform == "plain"


def make_matches(found: Iterable[FoundPattern], event: Event) -> list[Match]:
    """Make the matches of what `find` found in the message of an event."""
    return [_make_match(pattern, event, spans) for pattern, spans in found]


def _make_match(pattern: Pattern, event: Event, spans: Spans) -> Match:
    """Make the match of a pattern out of what one of its regexes found in the message of an event."""
    values = dict(pattern.gives)
    for name, is_integer, start, end in spans:
        if start >= 0 and end > start:
            values[name] = _typed(event.message[start:end], is_integer)
    return Match(pattern.id, pattern.states, event, values)


def _settled(found: Sequence[FoundPattern]) -> list[FoundPattern]:
    """Leave out the patterns that yield to others that matched as well."""
    ids = {pattern.id for pattern, _ in found}
    made = {pattern.states for pattern, _ in found if not pattern.fallback}
    return [
        (pattern, spans)
        for pattern, spans in found
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
