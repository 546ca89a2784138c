"""Runs the analyzer over scenarios and compares what it says with what is expected."""

from __future__ import annotations

import io
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from loganalyzer.diagnosis import diagnose
from loganalyzer.outcome import Analysis, Report
from loganalyzer.pipeline import Settings, Summarizer, summarize_blocks
from loganalyzer.reading import read_stream

from .model import Scenario
from .reliability import Reliability

__all__ = ["Judge", "Tally", "is_right", "matching_facts"]

SAME = (
    frozenset({"*", "0.0.0.0", "::", "[::]", "any", "all addresses", "+"}),
    frozenset({"localhost", "127.0.0.1", "::1", "[::1]"}),
)
"""Addresses that mean the same."""


class Judge:
    """The analyzer with its library loaded once."""

    def __init__(self) -> None:
        """Load and compile the library."""
        self.summarizer = Summarizer(Settings())

    def report(self, log: str | bytes) -> Report:
        """Analyse a log as a pipe or a file would be."""
        data = log.encode() if isinstance(log, str) else log
        blocks = list(read_stream(io.BytesIO(data).read, "-"))
        reports = diagnose([("-", summarize_blocks(blocks, self.summarizer))])
        return Analysis(tuple(reports)).worst


def is_right(scenario: Scenario, report: Report, *, strictly: bool = False) -> bool:
    """Say whether the verdict is the expected one, or unless *strictly* another that the log bears."""
    return report.verdict.cause == scenario.cause or (not strictly and report.verdict.cause in scenario.acceptable)


def matching_facts(scenario: Scenario, report: Report) -> dict[str, bool]:
    """Say for each expected fact whether the verdict states it."""
    return {name: _states(name, wanted, report.verdict.facts) for name, wanted in scenario.facts.items()}


def _states(name: str, wanted: Any, facts: Mapping[str, Any]) -> bool:
    """Compare one fact: a list must be contained, of a tuple any value will do."""
    given = facts.get(name)
    if given is None:
        return False
    if isinstance(wanted, list):
        return set(wanted) <= set(given)
    return any(_same(str(one).lower(), str(given).lower()) for one in wanted)


def _same(one: str, other: str) -> bool:
    """Compare two values as text; addresses by what they mean."""
    return one == other or any(one in group and other in group for group in SAME)


@dataclass
class Tally:
    """What came of a run over many scenarios.

    Attributes:
        confusion: (expected cause, verdict) → how many.
        rights: expected cause → (right, all).
        facts: name → (stated, expected).
        reliability: how often verdicts stated with a confidence are right.
        misses: scenarios that were judged wrongly, with the verdict.
        wrong_facts: scenarios whose verdict states a fact wrongly or not at all, with its name.
    """

    confusion: Counter[tuple[str, str]] = field(default_factory=Counter)
    rights: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    facts: dict[str, list[int]] = field(default_factory=lambda: defaultdict(lambda: [0, 0]))
    reliability: Reliability = field(default_factory=Reliability)
    misses: list[tuple[Scenario, Report]] = field(default_factory=list)
    wrong_facts: list[tuple[Scenario, str, Report]] = field(default_factory=list)

    def add(self, scenario: Scenario, report: Report) -> None:
        """Count one scenario."""
        right = is_right(scenario, report)
        verdict = report.verdict
        self.confusion[scenario.cause, verdict.cause] += 1
        _count(self.rights[scenario.cause], right)
        self.reliability.add(verdict, scenario.cause, scenario.acceptable)
        if not right:
            self.misses.append((scenario, report))
            return
        for name, stated in matching_facts(scenario, report).items():
            _count(self.facts[name], stated)
            if not stated:
                self.wrong_facts.append((scenario, name, report))

    @property
    def share_right(self) -> float:
        """Give the share of right verdicts."""
        return _share(self.rights.values())

    @property
    def share_of_facts(self) -> float:
        """Give the share of expected facts that right verdicts state."""
        return _share(self.facts.values())

    def describe(self, *, misses: int = 40) -> str:
        """Write the tally out: shares by cause, confusion, facts, reliability, and the first misses."""
        lines = [
            f"right: {self.share_right:.1%}   facts: {self.share_of_facts:.1%}",
            "",
            "expected cause: right of all, and what was said instead",
        ]
        for cause, (right, count) in sorted(self.rights.items()):
            others = ", ".join(
                f"{said} {times}"
                for (wanted, said), times in self.confusion.most_common()
                if wanted == cause and said != cause
            )
            lines.append(f"  {cause:26} {right:4}/{count:<4} {others}")
        lines += [
            "",
            "facts: stated of expected",
            *(f"  {name:26} {stated:4}/{count}" for name, (stated, count) in sorted(self.facts.items())),
        ]
        lines += ["", *self.reliability.describe()]
        if misses and self.misses:
            lines += ["", "misses:"]
        for scenario, report in self.misses[:misses]:
            lines.append(
                f"  {scenario.id}: {scenario.cause} expected, {report.verdict.cause} ({report.verdict.confidence}) said"
            )
            lines += [f"      {line[:160]}" for line in scenario.text.splitlines()[:2]]
        return "\n".join(lines)


def _count(pair: list[int], hit: bool) -> None:
    """Count one of a pair of (hits, all)."""
    pair[0] += hit
    pair[1] += 1


def _share(pairs: Iterable[list[int]]) -> float:
    """Give hits of all; 1 for nothing."""
    known = list(pairs)
    count = sum(pair[1] for pair in known)
    return sum(pair[0] for pair in known) / count if count else 1.0
