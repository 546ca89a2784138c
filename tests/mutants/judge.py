"""Asks the judge of `loganalyzer check` about a mutant: the pattern's own samples, and those of all others that it can touch."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

import regex

from loganalyzer.library import Library, Matcher, Pattern
from loganalyzer.library.plans import Search
from loganalyzer.library.samples import Sample, read_samples
from loganalyzer.model import Event
from loganalyzer.selfcheck import judge_sample, parse_sample

__all__ = ["Judge", "Outcome", "Prepared"]


@dataclass(frozen=True, slots=True)
class Prepared:
    """A sample, parsed once.

    Attributes:
        pattern: id of the pattern that it belongs to.
        sample: the sample.
        event: the event of its line.
        hints: numbers of the hints that stand in the line.
    """

    pattern: str
    sample: Sample
    event: Event
    hints: frozenset[int]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What the judge says of one mutant.

    Attributes:
        is_caught: whether the check finds a problem.
        by: the first problem; empty when there is none.
    """

    is_caught: bool
    by: str


class Judge:
    """The samples of a library, ready to be asked about changed regexes."""

    def __init__(self, library: Library) -> None:
        """Read and parse every sample."""
        self.library = library
        self.matcher = Matcher(library)
        self._by_pattern: defaultdict[str, list[Prepared]] = defaultdict(list)
        self._by_hint: defaultdict[str, list[Prepared]] = defaultdict(list)
        for pattern in library.patterns:
            for sample in read_samples(Path(pattern.path).with_suffix(".log"))[0]:
                self.add(pattern.id, sample)

    def prepare(self, pattern: str, sample: Sample) -> Prepared:
        """Parse a sample of a pattern."""
        event = parse_sample(sample)
        lowered = event.text.lower()
        hints = frozenset(number for number, hint in enumerate(self.matcher.hints) if hint in lowered)
        return Prepared(pattern, sample, event, hints)

    def add(self, pattern: str, sample: Sample) -> None:
        """Take one more sample of a pattern."""
        prepared = self.prepare(pattern, sample)
        self._by_pattern[pattern].append(prepared)
        for number in prepared.hints:
            self._by_hint[self.matcher.hints[number]].append(prepared)

    def samples(self, pattern: str) -> list[Prepared]:
        """Give the samples of a pattern."""
        return self._by_pattern[pattern]

    def ask(self, pattern: Pattern, number: int, source: str) -> Outcome:
        """Say whether the samples notice that a rule of a pattern has another regex."""
        try:
            regex.compile(source)
        except regex.error as error:
            return Outcome(is_caught=True, by=f"does not compile: {error}")
        rules = list(pattern.rules)
        rules[number] = replace(rules[number], regex=source)
        wrong = replace(pattern, rules=tuple(rules))
        index = self.library.index
        place = index.first[index.ids.index(pattern.id)] + number
        self._replace(place, Search(wrong, rules[number], dict(self.library.words.types)))
        try:
            by = self._own_problem(wrong) or self._problem_elsewhere(wrong, rules[number].hint)
        finally:
            self._replace(place, None)
        return Outcome(bool(by), by)

    def _replace(self, place: int, search: Search | None) -> None:
        """Put a regex in place of the library's own, or that one again; the matcher's plans hold the one before."""
        if search is None:
            self.matcher._searches.pop(place, None)
        else:
            self.matcher._searches[place] = search
        self.matcher._plans.clear()

    def _own_problem(self, pattern: Pattern) -> str:
        """Give the first problem of a pattern with its own samples."""
        used: set[int] = set()
        for prepared in self._by_pattern[pattern.id]:
            problem = self._problem(prepared, pattern, used)
            if problem:
                return problem
        unused = set(range(len(pattern.rules))) - used
        return f"regex {min(unused) + 1} has no sample" if unused else ""

    def _problem_elsewhere(self, pattern: Pattern, hint: str) -> str:
        """Give the first problem of other patterns' samples in which the hint stands."""
        found: Iterable[Prepared] = self._by_hint[hint]
        others = (one for one in found if one.pattern != pattern.id)
        return next(filter(None, (self._problem(one, self.library.by_id[one.pattern], set()) for one in others)), "")

    def _problem(self, prepared: Prepared, pattern: Pattern, used: set[int]) -> str:
        """Give the first problem with one sample."""
        matches = self.matcher.match(prepared.event, prepared.hints)
        problems = judge_sample(prepared.sample, pattern, prepared.event, matches, used)
        return str(problems[0]) if problems else ""
