"""Analyses a log with a share of the shipped patterns: `python -m benchmarks.part SHARE LOG`."""

from __future__ import annotations

import sys
from dataclasses import replace

from loganalyzer.library import Library, load
from loganalyzer.library.stored import index_of
from loganalyzer.pipeline import Settings, analyze
from loganalyzer.report import render

__all__ = ["part_of"]


def part_of(library: Library, share: float) -> Library:
    """Give a library of a share of the patterns, taken at even distances.

    Args:
        library: the whole.
        share: such as 0.25.
    """
    count = round(len(library.patterns) * share)
    chosen = tuple(library.patterns[place * len(library.patterns) // count] for place in range(count))
    return replace(library, patterns=chosen, index=index_of(chosen), by_id={one.id: one for one in chosen}, own=())


def main() -> None:
    """Analyse, and print the report."""
    share, log = float(sys.argv[1]), sys.argv[2]
    analysis = analyze(Settings(paths=(log,)), part_of(load(), share))
    sys.stdout.write(render(analysis, "text"))


if __name__ == "__main__":
    main()
