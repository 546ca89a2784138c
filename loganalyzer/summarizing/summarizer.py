"""Summarizing: a block of lines becomes a summary, or is added to that of the lines before it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from loganalyzer.ingesters import parse
from loganalyzer.late import late_regex
from loganalyzer.library import Library, Matcher, load
from loganalyzer.model import Line
from loganalyzer.reading import Block
from loganalyzer.scanning import Scanner
from loganalyzer.summarizing.headed import line_spans
from loganalyzer.summarizing.judging import Judge
from loganalyzer.summarizing.lines import LineReader
from loganalyzer.summarizing.request_lines import Part
from loganalyzer.summarizing.requests import RequestReader
from loganalyzer.summarizing.settings import Settings
from loganalyzer.summarizing.spots import BlockLines
from loganalyzer.summarizing.tally import Tally
from loganalyzer.summary import Summary

__all__ = ["LEAST_OF_MANY", "Summarizer", "summarize_blocks"]

MAY_BE_TIME = late_regex(rb"\d:\d\d|\d{9}")
"""What every line with a time has: a time of day, or seconds since 1970."""

LEAST_FOR_COLUMNS = 256 << 10
"""Bytes of a block from which it pays to work on columns of many lines, the import of numpy included."""

LEAST_OF_MANY = 16 << 10
"""The same where so much is to be read that numpy is imported anyway."""


class Summarizer:
    """Turns blocks into summaries; the compiled library is shared by all of them.

    Attributes:
        settings: what is wanted.
        library, matcher, scanner: the patterns.
        least_for_columns: bytes of a block from which columns are used; the summary is the same.
    """

    def __init__(self, settings: Settings, library: Library | None = None) -> None:
        """Load and compile what every block needs. Raises LibraryError."""
        self.settings = settings
        self.least_for_columns = LEAST_FOR_COLUMNS
        self.library = library or load(settings.patterns)
        self.matcher = Matcher(self.library)
        self.scanner = Scanner(self.matcher.hints)
        judge = Judge(self.matcher, self.scanner, settings.platform, settings.is_wanted)
        self._requests = RequestReader(settings, self.matcher, judge)
        self._lines = LineReader(settings, self.scanner, judge)

    def summarize(self, block: Block, input_name: str) -> Summary:
        """Summarize one block; line numbers count from its first line."""
        summary = Summary()
        self.add(summary, block, input_name)
        return summary

    def add(self, summary: Summary, block: Block, input_name: str) -> bool:
        """Add a block to the summary of the lines before it; say whether any of its lines matched."""
        tally = Tally()
        is_telling = self._add(summary, block, input_name, tally)
        tally.write(summary)
        summary.close()
        return is_telling

    def add_all(self, summary: Summary, blocks: Iterable[Block], input_name: str) -> None:
        """Add blocks that follow one another; faster than one by one, for most kept lines give way to later ones."""
        tally = Tally()
        for block in blocks:
            self._add(summary, block, input_name, tally)
            if tally.is_full:
                tally.write(summary)
            summary.close()
        tally.write(summary)
        summary.close()

    def _add(self, summary: Summary, block: Block, input_name: str, tally: Tally) -> bool:
        """Add a block, and tally what its lines state; say whether any of them matched."""
        before = dict(self.matcher.timeouts)
        lines = BlockLines(block, input_name, summary.lines, is_large=len(block.data) >= self.least_for_columns)
        part = Part(block.data, block.lines, lambda line: line)
        part = self._requests.take(part, lines, summary, tally)
        self._lines.read(part, lines, summary, tally)
        is_telling = tally.end_block()
        summary.lines += block.raw_lines
        summary.bytes += block.raw_bytes
        summary.remarks.update(block.remarks)
        for pattern, count in self.matcher.timeouts.items():
            if count > before.get(pattern, 0):
                summary.timeouts[pattern] += count - before.get(pattern, 0)
        summary.first_at = summary.first_at or self._first_time(block, line_spans(block.data))
        summary.last_at = self._first_time(block, _spans_backwards(block.data)) or summary.last_at
        return is_telling

    def _first_time(self, block: Block, spans: Iterable[tuple[int, int]]) -> datetime | None:
        """Give the first time that a walk over lines meets."""
        for start, end in spans:
            if MAY_BE_TIME.search(block.data, start, end):
                event = parse(Line(1, block.data[start:end].decode("utf-8", "replace")), self.settings.platform)
                if event.at is not None:
                    return event.at
        return None


def _spans_backwards(data: bytes) -> Iterator[tuple[int, int]]:
    """Give start and end of each line, the last one first."""
    end = len(data) - 1 if data.endswith(b"\n") else len(data)
    while end >= 0 and data:
        start = data.rfind(b"\n", 0, end) + 1
        yield start, end
        end = start - 1
        if start == 0:
            return


def summarize_blocks(blocks: Sequence[Block], summarizer: Summarizer, name: str = "-") -> Summary:
    """Summarize blocks that follow one another; for tests and callers that read by themselves."""
    total = Summary()
    for block in blocks:
        total.merge(summarizer.summarize(block, name))
    return total
