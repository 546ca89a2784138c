"""Reliability: how often verdicts that are stated with a confidence are right."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field

from loganalyzer.outcome import Finding

__all__ = ["Bin", "Reliability"]

SHARED = 0.5
"""A log that bears several causes does not tell which one it was: a verdict that is another of them counts half."""


@dataclass
class Bin:
    """Verdicts whose confidence is in one tenth.

    Attributes:
        count: how many.
        confidence: the sum of their confidences.
        right: how many are right; one of several that the log bears counts half.
        borne: how many the log bears.
    """

    count: int = 0
    confidence: float = 0.0
    right: float = 0.0
    borne: int = 0

    @property
    def gap(self) -> float:
        """Give how far the mean confidence is above the share that is right."""
        return (self.confidence - self.right) / self.count


@dataclass
class Reliability:
    """Verdicts by tenths of their confidence.

    Attributes:
        bins: tenth → what is in it.
    """

    bins: dict[int, Bin] = field(default_factory=lambda: defaultdict(Bin))

    def add(self, verdict: Finding, cause: str, acceptable: Collection[str] = ()) -> None:
        """Count a verdict over a log with a known cause, and others that the log bears."""
        tenth = self.bins[min(int(verdict.confidence * 10), 9)]
        tenth.count += 1
        tenth.confidence += verdict.confidence
        if verdict.cause == cause:
            tenth.right += 1
        elif verdict.cause in acceptable:
            tenth.right += SHARED
        tenth.borne += verdict.cause == cause or verdict.cause in acceptable

    def describe(self) -> list[str]:
        """Write the table out."""
        lines = [
            "| confidence | verdicts | mean confidence | share right | share that the log bears |",
            "| --- | ---: | ---: | ---: | ---: |",
        ]
        for tenth, one in sorted(self.bins.items()):
            mean, right, borne = one.confidence / one.count, one.right / one.count, one.borne / one.count
            span = f"{tenth / 10:.1f} to {tenth / 10 + 0.1:.1f}"
            lines.append(f"| {span} | {one.count} | {mean:.2f} | {right:.2f} | {borne:.2f} |")
        return lines
