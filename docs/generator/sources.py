"""What the pages are made from: the knowledge, the fixes, the pattern library and the example logs."""

from __future__ import annotations

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from loganalyzer.diagnosis.fixes import read_fixes
from loganalyzer.ingesters import parse
from loganalyzer.knowledge import Entry, all_entries
from loganalyzer.library import Library, Matcher, load
from loganalyzer.model import Line, Match
from loganalyzer.outcome import Analysis
from loganalyzer.pipeline import Settings, analyze
from loganalyzer.text import strip_ansi

__all__ = ["ROOT", "Example", "Sources", "load_sources"]

ROOT = Path(__file__).resolve().parents[2]
"""Folder of the checkout."""

FEWEST_LINES = 8
"""A shorter log shows little, and is taken only when there is no other."""


@dataclass(frozen=True)
class Example:
    """A whole log that shows one verdict.

    Attributes:
        path: the log, below the checkout.
        platform: its platform.
        cause: the verdict that it is kept for.
        is_sample: whether it lies in sample_logs, for people to try.
    """

    path: Path
    platform: str
    cause: str
    is_sample: bool


@dataclass(frozen=True)
class Sources:
    """Everything that the pages are made from.

    Attributes:
        library: the shipped patterns.
        matcher: the same, ready to be asked.
        entries: the causes, the other verdicts and the words of the platforms.
        fixes: the changes that mend causes, as they stand in fixes.toml.
        examples: example logs by the verdict they show; those for people to try first, then by length.
        statements: word → meaning of what a pattern may state.
        values: name → type and meaning of what a pattern may capture.
    """

    library: Library
    matcher: Matcher
    entries: tuple[Entry, ...]
    fixes: list[dict[str, Any]]
    examples: Mapping[str, tuple[Example, ...]]
    statements: Mapping[str, str]
    values: Mapping[str, Mapping[str, str]]

    def matches(self, line: str) -> list[Match]:
        """Give the patterns that hold for one line."""
        return self.matcher.match(parse(Line(1, strip_ansi(line))))

    def analyze(self, example: Example) -> Analysis:
        """Run the program on an example, as from the folder of the checkout."""
        with contextlib.chdir(ROOT):
            return analyze(Settings(paths=(example.path.relative_to(ROOT).as_posix(),)), self.library)


def load_sources(library: Library | None = None) -> Sources:
    """Read everything that the pages are made from.

    Args:
        library: the shipped patterns, where they are loaded already.
    """
    library = library or load()
    words = yaml.safe_load((ROOT / "patterns" / "vocabulary.yaml").read_text(encoding="utf-8"))
    return Sources(
        library,
        Matcher(library),
        all_entries(),
        read_fixes(),
        _find_examples(),
        dict(words["statements"]),
        dict(words["values"]),
    )


def _find_examples() -> dict[str, tuple[Example, ...]]:
    """Find the logs of sample_logs and of the cases."""
    found: list[tuple[int, int, Example]] = []
    for path in (ROOT / "sample_logs").glob("*.log"):
        platform, _, cause = path.stem.partition("-")
        found.append((0, path.stat().st_size, Example(path, platform, cause, is_sample=True)))
    for label in (ROOT / "tests" / "cases").glob("*/*/case.yaml"):
        log = label.with_name("log.txt")
        cause = yaml.safe_load(label.read_text(encoding="utf-8"))["cause"]
        is_short = len(log.read_bytes().splitlines()) < FEWEST_LINES
        found.append((1 + is_short, log.stat().st_size, Example(log, label.parts[-3], cause, is_sample=False)))
    ordered = [example for _, _, example in sorted(found, key=lambda one: (*one[:2], one[2].path.as_posix()))]
    causes = sorted({example.cause for example in ordered})
    return {cause: tuple(example for example in ordered if example.cause == cause) for cause in causes}
