"""Runs mutants of the library past the judge and adds up what became of them."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from loganalyzer.library import Library, Pattern
from tests.mutants.equivalent import why_equivalent
from tests.mutants.judge import Judge
from tests.mutants.mutate import KINDS, Mutant, mutants_of

__all__ = ["Survivor", "Tally", "all_mutants", "run"]


@dataclass(frozen=True, slots=True)
class Survivor:
    """A mutant that no sample notices: its pattern, the number of its rule, and itself."""

    pattern: Pattern
    number: int
    mutant: Mutant


@dataclass
class Tally:
    """What became of the mutants.

    Attributes:
        made: kind → mutants that the samples could notice.
        caught: kind → of them those that they did notice.
        equivalent: reason → mutants that mean the same as the regex and are not counted in `made`.
        survivors: those that nobody noticed.
    """

    made: Counter[str] = field(default_factory=Counter)
    caught: Counter[str] = field(default_factory=Counter)
    equivalent: Counter[str] = field(default_factory=Counter)
    survivors: list[Survivor] = field(default_factory=list)

    @property
    def share(self) -> float:
        """Give the share of caught mutants, 0 to 1."""
        return self.caught.total() / max(1, self.made.total())

    def describe(self) -> str:
        """Write the shares by kind, the whole last."""
        lines = [f"{'mutant':<12}{'made':>7}{'caught':>8}{'share':>8}"]
        for kind in (kind for kind in KINDS if self.made[kind]):
            made, caught = self.made[kind], self.caught[kind]
            lines.append(f"{kind:<12}{made:>7}{caught:>8}{caught / made:>8.1%}  {KINDS[kind]}")
        lines.append(f"{'all':<12}{self.made.total():>7}{self.caught.total():>8}{self.share:>8.1%}")
        lines += [f"{count:>7} left out: {reason}" for reason, count in self.equivalent.most_common()]
        return "\n".join(lines)


def all_mutants(library: Library, only: str = "") -> list[Survivor]:
    """Give every mutant of the patterns whose `family/id` contains a text."""
    return [
        Survivor(pattern, number, mutant)
        for pattern in library.patterns
        if only in f"{pattern.family}/{pattern.id}"
        for number, rule in enumerate(pattern.rules)
        for mutant in mutants_of(rule.regex)
    ]


def chosen(mutants: Sequence[Survivor], count: int, seed: int) -> list[Survivor]:
    """Choose some mutants at random, the same for the same seed; all of them when count is 0."""
    if not count or count >= len(mutants):
        return list(mutants)
    picks = sorted(random.Random(seed).sample(range(len(mutants)), count))
    return [mutants[pick] for pick in picks]


def run(judge: Judge, count: int, seed: int, only: str = "") -> Tally:
    """Ask the judge about mutants of its library.

    Args:
        judge: the samples.
        count: how many mutants; 0 for all.
        seed: which ones.
        only: patterns whose `family/id` contains this.
    """
    tally = Tally()
    for one in chosen(all_mutants(judge.library, only), count, seed):
        if judge.ask(one.pattern, one.number, one.mutant.source).is_caught:
            tally.made[one.mutant.kind] += 1
            tally.caught[one.mutant.kind] += 1
            continue
        reason = why_equivalent(one.mutant, one.pattern.rules[one.number])
        if reason:
            tally.equivalent[reason] += 1
            continue
        tally.made[one.mutant.kind] += 1
        tally.survivors.append(one)
    return tally
