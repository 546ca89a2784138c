"""`patterns coverage`: how much of a log the patterns know, and which kinds of platform lines they do not."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from loganalyzer.commands.inputs import open_logs
from loganalyzer.commands.layout import INDENT, WIDTH, paragraph, section, table
from loganalyzer.commands.templates import template_of
from loganalyzer.ingesters import parse
from loganalyzer.model import Event, Line
from loganalyzer.pipeline import Settings, Summarizer
from loganalyzer.reading import Block, Source, read_blocks
from loganalyzer.report.layout import shorten
from loganalyzer.summarizing.counting import request_of
from loganalyzer.summarizing.headed import line_spans

__all__ = ["Coverage", "describe_coverage", "measure"]

MOST_TEMPLATES = 20_000
APP = "app"


@dataclass
class Coverage:
    """What was counted.

    Attributes:
        lines: (platform, source) → lines that say something.
        matched: of them those that a pattern matched.
        requests: of the rest those that the traffic counts.
        unmatched: (platform, source, template) → platform lines that nothing knows.
        examples: the same key → name of the input and number of the first such line.
        blank: lines without any text.
    """

    lines: Counter[tuple[str, str]] = field(default_factory=Counter)
    matched: Counter[tuple[str, str]] = field(default_factory=Counter)
    requests: Counter[tuple[str, str]] = field(default_factory=Counter)
    unmatched: Counter[tuple[str, str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str, str], tuple[str, int]] = field(default_factory=dict)
    blank: int = 0

    def count(self, event: Event, is_matched: bool, input_name: str) -> None:
        """Count one line."""
        key = (event.platform, event.source)
        self.lines[key] += 1
        if is_matched:
            self.matched[key] += 1
        elif request_of(event) is not None:
            self.requests[key] += 1
        elif event.source != APP:
            self._remember((*key, template_of(event.message)), (input_name, event.number))

    def _remember(self, key: tuple[str, str, str], place: tuple[str, int]) -> None:
        """Count a line that nothing knows; of too many kinds those seen once are forgotten."""
        self.unmatched[key] += 1
        self.examples.setdefault(key, place)
        if len(self.unmatched) > MOST_TEMPLATES:
            for rare in [one for one, count in self.unmatched.items() if count == 1]:
                del self.unmatched[rare], self.examples[rare]


def describe_coverage(logs: tuple[str, ...], platform: str | None, patterns: tuple[Path, ...], top: int) -> str:
    """Measure logs and write the result.

    Args:
        logs: inputs; `-` is standard input.
        platform: the platform that the user named; None to find out.
        patterns: folders with the user's own patterns.
        top: how many kinds of unmatched lines are shown.

    Raises:
        InputError: a log cannot be read.
        LibraryError: the patterns cannot be used.
    """
    coverage = Coverage()
    measure(open_logs(logs), Summarizer(Settings(logs, platform=platform, patterns=patterns)), coverage)
    total = coverage.lines.total()
    blank = f", {coverage.blank} blank" if coverage.blank else ""
    lines = [f"{total} line{'s' if total != 1 else ''}{blank}"]
    if total:
        lines += section("What the patterns know, by source", _share_lines(coverage))
    lines += section("Platform lines that nothing knows, the most frequent first", _template_lines(coverage, top))
    return "\n".join(lines) + "\n"


def measure(
    sources: Iterable[Source],
    summarizer: Summarizer,
    coverage: Coverage,
    is_wanted: Callable[[Event], bool] = lambda _: True,
) -> None:
    """Ask the patterns about every line of some inputs.

    Args:
        sources: the inputs.
        summarizer: the library and how to read.
        coverage: what the lines are counted in.
        is_wanted: whether a line counts.

    Raises:
        InputError: an input cannot be read.
    """
    for source in sources:
        before = 0
        for block in read_blocks(source, block_bytes=summarizer.settings.block_bytes):
            for event, hints in _events(block, before, summarizer):
                if not is_wanted(event):
                    continue
                if not event.message.strip():
                    coverage.blank += 1
                    continue
                is_matched = bool(hints) and bool(summarizer.matcher.match(event, hints))
                coverage.count(event, is_matched, source.name)
            before += block.raw_lines


def _events(block: Block, before: int, summarizer: Summarizer) -> Iterator[tuple[Event, frozenset[int]]]:
    """Parse every line of a block; give it with the hints that stand in it."""
    hints = {candidate.line: candidate.hints for candidate in summarizer.scanner.scan(block.data)}
    for position, (start, end) in enumerate(line_spans(block.data)):
        number = block.numbers[position] if block.numbers else position + 1
        line = Line(before + number, block.data[start:end].decode("utf-8", "replace"))
        yield parse(line, summarizer.settings.platform), hints.get(position, frozenset())


def _share_lines(coverage: Coverage) -> list[str]:
    """Write the shares, the platform's sources before the app's, with a sum of each."""
    keys = sorted(coverage.lines, key=lambda key: (key[1] == APP, key))
    rows = [_row(f"{key[0]} {key[1]}", coverage, [key]) for key in keys]
    written = [key for key in keys if key[1] != APP]
    if len(written) > 1:
        rows.insert(len(written), _row("all of the platform", coverage, written))
    return table(["source", "lines", "matched", "counted as traffic", "known"], rows, 0)


def _row(name: str, coverage: Coverage, keys: list[tuple[str, str]]) -> list[str]:
    """Add up some sources."""
    lines, matched, requests = (
        sum(counts[key] for key in keys) for counts in (coverage.lines, coverage.matched, coverage.requests)
    )
    return [name, str(lines), str(matched), str(requests), f"{(matched + requests) / lines:.1%}"]


def _template_lines(coverage: Coverage, top: int) -> list[str]:
    """Write the most frequent kinds of lines that nothing knows."""
    ordered = sorted(coverage.unmatched.items(), key=lambda pair: (-pair[1], pair[0]))
    if not ordered:
        return [f"{INDENT}none"]
    lines: list[str] = []
    for (platform, source, template), count in ordered[:top]:
        name, number = coverage.examples[platform, source, template]
        lines += paragraph(f"{count} {source}, first {name}:{number}")
        lines += paragraph(shorten(template, 2 * WIDTH), INDENT * 2)
    hidden = max(0, len(ordered) - top)
    if hidden:
        lines += paragraph(f"{hidden} kind{'s' if hidden != 1 else ''} more; show them with --top")
    return lines
