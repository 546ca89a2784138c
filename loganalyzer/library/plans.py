"""Plans: the regexes that may match messages of one writer with certain hints.

Regexes are compiled on first need and run with a time limit, so that no line can stall the analysis.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

import regex

from loganalyzer.library.digits import treats_digits_alike
from loganalyzer.library.literals import Clause, required_literals
from loganalyzer.library.schema import Pattern, Rule

__all__ = ["TIME_LIMIT_S", "Found", "FoundPattern", "Plan", "Search", "Spans", "Writer"]

TIME_LIMIT_S = 0.25

Spans = tuple[tuple[str, bool, int, int], ...]
"""What a regex captured: name, whether it is an integer, start and end in the message."""


class Search:
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
        """Give what is captured in a message, or None where the regex does not match. Raises TimeoutError."""
        if self._search is None:
            compiled = regex.compile(self.source)
            self._search = compiled.search
            self._readers = tuple(
                (name, group, self._types.get(name) == "integer") for name, group in compiled.groupindex.items()
            )
        found = self._search(message, timeout=TIME_LIMIT_S)
        if found is None:
            return None
        return tuple([(name, is_integer, *found.span(group)) for name, group, is_integer in self._readers])


Found = tuple[Search, Spans | None]
FoundPattern = tuple[Pattern, Spans]
Writer = tuple[str, str]
"""Source and platform of an event."""


class Plan:
    """The regexes that may match events of one writer with certain hints.

    Attributes:
        open: all of them, in the order of their patterns, with None for what they find.
        asked: how many messages they were asked about.
        learned: how many of them differed from those before in more than digits.
        pays: whether there are few enough of these for it to pay to remember.
        known: message with its digits made alike → those of the regexes that match it, with what they find, and those
            that must look at each message by itself, with None.
    """

    __slots__ = ("_alike", "asked", "known", "learned", "open", "pays")

    def __init__(self, searches: Iterable[Search]) -> None:
        """Know nothing yet."""
        distinct = {(search.pattern.id, search.source): search for search in searches}
        self.open = tuple((search, None) for search in distinct.values())
        self.asked = 0
        self.learned = 0
        self.pays = True
        self.known: dict[bytes, tuple[Found, ...]] = {}
        self._alike: tuple[bool, ...] = ()

    def alike(self) -> tuple[bool, ...]:
        """Say of each regex whether it treats all digits alike."""
        if not self._alike:
            self._alike = tuple(treats_digits_alike(search.source) for search, _ in self.open)
        return self._alike
