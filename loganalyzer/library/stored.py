"""The stored form of a library: an index of its hints, and each pattern by itself, made when it is first asked for.

A short log asks for some tens of the patterns, and making all of them takes longer than analysing it.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, overload

from loganalyzer.library.schema import Pattern, Rule, Vocabulary

__all__ = ["Index", "PatternsById", "StoredPatterns", "index_of", "read_stored", "write_stored"]


@dataclass(frozen=True, slots=True)
class Index:
    """Where the rules of a library are; rules are numbered through all patterns, in their order.

    Attributes:
        ids: the patterns' ids.
        owners: for each rule the place of its pattern.
        hints: the distinct hints, sorted.
        rules: for each hint the numbers of its rules, rising.
        first: for each pattern the number of its first rule.
    """

    ids: tuple[str, ...]
    owners: Sequence[int]
    hints: tuple[str, ...]
    rules: Sequence[Sequence[int]]
    first: Sequence[int]


def index_of(patterns: Sequence[Pattern]) -> Index:
    """Make the index of patterns."""
    owners: list[int] = []
    first: list[int] = []
    by_hint: defaultdict[str, list[int]] = defaultdict(list)
    for place, pattern in enumerate(patterns):
        first.append(len(owners))
        for rule in pattern.rules:
            for spelling in _spellings(rule.hint):
                by_hint[spelling].append(len(owners))
            owners.append(place)
    hints = tuple(sorted(by_hint))
    return Index(tuple(pattern.id for pattern in patterns), owners, hints, [by_hint[hint] for hint in hints], first)


class StoredPatterns(Sequence[Pattern]):
    """Patterns in their stored form, which become records one by one."""

    def __init__(self, texts: Sequence[bytes]) -> None:
        """Make nothing yet."""
        self._texts = texts
        self._made: dict[int, Pattern] = {}

    def __len__(self) -> int:
        """Count them."""
        return len(self._texts)

    @overload
    def __getitem__(self, place: int) -> Pattern: ...
    @overload
    def __getitem__(self, place: slice) -> Sequence[Pattern]: ...
    def __getitem__(self, place: int | slice) -> Pattern | Sequence[Pattern]:
        """Give one, or several."""
        if isinstance(place, slice):
            return [self[one] for one in range(len(self))[place]]
        made = self._made.get(place)
        if made is None:
            made = self._made[place] = _pattern(json.loads(self._texts[place]))
        return made

    def __iter__(self) -> Iterator[Pattern]:
        """Give all."""
        return (self[place] for place in range(len(self._texts)))

    def __repr__(self) -> str:
        """Show all, as a tuple does."""
        return repr(tuple(self))


class PatternsById(Mapping[str, Pattern]):
    """Patterns by their ids."""

    def __init__(self, ids: Sequence[str], patterns: Sequence[Pattern]) -> None:
        """Remember where each is."""
        self._places = {name: place for place, name in enumerate(ids)}
        self._patterns = patterns

    def __getitem__(self, name: str) -> Pattern:
        """Give one."""
        return self._patterns[self._places[name]]

    def __iter__(self) -> Iterator[str]:
        """Give the ids."""
        return iter(self._places)

    def __len__(self) -> int:
        """Count them."""
        return len(self._places)


def write_stored(patterns: Sequence[Pattern], own: Sequence[int], words: Vocabulary, index: Index) -> bytes:
    """Write a library: its index in the first line, and each pattern in one of the next.

    Args:
        patterns: the patterns.
        own: places of those that did not come with the program.
        words: the vocabulary.
        index: of the patterns.
    """
    head = {
        "statements": dict(words.statements),
        "types": dict(words.types),
        "own": list(own),
        "ids": index.ids,
        "owners": index.owners,
        "hints": index.hints,
        "rules": index.rules,
        "first": index.first,
    }
    entries = [
        [
            *(one.id, one.title, one.states, one.sources, one.platforms, dict(one.gives), one.unless),
            [[rule.hint, rule.regex, rule.line] for rule in one.rules],
            *(one.written_by, one.limits, one.family, one.path, one.fallback),
        ]
        for one in patterns
    ]
    return "\n".join(json.dumps(one, separators=(",", ":")) for one in (head, *entries)).encode()


def read_stored(data: bytes) -> tuple[StoredPatterns, tuple[int, ...], Vocabulary, Index]:
    """Read what `write_stored` wrote. Raises ValueError or KeyError for anything else."""
    head, *texts = data.split(b"\n")
    raw = json.loads(head)
    index = Index(tuple(raw["ids"]), raw["owners"], tuple(raw["hints"]), raw["rules"], raw["first"])
    if len(texts) != len(index.ids):
        raise ValueError("the index is of another library")
    return StoredPatterns(texts), tuple(raw["own"]), Vocabulary(raw["statements"], raw["types"]), index


def _pattern(entry: list[Any]) -> Pattern:
    """Make a pattern of its stored form."""
    name, title, states, sources, platforms, gives, unless, rules, written_by, limits, family, path, fallback = entry
    return Pattern(
        name,
        title,
        states,
        tuple(sources),
        tuple(platforms),
        gives,
        tuple(unless),
        tuple(Rule(*rule) for rule in rules),
        tuple(written_by),
        limits,
        family,
        path,
        fallback=fallback,
    )


def _spellings(hint: str) -> tuple[str, ...]:
    """Give the ways in which a hint can stand in a line: a message inside of JSON has its quotes escaped."""
    return (hint, hint.replace('"', '\\"')) if '"' in hint else (hint,)
